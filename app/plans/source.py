"""The text of a plan as a page shows it: paragraphs of runs, each run knowing where it begins and what it belongs to.

The runs of a paragraph put together are the source again, character by character: a selection made on the page leads
back to offsets in the text.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from app.planreader.annotate import Mark, Segment, segments
from app.plans import contents
from app.plans.models import Decision, Draft, DraftKind

_PARAGRAPH = re.compile(r"\S(?:.*?\S)??(?=\s*(?:\n\s*\n|\Z))", re.DOTALL)
_EMPHASIS = re.compile(r"\*{1,3}")  # Markdown that came along with a text file is kept, but not shown
# Of several marks on one word the page shows the first of these.
_SHOWN = ("unresolved", "request", "agency", "deadline", "report", "unread")
_LONGEST_HEADING = 160


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch with one look. `hidden` stays in the text for the sake of its offsets."""

    start: int
    text: str
    kind: str = ""
    draft_id: int | None = None
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Paragraph:
    start: int
    runs: tuple[Run, ...]
    is_heading: bool
    page: int | None  # the page that begins with this paragraph
    drafts: tuple[int, ...]  # ids of the drafts whose words begin here


def paragraphs(
    text: str, pages: Iterable[list[int]], drafts: Iterable[Draft], unread: Iterable[list[int]]
) -> list[Paragraph]:
    """The text with the marks of the drafts that are not dropped."""
    marks = [*_marks(text, drafts), *(Mark(start, end, "unread", "") for start, end in unread)]
    cut = segments(text, marks)
    starts = [segment.start for segment in cut]
    turns = {offset: number for offset, number in pages if number > 1}
    begun: set[int] = set()
    found, before = [], 0
    for match in _PARAGRAPH.finditer(text):
        start, end = match.span()
        runs = tuple(_runs(text, cut, starts, start, end))
        first = [run.draft_id for run in runs if run.draft_id is not None and run.draft_id not in begun]
        begun.update(first)
        page = next((number for offset, number in turns.items() if before <= offset <= start), None)
        if page is not None:
            turns = {offset: number for offset, number in turns.items() if number > page}
        found.append(Paragraph(start, runs, _is_heading(match[0], runs), page, tuple(dict.fromkeys(first))))
        before = start + 1
    return found


def page_of(pages: list[list[int]], offset: int) -> int:
    """The number of the page that holds the character at `offset`."""
    index = bisect_right([mark[0] for mark in pages], offset) - 1
    return pages[max(index, 0)][1] if pages else 1


def _runs(text: str, cut: list[Segment], starts: list[int], start: int, end: int) -> Iterator[Run]:
    first = max(0, bisect_right(starts, start) - 1)
    last = bisect_left(starts, end)
    for segment in cut[first:last]:
        a, b = max(start, segment.start), min(end, segment.end)
        kind = next((shown for shown in _SHOWN if shown in segment.classes), "")
        ref = next((ref for ref in segment.refs if ref), "")
        draft_id = int(ref) if ref and kind != "unread" else None
        here = a
        for star in _EMPHASIS.finditer(text, a, b):
            if star.start() > here:
                yield Run(here, text[here : star.start()], kind, draft_id)
            yield Run(star.start(), star[0], hidden=True)
            here = star.end()
        if here < b:
            yield Run(here, text[here:b], kind, draft_id)


def _is_heading(words: str, runs: tuple[Run, ...]) -> bool:
    if len(words) > _LONGEST_HEADING:
        return False
    letters = [c for c in words if c.isalpha()]
    if letters and sum(c.isupper() for c in letters) > 0.8 * len(letters) > 3:
        return True
    named = sum(len(run.text) for run in runs if run.kind in ("agency", "request", "unresolved"))
    return named > 0.6 * len(words)


def _marks(text: str, drafts: Iterable[Draft]) -> Iterator[Mark]:
    for draft in drafts:
        if draft.decision is Decision.DROPPED:
            continue
        ref = str(draft.id)
        if (span := contents.draft_span(draft)) is not None:
            yield Mark(*span, _kind(draft), ref)
        if draft.kind is DraftKind.ASSIGNMENT:
            for duty in draft.content["duties"]:
                yield from _words_of_duty(text, duty, ref)


def _kind(draft: Draft) -> str:
    if contents.unresolved(draft):
        return "unresolved"
    if draft.kind is DraftKind.ASSIGNMENT:
        return "request" if draft.content["request"] else "agency"
    return {DraftKind.DEADLINE: "deadline", DraftKind.COMPONENT: "agency"}.get(draft.kind, "report")


def _words_of_duty(text: str, duty: contents.Content, ref: str) -> Iterator[Mark]:
    """The words of a duty's day, and the bodies that support it, where they stand in its words."""
    span = contents.span_of(duty.get("span"))
    if span is None:
        return
    words = (duty["due"] or {}).get("text") or ""
    if words and (at := text.find(words, *span)) >= 0:
        yield Mark(at, at + len(words), "deadline", ref)
    for name in duty["supports"]:
        if name and (at := text.find(name, *span)) >= 0:
            yield Mark(at, at + len(name), "agency", ref)
