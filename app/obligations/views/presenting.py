"""The head's word: what waits for it on the page of the obligation, sent or given back."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, url_for
from flask_login import current_user

from app import clock
from app.access import allow
from app.errors import NotVisible, Refused
from app.extensions import db
from app.files.serving import send_stored
from app.i18n import _, clock_time
from app.obligations import operations, queries, rules, workrules
from app.obligations.models import Obligation, Presentation
from app.obligations.views import bp
from app.obligations.views.show import page
from app.obligations.workforms import GiveBackForm


@bp.post("/obligations/<int:obligation_id>/presentations/<int:presentation_id>/send")
def send_presented(obligation_id: int, presentation_id: int) -> Any:
    obligation, presentation = _presented(obligation_id, presentation_id)
    allow(workrules.can_confirm(current_user, obligation.agency_id))
    try:
        submission = operations.send_presented(presentation, actor=current_user, now=clock.now())
    except Refused as refusal:
        db.session.rollback()
        flash(refusal.reason, "warning")
        return redirect(url_for(".show", obligation_id=obligation_id, _anchor="presented"))
    db.session.commit()
    flash(_("Đã xác nhận và gửi báo cáo lúc %(at)s.", at=clock_time(submission.submitted_at)), "success")
    return redirect(url_for(".receipt", obligation_id=obligation_id, version=submission.version))


@bp.post("/obligations/<int:obligation_id>/presentations/<int:presentation_id>/return")
def return_presented(obligation_id: int, presentation_id: int) -> Any:
    obligation, presentation = _presented(obligation_id, presentation_id)
    allow(workrules.can_confirm(current_user, obligation.agency_id))
    form = GiveBackForm(prefix="give_back-")
    if not form.validate_on_submit():
        return page(obligation, give_back=form), 422
    try:
        operations.return_presented(
            presentation, reason=form.reason.data, actor=current_user, now=clock.now()
        )
    except Refused as refusal:
        db.session.rollback()
        flash(refusal.reason, "warning")
    else:
        db.session.commit()
        flash(_("Đã trả lại cho %(name)s. Báo cáo chưa được gửi.", name=presentation.by.name), "success")
    return redirect(url_for(".show", obligation_id=obligation_id))


@bp.post("/obligations/<int:obligation_id>/presentations/<int:presentation_id>/take-back")
def take_presentation_back(obligation_id: int, presentation_id: int) -> Any:
    _obligation, presentation = _presented(obligation_id, presentation_id)
    allow(presentation.by_id == current_user.id)
    try:
        operations.take_presentation_back(presentation, actor=current_user, now=clock.now())
    except Refused as refusal:
        db.session.rollback()
        flash(refusal.reason, "warning")
    else:
        db.session.commit()
        flash(_("Đã rút bản trình. Nội dung đã viết vẫn còn trong biểu nộp."), "success")
    return redirect(url_for(".show", obligation_id=obligation_id))


@bp.get("/obligations/<int:obligation_id>/presentations/<int:presentation_id>/files/<int:file_id>")
def presented_file(obligation_id: int, presentation_id: int, file_id: int) -> Response:
    _obligation, presentation = _presented(obligation_id, presentation_id)
    for file in presentation.files:
        if file.id == file_id:
            return send_stored(file.file, file.name)
    raise NotVisible


def _presented(obligation_id: int, presentation_id: int) -> tuple[Obligation, Presentation]:
    """Seen inside the agency alone. Raises NotVisible for everybody else."""
    obligation = queries.obligation_for(current_user, obligation_id)
    presentation = db.session.get(Presentation, presentation_id)
    if (
        presentation is None
        or presentation.obligation_id != obligation.id
        or not rules.can_submit(current_user, obligation)
    ):
        raise NotVisible
    return obligation, presentation
