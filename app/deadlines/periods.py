"""Reporting periods: what a report is about, as distinct from when it is due.

A period's key ("2026-H1") names the obligation for good, while its due day may move. Three things that are
easily mixed up stay apart: the period, the data cut-off and the deadline (Nghị định 09/2019/NĐ-CP, Điều 12).
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from app.deadlines.datewords import as_lang, capitalised, month_name, quarter_number


class ReportKind(StrEnum):
    """How often a report is asked for, or which event it belongs to; `other` is everything else."""

    HALF_YEAR = "half_year"
    ANNUAL = "annual"
    QUARTERLY = "quarterly"
    MONTHLY = "monthly"
    NINE_MONTH = "nine_month"
    MIDTERM_REVIEW = "midterm_review"
    FINAL_REVIEW = "final_review"
    OTHER = "other"

    @property
    def is_review(self) -> bool:
        """Reviews are held once in a plan's life."""
        return self in (ReportKind.MIDTERM_REVIEW, ReportKind.FINAL_REVIEW)

    @property
    def is_periodic(self) -> bool:
        """True for the kinds whose reports are each about a stretch of the calendar."""
        return not self.is_review and self is not ReportKind.OTHER


class PeriodKind(StrEnum):
    YEAR = "year"
    HALF = "half"
    NINE_MONTHS = "nine_months"
    QUARTER = "quarter"
    MONTH = "month"
    MIDTERM = "midterm"
    FINAL = "final"
    ONCE = "once"


class CutOff(NamedTuple):
    """First and last day of the data that a report of the period holds."""

    first: date
    last: date


class PeriodError(ValueError):
    """A text that is no period key, or a number that its kind of period does not have."""


_NUMBERS = {PeriodKind.HALF: 2, PeriodKind.QUARTER: 4, PeriodKind.MONTH: 12}
# 2026 · 2026-H1 · 2026-Q3 · 2026-M05 · 2026-9M · once-2026 · review-2025-midterm
_KEY = re.compile(
    r"""(?:(?P<once>once)-|(?P<review>review)-)?(?P<year>\d{4})
        (?:-(?:H(?P<half>[12])|Q(?P<quarter>[1-4])|M(?P<month>0[1-9]|1[0-2])|(?P<nine>9M)
             |(?P<event>midterm|final)))?""",
    re.VERBOSE,
)
_ORDINALS_EN = ("First", "Second", "Third", "Fourth")


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of the calendar, or a one-time event, that a report is about.

    `number` is the half (1, 2), the quarter (1 to 4) or the month (1 to 12), and 0 for the other kinds.
    Raises PeriodError for a number that the kind does not have.
    """

    kind: PeriodKind
    year: int
    number: int = 0

    def __post_init__(self) -> None:
        most = _NUMBERS.get(self.kind, 0)
        if not (1 if most else 0) <= self.number <= most:
            raise PeriodError(f"no {self.kind} number {self.number} in a year")
        if not 1 <= self.year <= 9999:
            raise PeriodError(f"no such year: {self.year}")

    @classmethod
    def parse(cls, key: str) -> Period:
        """The period with this key; PeriodError where the text is none."""
        found = _KEY.fullmatch(key)
        if found is None:
            raise PeriodError(f"no period has the key {key!r}")
        year, parts = int(found["year"]), found.groupdict()
        kind = _kind_of(parts)
        if kind is None:
            raise PeriodError(f"no period has the key {key!r}")
        return cls(kind, year, int(parts["half"] or parts["quarter"] or parts["month"] or 0))

    @property
    def key(self) -> str:
        match self.kind:
            case PeriodKind.HALF:
                return f"{self.year:04d}-H{self.number}"
            case PeriodKind.QUARTER:
                return f"{self.year:04d}-Q{self.number}"
            case PeriodKind.MONTH:
                return f"{self.year:04d}-M{self.number:02d}"
            case PeriodKind.NINE_MONTHS:
                return f"{self.year:04d}-9M"
            case PeriodKind.MIDTERM | PeriodKind.FINAL:
                return f"review-{self.year:04d}-{self.kind}"
            case PeriodKind.ONCE:
                return f"once-{self.year:04d}"
            case PeriodKind.YEAR:
                return f"{self.year:04d}"

    def __str__(self) -> str:
        return self.key

    @property
    def first_day(self) -> date:
        return date(self.year, self._months[0], 1)

    @property
    def last_day(self) -> date:
        month = self._months[1]
        return date(self.year, month, calendar.monthrange(self.year, month)[1])

    def label(self, lang: str = "vi") -> str:
        """The period's name as a heading: "6 tháng đầu năm 2026", "Quý III năm 2026"."""
        return capitalised(self.phrase(lang))

    def phrase(self, lang: str = "vi") -> str:
        """The same inside a sentence: "quý III năm 2026"."""
        return self._in_vietnamese() if as_lang(lang) == "vi" else self._in_english()

    def cut_off(self) -> CutOff | None:
        """The standard data cut-off of Nghị định 09/2019/NĐ-CP, Điều 12; None where it names none.

        It runs from the 15th before the period to the 14th of its last month. A plan's own dates come
        first: a plan that wants the annual report in November asks for estimates, and has no cut-off.
        Nine months, reviews and one-off reports are set by whoever asks for them.
        """
        if self.kind not in (PeriodKind.YEAR, PeriodKind.HALF, PeriodKind.QUARTER, PeriodKind.MONTH):
            return None
        first, last = self._months
        return CutOff(_day_after_the_last_cut_off(self.year, first), date(self.year, last, 14))

    @property
    def _months(self) -> tuple[int, int]:
        match self.kind:
            case PeriodKind.HALF:
                return self.number * 6 - 5, self.number * 6
            case PeriodKind.QUARTER:
                return self.number * 3 - 2, self.number * 3
            case PeriodKind.MONTH:
                return self.number, self.number
            case PeriodKind.NINE_MONTHS:
                return 1, 9
            case _:
                return 1, 12

    def _in_vietnamese(self) -> str:
        match self.kind:
            case PeriodKind.HALF:
                return f"6 tháng {'đầu' if self.number == 1 else 'cuối'} năm {self.year}"
            case PeriodKind.QUARTER:
                return f"quý {quarter_number(self.number)} năm {self.year}"
            case PeriodKind.MONTH:
                return f"{month_name(self.number)} năm {self.year}"
            case PeriodKind.NINE_MONTHS:
                return f"9 tháng đầu năm {self.year}"
            case PeriodKind.MIDTERM:
                return f"sơ kết năm {self.year}"
            case PeriodKind.FINAL:
                return f"tổng kết năm {self.year}"
            case PeriodKind.ONCE:
                return f"một lần, năm {self.year}"
            case PeriodKind.YEAR:
                return f"năm {self.year}"

    def _in_english(self) -> str:
        match self.kind:
            case PeriodKind.HALF:
                return f"{_ORDINALS_EN[self.number - 1].lower()} half of {self.year}"
            case PeriodKind.QUARTER:
                return f"{_ORDINALS_EN[self.number - 1].lower()} quarter of {self.year}"
            case PeriodKind.MONTH:
                return f"{month_name(self.number, 'en')} {self.year}"
            case PeriodKind.NINE_MONTHS:
                return f"first nine months of {self.year}"
            case PeriodKind.MIDTERM:
                return f"mid-term review of {self.year}"
            case PeriodKind.FINAL:
                return f"final review of {self.year}"
            case PeriodKind.ONCE:
                return f"once, {self.year}"
            case PeriodKind.YEAR:
                return f"year {self.year}"


