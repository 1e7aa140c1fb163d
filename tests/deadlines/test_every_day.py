"""Twenty years, every day and every rule, without one exception raised."""

from __future__ import annotations

from datetime import date, timedelta

from app.deadlines import (
    DueRule,
    DueRuleError,
    Period,
    PeriodKind,
    Qualifier,
    ReportKind,
    WorkCalendar,
    occurrences,
    resolve,
)

CALENDAR = WorkCalendar()
FIRST, LAST = date(2017, 1, 1), date(2036, 12, 31)
DAYS = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]
YEARS = range(2017, 2037)


def _every_rule() -> list[DueRule]:
    """Every day of every month, every span, every bare day, with every qualifier."""
    shapes: list[tuple[int | None, int | None, int | None]] = [
        *((day, month, None) for month in range(1, 13) for day in (None, *range(1, 32))),
        *((day, None, quarter) for quarter in range(1, 5) for day in (None, *range(1, 32))),
        *((day, None, None) for day in range(1, 32)),
    ]
    rules = [DueRule(*shape, None, qualifier) for shape in shapes for qualifier in Qualifier]
    return [*rules, DueRule(qualifier="in")]


def test_every_rule_has_its_days_in_every_year() -> None:
    rules = _every_rule()
    assert len(rules) == 4 * (12 * 32 + 4 * 32 + 31) + 1
    for rule in rules:
        for year in YEARS:
            for nominal_on in rule.named_days(ReportKind.QUARTERLY, year):
                compliant_on = rule.last_compliant_day(nominal_on)
                assert 0 <= (nominal_on - compliant_on).days <= 1
                assert 0 <= (rule.due_on(nominal_on, CALENDAR) - compliant_on).days <= 10


def test_every_day_can_be_named_and_explained_with_every_qualifier() -> None:
    for day in DAYS:
        for qualifier in Qualifier:
            rule = DueRule(day.day, day.month, None, day.year, qualifier)
            due = resolve(rule, day.year, CALENDAR)
            assert due.steps[0].day == due.nominal_on == day
            assert due.steps[-1].day == due.due_on >= day - timedelta(days=1)


def test_every_day_can_be_the_day_of_issue_for_every_kind_of_report() -> None:
    typical = {
        ReportKind.HALF_YEAR: DueRule(15, 6, qualifier="before"),
        ReportKind.ANNUAL: DueRule(15, 1, qualifier="before"),
        ReportKind.QUARTERLY: DueRule(20, qualifier="before"),
        ReportKind.MONTHLY: DueRule(31),
        ReportKind.NINE_MONTH: DueRule(30, 9),
        ReportKind.MIDTERM_REVIEW: DueRule(quarter=4, qualifier="in"),
        ReportKind.FINAL_REVIEW: DueRule(29, 2),
        ReportKind.OTHER: DueRule(month=1, qualifier="in", words="hằng năm"),
    }
    assert set(typical) == set(ReportKind)
    for issued_on in DAYS:
        for kind, rule in typical.items():
            until = issued_on + timedelta(days=366 + 31)
            found = occurrences(kind, rule, issued_on, None, None, until, CALENDAR)
            assert found, f"something of a {kind} falls due within thirteen months of {issued_on}"
            assert found[0].compliant_on > issued_on


def test_every_occurrence_can_be_found_again_by_its_period() -> None:
    missing = []
    for kind in ReportKind:
        for rule in _every_rule()[::7]:
            for found in occurrences(kind, rule, date(2024, 2, 29), 2024, 2025, None, CALENDAR):
                monthly = found.period.kind is PeriodKind.MONTH
                try:
                    due = resolve(
                        rule, Period.parse(found.period.key), CALENDAR, kind="monthly" if monthly else kind
                    )
                except DueRuleError:
                    missing.append((kind, rule, found.period.key))
                else:
                    assert (due.nominal_on, due.due_on) == (found.nominal_on, found.due_on)
    assert missing == []
