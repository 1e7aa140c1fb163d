"""Signing in, and what must not let anybody in."""

from __future__ import annotations

import pytest

from app.accounts import operations
from app.accounts.models import User
from app.audit.models import AuditEntry
from app.extensions import db
from tests.cast import NOW, PASSWORD

SIGN_IN = "/account/sign-in"


def sign_in(client, user, password=PASSWORD, **address):
    return client.post(SIGN_IN, data={"email": user.email, "password": password}, query_string=address)


def acts():
    return list(db.session.scalars(db.select(AuditEntry.act).order_by(AuditEntry.id)))


def test_the_right_password_opens_the_first_page_of_the_role(client_of, cast):
    client = client_of(None)
    assert sign_in(client, cast.duc).location == "/"
    assert client.get("/").location == "/board"
    db.session.refresh(cast.duc)
    assert cast.duc.last_signed_in_at == NOW and acts() == ["user.signed_in"]


def test_the_address_may_be_typed_in_capitals_and_with_spaces(client_of, cast):
    data = {"email": f"  {cast.hanh.email.upper()} ", "password": PASSWORD}
    assert client_of(None).post(SIGN_IN, data=data).status_code == 302


@pytest.mark.parametrize("password", ["sai mật khẩu", PASSWORD.upper(), ""])
def test_a_wrong_password_says_what_to_check_and_opens_nothing(client_of, cast, password):
    client = client_of(None)
    page = sign_in(client, cast.hanh, password)
    assert page.status_code == 200 and "field-error" in page.text
    assert client.get("/agencies").status_code == 302
    assert password == "" or acts() == ["user.sign_in_failed"]


def test_an_unknown_address_gets_the_same_answer_as_a_wrong_password(client_of, cast):
    client = client_of(None)
    wrong = sign_in(client, cast.hanh, "sai mật khẩu").text
    unknown = client.post(SIGN_IN, data={"email": "ai@lamgiang.test", "password": "sai mật khẩu"}).text
    assert wrong.replace(cast.hanh.email, "ai@lamgiang.test") == unknown


def test_a_closed_account_cannot_sign_in(client_of, cast):
    operations.close_user(cast.hanh, actor=cast.ha, now=NOW)
    assert "chưa đúng" in sign_in(client_of(None), cast.hanh).text


def test_closing_an_account_ends_its_sessions_at_the_next_request(client_of, cast):
    client = client_of(None)
    sign_in(client, cast.hanh)
    assert client.get("/agencies").status_code == 200
    operations.close_user(cast.hanh, actor=cast.ha, now=NOW)
    assert client.get("/agencies").status_code == 302


def test_a_new_password_ends_every_other_session(client_of, cast):
    here, elsewhere = client_of(None), client_of(None)
    sign_in(here, cast.hanh)
    sign_in(elsewhere, cast.hanh)
    new = "sông rộng thì chậm chảy"
    data = {"current": PASSWORD, "new": new, "again": new}
    assert here.post("/account/password", data=data).status_code == 302
    assert here.get("/agencies").status_code == 200
    assert elsewhere.get("/agencies").status_code == 302
    assert sign_in(client_of(None), cast.hanh, new).status_code == 302


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"current": "sai", "new": "mật khẩu mới nhé", "again": "mật khẩu mới nhé"}, "hiện tại chưa đúng"),
        ({"current": PASSWORD, "new": "ngắn", "again": "ngắn"}, "ít nhất 12 ký tự"),
        ({"current": PASSWORD, "new": "aaaaaaaaaaaa", "again": "aaaaaaaaaaaa"}, "rất dễ đoán"),
        ({"current": PASSWORD, "new": "hanh-2026-lamgiang", "again": "hanh-2026-lamgiang"}, "chỉ gồm tên"),
        ({"current": PASSWORD, "new": "mật khẩu mới nhé", "again": "khác"}, "chưa giống nhau"),
    ],
)
def test_a_password_that_cannot_be_is_explained(client_of, cast, data, sentence):
    page = client_of(cast.hanh).post("/account/password", data=data)
    assert page.status_code == 200 and sentence in page.text


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.test/",
        "//evil.test/",
        "/\\evil.test",
        "javascript:alert(1)",
        "http:evil.test",
        "\\\\evil.test",
    ],
)
def test_signing_in_never_leads_to_another_site(client_of, cast, target):
    assert sign_in(client_of(None), cast.hanh, next=target).location == "/"


def test_signing_in_leads_back_to_the_page_that_was_asked_for(client_of, cast):
    client = client_of(None)
    asked = client.get("/agencies?q=y+te")
    assert asked.location.startswith(SIGN_IN)
    back = client.post(asked.location, data={"email": cast.hanh.email, "password": PASSWORD})
    assert back.location == "/agencies?q=y+te"


def test_nothing_from_before_signing_in_stays_in_the_session(client_of, cast):
    client = client_of(None)
    with client.session_transaction() as session:
        session["planted"] = "by somebody else"
    before = client.get_cookie("dunghan").value
    sign_in(client, cast.hanh)
    with client.session_transaction() as session:
        assert "planted" not in session
    assert client.get_cookie("dunghan").value != before


def test_signing_out_ends_the_session(client_of, cast):
    client = client_of(None)
    sign_in(client, cast.hanh)
    assert client.post("/account/sign-out").location == SIGN_IN
    assert client.get("/agencies").status_code == 302
    assert acts() == ["user.signed_in", "user.signed_out"]


def test_a_language_chosen_before_signing_in_is_kept(client_of, cast):
    client = client_of(None)
    client.post("/account/language", data={"lang": "en"})
    sign_in(client, cast.hanh)
    db.session.refresh(cast.hanh)
    assert cast.hanh.language == "en"


def test_demonstration_accounts_show_only_in_a_demonstration(app, client_of, cast):
    assert cast.hanh.email not in client_of(None).get(SIGN_IN).text
    app.config["DEMONSTRATION"] = True
    page = client_of(None).get(SIGN_IN).text
    assert cast.hanh.email in page and "dung-han-2026" in page


def test_what_is_stored_is_an_argon2id_hash(cast):
    assert db.session.scalars(db.select(User.password_hash)).first().startswith("$argon2id$")
