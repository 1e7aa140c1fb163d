"""Signing in through the office's own system: a real OpenID provider over HTTP, honest and in each way dishonest."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import requests

from app import create_app
from app.accounts import identities, links, sessions
from app.accounts.models import ExternalIdentity, Role, User, UserSession
from app.accounts.operations import close_user
from app.audit.queries import entries_about
from app.errors import Refused
from app.extensions import db
from tests.cast import NOW, PASSWORD
from tests.oidc_provider import CLIENT_ID, SECRET, Provider, serve


@pytest.fixture(scope="module")
def running() -> Iterator[Provider]:
    with serve() as provider:
        yield provider


@pytest.fixture
def provider(running: Provider) -> Iterator[Provider]:
    """It knows Hạnh by the address of her account."""
    running.people = {
        "hanh": {
            "sub": "u-17",
            "email": "hanh@lamgiang.test",
            "email_verified": True,
            "name": "Nguyễn Thị Hạnh",
        }
    }
    running.asked.clear()
    yield running
    running.fault = ""


@pytest.fixture
def more() -> dict[str, Any]:
    """Settings of one test; parametrized where it needs some."""
    return {}


@pytest.fixture
def settings(settings: dict[str, Any], provider: Provider, more: dict[str, Any]) -> dict[str, Any]:
    return {
        **settings, "SIGN_IN_METHODS": "both", "OIDC_ISSUER": provider.address, "OIDC_CLIENT_ID": CLIENT_ID,
        "OIDC_CLIENT_SECRET": SECRET, "OIDC_LABEL": "tài khoản tỉnh", **more,
    }  # fmt: skip


def of(**settings: Any) -> Any:
    return pytest.mark.parametrize("more", [settings], ids=["-"])


@pytest.fixture
def browser(client_of: Any) -> Any:
    return client_of(None)


def go_through(browser: Any, who: str = "hanh", begin: str = "/account/oidc") -> Any:
    """From our page to the provider's, its sign-in form, and back: our answer."""
    return browser.get(back_from(browser.get(begin).location, who))


def back_from(address: str, who: str) -> str:
    assert requests.get(address, timeout=10).ok
    sent = requests.post(address, {"who": who}, allow_redirects=False, timeout=10)
    assert sent.headers["Location"].startswith("http://dunghan.test/account/oidc/answer?")
    return sent.headers["Location"].removeprefix("http://dunghan.test")


def is_in(browser: Any) -> bool:
    return browser.get("/account").status_code == 200


def acts(user: User) -> list[str]:
    return [entry.act for entry in entries_about("user_account", user.id)]


def test_the_first_time_links_the_account_by_its_verified_address(browser, cast, provider):
    assert "Đăng nhập bằng tài khoản tỉnh" in browser.get("/account/sign-in").text
    assert go_through(browser, begin="/account/oidc?next=/plans").location == "/plans"
    assert is_in(browser)
    asked = provider.asked[0]
    assert (
        asked["code_challenge_method"] == "S256" and len(asked["nonce"]) >= 20 and len(asked["state"]) >= 20
    )
    linked = db.session.scalars(db.select(ExternalIdentity)).one()
    assert (linked.user, linked.subject, linked.issuer) == (cast.hanh, "u-17", provider.address)
    assert {"user.identity_linked", "user.signed_in"} <= set(acts(cast.hanh))
    assert db.session.scalars(db.select(UserSession)).one().via == "oidc"


def test_afterwards_the_person_is_known_by_sub_whatever_the_address_says(client_of, browser, cast, provider):
    go_through(browser)
    provider.people["hanh"]["email"] = "somebody@else.test"
    other = client_of(None)
    go_through(other)
    assert "Nguyễn Thị Hạnh" in other.get("/account").text
    provider.people["thief"] = {"sub": "u-666", "email": "hanh@lamgiang.test", "email_verified": True}
    stranger = client_of(None)
    answer = go_through(stranger, "thief")
    assert answer.status_code == 403 and "đã nối với một người khác" in answer.text and not is_in(stranger)


@pytest.mark.parametrize("fault", ["nonce", "expired", "signature", "issuer", "audience"])
def test_an_answer_that_cannot_be_trusted_opens_nothing(browser, cast, provider, fault, caplog):
    provider.fault = fault
    answer = go_through(browser)
    assert answer.status_code == 400 and "Không xác minh được kết quả" in answer.text
    assert "Dùng mật khẩu" in answer.text and not is_in(browser)
    assert not db.session.scalars(db.select(ExternalIdentity)).all()
    assert "its answer was refused" in caplog.text and "eyJ" not in caplog.text


