"""The lists of Việc của tôi and of the queue: what is asked of the database, and in which order."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from app.accounts.models import Role, User
from app.accounts.rules import is_officer
from app.extensions import db
from app.obligations.models import Obligation, Outcome
from app.obligations.outcomes import Result, having
from app.obligations.paging import Pages
from app.obligations.queries import (
    counting_day,
    given_to,
    is_past,
    list_options,
    not_suspended,
    row_options,
    suspended,
    waiting_for_review,
    ways_of,
    whole_to,
)
from app.obligations.rules import DUE_SOON_WORKING_DAYS
from app.organisations.models import Agency
from app.planreader import fold

# -- the queue and its filters ---------------------------------------------------------------------------------


COUNTED = 1000  # a longer list says «hơn 1.000»


class Filter(enum.StrEnum):
    """Which obligations the list shows."""

    REVIEW = "review"
    CORRECTION = "correction"  # đính chính, waiting for review
    OVERDUE = "overdue"
    SOON = "soon"
    RETURNED = "returned"
    EXTENSION = "extension"
    NO_RESPONSE = "no_response"
    OPEN = "open"
    STARTED = "started"
    SUSPENDED = "suspended"
    MINE = "mine"  # given to the asking person inside the agency
    DONE = "done"
    OFF = "off"  # waived or cancelled
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a person asked the list for."""

    state: Filter = Filter.ALL
    agency_id: int | None = None
    plan_id: int | None = None
    result: Result | None = None
    q: str = ""
    sort: str = ""


SORTS = {
    "day": (counting_day(), Obligation.id),
    "-day": (counting_day().desc(), Obligation.id.desc()),
    "handed": (Obligation.submitted_at.nulls_last(), Obligation.id),
    "-handed": (Obligation.submitted_at.desc().nulls_last(), Obligation.id.desc()),
    "agency": (Agency.protocol_order, Agency.name_key, counting_day(), Obligation.id),
    "-agency": (Agency.protocol_order.desc(), Agency.name_key.desc(), counting_day(), Obligation.id),
}


def default_sort(state: Filter) -> str:
    """The queue begins with what has waited longest, settled work with the newest, all else with its day."""
    return {Filter.REVIEW: "handed", Filter.DONE: "-day", Filter.OFF: "-day"}.get(state, "day")


def search(user: User, wanted: Wanted, today: date) -> sa.Select[tuple[Obligation]]:
    """All that this person may see of what is wanted, in order: for files and programs, which read on and on."""
    query = whole_to(user).join(Obligation.agency).where(*_conditions(user, wanted, today))
    return query.order_by(*order_of(wanted)).options(*row_options())


def order_of(wanted: Wanted) -> tuple[sa.ColumnElement[Any], ...]:
    return SORTS.get(wanted.sort) or SORTS[default_sort(wanted.state)]


def page_of(user: User, wanted: Wanted, today: date, number: int, per_page: int) -> Pages:
    """One page of what `search` finds, counted up to COUNTED, since nobody pages through more."""
    found = list(db.session.scalars(rows_of_page(user, wanted, today, number, per_page)))
    total = max(_count_up_to(COUNTED + 1, user, wanted, today), (number - 1) * per_page + len(found))
    return Pages(found[:per_page], total, number, per_page, more=total > COUNTED)


def rows_of_page(
    user: User, wanted: Wanted, today: date, number: int, per_page: int
) -> sa.Select[tuple[Obligation]]:
    """The rows of a page, and one more where there are any.

    A person comes to see obligations in up to three ways. One condition that joins them with OR makes a database
    read and sort all of them; so each way gives its own first rows through its own index, and the page is cut from
    those few.
    """
    skipped, conditions, order = (number - 1) * per_page, _conditions(user, wanted, today), order_of(wanted)

    def first_of(way: sa.ColumnElement[bool]) -> sa.Select[tuple[int]]:
        one = sa.select(Obligation.id).where(way, *conditions).order_by(*order).limit(skipped + per_page + 1)
        return one.join(Obligation.agency) if _asks_agency(wanted) else one

    picked = sa.union_all(*(sa.select(first_of(way).subquery()) for way in _ways(user))).subquery()
    rows = sa.select(Obligation).join(picked, picked.c.id == Obligation.id)
    if wanted.sort.endswith("agency"):
        rows = rows.join(Obligation.agency)
    return rows.order_by(*order).offset(skipped).limit(per_page + 1).options(*list_options())


def _ways(user: User) -> list[sa.ColumnElement[bool]]:
    return ways_of(user) or [sa.false()]


def _asks_agency(wanted: Wanted) -> bool:
    return bool(wanted.q.strip()) or wanted.sort.endswith("agency")


def _count_up_to(most: int, user: User, wanted: Wanted, today: date) -> int:
    conditions = _conditions(user, wanted, today)

    def some_of(way: sa.ColumnElement[bool]) -> sa.Select[tuple[int]]:
        one = sa.select(Obligation.id).where(way, *conditions).limit(most)
        return one.join(Obligation.agency) if wanted.q.strip() else one

    some = sa.union_all(*(sa.select(some_of(way).subquery()) for way in _ways(user))).subquery()
    return (
        db.session.scalar(sa.select(sa.func.count()).select_from(sa.select(some).limit(most).subquery())) or 0
    )


