"""Tables as .xlsx: dates stay dates, numbers stay numbers, and a text can never become a formula."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

Value = str | int | float | Decimal | bool | date | None

_DATE, _INTEGER, _DECIMAL = "dd/mm/yyyy", "#,##0", "#,##0.0#"
_LONGEST = 32_000  # a cell holds 32,767 characters
_FONT = "Times New Roman"
_LINE = Side(style="thin", color="B0B0B0")
_BORDER = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its heading, and its width in characters (None: as wide as the content asks, at most 60)."""

    heading: str
    width: float | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of a book: a title, notes under it, and a table."""

    name: str
    title: str
    columns: Sequence[Column | str]
    rows: Iterable[Sequence[Value]]
    notes: Sequence[str] = ()


def write_table(
    title: str,
    columns: Sequence[Column | str],
    rows: Iterable[Sequence[Value]],
    *,
    sheet_name: str = "Danh sách",
    notes: Sequence[str] = (),
) -> bytes:
    """A sheet with a title, notes under it, a bold header that stays in view and filters, and the rows.

    Days are written as dates (dd/mm/yyyy), numbers as numbers, True and False as «Có» and «Không», None as an empty
    cell. An instant must be turned into a day or a text by the caller, who knows the time zone: TypeError.
    Text that begins with = + - @ is written as text and marked so, in the file and for programs that copy from it.
    """
    return write_book([Sheet(sheet_name, title, columns, rows, notes)])


def write_book(sheets: Sequence[Sheet]) -> bytes:
    """Several such sheets in one file, in this order; two of one name are told apart by a number."""
    if not sheets:
        raise ValueError("a book needs at least one sheet")
    book, taken = Workbook(), set[str]()
    for index, one in enumerate(sheets):
        sheet = book.active if index == 0 else book.create_sheet()
        assert isinstance(sheet, Worksheet)
        sheet.title = _free_name(_sheet_name(one.name), taken)
        _fill(sheet, one)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def _fill(sheet: Worksheet, one: Sheet) -> None:
    shown = [column if isinstance(column, Column) else Column(column) for column in one.columns]
    if not shown:
        raise ValueError("a table needs at least one column")
    top = _write_title(sheet, one.title, one.notes)
    widths = [len(column.heading) + 2.0 for column in shown]
    for index, column in enumerate(shown, 1):
        _write(sheet, top, index, column.heading, header=True)
    last = top
    for last, row in enumerate(one.rows, top + 1):
        if len(row) != len(shown):
            raise ValueError(f"row {last - top} has {len(row)} values for {len(shown)} columns")
        for index, value in enumerate(row, 1):
            cell = _write(sheet, last, index, value)
            widths[index - 1] = max(widths[index - 1], _width(cell))
    for index, column in enumerate(shown, 1):
        sheet.column_dimensions[get_column_letter(index)].width = column.width or min(widths[index - 1], 60)
    sheet.freeze_panes = f"A{top + 1}"
    sheet.auto_filter.ref = f"A{top}:{get_column_letter(len(shown))}{last}"
    _lay_out_print(sheet, top)


def _free_name(name: str, taken: set[str]) -> str:
    free, number = name, 1
    while free.casefold() in taken:
        number += 1
        free = f"{name[:27]} {number}"
    taken.add(free.casefold())
    return free


def _write_title(sheet: Worksheet, title: str, notes: Sequence[str]) -> int:
    """Title and notes above the table; returns the row of the header."""
    cell = sheet.cell(row=1, column=1)
    _set_text(cell, title)
    cell.font = Font(name=_FONT, size=14, bold=True)
    for row, note in enumerate(notes, 2):
        line = sheet.cell(row=row, column=1)
        _set_text(line, note)
        line.font = Font(name=_FONT, size=11, italic=True)
    return len(notes) + 3


def _write(sheet: Worksheet, row: int, column: int, value: Value, header: bool = False) -> Cell:
    cell = sheet.cell(row=row, column=column)
    assert isinstance(cell, Cell)
    cell.font = Font(name=_FONT, size=12, bold=header)
    cell.border = _BORDER
    cell.alignment = Alignment(vertical="top", wrap_text=True, horizontal="center" if header else None)
    if isinstance(value, datetime):
        raise TypeError("an instant has no day without a time zone: pass a date or a text")
    if isinstance(value, bool):
        _set_text(cell, "Có" if value else "Không")
    elif isinstance(value, date):
        cell.value, cell.number_format = value, _DATE
    elif isinstance(value, int):
        cell.value, cell.number_format = value, _INTEGER
    elif isinstance(value, float | Decimal):
        cell.value, cell.number_format = value, _DECIMAL
    elif value is not None:
        _set_text(cell, value)
    return cell


def _set_text(cell: object, text: str) -> None:
    """Text stays text. `quotePrefix` keeps it text when somebody edits the cell or saves the sheet as .csv."""
    assert isinstance(cell, Cell)
    cell.value = ILLEGAL_CHARACTERS_RE.sub("", text)[:_LONGEST]
    cell.data_type = "s"
    if text[:1] in ("=", "+", "-", "@", "\t", "\r"):
        cell.quotePrefix = True


def _width(cell: Cell) -> float:
    value = cell.value
    if isinstance(value, date):
        return 12.0
    return max((len(line) for line in str("" if value is None else value).split("\n")), default=0) * 1.1 + 2


def _sheet_name(name: str) -> str:
    """At most 31 characters, and none of those that Excel forbids in the name of a sheet."""
    return "".join(" " if char in "[]:*?/\\" else char for char in name).strip("' ")[:31] or "Danh sách"


def _lay_out_print(sheet: Worksheet, header: int) -> None:
    """A4 across, as wide as one page, the header on every page, page n of N in the foot."""
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9  # A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = f"{header}:{header}"
    assert sheet.oddFooter is not None
    sheet.oddFooter.center.text = "&P/&N"
