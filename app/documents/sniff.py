"""What kind of file this is, decided by its content. The name only ever adds a warning."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from pathlib import PurePath

from app.documents.models import Limits, Notice
from app.documents.refusals import DocumentRefused

MEDIA_TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "html": "text/html",
    "txt": "text/plain",
    # These are read by other programs; see `slowly`.
    "png": "image/png",
    "jpeg": "image/jpeg",
    "tiff": "image/tiff",
    "doc": "application/msword",
    "odt": "application/vnd.oasis.opendocument.text",
    "rtf": "application/rtf",
}
EXTENSIONS = {
    "docx": (".docx",),
    "pdf": (".pdf",),
    "html": (".html", ".htm", ".xhtml"),
    "txt": (".txt", ".text", ".md"),
    "png": (".png",),
    "jpeg": (".jpg", ".jpeg", ".jpe"),
    "tiff": (".tif", ".tiff"),
    "doc": (".doc", ".dot"),
    "odt": (".odt", ".ott"),
    "rtf": (".rtf", ".doc"),
}

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SIGNATURES = (
    (b"GIF8", "GIF"),
    (b"BM", "BMP"),
    (b"Rar!", "RAR"),
    (b"7z\xbc\xaf", "7-Zip"),
    (b"\x1f\x8b", "GZIP"),
    (b"MZ", "EXE"),
    (b"\x7fELF", "ELF"),
    (b"%!PS", "PostScript"),
)
_TOLD_BY_START = (
    (b"{\\rtf", "rtf"),
    (b"\x89PNG", "png"),
    (b"\xff\xd8\xff", "jpeg"),
    (b"II*\x00", "tiff"),
    (b"MM\x00*", "tiff"),
)
_WORD_FILE = b"\xec\xa5"  # begins the stream of a Word 97 document, which lies at a multiple of 512
_HTML = re.compile(
    rb"<\s*(!doctype\s+html|html|head|body|meta|div|table|p|br|span|h[1-6])\b[^<]{0,2000}>", re.I
)
_CONTROL = re.compile(rb"[\x00-\x06\x0e-\x1a\x1c-\x1f]")


def kind_of(data: bytes) -> str:
    """One of the keys of MEDIA_TYPES. Raises DocumentRefused: wrong_type, encrypted, damaged."""
    head = data[:4096]
    if b"%PDF-" in head[:1024]:
        return "pdf"
    if data.startswith(b"PK"):
        return _kind_of_zip(data)
    if data.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise DocumentRefused("encrypted")
        return _kind_of_ole(data)
    for start, kind in _TOLD_BY_START:
        if data.startswith(start):
            return kind
    for signature, found in _SIGNATURES:
        if data.startswith(signature) and not _reads_as_text(data, signature):
            raise DocumentRefused("wrong_type", found=found)
    return _kind_of_text(data)


def _reads_as_text(data: bytes, signature: bytes) -> bool:
    """A text may begin with "BM" or "MZ": two letters prove nothing without control characters."""
    return len(signature) == 2 and signature.isalpha() and not _CONTROL.search(data[:4096])


def _kind_of_zip(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
            manifest = _start_of(archive, "META-INF/manifest.xml", names)
            calls_itself = _start_of(archive, "mimetype", names)
    except (
        zipfile.BadZipFile,
        ValueError,
        NotImplementedError,
        OSError,
        EOFError,
        UnicodeError,
        OverflowError,
    ):
        raise DocumentRefused("damaged", format="DOCX") from None
    if any(name.endswith("vbaProject.bin") for name in names):
        raise DocumentRefused("wrong_type", found="tệp có macro")
    if any(name.startswith("word/") for name in names):
        return "docx"
    if any(name.startswith("xl/") for name in names):
        raise DocumentRefused("wrong_type", found="XLSX")
    if any(name.startswith("ppt/") for name in names):
        raise DocumentRefused("wrong_type", found="PPTX")
    if "content.xml" in names and "mimetype" in names:
        if b"encryption-data" in manifest:
            raise DocumentRefused("encrypted")
        if b"opendocument.text" in calls_itself:
            return "odt"
        raise DocumentRefused("wrong_type", found="OpenDocument")
    raise DocumentRefused("wrong_type", found="ZIP")


def _start_of(archive: zipfile.ZipFile, name: str, names: set[str]) -> bytes:
    """The first bytes of an entry, enough to know what the package is."""
    if name not in names:
        return b""
    try:
        with archive.open(name) as stream:
            return stream.read(200_000)
    except (zlib.error, RuntimeError):
        return b""


def _kind_of_ole(data: bytes) -> str:
    """Old office files are told apart by the names of their streams."""
    for stream, found in (("Workbook", "XLS"), ("PowerPoint Document", "PPT")):
        if stream.encode("utf-16-le") in data and "WordDocument".encode("utf-16-le") not in data:
            raise DocumentRefused("wrong_type", found=found)
    for place in range(512, len(data) - 12, 512):
        if data.startswith(_WORD_FILE, place) and data[place + 11] & 0x01:  # its flag "encrypted"
            raise DocumentRefused("encrypted")
    return "doc"


def _kind_of_text(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or looks_like_utf16(data):
        as_ascii = data[:8192].replace(b"\x00", b"")
        return "html" if _HTML.search(as_ascii) else "txt"
    sample = data[:65536]
    if len(_CONTROL.findall(sample)) > len(sample) // 200:
        raise DocumentRefused("wrong_type", found="tệp nhị phân")
    start = data[:65536].lstrip(b"\xef\xbb\xbf \t\r\n")
    if start[:100].lower().startswith(b"mime-version") or b"multipart/related" in start[:2000].lower():
        raise DocumentRefused("wrong_type", found="MHTML")
    if start.startswith(b"<?xml") and not _HTML.search(start[:4096]):
        raise DocumentRefused("wrong_type", found="XML")
    return "html" if start.startswith(b"<") and _HTML.search(start) else _html_inside(start)


def _html_inside(start: bytes) -> str:
    """A page that was saved with a remark above it: several tags count, one «<» in a sentence does not."""
    return "html" if len(_HTML.findall(start[:8192])) >= 5 else "txt"


def looks_like_utf16(data: bytes) -> str | None:
    """ "utf-16-le" or "utf-16-be" where every second byte of the beginning is mostly zero, else None."""
    sample = data[:2000]
    if len(sample) < 8:
        return None
    even, odd = sample[0::2], sample[1::2]
    if odd.count(0) > len(odd) * 0.4 and even.count(0) < len(even) * 0.05:
        return "utf-16-le"
    if even.count(0) > len(even) * 0.4 and odd.count(0) < len(odd) * 0.05:
        return "utf-16-be"
    return None


def name_notices(kind: str, filename: str) -> list[Notice]:
    """A warning where the name says something else than the content."""
    extension = PurePath(filename).suffix.lower()
    if not extension or extension in EXTENSIONS[kind]:
        return []
    return [Notice("other_extension", {"extension": extension, "found": kind.upper()})]


def check_archive(data: bytes, limits: Limits) -> None:
    """Ask the directory of a zip how much it will unpack to, before anything is unpacked.

    Raises DocumentRefused: zip_bomb (entries, total, ratio), encrypted, damaged. `Package` holds each entry
    to the size that its directory names, so a lying directory gains nothing.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
    except (
        zipfile.BadZipFile,
        ValueError,
        NotImplementedError,
        OSError,
        EOFError,
        UnicodeError,
        OverflowError,
    ):
        raise DocumentRefused("damaged", format="DOCX") from None
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise DocumentRefused("encrypted")
    total = sum(entry.file_size for entry in entries)
    too_dense = any(
        entry.file_size > 1_000_000 and entry.file_size > limits.max_ratio * max(entry.compress_size, 1)
        for entry in entries
    )
    if len(entries) > limits.max_entries or total > limits.max_unpacked or too_dense:
        raise DocumentRefused("zip_bomb")
