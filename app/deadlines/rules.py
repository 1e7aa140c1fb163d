"""Due rules: what a plan says about a day, kept as it was said.

    «trước ngày 15/6»                DueRule(15, 6, qualifier="before")
    «ngày 15/12 đối với báo cáo năm» DueRule(15, 12, qualifier="on")
    «vào Quý IV năm 2025»            DueRule(quarter=4, year=2025, qualifier="in")
    «trước ngày 20 tháng cuối quý»   DueRule(20, qualifier="before"), with the kind quarterly

A rule knows its named day and the last day that still complies with it. Which of its days belong to which
plan is the business of `recurrence`; the reasons, told to people, that of `duedates`.
"""

from __future__ import annotations

import calendar as months
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, Self

from app.deadlines.datewords import as_lang, month_name, quarter_number
from app.deadlines.periods import ReportKind
from app.deadlines.workdays import WorkCalendar

_DAY = timedelta(days=1)
_YEARS = (1945, 2999)
# The months in which the periods of a kind end, for rules that name no month themselves.
_LAST_MONTHS: dict[ReportKind, tuple[int, ...]] = {
    ReportKind.MONTHLY: tuple(range(1, 13)),
    ReportKind.QUARTERLY: (3, 6, 9, 12),
    ReportKind.HALF_YEAR: (6, 12),
    ReportKind.NINE_MONTH: (9,),
}


class Qualifier(StrEnum):
    """The word before the date: `before` excludes the day, `by` and `on` include it, `in` names a span."""

    BEFORE = "before"
    BY = "by"
    ON = "on"
    IN = "in"


class LateRoll(StrEnum):
    FORWARD = "forward"
    NONE = "none"


class RemindRoll(StrEnum):
    BACKWARD = "backward"
    NONE = "none"


class DueRuleError(ValueError):
    """A rule that names no possible day; `field` and `value` are what was wrong."""

    def __init__(self, field: str, value: object, reason: str) -> None:
        super().__init__(f"{field}={value!r}: {reason}")
        self.field = field
        self.value = value


@dataclass(frozen=True, slots=True)
class Reading:
    """How an installation reads deadlines.

    No text of law defines *trước ngày*, and none says that Điều 148 of the Civil Code governs a day named in
    a plan; so both are settings. As they stand, *trước ngày 15/6* means 14/6 at the latest, lateness is
    judged by the working day after a day off, and reminders count from the working day before it.
    """

    before_is_exclusive: bool = True
    late_roll: LateRoll | str = LateRoll.FORWARD
    remind_roll: RemindRoll | str = RemindRoll.BACKWARD

    def __post_init__(self) -> None:
        """Raises ValueError for a way of rolling that does not exist."""
        object.__setattr__(self, "late_roll", LateRoll(self.late_roll))
        object.__setattr__(self, "remind_roll", RemindRoll(self.remind_roll))

    def due_on(self, last_compliant_day: date, calendar: WorkCalendar) -> date:
        """The day after which a report is late (Bộ luật Dân sự 2015, Điều 148 khoản 5)."""
        if self.late_roll is LateRoll.NONE:
            return last_compliant_day
        return calendar.next_working_day(last_compliant_day)

    def remind_on(self, last_compliant_day: date, calendar: WorkCalendar) -> date:
        """The day that reminders count towards: the last one on which someone is at work."""
        if self.remind_roll is RemindRoll.NONE:
            return last_compliant_day
        return calendar.previous_working_day(last_compliant_day)


LITERAL = Reading()


