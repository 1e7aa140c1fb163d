"""Reading what plans give to whom."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from app.accounts.models import Role, User
from app.accounts.rules import is_officer
from app.assignments.models import (
    Assignment,
    AssignmentMember,
    Duty,
    DutyRole,
    DutySupport,
    ProgressNote,
    ProgressNoteFile,
    StatusRequest,
)
from app.errors import NotVisible
from app.extensions import db
from app.obligations.models import Obligation, SourceKind
from app.obligations.queries import whole_to
from app.organisations.models import Agency
from app.organisations.queries import successor_of


def assignments_of(plan: Any) -> list[Assignment]:
    """A plan's assignments in its own order, with members, duties and supports loaded."""
    return list(
        db.session.scalars(
            sa.select(Assignment)
            .where(Assignment.plan_id == plan.id)
            .order_by(Assignment.position, Assignment.id)
            .options(
                joinedload(Assignment.agency),
                joinedload(Assignment.group),
                selectinload(Assignment.members).joinedload(AssignmentMember.agency),
                selectinload(Assignment.duties).selectinload(Duty.supports).joinedload(DutySupport.agency),
            )
        )
    )


def read_together(plan: Any) -> list[int]:
    """Ids of the plans that hold as one: a plan with everything in force that amends it, and what it amends itself.

    The plan itself always counts, also before it is in force.
    """
    kind = type(plan)
    first, passed = plan, {plan.id}
    while first.amends and first.supersedes_id is not None and first.supersedes_id not in passed:
        first = db.session.get_one(kind, first.supersedes_id)
        passed.add(first.id)
    found, level = set(passed), set(passed)
    while level:
        level = (
            set(
                db.session.scalars(
                    sa.select(kind.id).where(
                        kind.supersedes_id.in_(level), kind.amends, kind.state == "in_force"
                    )
                )
            )
            - found
        )
        found |= level
    return sorted(found)


def assigned_agencies(plan: Any) -> list[tuple[Agency, bool]]:
    """Everybody whom the plan assigns, read with its amendments, once each, in protocol order: (agency, whether it
    is only requested).

    A body that one head orders and another requests is ordered.
    """
    rows = db.session.execute(
        sa.select(Agency, sa.func.min(sa.cast(Assignment.is_request, sa.Integer)))
        .join(AssignmentMember, AssignmentMember.agency_id == Agency.id)
        .join(Assignment, Assignment.id == AssignmentMember.assignment_id)
        .where(Assignment.plan_id.in_(read_together(plan)))
        .group_by(Agency.id)
        .order_by(Agency.protocol_order, Agency.id)
    )
    return [(agency, bool(request)) for agency, request in rows]


def later_members(plan_id: int) -> dict[int, date]:
    """Agencies that the plan reaches only since they joined a group: agency id → the day."""
    rows = db.session.execute(
        sa.select(AssignmentMember.agency_id, sa.func.min(AssignmentMember.joined_on))
        .join(Assignment)
        .where(Assignment.plan_id == plan_id)
        .group_by(AssignmentMember.agency_id)
        .having(sa.func.count() == sa.func.count(AssignmentMember.joined_on))
    )
    return dict(rows.tuples().all())


def duties_of(agency: Agency, *, dated: bool | None = None) -> sa.Select[tuple[Duty]]:
    """The duties in force that an agency leads or that a head gives it; `dated`: only those with (without) a day."""
    query = (
        sa.select(Duty)
        .join(Duty.assignment)
        .where(
            Assignment.members.any(AssignmentMember.agency_id == agency.id),
            Assignment.plan.has(state="in_force"),
            Duty.ended_on.is_(None),
        )
        .order_by(Assignment.plan_id.desc(), Assignment.position, Duty.position, Duty.id)
    )
    if dated is not None:
        query = query.where(Duty.due_qualifier.is_not(None) if dated else Duty.due_qualifier.is_(None))
    return query


def duty_for(user: User, duty_id: int) -> Duty:
    """The duty, if this person may see it.

    Raises:
        NotVisible: it does not exist for this person.
    """
    duty = db.session.scalar(
        sa.select(Duty)
        .join(Duty.assignment)
        .where(Duty.id == duty_id, _visible(user))
        .options(
            joinedload(Duty.assignment).options(
                joinedload(Assignment.plan),
                joinedload(Assignment.agency),
                joinedload(Assignment.group),
                selectinload(Assignment.members).joinedload(AssignmentMember.agency),
            ),
            selectinload(Duty.supports).joinedload(DutySupport.agency),
        )
    )
    if duty is None:
        raise NotVisible
    return duty


