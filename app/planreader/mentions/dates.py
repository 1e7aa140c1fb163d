"""Dates in a sentence that can be deadlines, and the kinds of reports named around them."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date

from app.deadlines.rules import DueRule, DueRuleError
from app.planreader.models import ReportKind
from app.planreader.patterns import dates as p


@dataclass(frozen=True, slots=True)
class DateMention:
    """`start` includes the qualifier («trước ngày 15/6»); `explicit`: the words mark it as a deadline."""

    start: int
    end: int
    date_start: int
    rule: DueRule
    explicit: bool
    returns: bool
    per: str | None = None  # "quarter", "month": the day of each of them
    bracketed: bool = False


_LIST = re.compile(r"\s*(?:\([^()]{2,24}\)\s*)?(?:,|;|và|hoặc|,\s*và)\s*(?:ngày\s*)?$")
# «quý III trước ngày 15/9», «năm 2024 (trước ngày 15/12)»: the report that the date is for
_LABEL = re.compile(
    r"\s*[(:]?\s*(?:trước|chậm\s+nhất|muộn\s+nhất)(?!\w)|\s*,\s*(?:(?:0?6|0?9|sáu|chín)\s+tháng|quý\s)",
    re.IGNORECASE,
)
# «ngày 15 | và ngày 30 hằng tháng»
_AND_OF_MONTH = re.compile(r"\s+và\s+(?:trước\s+)?(?:ngày\s+)?\d{1,2}\s+(?:của\s+)?(?:hằng|hàng|mỗi)\s+tháng")
_ROMAN = {"I": 1, "II": 2, "III": 3, "IV": 4}


def dates_in(text: str) -> list[DateMention]:
    found: list[DateMention] = []
    for m in p.DATE.finditer(text):
        mention = _mention(text, m, found[-1] if found else None)
        if mention is None:
            continue
        last = found[-1] if found else None
        listed = last is not None and bool(_LIST.fullmatch(text[last.end : mention.start]))
        if listed and last and not last.returns and last.rule.month and last.rule.year is None:
            # «trước ngày 15/6 và 15/12/2024»: the year stands once, behind the last date
            found[-1] = replace(last, rule=replace(last.rule, year=mention.rule.year))
        found.append(mention)
    return found


def _mention(text: str, m: re.Match[str], last: DateMention | None) -> DateMention | None:
    g = m.groupdict()
    day = _int(g["day_q"] or g["day_n"] or g["day_a"] or g["day_b"] or g["day_m"])
    month = _int(g["month_a"] or g["month_b"] or g["month_f"])
    year = _int(g["year_a"] or g["year_b"] or g["year_b2"] or g["year_e"] or g["year_f"] or g["year_g"])
    quarter = _ROMAN.get(g["quarter_e"]) or int(g["quarter_e"]) if g["quarter_e"] else None
    per = "quarter" if g["day_q"] else "month" if g["day_n"] or g["day_m"] else None
    if (
        g["day_m"]
        and not _AND_OF_MONTH.match(text, m.end())
        and [kind for *_, kind in cues(text[: m.start()])][-1:] != ["monthly"]
    ):
        return None
    if (g["quarter_e"] or g["year_g"]) and _LABEL.match(text, m.end()):
        return None
    if (day is not None and not 1 <= day <= 31) or (month is not None and not 1 <= month <= 12):
        return None
    before = text[max(0, m.start() - 90) : m.start()]
    named = m[0].lower().startswith("ngày")
    left = before + ("ngày " if named else "")
    start = m.start()
    qualifier, explicit = "on" if day else "in", False
    for value, pattern in (("before", p.BEFORE), ("by", p.BY), ("in", p.IN)):
        marked = pattern.search(before)
        if marked:
            if value == "in":
                qualifier = "on" if day else "in"
            else:
                qualifier = value
            if value == "before" and re.search(r"(?:chậm|muộn) nhất\s*(?:là )?trước\s*(?:ngày\s*)?$", before):
                start -= 0
            explicit, start = True, m.start() - len(marked[0])
            break
    if not explicit and last is not None and _LIST.fullmatch(text[last.end : m.start()] or "x"):
        qualifier, explicit = last.rule.qualifier, last.explicit
        if qualifier in ("on", "in"):
            qualifier = "on" if day else "in"
    if p.CITATION_BEFORE.search(left) and not explicit:
        return None
    if not explicit and p.STATED.search(left):
        return None
    if p.EFFECT.search(text[max(0, start - 60) : start] + ("trước ngày " if explicit else "ngày ")):
        return None
    if not explicit and (
        p.RANGE_BEFORE.search(before) or re.match(r"\s*(?:đến|[-–])\s*(?:ngày\s*)?\d", text[m.end() :])
    ):
        return None
    if explicit and p.FROM.search(before):
        return None
    bracketed = bool(re.search(r"\(\s*(?:ngày\s*)?$", before))
    bare_number = g["day_b"] and not named and not year
    if bare_number and not explicit:
        return None
    if g["day_a"] and not named and not explicit:
        return None
    try:
        rule = DueRule(day, month, quarter, year, qualifier, text[start : m.end()].strip())
    except DueRuleError:  # «năm 9999»
        return None
    return DateMention(
        start, m.end(), m.start(), rule, explicit or per is not None, bool(g["returns"]), per, bracketed
    )


def read_dates(words: str) -> list[DueRule]:
    """The due rules that some words name, as they stand: a person has already said that they are a deadline."""
    return [mention.rule for mention in dates_in(words)] or [
        mention.rule for mention in dates_in("ngày " + words.strip())
    ]


def _int(text: str | None) -> int | None:
    return int(text) if text else None


def cues(text: str) -> list[tuple[int, int, ReportKind]]:
    """Kinds of reports named in a sentence, in order: (start, end, kind); overlapping words count once."""
    marks: list[tuple[int, int, ReportKind]] = []
    for kind, pattern in p.KINDS:
        marks.extend((m.start(), m.end(), kind) for m in pattern.finditer(text))  # type: ignore[misc]
    marks.sort(key=lambda c: (c[0], -c[1]))
    kept: list[tuple[int, int, ReportKind]] = []
    for mark in marks:
        if not kept or mark[0] >= kept[-1][1]:
            kept.append(mark)
    return kept


def is_day(rule: DueRule) -> bool:
    """Whether the calendar has the day that the rule names (29/02 counts where no year is given)."""
    if rule.day is None or rule.month is None:
        return True
    try:
        date(rule.year or 2000, rule.month, rule.day)
    except ValueError:
        return False
    return True
