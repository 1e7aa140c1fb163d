"""Tables that people give: .xlsx and .csv → rows with their line numbers, and rows → .csv."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from app.documents import sniff
from app.documents.models import Limits
from app.documents.refusals import DocumentRefused
from app.documents.txt_reader import decode

MOST_COLUMNS = 60
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class TableRow:
    """One line of a table; `line` is its number in the file, as a spreadsheet shows it. Days are ISO texts."""

    line: int
    cells: tuple[str, ...]


def read_table(data: bytes, limits: Limits = Limits(), *, most_rows: int = 5000) -> list[TableRow]:
    """The rows of the first sheet that are not empty. The content decides what the file is, not its name.

    A .csv may be UTF-8, UTF-16 or Windows-1258, with commas, semicolons or tabs.

    Raises:
        DocumentRefused: empty, damaged, not_a_table, too_big, too_many_rows, zip_bomb.
    """
    if len(data) > limits.max_bytes:
        raise DocumentRefused("too_big", limit=f"{limits.max_bytes / 1024 / 1024:.0f} MB")
    if not data.strip(b"\0\r\n\t "):
        raise DocumentRefused("empty")
    rows = list(_of_xlsx(data, limits, most_rows) if data.startswith(b"PK\x03\x04") else _of_csv(data))
    if not rows:
        raise DocumentRefused("empty")
    if len(rows) > most_rows:
        raise DocumentRefused("too_many_rows", limit=most_rows)
    return rows


def _of_xlsx(data: bytes, limits: Limits, most_rows: int) -> Iterator[TableRow]:
    try:
        sniff.check_archive(data, limits)
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if "xl/workbook.xml" not in archive.namelist():
                raise DocumentRefused("not_a_table")
            for name in archive.namelist():
                if name.endswith((".xml", ".rels")):
                    with archive.open(name) as part:
                        start = part.read(4096)
                    if b"<!DOCTYPE" in start or b"<!ENTITY" in start:  # forbidden in OOXML: XXE, entity bombs
                        raise DocumentRefused("damaged", format="XLSX")
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        try:
            sheet = book.worksheets[0]
            lines = sheet.iter_rows(max_col=MOST_COLUMNS, max_row=most_rows + 20, values_only=True)
            for number, values in enumerate(lines, 1):
                cells = tuple(_text(value) for value in values)
                if any(cells):
                    yield TableRow(number, cells)
        finally:
            book.close()
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, IndexError, OSError, SyntaxError):
        raise DocumentRefused("damaged", format="XLSX") from None


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return " ".join(str(value).split())


def _of_csv(data: bytes) -> Iterator[TableRow]:
    if b"\0" in data[:4096] and not (
        data.startswith((b"\xff\xfe", b"\xfe\xff")) or sniff.looks_like_utf16(data)
    ):
        raise DocumentRefused("not_a_table")
    text, _notices = decode(data)
    head = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        line = 0
        for values in reader:
            begins, line = line + 1, reader.line_num
            cells = tuple(_unquoted(" ".join(value.split())) for value in values[:MOST_COLUMNS])
            if any(cells):
                yield TableRow(begins, cells)
    except csv.Error:
        raise DocumentRefused("damaged", format="CSV") from None


def _unquoted(text: str) -> str:
    """Without the mark that `write_csv` puts before what would be a formula."""
    return text[1:] if text.startswith("'") and text[1:2] in _FORMULA else text


def write_csv(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """UTF-8 with a byte order mark, so that spreadsheets read Vietnamese; no text can become a formula."""
    written = io.StringIO(newline="")
    writer = csv.writer(written)
    writer.writerow(headings)
    for row in rows:
        writer.writerow([_cell(value) for value in row])
    return b"\xef\xbb\xbf" + written.getvalue().encode("utf-8")


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "Có" if value else "Không"
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    text = str(value)
    return "'" + text if text.startswith(_FORMULA) else text
