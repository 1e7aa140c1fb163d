"""A document some of whose pages were recognised: their lines take the place of the text that they lack."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from app.documents.models import Document, Extracted, Limits, Notice
from app.documents.ocr_lines import RecognisedPage, read_tsv
from app.documents.page_text import name_pages, write_pages
from app.documents.pdf_layout import drop_furniture, reading_order
from app.documents.pdf_reader import read_pdf
from app.documents.reading import document_of
from app.documents.refusals import DocumentRefused

_NOTHING = RecognisedPage([], 595.0, 0.0, 0)


def read_recognised(
    kind: str, data: bytes, filename: str, found: Mapping[int, tuple[Path, float] | None], limits: Limits
) -> Document:
    """Read a PDF or a picture with the help of what was recognised.

    found: by page number the TSV and its resolution, or None where the recognition failed.
    Raises DocumentRefused: unreadable_scan where there is no text at all, and what `read_pdf` raises.
    """
    pages = {
        number: read_tsv(one[0].read_text("utf-8", "replace"), one[1]) if one else _NOTHING
        for number, one in found.items()
    }
    try:
        text, marks, notices = (
            read_pdf(data, limits, pages) if kind == "pdf" else _read_picture(pages, limits)
        )
    except DocumentRefused as refusal:
        if refusal.code in ("no_text_layer", "empty"):
            raise DocumentRefused("unreadable_scan") from None
        raise
    if not text.strip():
        raise DocumentRefused("unreadable_scan")
    failed = [number for number, one in found.items() if one is None]
    return document_of(kind, data, filename, (text, marks, (*_notices(pages, failed), *notices)))


def _read_picture(pages: Mapping[int, RecognisedPage], limits: Limits) -> Extracted:
    ordered = [pages[number] for number in sorted(pages)]
    lines = drop_furniture([reading_order(page.lines, page.width) for page in ordered])
    return (*write_pages(lines, [page.width for page in ordered], limits), ())


def _notices(pages: Mapping[int, RecognisedPage], failed: list[int]) -> list[Notice]:
    notices = []
    with_words = sorted(number for number, page in pages.items() if page.words)
    if with_words:
        words = sum(pages[number].words for number in with_words)
        sure = sum(pages[number].confidence * pages[number].words for number in with_words) / words
        notices.append(Notice("recognised", {"pages": name_pages(with_words), "confidence": round(sure)}))
    if failed:
        notices.append(Notice("pages_not_recognised", {"pages": name_pages(failed)}))
    return notices
