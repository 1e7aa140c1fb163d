"""No file takes the server down: each is read, or refused with a reason."""

from __future__ import annotations

import io
import json
import random
import re
import socket
import subprocess
import sys
import zipfile
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.documents import DocumentRefused, Limits, read_document, read_document_safely, reading
from app.documents.wording import NOTICES, REFUSALS
from tests.documents.samples import FIXTURES, docx_of, encrypted_docx, p, pdf_of, raw_docx, word_97


def refusal_of(data: bytes, name: str = "a.docx", limits: Limits = Limits()) -> DocumentRefused:
    """The refusal, which must be the same in the worker and in this process."""
    with pytest.raises(DocumentRefused) as here:
        read_document(data, name, limits)
    with pytest.raises(DocumentRefused) as there:
        read_document_safely(data, name, limits)
    assert (here.value.code, here.value.params) == (there.value.code, there.value.params)
    return here.value


def zipped(**entries: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name.replace("__", "/"), content)
    return out.getvalue()


@pytest.mark.parametrize("name", ["plan.docx", "plan.pdf", "plan.html", "plan.txt"])
@pytest.mark.parametrize("data", [b"", b"   \r\n", b"\x00" * 50])
def test_an_empty_file_is_refused(data: bytes, name: str) -> None:
    with pytest.raises(DocumentRefused) as refusal:
        read_document(data, name)
    assert refusal.value.code == "empty"


def test_documents_without_words_are_empty() -> None:
    assert refusal_of(docx_of("", "  ")).code == "empty"
    assert refusal_of(b"<html><body><script>1</script></body></html>", "a.html").code == "empty"


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (word_97(), "DOC"),
        (zipped(xl__workbook=b"x"), "XLSX"),
        (zipped(ppt__slides=b"x"), "PPTX"),
        (zipped(readme=b"x"), "ZIP"),
        (zipped(word__document=b"x", word__vbaProject=b"x").replace(b"vbaProject", b"vbaProject"), "DOCX"),
        (b"\x89PNG\r\n\x1a\n" + bytes(40), "PNG"),
        (b"\xff\xd8\xff\xe0" + bytes(40), "JPEG"),
        (b"{\\rtf1 hello}", "RTF"),
        (b"MZ\x90\x00\x03\x00" + bytes(60), "EXE"),
        (b"MIME-Version: 1.0\nContent-Type: multipart/related\n\n<html>", "MHTML"),
    ],
)
def test_other_kinds_of_files_are_named(data: bytes, found: str) -> None:
    if found == "DOCX":  # a package that calls itself Word and is not one
        assert refusal_of(data).code == "damaged"
        return
    refusal = refusal_of(data, "kế hoạch.docx")
    assert refusal.code == "wrong_type"
    assert found in refusal.message("vi")


def test_a_file_with_macros_is_refused() -> None:
    out = io.BytesIO(docx_of("Kế hoạch"))
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("word/vbaProject.bin", b"macro")
    assert refusal_of(out.getvalue()).code == "wrong_type"


def test_the_content_decides_and_a_false_extension_is_named() -> None:
    read = read_document(docx_of("Kế hoạch"), "ke-hoach.pdf")
    assert read.text == "Kế hoạch"
    assert [notice.code for notice in read.warnings] == ["other_extension"]
    assert ".pdf" in read.warnings[0].message("vi")
    assert "DOCX" in read.warnings[0].message("en")


def test_a_file_with_a_password_is_refused() -> None:
    assert refusal_of(encrypted_docx()).code == "encrypted"
    assert refusal_of(pdf_of([(72, 700, "secret")], password="1"), "a.pdf").code == "encrypted"


def test_a_damaged_document_is_refused() -> None:
    good = docx_of("Kế hoạch")
    assert refusal_of(good[: len(good) // 2]).code == "damaged"
    assert refusal_of(raw_docx("<w:p>")).code == "damaged"
    assert refusal_of(zipped(word__other=b"x")).code == "damaged"


def test_a_file_over_the_limit_is_refused_unread() -> None:
    refusal = refusal_of(b"a" * 3_000_000, "a.txt", Limits(max_bytes=2 * 1024 * 1024))
    assert (refusal.code, refusal.params) == ("too_big", {"limit": "2 MB"})
    assert refusal_of(docx_of("chữ " * 1000), limits=Limits(max_characters=500)).code == "too_big"


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(raw_docx(p("x"), bomb="0" * 30_000_000), id="dense"),
        pytest.param(zipped(**{f"word__{number}": b"" for number in range(5000)}), id="entries"),
    ],
)
def test_a_zip_bomb_is_not_unpacked(data: bytes) -> None:
    assert refusal_of(data).code == "zip_bomb"


