"""Scans and pictures, recognised by the real Tesseract: what a plan reader finds in them, and what may go wrong."""

from __future__ import annotations

import csv
import ctypes
import io
import random
import tempfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import pypdfium2 as pdfium
import pypdfium2.raw as raw
import pytest
from PIL import Image, TiffImagePlugin

import app.organisations
from app.documents import (
    Document,
    DocumentRefused,
    Limits,
    needs_background,
    read_document_safely,
    read_document_slowly,
    scans,
)
from app.documents.ocr import ocr_available
from app.documents.ocr_lines import read_tsv
from app.documents.sniff import kind_of
from app.planreader import Directory, PlanReading, read_plan
from tests.documents.samples import FIXTURES, pdf_of

SCAN = FIXTURES / "scanned_plan.pdf"
PHOTO = FIXTURES / "photographed_page.jpg"
ocr = pytest.mark.ocr


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder in which temporary files are made; what is left in it was not cleaned up."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


@pytest.fixture
def nothing_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")


@pytest.fixture(scope="module")
def read_scan() -> tuple[Document, list[tuple[int, int]]]:
    """The scanned plan, recognised once for all tests that look at the answer."""
    steps: list[tuple[int, int]] = []
    return read_document_slowly(SCAN, progress=lambda done, total: steps.append((done, total))), steps


def planned(text: str) -> PlanReading:
    path = Path(app.organisations.__file__).parent / "data" / "agencies.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        return read_plan(text, Directory.from_rows(csv.DictReader(stream)))


