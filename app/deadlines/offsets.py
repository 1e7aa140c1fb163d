"""Limits counted from an event: «trong vòng 10 ngày làm việc kể từ ngày nhận văn bản»."""

from __future__ import annotations

import calendar as months
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, Self

from app.deadlines.datewords import as_lang
from app.deadlines.rules import DueRule, DueRuleError
from app.deadlines.workdays import WorkCalendar

_MOST = 3660


class OffsetUnit(StrEnum):
    DAY = "day"
    WORKING_DAY = "working_day"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class OffsetRule:
    """So many days, working days, weeks or months after an event; `event` says which one, in words.

    Raises DueRuleError for a count that is not positive (or is beyond ten years) and for another unit.
    """

    count: int
    unit: OffsetUnit | str = OffsetUnit.DAY
    event: str = ""
    words: str = ""

    def __post_init__(self) -> None:
        if type(self.count) is not int or not 1 <= self.count <= _MOST:
            raise DueRuleError("count", self.count, f"a number from 1 to {_MOST} is needed")
        if self.unit not in list(OffsetUnit):
            raise DueRuleError("unit", self.unit, f"one of {', '.join(OffsetUnit)} is needed")
        object.__setattr__(self, "unit", OffsetUnit(self.unit))

    def last_day(self, event_on: date, calendar: WorkCalendar) -> date:
        """The last day of the limit, before any day off is looked at.

        The day of the event is not counted (Bộ luật Dân sự 2015, Điều 147 khoản 3). A month ends on the
        day with the same number, or on the month's last day where there is none (Điều 148 khoản 3).
        """
        match self.unit:
            case OffsetUnit.WORKING_DAY:
                return calendar.add_working_days(event_on, self.count)
            case OffsetUnit.WEEK:
                return event_on + timedelta(weeks=self.count)
            case OffsetUnit.MONTH:
                return _months_after(event_on, self.count)
            case _:
                return event_on + timedelta(days=self.count)

    def in_words(self, lang: str = "vi") -> str:
        """The rule in our own words: "10 ngày làm việc kể từ ngày nhận văn bản"."""
        event = self.event.strip()
        if as_lang(lang) == "vi":
            event = event.removeprefix("ngày ").strip()
            return f"{self.length('vi')} kể từ ngày {event or 'xảy ra sự kiện'}"
        return f"{self.length('en')} after " + (f"«{event}»" if event else "the event")

    def length(self, lang: str = "vi") -> str:
        """The length alone: "10 ngày làm việc", "1 month"."""
        if as_lang(lang) == "vi":
            return f"{self.count:02d} {_UNITS_VI[OffsetUnit(self.unit)]}"
        noun = _UNITS_EN[OffsetUnit(self.unit)]
        return f"{self.count} {noun}" if self.count == 1 else f"{self.count} {noun}s"

    @classmethod
    def from_dict(cls, given: Mapping[str, Any]) -> Self:
        """The rule from its keys `count unit event text`; raises DueRuleError as the constructor does."""
        return cls(
            given.get("count", 0),
            given.get("unit") or OffsetUnit.DAY,
            given.get("event") or "",
            given.get("text") or "",
        )

    def to_dict(self) -> dict[str, Any]:
        return {"count": self.count, "unit": str(self.unit), "event": self.event, "text": self.words}


def rule_from_dict(given: Mapping[str, Any]) -> DueRule | OffsetRule:
    """The rule that `to_dict` of either kind wrote; an offset is told by its `unit`."""
    return OffsetRule.from_dict(given) if given.get("unit") else DueRule.from_dict(given)


def _months_after(day: date, count: int) -> date:
    years, month = divmod(day.month - 1 + count, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, months.monthrange(year, month)[1]))


_UNITS_VI = {
    OffsetUnit.DAY: "ngày",
    OffsetUnit.WORKING_DAY: "ngày làm việc",
    OffsetUnit.WEEK: "tuần",
    OffsetUnit.MONTH: "tháng",
}
_UNITS_EN = {
    OffsetUnit.DAY: "day",
    OffsetUnit.WORKING_DAY: "working day",
    OffsetUnit.WEEK: "week",
    OffsetUnit.MONTH: "month",
}
