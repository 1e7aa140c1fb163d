"""Which files are taken: told by their content."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime
from pathlib import Path

import docx
import openpyxl
import pytest
from flask import Flask

from app.errors import Refused
from app.obligations.attachments import MAX_FILES, keep_all, kind_of
from tests.make import make_file


def docx_bytes() -> bytes:
    out = io.BytesIO()
    docx.Document().save(out)
    return out.getvalue()


def xlsx_bytes() -> bytes:
    out = io.BytesIO()
    openpyxl.Workbook().save(out)
    return out.getvalue()


def zip_bytes(**files: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("a.docx", docx_bytes(), "docx"),
        ("a.xlsx", xlsx_bytes(), "xlsx"),
        ("renamed.pdf", docx_bytes(), "docx"),
        ("a.pdf", b"%PDF-1.4 ...", "pdf"),
        ("a.png", b"\x89PNG\r\n\x1a\n....", "png"),
        ("a.jpg", b"\xff\xd8\xff\xe0....", "jpg"),
        ("a.csv", "xã,hộ\n".encode(), "csv"),
        ("a.odt", zip_bytes(mimetype=b"application/vnd.oasis.opendocument.text"), "odt"),
        ("a.ods", zip_bytes(mimetype=b"application/vnd.oasis.opendocument.spreadsheet"), "ods"),
        ("a.doc", OLE + "WordDocument".encode("utf-16-le"), "doc"),
        ("a.xls", OLE + "Workbook".encode("utf-16-le"), "xls"),
        ("a.exe", b"MZ\x90\x00", None),
        ("a.docx", b"MZ\x90\x00", None),
        ("a.docx", b"PK\x03\x04 broken", None),
        ("a.zip", zip_bytes(something=b"else"), None),
        ("a.csv", b"<html><script>", None),
        ("a.csv", b"a\x00b", None),
        ("a.html", b"<p>text", None),
        ("macro.docx", zip_bytes(**{"[Content_Types].xml": b"", "word/vbaProject.bin": b""}), None),
    ],
)
def test_the_content_tells_the_kind(name: str, data: bytes, kind: str | None) -> None:
    assert kind_of(io.BytesIO(data), name) == kind


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("trống.pdf", b"", "Tệp «trống.pdf» trống"),
        ("virus.docx", b"MZ\x90\x00", "Tệp «virus.docx» không thuộc loại được nhận"),
        ("to.pdf", b"%PDF-" + b"x" * (21 * 1024 * 1024), "Tệp «to.pdf» lớn hơn 20 MB"),
    ],
)
def test_a_refusal_names_the_file_and_leaves_nothing(
    app: Flask, now: datetime, name: str, data: bytes, says: str
) -> None:
    with pytest.raises(Refused, match=says):
        keep_all([make_file("ok.pdf"), make_file(name, data)], now=now)
    folder = Path(app.config["FILES_FOLDER"])
    assert not folder.exists() or not [path for path in folder.rglob("*") if path.is_file()]


def test_too_many_files_are_refused(app: Flask, now: datetime) -> None:
    with pytest.raises(Refused, match="tối đa 10 tệp"):
        keep_all([make_file()] * (MAX_FILES + 1), now=now)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("C:\\Users\\Hạnh\\báo cáo.pdf", "báo cáo.pdf"),
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("a\r\nb.pdf", "ab.pdf"),
        ("x" * 300 + ".pdf", "x" * 196 + ".pdf"),
    ],
)
def test_names_are_kept_without_folders_and_control_characters(given: str, kept: str) -> None:
    assert make_file(given).clean_name == kept
