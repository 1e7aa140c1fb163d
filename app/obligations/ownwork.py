"""Việc của tôi: what an agency owes, asked in few statements that are composed once and only bound afterwards.

Agencies of a province owe thousands of things at once; the page shows some tens of them, so the counts come from one
grouped walk over what is open, and the rows from another that keeps the first few of each list.
"""

from __future__ import annotations

import enum
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload, load_only

from app.accounts.models import User
from app.extensions import db
from app.obligations.models import Obligation, Part, Presentation
from app.obligations.queries import counting_day, given_to_officer, hand_downs, not_suspended, owed_by
from app.organisations.models import Agency

WEEKS = 12
PER_PAGE = 20
FEW = 10  # rows of the lists above the weeks to come
WAITING_SHOWN = 5

_AGENCY = sa.bindparam("agency_id", type_=sa.Integer)
_TODAY = sa.bindparam("today", type_=sa.Date)
_HORIZON = sa.bindparam("horizon", type_=sa.Date)


def horizon(today: date) -> date:
    """Last day of the line of weeks, which begins on the Monday of this week."""
    return today - timedelta(days=today.weekday()) + timedelta(weeks=WEEKS, days=-1)


@dataclass(frozen=True, slots=True)
class Counts:
    """What an agency owes, counted. `late`: ordered and past their day; `unanswered`: requests past theirs; `near`:
    due within seven days; `later`: behind the line of weeks; `everything`: also what is settled."""

    late: int
    unanswered: int
    coming: int
    near: int
    later: int
    everything: int
    days: list[tuple[date, bool, int]]  # of the weeks to come: (day, whether it was returned, how many)


@cache
def _counting() -> sa.CompoundSelect[Any]:
    day = counting_day()
    near = Obligation.deadline_on.between(_TODAY, sa.bindparam("near_until", type_=sa.Date))
    owed = (
        owed_by(_AGENCY, _TODAY)
        .order_by(None)
        .with_only_columns(
            sa.case((day.between(_TODAY, _HORIZON), day)).label("day"),
            (day < _TODAY).label("past"),
            Obligation.is_request,
            Obligation.returned_at.is_not(None).label("returned"),
            sa.case((near, 1), else_=0).label("near"),
        )
        .subquery()
    )
    key = (owed.c.day, owed.c.past, owed.c.is_request, owed.c.returned)
    counted = sa.select(*key, sa.func.count(), sa.func.sum(owed.c.near)).group_by(*key)
    # Everything of the agency, in a row that is told apart by its nulls.
    all_of_it = sa.select(
        sa.cast(sa.null(), sa.Date), sa.null(), sa.null(), sa.null(), sa.func.count(), sa.literal(0)
    ).where(Obligation.agency_id == _AGENCY)
    return counted.union_all(all_of_it)


def counts(agency_id: int, today: date) -> Counts:
    bound = {
        "agency_id": agency_id,
        "today": today,
        "horizon": horizon(today),
        "near_until": today + timedelta(days=7),
    }
    found: dict[str, int] = defaultdict(int)
    days: dict[tuple[date, bool], int] = defaultdict(int)
    for day, past, is_request, returned, count, near in db.session.execute(_counting(), bound):
        found["near"] += near
        if past is None:
            found["everything"] = count
        elif past:
            found["unanswered" if is_request else "late"] += count
        elif day is None:
            found["later"] += count
        else:
            days[day, bool(returned)] += count
    return Counts(
        late=found["late"],
        unanswered=found["unanswered"],
        coming=sum(days.values()),
        near=found["near"],
        later=found["later"],
        everything=found["everything"],
        days=sorted((day, returned, count) for (day, returned), count in days.items()),
    )


class Shelf(enum.IntEnum):
    """The lists of the page."""

    LATE = 1
    UNANSWERED = 2
    COMING = 3
    LATER = 4  # the nearest one only
    GIVEN = 5  # to this person, inside the agency
    WAITING = 6  # handed in and not decided yet, newest first