def picture(image: Image.Image, form: str = "PNG", **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def upper_half() -> Image.Image:
    with Image.open(PHOTO) as image:
        return image.crop((0, 0, image.width, image.height // 2))


def mixed() -> bytes:
    """Two pages with text, and the last page of the scan between them."""
    document = pdfium.PdfDocument(pdf_of([(72, 700, "One page of text")], [(72, 700, "The end")]))
    document.import_pages(pdfium.PdfDocument(SCAN), [2], index=1)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def refusal_of(data: bytes | Path, limits: Limits = Limits()) -> DocumentRefused:
    with pytest.raises(DocumentRefused) as refusal:
        read_document_slowly(data, "tệp", limits)
    return refusal.value


# -- what is read ---------------------------------------------------------------------------------------


@ocr
def test_a_scanned_plan_is_read_to_its_agencies_and_dates(read_scan: tuple[Document, object]) -> None:
    plan = planned(read_scan[0].text)
    assert (plan.number, plan.issued_on) == ("47/KH-UBND", date(2026, 2, 24))
    assert [(one.resolved, one.request) for one in plan.assignments] == [
        ("Các sở, ban, ngành tỉnh", False),
        ("Các hội, đoàn thể", False),
        ("Ủy ban nhân dân các xã, phường, thị trấn", False),
        ("Ủy ban Mặt trận Tổ quốc Việt Nam tỉnh", True),
    ]
    assert [(str(one.kind), one.due.day, one.due.month) for one in plan.reports] == [
        ("half_year", 15, 5),
        ("annual", 15, 12),
    ]
    assert [one[:28] for one in plan.registrations[0].to] == [
        "Sở Nông nghiệp và Môi trường",
        "Sở Nội vụ (Ban Thi đua - Khe",
    ]


@ocr
def test_a_scan_keeps_its_pages_and_says_that_it_was_recognised(
    read_scan: tuple[Document, list[object]],
) -> None:
    read, steps = read_scan
    assert [mark.number for mark in read.pages] == [1, 2, 3]
    assert read.page_of(read.text.index("KẾ HOẠCH")) == 1
    assert read.page_of(read.text.index("TỔ CHỨC THỰC HIỆN")) in (2, 3)
    assert steps == [(0, 3), (1, 3), (2, 3), (3, 3)]
    notice = next(notice for notice in read.warnings if notice.code == "recognised")
    assert notice.params["pages"] == "1-3"
    assert int(notice.params["confidence"]) > 85
    assert "ảnh quét" in notice.message("vi")


@ocr
def test_a_photographed_page_is_read() -> None:
    read = read_document_slowly(PHOTO)
    assert read.media_type == "image/jpeg"
    assert planned(read.text).number == "47/KH-UBND"
    assert not [notice for notice in read.warnings if notice.code == "other_extension"]


@ocr
@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_page_that_lies_on_its_side_is_turned_upright(turn: int) -> None:
    read = read_document_slowly(picture(upper_half().rotate(turn, expand=True)), "trang.png")
    assert planned(read.text).number == "47/KH-UBND"
    assert read.text.index("KẾ HOẠCH") < read.text.index("MỤC ĐÍCH")


@ocr
def test_the_pages_of_a_tiff_and_the_paper_behind_transparent_letters_are_read() -> None:
    with Image.open(PHOTO) as image:
        head = image.crop((0, 0, image.width, 330))
    clear = Image.new("RGBA", head.size)
    clear.putalpha(head.point(lambda value: 255 - value))  # black ink on nothing
    pages = picture(
        clear,
        "TIFF",
        save_all=True,
        append_images=[head.point(lambda value: 255 * (value > 140)).convert("1"), head.convert("RGB")],
    )
    read = read_document_slowly(pages, "ke-hoach.tif")
    assert [mark.number for mark in read.pages] == [1, 2, 3]
    assert read.text.count("47/KH-UBND") == 3


@ocr
def test_only_pages_without_text_are_recognised() -> None:
    steps: list[tuple[int, int]] = []
    read = read_document_slowly(mixed(), "a.pdf", progress=lambda *step: steps.append(step))
    assert steps == [(0, 1), (1, 1)]
    assert read.text.startswith("One page of text\n\n")
    assert read.text.endswith("\n\nThe end")
    assert read.page_of(read.text.index("Mặt trận Tổ quốc")) == 2
    assert [notice.params["pages"] for notice in read.warnings] == ["2"]


@ocr
def test_a_page_on_which_only_a_stamp_is_text_is_recognised() -> None:
    """The program that signs a scan digitally writes its stamp as text over the picture."""
    signed = first_page_with_text("Ky boi: UBND tinh Lam Giang 24.02.2026 15:04:11 +07:00")
    assert "Ky boi" in read_document_safely(signed, "a.pdf").text
    assert needs_background(signed, "a.pdf")
    assert planned(read_document_slowly(signed, "a.pdf").text).number == "47/KH-UBND"


@ocr
def test_letters_behind_a_scan_count_where_they_are_vietnamese() -> None:
    """Copiers put what they recognise behind the picture, often in English only."""
    foreign = first_page_with_text("UY BAN NHAN DAN TINH LAM GIANG phat dong phong trao thi dua " * 8)
    assert needs_background(foreign, "a.pdf")
    own = first_page_with_text("thông báo vê viêc hoàn thành các nôi dung, công tác tháng này " * 8)
    assert not needs_background(own, "a.pdf")


def first_page_with_text(words: str) -> bytes:
    """The first page of the scan with a line of text over its picture."""
    document = pdfium.PdfDocument(SCAN)
    page = document[0]
    line = raw.FPDFPageObj_NewTextObj(document, b"Helvetica", ctypes.c_float(8))
    letters = ctypes.create_string_buffer((words + "\0").encode("utf-16-le"))
    raw.FPDFText_SetText(line, ctypes.cast(letters, ctypes.POINTER(ctypes.c_ushort)))
    raw.FPDFPage_InsertObject(page, line)
    page.gen_content()
    for index in (2, 1):
        document.del_page(index)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def test_what_needs_no_other_program_is_read_at_once(nothing_installed: None) -> None:
    for source in (FIXTURES / "plan.pdf", b"<p>K\xe1\xba\xbf ho\xe1\xba\xa1ch</p>", "Kế hoạch".encode()):
        assert not needs_background(source)
        assert read_document_slowly(source) == read_document_safely(source)


# -- what is missing ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("path", "found"), [(SCAN, "PDF"), (PHOTO, "JPEG")])
def test_without_tesseract_a_scan_is_refused_with_what_to_do(
    path: Path, found: str, nothing_installed: None
) -> None:
    with pytest.raises(DocumentRefused) as asked:
        needs_background(path)
    refusal = refusal_of(path)
    assert refusal.code == asked.value.code == "ocr_missing"
    for language, words in (("vi", "quản trị viên"), ("en", "administrator")):
        assert {found, "tesseract-ocr-vie", ".docx", words} <= set(_words(refusal.message(language)))


def _words(sentence: str) -> set[str]:
    known = ("PDF", "JPEG", "tesseract-ocr-vie", ".docx", "quản trị viên", "administrator")
    return {word for word in known if word in sentence}


@ocr
def test_without_the_vietnamese_data_that_is_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TESSDATA_PREFIX", str(tmp_path))
    missing = ocr_available(tmp_path)
    assert missing is not None
    assert missing.what == "tesseract-ocr-vie"


def test_without_tesseract_the_text_pages_of_a_mixed_document_are_read(nothing_installed: None) -> None:
    read = read_document_slowly(mixed(), "a.pdf")
    assert read.text == "One page of text\n\nThe end"
    assert [(notice.code, notice.params["pages"]) for notice in read.warnings] == [
        ("pages_without_text", "2")
    ]


# -- limits and hostile files ---------------------------------------------------------------------------


@ocr
def test_nothing_is_left_on_disk_when_the_work_is_called_off(temporary: Path) -> None:
    class TakenBack(Exception):
        pass

    def take_back(done: int, total: int) -> None:
        assert list(temporary.iterdir())
        raise TakenBack

    with pytest.raises(TakenBack):
        read_document_slowly(PHOTO, progress=take_back)
    assert list(temporary.iterdir()) == []


@ocr
def test_a_page_that_takes_too_long_is_left_out_and_named() -> None:
    read = read_document_slowly(mixed(), "a.pdf", Limits(page_seconds=0.01))
    assert read.text == "One page of text\n\nThe end"
    assert [(notice.code, notice.params["pages"]) for notice in read.warnings] == [
        ("pages_not_recognised", "2")
    ]
    assert refusal_of(PHOTO, Limits(page_seconds=0.01)).code == "unreadable_scan"


@ocr
def test_all_pages_together_are_bounded_in_time_and_number() -> None:
    assert refusal_of(SCAN, Limits(slow_seconds=0)).code == "timeout"
    too_many = refusal_of(SCAN, Limits(max_ocr_pages=2))
    assert (too_many.code, too_many.params) == ("too_many_pages", {"pages": 3, "limit": 2})


@ocr
def test_a_picture_without_words_is_refused() -> None:
    white = picture(Image.new("L", (800, 600), "white"))
    assert refusal_of(white).code == "unreadable_scan"


def test_a_picture_is_never_unpacked_beyond_the_limit() -> None:
    bomb = picture(Image.new("1", (9_000, 9_000)))
    assert len(bomb) < 20_000
    assert refusal_of(bomb, replace(Limits(), max_picture_pixels=40_000_000)).code == "too_big"


def test_a_damaged_picture_is_refused_or_read_as_far_as_it_goes() -> None:
    whole = {
        "png": picture(upper_half()),
        "jpeg": PHOTO.read_bytes(),
        "tiff": picture(upper_half().convert("1"), "TIFF", compression="group4"),
    }
    assert TiffImagePlugin.WRITE_LIBTIFF is False
    for kind, data in whole.items():
        for seed in range(25):
            chance = random.Random(seed)
            broken = bytearray(data[: chance.randrange(20, len(data))] if seed % 2 else data)
            for _ in range(6):
                broken[chance.randrange(8, len(broken))] = chance.randrange(256)
            _survey_and_draw(kind, bytes(broken))


def test_a_damaged_scan_is_refused_or_drawn() -> None:
    data = SCAN.read_bytes()
    for seed in range(25):
        chance = random.Random(seed)
        broken = bytearray(data)
        for _ in range(12):
            broken[chance.randrange(8, len(broken))] = chance.randrange(256)
        _survey_and_draw("pdf", bytes(broken))


def _survey_and_draw(kind: str, data: bytes) -> None:
    limits = Limits(page_pixels=200_000)
    with tempfile.NamedTemporaryFile() as target:
        try:
            assert kind_of(data) == kind
            seen = scans.survey(kind, data, limits)
            for number in seen.scanned[:1]:
                assert scans.draw(kind, data, number, 0, Path(target.name), limits) > 0
                assert Path(target.name).read_bytes().startswith(b"P5")
        except DocumentRefused as refusal:
            assert refusal.code in {"damaged", "too_big", "encrypted", "too_many_pages"}


# -- the words and boxes of Tesseract -------------------------------------------------------------------

_HEADER = "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext\n"


def tsv_of(*lines: list[tuple[str, int, int, int]], width: int = 2480, height: int = 3508) -> str:
    """The TSV of a page at 300 dpi; each line is a list of (word, left, top, confidence), 60 by 30 pixels each."""
    rows = [f"1\t1\t0\t0\t0\t0\t0\t0\t{width}\t{height}\t-1\t"]
    for number, words in enumerate(lines, 1):
        for place, (word, left, top, sure) in enumerate(words, 1):
            rows.append(f"5\t1\t1\t1\t{number}\t{place}\t{left}\t{top}\t60\t30\t{sure}\t{word}")
    return _HEADER + "\n".join(rows) + "\n"


def test_a_tilted_sheet_is_made_level() -> None:
    tilt = 0.03  # 1.7 degrees: 60 pixels over the width of the page, more than a line is high
    words = [
        [("chữ", x, round(1000 + 50 * row + tilt * x), 95) for x in range(200, 2200, 70)] for row in range(4)
    ]
    page = read_tsv(tsv_of(*words), 300)
    assert len(page.lines) == 4
    assert all(line.top - line.bottom < 9 for line in page.lines)
    assert page.lines[0].left == pytest.approx(page.lines[3].left, abs=0.1 + 3 * 50 * tilt * 0.24)
    assert page.width == pytest.approx(595.2)


def test_specks_and_seals_are_dropped_and_bullets_stay() -> None:
    page = read_tsv(
        tsv_of(
            [("-", 100, 100, 80), ("Sở", 170, 100, 96), ("|", 240, 100, 12)],
            [("ỚŒ", 100, 200, 8), ("Ñ‡", 170, 200, 15)],
            [("~", 100, 300, 10)],
        ),
        300,
    )
    assert [line.text for line in page.lines] == ["- Sở"]
    assert (page.words, page.confidence) == (1, 96.0)


def test_half_an_answer_is_read_as_far_as_it_goes() -> None:
    whole = tsv_of([("Sở", 100, 100, 96)], [("Y", 100, 200, 96), ("tế", 170, 200, 96)])
    assert [line.text for line in read_tsv(whole[:-25], 300).lines] == ["Sở", "Y"]
    assert read_tsv("", 300).lines == read_tsv(_HEADER, 300).lines == []
