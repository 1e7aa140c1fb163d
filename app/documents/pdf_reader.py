"""The text of a .pdf that has a text layer, page by page.

pdfium gives characters with their places; `pdf_layout` makes paragraphs of the lines. A page that is only a
picture has no text: where no page has any, the document is refused with a message that says what to do.
"""

from __future__ import annotations

import ctypes
import math
from itertools import pairwise
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from app.documents import legacy
from app.documents.blocks import TextBuilder
from app.documents.models import Extracted, Limits, Notice, PageMark
from app.documents.pdf_layout import Body, Line, body_of, drop_furniture, joint, reading_order, sew
from app.documents.refusals import DocumentRefused

_COLUMN_GAP = (
    1.6  # in heights of a letter: a wider gap inside a line, wide beside the others too, divides columns
)
_HYPHENS = {0x02, 0xFFFE}  # how pdfium marks a hyphen that ends a line


def read_pdf(data: bytes, limits: Limits) -> Extracted:
    """Read a .pdf. Raises DocumentRefused (damaged, encrypted, too_many_pages, no_text_layer, …)."""
    document = _open(data)
    try:
        count = len(document)
        if count > limits.max_pages:
            raise DocumentRefused("too_many_pages", pages=count, limit=limits.max_pages)
        pages, widths = _read_pages(document, count, limits)
        if not any(pages):
            raise DocumentRefused("no_text_layer" if _has_picture(document, count) else "empty")
    finally:
        document.close()
    notices = []
    converted = _modernise(pages)
    if converted:
        notices.append(Notice("converted", {"encoding": converted}))
    blank = [str(number) for number, lines in enumerate(pages, 1) if not lines]
    if blank:
        notices.append(Notice("pages_without_text", {"pages": ", ".join(blank[:40])}))
    return (*_write(pages, widths, limits), tuple(notices))


def _open(data: bytes) -> Any:
    try:
        return pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        if "assword" in str(error) or getattr(error, "err_code", None) == raw.FPDF_ERR_PASSWORD:
            raise DocumentRefused("encrypted") from None
        raise DocumentRefused("damaged", format="PDF") from None


def _read_pages(document: Any, count: int, limits: Limits) -> tuple[list[list[Line]], list[float]]:
    """The lines of each page in reading order, without headers and footers, and the widths of the pages."""
    pages: list[list[Line]] = []
    widths: list[float] = []
    characters = 0
    for index in range(count):
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
    words = [_word(handle, part) for part in _split_at_spaces(run)]
    run.clear()
    if not words:
        return
    gaps = [after.left - before.right for before, after in pairwise(words)]
    narrowest = max(min(gaps, default=0.0), 0.0)
    current = words[0]
    lines.append(current)
    for gap, word in zip(gaps, words[1:], strict=True):
        if gap > _COLUMN_GAP * max(current.top - current.bottom, 6.0) and gap > 2.5 * narrowest:
            current = word
            lines.append(current)
        else:
            current.extend(word.text, word.right, word.bottom, word.top)


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


def _write(pages: list[list[Line]], widths: list[float], limits: Limits) -> tuple[str, tuple[PageMark, ...]]:
    out = TextBuilder(limits.max_characters)
    last: tuple[Line, Body] | None = (
        None  # the last line of the page before, and where that page's text stood
    )
    for number, (lines, width) in enumerate(zip(pages, widths, strict=True), 1):
        if not lines:
            continue
        out.numbered_page(number)
        body = body_of(lines, width)
        first, *others = _paragraphs(lines, body)
        if last is not None and joint(last[0], lines[0], last[1], body) == " ":
            out.continue_paragraph(first)
        else:
            out.paragraph(first)
        for paragraph in others:
            out.paragraph(paragraph)
        last = lines[-1], body
    return out.finish()


def _paragraphs(lines: list[Line], body: Body) -> list[str]:
    """The lines of one page, sewn into paragraphs."""
    groups = [lines[0].text]
    for before, after in pairwise(lines):
        between = joint(before, after, body)
        if between == "\n\n":
            groups.append(after.text)
        elif between == " ":
            groups[-1] = sew(groups[-1], after.text)
        else:
            groups[-1] += between + after.text
    return groups
