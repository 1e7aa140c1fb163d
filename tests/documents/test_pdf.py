"""PDF files with a text layer: printed by a browser (fixtures/) and made from our own bytes."""

from __future__ import annotations

import pytest

from app.documents import DocumentRefused, Limits, read_document
from app.documents.pdf_layout import sew
from tests.documents.make_fixtures import DUTY
from tests.documents.samples import FIXTURES, pdf_of


def lines(*texts: str, top: int = 700, left: int = 72) -> list[tuple[int, int, str]]:
    """Lines of a page, 18 points apart."""
    return [(left, top - 18 * index, text) for index, text in enumerate(texts)]


FULL = "This line of a paragraph is long enough to reach the right edge of the page"


def test_a_printed_plan_reads_like_its_source() -> None:
    read = read_document(FIXTURES / "plan.pdf")
    blocks = read.text.split("\n\n")
    assert read.media_type == "application/pdf"
    assert "KẾ HOẠCH" in blocks
    assert "Thực hiện Chương trình giảm nghèo bền vững năm 2026\ntrên địa bàn tỉnh Lam Giang" in blocks
    assert [block for block in blocks if DUTY in block] == [
        f"{mark} {DUTY}" for number in range(1, 9) for mark in (f"{number}.", "-")
    ]
    assert blocks.count("a) Việc ngắn.") == 8


def test_columns_of_head_and_foot_are_read_one_after_the_other() -> None:
    text = read_document(FIXTURES / "plan.pdf").text
    order = ["TỈNH LAM GIANG", "Số: 12/KH-UBND", "CỘNG HÒA XÃ HỘI", "Lam Giang, ngày 05", "KẾ HOẠCH"]
    assert [text.index(words) for words in order] == sorted(text.index(words) for words in order)
    foot = ["Nơi nhận:", "- Như trên;", "- Lưu: VT.", "TM. ỦY BAN NHÂN DÂN\nCHỦ TỊCH", "Đặng Quốc Thịnh"]
    assert [text.index(words) for words in foot] == sorted(text.index(words) for words in foot)


def test_page_numbers_and_running_feet_are_dropped() -> None:
    read = read_document(FIXTURES / "plan.pdf")
    assert "Văn bản nội bộ" not in read.text
    assert not [block for block in read.text.split("\n\n") if block.isdigit()]


def test_cells_of_a_table_row_are_divided_by_tabs() -> None:
    assert "STT\tNội dung\tHạn" in read_document(FIXTURES / "plan.pdf").text


def test_offsets_lead_back_to_pages() -> None:
    read = read_document(FIXTURES / "plan.pdf")
    assert [mark.number for mark in read.pages] == [1, 2, 3, 4]
    assert read.page_of(0) == 1
    assert read.page_of(read.text.index("Đặng Quốc Thịnh")) == 4


def test_lines_of_a_paragraph_join_and_short_lines_do_not() -> None:
    text = read_document(pdf_of(lines(FULL, FULL, "ends here.", "A new one")), "a.pdf").text
    assert text == f"{FULL} {FULL} ends here.\n\nA new one"


def test_a_sentence_that_runs_over_a_page_stays_one_and_its_second_half_has_the_next_page() -> None:
    read = read_document(pdf_of(lines(FULL, FULL), lines("goes on here.", "Next")), "a.pdf")
    assert read.text == f"{FULL} {FULL} goes on here.\n\nNext"
    assert read.page_of(read.text.index("goes on")) == 2


def test_items_start_paragraphs_even_after_full_lines() -> None:
    page = [*lines(FULL + ";"), (100, 682, "- " + FULL + ";"), (72, 664, "and on;"), (100, 646, "b) last")]
    assert read_document(pdf_of(page), "a.pdf").text.split("\n\n") == [
        FULL + ";", f"- {FULL}; and on;", "b) last",
    ]  # fmt: skip


def test_a_page_written_out_of_order_is_read_from_the_top() -> None:
    page = lines(*(f"line {number}" for number in range(12)))
    read = read_document(pdf_of(page[::-1]), "a.pdf")
    assert [block for block in read.text.split("\n\n") if block] == [f"line {number}" for number in range(12)]


def test_a_hyphen_stays_where_it_is_meant_and_goes_where_it_only_divided_a_word() -> None:
    assert sew("phát triển kinh tế-", "xã hội") == "phát triển kinh tế-xã hội"
    assert sew("công tác gi-", "ảm nghèo") == "công tác giảm nghèo"
    assert sew("Kế hoạch số 12/KH-", "UBND") == "Kế hoạch số 12/KH-UBND"
    assert sew("Lao động -", "Thương binh") == "Lao động - Thương binh"


def test_a_scan_is_refused_with_what_to_do() -> None:
    with pytest.raises(DocumentRefused) as refusal:
        read_document(FIXTURES / "scan.pdf")
    assert refusal.value.code == "no_text_layer"
    assert "OCR" in refusal.value.message("vi")
    assert "OCR" in refusal.value.message("en")


def test_pages_without_text_among_others_are_named() -> None:
    read = read_document(pdf_of(lines("one"), [], lines("three")), "a.pdf")
    assert [(notice.code, notice.params) for notice in read.warnings] == [
        ("pages_without_text", {"pages": "2"})
    ]
    assert read.page_of(read.text.index("three")) == 3


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (pdf_of([]), "empty"),
        (pdf_of(lines("secret"), password="mật khẩu".encode().hex()), "encrypted"),
        (pdf_of(lines("text"))[:200], "damaged"),
        (b"%PDF-1.7\nnothing follows", "damaged"),
    ],
)
def test_a_pdf_that_cannot_be_read_says_why(data: bytes, code: str) -> None:
    with pytest.raises(DocumentRefused) as refusal:
        read_document(data, "a.pdf")
    assert refusal.value.code == code


def test_a_pdf_that_is_only_locked_against_changes_is_read() -> None:
    assert read_document(pdf_of(lines("open text"), password=""), "a.pdf").text == "open text"


def test_too_many_pages_are_refused_before_they_are_read() -> None:
    with pytest.raises(DocumentRefused) as refusal:
        read_document(pdf_of(*[lines("x")] * 4), "a.pdf", Limits(max_pages=3))
    assert (refusal.value.code, refusal.value.params) == ("too_many_pages", {"pages": 4, "limit": 3})
