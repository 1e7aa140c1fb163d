"""The steps from a plan's words to a due day, told to people in two languages.

A step has a day and a cause. Its parameters are values, not sentences, so that the same steps can be drawn
as leaves of a calendar, written as one line, or shown in the other language.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, NamedTuple

from app.deadlines.datewords import (
    Lang,
    as_lang,
    capitalised,
    format_day,
    joined,
    weekday_and_day,
    weekday_name,
)
from app.deadlines.offsets import OffsetRule
from app.deadlines.periods import Period, PeriodKind
from app.deadlines.rules import DueRule
from app.deadlines.vietnam import DayOff, OffCode


class StepCode(StrEnum):
    """What a step does; every code has its words in both languages."""

    NAMED = "named"  # the plan names the day
    SPAN_END = "span_end"  # the plan names a month, a quarter or a year: its last day
    SPAN_START = "span_start"  # «trước tháng 6»: the first day of the span
    SHORT_MONTH = "short_month"  # the named day does not exist in that month
    DAY_BEFORE = "day_before"  # «trước ngày» excludes the named day
    ROLLED = "rolled"  # a day off: the end moves to the next working day
    KEPT = "kept"  # a day off, and the installation does not move deadlines
    EVENT = "event"  # the day from which a limit is counted
    COUNTED = "counted"  # the last day of the limit
    AFTER = "after"  # so many working days after the day of those whose reports are summed up
    AHEAD = "ahead"  # so many working days before it
    EXTENDED = "extended"  # a newer day was granted


class _Words(NamedTuple):
    """The heading over a step, the cause under it, and the step as a part of one sentence."""

    title: str
    cause: str
    sentence: str


_WORDS: dict[StepCode, dict[Lang, _Words]] = {
    StepCode.NAMED: {
        "vi": _Words("Ngày ghi trong kế hoạch", "{turn}", "{words} → ngày nêu {day}"),
        "en": _Words("Day named in the plan", "{turn}", "{words} → named day {day}"),
    },
    StepCode.SPAN_END: {
        "vi": _Words(
            "Hết thời gian nêu trong kế hoạch",
            "Không nêu ngày nên tính đến hết ngày cuối cùng. {turn}",
            "{words} → ngày cuối cùng {day}",
        ),
        "en": _Words(
            "End of the time named in the plan",
            "No day is named, so the last one counts. {turn}",
            "{words} → last day {day}",
        ),
    },
    StepCode.SPAN_START: {
        "vi": _Words(
            "Đầu thời gian nêu trong kế hoạch", "Ngày đầu tiên. {turn}", "{words} → ngày đầu tiên {day}"
        ),
        "en": _Words(
            "Start of the time named in the plan", "The first day. {turn}", "{words} → first day {day}"
        ),
    },
    StepCode.SHORT_MONTH: {
        "vi": _Words(
            "Tháng không có ngày {number}",
            "Lấy ngày cuối tháng (Bộ luật Dân sự 2015, Điều 148). {turn}",
            "{words} → tháng không có ngày {number} nên lấy ngày cuối tháng {day}"
            " (Bộ luật Dân sự 2015, Điều 148)",
        ),
        "en": _Words(
            "The month has no day {number}",
            "The last day of the month counts (Civil Code 2015, Article 148). {turn}",
            "{words} → the month has no day {number}, so its last day {day} counts"
            " (Civil Code 2015, Article 148)",
        ),
    },
    StepCode.DAY_BEFORE: {
        "vi": _Words(
            "«Trước ngày»",
            "Ngày cuối cùng còn đúng hạn là hôm trước.",
            "hạn cuối {day} (trước ngày không tính ngày nêu)",
        ),
        "en": _Words(
            "«Before the day»",
            "The last day in time is the day before.",
            "last day in time {day} (“before” leaves out the named day)",
        ),
    },
    StepCode.ROLLED: {
        "vi": _Words(
            "Gặp ngày nghỉ",
            "{off}. Chuyển sang ngày làm việc kế tiếp (Bộ luật Dân sự 2015, Điều 148).",
            "{off} nên tính đến {weekday_and_day} (Bộ luật Dân sự 2015, Điều 148)",
        ),
        "en": _Words(
            "A day off",
            "{off}. Moved to the next working day (Civil Code 2015, Article 148).",
            "{off}, so it runs until {weekday_and_day} (Civil Code 2015, Article 148)",
        ),
    },
    StepCode.KEPT: {
        "vi": _Words(
            "Gặp ngày nghỉ",
            "{off}. Hạn giữ nguyên theo thiết lập.",
            "{off}, hạn giữ nguyên {day} theo thiết lập",
        ),
        "en": _Words(
            "A day off",
            "{off}. The day stays, as this office has set.",
            "{off}; the day stays {day}, as this office has set",
        ),
    },
    StepCode.EVENT: {
        "vi": _Words(
            "Ngày bắt đầu tính",
            "Ngày này không tính vào thời hạn (Bộ luật Dân sự 2015, Điều 147).",
            "{words} → từ ngày {day} (không tính ngày này: Bộ luật Dân sự 2015, Điều 147)",
        ),
        "en": _Words(
            "Day from which it counts",
            "This day is not part of the limit (Civil Code 2015, Article 147).",
            "{words} → from {day} (that day is not counted: Civil Code 2015, Article 147)",
        ),
    },
    StepCode.COUNTED: {
        "vi": _Words("Đủ {length}", "Ngày cuối của thời hạn.", "đủ {length}: {weekday_and_day}"),
        "en": _Words("After {length}", "Last day of the limit.", "after {length}: {weekday_and_day}"),
    },
    StepCode.AFTER: {
        "vi": _Words(
            "Thời gian tổng hợp",
            "Thêm {length} sau hạn của các đơn vị gửi báo cáo.",
            "báo cáo tổng hợp sau {length}: {weekday_and_day}",
        ),
        "en": _Words(
            "Time for summing up",
            "{length} more after the day of those who report.",
            "consolidated report {length} later: {weekday_and_day}",
        ),
    },
    StepCode.AHEAD: {
        "vi": _Words(
            "Thời gian tổng hợp",
            "Sớm hơn {length} so với hạn của các đơn vị gửi báo cáo.",
            "báo cáo tổng hợp sớm hơn {length}: {weekday_and_day}",
        ),
        "en": _Words(
            "Time for summing up",
            "{length} ahead of the day of those who report.",
            "consolidated report {length} ahead: {weekday_and_day}",
        ),
    },
    StepCode.EXTENDED: {
        "vi": _Words(
            "Gia hạn", "Đồng ý ngày {decided_on}{asked}.", "gia hạn đến {day}, đồng ý ngày {decided_on}"
        ),
        "en": _Words(
            "Extension", "Granted on {decided_on}{asked}.", "extended to {day}, granted on {decided_on}"
        ),
    },
}


@dataclass(frozen=True, slots=True)
class Step:
    """One step: its code, the day that stands after it, and the values that its words need."""

    code: StepCode
    day: date
    params: Mapping[str, Any] = field(default_factory=dict, hash=False)

    def title(self, lang: str = "vi") -> str:
        """The heading: "Gặp ngày nghỉ"."""
        return self._filled(_WORDS[self.code][as_lang(lang)].title, lang)

    def cause(self, lang: str = "vi") -> str:
        """Why this day, in one or two short sentences to stand under the heading."""
        return capitalised(self._filled(_WORDS[self.code][as_lang(lang)].cause, lang))

    def sentence(self, lang: str = "vi") -> str:
        """The step as a part of one line; see `in_one_line`."""
        return self._filled(_WORDS[self.code][as_lang(lang)].sentence, lang)

    def _filled(self, template: str, lang: str) -> str:
        values = {
            "day": format_day(self.day, lang),
            "weekday_and_day": weekday_and_day(self.day, lang),
            **{name: _in_words(name, value, lang) for name, value in self.params.items()},
        }
        return template.format_map(values).strip()


def in_one_line(steps: Sequence[Step], lang: str = "vi") -> str:
    """All steps in one line, joined by arrows."""
    return " → ".join(step.sentence(lang) for step in steps)


class Turn(NamedTuple):
    """Which turn of a rule a named day belongs to."""

    period: Period | None
    repeats: bool


def _in_words(name: str, value: Any, lang: str) -> str:
    if name == "asked":
        return _asked_in_words(value, lang)
    if isinstance(value, date):
        return format_day(value, lang)
    if isinstance(value, DueRule | OffsetRule):
        if name == "length" and isinstance(value, OffsetRule):
            return value.length(lang)
        return f"«{value.words}»" if value.words else value.in_words(lang)
    if isinstance(value, Turn):
        return _turn_in_words(value, lang)
    if name == "off":
        return _days_off_in_words(value, lang)
    return str(value)


def _turn_in_words(turn: Turn, lang: str) -> str:
    vietnamese = as_lang(lang) == "vi"
    period = turn.period
    if period is None:
        return "Ngày nêu trong lời văn." if vietnamese else "The day that the words name."
    phrase = period.phrase(lang)
    match period.kind:
        case PeriodKind.ONCE:
            return "Chỉ phải thực hiện một lần." if vietnamese else "It is owed once."
        case PeriodKind.MIDTERM | PeriodKind.FINAL:
            return f"{capitalised(phrase)}."
    if vietnamese:
        return f"Lặp lại theo kỳ, kỳ này là {phrase}." if turn.repeats else f"Kỳ này là {phrase}."
    named = phrase if period.kind is PeriodKind.MONTH else f"the {phrase}"
    return f"It repeats; this turn is for {named}." if turn.repeats else f"For {named}."


def _days_off_in_words(offs: Sequence[DayOff], lang: str) -> str:
    """Either "Chủ nhật" or "nghỉ từ 14/02/2026 đến 22/02/2026 (Giao thừa … đến Mùng bốn …)"."""
    vietnamese = as_lang(lang) == "vi"
    reasons = list(dict.fromkeys(off.words(lang) for off in offs if off.code is not OffCode.WEEKEND))
    if not reasons:
        return weekday_name(offs[0].day, lang)
    if len(reasons) > 3:
        reasons = [f"{reasons[0]} {'đến' if vietnamese else 'to'} {reasons[-1]}"]
    first, last = format_day(offs[0].day, lang), format_day(offs[-1].day, lang)
    if len(offs) == 1:
        first = weekday_name(offs[0].day, lang) + " " + first
        return f"ngày nghỉ {first} ({reasons[0]})" if vietnamese else f"day off {first} ({reasons[0]})"
    span = f"nghỉ từ {first} đến {last}" if vietnamese else f"days off from {first} to {last}"
    return f"{span} ({joined(reasons, lang)})"


def _asked_in_words(asked_on: date | None, lang: str) -> str:
    if asked_on is None:
        return ""
    day = format_day(asked_on, lang)
    return f", theo đề nghị ngày {day}" if as_lang(lang) == "vi" else f", as asked on {day}"