@dataclass(frozen=True, slots=True)
class DueRule:
    """A day or a span of the calendar with its qualifier and the plan's words.

    None means "not said": without a year the rule holds every year; without month and quarter the day is one
    of the last month of each period (of each month for a monthly report). Without any of them the rule says
    "within the period", which only the qualifier `in` can mean. Raises DueRuleError for anything else.
    """

    day: int | None = None
    month: int | None = None
    quarter: int | None = None
    year: int | None = None
    qualifier: Qualifier | str = Qualifier.ON
    words: str = ""

    def __post_init__(self) -> None:
        for field, low, high in (("day", 1, 31), ("month", 1, 12), ("quarter", 1, 4), ("year", *_YEARS)):
            value = getattr(self, field)
            if value is not None and (type(value) is not int or not low <= value <= high):
                raise DueRuleError(field, value, f"a number from {low} to {high} is needed")
        if self.qualifier not in list(Qualifier):
            raise DueRuleError("qualifier", self.qualifier, f"one of {', '.join(Qualifier)} is needed")
        object.__setattr__(self, "qualifier", Qualifier(self.qualifier))
        if self.month is not None and self.quarter is not None:
            raise DueRuleError("quarter", self.quarter, "a rule names a month or a quarter, not both")
        if self.names_nothing and self.qualifier is not Qualifier.IN:
            raise DueRuleError("day", None, "a day, a month, a quarter or a year is needed")

    @property
    def names_nothing(self) -> bool:
        """True for "within each period"."""
        return (self.day, self.month, self.quarter, self.year) == (None, None, None, None)

    @property
    def names_month(self) -> bool:
        """True where the rule itself says in which month its day lies."""
        return self.month is not None or self.quarter is not None

    def nominal_on(self, year: int | None = None, month: int | None = None) -> date:
        """The day that the plan names in this year, as it is shown beside the plan's words.

        For a span it is the span's last day, with `before` its first. A day that the month does not have
        becomes the month's last (Bộ luật Dân sự 2015, Điều 148 khoản 3): 29/02 is 28/02 in most years.
        `month` is the month meant by a rule that names none. Raises DueRuleError where the year is missing
        or contradicts the rule, or the month is missing.
        """
        if self.year is not None and year not in (None, self.year):
            raise DueRuleError("year", year, f"the rule holds for {self.year} only")
        year = self.year if self.year is not None else year
        if year is None:
            raise DueRuleError("year", None, "the rule holds every year: say which one is meant")
        if self.day is None and self.qualifier is Qualifier.BEFORE:
            return date(year, self.month or (self.quarter or 1) * 3 - 2, 1)
        month = self.month or (self.quarter * 3 if self.quarter else month)
        if month is None and self.day is None:
            month = 12
        if month is None:
            raise DueRuleError("month", None, "the rule names no month: say which one is meant")
        last = months.monthrange(year, month)[1]
        return date(year, month, min(self.day or last, last))

    def named_days(self, kind: ReportKind | str, year: int) -> list[date]:
        """All days that the rule names in this year for a report of this kind, in order."""
        if self.year not in (None, year):
            return []
        if self.names_month or (self.day is None and self.qualifier is Qualifier.BEFORE):
            return [self.nominal_on(year)]
        every_month = tuple(range(1, 13))
        kind = ReportKind(kind)
        # «ngày 25» alone can only be a day of every month; a bare year or review ends with December.
        default = every_month if kind is ReportKind.OTHER and self.day is not None else (12,)
        return [self.nominal_on(year, month) for month in _LAST_MONTHS.get(kind, default)]

    def names(self, day: date, kind: ReportKind | str) -> bool:
        """Whether this is a day that the rule names for a report of this kind."""
        return day in self.named_days(kind, day.year)

    def last_compliant_day(self, nominal_on: date, reading: Reading = LITERAL) -> date:
        """The last day on which a report still keeps the rule, before any day off is looked at.

        *Trước ngày 30/02* is kept by the last day of February: it does lie before the 30th.
        """
        if self.qualifier is not Qualifier.BEFORE:
            return nominal_on
        if self.day is None:
            return nominal_on - _DAY
        if self.is_cut_short(nominal_on) or not reading.before_is_exclusive:
            return nominal_on
        return nominal_on - _DAY

    def is_cut_short(self, nominal_on: date) -> bool:
        """True where the month of this day is too short for the day that the plan names."""
        return self.day is not None and nominal_on.day < self.day

    def due_on(self, nominal_on: date, calendar: WorkCalendar, reading: Reading = LITERAL) -> date:
        """The day after which a report for this named day is late."""
        return reading.due_on(self.last_compliant_day(nominal_on, reading), calendar)

    def opens_on(self, nominal_on: date) -> date | None:
        """First day of the span that a rule such as "vào Quý IV" names; None for a rule about one day."""
        if self.qualifier is not Qualifier.IN or self.day is not None or self.names_nothing:
            return None
        if self.month is not None:
            return nominal_on.replace(day=1)
        return date(nominal_on.year, self.quarter * 3 - 2 if self.quarter else 1, 1)

    def in_words(self, lang: str = "vi", kind: ReportKind | str | None = None) -> str:
        """The rule in our own words, for forms and for rules that came without the plan's."""
        vietnamese = as_lang(lang) == "vi"
        named = self._named_vi(kind) if vietnamese else self._named_en(kind)
        openings = _OPENINGS_VI if vietnamese else _OPENINGS_EN
        return f"{openings[Qualifier(self.qualifier)][self.day is None]} {named}".strip()

    def _named_vi(self, kind: ReportKind | str | None) -> str:
        if self.day is not None and self.month is not None:
            named = f"ngày {self.day:02d}/{self.month:02d}" + (f"/{self.year}" if self.year else "")
            return named if self.year else f"{named} hằng năm"
        year = f" năm {self.year}" if self.year else ""
        parts = f"ngày {self.day:02d} " if self.day is not None else ""
        if self.month is not None:
            return f"{month_name(self.month)}{year or ' hằng năm'}"
        if self.quarter is not None:
            return f"{parts and parts + 'tháng cuối '}quý {quarter_number(self.quarter)}{year or ' hằng năm'}"
        if self.day is not None:
            return f"{parts}{_EACH_VI.get(ReportKind(kind), 'hằng tháng') if kind else 'của kỳ'}{year}"
        return year.strip() or "kỳ báo cáo"

    def _named_en(self, kind: ReportKind | str | None) -> str:
        year = f" {self.year}" if self.year else ""
        day = f"{self.day} " if self.day is not None else ""
        if self.month is not None:
            return f"{day}{month_name(self.month, 'en')}{year or ' of every year'}"
        if self.quarter is not None:
            last_month = f"day {day}of the last month of " if day else ""
            return f"{last_month}quarter {quarter_number(self.quarter)}{year or ' of every year'}"
        if day:
            of_what = _EACH_EN.get(ReportKind(kind), "every month") if kind else "the period"
            return f"day {day}of {of_what}{year and ' in' + year}"
        return year.strip() or "the reporting period"

    @classmethod
    def from_dict(cls, given: Mapping[str, Any]) -> Self:
        """The rule of a report draft (`day month quarter year qualifier text`); other keys are passed over.

        Raises DueRuleError as the constructor does.
        """
        return cls(
            given.get("day"),
            given.get("month"),
            given.get("quarter"),
            given.get("year"),
            given.get("qualifier") or Qualifier.ON,
            given.get("text") or "",
        )

    def to_dict(self) -> dict[str, Any]:
        """The keys of a report draft, fit for JSON."""
        return {
            "day": self.day,
            "month": self.month,
            "quarter": self.quarter,
            "year": self.year,
            "qualifier": str(self.qualifier),
            "text": self.words,
        }


