"""A month as weeks of days. Pure."""

from __future__ import annotations

import calendar
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from app.deadlines import OffCode, WorkCalendar

SHOWN_IN_A_DAY = 3


@dataclass(frozen=True, slots=True)
class Day:
    day: date
    in_month: bool
    is_today: bool
    holiday: str  # why nobody works, where it is more than a weekend
    is_off: bool
    entries: list[Any] = field(default_factory=list)

    @property
    def shown(self) -> list[Any]:
        """One more than fits takes no more room than the line that would say so."""
        fits = SHOWN_IN_A_DAY if len(self.entries) > SHOWN_IN_A_DAY + 1 else SHOWN_IN_A_DAY + 1
        return self.entries[:fits]

    @property
    def more(self) -> int:
        return len(self.entries) - len(self.shown)

    @property
    def is_empty(self) -> bool:
        return not self.entries and not self.is_today and not self.holiday


def edges(year: int, month: int) -> tuple[date, date]:
    """First and last day of the page: whole weeks from Monday to Sunday."""
    first = date(year, month, 1)
    last = date(year, month, calendar.monthrange(year, month)[1])
    return first - timedelta(days=first.weekday()), last + timedelta(days=6 - last.weekday())


def weeks(
    year: int, month: int, today: date, work: WorkCalendar, entries: Iterable[tuple[date, Any]], lang: str
) -> list[list[Day]]:
    """The page of a month; `entries` are pairs of day and thing, kept in their order."""
    by_day: dict[date, list[Any]] = defaultdict(list)
    for day, entry in entries:
        by_day[day].append(entry)
    first, last = edges(year, month)
    days = []
    for n in range((last - first).days + 1):
        day = first + timedelta(days=n)
        off = work.why_off(day)
        name = off.words(lang) if off is not None and off.code is not OffCode.WEEKEND else ""
        days.append(Day(day, day.month == month, day == today, name, off is not None, by_day.get(day, [])))
    return [days[n : n + 7] for n in range(0, len(days), 7)]


def step(year: int, month: int, by: int) -> tuple[int, int]:
    """The month that lies `by` months away."""
    n = year * 12 + month - 1 + by
    return n // 12, n % 12 + 1
