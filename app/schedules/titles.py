"""What the report of one period is called: the schedule's title with the period put in its place."""

from __future__ import annotations

import re

from app.deadlines import Period, PeriodError, PeriodKind

# The words of a title that stand for the period, by the kind of period.
_PLACES = {
    PeriodKind.HALF: re.compile(r"(?:định kỳ\s+)?0?6 tháng(?: đầu năm| cuối năm)?(?!\s+năm \d)", re.I),
    PeriodKind.NINE_MONTHS: re.compile(r"(?:định kỳ\s+)?0?9 tháng(?: đầu năm)?(?!\s+năm \d)", re.I),
    PeriodKind.QUARTER: re.compile(r"(?:hằng|hàng|định kỳ)?\s*\bquý\b(?!\s+[IV\d])", re.I),
    PeriodKind.MONTH: re.compile(r"(?:hằng|hàng|định kỳ)?\s*(?<!\d )\btháng\b(?!\s+\d)", re.I),
    PeriodKind.YEAR: re.compile(r"(?:hằng|hàng|định kỳ)?\s*\bnăm\b(?!\s+\d)", re.I),
}


def title_for(title: str, period: Period) -> str:
    """«Báo cáo năm về giảm nghèo» for 2026: «Báo cáo năm 2026 về giảm nghèo»."""
    if str(period.year) in title:
        return title
    phrase = period.phrase("vi")
    place = _PLACES.get(period.kind)
    if place is not None and (found := place.search(title)):
        before, after = title[: found.start()].rstrip(), title[found.end() :]
        return f"{before} {phrase}{after}".strip()
    if period.kind in {PeriodKind.MIDTERM, PeriodKind.FINAL, PeriodKind.ONCE}:
        return title
    return f"{title}, {phrase}"


def title_for_key(title: str, key: str) -> str:
    """The same for the key of a period; the bare title where it names none."""
    try:
        return title_for(title, Period.parse(key))
    except PeriodError:
        return title
