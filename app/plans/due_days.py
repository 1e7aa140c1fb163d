"""Every due day that a reading gives, each with the steps from the plan's words to the day. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from app.deadlines import DueRule, PeriodEndBeforeStart, ReportKind, WorkCalendar, occurrences, resolve
from app.planreader import PlanReading

_MOST_YEARS = 15  # plans without an end are followed so far
_WORDS = {
    "vi": ("ban hành", "không rõ ngày ban hành: tính từ", "Không có kỳ nào sau ngày ban hành", "không hạn"),
    "en": ("issued on", "day of issue unknown: counted from", "No turn after the day of issue", "no date"),
}


def explained(reading: PlanReading, lang: str = "vi", issued_on: date | None = None) -> Iterator[str]:
    """Lines for a terminal: the plan, then each dated thing with its turns, first to last. `issued_on` stands for a
    day of issue that the document leaves blank."""
    words, calendar = _WORDS[lang], WorkCalendar()
    issued_on = reading.issued_on or issued_on
    first, last = reading.period or (None, None)
    start = issued_on or date(first or 2000, 1, 1)
    head = f"{words[0]} {start:%d/%m/%Y}" if issued_on else f"{words[1]} {start:%d/%m/%Y}"
    yield f"{reading.number or '—'}  {reading.title or ''}  ({head})"
    until = None if last is not None else date(start.year + _MOST_YEARS, 12, 31)
    for kind, name, rule in _dated(reading):
        yield f"  {name}"
        if rule is None:
            yield f"    {words[3]}"
            continue
        try:
            turns = occurrences(kind, rule, start, first, last, until, calendar)
        except PeriodEndBeforeStart as wrong:
            yield f"    {wrong}"
            continue
        if not turns:
            yield f"    {words[2]}."
        for turn in turns:
            due = resolve(rule, turn.nominal_on, calendar, period=turn.period)
            yield f"    {turn.due_on:%d/%m/%Y}  {due.in_one_line(lang)}"


def _dated(reading: PlanReading) -> Iterator[tuple[ReportKind, str, DueRule | None]]:
    for report in reading.reports:
        yield ReportKind(report.kind), f"{ReportKind(report.kind)}: {_short(report.text)}", report.due
    for registration in reading.registrations:
        yield ReportKind.OTHER, _short(registration.what), registration.due
    for deadline in reading.other_deadlines:
        yield ReportKind.OTHER, _short(deadline.text), deadline.due
    for assignment in reading.assignments:
        for duty in assignment.duties:
            if duty.due is not None and not any(report.due == duty.due for report in reading.reports):
                yield ReportKind.OTHER, f"{assignment.agency}: {_short(duty.text)}", duty.due


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= 100 else flat[:99] + "…"
