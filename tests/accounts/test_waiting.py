"""Guessing makes the next attempt wait, for whoever guesses, and keeps nobody out for ever."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.accounts import throttle
from app.audit.queries import entries_about
from app.extensions import db
from tests.accounts.mailbox import same_for_all
from tests.cast import NOW, PASSWORD
from tests.conftest import both_engines

WAIT = "Đã nhập sai nhiều lần"


def fail(try_sign_in, user, times, **network):
    return [try_sign_in(user, "đoán mò thôi mà", **network).text for _ in range(times)]


def test_after_five_wrong_passwords_even_the_right_one_waits_a_minute(cast, try_sign_in, frozen):
    pages = fail(try_sign_in, cast.hanh, 5)
    assert all("chưa đúng" in page for page in pages)
    refused = try_sign_in(cast.hanh)
    assert refused.status_code == 200 and WAIT in refused.text and "sau 1 phút" in refused.text
    frozen.move_to(NOW + timedelta(seconds=61))
    assert try_sign_in(cast.hanh).status_code == 302


def test_each_wait_is_twice_as_long_and_none_longer_than_an_hour():
    minutes = [throttle.wait_after(n, 5) for n in range(3, 14)]
    assert [w and w.total_seconds() / 60 for w in minutes] == [None, None, 1, 2, 4, 8, 16, 32, 60, 60, 60]


def test_a_right_password_forgets_the_wrong_ones(cast, try_sign_in):
    for _ in range(3):
        fail(try_sign_in, cast.hanh, 4)
        assert try_sign_in(cast.hanh).status_code == 302


def test_wrong_passwords_of_yesterday_do_not_count(cast, try_sign_in, frozen):
    fail(try_sign_in, cast.hanh, 4)
    frozen.move_to(NOW + timedelta(hours=25))
    fail(try_sign_in, cast.hanh, 4)
    assert try_sign_in(cast.hanh).status_code == 302


def test_an_address_without_an_account_waits_in_the_same_words(cast, try_sign_in):
    known = fail(try_sign_in, cast.hanh, 6)
    unknown = fail(try_sign_in, "ai.do@lamgiang.test", 6)
    words = [same_for_all(page, cast.hanh.email, "ai.do@lamgiang.test") for page in known + unknown]
    assert words[:6] == words[6:] and WAIT in words[5]


def test_one_account_waits_and_the_others_do_not(cast, try_sign_in):
    fail(try_sign_in, cast.hanh, 6)
    assert try_sign_in(cast.dung).status_code == 302


def test_a_network_that_tries_many_accounts_waits_as_a_whole(app, cast, try_sign_in):
    app.config["LOCK_AFTER_NETWORK"] = 6
    for n in range(6):
        fail(try_sign_in, f"nguoi{n}@lamgiang.test", 1, network="2001:db8::1")
    assert WAIT in try_sign_in(cast.hanh, network="2001:db8::2").text  # the same subscriber's /64
    assert try_sign_in(cast.hanh, network="2001:db8:0:1::2").status_code == 302


def test_people_of_one_office_who_sign_in_rightly_do_not_add_up(app, cast, try_sign_in):
    app.config["LOCK_AFTER_NETWORK"] = 2
    assert [try_sign_in(cast.hanh).status_code for _ in range(5)] == [302] * 5


@both_engines
def test_attempts_of_the_same_instant_cannot_all_slip_through(app):
    app.config["LOCK_AFTER"] = 2
    counter = throttle.of_account("hanh@lamgiang.test")
    taken = [throttle.begin([counter], now=NOW) for _ in range(5)]
    assert taken[:2] == [None, None]
    assert taken[2:] == [NOW + timedelta(minutes=1)] * 3
    assert throttle.begin([counter], now=NOW + timedelta(minutes=1)) is None
    assert throttle.blocked_until([counter], now=NOW + timedelta(minutes=1)) == NOW + timedelta(minutes=3)


def test_a_reset_link_opens_in_spite_of_any_wait(cast, client_of, try_sign_in, mailbox):
    fail(try_sign_in, cast.hanh, 6)
    client = client_of(None)
    client.post("/account/forgotten", data={"email": cast.hanh.email})
    new = "trăng sáng vườn chè"
    client.post(mailbox.link(cast.hanh.email), data={"new": new, "again": new})
    assert client.get("/account").status_code == 200
    assert try_sign_in(cast.hanh, new).status_code == 302


def test_an_administrator_sees_and_lifts_the_wait(cast, client_of, try_sign_in):
    fail(try_sign_in, cast.hanh, 5)
    administrator = client_of(cast.ha)
    assert "Tạm khóa đến 25/11/2026 09:01" in administrator.get(f"/people/{cast.hanh.id}").text
    assert administrator.post(f"/people/{cast.hanh.id}/unlock").status_code == 302
    assert administrator.post(f"/people/{cast.hanh.id}/unlock").status_code == 409
    assert try_sign_in(cast.hanh).status_code == 302
    acts = [entry.act for entry in entries_about("user_account", cast.hanh.id)]
    assert acts == ["user.signed_in", "user.unlocked", "user.locked", *["user.sign_in_failed"] * 5]


@pytest.mark.parametrize("typed", ["hanh@lamgiang.test", "  HANH@LAMGIANG.TEST "])
def test_the_counter_keeps_no_address(cast, try_sign_in, typed):
    try_sign_in(typed, "sai mật khẩu nhé")
    keys = db.session.scalars(db.select(throttle.Throttle.key)).all()
    assert len(keys) == 2 and not any("hanh" in key.lower() for key in keys)


def test_the_password_is_asked_again_under_the_same_wait(cast, client_of, frozen):
    client = client_of(cast.hanh)
    frozen.move_to(NOW + timedelta(minutes=11))
    for _ in range(5):
        client.post("/account/confirm", data={"password": "sai mật khẩu nhé"})
    assert WAIT in client.post("/account/confirm", data={"password": PASSWORD}).text
