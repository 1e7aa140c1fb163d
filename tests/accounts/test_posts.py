"""One person serves several agencies and switches between them."""

from __future__ import annotations

import json
import re

import pytest

from app.accounts import personal, posts, queries
from app.accounts.models import Absence, Role, User
from app.accounts.operations import close_user
from app.audit.queries import entries_about
from app.errors import Refused
from app.extensions import db
from app.outbox.post import post as post_mail
from tests.cast import NOW, PASSWORD
from tests.make import make_obligation, make_plan


@pytest.fixture
def second(cast) -> User:
    """Hạnh of Sở Y tế also works for Sở Tài chính."""
    made = posts.add_post(cast.hanh, Role.OFFICER, cast.finance, "Kế toán", actor=cast.ha, now=NOW)
    db.session.commit()
    return made


def office_of(client) -> str:
    return re.search(r'<span title="([^"]*)">', client.get("/account").text)[1]


def switch(client, post, **data):
    return client.post("/account/post", data={"post": post.id, **data})


def test_switching_changes_as_whom_one_works_and_is_recorded(client_of, cast, second):
    client = client_of(cast.hanh)
    assert "Đổi sang Kế toán, Sở Tài chính" in client.get("/account").text
    assert switch(client, second).location == "/"
    assert office_of(client) == "Kế toán, Sở Tài chính"
    assert "Đang làm việc với tư cách: Kế toán, Sở Tài chính" in client.get("/account").text
    assert "user.switched" in [e.act for e in entries_about("user_account", second.id)]
    switch(client, cast.hanh)
    assert "Sở Y tế" in office_of(client)


def test_who_serves_one_agency_is_offered_nothing(client_of, cast):
    assert "/account/post" not in client_of(cast.hanh).get("/account").text


def test_nobody_switches_to_the_post_of_another(client_of, cast, second):
    assert switch(client_of(cast.tam), second).status_code == 404
    assert switch(client_of(cast.hanh), cast.tam).status_code == 404
    assert switch(client_of(cast.hanh), second, next="//elsewhere.example").location == "/"


def test_each_post_sees_the_work_of_its_own_agency_only(client_of, cast, second):
    client, plan = client_of(cast.hanh), make_plan(cast)
    theirs = make_obligation(plan, cast.finance)
    address = f"/obligations/{theirs.id}"
    refused = client.get(address)
    assert refused.status_code == 404 and "Việc này thuộc Sở Tài chính" in refused.text
    answer = switch(client, second, next=address)
    assert answer.location == address and client.get(address).status_code == 200


def test_the_offer_to_switch_never_leaks(client_of, cast, second):
    of_neither = make_obligation(make_plan(cast), cast.communes[0])
    for path in (f"/obligations/{of_neither.id}", "/obligations/999999"):
        answer = client_of(cast.hanh).get(path)
        assert (
            answer.status_code == 404
            and "/account/post" not in answer.text.split('id="main"')[1].split("</main")[0]
        )
    of_finance = make_obligation(make_plan(cast), cast.finance)
    assert "Sở Tài chính" not in client_of(cast.mai).get(f"/obligations/{of_finance.id}").text


def test_a_post_signs_in_with_nothing_of_its_own(client_of, cast, second, try_sign_in):
    assert second.email is None and second.password_hash is None
    assert second.mail_address == cast.hanh.email
    assert try_sign_in(cast.hanh.email).status_code == 302
    mail = post_mail(
        "account-notice", second, key="k", now=NOW,
        context={"what": "factor_on", "at": NOW, "url": "http://dunghan.test/", "by": None},
    )  # fmt: skip
    assert mail is None or mail.recipient == cast.hanh.email


def test_password_and_sessions_are_the_persons_while_a_post_acts(client_of, cast, second):
    client = client_of(second)
    assert "Kế toán" in office_of(client)
    new = "sông dài cá lội biệt tăm"
    data = {"current": PASSWORD, "new": new, "again": new}
    assert client.post("/account/password", data=data).status_code == 302
    assert second.password_hash is None and cast.hanh.password_changed_at == NOW
    assert "Kế toán" in office_of(client)
    assert len(re.findall(r"/account/sessions/\d+/end", client.get("/account/sessions").text)) == 1


