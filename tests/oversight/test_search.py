"""One box finds plans, obligations and agencies, and shows nobody more than they may see."""

from __future__ import annotations

import pytest

from app.oversight.search import search
from tests.conftest import both_engines
from tests.make import make_obligation, make_plan


@pytest.fixture
def plan(cast):
    return make_plan(cast, number="187/KH-UBND", title="Kế hoạch giảm nghèo bền vững")


@both_engines
@pytest.mark.parametrize("q", ["giam ngheo", "GIẢM NGHÈO", "187", "nghèo 187"])
def test_plans_and_their_obligations_are_found_without_diacritics(cast, plan, q):
    made = make_obligation(plan, cast.health)
    found = search(cast.toan, q)
    assert list(found.plans) == [plan] and list(found.obligations) == [made]


@both_engines
def test_obligations_are_found_by_their_agency_and_by_their_title(cast, plan):
    made = make_obligation(plan, cast.health, title="Danh sách hộ sửa nhà")
    assert list(search(cast.toan, "so y te").obligations) == [made]
    assert list(search(cast.toan, "Hộ sửa").obligations) == [made]
    assert [agency.name for agency in search(cast.toan, "so y te").agencies] == ["Sở Y tế"]


def test_nobody_finds_what_they_may_not_see(cast, plan):
    make_obligation(plan, cast.health, title="Danh sách hộ sửa nhà")
    for person in (cast.tam, cast.outsider, cast.khoa, cast.ha, cast.binh):
        found = search(person, "sửa nhà")
        assert (found.plan_count, found.obligation_count) == (0, 0)
    assert search(cast.hanh, "sửa nhà").obligation_count == 1


def test_signs_of_like_are_letters_here(cast, plan):
    make_obligation(plan, cast.health)
    assert search(cast.toan, "%%").total == search(cast.toan, "__").total == 0


def test_the_page_groups_what_it_finds_and_says_when_there_is_nothing(client_of, cast, plan):
    make_obligation(plan, cast.health, title="Danh sách hộ sửa nhà")
    client = client_of(cast.toan)
    page = client.get("/search?q=giam+ngheo").text
    assert "Kế hoạch giảm nghèo bền vững" in page and "Danh sách hộ sửa nhà" in page
    assert "Không tìm thấy gì" in client.get("/search?q=khongcogi").text
    assert "ít nhất hai chữ" in client.get("/search?q=a").text
    assert "Nhập số hoặc tên" in client.get("/search").text


def test_what_was_typed_is_shown_as_text(client_of, cast):
    page = client_of(cast.toan).get("/search?q=<script>alert(1)</script>").text
    assert "<script>alert" not in page
