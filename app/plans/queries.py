"""Reading plans: always through what the person may see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from app.accounts.models import Role, User
from app.accounts.rules import is_officer
from app.assignments.models import Assignment, AssignmentMember, Duty, DutySupport
from app.emulation.models import EmulationMovement, MovementParticipant, MovementReceiver
from app.errors import NotVisible
from app.extensions import db
from app.obligations.models import Obligation
from app.planreader import fold
from app.plans.models import Draft, Plan, PlanState, PlanText, ReadingState, ReadingTask
from app.schedules.models import ReportSchedule

SORTS = {
    "number": (Plan.number, Plan.id),
    "title": (Plan.title_key, Plan.id),
    "issued": (Plan.issued_on, Plan.id),
    "state": (Plan.state, Plan.issued_on, Plan.id),
}
NEWEST = (Plan.issued_on.is_(None).desc(), Plan.issued_on.desc(), Plan.id.desc())


def visible_plans(user: User) -> sa.Select[tuple[Plan]]:
    """Plans that name the person's agency, that it runs or receives reports of; a committee's own.

    A plan in review is seen by the officers of its standing agency alone: nothing of it holds yet. An administrator
    sees no plan by virtue of the role.
    """
    return sa.select(Plan).where(_visible(user))


def _visible(user: User) -> sa.ColumnElement[bool]:
    confirmed = Plan.state != PlanState.IN_REVIEW
    if user.role is Role.COMMITTEE_MEMBER:
        return sa.and_(confirmed, Plan.committee_id == user.agency_id)
    if not is_officer(user):
        return sa.false()
    own = user.agency_id
    named = [
        sa.select(AssignmentMember.agency_id).join(Assignment).where(
            Assignment.plan_id == Plan.id, AssignmentMember.agency_id == own
        ),
        sa.select(DutySupport.id).join(Duty).join(Assignment).where(
            Assignment.plan_id == Plan.id, DutySupport.agency_id == own
        ),
        sa.select(Obligation.id).where(Obligation.plan_id == Plan.id, Obligation.agency_id == own),
        sa.select(MovementParticipant.agency_id).join(EmulationMovement).where(
            EmulationMovement.plan_id == Plan.id, MovementParticipant.agency_id == own
        ),
        sa.select(ReportSchedule.id).where(ReportSchedule.plan_id == Plan.id, ReportSchedule.receiver_id == own),
        sa.select(MovementReceiver.agency_id).join(EmulationMovement).where(
            EmulationMovement.plan_id == Plan.id, MovementReceiver.agency_id == own
        ),
    ]  # fmt: skip
    seen = sa.and_(confirmed, sa.or_(*(query.exists() for query in named)))
    if user.role is Role.STANDING_OFFICER:
        return sa.or_(Plan.standing_agency_id == own, seen)
    return sa.or_(seen, sa.and_(confirmed, Plan.standing_agency_id == own))


def readings_of(user: User) -> Sequence[ReadingTask]:
    """The documents of the person's agency that wait, are being read, or were refused; the oldest first."""
    return db.session.scalars(
        _readings(user).where(ReadingTask.state != ReadingState.READ).order_by(ReadingTask.id)
    ).all()


def reading_for(user: User, task_id: int) -> ReadingTask:
    """A document on its way, if this person may see it.

    Raises:
        NotVisible: it does not exist for this person.
    """
    task = db.session.scalar(_readings(user).where(ReadingTask.id == task_id))
    if task is None:
        raise NotVisible
    return task


def _readings(user: User) -> sa.Select[tuple[ReadingTask]]:
    own = ReadingTask.standing_agency_id == user.agency_id
    return sa.select(ReadingTask).where(own if user.role is Role.STANDING_OFFICER else sa.false())


def plan_for(user: User, plan_id: int) -> Plan:
    """The plan, if this person may see it.

    Raises:
        NotVisible: it does not exist for this person.
    """
    plan = db.session.scalar(
        visible_plans(user)
        .where(Plan.id == plan_id)
        .options(
            joinedload(Plan.standing_agency),
            joinedload(Plan.committee),
            joinedload(Plan.created_by),
            joinedload(Plan.confirmed_by),
            selectinload(Plan.components),
        )
    )
    if plan is None:
        raise NotVisible
    return plan


def draft_of(plan: Plan, draft_id: int) -> Draft:
    draft = db.session.get(Draft, draft_id)
    if draft is None or draft.plan_id != plan.id:
        raise NotVisible
    return draft


