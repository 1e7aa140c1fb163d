"""The text of a .pdf that has a text layer, page by page.

pdfium gives characters with their places; `pdf_layout` makes paragraphs of the lines. A page that is only a
picture has no text: where no page has any, the document is refused with a message that says what to do.
"""

from __future__ import annotations

import ctypes
import math
from collections.abc import Mapping
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from app.documents import legacy
from app.documents.models import Extracted, Limits, Notice
from app.documents.ocr_lines import RecognisedPage
from app.documents.page_text import name_pages, write_pages
from app.documents.pdf_layout import Line, drop_furniture, lines_of_words, reading_order
from app.documents.refusals import DocumentRefused

_HYPHENS = {0x02, 0xFFFE}  # how pdfium marks a hyphen that ends a line


def read_pdf(
    data: bytes, limits: Limits, recognised: Mapping[int, RecognisedPage] | None = None
) -> Extracted:
    """Read a .pdf. Raises DocumentRefused (damaged, encrypted, too_many_pages, no_text_layer, …).

    recognised: by page number, what was recognised on pages that are pictures; it stands in place of their text.
    """
    recognised = recognised or {}
    document = open_pdf(data)
    try:
        count = len(document)
        if count > limits.max_pages:
            raise DocumentRefused("too_many_pages", pages=count, limit=limits.max_pages)
        pages, widths = _read_pages(document, count, limits, recognised)
        if not any(pages):
            raise DocumentRefused("no_text_layer" if _has_picture(document, count) else "empty")
    finally:
        document.close()
    notices = []
    converted = _modernise([lines for number, lines in enumerate(pages, 1) if number not in recognised])
    if converted:
        notices.append(Notice("converted", {"encoding": converted}))
    blank = [number for number, lines in enumerate(pages, 1) if not lines and number not in recognised]
    if blank:
        notices.append(Notice("pages_without_text", {"pages": name_pages(blank)}))
    return (*write_pages(pages, widths, limits), tuple(notices))


def open_pdf(data: bytes) -> Any:
    """The open document; close it. Raises DocumentRefused: encrypted, damaged."""
    try:
        return pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        if "assword" in str(error) or getattr(error, "err_code", None) == raw.FPDF_ERR_PASSWORD:
            raise DocumentRefused("encrypted") from None
        raise DocumentRefused("damaged", format="PDF") from None


def _read_pages(
    document: Any, count: int, limits: Limits, recognised: Mapping[int, RecognisedPage]
) -> tuple[list[list[Line]], list[float]]:
    """The lines of each page in reading order, without headers and footers, and the widths of the pages."""
    pages: list[list[Line]] = []
    widths: list[float] = []
    characters = 0
    for index in range(count):
        if (scan := recognised.get(index + 1)) is not None:
            widths.append(scan.width)
            pages.append(reading_order(scan.lines, scan.width))
            continue
        try:
            page = document[index]
            text = page.get_textpage()
        except pdfium.PdfiumError:
            raise DocumentRefused("damaged", format="PDF") from None
        characters += text.count_chars()
        if characters > 2 * limits.max_characters:
            raise DocumentRefused("too_big", limit=f"{limits.max_characters / 1e6:.0f} MB")
        widths.append(page.get_width())
        pages.append(reading_order(_lines(text), widths[-1]))
        text.close()
        page.close()
    return drop_furniture(pages), widths


def _lines(textpage: Any) -> list[Line]:
    """The lines of a page in the order of the file, cut where a wide gap divides columns."""
    total = textpage.count_chars()
    handle = textpage.raw
    lines: list[Line] = []
    run: list[tuple[int, str]] = []
    for index in range(total):
        code = raw.FPDFText_GetUnicode(handle, index)
        if code in (0x0A, 0x0D):
            _close(handle, run, lines)
        elif code in _HYPHENS:
            run.append((index, "-"))
            _close(handle, run, lines)
        elif code and not 0xD800 <= code <= 0xDFFF and code <= 0x10FFFF:
            run.append((index, chr(code)))
    _close(handle, run, lines)
    return lines


def _close(handle: Any, run: list[tuple[int, str]], lines: list[Line]) -> None:
    """Make one line of the characters collected so far, several where columns stand side by side."""
    lines += lines_of_words([_word(handle, part) for part in _split_at_spaces(run)])
    run.clear()


def _split_at_spaces(run: list[tuple[int, str]]) -> list[list[tuple[int, str]]]:
    parts: list[list[tuple[int, str]]] = [[]]
    for item in run:
        if not item[1].isspace():
            parts[-1].append(item)
        elif parts[-1]:
            parts.append([])
    return [part for part in parts if part]


def _word(handle: Any, part: list[tuple[int, str]]) -> Line:
    left, bottom, _, top = _box(handle, part[0][0])
    right = _box(handle, part[-1][0])[2]
    return Line("".join(char for _, char in part), left, right, bottom, top)


def _box(handle: Any, index: int) -> tuple[float, float, float, float]:
    """Left, bottom, right, top of a character in points, from the lower left corner of the page."""
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    raw.FPDFText_GetCharBox(handle, index, left, right, bottom, top)
    return _place(left), _place(bottom), _place(right), _place(top)


def _place(value: ctypes.c_double) -> float:
    """A length that can be reckoned with: a broken matrix gives infinities and no-numbers."""
    return max(-1e5, min(value.value, 1e5)) if math.isfinite(value.value) else 0.0


def _has_picture(document: Any, count: int) -> bool:
    """Whether one of the first pages shows a picture, which makes an empty text layer a scan."""
    for index in range(min(count, 5)):
        for found in document[index].get_objects(max_depth=3):
            if found.type in (raw.FPDF_PAGEOBJ_IMAGE, raw.FPDF_PAGEOBJ_PATH, raw.FPDF_PAGEOBJ_SHADING):
                return True
    return False


def _modernise(pages: list[list[Line]]) -> str | None:
    """Convert the lines of a document whose fonts drew TCVN3 or VNI letters; names the old encoding."""
    whole = "\n".join(line.text for lines in pages for line in lines)
    name = legacy.settle(whole)[1]
    if name:
        convert = legacy.from_tcvn3 if name == "TCVN3" else legacy.from_vni
        for lines in pages:
            for line in lines:
                line.text = convert(line.text)
    return name