def test_the_answer_counts_in_the_browser_that_asked_and_once(client_of, browser, cast, provider):
    answer = back_from(browser.get("/account/oidc").location, "hanh")
    other = client_of(None)
    assert other.get(answer).status_code == 400 and not is_in(other)
    assert browser.get(answer.replace("state=", "state=x")).status_code == 400
    assert browser.get(answer).status_code == 400 and not is_in(
        browser
    )  # a wrong state has ended the attempt


@pytest.mark.parametrize("verified", [False, None, "true"])
def test_an_address_that_was_not_verified_names_nobody(browser, cast, provider, verified):
    provider.people["hanh"]["email_verified"] = verified
    answer = go_through(browser)
    assert answer.status_code == 403 and "chưa xác minh địa chỉ thư" in answer.text and not is_in(browser)


def test_a_stranger_is_told_whom_to_ask(browser, cast, provider):
    provider.people["new"] = {"sub": "u-9", "email": "new@lamgiang.test", "email_verified": True}
    answer = go_through(browser, "new")
    assert answer.status_code == 403
    assert "Chưa có tài khoản nào mang địa chỉ new@lamgiang.test" in answer.text and "Hỏi: " in answer.text


def test_a_closed_account_stays_closed(client_of, browser, cast, provider):
    go_through(browser)
    close_user(cast.hanh, actor=cast.ha, now=NOW)
    again = client_of(None)
    assert go_through(again).status_code == 403 and not is_in(again)


def test_a_person_who_says_no_there_is_not_let_in(browser, cast, provider):
    answer = go_through(browser, who="nobody")
    assert answer.status_code == 403 and "Đã dừng đăng nhập" in answer.text


@of(OIDC_ISSUER="http://127.0.0.1:9")
def test_a_provider_that_is_down_is_said_and_the_password_still_works(browser, cast, try_sign_in):
    answer = browser.get("/account/oidc")
    assert (
        answer.status_code == 503 and "hiện không trả lời" in answer.text and "Dùng mật khẩu" in answer.text
    )
    assert try_sign_in(cast.hanh).location == "/"


@of(OIDC_ROLE_CLAIM="realm_access.roles", OIDC_ROLE_MAP=["ld=head", "cv=officer"])
def test_a_role_changed_there_holds_from_the_next_sign_in(client_of, cast, provider):
    provider.people["hanh"]["realm_access"] = {"roles": ["cv", "ld"]}
    go_through(client_of(None))
    assert cast.hanh.role is Role.HEAD
    entry = next(e for e in entries_about("user_account", cast.hanh.id) if e.act == "user.role_from_provider")
    assert (entry.before, entry.after, entry.actor_id) == ({"role": "officer"}, {"role": "head"}, None)
    provider.people["hanh"]["realm_access"] = {"roles": ["something else"]}
    go_through(client_of(None))
    assert cast.hanh.role is Role.HEAD  # what names no role here changes none


@of(OIDC_CREATE_ACCOUNTS=True, OIDC_ROLE_CLAIM="role", OIDC_ROLE_MAP=["cv=officer"], OIDC_AGENCY_CLAIM="unit")
@pytest.mark.parametrize(
    ("claims", "agency"),
    [
        ({"role": "cv", "unit": "stc"}, "Sở Tài chính"),
        ({"role": ["cv"], "unit": "Sở NN&MT"}, "Sở Nông nghiệp và Môi trường"),
        ({"role": "cv", "unit": "Sở không có"}, None),
        ({"role": "khách", "unit": "STC"}, None),
    ],
)
def test_an_account_is_opened_only_where_role_and_agency_are_known(browser, cast, provider, claims, agency):
    provider.people["new"] = {
        "sub": "u-9",
        "email": "new@lamgiang.test",
        "email_verified": True,
        "name": "Lý Tú",
        **claims,
    }
    go_through(browser, "new")
    made = db.session.scalar(db.select(User).where(User.email == "new@lamgiang.test"))
    assert is_in(browser) is (agency is not None)
    assert (made.agency.name if made else None) == agency