@cache
def _shelving() -> sa.Select[Any]:
    owed = (
        owed_by(_AGENCY, _TODAY)
        .order_by(None)
        .with_only_columns(
            Obligation.id,
            counting_day().label("day"),
            Obligation.is_request,
            given_to_officer(sa.bindparam("officer_id", type_=sa.Integer), _AGENCY).label("given"),
        )
        .cte("owed")
    )
    past = owed.c.day < _TODAY
    first_of = {
        Shelf.LATE: (sa.and_(past, owed.c.is_request.is_(False)), FEW, 0),
        Shelf.UNANSWERED: (sa.and_(past, owed.c.is_request.is_(True)), FEW, 0),
        Shelf.COMING: (
            owed.c.day.between(_TODAY, _HORIZON),
            PER_PAGE,
            sa.bindparam("skipped", type_=sa.Integer),
        ),
        Shelf.LATER: (owed.c.day > _HORIZON, 1, 0),
        Shelf.GIVEN: (owed.c.given, FEW, 0),
    }
    picked = [
        sa.select(sa.literal_column(str(shelf.value)).label("shelf"), owed.c.id)
        .where(which)
        .order_by(owed.c.day, owed.c.id)
        .limit(limit)
        .offset(offset)
        for shelf, (which, limit, offset) in first_of.items()
    ]
    picked.append(
        sa.select(sa.literal_column(str(Shelf.WAITING.value)).label("shelf"), Obligation.id)
        .where(
            Obligation.agency_id == _AGENCY,
            Obligation.settled_at.is_(None),
            Obligation.submitted_at.is_not(None),
        )
        .order_by(Obligation.submitted_at.desc(), Obligation.id)
        .limit(WAITING_SHOWN)
    )
    # SQLite takes a limit inside a union only in a query of its own.
    shelves = sa.union_all(*(sa.select(one.subquery()) for one in picked)).subquery("shelves")
    plan = Obligation.plan.property.mapper.class_  # it stands above this feature
    return (
        sa.select(shelves.c.shelf, Obligation)
        .join(shelves, shelves.c.id == Obligation.id)
        .order_by(
            shelves.c.shelf,
            sa.case((shelves.c.shelf == Shelf.WAITING.value, Obligation.submitted_at)).desc(),
            counting_day(),
            Obligation.id,
        )
        .options(
            joinedload(Obligation.receiver).options(load_only(Agency.name, Agency.short_name)),
            joinedload(Obligation.plan).options(load_only(plan.number, plan.title, plan.issuer)),
        )
    )


def shelves(user: User, today: date, page: int = 1) -> dict[Shelf, list[Obligation]]:
    """The rows of the page, by day; `page` is that of the weeks to come."""
    bound = {
        "agency_id": user.agency_id,
        "officer_id": user.id,
        "today": today,
        "horizon": horizon(today),
        "skipped": (page - 1) * PER_PAGE,
    }
    found: dict[Shelf, list[Obligation]] = {shelf: [] for shelf in Shelf}
    for shelf, obligation in db.session.execute(_shelving(), bound):
        found[Shelf(shelf)].append(obligation)
    return found


def inner_days(obligations: list[Obligation], user: User) -> dict[int, date]:
    """The inner day that this person was given with each of these, where one was."""
    if not obligations:
        return {}
    return {
        obligation_id: row.inner_due_on
        for obligation_id, rows in hand_downs([one.id for one in obligations]).items()
        for row in rows
        if row.officer_id == user.id and row.inner_due_on is not None
    }


def parts_to_file(agency_id: int, today: date, limit: int = FEW) -> list[Part]:
    """What leads wait for from this agency, soonest first."""
    return list(
        db.session.scalars(_parts(), {"agency_id": agency_id, "today": today, "at_most": limit}).unique()
    )


@cache
def _parts() -> sa.Select[tuple[Part]]:
    return (
        sa.select(Part)
        .join(Part.obligation)
        .where(
            Part.agency_id == _AGENCY,
            Part.filed_at.is_(None),
            Part.called_off_at.is_(None),
            Part.closed_at.is_(None),
            Obligation.settled_at.is_(None),
            Obligation.submitted_at.is_(None),
            not_suspended(_TODAY),
        )
        .order_by(Part.due_on, Part.id)
        .limit(sa.bindparam("at_most", type_=sa.Integer))
        .options(
            contains_eager(Part.obligation).joinedload(Obligation.agency),
            contains_eager(Part.obligation).joinedload(Obligation.plan),
        )
    )


def waiting_for_head(agency_id: int, limit: int = FEW) -> list[Presentation]:
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
