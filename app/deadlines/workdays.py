"""Working days of a Vietnamese state office, with the exceptions that an administrator declares.

A `WorkCalendar` is a value that is passed in: nothing here asks which day it is. Each year is counted once
and kept, so that every question costs about the same, however far apart two days are.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import accumulate

from app.deadlines.datewords import capitalised, weekday_name
from app.deadlines.vietnam import DayOff, OffCode, WorkedDay, decreed_years, weekend, year_of

_DAY = timedelta(days=1)
# A year is asked for from 1 November before it, 61 days ahead: offices plan the first quarter's reports then.
WARN_DAYS_AHEAD = 61


class DayKind(StrEnum):
    """What an administrator declares a day to be."""

    OFF = "off"
    WORKED = "worked"


@dataclass(frozen=True, slots=True)
class DayException:
    """One declared day: off or worked, the decision that says so, and a name if it has one."""

    kind: DayKind
    decision: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class _Year:
    """`counts[n]` is the number of working days among the first n days of the year."""

    first: date
    counts: tuple[int, ...]
    off: Mapping[date, DayOff]

    @property
    def total(self) -> int:
        return self.counts[-1]

    def up_to(self, day: date) -> int:
        """Working days from the first of January up to and including this day."""
        return self.counts[(day - self.first).days + 1]

    def nth(self, number: int) -> date:
        """The working day with this number, counted from 1."""
        return self.first + timedelta(days=bisect_left(self.counts, number) - 1)


class WorkCalendar:
    """Which days are worked, why the others are not, and counting over them.

    `exceptions` overrides everything else, a day at a time: a `DayException`, a `DayKind`, or "off" or
    "worked". `decreed` names years whose calendar the administrator holds to be settled although this
    library does not know the decision. Days are days in Vietnam.
    """

    def __init__(
        self,
        exceptions: Mapping[date, DayException | DayKind | str] | None = None,
        *,
        decreed: Iterable[int] = (),
    ) -> None:
        self._exceptions = {day: _as_exception(given) for day, given in (exceptions or {}).items()}
        self._decreed = decreed_years() | frozenset(decreed)
        self._years: dict[int, _Year] = {}

    @property
    def exceptions(self) -> Mapping[date, DayException]:
        """The days that were declared for this calendar."""
        return dict(self._exceptions)

    def is_working_day(self, day: date) -> bool:
        return day not in self._year(day.year).off

    def why_off(self, day: date) -> DayOff | None:
        """Why nobody works on this day; None for a working day. A holiday on a Sunday is a holiday."""
        return self._year(day.year).off.get(day)

    def why_worked(self, day: date) -> WorkedDay | None:
        """Why this weekend day or holiday is worked after all; None for any other day."""
        declared = self._exceptions.get(day)
        if declared is None:
            return year_of(day.year).worked.get(day)
        if declared.kind is DayKind.OFF or _plain(day) is None:
            return None
        vi = declared.name or f"{capitalised(weekday_name(day, 'vi'))} làm việc bù"
        en = declared.name or f"{weekday_name(day, 'en')} worked in exchange"
        return WorkedDay(day, vi, en, declared.decision)

    def next_working_day(self, day: date) -> date:
        """The day itself where it is worked, else the first working day after it (Điều 148 khoản 5)."""
        while not self.is_working_day(day):
            day += _DAY
        return day

    def previous_working_day(self, day: date) -> date:
        """The day itself where it is worked, else the last working day before it."""
        while not self.is_working_day(day):
            day -= _DAY
        return day

    def add_working_days(self, day: date, count: int) -> date:
        """The working day that is `count` working days after the day, or before it where count is negative.

        The first day is not counted (Bộ luật Dân sự 2015, Điều 147): one working day after a Friday is
        Monday, and so it is after the Saturday. Zero gives the day back as it is, worked or not.
        """
        if count == 0:
            return day
        year = self._year(day.year)
        number = year.up_to(day) + count
        if count < 0 and not self.is_working_day(day):
            number += 1
        while number > year.total:
            number -= year.total
            year = self._year(year.first.year + 1)
        while number < 1:
            year = self._year(year.first.year - 1)
            number += year.total
        return year.nth(number)

    def working_days_between(self, start: date, end: date) -> int:
        """Working days after `start` up to and including `end`; negative where end lies before start.

        From a Wednesday to the Monday after it there are three: «còn 5 ngày, 3 ngày làm việc».
        """
        if end < start:
            return -self.working_days_between(end, start)
        whole_years = sum(self._year(year).total for year in range(start.year, end.year))
        return whole_years + self._year(end.year).up_to(end) - self._year(start.year).up_to(start)

    def days_off(self, first: date, last: date) -> list[DayOff]:
        """All days off from first to last, both included, in order, weekends too."""
        days = ((first + timedelta(days=n)) for n in range((last - first).days + 1))
        return [reason for day in days if (reason := self.why_off(day)) is not None]

    def is_decreed(self, year: int) -> bool:
        """True where the year's Tết, Quốc khánh and swapped days are known from a decision, not computed."""
        return year in self._decreed

    def undecreed_ahead(self, today: date, days: int = WARN_DAYS_AHEAD) -> tuple[int, ...]:
        """The years between today and so many days ahead whose calendar still has to be looked up."""
        years = range(today.year, (today + timedelta(days=days)).year + 1)
        return tuple(year for year in years if not self.is_decreed(year))

    def _year(self, year: int) -> _Year:
        known = self._years.get(year)
        if known is None:
            known = self._years[year] = self._count(year)
        return known

    def _count(self, year: int) -> _Year:
        first = date(year, 1, 1)
        length = (date(year, 12, 31) - first).days + 1
        days = [first + timedelta(days=n) for n in range(length)]
        off = {day: reason for day in days if (reason := self._reason(day)) is not None}
        counts = tuple(accumulate((day not in off for day in days), initial=0))
        return _Year(first, counts, off)

    def _reason(self, day: date) -> DayOff | None:
        declared = self._exceptions.get(day)
        if declared is None:
            return None if day in year_of(day.year).worked else _plain(day)
        if declared.kind is DayKind.WORKED:
            return None
        vi = declared.name or "Ngày nghỉ theo quyết định"
        en = declared.name or "Declared day off"
        return DayOff(day, OffCode.DECLARED, vi, en, declared.decision)


def _plain(day: date) -> DayOff | None:
    """Why the day would be off if nothing had been swapped or declared."""
    return year_of(day.year).off.get(day) or weekend(day)


def _as_exception(given: DayException | DayKind | str) -> DayException:
    return given if isinstance(given, DayException) else DayException(DayKind(given))
