"""Reading what plans give to whom."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from app.accounts.models import Role, User
from app.accounts.rules import is_officer
from app.assignments.models import Assignment, AssignmentMember, Duty, DutySupport
from app.errors import NotVisible
from app.extensions import db
from app.organisations.models import Agency


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


def assigned_agencies(plan: Any) -> list[tuple[Agency, bool]]:
    """Everybody whom the plan assigns, once each, in protocol order: (agency, whether it is only requested).

    A body that one head orders and another requests is ordered.
    """
    rows = db.session.execute(
        sa.select(Agency, sa.func.min(sa.cast(Assignment.is_request, sa.Integer)))
        .join(AssignmentMember, AssignmentMember.agency_id == Agency.id)
        .join(Assignment, Assignment.id == AssignmentMember.assignment_id)
        .where(Assignment.plan_id == plan.id)
        .group_by(Agency.id)
        .order_by(Agency.protocol_order, Agency.id)
    )
    return [(agency, bool(request)) for agency, request in rows]


def duties_of(agency: Agency, *, dated: bool | None = None) -> sa.Select[tuple[Duty]]:
    """The duties in force that an agency leads or that a head gives it; `dated`: only those with (without) a day."""
    query = (
        sa.select(Duty)
        .join(Duty.assignment)
        .where(
            Assignment.members.any(AssignmentMember.agency_id == agency.id),
            Assignment.plan.has(state="in_force"),
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