def _visible(user: User) -> sa.ColumnElement[bool]:
    """An agency that the assignment reaches or that supports the duty; the plan's standing agency and committee."""
    if user.role is Role.COMMITTEE_MEMBER:
        return Assignment.plan.has(committee_id=user.agency_id)
    if not is_officer(user):
        return sa.false()
    own = sa.and_(
        ~Assignment.plan.has(state="in_review"),
        sa.or_(
            Assignment.members.any(AssignmentMember.agency_id == user.agency_id),
            Duty.supports.any(DutySupport.agency_id == user.agency_id),
        ),
    )
    if user.role is Role.STANDING_OFFICER:
        return sa.or_(own, Assignment.plan.has(standing_agency_id=user.agency_id))
    return own


def notes_of(duty: Duty, user: User) -> sa.Select[tuple[ProgressNote]]:
    """What was said of the duty, newest first. An agency reads its own words and those of the bodies that support
    or lead the same duty alone; of a duty given to many, each reads only its own."""
    query = (
        sa.select(ProgressNote)
        .where(ProgressNote.duty_id == duty.id)
        .order_by(ProgressNote.at.desc(), ProgressNote.id.desc())
        .options(
            joinedload(ProgressNote.agency), joinedload(ProgressNote.by), selectinload(ProgressNote.files)
        )
    )
    if follows(user, duty) or len(duty.assignment.members) == 1:
        return query
    return query.where(ProgressNote.agency_id == user.agency_id)


def follows(user: User, duty: Duty) -> bool:
    """Reads what every agency says of the duty."""
    return user.role is Role.COMMITTEE_MEMBER or (
        user.role is Role.STANDING_OFFICER and user.agency_id == duty.assignment.plan.standing_agency_id
    )


def last_notes(duties: Iterable[Duty], agency_id: int) -> dict[int, datetime]:
    """When the agency last said something of each of these duties."""
    rows = db.session.execute(
        sa.select(ProgressNote.duty_id, sa.func.max(ProgressNote.at))
        .where(ProgressNote.duty_id.in_([duty.id for duty in duties]), ProgressNote.agency_id == agency_id)
        .group_by(ProgressNote.duty_id)
    )
    return dict(rows.tuples().all())


def obligations_under(duty: Duty, user: User) -> list[Obligation]:
    """What the duty has made owed, as far as this person may see it, by day."""
    return list(
        db.session.scalars(
            whole_to(user)
            .where(Obligation.source_kind == SourceKind.DUTY, Obligation.source_id == duty.id)
            .order_by(Obligation.deadline_on, Obligation.agency_id)
            .options(joinedload(Obligation.agency))
            .limit(200)
        )
    )


def count_undated(agency_id: int) -> int:
    """How many duties of the agency name no day."""
    query = (
        sa.select(sa.func.count())
        .select_from(Duty)
        .join(Duty.assignment)
        .where(
            Assignment.members.any(AssignmentMember.agency_id == agency_id),
            Assignment.plan.has(state="in_force"),
            Duty.due_qualifier.is_(None),
            Duty.ended_on.is_(None),
        )
    )
    return db.session.scalar(query) or 0


@dataclass(frozen=True, slots=True)
class NewPlan:
    """A plan whose assignments wait to be taken note of."""

    plan: Any
    duties: int


def unacknowledged_plans(agency_id: int, limit: int = 3) -> list[NewPlan]:
    """Plans in force with assignments of this agency that nobody has taken note of, newest first."""
    plan = Assignment.plan.property.mapper.class_
    rows = db.session.execute(
        sa.select(plan, sa.func.count(Duty.id))
        .join(Assignment, Assignment.plan_id == plan.id)
        .join(AssignmentMember, AssignmentMember.assignment_id == Assignment.id)
        .outerjoin(Duty, Duty.assignment_id == Assignment.id)
        .where(
            AssignmentMember.agency_id == agency_id,
            AssignmentMember.acknowledged_at.is_(None),
            plan.state == "in_force",
        )
        .group_by(plan.id)
        .order_by(plan.confirmed_at.desc(), plan.id.desc())
        .limit(limit)
    )
    return [NewPlan(found, duties) for found, duties in rows]


