"""Collects paragraphs, tables and page breaks into one text, counting the offsets as it goes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from app.documents.models import PageMark
from app.documents.refusals import DocumentRefused

# What may never stand in a text: control characters, lone surrogates, marks that show nothing (soft hyphen,
# zero-width space and joiners, byte order mark, non-characters).
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\xad\u200b-\u200f\u2028-\u202e\u2060\ufeff\ufffe\uffff"
    "\ud800-\udfff]"
)

Cell = Sequence[str]  # the paragraphs of one cell
Row = Sequence[Cell]


def clean(text: str) -> str:
    """NFC, "\\n" line ends, nothing invisible. Words, spaces and dashes stay as they are."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x85", "\n")
    text = text.replace("\u2028", "\n").replace("\u2029", "\n")
    return unicodedata.normalize("NFC", _INVISIBLE.sub("", text))


class TextBuilder:
    """Text in the making. Blocks are divided by an empty line; a page break is a mark, not a character."""

    def __init__(self, max_characters: int) -> None:
        self._parts: list[str] = []
        self._length = 0
        self._pages = [PageMark(0, 1)]
        self._break_waits = False
        self._number_waits = 0  # the number of the page that waits; 0: one more than the last
        self._limit = max_characters

    def paragraph(self, text: str) -> None:
        """Add one block; an empty one adds nothing."""
        text = clean(text).strip("\n\t ")
        if not text:
            return
        if self._parts:
            self._put("\n\n")
        self._open_page()
        self._put(text)

    def table(self, rows: Sequence[Row]) -> None:
        """Add a table: layout cell by cell, data row by row with tabs between the cells."""
        filled = [row for row in rows if any(any(part.strip() for part in cell) for cell in row)]
        if is_layout(filled):
            for row in filled:
                for cell in row:
                    self.paragraph("\n".join(part.strip() for part in cell if part.strip()))
        elif filled:
            self.paragraph("\n".join("\t".join(_one_line(cell) for cell in row) for row in filled))

    def page_break(self) -> None:
        """The next block begins a new page. Breaks with nothing between them count once."""
        self._break_waits = bool(self._parts)

    def continue_paragraph(self, text: str, joint: str = " ") -> None:
        """Go on with the last block, on the page that is open now (a sentence that runs over a page)."""
        text = clean(text).strip()
        if not text:
            return
        if self._parts:
            self._put(joint)
        self._open_page()
        self._put(text)

    def numbered_page(self, number: int) -> None:
        """The next block stands on page `number`, even if pages before it were empty."""
        if self._parts:
            self._number_waits = number
            self._break_waits = True
        else:
            self._pages = [PageMark(0, number)]

    def _open_page(self) -> None:
        if not self._break_waits:
            return
        number = self._number_waits or self._pages[-1].number + 1
        self._pages.append(PageMark(self._length, number))
        self._break_waits, self._number_waits = False, 0

    def _put(self, text: str) -> None:
        self._length += len(text)
        if self._length > self._limit:
            raise DocumentRefused("too_big", limit=f"{self._limit / 1e6:.0f} MB")
        self._parts.append(text)

    def finish(self) -> tuple[str, tuple[PageMark, ...]]:
        """The text and its pages."""
        return "".join(self._parts), tuple(self._pages)


def is_layout(rows: Sequence[Row]) -> bool:
    """Whether a table only places blocks side by side (document head, signature) instead of holding data.

    One column is a frame. Two columns in few rows are the head of a document (issuer | national motto) or its
    foot (recipients | signature). A cell with many paragraphs is a page that somebody laid out in a table.
    """
    if not rows:
        return False
    columns = max(len(row) for row in rows)
    longest = max((sum(1 for part in cell if part.strip()) for row in rows for cell in row), default=0)
    return (
        columns == 1
        or (columns <= 3 and len(rows) <= 4 and longest > 1)
        or longest > 12
        or (columns == 2 and len(rows) <= 2)
    )


def _one_line(cell: Cell) -> str:
    return " ".join(" ".join(cell).split())
