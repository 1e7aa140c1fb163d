"""How obligations stood at the end of a day, as SQL over the facts: the same answers as `obligations.rules`, for
millions of rows at once and for any day.

Nothing about a past day is stored. A day's board is drawn again from what had happened by its midnight in
Vietnam: what was owed, the extensions decided, the submissions that were neither returned nor withdrawn, the
settlements. One fact is kept only in its latest form, the day given with a return: a day between two returns of
the same work is judged by the deadline.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa

from app.clock import VIETNAM
from app.deadlines import WorkCalendar
from app.obligations.models import Extension, Obligation, Outcome, Submission, Suspension
from app.obligations.outcomes import vietnam_date
from app.obligations.queries import suspended
from app.obligations.rules import DUE_SOON_WORKING_DAYS
from app.oversight.matrix import BoardState


@dataclass(frozen=True, slots=True)
class AsOf:
    """The day that a page stands on. `today` counts as it is now, any other day as it was at its midnight."""

    day: date
    today: date
    soon_until: date  # last day that is at most five working days away

    @classmethod
    def of(cls, day: date, today: date, calendar: WorkCalendar) -> AsOf:
        return cls(day, today, calendar.add_working_days(day, DUE_SOON_WORKING_DAYS + 1) - timedelta(days=1))

    @property
    def is_today(self) -> bool:
        return self.day == self.today

    @property
    def end(self) -> datetime:
        """The first instant that no longer counts: midnight after the day, in Vietnam."""
        return datetime.combine(self.day + timedelta(days=1), time(), VIETNAM).astimezone(UTC)


class Facts:
    """The columns of an obligation as they stood: `deadline`, `day` (that counts), `settled`, `handed_in`,
    `suspended`, `state`."""

    def __init__(self, as_of: AsOf):
        self.as_of = as_of
        o = Obligation
        if as_of.is_today:
            self.deadline: sa.ColumnElement[date] = sa.func.coalesce(o.extended_to, o.due_on)
            self.settled: sa.ColumnElement[bool] = o.settled_at.is_not(None)
            self.handed_in: sa.ColumnElement[bool] = o.submitted_at.is_not(None)
            returned: sa.ColumnElement[bool] = o.returned_at.is_not(None)
            self.suspended: sa.ColumnElement[bool] = suspended(as_of.day)
        else:
            self.deadline = _deadline_then(as_of.end)
            self.settled = sa.and_(o.settled_at.is_not(None), o.settled_at < as_of.end)
            self.handed_in = _handed_in_then(as_of.end)
            returned = sa.and_(o.returned_at.is_not(None), o.returned_at < as_of.end)
            self.suspended = _suspended_then(as_of)
        rework = sa.and_(returned, o.rework_until.is_not(None))
        self.returned = returned
        self.day: sa.ColumnElement[date] = sa.case(
            (rework, _later(self.deadline, o.rework_until)), else_=self.deadline
        )
        self.state: sa.ColumnElement[str] = self._state()

    @property
    def existed(self) -> sa.ColumnElement[bool]:
        """Owed by then, and not waived or cancelled by then."""
        gone = sa.and_(self.settled, Obligation.outcome.in_([Outcome.WAIVED, Outcome.CANCELLED]))
        return sa.and_(Obligation.owed_on <= self.as_of.day, sa.not_(gone))

    @property
    def owed(self) -> sa.ColumnElement[bool]:
        """Still in the hands of the agency that owes it, and not suspended."""
        running = sa.case((self.suspended, sa.false()), else_=sa.true())  # false, never null
        return sa.and_(sa.not_(self.settled), sa.not_(self.handed_in), running)

    @property
    def late(self) -> sa.ColumnElement[bool]:
        return sa.and_(self.owed, Obligation.is_request.is_(False), self.day < self.as_of.day)

    @property
    def was_late(self) -> sa.ColumnElement[bool]:
        """Handed in after its day; a request never is. As `rules.completed_late`, without asking for acceptance."""
        o = Obligation
        first = vietnam_date(sa.func.coalesce(o.first_submitted_at, o.submitted_at))
        accepted_by = _later(self.deadline, sa.func.coalesce(o.rework_until, self.deadline))
        return sa.and_(
            o.is_request.is_(False),
            o.submitted_at.is_not(None),
            sa.or_(first > self.deadline, vietnam_date(o.submitted_at) > accepted_by),
        )

    def _state(self) -> sa.ColumnElement[str]:
        past = self.day < self.as_of.day
        unanswered = sa.and_(Obligation.is_request.is_(True), sa.not_(self.returned))
        return sa.case(
            (sa.and_(self.settled, self.was_late), BoardState.DONE_LATE.value),
            (self.settled, BoardState.ON_TIME.value),
            (self.handed_in, BoardState.WAITING.value),
            (self.suspended, BoardState.SUSPENDED.value),
            (sa.and_(past, Obligation.is_request.is_(False)), BoardState.LATE.value),
            (sa.and_(past, unanswered), BoardState.NO_RESPONSE.value),
            (sa.and_(sa.not_(past), self.day <= self.as_of.soon_until), BoardState.SOON.value),
            else_=BoardState.RUNNING.value,
        )


def _later(one: Any, other: Any) -> sa.ColumnElement[date]:
    return sa.case((other > one, other), else_=one)


def _deadline_then(end: datetime) -> sa.ColumnElement[date]:
    """Extensions only ever move a day forward, so the newest granted one is the latest."""
    granted = (
        sa.select(sa.func.max(Extension.granted_until))
        .where(Extension.obligation_id == Obligation.id, Extension.decided_at < end)
        .correlate(Obligation)
        .scalar_subquery()
    )
    extended = sa.func.coalesce(granted, Obligation.due_on)
    # Only a row that was ever extended pays for the subquery.
    return sa.case((Obligation.extended_to.is_(None), Obligation.due_on), else_=extended)


def _suspended_then(as_of: AsOf) -> sa.ColumnElement[bool]:
    """Suspensions known by then whose days hold the day, and which nobody had ended by then. A row that was never
    suspended pays for nothing but the look into a small table."""
    return Obligation.id.in_(
        sa.select(Suspension.obligation_id).where(
            Suspension.at < as_of.end,
            Suspension.from_on <= as_of.day,
            sa.or_(Suspension.until_on.is_(None), Suspension.until_on >= as_of.day),
            sa.or_(Suspension.ended_at.is_(None), Suspension.ended_at >= as_of.end),
        )
    )


def _handed_in_then(end: datetime) -> sa.ColumnElement[bool]:
    o, s = Obligation, Submission
    waiting_then = (
        sa.select(s.id)
        .where(
            s.obligation_id == o.id,
            s.submitted_at < end,
            sa.or_(s.returned_at.is_(None), s.returned_at >= end),
            sa.or_(s.withdrawn_at.is_(None), s.withdrawn_at >= end),
        )
        .correlate(o)
        .exists()
    )
    as_now = sa.and_(o.submitted_at.is_not(None), o.submitted_at < end)
    # What is waiting or accepted since before then was so; of the rest only what has been returned or withdrawn
    # since has versions to look through.
    looked_up = sa.and_(sa.or_(o.submitted_at.is_(None), o.submitted_at >= end), waiting_then)
    return sa.or_(as_now, looked_up)
