"""From a rule and a plan's life to the occurrences that are owed.

An occurrence is named by its period, never by its day: roll the calendar or change the rule, and the
occurrence stays the same one. So asking again, or asking further ahead, only ever adds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from app.deadlines.periods import Period, ReportKind, period_due_on
from app.deadlines.rules import LITERAL, DueRule, Reading
from app.deadlines.workdays import WorkCalendar

# «hằng năm», «hàng tháng», «định kỳ», «mỗi quý»: words that make a day repeat in a plan without a period.
_REPEATING = re.compile(r"h[ằà]ng\s+(?:năm|tháng|quý)|định\s+kỳ|mỗi\s+(?:năm|tháng|quý)", re.IGNORECASE)


class PeriodEndBeforeStart(ValueError):
    """A plan's period whose last year lies before its first."""

    def __init__(self, first: int, last: int) -> None:
        super().__init__(f"the plan's period ends in {last}, before it starts in {first}")
        self.first, self.last = first, last


class NoEnd(ValueError):
    """A rule that repeats, in a plan without a last year, asked for without a last day."""


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One turn of a rule: the period that names it, and its days as in `DueDate`."""

    period: Period
    nominal_on: date
    compliant_on: date
    due_on: date
    remind_on: date


def repeats(
    kind: ReportKind | str,
    rule: DueRule,
    period_from_year: int | None = None,
    period_to_year: int | None = None,
) -> bool:
    """True where the rule holds more than once: a report of a period, or a yearly day of a longer plan.

    A rule with a year names its own days. Reviews are held once. Anything else without a year repeats where
    the plan runs over several years or its words say so (hằng năm, hằng tháng, định kỳ).
    """
    kind = ReportKind(kind)
    if rule.year is not None or kind.is_review:
        return False
    if kind.is_periodic:
        return True
    several_years = None not in (period_from_year, period_to_year) and period_from_year != period_to_year
    return several_years or _REPEATING.search(rule.words) is not None


def occurrences(
    kind: ReportKind | str,
    rule: DueRule,
    issued_on: date,
    period_from_year: int | None,
    period_to_year: int | None,
    until: date | None,
    calendar: WorkCalendar,
    reading: Reading = LITERAL,
) -> list[Occurrence]:
    """What is owed under a rule, in order, each with a period of its own.

    First comes the first day to be kept that lies after the day of issue: nothing is owed that was due
    before the plan existed, or on that day. Last comes what still belongs to the plan's years. For
    reports about a period that is the period itself: the annual report on a plan's last year is owed although
    it falls due in January after it, and no report is owed on the year before the plan. For everything else
    it is the last day that keeps the rule. Days are judged before the roll over days off, so a duty of
    31 December belongs to its year even where 1 January is a holiday.

    A day with a year stands as the plan says it, inside the plan's years or not. A review without a year is
    held once: the final one in the plan's last year, the mid-term one in the middle year (or the first one
    still to come). `other` without a year that does not repeat is owed once, on its first day.

    Without a last year the list is open-ended and goes until `until` (inclusive, judged before the roll);
    `until` also cuts a plan's list short, and a later `until` only adds to it. NoEnd is raised where neither
    is given for a rule that repeats, PeriodEndBeforeStart where the years are the wrong way round. A schedule
    with a first or last day in force passes the later of the first days less one as `issued_on` and the
    earlier of the last days as `until`.
    """
    kind = ReportKind(kind)
    first, last = period_from_year, period_to_year
    if first is not None and last is not None and last < first:
        raise PeriodEndBeforeStart(first, last)
    repeating = repeats(kind, rule, first, last)
    if repeating and last is None and until is None:
        raise NoEnd("a rule that repeats needs the plan's last year or a last day")
    found = [
        occurrence
        for occurrence in _candidates(
            kind, rule, repeating, _years(rule, issued_on, first, last, until), calendar, reading
        )
        if occurrence.compliant_on > issued_on
        and (rule.year is not None or _belongs(kind, occurrence, first, last))
    ]
    if rule.year is None and not repeating:
        found = _the_one(kind, found, first, last)
    return [occurrence for occurrence in found if until is None or occurrence.compliant_on <= until]


def _years(rule: DueRule, issued_on: date, first: int | None, last: int | None, until: date | None) -> range:
    """The years whose named days can matter; one more than the plan's, for reports that look back."""
    if rule.year is not None:
        return range(rule.year, rule.year + 1)
    start = max(issued_on.year, first or 0)
    if last is None:
        last = until.year if until is not None else start
    return range(start, last + 2)


def _candidates(
    kind: ReportKind,
    rule: DueRule,
    repeating: bool,
    years: range,
    calendar: WorkCalendar,
    reading: Reading,
) -> Iterator[Occurrence]:
    # A bare day of an `other` can only be a day of each month, so months tell its occurrences apart.
    monthly = kind is ReportKind.OTHER and rule.day is not None and not rule.names_month
    several = repeating or rule.year is not None
    named_by = ReportKind.MONTHLY if monthly and several else kind
    for year in years:
        for nominal_on in rule.named_days(kind, year):
            compliant_on = rule.last_compliant_day(nominal_on, reading)
            yield Occurrence(
                period=period_due_on(named_by, nominal_on, one_off=not repeating),
                nominal_on=nominal_on,
                compliant_on=compliant_on,
                due_on=reading.due_on(compliant_on, calendar),
                remind_on=reading.remind_on(compliant_on, calendar),
            )


def _belongs(kind: ReportKind, occurrence: Occurrence, first: int | None, last: int | None) -> bool:
    year = occurrence.period.year if kind.is_periodic else occurrence.compliant_on.year
    return (first is None or first <= year) and (last is None or year <= last)


def _the_one(
    kind: ReportKind, found: list[Occurrence], first: int | None, last: int | None
) -> list[Occurrence]:
    """The single occurrence of a rule that names no year and does not repeat."""
    if kind is ReportKind.FINAL_REVIEW and last is not None:
        return found[-1:]
    if kind is ReportKind.MIDTERM_REVIEW and first is not None and last is not None:
        middle = (first + last) // 2
        found = [occurrence for occurrence in found if occurrence.compliant_on.year >= middle]
    return found[:1]
