"""Looking at a file without its program: pages of a PDF as pictures, tables of a workbook, paragraphs of a letter.

`preview_safely` and `picture_safely` parse in the worker process, as everything that somebody uploads is. What comes
back is text and pixels only: no markup, no link, no formula of the file reaches a page.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass

from app.documents.models import Limits
from app.documents.safely import ask_worker, bytes_and_name, read_document_safely

MAX_ROWS, MAX_COLUMNS, MAX_SHEETS = 300, 40, 20
MAX_BLOCKS = 2_000
# Across; a page of A4 reads well at this width on a desk and is sharp on a phone.
PICTURE_WIDTH = 1100


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells as text; `name` is that of the sheet, `cut` whether there is more than is shown."""

    rows: tuple[tuple[str, ...], ...]
    name: str = ""
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Preview:
    """What can be shown: paragraphs and tables in their order, or the number of pages that can be drawn."""

    blocks: tuple[str | Table, ...] = ()
    pages: int = 0
    cut: bool = False


def preview_safely(data: bytes, kind: str, filename: str = "", limits: Limits = Limits()) -> Preview:
    """A look at a .docx, .xlsx, .csv or .pdf. Raises DocumentRefused: damaged, too heavy, not of such a kind."""
    data, filename = bytes_and_name(data, filename, limits)
    if kind == "docx":
        return _of_text(read_document_safely(data, filename, limits).text)
    said = ask_worker("look", data, filename, limits, kind=kind)
    sheets = tuple(
        Table(tuple(tuple(row) for row in one["rows"]), one["name"], one["cut"]) for one in said["sheets"]
    )
    return Preview(sheets, said["pages"], said["cut"])


def picture_safely(data: bytes, page: int, limits: Limits = Limits()) -> bytes:
    """Page `page` (from 1) of a PDF as a PNG. Raises DocumentRefused: damaged, or there is no such page."""
    data, _name = bytes_and_name(data, "", limits)
    return base64.b64decode(ask_worker("picture", data, "", limits, page=page)["png"])


def _of_text(text: str) -> Preview:
    """The reader divides paragraphs by an empty line, rows by a line end and cells by a tab."""
    blocks: list[str | Table] = []
    for block in filter(None, (part.strip("\n") for part in text.split("\n\n"))):
        lines = block.split("\n")
        if any("\t" in line for line in lines):
            rows = tuple(tuple(line.split("\t")) for line in lines)
            if blocks and isinstance(blocks[-1], Table):
                rows = blocks.pop().rows + rows  # type: ignore[union-attr]
            blocks.append(Table(rows[:MAX_ROWS], cut=len(rows) > MAX_ROWS))
        else:
            blocks.append(block)
    return Preview(tuple(blocks[:MAX_BLOCKS]), cut=len(blocks) > MAX_BLOCKS)
