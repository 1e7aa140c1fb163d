"""Counting over working days, and what an administrator's exceptions change."""

from __future__ import annotations

import time
from datetime import date, timedelta

import pytest

from app.deadlines import DayException, DayKind, OffCode, WorkCalendar

CALENDAR = WorkCalendar()
WEDNESDAY, MONDAY = date(2026, 11, 25), date(2026, 11, 30)


def test_from_a_wednesday_to_the_next_monday_there_are_three_working_days() -> None:
    assert CALENDAR.working_days_between(WEDNESDAY, MONDAY) == 3
    assert CALENDAR.working_days_between(MONDAY, WEDNESDAY) == -3
    assert CALENDAR.working_days_between(MONDAY, MONDAY) == 0


@pytest.mark.parametrize(
    ("day", "count", "expected"),
    [
        (date(2026, 11, 20), 1, date(2026, 11, 23)),  # Friday to Monday
        (date(2026, 11, 21), 1, date(2026, 11, 23)),  # so from the Saturday
        (date(2026, 11, 22), -1, date(2026, 11, 20)),  # and back from the Sunday
        (date(2026, 11, 23), 1, date(2026, 11, 25)),  # over 24/11
        (date(2026, 11, 22), 0, date(2026, 11, 22)),  # nothing is counted
        (date(2026, 2, 13), 1, date(2026, 2, 23)),  # over Tết
        (date(2026, 2, 23), -5, date(2026, 2, 9)),
        (date(2025, 12, 31), 1, date(2026, 1, 5)),  # over New Year and a swapped Friday
        (date(2026, 1, 9), 1, date(2026, 1, 10)),  # onto a Saturday worked
        (date(2026, 1, 5), -1, date(2025, 12, 31)),
        (date(2025, 11, 18), 10, date(2025, 12, 2)),  # ten working days from the receipt of a plan
        (date(2017, 1, 1), 5000, None),
        (date(2036, 12, 31), -4000, None),
    ],
)
def test_working_days_are_counted_without_the_first_day(day: date, count: int, expected: date | None) -> None:
    found = CALENDAR.add_working_days(day, count)
    if expected is not None:
        assert found == expected
    assert _by_walking(day, count) == found


def _by_walking(day: date, count: int) -> date:
    step = timedelta(days=1 if count > 0 else -1)
    for _ in range(abs(count)):
        day += step
        while not CALENDAR.is_working_day(day):
            day += step
    return day


def test_rolling_leaves_a_working_day_where_it_is() -> None:
    assert CALENDAR.next_working_day(MONDAY) == CALENDAR.previous_working_day(MONDAY) == MONDAY


def test_days_off_are_listed_with_both_ends_and_weekends() -> None:
    assert [off.day.day for off in CALENDAR.days_off(date(2026, 11, 21), date(2026, 11, 28))] == [
        21,
        22,
        24,
        28,
    ]
    assert CALENDAR.days_off(MONDAY, WEDNESDAY) == []


def test_a_holiday_declared_late_overrides_the_calendar_and_names_its_decision() -> None:
    calendar = WorkCalendar(
        {
            date(2026, 11, 23): DayException(DayKind.OFF, "Công văn 1/VPCP", "Nghỉ liền Ngày Văn hóa"),
            date(2026, 11, 28): DayException(DayKind.WORKED, "Công văn 1/VPCP"),
        }
    )
    reason, exchange = calendar.why_off(date(2026, 11, 23)), calendar.why_worked(date(2026, 11, 28))
    assert reason is not None and exchange is not None
    assert (reason.code, reason.vi, reason.basis) == (
        OffCode.DECLARED,
        "Nghỉ liền Ngày Văn hóa",
        "Công văn 1/VPCP",
    )
    assert (exchange.words("vi"), exchange.words("en"), exchange.basis) == (
        "Thứ Bảy làm việc bù",
        "Saturday worked in exchange",
        "Công văn 1/VPCP",
    )
    assert calendar.is_working_day(date(2026, 11, 28))
    assert not calendar.is_working_day(date(2026, 11, 23))
    assert calendar.add_working_days(date(2026, 11, 20), 1) == date(2026, 11, 25)
    assert CALENDAR.is_working_day(date(2026, 11, 23)), "another calendar is not touched"


def test_an_exception_can_undo_a_holiday_and_a_swapped_saturday() -> None:
    calendar = WorkCalendar({date(2026, 1, 2): "worked", date(2026, 1, 10): DayKind.OFF})
    assert calendar.is_working_day(date(2026, 1, 2))
    assert calendar.why_worked(date(2026, 1, 2)) is not None
    assert not calendar.is_working_day(date(2026, 1, 10))
    assert calendar.why_worked(date(2026, 1, 10)) is None
    declared = calendar.why_off(date(2026, 1, 10))
    assert declared is not None
    assert (declared.words("vi"), declared.words("en")) == ("Ngày nghỉ theo quyết định", "Declared day off")
    assert set(calendar.exceptions) == {date(2026, 1, 2), date(2026, 1, 10)}


def test_a_working_day_declared_worked_is_nothing_special() -> None:
    calendar = WorkCalendar({MONDAY: "worked"})
    assert calendar.is_working_day(MONDAY)
    assert calendar.why_worked(MONDAY) is None
    assert calendar.why_worked(WEDNESDAY) is None


def test_an_unknown_kind_of_day_is_refused() -> None:
    with pytest.raises(ValueError, match="holiday"):
        WorkCalendar({MONDAY: "holiday"})


def test_counting_costs_the_same_however_far_apart_the_days_are() -> None:
    """A million due dates have to be counted for one board; so a distance of years is no walk."""
    far, near = date(2036, 12, 31), date(2026, 12, 31)
    CALENDAR.working_days_between(date(2017, 1, 1), far)

    def seconds(end: date) -> float:
        start = time.perf_counter()
        for _ in range(2000):
            CALENDAR.working_days_between(WEDNESDAY, end)
            CALENDAR.add_working_days(end, -20)
        return time.perf_counter() - start

    assert min(seconds(far) for _ in range(3)) < 20 * min(seconds(near) for _ in range(3))
