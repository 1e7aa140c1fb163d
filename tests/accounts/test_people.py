"""The administrator opens, changes and closes accounts."""

from __future__ import annotations

import re

import pytest

from app.accounts import operations, queries, rules
from app.accounts.models import Role
from app.audit.queries import entries_about
from app.errors import Refused, Stale
from app.extensions import db
from tests.cast import NOW
from tests.conftest import both_engines


def values_of(user, **changes):
    kept = {
        "email": user.email, "name": user.name, "position": user.position, "role": user.role,
        "agency": user.agency, "language": user.language,
    }  # fmt: skip
    return {**kept, **changes}


def change(user, actor, **changes):
    return operations.change_user(
        user, values_of(user, **changes), seen=rules.fingerprint(user), actor=actor, now=NOW
    )


def form_of(user, **changes):
    return {
        "seen": rules.fingerprint(user), "email": user.email, "name": user.name, "position": user.position,
        "role": user.role.value, "agency": user.agency_id, "language": user.language, **changes,
    }  # fmt: skip


PAGES = ["/people", "/people/new", "/people/{id}"]


@pytest.mark.parametrize("address", PAGES)
def test_only_the_administrator_sees_people(client_of, cast, address):
    address = address.format(id=cast.hanh.id)
    assert client_of(cast.ha).get(address).status_code == 200
    for other in (cast.toan, cast.hanh, cast.dung, cast.duc):
        assert client_of(other).get(address).status_code == 404
    assert client_of(None).get(address).status_code == 302


@pytest.mark.parametrize("act", ["password", "close", "reopen"])
def test_only_the_administrator_acts_on_accounts(client_of, cast, act):
    for other in (cast.toan, cast.hanh, cast.dung, cast.duc):
        assert client_of(other).post(f"/people/{cast.tam.id}/{act}").status_code == 404


@both_engines
@pytest.mark.parametrize("q", ["nguyen thi hanh", "THỊ HẠNH", "hanh@", "hanh y te"])
def test_people_are_found_without_diacritics_by_name_address_and_agency(cast, q):
    assert list(db.session.scalars(queries.people(q))) == [cast.hanh]


def test_filters_by_role_agency_and_state(cast):
    assert list(db.session.scalars(queries.people(role=Role.ADMINISTRATOR))) == [cast.ha]
    assert list(db.session.scalars(queries.people(agency_id=cast.health.id))) == [cast.hanh, cast.dung]
    operations.close_user(cast.tam, actor=cast.ha, now=NOW)
    assert list(db.session.scalars(queries.people(closed=True))) == [cast.tam]


def test_a_new_person_gets_a_password_that_is_shown_once_and_must_be_changed(client_of, cast):
    data = {
        "name": "Cao Thị Thu", "email": "thu@lamgiang.com", "position": "Chuyên viên", "role": "officer",
        "agency": cast.health.id, "language": "vi", "way": "password",
    }  # fmt: skip
    page = client_of(cast.ha).post("/people/new", data=data).text
    password = re.search(r'id="one-time" value="([a-z0-9-]{14})"', page)[1]
    client = client_of(None)
    client.post("/account/sign-in", data={"email": "thu@lamgiang.com", "password": password})
    assert client.get("/agencies").location == "/account/password"
    new = "trăng sáng vườn chè"
    client.post("/account/password", data={"current": password, "new": new, "again": new})
    assert client.get("/agencies").status_code == 200
    made = queries.user_by_email("thu@lamgiang.com")
    assert password not in "".join(str(e.after) for e in entries_about("user_account", made.id))


def test_an_address_has_one_account(client_of, cast):
    page = client_of(cast.ha).post(
        f"/people/{cast.tam.id}", data=form_of(cast.tam, email="BINH@lamgiang.com")
    )
    assert page.status_code == 302
    with pytest.raises(Refused, match="Nguyễn Thị Hạnh"):
        change(cast.tam, cast.ha, email="HANH@lamgiang.test")


def test_a_change_is_saved_with_before_and_after(client_of, cast):
    data = form_of(cast.tam, role="head", position="Giám đốc", email="tam@lamgiang.gov.vn")
    assert client_of(cast.ha).post(f"/people/{cast.tam.id}", data=data).location == "/people"
    db.session.refresh(cast.tam)
    assert (cast.tam.role, cast.tam.position) == (Role.HEAD, "Giám đốc")
    entry = entries_about("user_account", cast.tam.id)[0]
    assert entry.before["role"] == "officer" and entry.after["role"] == "head"


def test_a_new_role_holds_from_the_next_request(client_of, cast):
    client = client_of(cast.ha)
    assert client.get("/people").status_code == 200
    cast.ha.role = Role.OFFICER
    assert client.get("/people").status_code == 404


def test_a_stale_page_changes_nothing(cast):
    seen = rules.fingerprint(cast.tam)
    cast.tam.position = "Trưởng phòng"
    with pytest.raises(Stale):
        operations.change_user(cast.tam, values_of(cast.tam, name="Khác"), seen=seen, actor=cast.ha, now=NOW)
    assert cast.tam.name == "Đỗ Minh Tâm"


def test_members_of_committees_belong_to_committees_and_nobody_else_does(cast):
    with pytest.raises(Refused, match="phải thuộc một Ban Chỉ đạo"):
        change(cast.tam, cast.ha, role=Role.COMMITTEE_MEMBER)
    with pytest.raises(Refused, match="chỉ có thành viên"):
        change(cast.tam, cast.ha, agency=cast.committee)


def test_nobody_closes_or_demotes_themselves(cast):
    with pytest.raises(Refused, match="tự đóng"):
        operations.close_user(cast.ha, actor=cast.ha, now=NOW)
    with pytest.raises(Refused, match="tự đổi vai trò"):
        change(cast.ha, cast.ha, role=Role.OFFICER)


def test_the_last_administrator_stays(cast):
    second = operations.create_user(
        "hai@lamgiang.test", "Hai", Role.ADMINISTRATOR, cast.province, actor=cast.ha, now=NOW
    )
    operations.close_user(cast.ha, actor=second, now=NOW)
    with pytest.raises(Refused, match="cuối cùng"):
        operations.close_user(second, actor=cast.ha, now=NOW)


def test_closing_and_reopening_are_audited_and_cannot_be_repeated(client_of, cast):
    client = client_of(cast.ha)
    client.post(f"/people/{cast.tam.id}/close")
    assert client.post(f"/people/{cast.tam.id}/close").status_code == 409
    assert client.post(f"/people/{cast.tam.id}/password").status_code == 409
    client.post(f"/people/{cast.tam.id}/reopen")
    assert client.post(f"/people/{cast.tam.id}/reopen").status_code == 409
    assert [e.act for e in entries_about("user_account", cast.tam.id)] == ["user.reopened", "user.closed"]


def test_an_unknown_person_is_not_found(client_of, cast):
    assert client_of(cast.ha).get("/people/999999").status_code == 404


def test_the_number_of_queries_does_not_grow_with_the_list(client_of, cast, count_queries):
    client = client_of(cast.ha)
    client.get("/people")
    count_queries.clear()
    client.get("/people")
    few = len(count_queries)
    for n in range(20):
        operations.create_user(
            f"p{n}@lamgiang.test", f"Người {n}", Role.OFFICER, cast.communes[n % 3], actor=cast.ha, now=NOW
        )
    db.session.commit()
    count_queries.clear()
    assert client.get("/people").text.count("@lamgiang.test") == 31
    assert len(count_queries) == few