def test_a_total_beyond_the_limit_is_a_bomb_however_it_is_spread() -> None:
    parts = {f"part{number}": random.Random(number).randbytes(900).hex() * 500 for number in range(8)}
    assert refusal_of(raw_docx(p("x"), **parts), limits=Limits(max_unpacked=5_000_000)).code == "zip_bomb"


def test_a_directory_that_lies_about_a_size_gains_nothing() -> None:
    data = raw_docx(p("chữ " * 5000))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        size = archive.getinfo("word/document.xml").file_size
    lying = data.replace(size.to_bytes(4, "little"), (100).to_bytes(4, "little"))
    assert refusal_of(lying).code in {"zip_bomb", "damaged"}


@pytest.fixture
def listener() -> socket.socket:
    """A port of this machine that must never be called."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield server


def test_entities_are_never_resolved_from_disk_or_network(listener: socket.socket) -> None:
    port = listener.getsockname()[1]
    for target in ("file:///etc/passwd", f"http://127.0.0.1:{port}/x"):
        prolog = f'<!DOCTYPE w [<!ENTITY x SYSTEM "{target}">]>'
        assert refusal_of(raw_docx("<w:p><w:r><w:t>&x;</w:t></w:r></w:p>", prolog)).code == "damaged"
        page = (
            f"<!DOCTYPE html [<!ENTITY x SYSTEM '{target}'>]><body><p>chữ &x;</p><img src='{target}'></body>"
        )
        assert "root:" not in read_document_safely(page.encode(), "a.html").text
    with pytest.raises(BlockingIOError):
        listener.accept()


def test_an_entity_bomb_is_refused() -> None:
    bomb = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    prolog = f'<!DOCTYPE w [<!ENTITY e0 "ha">{bomb}]>'
    assert refusal_of(raw_docx("<w:p><w:r><w:t>&e9;</w:t></w:r></w:p>", prolog)).code == "damaged"


def test_deep_nesting_is_refused() -> None:
    table = "<w:tbl><w:tr><w:tc>" * 80 + p("đáy") + "</w:tc></w:tr></w:tbl>" * 80
    assert refusal_of(raw_docx(table)).code == "too_deep"
    assert refusal_of(raw_docx("<w:sdt>" * 5000 + "</w:sdt>" * 5000)).code == "too_deep"
    assert refusal_of(b"<html><body>" + b"<div>" * 400 + "đáy".encode(), "a.html").code == "too_deep"


def test_a_parser_that_takes_too_long_is_stopped() -> None:
    with pytest.raises(DocumentRefused) as refusal:
        read_document_safely(docx_of("chữ"), "a.docx", Limits(wall_seconds=0.001))
    assert refusal.value.code == "timeout"


def test_a_parser_that_burns_its_processor_time_is_stopped() -> None:
    rows = "".join(p(f"đoạn {number}") for number in range(120_000))
    with pytest.raises(DocumentRefused) as refusal:
        read_document_safely(raw_docx(rows), "a.docx", Limits(cpu_seconds=1, max_ratio=10_000))
    assert refusal.value.code == "timeout"


def test_a_parser_that_wants_too_much_memory_is_refused() -> None:
    rows = "".join(p(f"đoạn {number}") for number in range(60_000))
    limits = Limits(memory_bytes=60 * 1024 * 1024, max_ratio=10_000)
    with pytest.raises(DocumentRefused) as refusal:
        read_document_safely(raw_docx(rows), "a.docx", limits)
    assert refusal.value.code == "too_heavy"


def test_an_answer_that_is_too_long_is_refused() -> None:
    with pytest.raises(DocumentRefused) as refusal:
        read_document_safely(("chữ " * 20_000).encode(), "a.txt", Limits(output_bytes=10_000))
    assert refusal.value.code == "too_big"


def test_the_worker_gives_what_the_library_gives() -> None:
    for source, name in (
        (docx_of("Kế hoạch", "I. MỤC ĐÍCH"), "a.docx"),
        ((FIXTURES / "plan.pdf").read_bytes(), "plan.pdf"),
        ("<p>Sở Y tế</p>".encode(), "a.docx"),
        ("Sở Y tế".encode("utf-16"), "a.txt"),
    ):
        assert read_document_safely(source, name) == read_document(source, name)


def test_the_worker_never_loads_the_web_application() -> None:
    worker = Path(reading.__file__).with_name("worker.py")
    order = json.dumps({"filename": "a.docx", "limits": asdict(Limits()), "site": sys.path})
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-X", "importtime", str(worker), order],
        input=docx_of("Kế hoạch"),
        capture_output=True,
        check=True,
        timeout=30,
    )
    loaded = done.stderr.decode()
    assert json.loads(done.stdout)["text"] == "Kế hoạch"
    assert "app.documents.docx_reader" in loaded
    assert not {"flask", "sqlalchemy", "pypdfium2"} & set(re.findall(r"\|\s+(\w+)", loaded))


def test_a_path_is_read_like_its_bytes() -> None:
    path = FIXTURES / "plan.pdf"
    assert read_document_safely(path) == read_document(path) == read_document(path.read_bytes(), "plan.pdf")


def test_every_refusal_and_notice_has_a_sentence_in_both_languages() -> None:
    values = {"found": "X", "format": "X", "limit": 1, "pages": 2, "seconds": 3, "marking": "Mật", "extension": ".x",
              "encoding": "X", "missing": "X", "confidence": 1}  # fmt: skip
    for table in (REFUSALS, NOTICES):
        for vietnamese, english in table.values():
            for text in (vietnamese.format(**values), english.format(**values)):
                assert text[0].isupper()
                assert text.endswith(".")
                assert "!" not in text
    assert set(REFUSALS) >= {
        "wrong_type", "empty", "encrypted", "damaged", "too_big", "zip_bomb", "too_many_pages", "too_deep", "timeout",
        "no_text_layer", "ocr_missing", "office_missing", "unreadable_scan", "classified",
    }  # fmt: skip
    marked = DocumentRefused("classified", marking="Tối mật")
    assert "Tối mật" in marked.message("vi")
    assert "classified" in str(marked)


TIGHT = replace(Limits(), max_unpacked=5_000_000, max_characters=100_000)
STARTS = [
    b"",
    b"%PDF-1.4\n",
    b"PK\x03\x04",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    b"<html><body>",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
]
SEEDS = [
    docx_of("Kế hoạch", "1. Sở Y tế: khám bệnh."),
    raw_docx(p("chữ") + "<w:tbl><w:tr><w:tc>" + p("ô") + "</w:tc></w:tr></w:tbl>"),
    pdf_of([(72, 700, "one line of text"), (72, 680, "another")]),
    "<html><body><ol start=3><li>một</li></ol><table><tr><td>ô</table></body></html>".encode(),
    "Độc lập - Tự do - Hạnh phúc".encode("utf-16"),
]


def test_a_page_turned_inside_out_is_read() -> None:
    """Text with a negative or endless scale has lines without a width."""
    for scale in ("-1 0 0 1", "0 0 0 0", "1e38 0 0 1e38", "-99999999 0 0 1"):
        page = pdf_of([(72, 700, "one line"), (72, 680, "two")])
        turned = page.replace(b"BT /F1 12 Tf", f"{scale} 0 0 cm BT /F1 12 Tf".encode())
        reads_or_refuses(turned)


def reads_or_refuses(data: bytes) -> None:
    try:
        read = read_document(data, "tệp", TIGHT)
    except DocumentRefused as refusal:
        assert refusal.message("vi")
    else:
        assert read.text.strip()
        assert read.pages[0].offset == 0
        assert all(0 <= mark.offset <= len(read.text) for mark in read.pages)
        read.text.encode()


@settings(max_examples=150, deadline=None)
@given(start=st.sampled_from(STARTS), rest=st.binary(max_size=400))
def test_random_bytes_are_read_or_refused(start: bytes, rest: bytes) -> None:
    reads_or_refuses(start + rest)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_broken_documents_are_read_or_refused(data: st.DataObject) -> None:
    broken = bytearray(data.draw(st.sampled_from(SEEDS)))
    for _ in range(data.draw(st.integers(1, 8))):
        broken[data.draw(st.integers(0, len(broken) - 1))] = data.draw(st.integers(0, 255))
    reads_or_refuses(bytes(broken[: data.draw(st.integers(len(broken) // 2, len(broken)))]))


@settings(max_examples=150, deadline=None)
@given(body=st.text(alphabet="<>/wptblrcinsde:lmoveFromu&;= \"'12aă", max_size=300))
def test_random_markup_is_read_or_refused(body: str) -> None:
    reads_or_refuses(b"<html><body>" + body.encode())
    reads_or_refuses(raw_docx(body))
