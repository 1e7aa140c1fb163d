"""What the reading of a document gives, and how much a document may ask of us."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field

from app.documents import wording


@dataclass(frozen=True, slots=True)
class PageMark:
    """Page `number` (counted from 1) begins at character `offset` of the text."""

    offset: int
    number: int


@dataclass(frozen=True, slots=True)
class Notice:
    """Something a person should know about a document that was read all the same."""

    code: str
    params: dict[str, str | int] = field(default_factory=dict)

    def message(self, lang: str = "vi") -> str:
        """The notice for people; `lang` is "vi" or "en"."""
        return wording.sentence(wording.NOTICES, self.code, self.params, lang)


@dataclass(frozen=True, slots=True)
class Document:
    """The text of a document, with the way back to its pages.

    text: str in Unicode NFC with "\\n" line ends; every span of the plan reader counts its characters.
        Paragraphs are divided by an empty line, a line break inside a paragraph or a row of a table by "\\n",
        the cells of a table row by a tab.
    pages: where each page begins, in order, the first at offset 0. For .docx these are the breaks that the
        author or the last word processor left in the file; for .txt the form feeds; .html has one page.
    media_type: decided by the content, never by the name.
    sha256: hex digest of the file's bytes as they came in.
    """

    text: str
    pages: tuple[PageMark, ...]
    media_type: str
    warnings: tuple[Notice, ...]
    sha256: str

    def page_of(self, offset: int) -> int:
        """The number of the page that holds the character at `offset`; past the end, of the last page."""
        index = bisect_right(self.pages, offset, key=lambda mark: mark.offset) - 1
        return self.pages[max(index, 0)].number


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one document may cost.

    Sizes are in bytes, times in seconds. `max_depth` counts nested XML or HTML elements. The second group binds the
    worker process, the third what other programs do for us (`read_document_slowly`).
    """

    max_bytes: int = 20 * 1024 * 1024
    max_characters: int = 4_000_000
    max_pages: int = 1_500
    max_depth: int = 200
    max_entries: int = 4_000
    max_unpacked: int = 200 * 1024 * 1024
    max_ratio: int = 150
    wall_seconds: float = 60.0
    cpu_seconds: int = 45
    memory_bytes: int = 1024 * 1024 * 1024
    output_bytes: int = 32 * 1024 * 1024

    max_ocr_pages: int = 200
    ocr_dpi: int = 300
    page_pixels: int = 12_000_000  # of a page as it is recognised: A4 at 300 dpi has 8.7 million
    max_picture_pixels: int = 80_000_000  # of an image as it comes in
    page_seconds: float = 120.0  # for one page; a page that takes longer is left out and named
    slow_seconds: float = 1800.0  # for all pages together
    office_seconds: float = 120.0
    program_memory_bytes: int = 4 * 1024 * 1024 * 1024  # addresses, of which an office program reserves many


Extracted = tuple[str, tuple[PageMark, ...], tuple[Notice, ...]]
"""What a reader of one format returns: text, pages, notices."""
