"""Letters and tables: what is written can be read back, and looks as Nghị định 30/2020/NĐ-CP asks."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import docx
import openpyxl
import pytest
from docx.oxml.ns import qn

from app.documents import letters, read_document, sheets

HEAD = letters.Head(
    superior="Ủy ban nhân dân tỉnh Lam Giang",
    issuer="Sở Nông nghiệp và Môi trường",
    number_line=letters.number_line("SNNMT-VPĐP"),
    date_line=letters.date_line("Lam Giang", None, 2026),
    about="V/v đôn đốc gửi báo cáo năm 2026",
)
SIGNATURE = letters.Signature(("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"), "Võ Thị Lan")


def letter(**changes: Any) -> bytes:
    facts: dict[str, Any] = {
        "head": HEAD, "signature": SIGNATURE, "recipients": ["Như trên", "Lưu: VT, VPĐP"],
        "plan": letters.Citation("25/KH-UBND", date(2026, 1, 20), "Ủy ban nhân dân tỉnh", "giảm nghèo bền vững"),
        "report": "báo cáo năm 2026", "plan_words": "trước ngày 15 tháng 11", "due_on": date(2026, 11, 16),
        "as_of": date(2026, 11, 23), "addressees": ["Sở Y tế", "Ủy ban nhân dân xã Kim Điền"],
        "new_due_on": date(2026, 11, 30), "receiver": "Sở Nông nghiệp và Môi trường", "contact": "Văn phòng điều phối",
    }  # fmt: skip
    return letters.urging_letter(**facts | changes)


def test_an_urging_letter_names_plan_deadline_debtors_and_new_day() -> None:
    text = read_document(letter(), "a.docx").text
    for words in (
        "SỞ NÔNG NGHIỆP VÀ MÔI TRƯỜNG", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Số:          /SNNMT-VPĐP", "V/v đôn đốc",
        "ngày       tháng       năm 2026", "Kính gửi:", "- Sở Y tế;", "- Ủy ban nhân dân xã Kim Điền.",
        "Kế hoạch số 25/KH-UBND ngày 20/01/2026 của Ủy ban nhân dân tỉnh về giảm nghèo bền vững",
        "trước ngày 15 tháng 11 (hạn cuối 16/11/2026)", "Đến ngày 23/11/2026", "chậm nhất ngày 30/11/2026",
        "Yêu cầu các cơ quan", "./.", "Nơi nhận:", "- Như trên;", "- Lưu: VT, VPĐP.", "KT. GIÁM ĐỐC", "Võ Thị Lan",
    ):  # fmt: skip
        assert words in text


def test_a_letter_to_bodies_that_are_not_commanded_asks_and_never_orders() -> None:
    text = read_document(letter(requested=True, addressees=["Hội Nông dân tỉnh"]), "a.docx").text
    assert "Kính gửi: Hội Nông dân tỉnh." in text
    assert "đề nghị" in text
    assert "yêu cầu" not in text.lower()


def test_a_letter_without_addressee_is_an_error() -> None:
    with pytest.raises(ValueError, match="addressee"):
        letter(addressees=[])


def test_the_page_follows_the_decree() -> None:
    section = docx.Document(io.BytesIO(letter())).sections[0]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    assert 19.9 <= section.top_margin.mm <= 25.1
    assert 19.9 <= section.bottom_margin.mm <= 25.1
    assert 29.9 <= section.left_margin.mm <= 35
    assert 14.9 <= section.right_margin.mm <= 20
    assert section.different_first_page_header_footer
    document = docx.Document(io.BytesIO(letter()))
    assert document.styles["Normal"].font.name == "Times New Roman"
    assert 13 <= document.styles["Normal"].font.size.pt <= 14
    assert "PAGE" in section.header._element.xml


def test_the_file_names_its_issuer_and_its_subject() -> None:
    properties = docx.Document(io.BytesIO(letter())).core_properties
    assert (properties.author, properties.title) == (HEAD.issuer, HEAD.about)


def test_properties_of_paragraphs_stand_in_the_order_of_the_schema() -> None:
    order = ["keepNext", "pageBreakBefore", "pBdr", "spacing", "ind", "jc"]
    document = docx.Document(io.BytesIO(letter()))
    for paragraph in document.element.body.iter(qn("w:p")):
        properties = paragraph.find(qn("w:pPr"))
        names = [child.tag.split("}")[1] for child in (properties if properties is not None else ())]
        known = [name for name in names if name in order]
        assert known == sorted(known, key=order.index)


def test_equal_arguments_give_equal_bytes() -> None:
    assert letter() == letter()


@pytest.mark.parametrize(
    ("day", "line"),
    [
        (date(2026, 2, 5), "Lam Giang, ngày 05 tháng 02 năm 2026"),
        (date(2026, 3, 15), "Lam Giang, ngày 15 tháng 3 năm 2026"),
        (date(2026, 12, 9), "Lam Giang, ngày 09 tháng 12 năm 2026"),
    ],
)
def test_days_below_ten_and_the_first_two_months_take_a_zero(day: date, line: str) -> None:
    assert letters.date_line("Lam Giang", day) == line


def test_numbers_below_ten_take_a_zero() -> None:
    assert letters.number_line("KH-UBND", 7) == "Số: 07/KH-UBND"
    assert letters.number_line("KH-UBND", 148) == "Số: 148/KH-UBND"


def test_a_plan_carries_headings_leads_tables_and_an_appendix() -> None:
    data = letters.plan_document(
        HEAD,
        ["Dòng một", "dòng hai"],
        [letters.Heading("I. MỤC ĐÍCH"), letters.Text("khám bệnh.", lead="1. Sở Y tế:")],
        SIGNATURE,
        ["Lưu: VT"],
        after=[
            letters.Appendix("PHỤ LỤC", "(Kèm theo Kế hoạch)"),
            letters.Table(("STT", "Tên", "Vốn"), (("1", "Dự án 1", "9.200"),)),
        ],
    )
    read = read_document(data, "a.docx")
    assert "KẾ HOẠCH\n\nDòng một\ndòng hai" in read.text
    assert "1. Sở Y tế: khám bệnh." in read.text
    assert "STT\tTên\tVốn\n1\tDự án 1\t9.200" in read.text
    assert read.page_of(read.text.index("PHỤ LỤC")) == read.page_of(0) + 1


def sheet(*rows: tuple[Any, ...], **options: Any) -> Any:
    columns = ["Cơ quan", "Hạn", sheets.Column("Số ngày", 10)]
    return openpyxl.load_workbook(
        io.BytesIO(sheets.write_table("Việc quá hạn", columns, rows, **options))
    ).active


def test_days_and_numbers_keep_their_types() -> None:
    made = sheet(("Sở Y tế", date(2026, 11, 14), 9), ("Sở Nội vụ", None, Decimal("1.5")))
    assert made["A1"].value == "Việc quá hạn"
    assert [cell.value for cell in made[3]] == ["Cơ quan", "Hạn", "Số ngày"]
    assert (made["B4"].value, made["B4"].number_format) == (datetime(2026, 11, 14), "dd/mm/yyyy")  # noqa: DTZ001
    assert (made["C4"].value, made["C5"].value, made["B5"].value) == (9, 1.5, None)


def test_the_header_is_bold_stays_in_view_and_filters() -> None:
    made = sheet(("Sở Y tế", date(2026, 11, 14), 9), notes=["Tại ngày 23/11/2026"])
    assert made["A2"].value == "Tại ngày 23/11/2026"
    assert made["A4"].font.bold
    assert (made.freeze_panes, made.auto_filter.ref) == ("A5", "A4:C5")
    assert made.print_title_rows == "$4:$4"
    assert made.column_dimensions["C"].width == 10


@pytest.mark.parametrize("text", ["=1+1", "+84", "-5 việc", "@SUM(A1)", '=HYPERLINK("http://x")'])
def test_text_never_becomes_a_formula(text: str) -> None:
    cell = sheet((text, None, None))["A4"]
    assert (cell.value, cell.data_type, cell.quotePrefix) == (text, "s", True)


def test_words_for_yes_and_no_and_characters_that_a_sheet_cannot_hold() -> None:
    made = sheet(("a\x0bb", True, False), sheet_name="Quá hạn: [tháng 11/2026] của mọi cơ quan")
    assert [cell.value for cell in made[4]] == ["ab", "Có", "Không"]
    assert len(made.title) <= 31


def test_an_instant_and_a_row_of_another_length_are_errors() -> None:
    with pytest.raises(TypeError, match="time zone"):
        sheet((datetime(2026, 11, 14, tzinfo=UTC), None, None))
    with pytest.raises(ValueError, match="2 values for 3 columns"):
        sheet(("a", "b"))


def test_a_table_without_rows_has_its_header() -> None:
    assert [cell.value for cell in sheet()[3]] == ["Cơ quan", "Hạn", "Số ngày"]