def test_one_post_an_agency_and_the_role_must_fit(cast, second):
    for agency in (cast.health, cast.finance):
        with pytest.raises(Refused, match="đã làm việc tại"):
            posts.add_post(cast.hanh, Role.HEAD, agency, "", actor=cast.ha, now=NOW)
    with pytest.raises(Refused, match="Ban Chỉ đạo chỉ có thành viên"):
        posts.add_post(cast.hanh, Role.OFFICER, cast.committee, "", actor=cast.ha, now=NOW)
    with pytest.raises(Refused, match="tài khoản chính"):
        posts.add_post(second, Role.OFFICER, cast.front, "", actor=cast.ha, now=NOW)


def test_the_administrator_adds_a_post_and_sees_it_under_the_person(client_of, cast):
    client = client_of(cast.ha)
    data = {"post_agency": cast.front.id, "post_role": "officer", "post_position": "Thư ký"}
    answer = client.post(f"/people/{cast.hanh.id}/posts", data=data)
    assert answer.location == f"/people/{cast.hanh.id}"
    assert "Thư ký, Ủy ban Mặt trận" in client.get(answer.location).text
    listed = client.get("/people?q=mat+tran").text
    assert "Nguyễn Thị Hạnh" in listed and "Kiêm nhiệm: Thư ký" in listed
    post = posts.posts_of([cast.hanh.id])[cast.hanh.id][0]
    assert client.get(f"/people/{post.id}").location == f"/people/{cast.hanh.id}"
    assert client_of(cast.dung).post(f"/people/{cast.hanh.id}/posts", data=data).status_code == 404


def test_an_ended_post_leaves_the_session_with_the_account_and_can_be_taken_up_again(client_of, cast, second):
    client = client_of(cast.hanh)
    switch(client, second)
    assert client_of(cast.ha).post(f"/people/{second.id}/close").location == f"/people/{cast.hanh.id}"
    assert "Sở Y tế" in office_of(client)
    again = posts.add_post(cast.hanh, Role.HEAD, cast.finance, "", actor=cast.ha, now=NOW)
    assert again.id == second.id and again.is_active and again.role is Role.HEAD


def test_closing_the_account_ends_its_posts(client_of, cast, second):
    client = client_of(second)
    close_user(cast.hanh, actor=cast.ha, now=NOW)
    db.session.commit()
    assert not second.is_active and client.get("/account").status_code == 302
    assert second not in queries.active_people(cast.finance.id)


def test_a_new_name_is_the_name_of_every_post(client_of, cast, second):
    client = client_of(cast.ha)
    page = client.get(f"/people/{cast.hanh.id}").text
    seen = re.search(r'name="seen"[^>]*value="(\w+)"', page)[1]
    data = {
        "seen": seen, "email": "hanh@lamgiang.gov.vn", "name": "Nguyễn Thị Hồng Hạnh", "position": "",
        "role": "officer",
        "agency": cast.health.id, "language": "vi",
    }  # fmt: skip
    assert client.post(f"/people/{cast.hanh.id}", data=data).status_code == 302
    assert second.name == "Nguyễn Thị Hồng Hạnh"


def test_what_is_held_about_a_person_includes_posts_and_masking_takes_them_too(cast, second):
    db.session.add(Absence(user=second, from_day=NOW.date(), to_day=NOW.date(), created_at=NOW))
    facts = personal.facts_about(cast.hanh)
    assert facts["posts"][0]["agency"] == "Sở Tài chính" and len(facts["absences"]) == 1
    json.dumps(facts)
    close_user(cast.hanh, actor=cast.ha, now=NOW)
    personal.mask(cast.hanh, actor=cast.ha, now=NOW)
    assert second.name == cast.hanh.name and "ẩn danh" in second.name and second.position == ""


def test_the_table_of_people_has_one_row_for_a_person(client_of, cast, second):
    rows = client_of(cast.ha).get("/agencies/imports/people/data.csv").text
    assert rows.count("Nguyễn Thị Hạnh") == 1
