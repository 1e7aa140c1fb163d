"""Deadlines of Vietnamese administration: rules as plans say them, periods, working days, and reasons.

Plain Python: no web framework, no database, no clock. Days are `datetime.date` in Vietnam.

    calendar = WorkCalendar()
    rule = DueRule(15, 6, qualifier="before", words="trước ngày 15/6")
    occurrences("half_year", rule, date(2022, 6, 20), 2021, 2025, None, calendar)
    resolve(rule, 2026, calendar).in_one_line("vi")
"""

from app.deadlines.datewords import (
    LANGS,
    Lang,
    as_lang,
    count_of_days,
    format_day,
    weekday_and_day,
    weekday_name,
)
from app.deadlines.duedates import DueDate, explain, resolve, resolve_offset
from app.deadlines.offsets import OffsetRule, OffsetUnit, rule_from_dict
from app.deadlines.periods import (
    CutOff,
    Period,
    PeriodError,
    PeriodKind,
    ReportKind,
    period_due_on,
    phrase_of,
)
from app.deadlines.recurrence import NoEnd, Occurrence, PeriodEndBeforeStart, occurrences, repeats
from app.deadlines.rules import LITERAL, DueRule, DueRuleError, LateRoll, Qualifier, Reading, RemindRoll
from app.deadlines.steps import Step, StepCode, in_one_line
from app.deadlines.vietnam import DayOff, OffCode, WorkedDay
from app.deadlines.workdays import DayException, DayKind, WorkCalendar

__all__ = [
    "LANGS",
    "LITERAL",
    "CutOff",
    "DayException",
    "DayKind",
    "DayOff",
    "DueDate",
    "DueRule",
    "DueRuleError",
    "Lang",
    "LateRoll",
    "NoEnd",
    "Occurrence",
    "OffCode",
    "OffsetRule",
    "OffsetUnit",
    "Period",
    "PeriodEndBeforeStart",
    "PeriodError",
    "PeriodKind",
    "Qualifier",
    "Reading",
    "RemindRoll",
    "ReportKind",
    "Step",
    "StepCode",
    "WorkCalendar",
    "WorkedDay",
    "as_lang",
    "count_of_days",
    "explain",
    "format_day",
    "in_one_line",
    "occurrences",
    "period_due_on",
    "phrase_of",
    "repeats",
    "resolve",
    "resolve_offset",
    "rule_from_dict",
    "weekday_and_day",
    "weekday_name",
]
