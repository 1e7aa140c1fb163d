"""One duty with its progress, and the duties of an agency that have no day."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_login import current_user
from sqlalchemy.orm import joinedload

from app import access, clock
from app.accounts.models import Role, User
from app.accounts.rules import is_officer
from app.assignments import operations, queries, rules
from app.assignments.forms import NoteForm
from app.assignments.models import Assignment, Duty
from app.errors import NotVisible, Refused
from app.extensions import db
from app.i18n import _, _n
from app.obligations import panels
from app.obligations.calendar import office_calendar
from app.obligations.rules import standing

bp = Blueprint("assignments", __name__, url_prefix="/duties")
access.require_sign_in(bp)

PER_PAGE = 20
NOTES_PER_PAGE = 20


@bp.get("")
def list_() -> Any:
    """The duties of the person's agency that name no day."""
    access.allow(is_officer(current_user))
    g.nav_current = "obligations.my_work"
    page = db.paginate(
        queries.duties_of(current_user.agency, dated=False).options(
            joinedload(Duty.assignment).joinedload(Assignment.plan)
        ),
        per_page=PER_PAGE,
        error_out=False,
    )
    return render_template(
        "assignments/list.html", page=page, last_notes=queries.last_notes(page.items, current_user.agency_id)
    )


@bp.get("/<int:duty_id>")
def show(duty_id: int) -> Any:
    return _page(queries.duty_for(current_user, duty_id))


@bp.post("/<int:duty_id>/notes")
def note(duty_id: int) -> Any:
    duty = queries.duty_for(current_user, duty_id)
    access.allow(rules.can_note_progress(current_user, duty))
    form = NoteForm()
    if not form.validate_on_submit():
        return _page(duty, form), 422
    try:
        operations.note_progress(duty, text=form.text.data, actor=current_user, now=clock.now())
    except Refused as refusal:
        db.session.rollback()
        form.form_errors.append(refusal.reason)
        return _page(queries.duty_for(current_user, duty_id), form), 409
    db.session.commit()
    flash(_("Đã ghi tiến độ."), "success")
    return redirect(url_for(".show", duty_id=duty_id))


@bp.post("/acknowledge")
def acknowledge() -> Any:
    """Note that the agency has a plan's assignments in hand."""
    access.allow(is_officer(current_user))
    plan = queries.plan_assigned_to(current_user.agency_id, request.form.get("plan", type=int) or 0)
    if plan is None:
        raise NotVisible
    if noted := operations.acknowledge_plan(plan, actor=current_user, now=clock.now()):
        flash(
            _n("Đã ghi nhận tiếp nhận %(num)s phần việc.", "Đã ghi nhận tiếp nhận %(num)s phần việc.", noted),
            "success",
        )
    db.session.commit()
    return redirect(url_for("obligations.my_work"))


def _page(duty: Duty, form: NoteForm | None = None) -> str:
    g.nav_current = "plans.list_" if current_user.role is Role.COMMITTEE_MEMBER else "obligations.my_work"
    if form is None:
        form = NoteForm(formdata=None)
    today, calendar = clock.today(), office_calendar()
    owed = queries.obligations_under(duty, current_user)
    return render_template(
        "assignments/show.html",
        duty=duty,
        plan=duty.assignment.plan,
        form=form,
        may_note=rules.can_note_progress(current_user, duty),
        owed=[(obligation, standing(obligation, today, calendar)) for obligation in owed],
        notes=db.paginate(queries.notes_of(duty, current_user), per_page=NOTES_PER_PAGE, error_out=False),
    )


def _newly_assigned(user: User, _today: date) -> panels.Panel | None:
    """Plans whose assignments nobody of the agency has taken note of."""
    plans = queries.unacknowledged_plans(user.agency_id)
    return panels.Panel("assignments/_newly_assigned.html", {"plans": plans}) if plans else None


def _without_a_day(user: User, _today: date) -> panels.Panel | None:
    count = queries.count_undated(user.agency_id)
    return panels.Panel("assignments/_undated_link.html", {"count": count}, place="foot") if count else None


panels.beside_my_work(_newly_assigned)
panels.beside_my_work(_without_a_day)
