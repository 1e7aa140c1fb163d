"""Handing in: the form, and the receipt."""

from __future__ import annotations

import json
import secrets
from decimal import Decimal
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.datastructures import MultiDict

from app import clock
from app.access import allow
from app.errors import NotVisible, Refused
from app.extensions import db
from app.i18n import _, clock_time, language
from app.obligations import drafts, indicators, merging, operations, queries, reasons, rules
from app.obligations.attachments import MAX_FILES, MEDIA_TYPES, FileRefused, uploads_from
from app.obligations.calendar import office_calendar
from app.obligations.desk import Desk, desk_for, lines_of, told
from app.obligations.figures import read_figure, unlikely
from app.obligations.forms import FigureField, SubmitForm
from app.obligations.models import Obligation, Submission, SubmissionKind
from app.obligations.notifications import reviewers
from app.obligations.operations.drafting import discard, keep_files, save_draft
from app.obligations.rows import row_of
from app.obligations.views import bp
from app.obligations.views.marks import mark_navigation


@bp.route("/obligations/<int:obligation_id>/submit", methods=["GET", "POST"])
def submit(obligation_id: int) -> Any:
    obligation = queries.obligation_for(current_user, obligation_id)
    allow(rules.can_submit(current_user, obligation))
    if request.method == "POST":
        return _hand_in(obligation)
    reason = drafts.why_not_write(obligation) or rules.why_suspended(obligation, clock.today())
    if reason is None and queries.waiting_presentation(obligation) is not None:
        reason = _("Một bản của việc này đang chờ lãnh đạo xác nhận. Rút bản đó về trước khi viết bản khác.")
    if reason:
        flash(reason, "info")
        return redirect(url_for(".show", obligation_id=obligation_id))
    desk = desk_for(obligation)
    return page(desk, form_with(desk, desk.values(), secrets.token_urlsafe(24)))


def form_with(desk: Desk, values: dict[str, str], form_key: str) -> SubmitForm:
    """The form as if `values` had been typed into it."""
    return desk.form_class(formdata=MultiDict(values | {"form_key": form_key}))


def _hand_in(obligation: Obligation) -> Any:
    form_key = request.form.get("form_key", "")
    known = queries.submission_by_form(form_key) if form_key else None
    if known is not None and known.obligation_id == obligation.id:
        return _to_receipt(known)  # sent twice, or again after the answer was lost
    desk = desk_for(obligation)
    sent, given = desk.sent(request.form), desk.given(request.form)
    writer = merging.Writer(current_user.id, current_user.name, clock.now().isoformat(), desk.revision + 1)
    merged = merging.merge(desk.typed, sent, given, writer)
    values = desk.was | sent | {name: entry["value"] for name, entry in merged.fields.items()}
    form = form_with(desk, values, form_key)
    valid = form.validate()
    unread = _unread(desk, merged, values)
    if not valid or unread or _form_has_changed(desk):
        return _keep_and_show(desk, sent, given, form_key, unread=unread), 409 if valid else 422
    try:
        now, without = clock.now(), named_missing(obligation)
        facts: dict[str, Any] = {
            "kind": SubmissionKind(form.kind.data),
            "number": form.number.data or "",
            "signed_on": form.signed_on.data,
            "text": form.text.data or "",
            "files": uploads_from(request.files.getlist("files")),
            "kept": [(file.name, file.file) for file in desk.draft.files] if desk.draft else (),
            "figures": {
                one.id: figure
                for one in desk.indicators
                if (figure := form[f"figure_{one.id}"].figure) is not None
            },
            "correction_reason": form.correction_reason.data if desk.correcting else "",
            "form_key": form_key,
            "actor": current_user,
            "now": now,
        }
        if operations.waits_for_head(current_user, obligation.agency_id):
            operations.present(obligation, **facts, without=without)
            db.session.commit()
            flash(_("Đã trình lãnh đạo. Báo cáo được gửi khi lãnh đạo xác nhận."), "success")
            return redirect(url_for(".show", obligation_id=obligation.id, _anchor="presented"))
        operations.close_over_parts(obligation, without, actor=current_user, now=now)
        submission = operations.submit(obligation, **facts)
        discard(obligation)  # of two equal forms at once the second may have begun one
    except Refused as refusal:
        db.session.rollback()
        again = queries.obligation_for(current_user, obligation.id)
        return _keep_and_show(desk_for(again), sent, given, form_key, refusal=refusal), 409
    db.session.commit()
    return _to_receipt(submission)


def named_missing(obligation: Obligation) -> dict[int, str]:
    """The missing parts that were ticked to be closed over, each with the reason that was typed for all."""
    reason = request.form.get("without_reason", "").strip()
    missing = {part.id for part in queries.blocking_parts([obligation.id]).get(obligation.id, [])}
    return {key: reason for key in request.form.getlist("without", type=int) if key in missing}


def _to_receipt(submission: Submission) -> Any:
    at = clock_time(submission.submitted_at)
    correction = submission.correction_reason is not None
    flash(
        _("Đã nộp bản đính chính lúc %(at)s.", at=at)
        if correction
        else _("Đã nộp báo cáo lúc %(at)s.", at=at),
        "success",
    )
    return redirect(url_for(".receipt", obligation_id=submission.obligation_id, version=submission.version))


