"""From lines and their places on a page to paragraphs: reading order, page furniture, what belongs together.

All lengths are points. Nothing here knows pdfium.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise

from app.documents import legacy

_PAGE_NUMBER = re.compile(r"[\W_]*(?:trang|page)?[\W_]*\d{1,4}(?:\s*(?:/|of|trên)\s*\d{1,4})?[\W_]*\Z", re.I)
# I. / 1. / 1.2. / a) / - / + at the start of a line
_ITEM = re.compile(r"(?:[IVXLC]{1,7}\.|\d{1,2}(?:\.\d{1,2})*[.)]|[a-zđ]\)|[-–+•*])\s*\S")
_SENTENCE_END = re.compile(r"[.;:!?…]['\"”»)]*\Z")
_NOTHING_AFTER = re.compile(r"Nơi nhận|CỘNG H[ÒO][AÀ] XÃ HỘI", re.I)
_INDENT = 8.0  # a line that starts this much to the right of the body begins a paragraph
_LEAST_RIGHT = 0.72  # of the width of the page
# In heights of a letter: a wider gap inside a line, wide beside the others too, divides columns.
_COLUMN_GAP = 1.6
_MARGIN_SHARE = 0.12  # header and footer stand in the outer eighth of the lines' area


@dataclass
class Line:
    """A run of words on one line of one column."""

    text: str
    left: float
    right: float
    bottom: float
    top: float

    def extend(self, word: str, right: float, bottom: float, top: float) -> None:
        """Add the next word."""
        self.text += " " + word
        self.right = right
        self.bottom, self.top = min(self.bottom, bottom), max(self.top, top)

    @property
    def middle(self) -> float:
        """Height of the middle of the line above the foot of the page."""
        return (self.bottom + self.top) / 2

    def beside(self, other: Line) -> bool:
        """Whether two lines stand at the same height."""
        return abs(self.middle - other.middle) < 0.5 * max(
            self.top - self.bottom, other.top - other.bottom, 1.0
        )


def lines_of_words(words: list[Line]) -> list[Line]:
    """The words of one line, from left to right, as one line; several where columns stand side by side."""
    if not words:
        return []
    gaps = [after.left - before.right for before, after in pairwise(words)]
    narrowest = max(min(gaps, default=0.0), 0.0)
    current = words[0]
    lines = [current]
    for gap, word in zip(gaps, words[1:], strict=True):
        if gap > _COLUMN_GAP * max(current.top - current.bottom, 6.0) and gap > 2.5 * narrowest:
            current = word
            lines.append(current)
        else:
            current.extend(word.text, word.right, word.bottom, word.top)
    return lines


def reading_order(lines: list[Line], width: float) -> list[Line]:
    """Most programs write a page in reading order, so that order stays unless it jumps up again and again.

    The head and the foot of a document stand in two columns: each column is read as a whole.
    """
    jumps = sum(1 for one, two in pairwise(lines) if two.bottom > one.top + 2)
    if jumps > max(4, len(lines) // 4):
        lines = _rows_from_top(lines)
    return _unweave(lines, width / 2)


def _rows_from_top(lines: list[Line]) -> list[Line]:
    ordered: list[Line] = []
    row: list[Line] = []
    for line in sorted(lines, key=lambda each: -each.middle):
        if row and not row[0].beside(line):
            ordered += sorted(row, key=lambda each: each.left)
            row = []
        row.append(line)
    return ordered + sorted(row, key=lambda each: each.left)


def _unweave(lines: list[Line], middle: float) -> list[Line]:
    """Order «issuer | national motto» and «recipients | signature» column by column."""
    for start, line in enumerate(lines):
        if not _NOTHING_AFTER.match(line.text):
            continue
        first = start
        while first and _one_sided(lines[first - 1], middle) and lines[first - 1].bottom <= line.top + 60:
            first -= 1
        end = first
        while end < len(lines) and _one_sided(lines[end], middle):
            end += 1
        block = lines[first:end]
        left = [each for each in block if each.right < middle + 20]
        right = [each for each in block if each.right >= middle + 20]
        lines = [*lines[:first], *left, *right, *lines[end:]]
    return lines


def _one_sided(line: Line, middle: float) -> bool:
    """A line that keeps to one half of the page; the motto is wide and starts left of the middle."""
    return line.right < middle + 20 or line.left > middle - 70


def drop_furniture(pages: list[list[Line]]) -> list[list[Line]]:
    """Drop page numbers, and headers and footers that return on most pages (their digits may differ)."""
    edges = [_edge_lines(lines) for lines in pages]
    seen = Counter(shape for found in edges for shape in {_shape(line.text) for line in found})
    often = max(3, len([lines for lines in pages if lines]) // 2)
    cleaned = []
    for lines, found in zip(pages, edges, strict=True):
        gone = {
            id(line) for line in found if _PAGE_NUMBER.match(line.text) or seen[_shape(line.text)] >= often
        }
        cleaned.append([line for line in lines if id(line) not in gone])
    for lines, following in pairwise(cleaned):
        if lines and following and _is_clipped(lines[-1], following[0]):
            lines.pop()
    return cleaned


def _is_clipped(last: Line, first: Line) -> bool:
    """Browsers print a line twice where a tall letter (Ủ) reaches over the edge of the page: its stump goes."""
    stump = len(last.text) <= 2 and first.text.startswith(last.text) and len(first.text) > len(last.text)
    return stump and abs(last.left - first.left) < 2


def _edge_lines(lines: list[Line]) -> list[Line]:
    """The lines in the outer strips of a page, at most three at each end."""
    if not lines:
        return []
    by_height = sorted(lines, key=lambda line: -line.middle)
    top, bottom = by_height[0].top, by_height[-1].bottom
    strip = max((top - bottom) * _MARGIN_SHARE, 1.0)
    upper = [line for line in by_height[:3] if line.middle > top - strip]
    lower = [line for line in by_height[-3:] if line.middle < bottom + strip]
    return upper + [line for line in lower if line not in upper]


def _shape(text: str) -> str:
    return re.sub(r"\d+", "0", " ".join(text.split())).casefold()


def joint(before: Line, after: Line, body: Body, next_body: Body | None = None) -> str:
    """What stands between two lines that follow each other: " " (one sentence goes on), "\\t" (the next cell
    of a table row), "\\n" (a new line of the same block), or "\\n\\n" (a new paragraph).

    next_body: the body of the page of `after`, where that is the next page.
    """
    if next_body is None:
        if before.beside(after):
            return "\t" if after.left > before.right else "\n\n"
        if after.bottom > before.top or before.middle - after.middle > body.gap:
            return "\n\n"
        if _centred(before, after, body.left):
            return "\n"
    if not _is_full(before, after, body.right):
        return "\n\n"
    ended = _SENTENCE_END.search(before.text) is not None
    indented = after.left - (next_body or body).left > _INDENT
    if _ITEM.match(after.text) and (indented or ended):
        return "\n\n"
    if next_body is not None:
        return "\n\n" if ended and (indented or after.text[:1].isupper()) else " "
    return "\n\n" if indented and after.left - before.left > _INDENT else " "


@dataclass(frozen=True)
class Body:
    """Where the text of a page starts and ends, and from which distance on a gap divides paragraphs."""

    left: float
    right: float
    gap: float


def body_of(lines: list[Line], width: float) -> Body:
    """The left edge of most long lines, and the right edge that few pass. A page of short lines says nothing about
    its right edge, so that is never sought in the left part of the page."""
    longest = max(line.right - line.left for line in lines)
    long = [line for line in lines if line.right - line.left >= 0.7 * longest] or lines
    lefts = Counter(round(line.left) for line in long)
    common = max(lefts.values())
    rights = sorted(line.right for line in long)
    return Body(
        left=float(min(edge for edge, count in lefts.items() if count * 3 >= common)),
        right=max(rights[len(rights) * 9 // 10], width * _LEAST_RIGHT),
        gap=_usual_step(lines) * 1.8,
    )


def _usual_step(lines: list[Line]) -> float:
    """The usual distance from line to line."""
    steps = sorted(
        one.middle - two.middle for one, two in pairwise(lines) if 4 < one.middle - two.middle < 60
    )
    return steps[len(steps) // 3] if steps else 18.0


def _centred(before: Line, after: Line, left: float) -> bool:
    """Two lines set around the same axis: a title, an issuer block, a signature. The second keeps away from the
    left edge, and an item is never part of a title."""
    same_axis = abs((before.left + before.right) - (after.left + after.right)) < 2 * _INDENT
    differ = abs(before.left - after.left) > 2 and after.left - left > _INDENT
    return same_axis and differ and not _ITEM.match(after.text)


def _is_full(before: Line, after: Line, right: float) -> bool:
    """Whether the next word would not have fitted: then the margin made the break, not the author."""
    width = (before.right - before.left) / max(len(before.text), 1)
    first_word = after.text.split(" ", 1)[0]
    return before.right + (len(first_word) + 1) * width * 0.9 > right


def sew(before: str, after: str) -> str:
    """Join two lines of one sentence. A hyphen at the end goes where it only divided a word.

    Vietnamese is written in syllables: «gi-» + «ảm» make one, «tế-» + «xã» do not, so that hyphen is meant.
    """
    if not re.search(r"\w-\Z", before):
        return f"{before} {after}"
    left = re.split(r"[^\w]", before[:-1])[-1]
    right = re.split(r"[^\w]", after, maxsplit=1)[0]
    if not right or not right[0].islower() or not left.isalpha():
        return before + after
    if legacy.is_syllable(left + right) or not (legacy.is_syllable(left) and legacy.is_syllable(right)):
        return before[:-1] + after
    return before + after
