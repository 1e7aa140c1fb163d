"""The honest outcomes, told apart: on time, late, không phát sinh, exempted, missing; and on time only by extension.

The same answers as `rules`, for many rows at once.
"""

from __future__ import annotations

import enum
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from app.obligations import rules
from app.obligations.models import Obligation, Outcome


class Result(enum.StrEnum):
    """How it ended, or that it did not."""

    ON_TIME = "on_time"
    BY_EXTENSION = "by_extension"  # within the granted day, after the plan's own
    LATE = "late"
    NOTHING = "nothing"  # không phát sinh, in time
    EXEMPT = "exempt"
    CANCELLED = "cancelled"
    MISSING = "missing"  # its day has passed and nothing has been handed in


class vietnam_date(FunctionElement[date]):
    """The calendar day in Vietnam on which an instant falls (UTC+7, without summer time)."""

    type = sa.Date()
    inherit_cache = True


@compiles(vietnam_date, "sqlite")
def _on_sqlite(element: vietnam_date, compiler: Any, **kwargs: Any) -> str:
    return f"date({compiler.process(element.clauses, **kwargs)}, '+7 hours')"


@compiles(vietnam_date)
def _on_postgresql(element: vietnam_date, compiler: Any, **kwargs: Any) -> str:
    return f"CAST(({compiler.process(element.clauses, **kwargs)}) AT TIME ZONE 'Asia/Ho_Chi_Minh' AS DATE)"


def result_of(obligation: Obligation, today: date) -> Result | None:
    """Its outcome; None while it is on its way in time, or waits for confirmation."""
    match obligation.outcome:
        case Outcome.WAIVED:
            return Result.EXEMPT
        case Outcome.CANCELLED:
            return Result.CANCELLED
        case None:
            late = rules.is_owed(obligation) and rules.days_late(obligation, today) > 0
            return Result.MISSING if late else None
    if rules.days_late(obligation, today):
        return Result.LATE
    if obligation.outcome is Outcome.NOTHING_AROSE:
        return Result.NOTHING
    return Result.BY_EXTENSION if rules.days_late_by_plan(obligation, today) else Result.ON_TIME


def having(result: Result, past: sa.ColumnElement[bool]) -> list[sa.ColumnElement[bool]]:
    """The conditions under which an obligation has this result. `past`: the day that counts has passed."""
    first, last = vietnam_date(Obligation.first_submitted_at), vietnam_date(Obligation.submitted_at)
    rework = sa.case(
        (Obligation.rework_until > Obligation.deadline_on, Obligation.rework_until),
        else_=Obligation.deadline_on,
    )
    ordered = Obligation.is_request.is_(False)
    late = sa.and_(ordered, sa.or_(first > Obligation.deadline_on, last > rework))
    after_plan = sa.and_(ordered, first > Obligation.due_on)
    accepted = Obligation.outcome == Outcome.ACCEPTED
    match result:
        case Result.ON_TIME:
            return [accepted, sa.not_(late), sa.not_(after_plan)]
        case Result.BY_EXTENSION:
            return [accepted, sa.not_(late), after_plan]
        case Result.LATE:
            return [Obligation.outcome.in_([Outcome.ACCEPTED, Outcome.NOTHING_AROSE]), late]
        case Result.NOTHING:
            return [Obligation.outcome == Outcome.NOTHING_AROSE, sa.not_(late)]
        case Result.EXEMPT:
            return [Obligation.outcome == Outcome.WAIVED]
        case Result.CANCELLED:
            return [Obligation.outcome == Outcome.CANCELLED]
        case Result.MISSING:
            return [Obligation.settled_at.is_(None), Obligation.submitted_at.is_(None), past, ordered]
