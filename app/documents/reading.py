"""`read_document`: bytes and a name in, a `Document` out, or `DocumentRefused`."""

from __future__ import annotations

import hashlib
from pathlib import Path

from app.documents import sniff
from app.documents.models import Document, Extracted, Limits
from app.documents.refusals import DocumentRefused

_READ_HERE = ("docx", "pdf", "html", "txt")


def read_document(source: str | Path | bytes, filename: str = "", limits: Limits = Limits()) -> Document:
    """Read a .docx, .pdf with text, .html or .txt.

    Images, scans, .doc, .odt and .rtf are for `read_document_slowly`; here they are refused.

    source: the bytes, or the path of a file. filename: the name that the user gave it (a path names itself).
    The text is str in Unicode NFC with "\\n" line ends, settled here once: spans count characters of that
    text, and nobody downstream may normalise it again.
    Raises DocumentRefused, and nothing else, for every content. OSError where a path cannot be read.

    Parses in this process, so time and memory are bounded only as far as the limits on sizes go: for a file
    from outside use `read_document_safely`.
    """
    if isinstance(source, bytes):
        data = source
    else:
        data = read_bytes(Path(source), limits)
        filename = filename or Path(source).name
    check_size(data, limits)
    kind = sniff.kind_of(data)
    return document_of(kind, data, filename, _read(kind, data, limits))


def document_of(kind: str, data: bytes, filename: str, extracted: Extracted) -> Document:
    """What a reader found, as a Document. Raises DocumentRefused: empty."""
    text, pages, notices = extracted
    if not text.strip():
        raise DocumentRefused("empty")
    warnings = (*sniff.name_notices(kind, filename), *notices)
    return Document(text, pages, sniff.MEDIA_TYPES[kind], warnings, hashlib.sha256(data).hexdigest())


def check_size(data: bytes, limits: Limits) -> None:
    """Raises DocumentRefused: too_big, empty."""
    if len(data) > limits.max_bytes:
        raise DocumentRefused("too_big", limit=f"{limits.max_bytes / 1024 / 1024:.0f} MB")
    if not data.strip(b"\x00 \t\r\n"):
        raise DocumentRefused("empty")


def read_bytes(path: Path, limits: Limits) -> bytes:
    """The bytes of a file, at most one more than the limit: a huge file is not loaded to be refused."""
    with path.open("rb") as stream:
        return stream.read(limits.max_bytes + 1)


def _read(kind: str, data: bytes, limits: Limits) -> Extracted:
    """Each reader is imported only where it is needed: the worker starts faster without the other three."""
    if kind not in _READ_HERE:
        raise DocumentRefused("wrong_type", found=kind.upper())
    try:
        if kind == "docx":
            from app.documents.docx_reader import read_docx

            return read_docx(data, limits)
        if kind == "pdf":
            from app.documents.pdf_reader import read_pdf

            return read_pdf(data, limits)
        if kind == "html":
            from app.documents.html_reader import read_html

            return read_html(data, limits)
        from app.documents.txt_reader import read_txt

        return read_txt(data, limits)
    except MemoryError:
        raise DocumentRefused("too_heavy") from None
    except RecursionError:
        raise DocumentRefused("too_deep", limit=limits.max_depth) from None
