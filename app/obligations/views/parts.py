"""Parts: the lead asks, the supporting agency files, the lead opens, returns, calls off. And the page of one part."""

from __future__ import annotations

import secrets
from typing import Any

from flask import Response, flash, g, redirect, render_template, url_for
from flask_login import current_user

from app import clock
from app.access import allow
from app.errors import NotVisible, Refused
from app.extensions import db
from app.files.serving import send_stored
from app.i18n import _, _n, full_day
from app.obligations import operations, queries, reasons, workrules
from app.obligations.attachments import MAX_FILES, MEDIA_TYPES, FileRefused, uploads_from
from app.obligations.calendar import office_calendar
from app.obligations.duerule import sources
from app.obligations.models import Part
from app.obligations.views import bp
from app.obligations.views.show import page
from app.obligations.workcards import default_part_day
from app.obligations.workforms import AskPartsForm, FilePartForm, ReturnPartForm
from app.organisations.models import Agency


@bp.post("/obligations/<int:obligation_id>/parts")
def ask_parts(obligation_id: int) -> Any:
    obligation = queries.obligation_for(current_user, obligation_id)
    allow(workrules.can_ask_parts(current_user, obligation))
    form = AskPartsForm(prefix="ask_parts-")
    if not form.validate_on_submit():
        return page(obligation, ask_parts=form), 422
    ids = [*(form.agencies.data or []), *([form.other.data] if form.other.data else [])]
    try:
        asked = operations.ask_parts(
            obligation,
            [agency for key in ids if (agency := db.session.get(Agency, key)) is not None],
            due_on=form.due_on.data,
            words=form.words.data or "",
            actor=current_user,
            now=clock.now(),
        )
    except Refused as refusal:
        db.session.rollback()
        form.form_errors.append(refusal.reason)
        return page(queries.obligation_for(current_user, obligation_id), ask_parts=form), 409
    db.session.commit()
    count = len(asked)
    flash(
        _n("Đã gửi đề nghị đến %(num)s đơn vị.", "Đã gửi đề nghị đến %(num)s đơn vị.", count)
        if count
        else _("Các đơn vị được chọn đã có đề nghị này."),
        "success" if count else "info",
    )
    if (off := office_calendar().why_off(form.due_on.data)) is not None:
        day = full_day(form.due_on.data)
        flash(_("Hạn nội bộ %(day)s là ngày nghỉ (%(why)s).", day=day, why=off.words("vi")), "warning")
    return redirect(url_for(".show", obligation_id=obligation_id, _anchor="parts"))


@bp.get("/obligations/<int:obligation_id>/parts/<int:part_id>")
def part(obligation_id: int, part_id: int) -> Any:
    found = _part(obligation_id, part_id)
    form = FilePartForm(formdata=None)
    form.form_key.data = secrets.token_urlsafe(24)
    if found.returned_at is not None and found.filed_at is None:
        form.text.data = found.text  # what came back is corrected, not written again
    return _page(found, form)


@bp.post("/obligations/<int:obligation_id>/parts/<int:part_id>")
def file_part(obligation_id: int, part_id: int) -> Any:
    found = _part(obligation_id, part_id)
    allow(workrules.can_file_part(current_user, found))
    form = FilePartForm()
    if not form.validate_on_submit():
        return _page(found, form), 422
    try:
        operations.file_part(
            found,
            text=form.text.data or "",
            files=uploads_from(form.files.data),
            form_key=form.form_key.data,
            actor=current_user,
            now=clock.now(),
        )
    except Refused as refusal:
        db.session.rollback()
        if isinstance(refusal, FileRefused):
            form.files.errors = [refusal.reason]
        else:
            form.form_errors.append(refusal.reason)
        return _page(_part(obligation_id, part_id), form), 409
    db.session.commit()
    flash(_("Đã gửi phần phối hợp đến %(agency)s.", agency=found.obligation.agency.display_name), "success")
    return redirect(url_for(".part", obligation_id=obligation_id, part_id=part_id))


@bp.post("/obligations/<int:obligation_id>/parts/<int:part_id>/return")
def return_part(obligation_id: int, part_id: int) -> Any:
    found = _part(obligation_id, part_id)
    allow(workrules.can_ask_parts(current_user, found.obligation))
    form = ReturnPartForm(prefix="return-")
    if not form.validate_on_submit():
        return _page(found, None, form), 422
    try:
        operations.return_part(
            found,
            reason=form.reason.data,
            due_on=form.due_on.data,
            actor=current_user,
            now=clock.now(),
        )
    except Refused as refusal:
        db.session.rollback()
        form.form_errors.append(refusal.reason)
        return _page(_part(obligation_id, part_id), None, form), 409
    db.session.commit()
    flash(_("Đã trả lại phần của %(agency)s.", agency=found.agency.display_name), "success")
    return redirect(url_for(".show", obligation_id=obligation_id, _anchor="parts"))


@bp.post("/obligations/<int:obligation_id>/parts/<int:part_id>/call-off")
def call_off_part(obligation_id: int, part_id: int) -> Any:
    found = _part(obligation_id, part_id)
    allow(workrules.can_ask_parts(current_user, found.obligation))
    try:
        operations.call_off_part(found, actor=current_user, now=clock.now())
    except Refused as refusal:
        db.session.rollback()
        flash(refusal.reason, "warning")
    else:
        db.session.commit()
        flash(_("Đã thôi lấy phần của %(agency)s.", agency=found.agency.display_name), "success")
    return redirect(url_for(".show", obligation_id=obligation_id, _anchor="parts"))


@bp.get("/obligations/<int:obligation_id>/parts/<int:part_id>/files/<int:file_id>")
def part_file(obligation_id: int, part_id: int, file_id: int) -> Response:
    found = _part(obligation_id, part_id)
    for filing in found.filings:
        for file in filing.files:
            if file.id == file_id:
                return send_stored(file.file, file.name)
    raise NotVisible


def _part(obligation_id: int, part_id: int) -> Part:
    """The part, if this person's agency filed it or leads. Raises NotVisible otherwise."""
    found = db.session.get(Part, part_id)
    if (
        found is None
        or found.obligation_id != obligation_id
        or not workrules.can_read_part(current_user, found)
    ):
        raise NotVisible
    return found


def _page(found: Part, form: FilePartForm | None, back: ReturnPartForm | None = None) -> str:
    g.nav_current = "obligations.my_work"
    today, calendar = clock.today(), office_calendar()
    obligation = found.obligation
    leads = workrules.can_ask_parts(current_user, obligation)
    if back is None:
        back = ReturnPartForm(formdata=None, prefix="return-")
        back.due_on.data = default_part_day(obligation, today, calendar)
    if form is None:
        form = FilePartForm(formdata=None)
    source = sources(obligation.source_kind, [obligation.source_id]).get(obligation.source_id)
    return render_template(
        "obligations/part.html",
        part=found,
        o=obligation,
        form=form,
        back=back,
        leads=leads,
        files_it=workrules.can_file_part(current_user, found),
        why_not_file=workrules.why_not_file_part(found),
        why_not_return=workrules.why_not_return_part(found),
        passage=reasons.passage_of(source, obligation.words, obligation.plan.source),
        left=(found.due_on - today).days,
        kinds=", ".join(kind.upper() for kind in MEDIA_TYPES),
        max_files=MAX_FILES,
    )