# With a day, and without one.
_OPENINGS_VI: dict[Qualifier, tuple[str, str]] = {
    Qualifier.BEFORE: ("trước", "trước"),
    Qualifier.BY: ("chậm nhất", "chậm nhất hết"),
    Qualifier.ON: ("", "trong"),
    Qualifier.IN: ("trong", "trong"),
}
_OPENINGS_EN: dict[Qualifier, tuple[str, str]] = {
    Qualifier.BEFORE: ("before", "before"),
    Qualifier.BY: ("by", "by the end of"),
    Qualifier.ON: ("on", "in"),
    Qualifier.IN: ("on", "in"),
}
_EACH_VI = {
    ReportKind.QUARTERLY: "tháng cuối quý",
    ReportKind.HALF_YEAR: "tháng 6 và tháng 12",
    ReportKind.NINE_MONTH: "tháng 9",
    ReportKind.ANNUAL: "tháng 12",
    ReportKind.MIDTERM_REVIEW: "tháng 12",
    ReportKind.FINAL_REVIEW: "tháng 12",
}
_EACH_EN = {
    ReportKind.QUARTERLY: "the last month of each quarter",
    ReportKind.HALF_YEAR: "June and December",
    ReportKind.NINE_MONTH: "September",
    ReportKind.ANNUAL: "December",
    ReportKind.MIDTERM_REVIEW: "December",
    ReportKind.FINAL_REVIEW: "December",
}
