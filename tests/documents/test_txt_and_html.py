"""Plain text in every encoding that Vietnamese offices have used, and pages saved from law portals."""

from __future__ import annotations

import unicodedata

import pytest

from app.documents import read_document

TEXT = (
    "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc\n\n"
    "Ủy ban nhân dân tỉnh yêu cầu các sở, ngành báo cáo trước ngày 15/6 hằng năm; đề nghị Mặt trận phối hợp."
)
# «Độc lập - Tự do - Hạnh phúc», «Kế hoạch giảm nghèo bền vững của tỉnh» as the old programs stored them
TCVN3 = "§éc lËp - Tù do - H¹nh phóc\nKÕ ho¹ch gi¶m nghÌo bÒn v÷ng cña tØnh\nKÕ HO¹CH Tæ CHøC THùC HIÖN"
VNI = "Ñoäc laäp - Töï do - Haïnh phuùc\nKeá hoaïch giaûm ngheøo beàn vöõng cuûa tænh\nTOÅ CHÖÙC THÖÏC HIEÄN"
PLAIN = "Độc lập - Tự do - Hạnh phúc\nKế hoạch giảm nghèo bền vững của tỉnh\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_unicode_text_is_read_in_every_form(encoding: str) -> None:
    read = read_document(TEXT.encode(encoding), "a.txt")
    assert (read.text, read.warnings, read.media_type) == (TEXT, (), "text/plain")


def test_decomposed_text_becomes_nfc_and_windows_line_ends_become_one() -> None:
    data = unicodedata.normalize("NFD", TEXT).replace("\n", "\r\n").encode()
    assert read_document(data, "a.txt").text == TEXT


def test_windows_1258_is_recognised() -> None:
    tones = {"\u0300", "\u0301", "\u0303", "\u0309", "\u0323"}
    spelled = ""
    for char in TEXT:  # cp1258 has â, ă, ê, ô, ơ, ư, đ as letters, and the five tones as marks behind them
        parts = unicodedata.normalize("NFD", char)
        kept = "".join(part for part in parts if part not in tones)
        spelled += unicodedata.normalize("NFC", kept) + "".join(part for part in parts if part in tones)
    assert read_document(spelled.encode("cp1258"), "a.txt").text == TEXT


@pytest.mark.parametrize(
    ("old", "name", "last"),
    [(TCVN3, "TCVN3", "KẾ HOẠCH TỔ CHỨC THỰC HIỆN"), (VNI, "VNI", "TỔ CHỨC THỰC HIỆN")],
)
@pytest.mark.parametrize("encoding", ["cp1252", "utf-8"])
def test_tcvn3_and_vni_are_converted_and_said(old: str, name: str, last: str, encoding: str) -> None:
    read = read_document(old.encode(encoding), "a.txt")
    assert read.text == PLAIN + last
    assert [(notice.code, notice.params["encoding"]) for notice in read.warnings] == [("converted", name)]


def test_french_is_not_taken_for_old_vietnamese() -> None:
    text = "Le comité a décidé que les régions décrivent leurs activités à l'été, dès réception."
    assert read_document(text.encode(), "a.txt").text == text


def test_a_form_feed_is_a_page_break() -> None:
    read = read_document("Trang một\n\fTrang hai\n\fTrang ba".encode(), "a.txt")
    assert read.text == "Trang một\nTrang hai\nTrang ba"
    assert read.page_of(read.text.index("ba")) == 3
    assert read.page_of(10**6) == 3


def test_a_text_keeps_its_lines_as_they_stand() -> None:
    text = "5. Sở Thông tin và\nTruyền thông\n\n\n  a) Việc\tmột \n"
    assert read_document(text.encode(), "004.txt").text == text


PAGE = """<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><title>Trang luật</title>
<script>alert("x")</script><style>p{color:red}</style></head><body>
<div id="menu-top"><a href="/">Trang chủ</a> | Văn bản</div>
<form id="aspnetForm"><div class="content1">
<table><tr><td>ỦY BAN NHÂN DÂN<br>TỈNH LAM GIANG</td><td><b>CỘNG HÒA XÃ HỘI<br>CHỦ NGHĨA VIỆT NAM</b></td></tr></table>
<p align="center"><b>KẾ HOẠCH</b><br>Giảm nghèo&nbsp;bền vững</p>
<p>1. <i>Sở Y tế</i> khám,
   chữa bệnh.</p><ol type="a"><li>Việc một</li><li><p>Việc hai</p></li></ol><ul><li>Gạch</li></ul>
<table><tr><th>STT</th><th>Tên</th><th>Hạn</th></tr><tr><td>1</td><td>Báo <b>cáo</b></td><td>15/6</td></tr></table>
<p style="display: none">ẩn</p><!-- ghi chú --></div></form>
<div class="comment-list"><p>Viết một bình luận</p></div><footer>Liên hệ</footer></body></html>"""


def test_the_main_text_of_a_saved_page_without_its_furniture() -> None:
    read = read_document(PAGE.encode(), "luat.html")
    assert read.media_type == "text/html"
    assert read.text.replace("\xa0", " ").split("\n\n") == [
        "ỦY BAN NHÂN DÂN\nTỈNH LAM GIANG", "CỘNG HÒA XÃ HỘI\nCHỦ NGHĨA VIỆT NAM",
        "KẾ HOẠCH\nGiảm nghèo bền vững", "1. Sở Y tế khám, chữa bệnh.", "a) Việc một", "b) Việc hai", "- Gạch",
        "STT\tTên\tHạn\n1\tBáo cáo\t15/6",
    ]  # fmt: skip


def test_a_page_in_utf_16_and_a_page_with_an_xml_line() -> None:
    for data in (PAGE.encode("utf-16"), b'<?xml version="1.0" encoding="utf-8"?>' + PAGE.encode()):
        assert "Sở Y tế khám, chữa bệnh." in read_document(data, "a.htm").text


def test_an_old_page_in_tcvn3_is_converted() -> None:
    page = f'<html><meta charset="windows-1252"><body><p>{TCVN3.splitlines()[1]}</p></body></html>'
    assert read_document(page.encode("cp1252"), "a.html").text == PLAIN.splitlines()[1]


def test_furniture_words_in_the_wrapper_of_the_whole_page_drop_nothing() -> None:
    page = "<html><body><div class='banner-page'><p>Toàn văn kế hoạch của tỉnh</p></div></body></html>"
    assert read_document(page.encode(), "a.html").text == "Toàn văn kế hoạch của tỉnh"
