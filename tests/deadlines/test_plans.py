"""The report duties of five real plans: facts of the plans, first and last day, and the reasons."""

from __future__ import annotations

from datetime import date

import pytest

from app.deadlines import DueRule, Occurrence, WorkCalendar, occurrences, resolve

CALENDAR = WorkCalendar()


def owed(kind: str, rule: DueRule, issued_on: date, first: int, last: int) -> list[Occurrence]:
    return occurrences(kind, rule, issued_on, first, last, None, CALENDAR)


def kept_by(found: list[Occurrence]) -> list[str]:
    return [f"{occurrence.compliant_on:%d/%m/%Y}" for occurrence in found]


def due(found: list[Occurrence]) -> list[str]:
    return [f"{occurrence.due_on:%d/%m/%Y}" for occurrence in found]


def test_plan_000_owes_a_survey_by_the_end_of_2021() -> None:
    survey = DueRule(year=2021, qualifier="in", words="cuối năm 2021")
    found = owed("other", survey, date(2021, 2, 24), 2021, 2021)
    assert kept_by(found) == due(found) == ["31/12/2021"]
    assert [occurrence.period.key for occurrence in found] == ["once-2021"]


def test_plan_001_allocates_capital_each_january_after_its_issue() -> None:
    rule = DueRule(month=1, qualifier="in", words="trong tháng 01 hằng năm")
    found = owed("other", rule, date(2017, 2, 17), 2016, 2020)
    assert kept_by(found) == ["31/01/2018", "31/01/2019", "31/01/2020"]
    assert due(found) == kept_by(found), "a Wednesday, a Thursday and the Friday after Tết"
    assert [occurrence.period.key for occurrence in found] == ["2018", "2019", "2020"]


@pytest.mark.parametrize(
    ("issued_on", "half_years"),
    [(date(2021, 5, 10), ["15/05/2021"]), (date(2021, 5, 15), []), (date(2021, 5, 31), [])],
)
def test_plan_002_owes_the_half_year_report_only_if_it_was_issued_before_15_may(
    issued_on: date, half_years: list[str]
) -> None:
    """Its day of issue is blank, so the two answers are what the clerk is asked about."""
    half_year = DueRule(15, 5, qualifier="on", words="ngày 15/5 đối với báo cáo 6 tháng")
    annual = DueRule(15, 12, qualifier="on", words="ngày 15/12 đối với báo cáo năm")
    assert kept_by(owed("half_year", half_year, issued_on, 2021, 2021)) == half_years
    assert kept_by(owed("annual", annual, issued_on, 2021, 2021)) == ["15/12/2021"]


def test_plan_003_owes_nine_annual_reports_two_reviews_and_two_events() -> None:
    issued_on = date(2022, 6, 1)  # the plan leaves day and month blank
    annual = owed("annual", DueRule(10, 12, qualifier="before"), issued_on, 2021, 2030)
    assert (kept_by(annual)[0], kept_by(annual)[-1], len(annual)) == ("09/12/2022", "09/12/2030", 9)

    midterm = owed("midterm_review", DueRule(15, 9, year=2025, qualifier="before"), issued_on, 2021, 2030)
    assert (kept_by(midterm), due(midterm)) == (["14/09/2025"], ["15/09/2025"]), "14/9/2025 is a Sunday"
    final = owed("final_review", DueRule(15, 9, year=2030, qualifier="before"), issued_on, 2021, 2030)
    assert (kept_by(final), due(final)) == (["14/09/2030"], ["16/09/2030"]), "14/9/2030 is a Saturday"

    events = [
        owed(kind, DueRule(quarter=4, year=year, qualifier="in"), issued_on, 2021, 2030)
        for kind, year in (("midterm_review", 2025), ("final_review", 2030))
    ]
    assert list(map(kept_by, events)) == [["31/12/2025"], ["31/12/2030"]]
    assert [found[0].period.key for found in (midterm, final)] == ["review-2025-midterm", "review-2030-final"]


def test_plan_004_owes_four_annual_and_three_half_year_reports() -> None:
    issued_on = date(2022, 6, 20)
    half_year = owed("half_year", DueRule(15, 6, qualifier="before"), issued_on, 2021, 2025)
    assert kept_by(half_year) == ["14/06/2023", "14/06/2024", "14/06/2025"]
    assert due(half_year) == ["14/06/2023", "14/06/2024", "16/06/2025"], "14/6/2025 is a Saturday"
    assert [occurrence.period.key for occurrence in half_year] == ["2023-H1", "2024-H1", "2025-H1"]

    annual = owed("annual", DueRule(15, 11, qualifier="before"), issued_on, 2021, 2025)
    assert kept_by(annual) == ["14/11/2022", "14/11/2023", "14/11/2024", "14/11/2025"]
    assert due(annual) == kept_by(annual)


def test_each_due_date_of_the_five_plans_can_say_why() -> None:
    lines = [
        resolve(DueRule(**fields), year, CALENDAR).in_one_line("vi")
        for fields, year in (
            ({"year": 2021, "qualifier": "in", "words": "cuối năm 2021"}, 2021),
            ({"month": 1, "qualifier": "in", "words": "trong tháng 01 hằng năm"}, 2018),
            ({"day": 15, "month": 5, "qualifier": "on", "words": "ngày 15/5"}, 2021),
            ({"day": 15, "month": 9, "year": 2025, "qualifier": "before", "words": "trước 15/9/2025"}, 2025),
            ({"day": 15, "month": 6, "qualifier": "before", "words": "trước ngày 15 tháng 6"}, 2025),
        )
    ]
    roll = "(Bộ luật Dân sự 2015, Điều 148)"
    before = "(trước ngày không tính ngày nêu)"
    assert lines == [
        "«cuối năm 2021» → ngày cuối cùng 31/12/2021",
        "«trong tháng 01 hằng năm» → ngày cuối cùng 31/01/2018",
        f"«ngày 15/5» → ngày nêu 15/05/2021 → thứ Bảy nên tính đến thứ Hai 17/05/2021 {roll}",
        f"«trước 15/9/2025» → ngày nêu 15/09/2025 → hạn cuối 14/09/2025 {before}"
        f" → Chủ nhật nên tính đến thứ Hai 15/09/2025 {roll}",
        f"«trước ngày 15 tháng 6» → ngày nêu 15/06/2025 → hạn cuối 14/06/2025 {before}"
        f" → thứ Bảy nên tính đến thứ Hai 16/06/2025 {roll}",
    ]
