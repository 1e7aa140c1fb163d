"""Why a day is the day: the steps from the plan's words, and the words where they stand in the document."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.clock import vietnam_day
from app.deadlines import Period, PeriodError, Reading, WorkCalendar, phrase_of
from app.obligations.models import Extension, Obligation

# A sentence of a plan ends with one of these; a heading or an item with the end of its line.
_END = re.compile(r"[.;:!?]\s|\n\s*\n|\n(?=\s*(?:[-–+*•]|\d+[.)]|[a-zđ]\)))")
_AROUND = 400  # characters looked at on each side


@dataclass(frozen=True, slots=True)
class Leaf:
    """One step: the day that stands after it, and why."""

    day: date
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Passage:
    """Words of the plan around a deadline: before, the deadline itself, after; and the page, if known."""

    before: str
    marked: str
    after: str
    line: int  # where its line begins, the anchor of the source page
    page: int | None


def steps_of(
    obligation: Obligation,
    source: Any,
    extensions: Iterable[Extension],
    calendar: WorkCalendar,
    reading: Reading,
    lang: str,
) -> list[Leaf]:
    """The way to the day that counts, from the row that made the obligation arise. Empty where no rule is known or the
    calendar has changed since it was settled."""
    due = source.due_of(obligation, calendar, reading, _period(obligation.period)) if source else None
    if due is None or due.due_on != obligation.due_on:
        return []
    for extension in extensions:
        if extension.granted_until is not None and extension.decided_at is not None:
            due = due.extended(
                extension.granted_until, vietnam_day(extension.decided_at), vietnam_day(extension.asked_at)
            )
    return [Leaf(step.day, step.title(lang), step.cause(lang)) for step in due.steps]


def label_of_period(key: str, lang: str) -> str:
    """ "6 tháng đầu năm 2026"; "" where the key names no period."""
    return phrase_of(key, lang)


def _period(key: str) -> Period | None:
    try:
        return Period.parse(key)
    except PeriodError:
        return None


def passage_of(source: Any, words: str, plan_text: Any) -> Passage | None:
    """The sentence around the source's span in the plan's text, with the words of the deadline marked."""
    if source is None or source.span_start is None or plan_text is None:
        return None
    text, start, end = plan_text.text, source.span_start, source.span_end
    found = text.find(words, start, max(end, start + len(words))) if words else -1
    marked_from, marked_to = (found, found + len(words)) if found >= 0 else (start, start)
    first, last = _sentence(text, min(start, marked_from), max(end, marked_to))
    last = min(last, first + 3 * _AROUND)
    page = None
    if plan_text.pages:
        index = bisect_right([offset for offset, _number in plan_text.pages], start) - 1
        page = plan_text.pages[max(index, 0)][1]
    if not first <= marked_from <= marked_to <= last:
        marked_from = marked_to = first
    return Passage(
        _flat(text[first:marked_from]).lstrip(" -–+*•"),
        _flat(text[marked_from:marked_to]),
        _flat(text[marked_to:last]).rstrip(),
        text.rfind("\n", 0, start) + 1,
        page,
    )


def _sentence(text: str, start: int, end: int) -> tuple[int, int]:
    """The bounds of the sentence that holds [start, end)."""
    window = max(0, start - _AROUND)
    ends = [found.end() for found in _END.finditer(text, window, start)]
    following = _END.search(text, max(start, end - 1), min(len(text), end + _AROUND))
    return (ends[-1] if ends else window), (
        following.start() + 1 if following else min(len(text), end + _AROUND)
    )


def _flat(text: str) -> str:
    return re.sub(r"\s+", " ", text)
