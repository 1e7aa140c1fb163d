"""The lists of Việc của tôi and of the queue: what is asked of the database, and in which order."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, cast

import sqlalchemy as sa

from app.accounts.models import Role, User
from app.extensions import db
from app.obligations.models import Obligation, Outcome
from app.obligations.outcomes import Result, having
from app.obligations.paging import Pages
from app.obligations.queries import (
    counting_day,
    given_to,
    has_one,
    is_past,
    list_options,
    may_hold,
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
    conditions = _conditions(user, wanted, today, _soon_until(today), _words(wanted))
    query = whole_to(user).join(Obligation.agency).where(*conditions)
    return query.order_by(*order_of(wanted)).options(*row_options())


def order_of(wanted: Wanted) -> tuple[sa.ColumnElement[Any], ...]:
    return SORTS.get(wanted.sort) or SORTS[default_sort(wanted.state)]


def page_of(user: User, wanted: Wanted, today: date, number: int, per_page: int) -> Pages:
    """One page of what `search` finds, counted up to COUNTED, since nobody pages through more."""
    found = rows_of_page(user, wanted, today, number, per_page)
    bound = {**_bound(user, wanted, today), "first": COUNTED + 1}
    counted = db.session.scalar(_composed(_shape_of(user, wanted)).count, bound) or 0
    total = max(counted, (number - 1) * per_page + len(found))
    return Pages(found[:per_page], total, number, per_page, more=total > COUNTED)


def rows_of_page(user: User, wanted: Wanted, today: date, number: int, per_page: int) -> list[Obligation]:
    """The rows of a page, and one more where there are any."""
    skipped = (number - 1) * per_page
    bound = {
        **_bound(user, wanted, today),
        "first": skipped + per_page + 1,
        "skipped": skipped,
        "shown": per_page + 1,
    }
    return list(db.session.scalars(_composed(_shape_of(user, wanted)).rows, bound))


# -- statements: composed once for each shape of a question, and only bound afterwards ---------------------------


@dataclass(frozen=True, slots=True)
class _Shape:
    """All of a question that changes its statement; `words`: how many are searched for."""

    role: Role
    state: Filter
    in_agency: bool
    in_plan: bool
    result: Result | None
    words: int
    sort: str


@dataclass(frozen=True, slots=True)
class _Asker:
    """Somebody of a role; who it is, is bound."""

    role: Role
    id: Any
    agency_id: Any


@dataclass(frozen=True, slots=True)
class _Composed:
    rows: sa.Select[tuple[Obligation]]
    count: sa.Select[tuple[int]]


_USER = sa.bindparam("user_id", type_=sa.Integer)
_OWN_AGENCY = sa.bindparam("own_agency_id", type_=sa.Integer)
_FIRST = sa.bindparam("first", type_=sa.Integer)


def _shape_of(user: User, wanted: Wanted) -> _Shape:
    return _Shape(
        user.role,
        wanted.state,
        wanted.agency_id is not None,
        wanted.plan_id is not None,
        wanted.result,
        len(_words(wanted)),
        wanted.sort,
    )


def _bound(user: User, wanted: Wanted, today: date) -> dict[str, Any]:
    return {
        "user_id": user.id,
        "own_agency_id": user.agency_id,
        "today": today,
        "soon_until": _soon_until(today),
        "agency_id": wanted.agency_id,
        "plan_id": wanted.plan_id,
        **{f"word_{n}": word for n, word in enumerate(_words(wanted))},
    }


@lru_cache(512)
def _composed(shape: _Shape) -> _Composed:
    """The statements of a page and of its count.

    A person comes to see obligations in up to three ways. One condition that joins them with OR makes a database
    read and sort all of them; so each way gives its own first rows through its own index, and the page is cut from
    those few.
    """
    asker = cast(User, _Asker(shape.role, _USER, _OWN_AGENCY))
    wanted = Wanted(state=shape.state, result=shape.result, sort=shape.sort)
    if shape.in_agency:
        wanted = replace(wanted, agency_id=cast(int, sa.bindparam("agency_id", type_=sa.Integer)))
    if shape.in_plan:
        wanted = replace(wanted, plan_id=cast(int, sa.bindparam("plan_id", type_=sa.Integer)))
    words = [sa.bindparam(f"word_{n}", type_=sa.Text) for n in range(shape.words)]
    today, until = sa.bindparam("today", type_=sa.Date), sa.bindparam("soon_until", type_=sa.Date)
    conditions = _conditions(asker, wanted, today, until, words)
    order, by_agency = order_of(wanted), shape.sort.endswith("agency")
    ways = ways_of(asker) or [sa.false()]

    def first_of(way: sa.ColumnElement[bool], *, ordered: bool) -> sa.Select[tuple[int]]:
        one = sa.select(Obligation.id).where(way, *conditions).limit(_FIRST)
        if words or (ordered and by_agency):
            one = one.join(Obligation.agency)
        return one.order_by(*order) if ordered else one

    def together(*, ordered: bool) -> sa.Subquery:
        return sa.union_all(
            *(sa.select(first_of(way, ordered=ordered).subquery()) for way in ways)
        ).subquery()

    picked = together(ordered=True)
    rows = sa.select(Obligation).join(picked, picked.c.id == Obligation.id)
    if by_agency:
        rows = rows.join(Obligation.agency)
    rows = rows.order_by(*order).offset(sa.bindparam("skipped", type_=sa.Integer))
    some = sa.select(together(ordered=False)).limit(_FIRST).subquery()
    return _Composed(
        rows.limit(sa.bindparam("shown", type_=sa.Integer)).options(*list_options()),
        sa.select(sa.func.count()).select_from(some),
    )


def _words(wanted: Wanted) -> list[str]:
    """The words searched for, as they stand in a pattern."""
    escaped = fold(wanted.q).replace("/", "//").replace("%", "/%").replace("_", "/_")
    return escaped.split()


def _soon_until(today: date) -> date:
    # Working days are the calendar's business; calendar days that hold that many are near enough here.
    return today + timedelta(days=DUE_SOON_WORKING_DAYS + 2)


def _conditions(
    user: User, wanted: Wanted, today: Any, soon_until: Any, words: Sequence[Any]
) -> list[sa.ColumnElement[bool]]:
    """What is wanted; days and words may be parameters."""
    conditions = _state_conditions(user, wanted.state, today, soon_until)
    if wanted.agency_id is not None:
        conditions.append(Obligation.agency_id == wanted.agency_id)
    if wanted.plan_id is not None:
        conditions.append(Obligation.plan_id == wanted.plan_id)
    if wanted.result is not None:
        conditions += having(wanted.result, is_past(today))
    for word in words:
        conditions.append(
            sa.or_(
                Obligation.title_key.contains(word, escape="/"),
                Agency.name_key.contains(word, escape="/"),
                Obligation.plan.has(_plan_column("title_key").contains(word, escape="/")),
            )
        )
    return conditions


def _plan_column(name: str) -> sa.ColumnElement[str]:
    """A column of the plan, which stands above this feature."""
    column: sa.ColumnElement[str] = getattr(Obligation.plan.property.mapper.class_, name)
    return column


def _state_conditions(user: User, state: Filter, today: Any, soon_until: Any) -> list[sa.ColumnElement[bool]]:
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
            return [opened, owed, counting_day().between(today, soon_until)]
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
        .where(has_one(ways_of(user), Obligation.agency_id, Agency.id))
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
