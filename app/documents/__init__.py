"""Documents in and out, as plain Python: no Flask, no database, no clock.

In:  `read_document_safely(bytes, filename)` gives a `Document` (text with
     page marks), or raises `DocumentRefused`.
     It parses in a worker process with limits, so it is the door for every file that somebody uploads.
     `read_document(...)` does the same work inside this process, for files that we made ourselves.
     `read_document_slowly(...)` also reads scans and pictures (Tesseract) and .doc, .odt, .rtf (LibreOffice), which
     takes from seconds to minutes; `needs_background` tells who needs it, `slowly` how to show its progress.
Out: `letters` builds .docx files in the layout of Nghị định 30/2020/NĐ-CP, `sheets` builds .xlsx tables.
"""

from app.documents.models import Document, Limits, Notice, PageMark
from app.documents.reading import read_document
from app.documents.refusals import DocumentRefused
from app.documents.safely import read_document_safely
from app.documents.slowly import needs_background, read_document_slowly

__all__ = [
    "Document",
    "DocumentRefused",
    "Limits",
    "Notice",
    "PageMark",
    "needs_background",
    "read_document",
    "read_document_safely",
    "read_document_slowly",
]
