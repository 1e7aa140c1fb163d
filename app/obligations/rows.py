"""How an obligation is shown in a list: its day, the colour of its leaf, and the one act that comes next."""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from app.accounts.models import User
from app.deadlines import WorkCalendar
from app.obligations import rules
from app.obligations.models import Obligation, SourceKind
from app.obligations.rules import Standing, State

# Far from its day a duty is worked on, not handed in.
_DUTY_IN_HAND_DAYS = 14


class Act(enum.StrEnum):
    """What comes next for the agency that owes it."""

    SUBMIT = "submit"
    RESUBMIT = "resubmit"
    REGISTER = "register"
    PROGRESS = "progress"
    RESULT = "result"


@dataclass(frozen=True, slots=True)
class Row:
    obligation: Obligation
    standing: Standing
    day: date
    tone: str  # late, soon, upcoming, done, past
    act: Act | None

    @property
    def chip(self) -> str:
        """The state to show; a registration that is not in its last days says that it is missing."""
        if self.act is Act.REGISTER and self.standing.state in {State.UPCOMING, State.ACKNOWLEDGED}:
            return State.NOT_REGISTERED
        return self.standing.state

    @property
    def moved(self) -> bool:
        """Whether the day is another one than the plan names, so that «vì sao ngày này» has an answer."""
        return self.day != self.obligation.nominal_on


def rows_of(
    obligations: Iterable[Obligation], today: date, calendar: WorkCalendar, user: User | None = None
) -> list[Row]:
    """Rows for a list; acts only where `user` may do them."""
    return [row_of(obligation, today, calendar, user) for obligation in obligations]


def row_of(obligation: Obligation, today: date, calendar: WorkCalendar, user: User | None = None) -> Row:
    standing = rules.standing(obligation, today, calendar)
    mine = user is not None and rules.can_submit(user, obligation)
    return Row(
        obligation,
        standing,
        rules.day_that_counts(obligation),
        tone_of(standing),
        act_of(obligation, standing) if mine else None,
    )


def tone_of(standing: Standing) -> str:
    match standing.state:
        case State.OVERDUE:
            return "late"
        case State.DUE_SOON | State.DUE_TODAY | State.RETURNED:
            return "soon"
        case State.DONE_ON_TIME | State.NOTHING_AROSE | State.DONE_LATE:
            return "done"
        case State.WAIVED | State.CANCELLED | State.NO_RESPONSE | State.SUSPENDED:
            return "past"
        case _:
            return "upcoming"


def act_of(obligation: Obligation, standing: Standing) -> Act | None:
    if not rules.is_owed(obligation) or standing.state is State.SUSPENDED:
        return None
    if obligation.source_kind is SourceKind.MOVEMENT:
        return Act.REGISTER
    if obligation.returned_at is not None:
        return Act.RESUBMIT
    if obligation.source_kind is SourceKind.DUTY:
        far = standing.state is not State.OVERDUE and standing.days > _DUTY_IN_HAND_DAYS
        return Act.PROGRESS if far else Act.RESULT
    return Act.SUBMIT
