"""Small parts of the reader: text, names and their agencies, warnings in words, marks in the source."""

from __future__ import annotations

import csv
import string
from datetime import date

import pytest

from app.planreader import (
    Directory,
    Entry,
    Successor,
    find_classification,
    fold,
    message,
    read_plan,
    reading_as_dict,
)
from app.planreader.annotate import Mark, Segment, segments, sentence_around
from app.planreader.messages import MESSAGES
from app.planreader.resolve import level_of, resolve
from app.planreader.text import clean
from tools.reader_corpus import AGENCIES

# -- text ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "spelling",
    [
        "Sở Lao động - Thương binh và Xã hội",
        "Sở Lao động–Thương binh & Xã hội",
        "SỞ LAO ĐỘNG -THƯƠNG BINH VÀ XÃ HỘI",
    ],
)
def test_spellings_of_one_name_have_one_search_key(spelling: str) -> None:
    assert fold(spelling) == "so lao dong-thuong binh va xa hoi"


def test_both_placements_of_the_tone_mark_have_one_search_key() -> None:
    assert fold("Uỷ ban, Văn hoá") == fold("Ủy ban, Văn hóa")


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("**1. Sở Y tế**", "1. Sở Y tế"),
        ("**2.**** **Giao", "2. Giao"),
        ("* Hạt Kiểm lâm:", "• Hạt Kiểm lâm:"),
        ("*nghiêng* và _đậm_ tệp_tin", "nghiêng và đậm tệp_tin"),
        ("## IV. TỔ CHỨC", " IV. TỔ CHỨC"),
        ("văn bản có liên quan[1];", "văn bản có liên quan;"),
        ("một\r\nhai\rba", "một\nhai\nba"),
        ("a\u00a0b\u200bc", "a bc"),
        ("To\u0302\u0309 chu\u031b\u0301c", "Tổ chức"),
        ("Uỷ ban nhân dân, quỹ", "Ủy ban nhân dân, quỹ"),
        ("Dòng một<br/>Dòng <b>hai</b>", "Dòng một\nDòng hai"),
        ("5 < 7 &nbsp;và 8 > 6", "5 < 7  và 8 > 6"),
    ],
)
def test_cleaning_takes_away_what_is_no_text(source: str, text: str) -> None:
    assert clean(source).text == text


def test_a_cleaned_word_leads_back_to_the_source() -> None:
    source = "**1. Sở** Y te\u0302\u0301:\r\n- Chủ trì"
    passage = clean(source)
    at = passage.text.index("Y tế")
    start, end = passage.span(at, at + 4)
    assert source[start:end] == "Y te\u0302\u0301"


# -- names and agencies ----------------------------------------------------------------------------------

OLD = Entry("Sở Giao thông vận tải", ("Sở GTVT",), "province", "department", None, date(2025, 2, 28),
            (Successor("Sở Xây dựng", date(2025, 3, 1)),))  # fmt: skip
NEW = Entry("Sở Xây dựng", (), "province", "department")
ROOM_OLD = Entry("Phòng Kinh tế", (), "district", "department", None, date(2025, 6, 30))
ROOM_NEW = Entry("Phòng Kinh tế", (), "commune", "department", date(2025, 7, 1))
COMMUNES = Entry(
    "Ủy ban nhân dân các xã, phường, thị trấn", (), "commune", "group", is_group=True, members=16
)
SMALL = Directory.of([OLD, NEW, ROOM_OLD, ROOM_NEW, COMMUNES])


@pytest.mark.parametrize(
    "name",
    [
        "Sở Giao thông vận tải",
        "sở giao thông vận tải",
        "Sở GTVT",
        "Sở Giao thông vận tải tỉnh",
        "Sở GTVT tỉnh Hòa An",
    ],
)
def test_a_name_resolves_through_aliases_and_without_its_place(name: str) -> None:
    assert resolve(name, SMALL, date(2022, 5, 1)).resolved == "Sở Giao thông vận tải"


def test_an_agency_that_was_merged_shows_who_holds_its_work_today() -> None:
    found = resolve("Sở GTVT", SMALL, date(2022, 5, 1))
    assert [s.name for s in found.today] == ["Sở Xây dựng"]


def test_two_agencies_of_one_name_are_told_apart_by_the_day() -> None:
    before = resolve("Phòng Kinh tế", SMALL, date(2022, 5, 1)).entry
    after = resolve("Phòng Kinh tế", SMALL, date(2026, 5, 1)).entry
    assert (before, after) == (ROOM_OLD, ROOM_NEW)


def test_two_candidates_are_never_guessed_between() -> None:
    found = resolve("Phòng Kinh tế", SMALL)
    assert found.resolved is None
    assert found.candidates == ("Phòng Kinh tế (district)", "Phòng Kinh tế (commune)")


def test_a_name_that_is_only_alike_is_a_candidate() -> None:
    found = resolve("Sở Giao thông vận tảy", SMALL)
    assert found.resolved is None
    assert found.candidates == ("Sở Giao thông vận tải",)


@pytest.mark.parametrize("name", ["UBND các xã", "UBND 16 phường, xã", "Ủy ban nhân dân xã, phường"])
def test_a_phrase_for_all_communes_is_their_group(name: str) -> None:
    assert resolve(name, SMALL).entry is COMMUNES


