"""Days in words, in Vietnamese and in English.

Plain text for people: the library explains itself without the translation catalogues, because the words of
a date rule belong to the rule and have to be the same in a page, a mail, a command and a test.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Literal

Lang = Literal["vi", "en"]
LANGS: tuple[Lang, ...] = ("vi", "en")

_WEEKDAYS: dict[Lang, tuple[str, ...]] = {
    "vi": ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
_MONTHS_EN = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_ROMAN = ("I", "II", "III", "IV")


def as_lang(lang: str) -> Lang:
    """The language of these words for a locale such as "vi", "vi_VN" or "en_GB"; ValueError for others."""
    short = lang.replace("-", "_").partition("_")[0].lower()
    if short == "vi":
        return "vi"
    if short == "en":
        return "en"
    raise ValueError(f"no words in this language: {lang!r}")


def format_day(day: date, lang: str = "vi") -> str:
    """30/11/2026, in both languages: official papers of the country write the day first."""
    as_lang(lang)
    return f"{day.day:02d}/{day.month:02d}/{day.year:04d}"


def weekday_name(day: date, lang: str = "vi") -> str:
    """The weekday as inside a sentence: "thứ Hai" … "Chủ nhật", Monday … Sunday."""
    return _WEEKDAYS[as_lang(lang)][day.weekday()]


def weekday_and_day(day: date, lang: str = "vi") -> str:
    """Both together: "thứ Hai 30/11/2026"."""
    return f"{weekday_name(day, lang)} {format_day(day, lang)}"


def month_name(month: int, lang: str = "vi") -> str:
    """The month's name; Vietnamese papers put a zero before the first two only: tháng 01, 02, 3 …"""
    if as_lang(lang) == "en":
        return _MONTHS_EN[month - 1]
    return f"tháng {month:02d}" if month <= 2 else f"tháng {month}"


def quarter_number(quarter: int) -> str:
    """I, II, III, IV."""
    return _ROMAN[quarter - 1]


def capitalised(words: str) -> str:
    """The same words with a capital first letter; the rest stays («quý III» gives «Quý III»)."""
    return words[:1].upper() + words[1:]


def joined(parts: Sequence[str], lang: str = "vi") -> str:
    """The parts as a list in a sentence: "a, b và c"."""
    if len(parts) < 2:
        return "".join(parts)
    last = " và " if as_lang(lang) == "vi" else " and "
    return ", ".join(parts[:-1]) + last + parts[-1]


def count_of_days(days: int, working_days: int | None = None, lang: str = "vi") -> str:
    """Both counts of a distance: "5 ngày, 3 ngày làm việc"; the second is left out where it is None."""
    vietnamese = as_lang(lang) == "vi"
    words = f"{days} ngày" if vietnamese else _plural(days, "day")
    if working_days is None:
        return words
    return f"{words}, " + (
        f"{working_days} ngày làm việc" if vietnamese else _plural(working_days, "working day")
    )


def _plural(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
