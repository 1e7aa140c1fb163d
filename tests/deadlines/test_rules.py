"""Due rules: what they refuse, what they name, and how an installation may read them."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from app.deadlines import (
    DueRule,
    DueRuleError,
    OffsetRule,
    Qualifier,
    Reading,
    WorkCalendar,
    resolve,
    rule_from_dict,
)

CALENDAR = WorkCalendar()


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"day": 0, "month": 1}, "day"),
        ({"day": 32, "month": 1}, "day"),
        ({"day": 1, "month": 13}, "month"),
        ({"quarter": 5}, "quarter"),
        ({"month": 6, "year": 26}, "year"),
        ({"day": "15", "month": 6}, "day"),
        ({"day": True, "month": 6}, "day"),
        ({"day": 1, "month": 6, "quarter": 2}, "quarter"),
        ({"day": 1, "month": 6, "qualifier": "until"}, "qualifier"),
        ({"qualifier": "before"}, "day"),
        ({}, "day"),
    ],
)
def test_a_rule_that_names_no_possible_day_is_refused_with_the_field_at_fault(
    fields: dict[str, Any], field: str
) -> None:
    with pytest.raises(DueRuleError) as refused:
        DueRule(**fields)
    assert refused.value.field == field
    assert repr(refused.value.value) in str(refused.value)


def test_a_rule_keeps_the_words_and_goes_through_json_unchanged() -> None:
    draft = {
        "kind": "half_year",
        "day": 15,
        "month": 6,
        "quarter": None,
        "year": None,
        "qualifier": "before",
        "text": "trước ngày 15 tháng 6",
        "span": [10, 31],
        "reporters": [],
    }
    rule = DueRule.from_dict(draft)
    assert rule == DueRule(15, 6, None, None, Qualifier.BEFORE, "trước ngày 15 tháng 6")
    assert DueRule.from_dict(json.loads(json.dumps(rule.to_dict()))) == rule
    assert rule_from_dict(rule.to_dict()) == rule
    offset = OffsetRule(10, "working_day", "nhận văn bản", "trong 10 ngày làm việc")
    assert rule_from_dict(json.loads(json.dumps(offset.to_dict()))) == offset


def test_a_rule_of_one_year_refuses_another_and_a_yearly_one_asks_which() -> None:
    with pytest.raises(DueRuleError):
        DueRule(15, 9, year=2025).nominal_on(2026)
    with pytest.raises(DueRuleError):
        DueRule(15, 9).nominal_on()
    with pytest.raises(DueRuleError):
        DueRule(20, qualifier="before").nominal_on(2026)
    assert DueRule(15, 9, year=2025).nominal_on() == date(2025, 9, 15)
    assert DueRule(20, qualifier="before").nominal_on(2026, month=9) == date(2026, 9, 20)
    assert DueRule(15, 9, year=2025).named_days("other", 2026) == []


@pytest.mark.parametrize(
    ("rule", "kind", "days"),
    [
        (DueRule(20, qualifier="before"), "quarterly", ["20/03", "20/06", "20/09", "20/12"]),
        (DueRule(15), "half_year", ["15/06", "15/12"]),
        (DueRule(20), "nine_month", ["20/09"]),
        (DueRule(20), "annual", ["20/12"]),
        (DueRule(20), "final_review", ["20/12"]),
        (
            DueRule(31),
            "monthly",
            [
                "31/01",
                "28/02",
                "31/03",
                "30/04",
                "31/05",
                "30/06",
                "31/07",
                "31/08",
                "30/09",
                "31/10",
                "30/11",
                "31/12",
            ],
        ),
        (DueRule(25), "other", [f"25/{month:02d}" for month in range(1, 13)]),
        (DueRule(qualifier="in"), "quarterly", ["31/03", "30/06", "30/09", "31/12"]),
        (DueRule(year=2026, qualifier="in"), "half_year", ["30/06", "31/12"]),
        (DueRule(year=2026, qualifier="in"), "midterm_review", ["31/12"]),
        (DueRule(year=2026, qualifier="before"), "monthly", ["01/01"]),
        (DueRule(20, 3), "quarterly", ["20/03"]),
        (DueRule(quarter=4), "other", ["31/12"]),
    ],
)
def test_a_rule_without_a_month_names_a_day_of_each_period(rule: DueRule, kind: str, days: list[str]) -> None:
    assert [f"{day:%d/%m}" for day in rule.named_days(kind, 2026)] == days


def test_truoc_ngay_can_be_read_as_including_the_day() -> None:
    inclusive = Reading(before_is_exclusive=False)
    rule = DueRule(10, 12, qualifier="before")
    assert resolve(rule, 2026, CALENDAR).due_on == date(2026, 12, 9)
    assert resolve(rule, 2026, CALENDAR, inclusive).due_on == date(2026, 12, 10)
    month = DueRule(month=12, year=2026, qualifier="before")
    assert resolve(month, 2026, CALENDAR, inclusive).due_on == date(2026, 11, 30), "a month stays excluded"


def test_an_office_may_leave_deadlines_and_reminders_on_days_off() -> None:
    sunday = DueRule(15, 6, qualifier="before")
    as_written = resolve(sunday, 2026, CALENDAR, Reading(late_roll="none", remind_roll="none"))
    assert as_written.due_on == as_written.remind_on == date(2026, 6, 14)
    with pytest.raises(ValueError, match="backward"):
        Reading(late_roll="backward")


@pytest.mark.parametrize(
    ("rule", "year", "opens_on"),
    [
        (DueRule(quarter=4, year=2025, qualifier="in"), 2025, date(2025, 10, 1)),
        (DueRule(month=1, qualifier="in"), 2027, date(2027, 1, 1)),
        (DueRule(year=2025, qualifier="in"), 2025, date(2025, 1, 1)),
        (DueRule(15, 6), 2026, None),
        (DueRule(quarter=4, qualifier="by"), 2026, None),
    ],
)
def test_a_span_opens_with_its_first_day(rule: DueRule, year: int, opens_on: date | None) -> None:
    assert rule.opens_on(rule.nominal_on(year)) == opens_on


@pytest.mark.parametrize(
    ("rule", "kind", "vi", "en"),
    [
        (
            DueRule(15, 6, qualifier="before"),
            None,
            "trước ngày 15/06 hằng năm",
            "before 15 June of every year",
        ),
        (
            DueRule(15, 9, year=2025, qualifier="before"),
            None,
            "trước ngày 15/09/2025",
            "before 15 September 2025",
        ),
        (DueRule(15, 5, qualifier="on"), None, "ngày 15/05 hằng năm", "on 15 May of every year"),
        (
            DueRule(31, 12, qualifier="by"),
            None,
            "chậm nhất ngày 31/12 hằng năm",
            "by 31 December of every year",
        ),
        (DueRule(month=1, qualifier="in"), None, "trong tháng 01 hằng năm", "in January of every year"),
        (
            DueRule(month=4, year=2026, qualifier="by"),
            None,
            "chậm nhất hết tháng 4 năm 2026",
            "by the end of April 2026",
        ),
        (DueRule(quarter=4, year=2025, qualifier="in"), None, "trong quý IV năm 2025", "in quarter IV 2025"),
        (
            DueRule(20, quarter=4, qualifier="before"),
            None,
            "trước ngày 20 tháng cuối quý IV hằng năm",
            "before day 20 of the last month of quarter IV of every year",
        ),
        (DueRule(year=2025, qualifier="in"), None, "trong năm 2025", "in 2025"),
        (
            DueRule(20, qualifier="before"),
            "quarterly",
            "trước ngày 20 tháng cuối quý",
            "before day 20 of the last month of each quarter",
        ),
        (
            DueRule(25, qualifier="before"),
            "monthly",
            "trước ngày 25 hằng tháng",
            "before day 25 of every month",
        ),
        (
            DueRule(25, year=2026, qualifier="before"),
            "monthly",
            "trước ngày 25 hằng tháng năm 2026",
            "before day 25 of every month in 2026",
        ),
        (DueRule(25, qualifier="before"), None, "trước ngày 25 của kỳ", "before day 25 of the period"),
        (DueRule(qualifier="in"), None, "trong kỳ báo cáo", "in the reporting period"),
    ],
)
def test_a_rule_without_words_finds_its_own(rule: DueRule, kind: str | None, vi: str, en: str) -> None:
    assert (rule.in_words("vi", kind), rule.in_words("en", kind)) == (vi, en)