def find_plans(
    user: User, *, q: str = "", state: str = "", year: int | None = None, sort: str = ""
) -> sa.Select[tuple[Plan]]:
    """The list of plans. `q` finds every word in number or title, diacritics or not; `year`: issued then, or running
    then; `sort`: a key of SORTS, with «-» before it the other way round."""
    query = visible_plans(user).options(joinedload(Plan.standing_agency))
    for word in fold(q).split():
        query = query.where(Plan.title_key.contains(word, autoescape=True))
    if state in set(PlanState):
        query = query.where(Plan.state == state)
    if year is not None:
        issued = sa.and_(Plan.issued_on >= date(year, 1, 1), Plan.issued_on <= date(year, 12, 31))
        running = sa.and_(
            Plan.period_from <= year, sa.func.coalesce(Plan.period_to, Plan.period_from) >= year
        )
        query = query.where(sa.or_(issued, running))
    columns = SORTS.get(sort.removeprefix("-"))
    if columns is None:
        return query.order_by(*NEWEST)
    return query.order_by(*(column.desc() if sort.startswith("-") else column for column in columns))


def years(user: User) -> list[int]:
    """The years that the plans of this person cover, newest first, for the filter."""
    rows = db.session.execute(
        visible_plans(user).with_only_columns(Plan.issued_on, Plan.period_from, Plan.period_to).distinct()
    )
    found: set[int] = set()
    for issued_on, first, last in rows:
        found.update({issued_on.year} if issued_on else ())
        if first:
            found.update(range(first, (last or first) + 1))
    return sorted(found, reverse=True)


@dataclass(frozen=True, slots=True)
class Counts:
    """How far the obligations of one plan have come, as far as the asking person sees them."""

    total: int = 0
    settled: int = 0
    late: int = 0
    waiting: int = 0

    @property
    def open(self) -> int:
        return self.total - self.settled


def progress_of(plans: Sequence[Plan], visible: sa.Select[Any], today: date) -> dict[int, Counts]:
    """Counts of several plans in one query. `visible` is `obligations.queries.whole_to(user)`."""
    owed = visible.where(Obligation.plan_id.in_([plan.id for plan in plans])).subquery()
    settled = owed.c.settled_at.is_not(None)
    waiting = sa.and_(~settled, owed.c.submitted_at.is_not(None))
    deadline = sa.func.coalesce(owed.c.extended_to, owed.c.due_on)
    running = sa.or_(
        owed.c.suspended_at.is_(None), owed.c.suspended_from > today, owed.c.suspended_until < today
    )
    late = sa.and_(~settled, owed.c.submitted_at.is_(None), running, deadline < today, ~owed.c.is_request)
    sums = [_sum(condition) for condition in (settled, late, waiting)]
    rows = db.session.execute(sa.select(owed.c.plan_id, sa.func.count(), *sums).group_by(owed.c.plan_id))
    return {row[0]: Counts(row[1], row[2] or 0, row[3] or 0, row[4] or 0) for row in rows}


def _sum(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return sa.func.sum(sa.case((condition, 1), else_=0))


def next_due(plan: Plan, visible: sa.Select[Any], today: date) -> dict[int, tuple[date, int]]:
    """For each schedule of the plan: its next day among open obligations, and how many are due that day."""
    rows = db.session.execute(
        visible.with_only_columns(Obligation.source_id, Obligation.due_on, sa.func.count())
        .where(
            Obligation.plan_id == plan.id,
            Obligation.source_kind == "schedule",
            Obligation.settled_at.is_(None),
            Obligation.due_on >= today,
        )
        .group_by(Obligation.source_id, Obligation.due_on)
        .order_by(Obligation.due_on)
    )
    found: dict[int, tuple[date, int]] = {}
    for source_id, due_on, count in rows:
        found.setdefault(source_id, (due_on, count))
    return found


def possible_predecessors(plan: Plan) -> list[Plan]:
    """Plans of the same standing agency that this one may replace, newest first."""
    return list(
        db.session.scalars(
            sa.select(Plan)
            .where(
                Plan.standing_agency_id == plan.standing_agency_id,
                Plan.id != plan.id,
                Plan.state != PlanState.IN_REVIEW,
            )
            .order_by(*NEWEST)
            .limit(200)
        )
    )


def later_plans(plan: Plan, user: User) -> list[Plan]:
    """Plans that replace this one, as far as the person sees them."""
    return list(db.session.scalars(visible_plans(user).where(Plan.supersedes_id == plan.id)))


def source_of(plan: Plan) -> PlanText | None:
    return db.session.scalar(
        sa.select(PlanText).where(PlanText.plan_id == plan.id).options(joinedload(PlanText.file))
    )