def period_due_on(kind: ReportKind | str, named_on: date, *, one_off: bool = False) -> Period:
    """The period that a report of this kind is about when its plan names this day.

    A day in the first third of a period looks back: a yearly report named for January to April is about the
    year before, a half-yearly one in January, February, July or August about the half before, a quarterly
    one in the first month of a quarter about the quarter before. A monthly report named before the 15th is
    about the month before, because the data of the month close on the 14th (Nghị định 09/2019/NĐ-CP, Điều
    12). From then on it is about the running period: 15/5 and 15/6 the first half, 15/11 the year, day 20
    of the last month the quarter. A nine-month report looks back as the yearly one does.

    Reviews and `other` belong to the year of the named day; `one_off` marks an `other` that never repeats.
    """
    kind = ReportKind(kind)
    year, month = named_on.year, named_on.month
    match kind:
        case ReportKind.ANNUAL:
            return Period(PeriodKind.YEAR, year - 1 if month <= 4 else year)
        case ReportKind.NINE_MONTH:
            return Period(PeriodKind.NINE_MONTHS, year - 1 if month <= 4 else year)
        case ReportKind.HALF_YEAR:
            return _numbered(PeriodKind.HALF, year, month, length=6, looking_back=2)
        case ReportKind.QUARTERLY:
            return _numbered(PeriodKind.QUARTER, year, month, length=3, looking_back=1)
        case ReportKind.MONTHLY:
            return _numbered(PeriodKind.MONTH, year, month, 1, looking_back=0 if named_on.day >= 15 else 1)
        case ReportKind.MIDTERM_REVIEW:
            return Period(PeriodKind.MIDTERM, year)
        case ReportKind.FINAL_REVIEW:
            return Period(PeriodKind.FINAL, year)
        case ReportKind.OTHER:
            return Period(PeriodKind.ONCE if one_off else PeriodKind.YEAR, year)


def _numbered(kind: PeriodKind, year: int, month: int, length: int, looking_back: int) -> Period:
    number, months_into = divmod(month - 1, length)
    if months_into >= looking_back:
        number += 1
    return Period(kind, year, number) if number else Period(kind, year - 1, 12 // length)


def _day_after_the_last_cut_off(year: int, month: int) -> date:
    """The 15th of the month before."""
    return date(year - 1, 12, 15) if month == 1 else date(year, month - 1, 15)


def _kind_of(parts: dict[str, str | None]) -> PeriodKind | None:
    """The kind that the named parts of a key make up, None for a mixture such as "once-2026-Q1"."""
    if parts["review"]:
        return PeriodKind(parts["event"]) if parts["event"] else None
    if parts["event"]:
        return None
    named = {
        PeriodKind.HALF: parts["half"],
        PeriodKind.QUARTER: parts["quarter"],
        PeriodKind.MONTH: parts["month"],
        PeriodKind.NINE_MONTHS: parts["nine"],
    }
    found = [kind for kind, text in named.items() if text]
    if parts["once"]:
        return None if found else PeriodKind.ONCE
    return found[0] if found else PeriodKind.YEAR


def phrase_of(key: str, lang: str = "vi") -> str:
    """What the period with this key is called: "6 tháng đầu năm 2026"; "" where the key names none."""
    try:
        return Period.parse(key).phrase(lang)
    except PeriodError:
        return ""
