"""What an agency has when it ends: as queries, the same for the preview and for the moving."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from app.accounts.models import User
from app.assignments.models import Assignment, AssignmentMember, Duty, DutySupport
from app.emulation.models import EmulationMovement, MovementParticipant, MovementReceiver
from app.extensions import db
from app.obligations.models import Obligation, Part, Submission
from app.obligations.queries import row_options
from app.organisations.models import Agency, AgencyGroup, AgencyGroupMember
from app.plans.models import Plan, PlanState
from app.schedules.models import ReportSchedule, ScheduleReporter


def people(agency: Agency) -> list[User]:
    """Open accounts, by name."""
    return _all(
        sa.select(User).where(User.agency_id == agency.id, User.closed_at.is_(None)).order_by(User.name_key)
    )


def owed(agency: Agency) -> list[Obligation]:
    """What it still owes, by day."""
    return _all(
        sa.select(Obligation)
        .where(Obligation.agency_id == agency.id, Obligation.settled_at.is_(None))
        .order_by(Obligation.deadline_on, Obligation.id)
        .options(*row_options())
    )


def received(agency: Agency) -> list[Obligation]:
    """What others still owe to it."""
    return _all(
        sa.select(Obligation)
        .where(Obligation.receiver_id == agency.id, Obligation.settled_at.is_(None))
        .order_by(Obligation.id)
        .options(*row_options())
    )


def parts(agency: Agency) -> list[Part]:
    """Parts that it still has to send to the agency in the lead."""
    return _all(
        sa.select(Part)
        .join(Obligation, Obligation.id == Part.obligation_id)
        .where(
            Part.agency_id == agency.id,
            Part.filed_at.is_(None),
            Part.called_off_at.is_(None),
            Part.closed_at.is_(None),
            Obligation.settled_at.is_(None),
        )
        .options(joinedload(Part.obligation))
    )


def settled_count(agency: Agency) -> int:
    return _count(
        sa.select(Obligation.id).where(Obligation.agency_id == agency.id, Obligation.settled_at.is_not(None))
    )


def plans_run(agency: Agency) -> list[Plan]:
    """Plans whose standing agency or committee it is, ended ones too: their papers are in its hands."""
    return _all(
        sa.select(Plan)
        .where(sa.or_(Plan.standing_agency_id == agency.id, Plan.committee_id == agency.id))
        .order_by(Plan.id)
    )


def memberships_in_assignments(agency: Agency) -> list[AssignmentMember]:
    return _all(
        sa.select(AssignmentMember)
        .join(AssignmentMember.assignment)
        .where(AssignmentMember.agency_id == agency.id, _in_force(Assignment.plan_id))
        .options(joinedload(AssignmentMember.assignment).joinedload(Assignment.plan))
    )


def supports(agency: Agency) -> list[DutySupport]:
    return _all(
        sa.select(DutySupport)
        .join(DutySupport.duty)
        .join(Duty.assignment)
        .where(DutySupport.agency_id == agency.id, Duty.ended_on.is_(None), _in_force(Assignment.plan_id))
        .options(joinedload(DutySupport.duty).joinedload(Duty.assignment))
    )


def reporting(agency: Agency) -> list[ScheduleReporter]:
    """Schedules that name it."""
    return _all(
        sa.select(ScheduleReporter)
        .join(ScheduleReporter.schedule)
        .where(
            ScheduleReporter.agency_id == agency.id,
            ReportSchedule.closed_on.is_(None),
            _in_force(ReportSchedule.plan_id),
        )
        .options(joinedload(ScheduleReporter.schedule))
    )


def schedules_received(agency: Agency) -> list[ReportSchedule]:
    """Running schedules whose reports go to it or through it."""
    return _all(
        sa.select(ReportSchedule).where(
            sa.or_(ReportSchedule.receiver_id == agency.id, ReportSchedule.via_id == agency.id),
            ReportSchedule.closed_on.is_(None),
            _in_force(ReportSchedule.plan_id),
        )
    )


def movements(agency: Agency) -> list[MovementParticipant | MovementReceiver]:
    found: list[Any] = []
    for model in (MovementParticipant, MovementReceiver):
        found += _all(
            sa.select(model)
            .join(EmulationMovement, EmulationMovement.id == model.movement_id)
            .where(model.agency_id == agency.id, _in_force(EmulationMovement.plan_id))
            .options(joinedload(model.movement))
        )
    return found


def group_memberships(agency: Agency) -> list[AgencyGroupMember]:
    return _all(
        sa.select(AgencyGroupMember)
        .join(AgencyGroup)
        .where(AgencyGroupMember.agency_id == agency.id)
        .order_by(AgencyGroup.name_key)
        .options(joinedload(AgencyGroupMember.group))
    )


def plans_touched(agency: Agency) -> list[Plan]:
    """Every plan in force under which the agency has something now or later: each is one choice where it has
    several heirs."""
    ids: set[int] = {plan.id for plan in plans_run(agency)}
    ids |= {row.assignment.plan_id for row in memberships_in_assignments(agency)}
    ids |= {row.duty.assignment.plan_id for row in supports(agency)}
    ids |= {row.schedule.plan_id for row in reporting(agency)}
    ids |= {row.plan_id for row in schedules_received(agency)}
    ids |= {row.movement.plan_id for row in movements(agency)}
    for column in (Obligation.agency_id, Obligation.receiver_id):
        ids |= set(
            db.session.scalars(
                sa.select(Obligation.plan_id)
                .where(column == agency.id, Obligation.settled_at.is_(None))
                .distinct()
            )
        )
    return _all(sa.select(Plan).where(Plan.id.in_(ids)).order_by(Plan.issued_on.desc(), Plan.id))


def handed_in_since(old_ids: Sequence[int], heir_ids: Sequence[int], since: Any) -> Obligation | None:
    """Something that an heir has handed in, by now, for what came to it from one of the old agencies."""
    return db.session.scalar(
        sa.select(Obligation)
        .join(Submission, Submission.obligation_id == Obligation.id)
        .where(
            Obligation.first_agency_id.in_(old_ids),
            Obligation.agency_id.in_(heir_ids),
            Submission.submitted_at >= since,
        )
        .limit(1)
    )


def inherited_and_open(old_ids: Sequence[int], heir_ids: Sequence[int]) -> list[Obligation]:
    return _all(
        sa.select(Obligation)
        .where(
            Obligation.first_agency_id.in_(old_ids),
            Obligation.agency_id.in_(heir_ids),
            Obligation.settled_at.is_(None),
        )
        .options(*row_options())
    )


def _in_force(column: Any) -> sa.ColumnElement[bool]:
    return column.in_(sa.select(Plan.id).where(Plan.state == PlanState.IN_FORCE))


def _all(query: Any) -> list[Any]:
    return list(db.session.scalars(query).unique())


def _count(query: Any) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(query.subquery())) or 0