def _conditions(user: User, wanted: Wanted, today: date) -> list[sa.ColumnElement[bool]]:
    conditions = _state_conditions(user, wanted.state, today)
    if wanted.agency_id is not None:
        conditions.append(Obligation.agency_id == wanted.agency_id)
    if wanted.plan_id is not None:
        conditions.append(Obligation.plan_id == wanted.plan_id)
    if wanted.result is not None:
        conditions += having(wanted.result, is_past(today))
    for word in fold(wanted.q).split():
        conditions.append(
            sa.or_(
                Obligation.title_key.contains(word, autoescape=True),
                Agency.name_key.contains(word, autoescape=True),
                Obligation.plan.has(_plan_column("title_key").contains(word, autoescape=True)),
            )
        )
    return conditions


def _plan_column(name: str) -> sa.ColumnElement[str]:
    """A column of the plan, which stands above this feature."""
    column: sa.ColumnElement[str] = getattr(Obligation.plan.property.mapper.class_, name)
    return column


def _state_conditions(user: User, state: Filter, today: date) -> list[sa.ColumnElement[bool]]:
    opened = Obligation.settled_at.is_(None)
    owed = sa.and_(Obligation.submitted_at.is_(None), not_suspended(today))
    match state:
        case Filter.REVIEW:
            return [waiting_for_review(user).whereclause]
        case Filter.CORRECTION:
            return [Obligation.correction_at.is_not(None), *_reviewed_by(user)]
        case Filter.OVERDUE:
            return [opened, owed, is_past(today), Obligation.is_request.is_(False)]
        case Filter.NO_RESPONSE:
            return [opened, owed, is_past(today), Obligation.is_request.is_(True)]
        case Filter.SOON:
            # Working days are the calendar's business; calendar days that hold that many are near enough here.
            until = today + timedelta(days=DUE_SOON_WORKING_DAYS + 2)
            return [opened, owed, counting_day().between(today, until)]
        case Filter.RETURNED:
            return [opened, owed, Obligation.returned_at.is_not(None)]
        case Filter.EXTENSION:
            return [opened, Obligation.extension_asked_until.is_not(None)]
        case Filter.OPEN:
            return [opened]
        case Filter.STARTED:
            return [opened, owed, Obligation.started_at.is_not(None)]
        case Filter.SUSPENDED:
            return [opened, Obligation.submitted_at.is_(None), suspended(today)]
        case Filter.MINE:
            return [opened, given_to(user)]
        case Filter.DONE:
            return [Obligation.outcome.in_([Outcome.ACCEPTED, Outcome.NOTHING_AROSE])]
        case Filter.OFF:
            return [Obligation.outcome.in_([Outcome.WAIVED, Outcome.CANCELLED])]
        case _:
            return []


def _reviewed_by(user: User) -> list[sa.ColumnElement[bool]]:
    return [sa.or_(Obligation.standing_agency_id == user.agency_id, Obligation.receiver_id == user.agency_id)]


PLANS_OFFERED = 100


def agencies_in(user: User) -> list[tuple[int, str]]:
    """The agencies whose obligations this person may see, in protocol order: (id, name)."""
    rows = db.session.execute(
        sa.select(Agency.id, sa.func.coalesce(Agency.short_name, Agency.name))
        .where(_has_one(ways_of(user), Obligation.agency_id, Agency.id))
        .order_by(Agency.protocol_order, Agency.name_key)
    )
    return [(agency_id, name) for agency_id, name in rows]


def plans_in(user: User, chosen: int | None = None) -> list[tuple[int, str]]:
    """The newest plans under which this person may see obligations, newest first, and the chosen one wherever it
    stands: (id, number or title). Older ones are found by their words."""
    plan = Obligation.plan.property.mapper.class_
    query = sa.select(plan.id, sa.func.coalesce(plan.number, plan.title)).where(may_hold(user, plan))
    rows = [tuple(row) for row in db.session.execute(query.order_by(plan.id.desc()).limit(PLANS_OFFERED))]
    if chosen is not None and chosen not in dict(rows):
        rows += [tuple(row) for row in db.session.execute(query.where(plan.id == chosen))]
    return rows


def may_hold(user: User, plan: Any) -> sa.ColumnElement[bool]:
    """Plans that the person's agency runs or follows hold what it sees; of others it must owe or receive some."""
    if user.role is Role.COMMITTEE_MEMBER:
        return plan.committee_id == user.agency_id
    if not is_officer(user):
        return sa.false()
    received = sa.select(Obligation.plan_id).where(ways_of(user)[-1])
    ways = [
        _has_one([Obligation.agency_id == user.agency_id], Obligation.plan_id, plan.id),
        plan.id.in_(received),
    ]
    if user.role is Role.STANDING_OFFICER:
        ways.append(sa.and_(plan.standing_agency_id == user.agency_id, plan.confirmed_at.is_not(None)))
    return sa.or_(*ways)


def _has_one(
    ways: list[sa.ColumnElement[bool]], column: Any, of: sa.ColumnElement[int]
) -> sa.ColumnElement[bool]:
    """There is one that is seen in one of these ways. Asked way by way, one row each through an index, and not as
    EXISTS, which a planner turns into a walk over every obligation."""
    ones = [
        sa.select(Obligation.id).where(way, column == of).limit(1).scalar_subquery().is_not(None)
        for way in ways
    ]
    return sa.or_(sa.false(), *ones)
