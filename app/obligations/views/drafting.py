"""The draft of a report, saved as it is typed: by the page's script as JSON, without it by the button «Lưu nháp»."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, url_for
from flask_login import current_user

from app import clock
from app.access import allow
from app.errors import Refused
from app.extensions import db
from app.i18n import _, clock_time
from app.obligations import drafts, operations, queries, rules
from app.obligations.attachments import FileRefused, uploads_from
from app.obligations.desk import Desk, desk_for
from app.obligations.draft_models import DraftFile
from app.obligations.figures import write_size
from app.obligations.models import Obligation
from app.obligations.operations.drafting import discard, keep_files, remove_file, save_draft, set_aside
from app.obligations.views import bp


def own(obligation_id: int) -> Obligation:
    """The obligation, if this person may write its report."""
    obligation = queries.obligation_for(current_user, obligation_id)
    allow(rules.can_submit(current_user, obligation))
    return obligation


@bp.post("/obligations/<int:obligation_id>/draft")
def draft(obligation_id: int) -> Any:
    obligation = own(obligation_id)
    by_script = request.is_json
    if reason := drafts.why_not_write(obligation):
        if by_script:
            return gone(obligation, reason), 409
        raise Refused(reason)
    desk = desk_for(obligation)
    form = _said() if by_script else request.form
    if by_script:
        typed, given = desk.sent(form["fields"]), desk.was | desk.sent(form["given"])
    else:
        typed, given = desk.sent(form), desk.given(form)
    save_draft(obligation, typed=typed, given=given, actor=current_user, now=clock.now())
    refused = [] if by_script else _keep(obligation)
    db.session.commit()
    if by_script:
        return state(desk_for(obligation))
    for reason in refused:
        flash(reason, "warning")
    flash(_("Đã lưu nháp lúc %(at)s.", at=clock_time(clock.now())), "success")
    return redirect(url_for(".submit", obligation_id=obligation_id))


def _said() -> dict[str, Any]:
    """What the script sent; a body of another shape says nothing."""
    said = request.get_json(silent=True)
    parts: dict[str, Any] = {}
    for name in ("fields", "given"):
        part = said.get(name) if isinstance(said, dict) else None
        words = part.items() if isinstance(part, dict) else ()
        parts[name] = {field: value for field, value in words if isinstance(value, str)}
    return parts


def _keep(obligation: Obligation) -> list[Any]:
    refused = []
    for upload in uploads_from(request.files.getlist("files")):
        try:
            keep_files(obligation, [upload], actor=current_user, now=clock.now())
        except FileRefused as no:
            refused.append(no.reason)
    return refused


@bp.post("/obligations/<int:obligation_id>/draft/discard")
def discard_draft(obligation_id: int) -> Any:
    obligation = own(obligation_id)
    discard(obligation)
    db.session.commit()
    flash(_("Đã xóa bản nháp."), "success")
    return redirect(url_for(".submit", obligation_id=obligation_id))


@bp.post("/obligations/<int:obligation_id>/draft/choose")
def choose_other(obligation_id: int) -> Any:
    """Take what another officer typed into a field, or drop it: `choice` is «field:user:take» or «field:user:drop»."""
    obligation = own(obligation_id)
    desk = desk_for(obligation)
    field, by, what = ([*request.form.get("choice", "").split(":"), "", "", ""])[:3]
    other = next((one for one in desk.typed.others if one["field"] == field and str(one["by"]) == by), None)
    # What stands in the form goes into the draft first: without a script the whole form came along.
    if drafts.why_not_write(obligation) is None and "kind" in request.form:
        save_draft(
            obligation,
            typed=desk.sent(request.form),
            given=desk.given(request.form),
            actor=current_user,
            now=clock.now(),
        )
    if other is not None:
        set_aside(obligation, field=field, by=other["by"], actor=current_user, now=clock.now())
        if what == "take":
            now_there = desk_for(obligation).values().get(field, "")
            save_draft(
                obligation,
                typed={field: other["value"]},
                given={field: now_there},
                actor=current_user,
                now=clock.now(),
            )
    db.session.commit()
    return redirect(url_for(".submit", obligation_id=obligation_id))


@bp.post("/obligations/<int:obligation_id>/draft/files/remove")
def remove_draft_file(obligation_id: int) -> Any:
    """Take a file out; without a script the whole form came along and is kept."""
    obligation = own(obligation_id)
    desk = desk_for(obligation)
    file_id = request.form.get("remove_file", 0, type=int)
    if "kind" in request.form and drafts.why_not_write(obligation) is None:
        save_draft(
            obligation,
            typed=desk.sent(request.form),
            given=desk.given(request.form),
            actor=current_user,
            now=clock.now(),
        )
        for reason in _keep(obligation):
            flash(reason, "warning")
    remove_file(obligation, file_id, actor=current_user, now=clock.now())
    db.session.commit()
    if request.accept_mimetypes.best == "application/json":
        return state(desk_for(obligation))
    return redirect(url_for(".submit", obligation_id=obligation_id))


def state(desk: Desk) -> dict[str, Any]:
    """The draft as the page's script shows it."""
    draft = desk.draft
    return {
        "revision": desk.revision,
        "saved": clock_time(draft.saved_at) if draft else "",
        "by": draft.saved_by.name if draft and draft.saved_by_id != current_user.id else "",
        "fields": desk.values(),
        "others": [
            {
                "field": one["field"],
                "by": one["by"],
                "words": _("%(name)s cũng nhập ô này", name=one["name"]),
                "value": one["value"],
            }
            for one in desk.typed.others
            if one["field"] in desk.names
        ],
        "files": [told(file) for file in draft.files] if draft else [],
    }


def told(file: DraftFile) -> dict[str, Any]:
    return {"id": file.id, "name": file.name, "size": write_size(file.file.size), "sha256": file.file.sha256}


def gone(obligation: Obligation, reason: Any) -> dict[str, Any]:
    """Somebody handed it in, or it is settled: what is typed stays in the page, and where to look is said."""
    newest = operations.stale(obligation, clock.now())
    return {
        "gone": str(newest.reason if obligation.submitted_at is not None else reason),
        "url": url_for(".show", obligation_id=obligation.id),
    }
