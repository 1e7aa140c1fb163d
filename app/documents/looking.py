"""Inside the worker process: what `preview` shows of workbooks and PDF files."""

from __future__ import annotations

import base64
import csv
import io
from datetime import date, datetime
from typing import Any

from app.documents.models import Limits
from app.documents.refusals import DocumentRefused

_MAX_ROWS, _MAX_COLUMNS, _MAX_SHEETS, _MAX_CELL = 300, 40, 20, 500
_WIDTH, _LARGEST_SCALE = 1100, 4.0


def look(kind: str, data: bytes, limits: Limits) -> dict[str, Any]:
    """Sheets with their rows as text, or how many pages there are. Raises DocumentRefused: damaged, unknown."""
    if kind == "pdf":
        return {"sheets": [], "pages": _pages(data, limits), "cut": False}
    if kind == "xlsx":
        return _workbook(data, limits)
    if kind == "csv":
        csv.field_size_limit(limits.max_bytes)
        rows = list(csv.reader(io.StringIO(_decoded(data), newline=""), _dialect(data)))
        return {"sheets": [_sheet("", rows)], "pages": 0, "cut": False}
    raise DocumentRefused("wrong_type")


def picture(data: bytes, number: int) -> dict[str, Any]:
    """One page of a PDF as a PNG in base64. Raises DocumentRefused: damaged, or no such page."""
    from app.documents.pdf_reader import open_pdf

    document = open_pdf(data)
    if not 1 <= number <= len(document):
        raise DocumentRefused("damaged", format="PDF")
    page = document[number - 1]
    scale = min(_WIDTH / max(page.get_width(), 1.0), _LARGEST_SCALE)
    # A page that is a hundred times as long as it is wide must not become a gigabyte of pixels.
    scale = min(scale, 4 * _WIDTH / max(page.get_height(), 1.0))
    drawn = io.BytesIO()
    page.render(scale=scale).to_pil().convert("RGB").save(drawn, "PNG", optimize=True)
    return {"png": base64.b64encode(drawn.getvalue()).decode("ascii")}


def _pages(data: bytes, limits: Limits) -> int:
    from app.documents.pdf_reader import open_pdf

    return min(len(open_pdf(data)), limits.max_pages)


def _workbook(data: bytes, limits: Limits) -> dict[str, Any]:
    from openpyxl import load_workbook

    from app.documents.sniff import check_archive

    check_archive(data, limits)  # refuses bombs before anything is unpacked
    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        sheets = [
            _sheet(
                sheet.title,
                sheet.iter_rows(max_row=_MAX_ROWS + 1, max_col=_MAX_COLUMNS, values_only=True),
            )
            for sheet in book.worksheets[:_MAX_SHEETS]
            if sheet.sheet_state == "visible"
        ]
    except (DocumentRefused, MemoryError):
        raise
    except Exception:  # openpyxl has no error of its own for most of what can be wrong with a file
        raise DocumentRefused("damaged", format="XLSX") from None
    return {"sheets": sheets, "pages": 0, "cut": len(book.worksheets) > _MAX_SHEETS}


def _sheet(name: str, rows: Any) -> dict[str, Any]:
    shown = [[_told(cell) for cell in row[:_MAX_COLUMNS]] for row in rows]
    cut = len(shown) > _MAX_ROWS
    shown = shown[:_MAX_ROWS]
    while shown and not any(shown[-1]):
        shown.pop()
    width = max((index for row in shown for index, cell in enumerate(row, 1) if cell), default=0)
    return {"name": name, "rows": [row[:width] for row in shown], "cut": cut}


def _told(cell: Any) -> str:
    """A cell as an office reads it: dd/mm/yyyy, 31.208 and 17,8."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "Có" if cell else "Không"
    if isinstance(cell, datetime):
        return f"{cell:%d/%m/%Y}" if cell.hour == cell.minute == 0 else f"{cell:%d/%m/%Y %H:%M}"
    if isinstance(cell, date):
        return f"{cell:%d/%m/%Y}"
    if isinstance(cell, int | float):
        whole, _dot, rest = f"{cell:,.6f}".partition(".")
        rest = rest.rstrip("0")
        return whole.replace(",", ".") + (f",{rest}" if rest else "")
    return str(cell).strip()[:_MAX_CELL]


def _decoded(data: bytes) -> str:
    for encoding in ("utf-8-sig", "utf-16"):
        try:
            return data.decode(encoding)
        except UnicodeError:
            continue
    return data.decode("cp1258", "replace")


def _dialect(data: bytes) -> type[csv.Dialect]:
    try:
        return csv.Sniffer().sniff(_decoded(data)[:4096], ",;\t|")
    except csv.Error:
        return csv.excel
