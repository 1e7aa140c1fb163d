"""`read_document_slowly`: everything that `read_document_safely` reads, and what takes other programs and minutes.

A caller who serves people asks `needs_background` first. Where it says no, `read_document_safely` answers within
seconds. Where it says yes, the bytes are put aside, the person is told so, and a process of its own calls
`read_document_slowly` with a `progress` that writes (done, total) where the person's page looks for it. An exception
out of `progress` ends the work at once (the person took the file back, the process must stop) and reaches the caller;
nothing of the document is left behind on disk.
"""

from __future__ import annotations

import hashlib
import tempfile
from dataclasses import replace
from pathlib import Path

from app.documents import sniff
from app.documents.models import Document, Limits, Notice
from app.documents.ocr import Progress, ocr_available, recognise
from app.documents.office import OFFICE_KINDS, convert, office_available
from app.documents.safely import ask_worker, bytes_and_name, document_from, read_document_safely


def needs_background(source: str | Path | bytes, filename: str = "", limits: Limits = Limits()) -> bool:
    """Whether reading takes long: a scan, a picture, or a file that an office program converts. Takes about 0.1 s.

    Raises DocumentRefused: what is sure to be refused is refused here, at once — also ocr_missing, office_missing.
    """
    data, filename = bytes_and_name(source, filename, limits)
    return _detour(data, filename, limits) is not None


def read_document_slowly(
    source: str | Path | bytes,
    filename: str = "",
    limits: Limits = Limits(),
    progress: Progress | None = None,
) -> Document:
    """Read any document that this library knows, with the help of Tesseract and LibreOffice where they are needed.

    A PDF is recognised on those pages only that have no text; page marks are kept. progress(done, total) counts
    pages; a document that needs no recognition counts as one.
    Raises DocumentRefused for every content, and what `progress` raises.
    """
    data, filename = bytes_and_name(source, filename, limits)
    detour = _detour(data, filename, limits)
    if detour is None:
        return read_document_safely(data, filename, limits)
    kind, scanned = detour
    with tempfile.TemporaryDirectory(prefix="dunghan-") as name:
        if kind in OFFICE_KINDS:
            return _read_through_office(data, filename, kind, limits, Path(name), progress)
        found = recognise(data, filename, scanned, limits, Path(name), progress)
        order = {number: [str(one[0]), one[1]] if one else None for number, one in found.items()}
        return document_from(ask_worker("read", data, filename, limits, recognised=order))


def _detour(data: bytes, filename: str, limits: Limits) -> tuple[str, tuple[int, ...]] | None:
    """The kind and the pages to recognise of a document that cannot be read directly, or None."""
    seen = ask_worker("survey", data, filename, limits)
    kind, scanned = str(seen["kind"]), tuple(seen["scanned"])
    if kind in OFFICE_KINDS:
        if (missing := office_available()) is not None:
            raise missing.refused(kind.upper())
        return kind, ()
    if not scanned:
        return None
    with tempfile.TemporaryDirectory(prefix="dunghan-") as folder:
        missing = ocr_available(Path(folder))
    if missing is None:
        return kind, scanned
    if seen["has_text"]:  # what can be read is read; a notice names the other pages
        return None
    raise missing.refused(kind.upper())


def _read_through_office(
    data: bytes, filename: str, kind: str, limits: Limits, folder: Path, progress: Progress | None
) -> Document:
    if progress:
        progress(0, 1)
    read = read_document_safely(convert(data, kind, limits, folder), "", limits)
    if progress:
        progress(1, 1)
    notices = (*sniff.name_notices(kind, filename), Notice("converted_by_office", {"format": kind.upper()}))
    return replace(
        read,
        media_type=sniff.MEDIA_TYPES[kind],
        warnings=(*notices, *read.warnings),
        sha256=hashlib.sha256(data).hexdigest(),
    )
