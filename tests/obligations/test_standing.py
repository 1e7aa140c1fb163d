"""How an obligation stands on a day. Today is Wednesday 25/11/2026."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from app.deadlines import WorkCalendar
from app.obligations import rules
from app.obligations.models import Obligation, Outcome
from app.obligations.rules import State, standing

TODAY = date(2026, 11, 25)
CALENDAR = WorkCalendar()


def on(day: date, hour: int = 3) -> datetime:
    """10:00 in Vietnam on this day, unless another UTC hour is said."""
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def owed(due_on: date, **facts: Any) -> Obligation:
    return Obligation(due_on=due_on, nominal_on=due_on, is_request=facts.pop("is_request", False), **facts)


def state(obligation: Obligation, today: date = TODAY) -> tuple[str, int, int]:
    found = standing(obligation, today, CALENDAR)
    return str(found.state), found.days, found.working_days


def test_due_soon_begins_at_five_working_days() -> None:
    assert state(owed(date(2026, 12, 2))) == ("due_soon", 7, 5)
    assert state(owed(date(2026, 12, 3))) == ("upcoming", 8, 6)


def test_both_counts_are_told() -> None:
    assert state(owed(date(2026, 11, 30))) == ("due_soon", 5, 3)


def test_the_day_itself_is_not_late() -> None:
    assert state(owed(TODAY)) == ("due_today", 0, 0)
    assert state(owed(TODAY - timedelta(days=1)))[:2] == ("overdue", 1)


def test_a_request_past_its_day_is_unanswered_never_late() -> None:
    asked = owed(date(2026, 11, 16), is_request=True)
    assert state(asked)[:2] == ("no_response", 9)
    assert rules.days_late(asked, TODAY) == 0


def test_a_granted_day_counts_instead_of_the_plans() -> None:
    extended = owed(date(2026, 11, 16), extended_to=date(2026, 12, 15))
    assert state(extended)[0] == "extended"
    assert rules.days_late(extended, TODAY) == 0
    assert rules.days_late_by_plan(extended, TODAY) == 9


def test_a_waiting_request_for_extension_shows_until_the_day_has_passed() -> None:
    assert state(owed(date(2026, 11, 30), extension_asked_until=date(2026, 12, 10)))[0] == "extension_asked"
    assert state(owed(date(2026, 11, 20), extension_asked_until=date(2026, 12, 10)))[0] == "overdue"


def test_work_that_waits_for_confirmation_is_not_late_while_it_waits() -> None:
    waiting = owed(
        date(2026, 11, 16), submitted_at=on(date(2026, 11, 16)), first_submitted_at=on(date(2026, 11, 16))
    )
    assert state(waiting) == ("submitted", 0, 0)


def test_returned_work_counts_to_the_later_of_deadline_and_rework_day() -> None:
    facts = {"first_submitted_at": on(date(2026, 11, 15)), "returned_at": on(date(2026, 11, 20))}
    assert state(owed(date(2026, 11, 16), rework_until=date(2026, 11, 30), **facts)) == ("returned", 5, 3)
    assert state(owed(date(2026, 12, 9), rework_until=date(2026, 11, 20), **facts))[:2] == ("returned", 14)
    assert state(owed(date(2026, 11, 16), rework_until=date(2026, 11, 20), **facts))[:2] == ("overdue", 5)


def accepted(due_on: date, first: datetime, last: datetime | None = None, **facts: Any) -> Obligation:
    return owed(
        due_on,
        first_submitted_at=first,
        submitted_at=last or first,
        settled_at=last or first,
        outcome=facts.pop("outcome", Outcome.ACCEPTED),
        **facts,
    )


def test_on_time_is_judged_by_the_submission_however_late_the_reviewer_is() -> None:
    done = accepted(date(2026, 11, 16), on(date(2026, 11, 16)))
    done.settled_at = on(date(2026, 11, 25))
    assert state(done)[0] == "done_on_time"
    assert not rules.completed_late(done)


def test_the_vietnamese_day_of_the_submission_counts() -> None:
    last_minute = datetime(2026, 11, 16, 16, 59, 59, tzinfo=UTC)  # 23:59:59 in Vietnam
    assert state(accepted(date(2026, 11, 16), last_minute))[0] == "done_on_time"
    assert state(accepted(date(2026, 11, 16), last_minute + timedelta(seconds=1)))[:2] == ("done_late", 1)


def test_a_first_submission_in_time_keeps_its_day_through_a_return() -> None:
    done = accepted(
        date(2026, 11, 16), on(date(2026, 11, 14)), on(date(2026, 11, 24)),
        returned_at=on(date(2026, 11, 18)), rework_until=date(2026, 11, 25),
    )  # fmt: skip
    assert state(done)[0] == "done_on_time"


def test_rework_after_its_own_day_is_late() -> None:
    done = accepted(
        date(2026, 11, 16), on(date(2026, 11, 14)), on(date(2026, 11, 24)),
        returned_at=on(date(2026, 11, 18)), rework_until=date(2026, 11, 20),
    )  # fmt: skip
    assert state(done)[:2] == ("done_late", 4)
    assert rules.completed_late(done)


def test_a_late_first_submission_stays_late_after_a_return() -> None:
    done = accepted(
        date(2026, 11, 16), on(date(2026, 11, 18)), on(date(2026, 11, 20)),
        returned_at=on(date(2026, 11, 19)), rework_until=date(2026, 11, 25),
    )  # fmt: skip
    assert state(done)[:2] == ("done_late", 2)


def test_a_generous_extension_does_not_hide_lateness_from_statistics() -> None:
    done = accepted(date(2026, 11, 16), on(date(2026, 11, 20)), extended_to=date(2026, 11, 30))
    assert state(done)[0] == "done_on_time"
    assert rules.days_late_by_plan(done, TODAY) == 4


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        (Outcome.NOTHING_AROSE, State.NOTHING_AROSE),
        (Outcome.ACCEPTED, State.DONE_ON_TIME),
        (Outcome.WAIVED, State.WAIVED),
        (Outcome.CANCELLED, State.CANCELLED),
    ],
)
def test_each_outcome_is_told_apart(outcome: Outcome, expected: State) -> None:
    assert state(accepted(date(2026, 11, 16), on(date(2026, 11, 16)), outcome=outcome))[0] == expected


def test_what_was_waived_after_its_day_is_not_late() -> None:
    waived = owed(date(2026, 11, 16), settled_at=on(TODAY), outcome=Outcome.WAIVED)
    assert state(waived) == ("waived", 0, 0)
    assert rules.days_late_by_plan(waived, TODAY) == 0
