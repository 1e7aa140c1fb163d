"""Word documents: what a person reads is what comes out."""

from __future__ import annotations

import docx
import pytest
from docx.enum.text import WD_BREAK

from app.documents import DocumentRefused, Limits, read_document
from tests.documents.samples import W, add_text_box, docx_of, numbered, numbering, p, raw_docx, saved


def text_of(data: bytes) -> str:
    return read_document(data, "kế hoạch.docx").text


def test_paragraphs_come_in_order_and_are_divided_by_an_empty_line() -> None:
    assert (
        text_of(docx_of("KẾ HOẠCH", "", "I. MỤC ĐÍCH", "Giảm nghèo."))
        == "KẾ HOẠCH\n\nI. MỤC ĐÍCH\n\nGiảm nghèo."
    )


def test_letters_come_out_in_nfc_however_they_were_typed() -> None:
    assert (
        text_of(docx_of("Ủy ban nhân dân".replace("Ủ", "U\u0309").replace("â", "a\u0302")))
        == "Ủy ban nhân dân"
    )


def test_a_table_of_data_stays_where_it_stands_row_by_row() -> None:
    document = docx.Document()
    document.add_paragraph("Trước bảng")
    table = document.add_table(rows=0, cols=3)
    for row in (("STT", "Nội dung", "Hạn"), ("1", "Tập huấn\ncấp xã", "15/6"), ("2", "Rà soát", "10/12")):
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    document.add_paragraph("Sau bảng")
    assert text_of(saved(document)) == (
        "Trước bảng\n\nSTT\tNội dung\tHạn\n1\tTập huấn cấp xã\t15/6\n2\tRà soát\t10/12\n\nSau bảng"
    )


def test_the_head_of_a_document_is_read_column_by_column() -> None:
    document = docx.Document()
    left, right = document.add_table(rows=1, cols=2).rows[0].cells
    left.text = "ỦY BAN NHÂN DÂN\nTỈNH LAM GIANG"
    right.text = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
    assert text_of(saved(document)) == "ỦY BAN NHÂN DÂN\nTỈNH LAM GIANG\n\nCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"


def test_automatic_numbers_are_written_out() -> None:
    body = (
        numbered("MỤC TIÊU", 0) + numbered("Chung", 1) + numbered("Tăng thu nhập", 2) + numbered("Ý một", 3)
        + numbered("Giảm thiếu hụt", 2) + numbered("NỘI DUNG", 0) + numbered("Tuyên truyền", 1)
    )  # fmt: skip
    lists = numbering(("upperRoman", "%1."), ("decimal", "%2."), ("lowerLetter", "%3)"), ("bullet", "\uf02d"))
    assert text_of(raw_docx(body, numbering=lists)).split("\n\n") == [
        "I. MỤC TIÊU", "1. Chung", "a) Tăng thu nhập", "- Ý một", "b) Giảm thiếu hụt", "II. NỘI DUNG",
        "1. Tuyên truyền",
    ]  # fmt: skip


def test_numbers_of_several_levels_and_of_a_restarted_list() -> None:
    again = (
        '<w:num w:numId="2"><w:abstractNumId w:val="7"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/>'
        "</w:lvlOverride></w:num>"
    )
    lists = numbering(("decimal", "%1."), ("decimal", "%1.%2."), extra=again)
    body = numbered("Một", 0) + numbered("Con", 1) + numbered("Năm", 0, 2) + numbered("Sáu", 0, 2)
    assert text_of(raw_docx(body, numbering=lists)).split("\n\n") == [
        "1. Một",
        "1.1. Con",
        "5. Năm",
        "6. Sáu",
    ]


def test_a_number_can_come_from_the_style_and_be_switched_off() -> None:
    styles = (
        f'<w:styles {W}><w:style w:type="paragraph" w:styleId="Muc"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr>'
        "</w:pPr></w:style></w:styles>"
    )
    body = p("Có số", '<w:pStyle w:val="Muc"/>') + p(
        "Không số", '<w:pStyle w:val="Muc"/><w:numPr><w:numId w:val="0"/></w:numPr>'
    )
    data = raw_docx(
        body,
        numbering=numbering(
            ("decimal", "%1."),
        ),
        styles=styles,
    )
    assert text_of(data) == "1. Có số\n\nKhông số"


def test_tracked_changes_are_settled_and_said() -> None:
    body = (
        "<w:p><w:r><w:t>Trước ngày </w:t></w:r><w:del><w:r><w:delText>10/12</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>15/12</w:t></w:r></w:ins><w:r><w:t>.</w:t></w:r></w:p>"
        "<w:p><w:moveFrom><w:r><w:t>đoạn cũ</w:t></w:r></w:moveFrom>"
        "<w:moveTo><w:r><w:t>đoạn chuyển</w:t></w:r></w:moveTo></w:p>"
    )
    document = read_document(raw_docx(body), "a.docx")
    assert document.text == "Trước ngày 15/12.\n\nđoạn chuyển"
    assert [notice.code for notice in document.warnings] == ["tracked_changes"]
    assert "phần xóa được bỏ" in document.warnings[0].message("vi")


