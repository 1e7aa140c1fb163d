"""Marks in the source: spans become segments that a page can print one after another.

>>> segments("Sở Y tế báo cáo", [Mark(0, 7, "agency", "a1"), Mark(0, 15, "duty", "d1")])
[Segment(start=0, end=7, classes=('agency', 'duty'), refs=('a1', 'd1')),
 Segment(start=7, end=15, classes=('duty',), refs=('d1',))]
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from app.planreader.text import Span


@dataclass(frozen=True, slots=True)
class Mark:
    """A span to be shown: its kind becomes a class, its ref ties it to a draft."""

    start: int
    end: int
    kind: str
    ref: str


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of the source with the same marks throughout; no classes means plain text."""

    start: int
    end: int
    classes: tuple[str, ...] = ()
    refs: tuple[str, ...] = ()


def segments(text: str, marks: Iterable[Mark]) -> list[Segment]:
    """Cut the text at every edge of a mark; marks may nest and overlap. Together the segments are the text.

    Within a segment shorter marks come first. Marks that leave the text are clipped, empty ones dropped.
    """
    kept = [m for m in marks if max(0, m.start) < min(len(text), m.end)]
    edges = sorted({0, len(text), *(max(0, m.start) for m in kept), *(min(len(text), m.end) for m in kept)})
    if len(edges) < 2:
        return []
    opened: dict[int, list[Mark]] = {}
    closed: dict[int, list[Mark]] = {}
    for mark in kept:
        opened.setdefault(max(0, mark.start), []).append(mark)
        closed.setdefault(min(len(text), mark.end), []).append(mark)
    found: list[Segment] = []
    active: list[Mark] = []
    for start, end in pairwise(edges):
        for mark in closed.get(start, ()):
            active.remove(mark)
        active.extend(opened.get(start, ()))
        inner = sorted(active, key=lambda m: (m.end - m.start, m.kind, m.ref))
        found.append(
            Segment(
                start,
                end,
                tuple(dict.fromkeys(m.kind for m in inner)),
                tuple(dict.fromkeys(m.ref for m in inner)),
            )
        )
    return found


_ENDS = re.compile(r"[.;!?…](?=\s|$)|\n\s*\n|\./\.")


def sentence_around(text: str, span: Span) -> Span:
    """The sentence, or the list item, that holds a span; without blanks at its edges."""
    ends = [m.end() for m in _ENDS.finditer(text)]
    return _around(text, span, ends)


def sentences_around(text: str, spans: Iterable[Span]) -> list[Span]:
    """As `sentence_around`, for many spans of one text."""
    ends = [m.end() for m in _ENDS.finditer(text)]
    return [_around(text, span, ends) for span in spans]


def _around(text: str, span: Span, ends: list[int]) -> Span:
    start, end = max(0, span[0]), min(len(text), max(span))
    before = bisect_right(ends, start)
    left = ends[before - 1] if before else 0
    after = bisect_left(ends, max(start + 1, end))
    right = ends[after] if after < len(ends) else len(text)
    while left < right and text[left].isspace():
        left += 1
    while right > left and text[right - 1].isspace():
        right -= 1
    return (left, right)
