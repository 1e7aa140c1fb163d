"""A span of days gone through one by one: who would be told what on which day, of what is owed now and was owed then.

Nothing is written. The walk uses the same pure planning as the scheduler, remembers what it has said, and stops at the
first day on which a promise is broken.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa

from app.clock import VIETNAM, vietnam_day
from app.deadlines import Reading, WorkCalendar
from app.extensions import db
from app.obligations.models import Obligation
from app.plans.models import Plan, PlanState
from app.reminders import queries, walk
from app.reminders.planning import Planned, Step, may_speak, unsaid
from app.reminders.rounds import Round


class PromiseBroken(AssertionError):
    """A day of the simulation said something that must never be said."""


@dataclass(frozen=True, slots=True)
class Told:
    """One thing said to one person on one day."""

    on: date
    obligation_id: int
    user_id: int
    step: Step


def simulate(first: date, last: date, *, calendar: WorkCalendar, reading: Reading) -> Iterator[Told]:
    """Every day from `first` to `last`, each as the scheduler's morning run would find it.

    An obligation is owed from its day until it was handed in or settled; steps that lie before the first day count
    as said, except the latest.

    Raises:
        PromiseBroken: something was said twice, out of its order, on a day off, or of what is not owed.
    """
    rows = _rows(first, last)
    given = queries.in_charge([row.id for row in rows])
    said: dict[tuple[int, int], dict[int, Step]] = {}
    keys: set[str] = set()
    for day in (first + timedelta(days=n) for n in range((last - first).days + 1)):
        now = datetime.combine(day, time(8), VIETNAM)
        if not may_speak(now, calendar, time(7, 30), time(17)):
            continue
        this = Round(now=now, calendar=calendar, reading=reading)
        for row in rows:
            if not _is_owed(row, day):
                continue
            facts, heard = this.of_one(row, given.get(row.id, ()))
            newest = said.setdefault((row.id, row.version), {})
            for item in unsaid(facts, heard, dict(newest)):
                _check(item, newest.get(item.user_id), keys, day, calendar)
                keys.add(item.key)
                newest[item.user_id] = max(item.step, newest.get(item.user_id, item.step))
                if item.say:
                    yield Told(day, row.id, item.user_id, item.step)


def _rows(first: date, last: date) -> list[Any]:
    """Whatever may have been owed in these days under plans in force."""
    horizon = last + timedelta(days=120)
    query = (
        sa.select(*walk.columns(first), Obligation.owed_on, Obligation.submitted_at, Obligation.settled_at)
        .join(Plan, Plan.id == Obligation.plan_id)
        .where(
            Plan.state == PlanState.IN_FORCE,
            Obligation.owed_on <= last,
            Obligation.due_on <= horizon,
            sa.or_(
                Obligation.settled_at.is_(None),
                Obligation.settled_at >= datetime.combine(first, time(), VIETNAM),
            ),
        )
        .order_by(Obligation.id)
    )
    return list(db.session.execute(query).all())


def _is_owed(row: Any, day: date) -> bool:
    ends = [vietnam_day(at) for at in (row.submitted_at, row.settled_at) if at is not None]
    return row.owed_on <= day and not any(end <= day for end in ends)


def _check(item: Planned, last: Step | None, keys: set[str], day: date, calendar: WorkCalendar) -> None:
    if item.key in keys:
        raise PromiseBroken(f"{item.key} was planned twice")
    if item.step.on > day:
        raise PromiseBroken(f"{item.key} was said on {day}, before its day {item.step.on}")
    if item.say and last is not None and last.on >= item.step.on:
        raise PromiseBroken(f"{item.key} was said after {last.code}, which is later")
    if not calendar.is_working_day(day):
        raise PromiseBroken(f"{item.key} was said on {day}, a day off")
