"""Limits counted from an event."""

from __future__ import annotations

from datetime import date

import pytest

from app.deadlines import DueRuleError, OffsetRule, WorkCalendar, resolve_offset

CALENDAR = WorkCalendar()


@pytest.mark.parametrize(
    ("count", "unit", "event_on", "last_day", "due_on"),
    [
        (10, "day", date(2025, 11, 18), date(2025, 11, 28), date(2025, 11, 28)),
        (10, "working_day", date(2025, 11, 18), date(2025, 12, 2), date(2025, 12, 2)),
        (5, "day", date(2026, 4, 25), date(2026, 4, 30), date(2026, 5, 4)),  # ends on 30/4
        (5, "working_day", date(2026, 2, 12), date(2026, 2, 26), date(2026, 2, 26)),  # over Tết
        (1, "working_day", date(2026, 11, 20), date(2026, 11, 23), date(2026, 11, 23)),
        (2, "week", date(2026, 11, 10), date(2026, 11, 24), date(2026, 11, 25)),  # ends on 24/11
        (1, "month", date(2027, 1, 31), date(2027, 2, 28), date(2027, 3, 1)),  # no 31/02, and a Sunday
        (1, "month", date(2028, 1, 31), date(2028, 2, 29), date(2028, 2, 29)),
        (13, "month", date(2025, 12, 15), date(2027, 1, 15), date(2027, 1, 15)),
    ],
)
def test_a_limit_leaves_out_the_day_of_the_event(
    count: int, unit: str, event_on: date, last_day: date, due_on: date
) -> None:
    due = resolve_offset(OffsetRule(count, unit), event_on, CALENDAR)
    assert (due.nominal_on, due.due_on) == (last_day, due_on)


@pytest.mark.parametrize(
    ("count", "unit"), [(0, "day"), (-5, "day"), (5000, "day"), (5, "year"), ("5", "day")]
)
def test_a_limit_that_cannot_be_counted_is_refused(count: int, unit: str) -> None:
    with pytest.raises(DueRuleError):
        OffsetRule(count, unit)


def test_a_limit_has_words_of_its_own_in_both_languages() -> None:
    rule = OffsetRule(5, "working_day", "ngày nhận Kế hoạch này")
    assert rule.in_words("vi") == "05 ngày làm việc kể từ ngày nhận Kế hoạch này"
    assert rule.in_words("en") == "5 working days after «ngày nhận Kế hoạch này»"
    assert OffsetRule(1, "month").in_words("vi") == "01 tháng kể từ ngày xảy ra sự kiện"
    assert OffsetRule(1, "month").in_words("en") == "1 month after the event"


def test_a_limit_explains_event_count_and_roll() -> None:
    due = resolve_offset(
        OffsetRule(5, "day", words="trong 5 ngày kể từ ngày họp"), date(2026, 4, 25), CALENDAR
    )
    assert [step.code for step in due.steps] == ["event", "counted", "rolled"]
    assert [step.day for step in due.steps] == [date(2026, 4, 25), date(2026, 4, 30), date(2026, 5, 4)]
    assert due.in_one_line("vi") == (
        "«trong 5 ngày kể từ ngày họp» → từ ngày 25/04/2026"
        " (không tính ngày này: Bộ luật Dân sự 2015, Điều 147)"
        " → đủ 05 ngày: thứ Năm 30/04/2026"
        " → nghỉ từ 30/04/2026 đến 03/05/2026 (Ngày Chiến thắng và Ngày Quốc tế Lao động)"
        " nên tính đến thứ Hai 04/05/2026 (Bộ luật Dân sự 2015, Điều 148)"
    )
