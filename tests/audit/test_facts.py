"""What stood before and after an act, as people read it."""

from __future__ import annotations

import pytest

from app.audit.facts import changes, value_of


@pytest.fixture(autouse=True)
def page(app):
    with app.test_request_context("/"):
        yield


def test_only_what_changed_is_told():
    before = {"title": "Báo cáo tháng", "due": {"day": 20, "month": None, "qualifier": "before", "text": ""}}
    after = {"title": "Báo cáo tháng", "due": {"day": 25, "month": 6, "qualifier": "before", "text": ""}}
    assert list(changes(before, after)) == [("thời hạn", "ngày 20", "ngày 25, tháng 6")]
    before["due"]["text"] = "trước ngày 20 hằng tháng"
    assert list(changes(before, before | {"due": None})) == [
        ("thời hạn", "trước ngày 20 hằng tháng", "để trống")
    ]


def test_codes_mean_what_their_name_makes_of_them():
    assert value_of("plan", "accrual") == "từ đầu kế hoạch"
    assert value_of("plan", "scope") == "một kế hoạch"
    assert list(changes(None, {"position": 3})) == [("thứ tự", None, "3")]
    assert list(changes(None, {"position": "Trưởng phòng"})) == [("chức vụ", None, "Trưởng phòng")]
    assert value_of("head", "role") == value_of("head", "audience") == "lãnh đạo cơ quan"
    assert value_of("head", "note") == "head"  # a person's own words


def test_fingerprints_and_numbers_of_rows_are_counted():
    assert value_of(["a" * 64, "b" * 64], "files") == "2"
    assert value_of([[17, "2026-11-25"]], "moved") == "1"
    assert value_of({"3": "12,5", "4": "7"}, "figures") == "12,5, 7"
    assert value_of(["Sở Y tế", "Sở Nội vụ"], "agencies") == "Sở Y tế, Sở Nội vụ"


def test_what_is_kept_for_machines_is_not_shown():
    assert list(changes(None, {"sha256": "a" * 64, "file": "ke-hoach.docx"})) == [
        ("tệp", None, "ke-hoach.docx")
    ]
