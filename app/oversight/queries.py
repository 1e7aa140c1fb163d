"""Reading for the board: a fixed number of grouped queries, whatever the number of obligations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from app.accounts.models import Role, User
from app.assignments.models import Assignment, Duty
from app.audit.models import AuditEntry
from app.extensions import db
from app.obligations.models import Obligation
from app.organisations.models import Agency, AgencyLevel
from app.organisations.queries import matching
from app.oversight.asof import AsOf, Facts, vietnam_date
from app.oversight.matrix import AgencyFacts, BoardState, Tally
from app.planreader import fold
from app.plans.models import Plan

WEEKS_AHEAD = 12
MONTHS_BACK = 12


@dataclass(frozen=True, slots=True)
class Scope:
    """What a board is about: the obligations that a person follows, of some plans, of one year or of all."""

    user: User
    year: int | None = None
    plan_id: int | None = None

    def where(self) -> sa.ColumnElement[bool]:
        """A standing officer follows the plans of its agency, a member those of its committee; others nothing."""
        if self.user.role is Role.STANDING_OFFICER:
            mine = Obligation.standing_agency_id == self.user.agency_id
        elif self.user.role is Role.COMMITTEE_MEMBER:
            mine = Obligation.committee_id == self.user.agency_id
        else:
            return sa.false()
        return mine if self.plan_id is None else sa.and_(mine, Obligation.plan_id == self.plan_id)

    def in_year(self, facts: Facts) -> sa.ColumnElement[bool]:
        """Due in the year, or due before it and still open: what is late never drops out at New Year."""
        if self.year is None:
            return sa.true()
        first, last = date(self.year, 1, 1), date(self.year, 12, 31)
        return sa.and_(facts.deadline <= last, sa.or_(Obligation.due_on >= first, sa.not_(facts.settled)))

    def plans(self) -> sa.ColumnElement[bool]:
        """The same for the plans themselves."""
        if self.user.role is Role.STANDING_OFFICER:
            mine = Plan.standing_agency_id == self.user.agency_id
        elif self.user.role is Role.COMMITTEE_MEMBER:
            mine = Plan.committee_id == self.user.agency_id
        else:
            return sa.false()
        return mine if self.plan_id is None else sa.and_(mine, Plan.id == self.plan_id)


def tallies(scope: Scope, as_of: AsOf) -> list[Tally]:
    """One row for each agency, plan and state: everything that the map and the counts are made of."""
    facts = Facts(as_of)
    inner = (
        sa.select(
            Obligation.agency_id,
            Obligation.plan_id,
            Obligation.is_request,
            facts.state.label("state"),
            facts.day.label("day"),
        )
        .where(scope.where(), facts.existed, scope.in_year(facts))
        .subquery()
    )
    key = (inner.c.agency_id, inner.c.plan_id, inner.c.state, inner.c.is_request)
    rows = db.session.execute(sa.select(*key, sa.func.count(), sa.func.min(inner.c.day)).group_by(*key))
    return [
        Tally(agency, plan, BoardState(state), bool(is_request), count, day)
        for agency, plan, state, is_request, count, day in rows
    ]


def agencies_of(ids: Sequence[int]) -> dict[int, AgencyFacts]:
    rows = db.session.execute(
        sa.select(Agency.id, Agency.short_name, Agency.name, Agency.protocol_order, Agency.level).where(
            Agency.id.in_(ids)
        )
    )
    return {
        key: AgencyFacts(key, short or name, order, level is AgencyLevel.COMMUNE)
        for key, short, name, order, level in rows
    }


def plans_followed(scope: Scope) -> list[Plan]:
    """Confirmed plans of the scope, oldest first, whatever `plan_id` says: for the choice of one."""
    everything = Scope(scope.user)
    return list(
        db.session.scalars(
            sa.select(Plan)
            .where(everything.plans(), Plan.confirmed_at.is_not(None))
            .order_by(Plan.issued_on, Plan.number, Plan.id)
        )
    )


def listed(scope: Scope, as_of: AsOf, states: Sequence[BoardState]) -> sa.Select[Any]:
    """Obligations in these states, with what a list says of each; the caller filters, orders and cuts."""
    facts = Facts(as_of)
    query = (
        sa.select(
            Obligation.id,
            Obligation.title,
            Obligation.words,
            Obligation.period,
            Obligation.nominal_on,
            Obligation.is_request,
            Obligation.agency_id,
            Obligation.plan_id,
            facts.deadline.label("deadline"),
            facts.day.label("day"),
            facts.state.label("state"),
            sa.func.coalesce(Agency.short_name, Agency.name).label("agency"),
            Agency.name.label("agency_name"),
            Plan.number.label("plan_number"),
            Plan.title.label("plan_title"),
            sa.func.coalesce(Obligation.first_submitted_at, Obligation.submitted_at).label("submitted_at"),
        )
        .join(Agency, Agency.id == Obligation.agency_id)
        .join(Plan, Plan.id == Obligation.plan_id)
        .where(scope.where(), facts.existed, scope.in_year(facts))
    )
    if list(states) == [BoardState.LATE]:
        return query.where(facts.late)  # the open ones alone: an index finds them
    return query.where(facts.state.in_([state.value for state in states]))


def words_in_list(text: str) -> sa.ColumnElement[bool]:
    """Condition of `listed`: the agency, the plan (both without diacritics) or the title holds the words."""
    key = fold(text)
    return sa.or_(
        matching(text),
        Plan.title_key.contains(key, autoescape=True),
        Obligation.title.icontains(text, autoescape=True),
    )


def most_pressing(scope: Scope, as_of: AsOf) -> dict[tuple[int, int], Any]:
    """For each agency and plan the open obligation with the earliest day: what the square's popover tells."""
    facts = Facts(as_of)
    place = sa.func.row_number().over(
        partition_by=(Obligation.agency_id, Obligation.plan_id), order_by=(facts.day, Obligation.id)
    )
    inner = (
        sa.select(
            Obligation.id,
            Obligation.title,
            Obligation.agency_id,
            Obligation.plan_id,
            facts.day.label("day"),
            place.label("place"),
        )
        .where(
            scope.where(), facts.existed, facts.owed, scope.in_year(facts),
            facts.state.in_([BoardState.LATE.value, BoardState.NO_RESPONSE.value, BoardState.SOON.value]),
        )
        .subquery()
    )  # fmt: skip
    rows = db.session.execute(sa.select(inner).where(inner.c.place == 1))
    return {(row.agency_id, row.plan_id): row for row in rows}


