"""Acts on a duty besides saying how it goes: asking for its status, handing it down inside an agency."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, url_for
from flask_login import current_user

from app import access, clock
from app.accounts.queries import active_people
from app.accounts.rules import is_officer
from app.assignments import asking, queries, rules
from app.assignments.forms import StatusForm
from app.assignments.models import Duty
from app.assignments.topics import topic_of
from app.assignments.views import bp, page
from app.errors import NotVisible, Refused
from app.extensions import db
from app.i18n import _, _n
from app.obligations import workrules
from app.obligations.calendar import office_calendar, office_reading
from app.obligations.models import OfficerInCharge, SourceKind
from app.obligations.operations import hand_down as give
from app.obligations.operations import hand_on as give_on
from app.obligations.operations import has_head as has_head_of
from app.obligations.operations import take_back as end_hand_down
from app.obligations.workforms import HandDownForm, HandOnForm
from app.organisations.models import Agency


@bp.post("/<int:duty_id>/status")
def ask_status(duty_id: int) -> Any:
    """Ask how this duty, or all duties of its plan without a day, are going."""
    duty = queries.duty_for(current_user, duty_id)
    access.allow(rules.can_ask_status(current_user, duty))
    form = StatusForm(prefix="status-")
    if not form.validate_on_submit():
        return page(duty, status=form), 422
    agency = db.session.get(Agency, form.agency.data) if form.agency.data else None
    try:
        owed = asking.ask_status(
            duty.assignment.plan,
            duty=duty if form.scope.data == "duty" else None,
            agency=agency,
            until=form.until.data,
            note=form.note.data or "",
            actor=current_user,
            now=clock.now(),
            calendar=office_calendar(),
            reading=office_reading(),
        )
    except Refused as refusal:
        db.session.rollback()
        form.form_errors.append(refusal.reason)
        return page(queries.duty_for(current_user, duty_id), status=form), 409
    db.session.commit()
    if owed:
        flash(
            _n(
                "Đã gửi đề nghị; phát sinh %(num)s việc phải báo cáo.",
                "Đã gửi đề nghị; phát sinh %(num)s việc phải báo cáo.",
                len(owed),
            ),
            "success",
        )
    else:
        flash(_("Đề nghị này đã gửi trước đó, không phát sinh thêm việc."), "info")
    return redirect(url_for(".show", duty_id=duty_id))


@bp.post("/<int:duty_id>/hand-down")
def hand_down(duty_id: int) -> Any:
    """Give the duty, and all that it makes owed, to officers of one's agency."""
    duty = queries.duty_for(current_user, duty_id)
    agency_id = current_user.agency_id
    has_head = has_head_of(agency_id)
    access.allow(rules.is_reached(current_user, duty))
    access.allow(workrules.can_hand_down(current_user, agency_id, has_head=has_head))
    form = HandDownForm(prefix="hand_down-")
    form.validate()
    people = {user.id: user for user in active_people(agency_id) if is_officer(user)}
    try:
        given = give(
            topic_of(duty),
            officers=[people[key] for key in form.officers.data or [] if key in people],
            agency_id=agency_id,
            deadline=None,
            inner_due_on=form.inner_due_on.data,
            note=form.note.data or "",
            actor=current_user,
            now=clock.now(),
        )
    except Refused as refusal:
        db.session.rollback()
        form.form_errors.append(refusal.reason)
        return page(queries.duty_for(current_user, duty_id), hand_down=form), 409
    db.session.commit()
    if given:
        names = ", ".join(row.officer.name for row in given)
        flash(_("Đã giao cho %(names)s. Người được giao nhận thư báo ngay.", names=names), "success")
    else:
        flash(_("Người được chọn đã có phân công này."), "info")
    return redirect(url_for(".show", duty_id=duty_id, _anchor="in-charge"))


@bp.post("/<int:duty_id>/hand-downs/<int:given_id>/on")
def hand_on(duty_id: int, given_id: int) -> Any:
    duty, given = _given(duty_id, given_id)
    access.allow(workrules.can_hand_on(current_user, given))
    form = HandOnForm(prefix="hand_on-")
    form.validate()
    officer = next((u for u in active_people(given.agency_id) if u.id == form.officer.data), None)
    try:
        if officer is None:
            raise Refused(_("Chọn người nhận việc."))
        give_on(
            given, topic_of(duty), officer=officer, deadline=None, note=form.note.data or "",
            actor=current_user, now=clock.now(),
        )  # fmt: skip
    except Refused as refusal:
        db.session.rollback()
        flash(refusal.reason, "warning")
    else:
        db.session.commit()
        flash(_("Đã chuyển việc cho %(name)s.", name=officer.name), "success")
    return redirect(url_for(".show", duty_id=duty_id, _anchor="in-charge"))


@bp.post("/<int:duty_id>/hand-downs/<int:given_id>/back")
def take_back(duty_id: int, given_id: int) -> Any:
    duty, given = _given(duty_id, given_id)
    has_head = has_head_of(given.agency_id)
    access.allow(workrules.can_take_back(current_user, given, has_head=has_head))
    end_hand_down(given, topic_of(duty), actor=current_user, now=clock.now())
    db.session.commit()
    flash(_("Đã rút phân công của %(name)s.", name=given.officer.name), "success")
    return redirect(url_for(".show", duty_id=duty_id, _anchor="in-charge"))


def _given(duty_id: int, given_id: int) -> tuple[Duty, OfficerInCharge]:
    """A hand-down of this duty inside the person's own agency. Raises NotVisible for any other."""
    duty, given = queries.duty_for(current_user, duty_id), db.session.get(OfficerInCharge, given_id)
    if (
        given is None
        or (given.source_kind, given.source_id) != (str(SourceKind.DUTY), duty.id)
        or given.agency_id != current_user.agency_id
    ):
        raise NotVisible
    return duty, given