def test_a_wrong_number_of_members_is_a_warning() -> None:
    text = "IV. TỔ CHỨC THỰC HIỆN\n1. UBND 12 xã, phường: Rà soát.\n2. Sở Xây dựng: Hướng dẫn.\n"
    found = [w for w in read_plan(text, SMALL).warnings if w.code == "group_count"]
    assert [w.params["stated"] for w in found] == [12]
    assert found[0].params["found"] == 16


@pytest.mark.parametrize(
    ("issuer", "level"),
    [
        ("Ủy ban nhân dân tỉnh Hòa An", "province"),
        ("Ủy ban nhân dân thành phố Cần Thơ", "province"),
        ("Ủy ban nhân dân thành phố Tam Kỳ", "district"),
        ("Ủy ban nhân dân huyện Đông Giang", "district"),
        ("Ủy ban nhân dân phường Bảo An", "commune"),
        ("Bộ Y tế", "central"),
        (None, ""),
    ],
)
def test_the_level_follows_from_the_issuer(issuer: str | None, level: str) -> None:
    assert level_of(issuer) == level


def test_the_starting_directory_is_sound() -> None:
    with AGENCIES.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    directory = Directory.from_rows(rows)
    assert len(directory.entries) > 150
    names = {entry.name for entry in directory.entries}
    for entry in directory.entries:
        assert {s.name for s in entry.successors} <= names
        assert entry.valid_from is None or entry.valid_to is None or entry.valid_from <= entry.valid_to
    spelled = [fold(alias) for entry in directory.entries for alias in entry.aliases]
    assert len(spelled) == len(set(spelled))


# -- warnings and secrecy --------------------------------------------------------------------------------


def test_every_warning_speaks_both_languages_with_the_same_parameters() -> None:
    for code, sentences in MESSAGES.items():
        fields = [{f for _, f, _, _ in string.Formatter().parse(s) if f} for s in sentences.values()]
        assert set(sentences) == {"vi", "en"}, code
        assert fields[0] == fields[1], code


def test_a_warning_is_told_with_its_words() -> None:
    assert message("group_count", "vi", name="UBND 12 xã", stated=12, found=16) == (
        "«UBND 12 xã» ghi 12 đơn vị, danh bạ có 16."
    )
    assert message("a newer code") == "a newer code"


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("MẬT\n\nKẾ HOẠCH", "Mật"),
        ("UBND TỈNH\nTỐI MẬT\nSố: 1/KH", "Tối mật"),
        ("Độ mật: Tuyệt mật", "Tuyệt mật"),
        ("Bảo vệ bí mật nhà nước", None),
        ("KẾ HOẠCH\nVề độ mật của văn bản", None),
    ],
)
def test_a_mark_of_secrecy_is_found_only_where_it_stands_alone(text: str, level: str | None) -> None:
    assert find_classification(text) == level


# -- marks in the source ---------------------------------------------------------------------------------


def test_nested_and_overlapping_marks_become_segments() -> None:
    assert segments("Sở Y tế báo cáo", [Mark(0, 7, "agency", "a1"), Mark(0, 15, "duty", "d1")]) == [
        Segment(0, 7, ("agency", "duty"), ("a1", "d1")),
        Segment(7, 15, ("duty",), ("d1",)),
    ]


def test_the_sentence_around_a_span_is_the_one_that_holds_it() -> None:
    text = "Theo dõi chung. Báo cáo trước ngày 15/6; kiểm tra."
    at = text.index("15/6")
    left, right = sentence_around(text, (at, at + 4))
    assert text[left:right] == "Báo cáo trước ngày 15/6;"


# -- the contract ----------------------------------------------------------------------------------------


def test_the_json_of_a_reading_has_the_agreed_shape(directory: Directory) -> None:
    text = "Số: 7/KH-UBND\nIV. TỔ CHỨC THỰC HIỆN\n1. Sở Y tế: Báo cáo UBND tỉnh trước ngày 15/6/2024.\n"
    read = reading_as_dict(read_plan(text, directory), source_name="a.txt", pages=2)
    assert list(read) == [
        "source", "number", "issued_on", "issuer", "title", "period", "signer", "basis", "assignments", "reports",
        "registrations", "awards", "components", "other_deadlines", "recipients", "unread", "warnings",
    ]  # fmt: skip
    assert read["source"] == {"name": "a.txt", "pages": 2, "characters": len(text)}
    assert set(read["assignments"][0]) == {"agency", "resolved", "request", "section", "span", "duties"}
    assert set(read["assignments"][0]["duties"][0]) == {"text", "span", "role", "supports", "due"}
    assert set(read["reports"][0]) == {
        "kind", "day", "month", "quarter", "year", "qualifier", "text", "span", "reporters", "to", "via",
    }  # fmt: skip


def test_a_day_known_to_a_person_stands_in_for_a_missing_one(directory: Directory) -> None:
    text = "Ninh Hòa, ngày     tháng 5 năm 2021\n\nKẾ HOẠCH\nGiảm nghèo năm 2021\n"
    assert read_plan(text, directory).issued_on is None
    assert read_plan(text, directory, issued_on=date(2021, 5, 20)).issued_on == date(2021, 5, 20)
