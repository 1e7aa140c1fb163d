"""The days off of Vietnamese state bodies, a year at a time: the law's holidays, then what was decided.

The `holidays` library computes the law's holidays with the Vietnamese lunar calendar (UTC+7) and the days in
lieu of a holiday on a weekend. `vietnam.toml` adds what is decided year by year, with the number of the
decision, and where the two differ the file holds. Administrators' exceptions come on top of both, in
`workdays`.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from holidays import country_holidays

from app.deadlines.datewords import as_lang, capitalised, weekday_and_day, weekday_name

_DECISIONS = Path(__file__).with_name("vietnam.toml")
_LAW = "Bộ luật Lao động 2019, Điều 112"
_LAW_IN_LIEU = "Bộ luật Lao động 2019, Điều 111 khoản 3"
_SATURDAY = 5


class OffCode(StrEnum):
    """Why nobody works on a day."""

    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    COMPENSATORY = "compensatory"
    SWAPPED = "swapped"
    DECLARED = "declared"


@dataclass(frozen=True, slots=True)
class DayOff:
    """A day off with its reason in both languages and the law or decision that it rests on ("" if none)."""

    day: date
    code: OffCode
    vi: str
    en: str
    basis: str = ""

    def words(self, lang: str = "vi") -> str:
        """The reason as the start of a sentence: "Chủ nhật", "Quốc khánh (nghỉ bù)"."""
        return self.vi if as_lang(lang) == "vi" else self.en


@dataclass(frozen=True, slots=True)
class WorkedDay:
    """A Saturday, Sunday or holiday that is worked, and the decision that says so."""

    day: date
    vi: str
    en: str
    basis: str = ""

    def words(self, lang: str = "vi") -> str:
        return self.vi if as_lang(lang) == "vi" else self.en


@dataclass(frozen=True, slots=True)
class Year:
    """What one year's calendar adds to Saturdays and Sundays."""

    off: dict[date, DayOff]
    worked: dict[date, WorkedDay]


def weekend(day: date) -> DayOff | None:
    """State offices work Monday to Friday."""
    if day.weekday() < _SATURDAY:
        return None
    return DayOff(day, OffCode.WEEKEND, capitalised(weekday_name(day, "vi")), weekday_name(day, "en"))


@cache
def year_of(year: int) -> Year:
    """The holidays, days in lieu, swapped days and worked Saturdays that fall in this year."""
    computed = _computed(year)
    decided = _decided().get(year, Year({}, {}))
    off = {day: reason for day, reason in computed.off.items() if day not in decided.worked}
    for day, reason in decided.off.items():
        known = off.get(day)
        # The computed calendar knows the day's own name ("Mùng hai Tết"); the decision gives the basis.
        if known is not None and reason.code is OffCode.HOLIDAY:
            reason = DayOff(day, known.code, known.vi, known.en, reason.basis)
        off[day] = reason
    return Year(off, computed.worked | decided.worked)


@cache
def decreed_years() -> frozenset[int]:
    """The years whose calendar is known from a decision."""
    return frozenset(entry["year"] for entry in _entries())


def _computed(year: int) -> Year:
    in_vietnamese = country_holidays("VN", years=year, language="vi")
    in_english = country_holidays("VN", years=year, language="en_US")
    off = {}
    for day, name in in_vietnamese.items():
        if day.year == year:
            code = OffCode.COMPENSATORY if "(nghỉ bù)" in name else OffCode.HOLIDAY
            basis = _LAW_IN_LIEU if code is OffCode.COMPENSATORY else _LAW
            off[day] = DayOff(day, code, name, in_english[day], basis)
    worked = {day: _worked(day, "") for day in in_vietnamese.weekend_workdays if day.year == year}
    return Year(off, worked)


@cache
def _decided() -> dict[int, Year]:
    """The file's days by the year in which they fall: a swap may reach over New Year."""
    years: dict[int, Year] = {}

    def of(day: date) -> Year:
        return years.setdefault(day.year, Year({}, {}))

    for entry in _entries():
        for span in entry.get("off", ()):
            day: date = span["from"]
            while day <= span["to"]:
                if day.weekday() < _SATURDAY:
                    of(day).off[day] = DayOff(day, OffCode.HOLIDAY, span["vi"], span["en"], span["basis"])
                day += timedelta(days=1)
        for swap in entry.get("swap", ()):
            off, worked, basis = swap["off"], swap["worked"], swap["basis"]
            of(off).off[off] = DayOff(
                off,
                OffCode.SWAPPED,
                f"Nghỉ hoán đổi, làm việc bù {weekday_and_day(worked, 'vi')}",
                f"Day off swapped for {weekday_and_day(worked, 'en')}",
                basis,
            )
            of(worked).worked[worked] = _worked(worked, basis)
        for item in entry.get("worked", ()):
            of(item["day"]).worked[item["day"]] = _worked(item["day"], item["basis"])
    return years


def _worked(day: date, basis: str) -> WorkedDay:
    return WorkedDay(
        day,
        f"{capitalised(weekday_name(day, 'vi'))} làm việc bù",
        f"{weekday_name(day, 'en')} worked in exchange",
        basis,
    )


@cache
def _entries() -> list[dict[str, Any]]:
    with _DECISIONS.open("rb") as file:
        entries: list[dict[str, Any]] = tomllib.load(file)["year"]
    return entries
