"""Which files may be handed in: the kind is told by the content, never by the name."""

from __future__ import annotations

import io
import unicodedata
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePath
from typing import Any, BinaryIO

from flask import current_app

from app.documents import DocumentRefused, Limits, read_document_safely
from app.errors import Refused
from app.files.models import StoredFile
from app.files.operations import DiskFull, FileTooBig, keep, keep_part
from app.i18n import _l
from app.planreader import find_classification

MAX_FILES = 10
_OPEN_XML = "application/vnd.openxmlformats-officedocument."
_OPEN_DOCUMENT = "application/vnd.oasis.opendocument."
MEDIA_TYPES = {
    "docx": _OPEN_XML + "wordprocessingml.document",
    "xlsx": _OPEN_XML + "spreadsheetml.sheet",
    "odt": _OPEN_DOCUMENT + "text",
    "ods": _OPEN_DOCUMENT + "spreadsheet",
    "doc": "application/msword",
    "xls": "application/vnd.ms-excel",
    "pdf": "application/pdf",
    "csv": "text/csv",
    "png": "image/png",
    "jpg": "image/jpeg",
}
ACCEPT = ",".join(f".{kind}" for kind in MEDIA_TYPES) + ",.jpeg"
_HEAD = 4096
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_NAMES = {"jpeg": "jpg", "txt": "csv", "tsv": "csv"}


_READ_FOR_MARKINGS = {"docx", "pdf"}
_READING_SECONDS = 10


class FileRefused(Refused):
    """A file that is not accepted; the reason belongs beside the field it was chosen in."""


class NoRoom(FileRefused):
    """The disk is full; what had arrived before stays."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it arrives: its name on the officer's machine and its bytes."""

    name: str
    stream: BinaryIO

    @property
    def clean_name(self) -> str:
        """The last part of the name without control characters, 200 characters at most."""
        name = PurePath(self.name.replace("\\", "/")).name
        name = "".join(
            c for c in unicodedata.normalize("NFC", name) if unicodedata.category(c)[0] != "C"
        ).strip()
        path = PurePath(name or "tep")
        return path.stem[: 200 - len(path.suffix)] + path.suffix


def keep_all(uploads: Sequence[Upload], *, now: datetime) -> list[tuple[str, StoredFile]]:
    """Store the files and return (name, stored file) of each.

    Raises:
        FileRefused: too many, too big, empty, damaged, with a password, classified, or of a kind that is not
            accepted; with the name of the file.
    """
    if len(uploads) > MAX_FILES:
        raise FileRefused(_l("Nộp tối đa %(n)s tệp một lần. Gộp hoặc nén bớt rồi nộp lại.", n=MAX_FILES))
    # All are looked at before the first is kept, so that a refusal leaves no file behind.
    kinds = [_checked(upload) for upload in uploads]
    return [
        (upload.clean_name, _keep(upload, MEDIA_TYPES[kind], now))
        for upload, kind in zip(uploads, kinds, strict=True)
    ]


def keep_arrived(name: str, part: Path, *, now: datetime) -> StoredFile:
    """Store a file that has arrived in pieces. Raises FileRefused as `keep_all` does, and where no room is left."""
    with part.open("rb") as stream:
        upload = Upload(name, stream)
        media_type = MEDIA_TYPES[_checked(upload)]
        try:
            return keep_part(part, media_type, now)
        except DiskFull:
            raise no_room(upload.clean_name) from None


def kind_of(stream: BinaryIO, name: str = "") -> str | None:
    """docx, xlsx, odt, ods, doc, xls, pdf, csv, png, jpg; None for anything else. The stream is rewound.

    The name counts only for plain text, whose content cannot say that it is a table.
    """
    head = stream.read(_HEAD)
    try:
        return _kind(head, stream, name)
    finally:
        stream.seek(0)


def _kind(head: bytes, stream: BinaryIO, name: str) -> str | None:
    if b"%PDF-" in head[:1024]:
        return "pdf"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if head.startswith(b"\xff\xd8\xff"):
        return "jpg"
    if head.startswith(b"PK"):
        return _kind_in_zip(stream)
    if head.startswith(_OLE):
        return _kind_in_ole(stream)
    suffix = PurePath(name).suffix.lower().lstrip(".")
    if _NAMES.get(suffix, suffix) == "csv" and b"\x00" not in head and not head.lstrip().startswith(b"<"):
        return "csv"
    return None


def _kind_in_zip(stream: BinaryIO) -> str | None:
    stream.seek(0)
    try:
        with zipfile.ZipFile(stream) as archive:
            names = set(archive.namelist())
            mime = archive.open("mimetype").read(100) if "mimetype" in names else b""
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError, EOFError, RuntimeError):
        return None
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        return None  # a macro is a program
    if "[Content_Types].xml" in names:
        for folder, kind in (("word/", "docx"), ("xl/", "xlsx")):
            if any(name.startswith(folder) for name in names):
                return kind
    for kind in ("odt", "ods"):
        if mime.decode("latin-1").strip() == MEDIA_TYPES[kind]:
            return kind
    return None


