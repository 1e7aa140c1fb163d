"""Handing in: the form, and the receipt."""

from __future__ import annotations

import secrets
from typing import Any

from flask import flash, g, redirect, render_template, url_for
from flask_login import current_user

from app import clock
from app.access import allow
from app.errors import NotVisible, Refused
from app.extensions import db
from app.i18n import _, clock_time, language
from app.obligations import operations, queries, reasons, rules
from app.obligations.attachments import MAX_FILES, MEDIA_TYPES, FileRefused, uploads_from
from app.obligations.calendar import office_calendar
from app.obligations.forms import SubmitForm
from app.obligations.models import Obligation, SubmissionKind
from app.obligations.notifications import reviewers
from app.obligations.rows import row_of
from app.obligations.views import bp


@bp.route("/obligations/<int:obligation_id>/submit", methods=["GET", "POST"])
def submit(obligation_id: int) -> Any:
    obligation = queries.obligation_for(current_user, obligation_id)
    allow(rules.can_submit(current_user, obligation))
    form = SubmitForm()
    if not form.is_submitted():
        form.form_key.data = secrets.token_urlsafe(24)
        if reason := rules.why_not_submit(obligation):
            flash(reason, "info")
            return redirect(url_for(".show", obligation_id=obligation_id))
        _start_from_returned(form, obligation)
        return _page(obligation, form)
    if not form.validate():
        return _page(obligation, form), 422
    try:
        submission = operations.submit(
            obligation,
            kind=SubmissionKind(form.kind.data),
            number=form.number.data or "",
            signed_on=form.signed_on.data,
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
        return _page(queries.obligation_for(current_user, obligation_id), form), 409
    db.session.commit()
    at = clock_time(submission.submitted_at)
    flash(_("Đã nộp báo cáo lúc %(at)s.", at=at), "success")
    return redirect(url_for(".receipt", obligation_id=obligation_id, version=submission.version))


@bp.get("/obligations/<int:obligation_id>/submissions/<int:version>")
def receipt(obligation_id: int, version: int) -> Any:
    """What was handed in, when, with the digest of each file."""
    obligation = queries.obligation_for(current_user, obligation_id)
    submission = next((s for s in queries.submissions_of(obligation) if s.version == version), None)
    if submission is None:
        raise NotVisible
    g.nav_current = "obligations.my_work"
    return render_template(
        "obligations/receipt.html",
        o=obligation,
        submission=submission,
        row=row_of(obligation, clock.today(), office_calendar(), current_user),
        late=rules.days_late(obligation, clock.today()),
        mine=rules.can_submit(current_user, obligation),
        receivers=reviewers(obligation),
    )


def _start_from_returned(form: SubmitForm, obligation: Obligation) -> None:
    """Work that came back is corrected, not written again; its number and day are those of a new letter."""
    last = next(iter(queries.submissions_of(obligation)), None)
    if last is not None and (last.returned_at or last.withdrawn_at):
        form.kind.data, form.text.data = last.kind.value, last.text
        if last.withdrawn_at:
            form.number.data, form.signed_on.data = last.number, last.signed_on


def _page(obligation: Obligation, form: SubmitForm) -> str:
    g.nav_current = "obligations.my_work"
    today, calendar = clock.today(), office_calendar()
    submissions = queries.submissions_of(obligation)
    previous = queries.previous_submission(obligation)
    day_off = calendar.why_off(form.signed_on.data) if form.signed_on.data else None
    return render_template(
        "obligations/submit.html",
        o=obligation,
        form=form,
        row=row_of(obligation, today, calendar, current_user),
        late_first=rules.first_days_late(obligation),
        next_version=len(submissions) + 1,
        returned=next((s for s in submissions if s.returned_at), None),
        previous=previous,
        previous_period=reasons.label_of_period(previous.obligation.period, language()) if previous else "",
        previous_late=rules.days_late(previous.obligation, today) if previous else 0,
        day_off=day_off.words(language()) if day_off else None,
        kinds=", ".join(kind.upper() for kind in MEDIA_TYPES),
        max_files=MAX_FILES,
    )
