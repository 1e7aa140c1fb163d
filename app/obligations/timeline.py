"""The line of weeks over Việc của tôi: which days stand on it, which are off, and what it says in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from app.deadlines import OffCode, WorkCalendar
from app.i18n import _, _n


@dataclass(frozen=True, slots=True)
class Dot:
    """What is due on one day. `tone`: soon, late, upcoming, done."""

    day: date
    tone: str
    count: int = 1


def dots(days: Iterable[tuple[date, bool, int]], today: date, calendar: WorkCalendar, soon: int) -> list[Dot]:
    """A dot for each (day, whether it was returned, how many); amber where it was returned, or where `soon` working
    days are left."""
    return [
        Dot(
            day,
            "soon" if returned or calendar.working_days_between(today, day) <= soon else "upcoming",
            count,
        )
        for day, returned, count in days
    ]


def runs_off(calendar: WorkCalendar, first: date, last: date, lang: str) -> list[tuple[date, date, str]]:
    """Stretches of days off with something other than a weekend in them: (first, last, name).

    The name is that of the stretch's own holiday: for the days around lunar New Year simply «Tết».
    """
    found, run = [], []
    for off in [*calendar.days_off(first, last), None]:
        if off is not None and (not run or off.day - run[-1].day == timedelta(days=1)):
            run.append(off)
            continue
        if named := [day for day in run if day.code is not OffCode.WEEKEND]:
            name = "Tết" if len(run) >= 5 else named[0].words(lang)
            found.append((run[0].day, run[-1].day, name))
        run = [off] if off is not None else []
    return found


def summary(days: list[Dot], weeks: int) -> str:
    """What the line says to whoever does not see it."""
    if not days:
        return _("Không có việc nào đến hạn trong %(n)s tuần tới.", n=weeks)
    by_day: dict[date, int] = {}
    for dot in days:
        by_day[dot.day] = by_day.get(dot.day, 0) + dot.count
    told = "; ".join(
        _n("%(day)s: %(num)s việc", "%(day)s: %(num)s việc", n, day=f"{day:%d/%m/%Y}")
        for day, n in by_day.items()
    )
    return _("%(n)s tuần tới. %(days)s.", n=weeks, days=told)