def due_by_day(scope: Scope, as_of: AsOf) -> list[tuple[date, int]]:
    """How much is due on each day of the weeks ahead, this week's Monday first."""
    facts = Facts(as_of)
    monday = as_of.day - timedelta(days=as_of.day.weekday())
    inner = (
        sa.select(facts.day.label("day"))
        .where(
            scope.where(),
            facts.existed,
            facts.owed,
            facts.day >= as_of.day,
            facts.day < monday + timedelta(weeks=WEEKS_AHEAD),
        )
        .subquery()
    )
    rows = db.session.execute(
        sa.select(inner.c.day, sa.func.count()).group_by(inner.c.day).order_by(inner.c.day)
    )
    return [(day, count) for day, count in rows]


def on_time_by_month(scope: Scope, as_of: AsOf) -> list[tuple[int, int, int, int]]:
    """(year, month, due, handed in on time) of ordered bodies, for the months up to the day's own.

    A month counts what was due in it by the day; in time is what had been handed in by its deadline.
    """
    facts = Facts(as_of)
    first = months_back(as_of.day, MONTHS_BACK - 1)
    handed_in = sa.func.coalesce(Obligation.first_submitted_at, Obligation.submitted_at)
    in_time = sa.and_(
        sa.or_(facts.settled, facts.handed_in), sa.not_(facts.was_late),
        sa.or_(handed_in.is_(None), vietnam_date(handed_in) <= facts.deadline),
    )  # fmt: skip
    inner = (
        sa.select(facts.deadline.label("day"), sa.case((in_time, 1), else_=0).label("in_time"))
        .where(
            scope.where(),
            facts.existed,
            Obligation.is_request.is_(False),
            facts.deadline >= first,
            facts.deadline < as_of.day,
        )
        .subquery()
    )
    key = (sa.extract("year", inner.c.day), sa.extract("month", inner.c.day))
    rows = db.session.execute(sa.select(*key, sa.func.count(), sa.func.sum(inner.c.in_time)).group_by(*key))
    return sorted((int(year), int(month), count, int(in_time)) for year, month, count, in_time in rows)


def months_back(day: date, count: int) -> date:
    """The first day of the month that lies `count` months before the day's own."""
    month = day.year * 12 + day.month - 1 - count
    return date(month // 12, month % 12 + 1, 1)


def without_date(scope: Scope, as_of: AsOf) -> int:
    """Duties that name no day: never late, counted apart. A duty counts from the day its plan was confirmed."""
    return (
        db.session.scalar(
            sa.select(sa.func.count())
            .select_from(Duty)
            .join(Assignment)
            .join(Plan, Plan.id == Assignment.plan_id)
            .where(scope.plans(), Plan.confirmed_at < as_of.end, Duty.due_qualifier.is_(None))
        )
        or 0
    )


def chosen(user: User, ids: Sequence[int]) -> list[Obligation]:
    """The obligations of a choice that this person follows, with what letters and mails say of them."""
    return list(
        db.session.scalars(
            sa.select(Obligation)
            .where(Obligation.id.in_(ids), Scope(user).where())
            .options(
                sa.orm.joinedload(Obligation.agency),
                sa.orm.joinedload(Obligation.plan),
                sa.orm.joinedload(Obligation.standing_agency).joinedload(Agency.parent),
                sa.orm.joinedload(Obligation.receiver),
            )
            .order_by(Obligation.id)
        )
    )


def last_urged(ids: Sequence[int], before: datetime) -> dict[int, AuditEntry]:
    """The last time that each of these obligations was urged, by letter or by mail, before an instant."""
    if not ids:
        return {}
    entries = db.session.scalars(
        sa.select(AuditEntry)
        .where(
            AuditEntry.act == "obligation.urged",
            AuditEntry.subject_type == Obligation.__tablename__,
            AuditEntry.subject_id.in_(ids),
            AuditEntry.at < before,
        )
        .order_by(AuditEntry.at, AuditEntry.id)
    )
    return {entry.subject_id: entry for entry in entries}
