"""What Tesseract found on a page (its TSV) as lines with places, like those of a PDF with text.

Boxes are in pixels from the upper left corner; lines come out in points from the lower left one, made level.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

from app.documents.pdf_layout import Line, lines_of_words

_LETTER = re.compile(r"[^\W_]")
_SURE = 30.0  # percent: a mark without letters that is less sure than this is a speck on the glass
_LEGIBLE = 20.0  # a whole line less sure than this is a seal or a signature


@dataclass(frozen=True, slots=True)
class RecognisedPage:
    """The lines of one page. confidence: mean of its words in percent, 0 where there are none. sideways: its words
    stand upright one above the other, so the sheet lies on its side."""

    lines: list[Line]
    width: float
    confidence: float
    words: int
    sideways: bool = False


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    sure: float
    left: float
    top: float
    right: float
    bottom: float

    @property
    def x(self) -> float:
        return (self.left + self.right) / 2

    @property
    def y(self) -> float:
        return (self.top + self.bottom) / 2


def read_tsv(tsv: str, dpi: float) -> RecognisedPage:
    """Read the TSV of one page, which was recognised at `dpi`."""
    width, height, rows = _rows(tsv)
    slope = _slope(rows)
    point = 72 / dpi
    lines: list[Line] = []
    kept: list[_Word] = []
    for row in rows:
        row = [word for word in row if _LETTER.search(word.text) or word.sure >= _SURE]
        if not row or sum(word.sure for word in row) / len(row) < _LEGIBLE:
            continue
        kept += row
        lines += lines_of_words([_placed(word, slope, height, point) for word in row])
    words = [word for word in kept if _LETTER.search(word.text)]
    sure = sum(word.sure for word in words) / len(words) if words else 0.0
    return RecognisedPage(lines, width * point, sure, len(words), _is_sideways(words))


def _is_sideways(words: list[_Word]) -> bool:
    """Whether most words of several letters are taller than wide."""
    long = [word for word in words if len(word.text) >= 3]
    tall = sum(word.bottom - word.top > word.right - word.left for word in long)
    return tall * 2 > len(long)


def _rows(tsv: str) -> tuple[float, float, list[list[_Word]]]:
    """Width and height of the page in pixels, and its words line by line in Tesseract's order."""
    width = height = 1.0
    rows: dict[tuple[str, str, str], list[_Word]] = {}
    for cell in _cells(tsv):
        left, top, wide, high = (float(cell[name]) for name in ("left", "top", "width", "height"))
        if cell["level"] == "1":
            width, height = max(wide, 1.0), max(high, 1.0)
        elif cell["level"] == "5" and cell["text"].strip():
            key = (cell["block_num"], cell["par_num"], cell["line_num"])
            word = _Word(cell["text"].strip(), float(cell["conf"]), left, top, left + wide, top + high)
            rows.setdefault(key, []).append(word)
    return width, height, list(rows.values())


def _cells(tsv: str) -> Iterator[dict[str, str]]:
    """Rows that are whole: a program that was stopped may leave half of one."""
    for cell in csv.DictReader(io.StringIO(tsv), delimiter="\t", quoting=csv.QUOTE_NONE):
        if cell.get("text") is not None and None not in cell:
            yield cell
        elif cell.get("level") == "1":
            yield {**cell, "text": ""}


def _slope(rows: list[list[_Word]]) -> float:
    """How much lines fall per pixel to the right: a sheet rarely lies straight. Words of one line share a height."""
    up = across = 0.0
    for row in rows:
        x, y = sum(word.x for word in row) / len(row), sum(word.y for word in row) / len(row)
        up += sum((word.x - x) * (word.y - y) for word in row)
        across += sum((word.x - x) ** 2 for word in row)
    return up / across if across else 0.0


def _placed(word: _Word, slope: float, height: float, point: float) -> Line:
    fall = slope * word.x
    drift = slope * word.y  # the left edge of a tilted page moves from line to line
    return Line(
        word.text,
        (word.left + drift) * point,
        (word.right + drift) * point,
        (height - word.bottom + fall) * point,
        (height - word.top + fall) * point,
    )