@pytest.mark.parametrize("more", [{}, {"OIDC_TRUST_MFA": True}], ids=["own", "trusted"])
def test_our_own_second_factor_is_asked_for_unless_theirs_is_trusted(browser, cast, provider, more):
    cast.hanh.second_factor_since = NOW
    assert go_through(browser).location == ("/" if more else "/account/code?next=/")
    assert is_in(browser) is bool(more)


def test_who_has_no_password_proves_again_at_the_provider(browser, cast, provider, frozen):
    cast.hanh.password_hash = None
    go_through(browser)
    frozen.move_to(NOW + timedelta(minutes=11))
    page = browser.get("/account/data", follow_redirects=True).text
    assert "Xác nhận bằng tài khoản tỉnh" in page and 'name="password"' not in page
    begin = re.search(r'href="(/account/oidc/confirm[^"]*)"', page)[1]
    provider.fault = "stale"
    assert "/account/confirm" in go_through(browser, begin=begin).location
    provider.fault = ""
    provider.people["other"] = {"sub": "u-9", "email": "tam@lamgiang.test", "email_verified": True}
    assert "/account/confirm" in go_through(browser, "other", begin=begin).location
    assert go_through(browser, begin=begin).location == "/account/data"
    assert provider.asked[-1]["prompt"] == "login" and provider.asked[-1]["max_age"] == "0"
    assert browser.get("/account/data").status_code == 200


def test_signing_out_offers_to_leave_the_provider_too(browser, cast, provider):
    go_through(browser)
    assert browser.post("/account/sign-out").location == "/account/signed-out"
    page = browser.get("/account/signed-out").text
    assert (
        f"{provider.address}/logout?" in page and "post_logout_redirect_uri=http%3A%2F%2Fdunghan.test" in page
    )
    assert not is_in(browser)


@of(SIGN_IN_METHODS="oidc")
def test_where_it_alone_lets_people_in_passwords_are_off(client_of, browser, cast, provider, try_sign_in):
    page = browser.get("/account/sign-in").text
    assert 'name="password"' not in page and "Quên mật khẩu" not in page
    assert try_sign_in(cast.hanh, PASSWORD).status_code == 409
    assert browser.get("/account/forgotten").status_code == 409
    assert client_of(cast.hanh).get("/account/password").status_code == 409
    assert links.ask_reset(cast.hanh, actor=cast.ha, now=NOW) is None
    assert links.invite(cast.hanh, actor=cast.ha, now=NOW) is None  # a mail, and no link in it
    assert go_through(browser).location == "/"


@of(SIGN_IN_METHODS="oidc")
def test_an_administrator_comes_in_by_a_link_from_the_machine_when_all_else_fails(app, browser, cast):
    runner = app.test_cli_runner()
    assert "only administrators" in runner.invoke(args=["accounts", "link", cast.hanh.email]).output
    address = runner.invoke(args=["accounts", "link", cast.ha.email]).output.split()[0]
    new = "nước chảy đá mòn lâu năm"
    answer = browser.post(address.removeprefix("http://dunghan.test"), data={"new": new, "again": new})
    assert answer.status_code == 302 and is_in(browser)


def test_the_administrator_takes_a_link_away(client_of, browser, cast, provider):
    go_through(browser)
    client = client_of(cast.ha)
    assert "Nối với tài khoản tỉnh" in client.get(f"/people/{cast.hanh.id}").text
    assert client.post(f"/people/{cast.hanh.id}/unlink").status_code == 302
    assert identities.identities_of(cast.hanh) == [] and "user.identity_unlinked" in acts(cast.hanh)
    with pytest.raises(Refused, match="chưa nối"):
        identities.unlink(cast.hanh, actor=cast.ha, now=NOW)


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"SIGN_IN_METHODS": "ldap"}, "SIGN_IN_METHODS"),
        ({"OIDC_CLIENT_ID": ""}, "OIDC_CLIENT_ID"),
        ({"OIDC_ISSUER": "http://id.example.vn"}, "https"),
        ({"OIDC_ROLE_MAP": ["cv=clerk"]}, "cv=clerk"),
        ({"OIDC_CREATE_ACCOUNTS": True}, "OIDC_ROLE_CLAIM"),
    ],
)
def test_wrong_settings_are_named_before_anybody_signs_in(settings, wrong, named):
    with pytest.raises(SystemExit, match=named):
        create_app({**settings, **wrong})


def test_a_session_knows_as_whom_it_acts(cast):
    assert sessions.open_session(cast.hanh, network="", agent="", now=NOW).person == cast.hanh