def _unread(desk: Desk, merged: merging.Typed, values: dict[str, str]) -> bool:
    """Whether another officer wrote or added something that this page has not shown."""
    revision = request.form.get("draft_revision", 0, type=int)
    words = merging.unseen(merged, {**values, **desk.sent(request.form)}, revision, current_user.id)
    listed = set(request.form.getlist("kept", type=int))
    files = [
        file
        for file in (desk.draft.files if desk.draft else ())
        if file.id not in listed and file.added_by_id != current_user.id
    ]
    return bool(words or files)


def _form_has_changed(desk: Desk) -> bool:
    seen = request.form.get("asked", type=int)
    return seen is not None and seen != indicators.newest_change(desk.source)


def _keep_and_show(
    desk: Desk,
    sent: dict[str, str],
    given: dict[str, str],
    form_key: str,
    *,
    unread: bool = False,
    refusal: Refused | None = None,
) -> str:
    """The page again. What was typed and the files that came with it are kept on the server first."""
    seen = request.form.get("asked", type=int)
    obligation, now, refused_files = desk.obligation, clock.now(), []
    if drafts.why_not_write(obligation) is None:
        save_draft(obligation, typed=sent, given=given, actor=current_user, now=now)
        for upload in uploads_from(request.files.getlist("files")):
            try:
                keep_files(obligation, [upload], actor=current_user, now=now)
            except FileRefused as no:
                refused_files.append(no.reason)
        db.session.commit()
    desk = desk_for(obligation)
    form = form_with(desk, desk.values() | ({} if desk.draft else sent), form_key)
    form.validate()
    if refused_files:
        form.files.errors = refused_files
    if refusal is not None and not isinstance(refusal, FileRefused):
        form.form_errors.append(refusal.reason)
    if unread:
        form.form_errors.append(
            _("Người khác của cơ quan vừa sửa bản nháp này. Xem lại các chỗ được ghi chú rồi nộp.")
        )
    changes = indicators.changes_since(desk.source, seen) if seen is not None else []
    if changes:
        form.form_errors.append(
            _("Biểu số liệu vừa thay đổi. Số liệu đã nhập vẫn giữ nguyên; xem chỗ thay đổi rồi nộp lại.")
        )
    return page(desk, form, changes=[(entry, told(entry)) for entry in changes])


@bp.get("/obligations/<int:obligation_id>/submissions/<int:version>")
def receipt(obligation_id: int, version: int) -> Any:
    """What was handed in, when, with the digest of each file."""
    obligation = queries.obligation_for(current_user, obligation_id)
    allow(rules.can_see_whole(current_user, obligation))
    submission = next((s for s in queries.submissions_of(obligation) if s.version == version), None)
    if submission is None:
        raise NotVisible
    mark_navigation(obligation)
    asked = indicators.indicators_of(obligation.source_kind, obligation.source_id, with_retired=True)
    values = indicators.values_of([submission.id]).get(submission.id, {})
    return render_template(
        "obligations/receipt.html",
        o=obligation,
        submission=submission,
        figures=[(one, values[one.id]) for one in asked if one.id in values],
        row=row_of(obligation, clock.today(), office_calendar(), current_user),
        late=rules.days_late(obligation, clock.today()),
        mine=rules.can_submit(current_user, obligation),
        receivers=reviewers(obligation),
        left_without=[
            part
            for part in queries.parts_of(obligation)
            if part.closed_at is not None and part.closed_at <= submission.submitted_at
        ],
    )


def _figure(field: FigureField) -> Decimal | None:
    """What is typed there as a number, checked or not."""
    try:
        return read_figure(field.data or "", field.indicator)
    except Refused:
        return None


def page(desk: Desk, form: SubmitForm, *, changes: list[Any] | None = None) -> str:
    """The page of the form; `changes` are those to what it asks for since the page was made."""
    g.nav_current = "obligations.my_work"
    obligation = desk.obligation
    today, calendar = clock.today(), office_calendar()
    submissions = queries.submissions_of(obligation)
    previous = queries.previous_submission(obligation)
    day_off = calendar.why_off(form.signed_on.data) if form.signed_on.data else None
    lines = lines_of(desk, previous)
    return render_template(
        "obligations/submit.html",
        o=obligation,
        form=form,
        desk=desk,
        given=json.dumps(desk.values(), ensure_ascii=False),
        asked=indicators.newest_change(desk.source),
        changes=changes or [],
        lines=lines,
        warnings={
            line.indicator.id: unlikely(form[f"figure_{line.indicator.id}"].figure, line.before)
            for line in lines
        },
        others=[one for one in desk.typed.others if one["field"] in desk.names],
        row=row_of(obligation, today, calendar, current_user),
        late_first=rules.first_days_late(obligation),
        next_version=len(submissions) + 1,
        returned=next((s for s in submissions if s.returned_at), None),
        previous=previous,
        previous_period=reasons.label_of_period(previous.obligation.period, language()) if previous else "",
        previous_late=rules.days_late(previous.obligation, today) if previous else 0,
        day_off=day_off.words(language()) if day_off else None,
        missing=[] if desk.correcting else queries.blocking_parts([obligation.id]).get(obligation.id, []),
        ticked=set(request.form.getlist("without", type=int)),
        without_reason=request.form.get("without_reason", ""),
        through_head=operations.waits_for_head(current_user, obligation.agency_id),
        kinds=", ".join(kind.upper() for kind in MEDIA_TYPES),
        max_files=MAX_FILES,
    )