def _kind_in_ole(stream: BinaryIO) -> str | None:
    """Old office files are told apart by the names of their streams, written in UTF-16."""
    stream.seek(0)
    data = stream.read()
    for name, kind in (("WordDocument", "doc"), ("Workbook", "xls"), ("Book", "xls")):
        if name.encode("utf-16-le") in data:
            return kind
    return None


def _checked(upload: Upload) -> str:
    size = upload.stream.seek(0, io.SEEK_END)
    upload.stream.seek(0)
    if refusal := why_not_size(upload.clean_name, size):
        raise refusal
    kind = kind_of(upload.stream, upload.clean_name)
    if kind is None:
        raise _unknown(upload)
    if kind in _READ_FOR_MARKINGS:
        _read(upload, kind)
    return kind


def _unknown(upload: Upload) -> FileRefused:
    """Why the content is of no kind: a password, a file cut short, or another kind."""
    data = upload.stream.read()
    upload.stream.seek(0)
    suffix = PurePath(upload.clean_name).suffix.lower().lstrip(".")
    if data.startswith(_OLE) and "EncryptedPackage".encode("utf-16-le") in data:
        return _refused_as("encrypted", upload)
    if data.startswith(b"PK") and suffix in MEDIA_TYPES and not zipfile.is_zipfile(io.BytesIO(data)):
        return _refused_as("damaged", upload)
    return FileRefused(
        _l(
            "Tệp «%(name)s» không thuộc loại được nhận. Nhận: %(kinds)s.",
            name=upload.clean_name,
            kinds=", ".join(MEDIA_TYPES),
        )
    )


def _read(upload: Upload, kind: str) -> None:
    """Refuse what bears a mark of secrecy or cannot be opened by whoever receives it.

    What the reader cannot read for other reasons (a scan, a very long document, a PDF that other programs mend)
    is taken as it is.
    """
    data = upload.stream.read()
    upload.stream.seek(0)
    limits = Limits(max_bytes=len(data), wall_seconds=_READING_SECONDS)
    try:
        marking = find_classification(read_document_safely(data, upload.clean_name, limits).text)
    except DocumentRefused as refusal:
        if refusal.code in ("encrypted", "zip_bomb") or (refusal.code == "damaged" and kind == "docx"):
            raise _refused_as(refusal.code, upload) from None
        return
    if marking is not None:
        # Nothing of such a document is kept, as with a plan.
        raise FileRefused(
            _l(
                "Tệp «%(name)s» có dấu chỉ độ mật «%(marking)s» nên không được tiếp nhận và không được lưu. "
                "Xử lý theo quy định về bảo vệ bí mật nhà nước.",
                name=upload.clean_name,
                marking=marking,
            )
        )


def _refused_as(code: str, upload: Upload) -> FileRefused:
    name = upload.clean_name
    if code == "encrypted":
        return FileRefused(_l("Tệp «%(name)s» được đặt mật khẩu. Gỡ mật khẩu rồi chọn lại.", name=name))
    if code == "zip_bomb":
        return FileRefused(
            _l(
                "Tệp «%(name)s» bung ra lớn bất thường nên không được nhận. Mở tệp, lưu lại bản mới rồi chọn lại.",
                name=name,
            )
        )
    return FileRefused(
        _l(
            "Tệp «%(name)s» bị hỏng hoặc chưa tải về trọn vẹn. Mở tệp, lưu lại bản mới rồi chọn lại.",
            name=name,
        )
    )


def _keep(upload: Upload, media_type: str, now: datetime) -> StoredFile:
    try:
        return keep(upload.stream, media_type, now)
    except FileTooBig as error:
        raise _too_big(upload, error.limit_mb) from None
    except DiskFull:
        raise no_room(upload.clean_name) from None


def no_room(name: str) -> NoRoom:
    return NoRoom(
        _l(
            "Máy chủ hết chỗ nên chưa nhận được tệp «%(name)s». Nội dung đã nhập vẫn còn. "
            "Báo người quản trị rồi tải lại tệp.",
            name=name,
        )
    )


def why_not_size(name: str, size: int) -> FileRefused | None:
    """In the way of a file of this size, before any of it has arrived."""
    limit = current_app.config["MAX_UPLOAD_MB"]
    upload = Upload(name, io.BytesIO())
    if size <= 0:
        return FileRefused(_l("Tệp «%(name)s» trống. Kiểm tra lại tệp rồi chọn lại.", name=upload.clean_name))
    return _too_big(upload, limit) if size > limit * 1024 * 1024 else None


def _too_big(upload: Upload, limit: int) -> FileRefused:
    return FileRefused(
        _l(
            "Tệp «%(name)s» lớn hơn %(limit)s MB. Nén lại hoặc chia thành nhiều tệp.",
            name=upload.clean_name,
            limit=limit,
        )
    )


def uploads_from(storages: Iterable[Any] | None) -> list[Upload]:
    """Files of a form (werkzeug's FileStorage) that were really chosen."""
    return [
        Upload(storage.filename, storage.stream) for storage in storages or () if storage and storage.filename
    ]