def test_a_text_box_is_read_once_after_its_paragraph() -> None:
    document = docx.Document()
    add_text_box(document.add_paragraph("Đoạn neo"), "Trong hộp")
    document.add_paragraph("Đoạn sau")
    assert text_of(saved(document)) == "Đoạn neo\n\nTrong hộp\n\nĐoạn sau"


def test_footnotes_come_at_the_end_and_headers_not_at_all() -> None:
    notes = (
        f'<w:footnotes {W}><w:footnote w:type="separator" w:id="-1">{p("vạch")}</w:footnote>'
        f'<w:footnote w:id="1">{p("Theo chuẩn nghèo mới.")}</w:footnote></w:footnotes>'
    )
    body = '<w:p><w:r><w:t>Hộ nghèo</w:t></w:r><w:r><w:footnoteReference w:id="1"/></w:r></w:p>'
    data = raw_docx(body, footnotes=notes, header1=f"<w:hdr {W}>{p('Trang đầu')}</w:hdr>")
    assert text_of(data) == "Hộ nghèo\n\n[1] Theo chuẩn nghèo mới."


def test_page_breaks_are_marks_that_lead_back_from_an_offset() -> None:
    document = docx.Document()
    document.add_paragraph("Trang một")
    document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
    document.add_paragraph("Trang hai")
    last = document.add_paragraph("Trang ba")
    last.paragraph_format.page_break_before = True
    read = read_document(saved(document), "a.docx")
    assert read.text == "Trang một\n\nTrang hai\n\nTrang ba"
    assert [read.page_of(read.text.index(word)) for word in ("một", "hai", "ba")] == [1, 2, 3]
    assert [read.text[mark.offset :][:9] for mark in read.pages] == ["Trang một", "Trang hai", "Trang ba"]


def test_a_page_that_ends_inside_a_sentence_does_not_cut_it() -> None:
    body = "<w:p><w:r><w:t>tháo gỡ </w:t><w:lastRenderedPageBreak/><w:t>khó khăn</w:t></w:r></w:p>"
    read = read_document(raw_docx(body), "a.docx")
    assert read.text == "tháo gỡ khó khăn"
    assert read.page_of(read.text.index("khó")) == 2


def test_hidden_text_field_codes_and_capitals_by_format() -> None:
    body = (
        "<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>ẩn</w:t></w:r><w:r><w:instrText>PAGE</w:instrText></w:r>"
        "<w:r><w:rPr><w:caps/></w:rPr><w:t>Tổ chức thực hiện</w:t></w:r></w:p>"
    )
    assert text_of(raw_docx(body)) == "TỔ CHỨC THỰC HIỆN"


def test_letters_of_old_fonts_are_converted_by_the_name_of_the_font() -> None:
    def run(font: str, text: str) -> str:
        return f'<w:r><w:rPr><w:rFonts w:ascii="{font}"/></w:rPr><w:t>{text}</w:t></w:r>'

    body = f"<w:p>{run('.VnTimeH', 'kÕ ho¹ch')}{run('.VnTime', ' gi¶m nghÌo')}{run('VNI-Times', ' beàn vöõng')}</w:p>"
    read = read_document(raw_docx(body), "a.docx")
    assert read.text == "KẾ HOẠCH giảm nghèo bền vững"
    assert {notice.params["encoding"] for notice in read.warnings} == {"TCVN3", "VNI"}


def test_content_controls_and_merged_cells_lose_nothing() -> None:
    body = (
        f"<w:sdt><w:sdtContent>{p('Trong khung')}</w:sdtContent></w:sdt><w:tbl>"
        f'<w:tr><w:tc><w:tcPr><w:vMerge w:val="restart"/></w:tcPr>{p("Sở Y tế")}</w:tc><w:tc>{p("a")}</w:tc>'
        f"<w:tc>{p('b')}</w:tc></w:tr>"
        f"<w:tr><w:tc><w:tcPr><w:vMerge/></w:tcPr>{p('')}</w:tc><w:tc>{p('c')}</w:tc><w:tc>{p('d')}</w:tc></w:tr></w:tbl>"
    )
    assert text_of(raw_docx(body)) == "Trong khung\n\nSở Y tế\ta\tb\n\tc\td"


def test_too_many_pages_are_refused() -> None:
    body = "".join(p(f"Trang {number}", "<w:pageBreakBefore/>") for number in range(5))
    with pytest.raises(DocumentRefused) as refusal:
        read_document(raw_docx(body), "a.docx", Limits(max_pages=3))
    assert refusal.value.code == "too_many_pages"
    assert "5 trang" in refusal.value.message("vi")
