"""Which occurrences a rule owes in the life of a plan."""

from __future__ import annotations

from datetime import date

import pytest

from app.deadlines import DueRule, NoEnd, PeriodEndBeforeStart, WorkCalendar, occurrences, repeats

CALENDAR = WorkCalendar()
QUARTERLY = DueRule(20, qualifier="before", words="trước ngày 20 tháng cuối quý")
MONTHLY = DueRule(25, qualifier="before", words="trước ngày 25 hằng tháng")
JANUARY = DueRule(15, 1, qualifier="before", words="trước ngày 15/01 năm sau")


def keys(
    kind: str,
    rule: DueRule,
    issued_on: date,
    first: int | None = None,
    last: int | None = None,
    until: date | None = None,
) -> list[str]:
    return [found.period.key for found in occurrences(kind, rule, issued_on, first, last, until, CALENDAR)]


def test_a_quarterly_report_is_due_in_the_last_month_of_each_quarter() -> None:
    found = occurrences("quarterly", QUARTERLY, date(2026, 3, 19), 2026, 2026, None, CALENDAR)
    assert [(str(item.period), f"{item.due_on:%d/%m}") for item in found] == [
        ("2026-Q2", "19/06"),
        ("2026-Q3", "21/09"),
        ("2026-Q4", "21/12"),
    ], "19/3 itself is the day of issue, 19/9 and 19/12 are Saturdays"


def test_a_monthly_report_has_twelve_turns_a_year() -> None:
    assert keys("monthly", MONTHLY, date(2025, 12, 1), 2026, 2026) == [f"2026-M{n:02d}" for n in range(1, 13)]


def test_a_report_that_looks_back_is_owed_for_the_plans_years_and_no_others() -> None:
    found = occurrences("annual", JANUARY, date(2025, 12, 1), 2026, 2027, None, CALENDAR)
    assert [(item.period.key, item.due_on) for item in found] == [
        ("2026", date(2027, 1, 14)),
        ("2027", date(2028, 1, 14)),
    ], "nothing on 2025, and the report on 2027 though it falls due in January after it"
    assert keys("monthly", DueRule(5), date(2025, 12, 1), 2026, 2026) == [
        f"2026-M{n:02d}" for n in range(1, 13)
    ]


def test_the_day_of_issue_itself_is_too_early() -> None:
    rule = DueRule(15, 12, qualifier="on")
    assert keys("annual", rule, date(2026, 12, 14), 2026, 2026) == ["2026"]
    assert keys("annual", rule, date(2026, 12, 15), 2026, 2026) == []


def test_a_day_before_the_issue_is_not_saved_by_a_weekend() -> None:
    """Kept until Sunday 14/6, rolled to Monday: a plan issued on the Sunday came too late for it."""
    rule = DueRule(15, 6, qualifier="before")
    assert keys("half_year", rule, date(2026, 6, 14), 2026, 2026) == []
    assert keys("half_year", rule, date(2026, 6, 13), 2026, 2026) == ["2026-H1"]


def test_a_year_end_that_rolls_into_january_still_belongs_to_its_year() -> None:
    found = occurrences("other", DueRule(quarter=4), date(2020, 1, 1), 2021, 2022, None, CALENDAR)
    assert [item.due_on for item in found] == [date(2021, 12, 31), date(2023, 1, 3)]


def test_a_date_with_its_year_stands_as_the_plan_says_it() -> None:
    """The review of a plan for 2026 is asked for in January 2027, in so many words."""
    assert keys("other", DueRule(15, 1, year=2027, qualifier="before"), date(2025, 12, 1), 2026, 2026) == [
        "once-2027"
    ]
    assert keys("other", DueRule(31, 3, year=2026), date(2026, 4, 1), 2026, 2026) == []
    assert keys("monthly", DueRule(25, year=2026), date(2026, 10, 26)) == ["2026-M11", "2026-M12"]
    assert keys("other", DueRule(25, year=2026), date(2026, 10, 26)) == ["2026-M11", "2026-M12"]


def test_the_final_review_is_held_once_in_the_last_year() -> None:
    rule = DueRule(15, 9, qualifier="before")
    assert keys("final_review", rule, date(2022, 1, 1), 2021, 2030) == ["review-2030-final"]
    assert keys("final_review", rule, date(2022, 1, 1)) == ["review-2022-final"]


