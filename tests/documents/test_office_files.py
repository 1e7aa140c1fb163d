"""Files of other word processors, converted by the real LibreOffice; and the walls around a program that we run."""

from __future__ import annotations

import io
import os
import select
import socket
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from app.documents import DocumentRefused, Limits, needs_background, read_document, read_document_slowly
from app.documents.programs import Bounds, run
from tests.documents.make_scans import sample_plan
from tests.documents.samples import FIXTURES, word_97

libreoffice = pytest.mark.libreoffice
_SPACES = "urn:oasis:names:tc:opendocument:xmlns"


def odt_of(body: str, manifest: str = "") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        archive.writestr(
            "content.xml",
            f'<?xml version="1.0" encoding="UTF-8"?><office:document-content xmlns:office="{_SPACES}:office:1.0" '
            f'xmlns:text="{_SPACES}:text:1.0" xmlns:draw="{_SPACES}:drawing:1.0" '
            'xmlns:xlink="http://www.w3.org/1999/xlink" office:version="1.2"><office:body><office:text>'
            f"{body}</office:text></office:body></office:document-content>",
        )
        archive.writestr(
            "META-INF/manifest.xml",
            f'<?xml version="1.0"?><manifest:manifest xmlns:manifest="{_SPACES}:manifest:1.0"><manifest:file-entry '
            'manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.text"/>'
            '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml">'
            f"{manifest}</manifest:file-entry></manifest:manifest>",
        )
    return out.getvalue()


def refusal_of(data: bytes | Path, limits: Limits = Limits()) -> DocumentRefused:
    with pytest.raises(DocumentRefused) as refusal:
        read_document_slowly(data, "tệp", limits)
    return refusal.value


@libreoffice
@pytest.mark.parametrize("form", ["doc", "odt", "rtf"])
def test_a_file_of_another_word_processor_reads_like_the_same_plan_in_docx(form: str, tmp_path: Path) -> None:
    steps: list[tuple[int, int]] = []
    path = FIXTURES / f"emulation_plan.{form}"
    read = read_document_slowly(path, progress=lambda *step: steps.append(step))
    assert read.text.split() == read_document(sample_plan(tmp_path)).text.split()
    assert steps == [(0, 1), (1, 1)]
    assert [notice.code for notice in read.warnings] == ["converted_by_office"]
    assert form.upper() in read.warnings[0].message("vi")
    assert needs_background(path)


@libreoffice
def test_two_conversions_at_once_do_not_disturb_each_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    bodies = [odt_of(f"<text:p>Kế hoạch {number}</text:p>") for number in range(2)]
    with ThreadPoolExecutor(2) as pool:
        assert [read.text for read in pool.map(read_document_slowly, bodies)] == ["Kế hoạch 0", "Kế hoạch 1"]
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """A port of this machine that must never be called."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield server


@libreoffice
def test_links_of_a_document_are_never_followed(listener: socket.socket, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("mật khẩu của máy chủ", "utf-8")
    address = f"http://127.0.0.1:{listener.getsockname()[1]}/a.png"
    read = read_document_slowly(
        odt_of(
            "<text:p>Kế hoạch</text:p>"
            f'<text:section text:name="s"><text:section-source xlink:href="{secret.as_uri()}" text:filter-name="Text"/>'
            "<text:p>bản lưu</text:p></text:section>"
            f'<text:p><draw:frame><draw:image xlink:href="{address}" xlink:actuate="onLoad"/></draw:frame></text:p>'
        )
    )
    assert read.text == "Kế hoạch\n\nbản lưu"
    with pytest.raises(BlockingIOError):
        listener.accept()


@libreoffice
def test_a_conversion_is_bounded_in_time_and_its_failure_has_a_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    slow = refusal_of(FIXTURES / "emulation_plan.odt", Limits(office_seconds=0.2))
    assert slow.code == "timeout"
    assert refusal_of(odt_of("<text:p>")).code in {"damaged", "empty"}
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("path", "found"), [("emulation_plan.doc", "DOC"), ("emulation_plan.rtf", "RTF")])
def test_without_libreoffice_it_is_said_what_to_do(
    path: str, found: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(DocumentRefused) as refusal:
        needs_background(FIXTURES / path)
    assert refusal.value.code == refusal_of(FIXTURES / path).code == "office_missing"
    for language, who in (("vi", "quản trị viên"), ("en", "administrator")):
        sentence = refusal.value.message(language)
        assert found in sentence
        assert "libreoffice-writer" in sentence
        assert ".docx" in sentence
        assert who in sentence


def test_a_password_is_noticed_before_any_program_is_started() -> None:
    locked = odt_of("<text:p>x</text:p>", "<manifest:encryption-data/>")
    assert refusal_of(locked).code == "encrypted"
    stream = b"\xec\xa5" + bytes(9) + b"\x01" + bytes(500)
    assert refusal_of(word_97().ljust(2048, b"\0") + stream).code == "encrypted"


# -- the walls around a program -------------------------------------------------------------------------

_ROOMY = Bounds(wall_seconds=20, memory_bytes=2**30, file_bytes=10_000_000)


def python(code: str, folder: Path, bounds: Bounds = _ROOMY) -> int | None:
    return run([sys.executable, "-I", "-S", "-c", code], folder, bounds)


def test_a_program_is_told_nothing_of_this_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "x")
    assert python("import os; assert 'SECRET_KEY' not in os.environ", tmp_path) == 0
    assert python(f"import os; assert os.environ['HOME'] == os.getcwd() == {str(tmp_path)!r}", tmp_path) == 0


def test_a_program_gets_no_more_memory_time_or_disk_than_it_may(tmp_path: Path) -> None:
    assert python("x = bytearray(2_000_000_000)", tmp_path) == 1
    assert python("while True: pass", tmp_path, Bounds(20, 2**30, 10_000, cpu_seconds=1)) in (
        -24,
        -9,
    )  # SIGXCPU, SIGKILL
    assert python("open('big', 'wb').write(bytes(50_000_000))", tmp_path) != 0
    assert (tmp_path / "big").stat().st_size <= 10_000_000


def test_a_program_that_takes_too_long_is_ended_with_what_it_started(tmp_path: Path) -> None:
    code = (
        "import subprocess, sys, time; c = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)']); "
        "open('child', 'w').write(str(c.pid)); time.sleep(600)"
    )
    assert python(code, tmp_path, Bounds(3, 2**30, 10_000)) is None
    assert has_ended(int((tmp_path / "child").read_text()))


def has_ended(process: int) -> bool:
    try:
        watched = os.pidfd_open(process)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([watched], [], [], 20)[0])
    finally:
        os.close(watched)


@pytest.mark.namespaces
def test_a_program_reaches_no_network(listener: socket.socket, tmp_path: Path) -> None:
    code = f"import socket; socket.create_connection(('127.0.0.1', {listener.getsockname()[1]}), 5)"
    assert python(code, tmp_path) == 1
    with pytest.raises(BlockingIOError):
        listener.accept()