def plan_assigned_to(agency_id: int, plan_id: int) -> Any | None:
    """The plan in force, if it assigns something to this agency."""
    plan = Assignment.plan.property.mapper.class_
    return db.session.scalar(
        sa.select(plan).where(
            plan.id == plan_id,
            plan.state == "in_force",
            sa.exists().where(
                Assignment.plan_id == plan.id,
                AssignmentMember.assignment_id == Assignment.id,
                AssignmentMember.agency_id == agency_id,
            ),
        )
    )


def owed_and_not_begun(duty: Duty, agency_id: int) -> list[Obligation]:
    """What this agency owes under the duty and nobody has said to be at work on."""
    return list(
        db.session.scalars(
            sa.select(Obligation).where(
                Obligation.source_kind == SourceKind.DUTY,
                Obligation.source_id == duty.id,
                Obligation.agency_id == agency_id,
                Obligation.settled_at.is_(None),
                Obligation.submitted_at.is_(None),
                Obligation.started_at.is_(None),
            )
        )
    )


def note_file_of(duty: Duty, user: User, file_id: int) -> ProgressNoteFile:
    """A file of a note that this person may read. Raises NotVisible."""
    readable = notes_of(duty, user).order_by(None).with_only_columns(ProgressNote.id)
    found = db.session.scalar(
        sa.select(ProgressNoteFile)
        .where(ProgressNoteFile.id == file_id, ProgressNoteFile.note_id.in_(readable))
        .options(joinedload(ProgressNoteFile.file))
    )
    if found is None:
        raise NotVisible
    return found


def status_request(request_id: int) -> StatusRequest | None:
    return db.session.get(StatusRequest, request_id)


def asked_about(request: StatusRequest, agency_id: int) -> list[Duty]:
    """The duties of a request that are given to this agency."""
    reached = Assignment.members.any(AssignmentMember.agency_id == agency_id)
    return list(
        db.session.scalars(
            sa.select(Duty)
            .join(Duty.assignment)
            .where(Duty.id.in_([duty.id for duty in request.duties]), reached)
            .order_by(Assignment.position, Duty.position, Duty.id)
        )
    )


def status_obligations(duty: Duty, user: User) -> list[Obligation]:
    """What was asked about this duty by a request for its status, as far as this person may see it."""
    requests = sa.select(StatusRequest.id).where(StatusRequest.duties.any(Duty.id == duty.id))
    reached = [member.agency_id for member in duty.assignment.members]
    return list(
        db.session.scalars(
            whole_to(user)
            .where(
                Obligation.source_kind == SourceKind.STATUS,
                Obligation.source_id.in_(requests),
                Obligation.agency_id.in_(reached),
            )
            .order_by(Obligation.deadline_on, Obligation.agency_id)
            .options(joinedload(Obligation.agency))
            .limit(200)
        )
    )


def undated_leads(plan: Any, *, duty_id: int | None = None, agency_id: int | None = None) -> list[Duty]:
    """The duties in force of a plan that name no day and that somebody leads; of one agency, or the one duty."""
    query = (
        sa.select(Duty)
        .join(Duty.assignment)
        .where(
            Assignment.plan_id == plan.id,
            Duty.due_qualifier.is_(None),
            Duty.ended_on.is_(None),
            Duty.role == DutyRole.LEAD,
        )
        .order_by(Assignment.position, Duty.position, Duty.id)
        .options(
            joinedload(Duty.assignment).selectinload(Assignment.members).joinedload(AssignmentMember.agency)
        )
    )
    if duty_id is not None:
        query = query.where(Duty.id == duty_id)
    if agency_id is not None:
        query = query.where(Assignment.members.any(AssignmentMember.agency_id == agency_id))
    return list(db.session.scalars(query))


def supports_of(duty_id: int, today: date) -> list[Agency]:
    """The cooperating bodies of a duty that are in the directory, as whoever answers for them today."""
    named = db.session.scalars(
        sa.select(Agency)
        .join(DutySupport, DutySupport.agency_id == Agency.id)
        .where(DutySupport.duty_id == duty_id)
    )
    answering = {body.id: body for agency in named if (body := successor_of(agency, today) or agency)}
    return list(answering.values())
