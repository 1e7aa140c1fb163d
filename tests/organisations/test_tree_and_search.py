"""The tree, rules of groups on their page, and searching by what people type."""

from __future__ import annotations

from datetime import date

import pytest

from app.extensions import db
from app.organisations import operations, queries
from app.organisations.directory import OfficeDirectory
from app.organisations.models import AgencyGroup, AgencyKind, AgencyLevel
from tests.cast import NOW, TODAY
from tests.conftest import both_engines


@both_engines
@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("nn&mt", "Sở Nông nghiệp và Môi trường"),
        ("SNNMT", "Sở Nông nghiệp và Môi trường"),
        ("stc", "Sở Tài chính"),
        ("sở tc", "Sở Tài chính"),
        ("ubnd kim dien", "Ủy ban nhân dân xã Kim Điền"),
        ("UBND tỉnh lam giang", "Ủy ban nhân dân tỉnh Lam Giang"),
        ("mttq", "Ủy ban Mặt trận Tổ quốc Việt Nam tỉnh Lam Giang"),
        ("bcd cds", "Ban Chỉ đạo chuyển đổi số tỉnh"),
    ],
)
def test_abbreviations_are_understood(cast, typed, name):
    assert name in [agency.name for agency in db.session.scalars(queries.find_agencies(typed))]
    assert db.session.scalars(queries.find_agencies("khong co gi het")).all() == []


def test_a_new_name_is_found_at_once_and_a_removed_one_no_more(cast):
    alias = operations.add_alias(cast.health, "Ngành áo trắng", actor=cast.ha, now=NOW)
    assert db.session.scalars(queries.find_agencies("ao trang")).all() == [cast.health]
    operations.remove_alias(alias, actor=cast.ha, now=NOW)
    db.session.flush()
    assert db.session.scalars(queries.find_agencies("ao trang")).all() == []


def test_the_tree_shows_everybody_once(client_of, cast):
    page = client_of(cast.hanh).get("/agencies/tree").text
    assert page.count(">Sở Y tế<") == 1 and "Sở Kế hoạch và Đầu tư" not in page
    top = queries.tree(TODAY)
    assert next(b for b in top if b.agency.id == cast.province.id).below == 8
    everybody = sum(1 + branch.below for branch in top)
    cast.province.parent = cast.health  # a circle of older data leaves nobody out
    db.session.flush()
    assert sum(1 + branch.below for branch in queries.tree(TODAY)) == everybody == 12


@both_engines
def test_a_rule_group_means_whoever_fits_on_the_day_in_one_query(cast, count_queries):
    group = operations.add_group("Các sở", actor=cast.ha, now=NOW)
    operations.add_rule(
        group,
        kind=AgencyKind.DEPARTMENT,
        level=AgencyLevel.PROVINCE,
        parent=cast.province,
        actor=cast.ha,
        now=NOW,
    )
    operations.add_member(group, cast.front, valid_from=date(2026, 1, 1), actor=cast.ha, now=NOW)
    db.session.commit()
    before = {cast.standing, cast.health, cast.finance, cast.home_affairs, cast.construction}
    assert set(queries.members_on(group, date(2025, 1, 1))) == {*before, cast.planning}
    group_id = group.id
    count_queries.clear()
    found = queries.members_on(db.session.get(AgencyGroup, group_id), TODAY)
    assert len(count_queries) == 1 and set(found) == {*before, cast.front}
    assert queries.counts_of_members([group_id], TODAY) == {group_id: 6}
    office = OfficeDirectory.load()
    assert set(office.members(group_id, TODAY)) == {*before, cast.front}
    entry = next(e for e in office.for_reader.entries if e.name == "Các sở")
    assert (entry.members_on(date(2025, 1, 1)), entry.members_on(TODAY)) == (6, 6)


def test_rules_are_added_and_ended_on_the_page_of_the_group(client_of, cast):
    client, group = client_of(cast.ha), cast.communes_group
    address = f"/agencies/groups/{group.id}"
    assert (
        "ít nhất một điều kiện"
        in client.post(f"{address}/rules", data={"kind": "", "level": "", "parent": 0}).text
    )
    client.post(f"{address}/rules", data={"kind": "department", "level": "", "parent": 0})
    page = client.get(address).text
    assert "theo quy tắc" in page and "Sở, ban, phòng" in page
    rule = group.rules[0]
    assert client_of(cast.toan).post(f"/agencies/groups/rules/{rule.id}/end").status_code == 404
    client.post(f"/agencies/groups/rules/{rule.id}/end")
    db.session.refresh(rule)
    assert rule.valid_to == TODAY
