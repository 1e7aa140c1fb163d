"""The pages of the directory, as the administrator and as anybody else."""

from __future__ import annotations

import pytest

from app.extensions import db
from app.organisations import queries, rules
from app.organisations.models import Agency, AgencyGroup
from tests.cast import TODAY

WRITING = [
    "/agencies/new",
    "/agencies/{agency}/edit",
    "/agencies/groups/new",
    "/agencies/groups/{group}/edit",
]


def test_the_list_shows_those_that_exist_and_finds_without_diacritics(client_of, cast):
    client = client_of(cast.ha)
    page = client.get("/agencies").text
    assert "Sở Y tế" in page and "Sở Kế hoạch và Đầu tư" not in page
    found = client.get("/agencies?q=tai+chinh").text
    assert "Sở Tài chính" in found and "Sở Y tế" not in found


def test_ended_agencies_stand_apart_with_their_successor(client_of, cast):
    page = client_of(cast.ha).get("/agencies?state=ended").text
    assert "Sở Kế hoạch và Đầu tư" in page and "28/02/2025" in page and "Sở Tài chính" in page


def test_a_filter_without_a_hit_says_how_to_get_back(client_of, cast):
    page = client_of(cast.ha).get("/agencies?q=khongco").text
    assert "Không có cơ quan nào khớp" in page and "Bỏ lọc" in page


def test_an_unknown_filter_value_is_not_found(client_of, cast):
    assert client_of(cast.ha).get("/agencies?kind=castle").status_code == 404


def test_the_page_of_a_merged_agency_tells_since_when_and_by_which_decision(client_of, cast):
    page = client_of(cast.hanh).get(f"/agencies/{cast.planning.id}").text
    assert "01/03/2025" in page and "12/NQ-HĐND" in page and "Sở Tài chính" in page
    assert "Sở Kế hoạch và Đầu tư" in client_of(cast.hanh).get(f"/agencies/{cast.finance.id}").text


@pytest.mark.parametrize("address", WRITING)
def test_only_the_administrator_writes(client_of, cast, address):
    address = address.format(agency=cast.health.id, group=cast.communes_group.id)
    assert client_of(cast.ha).get(address).status_code == 200
    for other in (cast.toan, cast.hanh, cast.duc):
        assert client_of(other).get(address).status_code == 404
        assert client_of(other).post(address, data={"name": "x"}).status_code == 404


def test_readers_see_no_buttons_that_write(client_of, cast):
    assert "Sửa cơ quan" in client_of(cast.ha).get(f"/agencies/{cast.health.id}").text
    page = client_of(cast.hanh).get(f"/agencies/{cast.health.id}").text
    assert "Sửa cơ quan" not in page and "Thêm tên gọi" not in page


def test_the_administrator_adds_an_agency(client_of, cast):
    response = client_of(cast.ha).post(
        "/agencies/new",
        data={"name": "Sở Dân tộc và Tôn giáo", "kind": "department", "level": "province",
              "parent": cast.province.id, "commanded": "y", "protocol_order": "16", "valid_from": "2025-03-01"},
    )  # fmt: skip
    made = queries.agency_by_name("so dan toc va ton giao", TODAY)
    assert response.location.endswith(f"/agencies/{made.id}")
    assert (made.parent, made.commanded, made.protocol_order) == (cast.province, True, 16)


def test_a_day_that_is_none_is_explained_and_the_rest_kept(client_of, cast):
    page = client_of(cast.ha).post(
        "/agencies/new",
        data={"name": "Sở Mới", "kind": "office", "level": "province", "parent": 0, "valid_from": "hôm qua"},
    ).text  # fmt: skip
    assert "Nhập ngày theo dạng ngày/tháng/năm, thí dụ" in page and 'value="Sở Mới"' in page
    assert db.session.query(Agency).filter_by(name="Sở Mới").count() == 0


def test_editing_keeps_what_was_not_touched_and_refuses_a_stale_page(client_of, cast):
    client, address = client_of(cast.ha), f"/agencies/{cast.health.id}/edit"
    data = {
        "seen": rules.fingerprint(cast.health), "name": "Sở Y tế", "short_name": "Y tế", "symbol_code": "SYT",
        "kind": "department", "level": "province", "parent": cast.province.id, "commanded": "y",
        "protocol_order": "11",
    }  # fmt: skip
    assert client.post(address, data=data).status_code == 302
    db.session.refresh(cast.health)
    assert (cast.health.short_name, cast.health.parent) == ("Y tế", cast.province)
    again = client.post(address, data={**data, "short_name": "Sở YT"})
    assert "vừa được người khác sửa" in again.text
    db.session.refresh(cast.health)
    assert cast.health.short_name == "Y tế"


def test_a_clashing_alias_names_its_owner_on_the_page(client_of, cast):
    page = client_of(cast.ha).post(f"/agencies/{cast.health.id}/aliases", data={"spelling": "Sở NN&MT"}).text
    assert "đang là tên gọi của Sở Nông nghiệp và Môi trường" in page


def test_an_alias_is_added_and_removed(client_of, cast):
    client = client_of(cast.ha)
    client.post(f"/agencies/{cast.health.id}/aliases", data={"spelling": "Sở YT"})
    alias = cast.health.aliases[0]
    address = f"/agencies/aliases/{alias.id}/remove"
    client.post(address)
    db.session.refresh(cast.health)
    assert cast.health.aliases == []
    assert client.post(address).status_code == 404


def test_a_group_is_made_filled_and_left(client_of, cast):
    client = client_of(cast.ha)
    client.post("/agencies/groups/new", data={"name": "Các sở, ban, ngành"})
    group = db.session.query(AgencyGroup).filter_by(name="Các sở, ban, ngành").one()
    address = f"/agencies/groups/{group.id}"
    client.post(f"{address}/members", data={"agency": cast.health.id})
    assert "đã ở trong nhóm" in client.post(f"{address}/members", data={"agency": cast.health.id}).text
    client.post(f"{address}/aliases", data={"spelling": "các sở ngành"})
    assert queries.group_by_name("Các Sở Ngành") == group
    client.post(f"/agencies/groups/members/{group.members[0].id}/end")
    db.session.refresh(group.members[0])
    assert group.members[0].valid_to == TODAY
    assert client.post(f"{address}/edit", data={"seen": "old", "name": "Khác"}).text.count("Tải lại trang")


def test_a_group_s_name_cannot_be_an_agency_s(client_of, cast):
    page = client_of(cast.ha).post("/agencies/groups/new", data={"name": "Sở Y tế"}).text
    assert "đang là tên gọi của Sở Y tế" in page


def test_the_number_of_queries_does_not_grow_with_the_list(client_of, cast, count_queries):
    client = client_of(cast.ha)
    client.get("/agencies")
    count_queries.clear()
    client.get("/agencies")
    many = len(count_queries)
    count_queries.clear()
    client.get("/agencies?q=so+y+te")
    assert many == len(count_queries)
