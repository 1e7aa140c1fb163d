"""From a rule to one due day, with the steps that led there."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from app.deadlines.offsets import OffsetRule, OffsetUnit
from app.deadlines.periods import Period, PeriodKind, ReportKind, period_due_on
from app.deadlines.rules import LITERAL, DueRule, DueRuleError, Qualifier, Reading
from app.deadlines.steps import Step, StepCode, Turn, in_one_line
from app.deadlines.workdays import WorkCalendar

_KINDS = {
    PeriodKind.YEAR: ReportKind.ANNUAL,
    PeriodKind.HALF: ReportKind.HALF_YEAR,
    PeriodKind.NINE_MONTHS: ReportKind.NINE_MONTH,
    PeriodKind.QUARTER: ReportKind.QUARTERLY,
    PeriodKind.MONTH: ReportKind.MONTHLY,
    PeriodKind.MIDTERM: ReportKind.MIDTERM_REVIEW,
    PeriodKind.FINAL: ReportKind.FINAL_REVIEW,
    PeriodKind.ONCE: ReportKind.OTHER,
}


@dataclass(frozen=True, slots=True)
class DueDate:
    """What a rule comes to for one period.

    `nominal_on` is the day that the plan names, `compliant_on` the last day that keeps the rule, `due_on`
    the day after which it is late (after the roll over days off), `remind_on` the day that reminders count
    towards. `steps` tell the way from the words to `due_on`.
    """

    nominal_on: date
    compliant_on: date
    due_on: date
    remind_on: date
    steps: tuple[Step, ...]

    def extended(
        self, until: date, decided_on: date, asked_on: date | None = None, *, remind_on: date | None = None
    ) -> DueDate:
        """The same with a newer day granted. The granted day stands as it is, working day or not.

        Reminders count towards it too, unless `remind_on` names a working day before it.
        """
        step = Step(StepCode.EXTENDED, until, {"decided_on": decided_on, "asked": asked_on})
        return replace(
            self, compliant_on=until, due_on=until, remind_on=remind_on or until, steps=(*self.steps, step)
        )

    def shifted(self, working_days: int, calendar: WorkCalendar) -> DueDate:
        """The same so many working days later, or earlier where negative: the day of whoever sums up the reports
        that are due on this one. Zero changes nothing."""
        if not working_days:
            return self
        day = calendar.add_working_days(self.due_on, working_days)
        code = StepCode.AFTER if working_days > 0 else StepCode.AHEAD
        step = Step(code, day, {"length": OffsetRule(abs(working_days), OffsetUnit.WORKING_DAY)})
        return replace(self, compliant_on=day, due_on=day, remind_on=day, steps=(*self.steps, step))

    def in_one_line(self, lang: str = "vi") -> str:
        """All steps in one line: «trước ngày 15/6» → ngày nêu 15/06/2026 → hạn cuối 14/06/2026 …"""
        return in_one_line(self.steps, lang)


def resolve(
    rule: DueRule,
    at: date | int | Period,
    calendar: WorkCalendar,
    reading: Reading = LITERAL,
    *,
    kind: ReportKind | str | None = None,
    period: Period | None = None,
) -> DueDate:
    """The due date of a rule at a named day, in a year, or for a period.

    The named day is what an obligation keeps as its `nominal_on`. A year is enough for a rule that names its
    month. For a period the rule's day is looked up that belongs to it; `kind` says whether the period "2026"
    is that of an annual report (which may be due in January 2027) or of a yearly duty. `period` only adds
    its name to the steps where `at` is a day or a year. Raises DueRuleError where the rule has no such day.
    """
    if isinstance(at, Period):
        nominal_on, period = _named_day_of(rule, at, kind), at
    else:
        nominal_on = rule.nominal_on(at) if isinstance(at, int) else at
    compliant_on = rule.last_compliant_day(nominal_on, reading)
    steps = [_first_step(rule, nominal_on, Turn(period, rule.year is None))]
    if compliant_on != nominal_on:
        steps.append(Step(StepCode.DAY_BEFORE, compliant_on))
    return _finished(nominal_on, compliant_on, calendar, reading, steps)


def resolve_offset(
    rule: OffsetRule, event_on: date, calendar: WorkCalendar, reading: Reading = LITERAL
) -> DueDate:
    """The due date of a limit counted from an event; `nominal_on` is the limit's own last day."""
    last_day = rule.last_day(event_on, calendar)
    steps = [
        Step(StepCode.EVENT, event_on, {"words": rule}),
        Step(StepCode.COUNTED, last_day, {"length": rule}),
    ]
    return _finished(last_day, last_day, calendar, reading, steps)


def explain(
    rule: DueRule,
    at: date | int | Period,
    calendar: WorkCalendar,
    reading: Reading = LITERAL,
    *,
    kind: ReportKind | str | None = None,
    period: Period | None = None,
) -> tuple[Step, ...]:
    """The steps of `resolve` alone. The first has the plan's words, the last has the due day."""
    return resolve(rule, at, calendar, reading, kind=kind, period=period).steps


def _finished(
    nominal_on: date, compliant_on: date, calendar: WorkCalendar, reading: Reading, steps: list[Step]
) -> DueDate:
    due_on = reading.due_on(compliant_on, calendar)
    if due_on != compliant_on:
        offs = calendar.days_off(compliant_on, due_on)
        steps.append(Step(StepCode.ROLLED, due_on, {"off": tuple(offs)}))
    elif (reason := calendar.why_off(due_on)) is not None:
        steps.append(Step(StepCode.KEPT, due_on, {"off": (reason,)}))
    return DueDate(nominal_on, compliant_on, due_on, reading.remind_on(compliant_on, calendar), tuple(steps))


def _first_step(rule: DueRule, nominal_on: date, turn: Turn) -> Step:
    params: dict[str, object] = {"words": rule, "turn": turn}
    if rule.is_cut_short(nominal_on):
        return Step(StepCode.SHORT_MONTH, nominal_on, {**params, "number": rule.day})
    if rule.day is not None:
        return Step(StepCode.NAMED, nominal_on, params)
    before = rule.qualifier is Qualifier.BEFORE
    return Step(StepCode.SPAN_START if before else StepCode.SPAN_END, nominal_on, params)


def _named_day_of(rule: DueRule, period: Period, kind: ReportKind | str | None) -> date:
    kind = ReportKind(kind) if kind is not None else _KINDS[period.kind]
    one_off = period.kind is PeriodKind.ONCE
    for year in (period.year, period.year + 1):
        for day in rule.named_days(kind, year):
            if period_due_on(kind, day, one_off=one_off) == period:
                return day
    raise DueRuleError("year", str(period), "the rule names no day for this period")
