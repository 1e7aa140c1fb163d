"""The lists of Việc của tôi and of the queue: what is asked of the database, and in which order."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload

from app.accounts.models import User
from app.extensions import db
from app.obligations.models import Obligation, Outcome, Part, Presentation
from app.obligations.outcomes import Result, having
from app.obligations.queries import (
    counting_day,
    given_to,
    hand_downs,
    is_past,
    not_suspended,
    owed_by,
    row_options,
    suspended,
    waiting_for_review,
    whole_to,
)
from app.obligations.rules import DUE_SOON_WORKING_DAYS
from app.organisations.models import Agency
from app.planreader import fold

WEEKS = 12


def horizon(today: date) -> date:
    """Last day of the line of weeks, which begins on the Monday of this week."""
    return today - timedelta(days=today.weekday()) + timedelta(weeks=WEEKS, days=-1)


def late(agency_id: int, today: date) -> sa.Select[tuple[Obligation]]:
    return _ordered(owed_by(agency_id, today).where(is_past(today), Obligation.is_request.is_(False)))


def unanswered(agency_id: int, today: date) -> sa.Select[tuple[Obligation]]:
    """Requests past their day: never late, but not forgotten."""
    return _ordered(owed_by(agency_id, today).where(is_past(today), Obligation.is_request.is_(True)))


def coming(agency_id: int, today: date) -> sa.Select[tuple[Obligation]]:
    """What falls due within the weeks to come."""
    return _ordered(owed_by(agency_id, today).where(counting_day().between(today, horizon(today))))


def coming_days(agency_id: int, today: date) -> list[tuple[date, bool]]:
    """Each of them as (day, whether it was returned), for the line of weeks."""
    query = coming(agency_id, today).with_only_columns(counting_day(), Obligation.returned_at.is_not(None))
    return [(day, returned) for day, returned in db.session.execute(query)]


def waiting(agency_id: int) -> list[Obligation]:
    """Handed in and not decided yet, newest first."""
    return list(
        db.session.scalars(
            sa.select(Obligation)
            .where(
                Obligation.agency_id == agency_id,
                Obligation.settled_at.is_(None),
                Obligation.submitted_at.is_not(None),
            )
            .order_by(Obligation.submitted_at.desc(), Obligation.id)
            .limit(5)
            .options(*row_options())
        )
    )


def mine(user: User, today: date) -> sa.Select[tuple[Obligation]]:
    """What is handed down to this person and still to be done, by day."""
    return _ordered(owed_by(user.agency_id, today).where(given_to(user)))


def inner_days(obligation_ids: list[int], user: User) -> dict[int, date]:
    """The inner day that this person was given with each of these, where one was."""
    return {
        obligation_id: row.inner_due_on
        for obligation_id, rows in hand_downs(obligation_ids).items()
        for row in rows
        if row.officer_id == user.id and row.inner_due_on is not None
    }


def parts_to_file(agency_id: int, today: date, limit: int = 10) -> list[Part]:
    """What leads wait for from this agency, soonest first."""
    query = (
        sa.select(Part)
        .join(Part.obligation)
        .where(
            Part.agency_id == agency_id,
            Part.filed_at.is_(None),
            Part.called_off_at.is_(None),
            Part.closed_at.is_(None),
            Obligation.settled_at.is_(None),
            Obligation.submitted_at.is_(None),
            not_suspended(today),
        )
        .order_by(Part.due_on, Part.id)
        .limit(limit)
        .options(
            contains_eager(Part.obligation).joinedload(Obligation.agency),
            contains_eager(Part.obligation).joinedload(Obligation.plan),
        )
    )
    return list(db.session.scalars(query))


def waiting_for_head(agency_id: int, limit: int = 10) -> list[Presentation]:
    """Reports laid before the head of this agency, the longest waiting first."""
    query = (
        sa.select(Presentation)
        .join(Presentation.obligation)
        .where(Obligation.agency_id == agency_id, Presentation.decided_at.is_(None))
        .order_by(Presentation.at, Presentation.id)
        .limit(limit)
        .options(contains_eager(Presentation.obligation), joinedload(Presentation.by))
    )
    return list(db.session.scalars(query))


@dataclass(frozen=True, slots=True)
class Later:
    """What lies behind the line of weeks: how many, and the nearest."""

    count: int
    nearest: Obligation | None


def later(agency_id: int, today: date) -> Later:
    beyond = owed_by(agency_id, today).where(counting_day() > horizon(today))
    count = db.session.scalar(beyond.order_by(None).with_only_columns(sa.func.count())) or 0
    return Later(count, db.session.scalars(_ordered(beyond).limit(1)).first() if count else None)


def count_of(query: sa.Select[tuple[Obligation]]) -> int:
    return db.session.scalar(query.order_by(None).options().with_only_columns(sa.func.count())) or 0


def _ordered(query: sa.Select[tuple[Obligation]]) -> sa.Select[tuple[Obligation]]:
    return query.order_by(None).order_by(counting_day(), Obligation.id)


# -- the queue and its filters ---------------------------------------------------------------------------------


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
    """What this person may see of what is wanted."""
    query = whole_to(user).join(Obligation.agency).where(*_conditions(user, wanted, today))
    return query.order_by(*SORTS.get(wanted.sort) or SORTS[default_sort(wanted.state)]).options(
        *row_options()
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


def agencies_in(user: User) -> list[tuple[int, str]]:
    """The agencies whose obligations this person may see, in protocol order: (id, name)."""
    rows = db.session.execute(
        sa.select(Agency.id, sa.func.coalesce(Agency.short_name, Agency.name))
        .where(_has_one(user, Obligation.agency_id == Agency.id))
        .order_by(Agency.protocol_order, Agency.name_key)
    )
    return [(agency_id, name) for agency_id, name in rows]


def plans_in(user: User) -> list[tuple[int, str]]:
    """The plans under which this person may see obligations, newest first: (id, number or title)."""
    plan = Obligation.plan.property.mapper.class_
    rows = db.session.execute(
        sa.select(plan.id, sa.func.coalesce(plan.number, plan.title))
        .where(_has_one(user, Obligation.plan_id == plan.id))
        .order_by(plan.id.desc())
    )
    return [(plan_id, name) for plan_id, name in rows]


def _has_one(user: User, of: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    """There is one that this person may see. Asked one by one through an index and not as EXISTS, which a planner
    turns into a walk over every obligation."""
    one = whole_to(user).with_only_columns(Obligation.id).where(of).limit(1)
    return one.scalar_subquery().is_not(None)
