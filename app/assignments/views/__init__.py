"""One duty with its progress, and the duties of an agency that have no day."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from flask_login import current_user
from sqlalchemy.orm import joinedload

from app import access, clock
from app.accounts.models import Role, User
from app.accounts.rules import is_officer
from app.assignments import operations, queries, rules
from app.assignments.forms import NoteForm, StatusForm
from app.assignments.models import Assignment, Duty
from app.assignments.story import story_of
from app.assignments.topics import topic_of
from app.errors import NotVisible, Refused
from app.extensions import db
from app.files.serving import send_stored
from app.i18n import _, _n
from app.obligations import panels
from app.obligations.attachments import FileRefused, uploads_from
from app.obligations.calendar import office_calendar
from app.obligations.models import Obligation, SourceKind
from app.obligations.rules import standing
from app.obligations.topics import Topic
from app.obligations.workcards import conversation, in_charge
from app.obligations.workforms import HandDownForm, HandOnForm
from app.organisations.models import Agency

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
    return page(queries.duty_for(current_user, duty_id))


@bp.post("/<int:duty_id>/notes")
def note(duty_id: int) -> Any:
    duty = queries.duty_for(current_user, duty_id)
    access.allow(rules.can_note_progress(current_user, duty))
    form = NoteForm()
    if not form.validate_on_submit():
        return page(duty, note=form), 422
    try:
        operations.note_progress(
            duty,
            text=form.text.data,
            files=uploads_from(form.files.data),
            actor=current_user,
            now=clock.now(),
        )
    except Refused as refusal:
        db.session.rollback()
        if isinstance(refusal, FileRefused):
            form.files.errors = [refusal.reason]
        else:
            form.form_errors.append(refusal.reason)
        return page(queries.duty_for(current_user, duty_id), note=form), 409
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


@bp.get("/<int:duty_id>/files/<int:file_id>")
def note_file(duty_id: int, file_id: int) -> Response:
    duty = queries.duty_for(current_user, duty_id)
    found = queries.note_file_of(duty, current_user, file_id)
    return send_stored(found.file, found.name)


def page(duty: Duty, **sent: Any) -> str:
    """The page; `sent` holds a form that came back with mistakes: note, status, hand_down, comment."""
    g.nav_current = "plans.list_" if current_user.role is Role.COMMITTEE_MEMBER else "obligations.my_work"
    today, calendar, topic = clock.today(), office_calendar(), topic_of(duty)
    owed = [*queries.obligations_under(duty, current_user), *queries.status_obligations(duty, current_user)]
    reached = rules.is_reached(current_user, duty) and is_officer(current_user)
    charge = in_charge(topic, current_user.agency_id, current_user, today) if reached else None
    status = sent.get("status") or StatusForm(formdata=None, prefix="status-")
    hand_down_form = sent.get("hand_down") or HandDownForm(
        formdata=None, data={"seen": 0}, prefix="hand_down-"
    )
    hand_on_form = HandOnForm(formdata=None, data={"seen": 0}, prefix="hand_on-")
    members = [(member.agency_id, member.agency.display_name) for member in duty.assignment.members]
    status.agency.choices = [(0, _("Mọi cơ quan được giao")), *members]
    if charge is not None:
        people = [(user.id, user.name) for user in charge.colleagues]
        hand_down_form.officers.choices = people
        hand_on_form.officer.choices = [one for one in people if one[0] != current_user.id]
    plan = duty.assignment.plan
    standing_name = plan.standing_agency.display_name
    others = _("các cơ quan được giao") if queries.follows(current_user, duty) else standing_name
    return render_template(
        "assignments/show.html",
        duty=duty,
        plan=plan,
        form=sent.get("note") or NoteForm(formdata=None),
        may_note=rules.can_note_progress(current_user, duty),
        owed=[(obligation, standing(obligation, today, calendar)) for obligation in owed],
        notes=db.paginate(queries.notes_of(duty, current_user), per_page=NOTES_PER_PAGE, error_out=False),
        charge=charge,
        hand_down_form=hand_down_form,
        hand_on_form=hand_on_form,
        may_ask=rules.can_ask_status(current_user, duty),
        status=status,
        talk=conversation(topic, current_user, others, sent.get("comment")),
        story=story_of(duty, current_user),
    )


def _status_duties(obligation: Obligation, _user: User) -> panels.Panel | None:
    """What a request for status asks about, on the page of the answer that is owed."""
    if obligation.source_kind is not SourceKind.STATUS:
        return None
    asked = queries.status_request(obligation.source_id)
    if asked is None:
        return None
    duties = queries.asked_about(asked, obligation.agency_id)
    facts = {"asked": asked, "duties": duties, "notes": queries.last_notes(duties, obligation.agency_id)}
    return panels.Panel("assignments/_status_duties.html", facts)


def _supports(obligation: Obligation) -> list[Agency]:
    """The bodies that the duty behind an obligation names as cooperating."""
    if obligation.source_kind is not SourceKind.DUTY:
        return []
    return queries.supports_of(obligation.source_id, clock.today())


def _newly_assigned(user: User, _today: date) -> panels.Panel | None:
    """Plans whose assignments nobody of the agency has taken note of."""
    plans = queries.unacknowledged_plans(user.agency_id)
    return panels.Panel("assignments/_newly_assigned.html", {"plans": plans}) if plans else None


def _without_a_day(user: User, _today: date) -> panels.Panel | None:
    count = queries.count_undated(user.agency_id)
    return panels.Panel("assignments/_undated_link.html", {"count": count}, place="foot") if count else None


panels.beside_my_work(_newly_assigned)
panels.beside_my_work(_without_a_day)
panels.on_obligation(_status_duties)
panels.suggest_supports(_supports)


def _topic(user: User, duty_id: int) -> Topic:
    return topic_of(queries.duty_for(user, duty_id))


panels.talk_about("duty", _topic, page)

from app.assignments.views import working  # noqa: E402  (it uses `bp`)

__all__ = ["bp", "working"]
