"""Periods: keys that last, labels for people, the standard cut-off, and which one a report is about."""

from __future__ import annotations

from datetime import date

import pytest

from app.deadlines import Period, PeriodError, PeriodKind, ReportKind, period_due_on

PERIODS = [
    # key, Vietnamese, English, first day, last day, first and last day of the data
    ("2026", "Năm 2026", "Year 2026", "2026-01-01", "2026-12-31", ("2025-12-15", "2026-12-14")),
    (
        "2026-H1",
        "6 tháng đầu năm 2026",
        "First half of 2026",
        "2026-01-01",
        "2026-06-30",
        ("2025-12-15", "2026-06-14"),
    ),
    (
        "2026-H2",
        "6 tháng cuối năm 2026",
        "Second half of 2026",
        "2026-07-01",
        "2026-12-31",
        ("2026-06-15", "2026-12-14"),
    ),
    (
        "2026-Q1",
        "Quý I năm 2026",
        "First quarter of 2026",
        "2026-01-01",
        "2026-03-31",
        ("2025-12-15", "2026-03-14"),
    ),
    (
        "2026-Q3",
        "Quý III năm 2026",
        "Third quarter of 2026",
        "2026-07-01",
        "2026-09-30",
        ("2026-06-15", "2026-09-14"),
    ),
    (
        "2026-Q4",
        "Quý IV năm 2026",
        "Fourth quarter of 2026",
        "2026-10-01",
        "2026-12-31",
        ("2026-09-15", "2026-12-14"),
    ),
    (
        "2026-M01",
        "Tháng 01 năm 2026",
        "January 2026",
        "2026-01-01",
        "2026-01-31",
        ("2025-12-15", "2026-01-14"),
    ),
    (
        "2028-M02",
        "Tháng 02 năm 2028",
        "February 2028",
        "2028-02-01",
        "2028-02-29",
        ("2028-01-15", "2028-02-14"),
    ),
    ("2026-M05", "Tháng 5 năm 2026", "May 2026", "2026-05-01", "2026-05-31", ("2026-04-15", "2026-05-14")),
    ("2026-9M", "9 tháng đầu năm 2026", "First nine months of 2026", "2026-01-01", "2026-09-30", None),
    ("review-2025-midterm", "Sơ kết năm 2025", "Mid-term review of 2025", "2025-01-01", "2025-12-31", None),
    ("review-2030-final", "Tổng kết năm 2030", "Final review of 2030", "2030-01-01", "2030-12-31", None),
    ("once-2026", "Một lần, năm 2026", "Once, 2026", "2026-01-01", "2026-12-31", None),
]


@pytest.mark.parametrize(("key", "vi", "en", "first", "last", "cut_off"), PERIODS)
def test_a_period_is_read_from_its_key_and_says_its_name_and_days(
    key: str, vi: str, en: str, first: str, last: str, cut_off: tuple[str, str] | None
) -> None:
    period = Period.parse(key)
    assert period.key == str(period) == key
    assert (period.label("vi"), period.label("en")) == (vi, en)
    assert (period.first_day.isoformat(), period.last_day.isoformat()) == (first, last)
    closed = period.cut_off()
    assert closed == (None if cut_off is None else tuple(map(date.fromisoformat, cut_off)))


def test_inside_a_sentence_a_period_starts_small() -> None:
    assert Period.parse("2026-Q3").phrase("vi") == "quý III năm 2026"
    assert Period.parse("2026-H2").phrase("en") == "second half of 2026"
    assert Period.parse("2026-M05").phrase("en") == "May 2026"


@pytest.mark.parametrize(
    "key",
    [
        "",
        "26",
        "2026-",
        "2026-H3",
        "2026-Q0",
        "2026-M13",
        "2026-M5",
        "2026-midterm",
        "review-2026",
        "0000",
        "review-2026-Q1",
        "once-2026-H1",
        "once-2026-final",
        " 2026",
        "2026-h1",
        "2026-9M-Q1",
    ],
)
def test_a_text_that_is_no_key_is_refused(key: str) -> None:
    with pytest.raises(PeriodError):
        Period.parse(key)


@pytest.mark.parametrize(
    ("kind", "number"),
    [(PeriodKind.HALF, 0), (PeriodKind.QUARTER, 5), (PeriodKind.MONTH, 13), (PeriodKind.YEAR, 1)],
)
def test_a_number_that_the_kind_does_not_have_is_refused(kind: PeriodKind, number: int) -> None:
    with pytest.raises(PeriodError):
        Period(kind, 2026, number)


@pytest.mark.parametrize(
    ("kind", "named_on", "key"),
    [
        ("half_year", date(2026, 6, 15), "2026-H1"),
        ("half_year", date(2026, 5, 15), "2026-H1"),
        ("half_year", date(2026, 12, 15), "2026-H2"),
        ("half_year", date(2026, 11, 15), "2026-H2"),
        ("half_year", date(2026, 7, 5), "2026-H1"),
        ("half_year", date(2027, 1, 10), "2026-H2"),
        ("annual", date(2026, 11, 15), "2026"),
        ("annual", date(2026, 12, 10), "2026"),
        ("annual", date(2027, 1, 15), "2026"),
        ("annual", date(2027, 1, 31), "2026"),
        ("annual", date(2027, 4, 30), "2026"),
        ("annual", date(2026, 5, 1), "2026"),
        ("quarterly", date(2026, 3, 20), "2026-Q1"),
        ("quarterly", date(2026, 12, 20), "2026-Q4"),
        ("quarterly", date(2026, 4, 5), "2026-Q1"),
        ("quarterly", date(2027, 1, 5), "2026-Q4"),
        ("monthly", date(2026, 5, 25), "2026-M05"),
        ("monthly", date(2026, 5, 15), "2026-M05"),
        ("monthly", date(2026, 5, 14), "2026-M04"),
        ("monthly", date(2026, 5, 5), "2026-M04"),
        ("monthly", date(2026, 1, 5), "2025-M12"),
        ("nine_month", date(2026, 9, 20), "2026-9M"),
        ("nine_month", date(2026, 10, 5), "2026-9M"),
        ("nine_month", date(2027, 4, 30), "2026-9M"),
        ("nine_month", date(2027, 5, 1), "2027-9M"),
        ("midterm_review", date(2025, 9, 15), "review-2025-midterm"),
        ("final_review", date(2030, 12, 31), "review-2030-final"),
        ("other", date(2018, 1, 31), "2018"),
    ],
)
def test_a_report_is_about_the_period_that_its_named_day_belongs_to(
    kind: str, named_on: date, key: str
) -> None:
    assert period_due_on(kind, named_on).key == key


def test_something_owed_once_has_a_period_of_its_own() -> None:
    assert period_due_on("other", date(2026, 3, 31), one_off=True).key == "once-2026"


def test_the_period_of_a_report_starts_before_its_day_is_named() -> None:
    """Nobody can report on something that has not begun."""
    for kind in ReportKind:
        for ordinal in range(date(2024, 1, 1).toordinal(), date(2029, 1, 1).toordinal()):
            named_on = date.fromordinal(ordinal)
            assert period_due_on(kind, named_on).first_day <= named_on