def test_the_midterm_review_is_held_in_the_middle_or_as_soon_as_it_still_can_be() -> None:
    rule = DueRule(15, 9, qualifier="before")
    assert keys("midterm_review", rule, date(2022, 1, 1), 2021, 2030) == ["review-2025-midterm"]
    assert keys("midterm_review", rule, date(2022, 1, 1), 2021, 2025) == ["review-2023-midterm"]
    assert keys("midterm_review", rule, date(2024, 1, 1), 2021, 2025) == ["review-2024-midterm"]
    assert keys("midterm_review", rule, date(2025, 10, 1), 2021, 2025) == []


@pytest.mark.parametrize(
    ("kind", "rule", "first", "last", "expected"),
    [
        ("annual", DueRule(10, 12), None, None, True),
        ("annual", DueRule(10, 12, year=2026), 2021, 2030, False),
        ("final_review", DueRule(10, 12), 2021, 2030, False),
        ("other", DueRule(10, 12), None, None, False),
        ("other", DueRule(10, 12), 2026, 2026, False),
        ("other", DueRule(10, 12), 2021, 2030, True),
        ("other", DueRule(10, 12), 2021, None, False),
        ("other", DueRule(10, 12, words="Hàng năm, trước ngày 10/12"), None, None, True),
        ("other", DueRule(25, words="ngày 25 hằng tháng"), None, None, True),
        ("other", DueRule(10, 12, words="định kỳ trước 10/12"), 2026, 2026, True),
    ],
)
def test_what_repeats(kind: str, rule: DueRule, first: int | None, last: int | None, expected: bool) -> None:
    assert repeats(kind, rule, first, last) is expected


def test_without_a_period_a_rule_goes_on_until_the_day_asked_for() -> None:
    assert keys("half_year", DueRule(15, 6), date(2026, 7, 1), until=date(2029, 6, 15)) == [
        "2027-H1",
        "2028-H1",
        "2029-H1",
    ]
    assert keys("half_year", DueRule(15, 6), date(2026, 7, 1), first=2028, until=date(2029, 12, 31)) == [
        "2028-H1",
        "2029-H1",
    ]
    assert keys("annual", DueRule(15, 6), date(2026, 7, 1), last=2028) == ["2027", "2028"]
    with pytest.raises(NoEnd):
        keys("half_year", DueRule(15, 6), date(2026, 7, 1), first=2026)


def test_until_also_cuts_a_plans_list_short_and_never_lengthens_it() -> None:
    rule = DueRule(10, 12, qualifier="before")
    assert keys("annual", rule, date(2022, 1, 1), 2021, 2030, until=date(2023, 12, 8)) == ["2022"]
    assert keys("annual", rule, date(2022, 1, 1), 2021, 2030, until=date(2023, 12, 9)) == ["2022", "2023"]
    assert len(keys("annual", rule, date(2022, 1, 1), 2021, 2030, until=date(2099, 1, 1))) == 9
    assert keys("final_review", rule, date(2022, 1, 1), 2021, 2030, until=date(2029, 1, 1)) == []


def test_something_undated_in_a_plan_of_one_year_is_owed_once() -> None:
    found = occurrences("other", DueRule(31, 3), date(2026, 4, 1), None, None, None, CALENDAR)
    assert [(item.period.key, item.due_on) for item in found] == [("once-2027", date(2027, 3, 31))]
    assert keys("other", DueRule(20), date(2026, 4, 20)) == ["once-2026"]
    assert keys(
        "other", DueRule(20, words="ngày 20 hằng tháng"), date(2026, 4, 20), until=date(2026, 6, 30)
    ) == [
        "2026-M05",
        "2026-M06",
    ]


def test_years_the_wrong_way_round_are_refused_with_both() -> None:
    with pytest.raises(PeriodEndBeforeStart) as refused:
        keys("annual", DueRule(10, 12), date(2022, 1, 1), 2030, 2021)
    assert (refused.value.first, refused.value.last) == (2030, 2021)


def test_an_exception_moves_the_day_and_keeps_the_name() -> None:
    rule, issued_on = DueRule(10, 12, qualifier="before"), date(2026, 1, 1)
    moved = WorkCalendar({date(2026, 12, 9): "off"})
    (plain,) = occurrences("annual", rule, issued_on, 2026, 2026, None, CALENDAR)
    (later,) = occurrences("annual", rule, issued_on, 2026, 2026, None, moved)
    assert (plain.due_on, later.due_on) == (date(2026, 12, 9), date(2026, 12, 10))
    assert (plain.period, plain.nominal_on) == (later.period, later.nominal_on)
