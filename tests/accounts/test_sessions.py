"""Sessions stand in the database: listed, ended one by one, ended by time."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from app.accounts import operations, sessions
from app.accounts.models import Role, UserSession
from app.accounts.sessions import browser_words
from app.accounts.tokens import digest
from app.audit.queries import entries_about
from app.extensions import db
from tests.cast import NOW, PASSWORD

SESSIONS = "/account/sessions"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0"


def sign_in(client_of, user, agent=FIREFOX):
    client = client_of(None)
    data = {"email": user.email, "password": PASSWORD}
    client.post(
        "/account/sign-in",
        data=data,
        headers={"User-Agent": agent},
        environ_base={"REMOTE_ADDR": "203.0.113.9"},
    )
    return client


def is_in(client) -> bool:
    return client.get("/account").status_code == 200


def numbers(page: str) -> list[str]:
    return re.findall(r"/account/sessions/(\d+)/end", page)


def test_the_list_shows_each_browser_where_from_and_until_when(client_of, cast):
    here = sign_in(client_of, cast.hanh)
    page = here.get(SESSIONS).text
    assert "Firefox, Windows" in page and "203.0.113.9" in page and "Thiết bị này" in page
    assert "25/11/2026 11:00" in page  # two hours without use


def test_one_session_is_ended_from_another(client_of, cast):
    here, elsewhere = sign_in(client_of, cast.hanh), sign_in(client_of, cast.hanh)
    other = numbers(elsewhere.get(SESSIONS).text)[0]
    assert here.post(f"{SESSIONS}/{other}/end").location == SESSIONS
    assert not is_in(elsewhere) and is_in(here)
    assert "user.session_ended" in [e.act for e in entries_about("user_account", cast.hanh.id)]


def test_all_others_are_ended_at_once(client_of, cast):
    here, *others = (sign_in(client_of, cast.hanh) for _ in range(3))
    here.post(f"{SESSIONS}/end-others")
    assert is_in(here) and not any(map(is_in, others))
    assert len(numbers(here.get(SESSIONS).text)) == 1


def test_ending_ones_own_session_signs_out(client_of, cast):
    here = sign_in(client_of, cast.hanh)
    own = numbers(here.get(SESSIONS).text)[0]
    assert here.post(f"{SESSIONS}/{own}/end").location == "/account/sign-in"
    assert not is_in(here)


def test_the_session_of_another_person_is_not_found(client_of, cast):
    theirs = sign_in(client_of, cast.hanh)
    number = numbers(theirs.get(SESSIONS).text)[0]
    assert client_of(cast.tam).post(f"{SESSIONS}/{number}/end").status_code == 404
    assert is_in(theirs)


def test_an_administrator_ends_all_sessions_of_a_person(client_of, cast):
    theirs = [sign_in(client_of, cast.hanh) for _ in range(2)]
    client_of(cast.ha).post(f"/people/{cast.hanh.id}/end-sessions")
    assert not any(map(is_in, theirs))


def test_a_session_ends_after_two_hours_without_use(client_of, cast, frozen):
    client = sign_in(client_of, cast.hanh)
    frozen.move_to(NOW + timedelta(hours=2) - timedelta(seconds=1))
    assert is_in(client)
    frozen.move_to(NOW + timedelta(hours=4) - timedelta(seconds=2))
    assert is_in(client)
    frozen.move_to(NOW + timedelta(hours=6))
    assert not is_in(client)


def test_a_session_ends_after_twelve_hours_however_much_it_is_used(client_of, cast, frozen):
    client = sign_in(client_of, cast.hanh)
    for minutes in range(100, 12 * 60, 100):
        frozen.move_to(NOW + timedelta(minutes=minutes))
        assert is_in(client)
    frozen.move_to(NOW + timedelta(hours=12))
    assert not is_in(client)


def test_both_times_are_settings(app, client_of, cast, frozen):
    app.config.update(SESSION_IDLE_MINUTES=30, SESSION_HOURS=1)
    idle, busy = sign_in(client_of, cast.hanh), sign_in(client_of, cast.hanh)
    for minutes in (20, 40, 59):
        frozen.move_to(NOW + timedelta(minutes=minutes))
        assert is_in(busy)
    assert not is_in(idle)
    frozen.move_to(NOW + timedelta(minutes=60))
    assert not is_in(busy)


def test_an_open_window_that_only_asks_by_script_does_not_keep_a_session_alive(client_of, cast, frozen):
    client = client_of(cast.toan)
    for minutes in range(10, 130, 10):
        frozen.move_to(NOW + timedelta(minutes=minutes))
        client.get("/plans/reading?open=0", headers={"HX-Request": "true"})
    assert not is_in(client)


def test_a_request_asks_once_who_is_there_and_writes_nothing(client_of, cast, count_queries, frozen):
    client = sign_in(client_of, cast.hanh)
    client.get("/account/password")
    frozen.move_to(NOW + timedelta(minutes=4))
    count_queries.clear()
    client.get("/account/password")
    assert sum("user_session" in statement for statement in count_queries) == 1
    assert not any(statement.startswith(("UPDATE", "INSERT", "DELETE")) for statement in count_queries)
    frozen.move_to(NOW + timedelta(minutes=6))
    count_queries.clear()
    client.get("/account/password")
    assert [s.split()[0] for s in count_queries if s.startswith(("UPDATE", "INSERT"))] == ["UPDATE"]


def test_the_cookie_holds_a_token_that_the_database_does_not(client_of, cast):
    client = sign_in(client_of, cast.hanh)
    with client.session_transaction() as cookie:
        token = cookie["_user_id"]
    row = db.session.scalars(db.select(UserSession)).one()
    assert len(token) == 43 and row.token_hash == digest(token) != token


def test_a_cookie_that_was_copied_ends_with_the_sign_out(client_of, cast):
    client = sign_in(client_of, cast.hanh)
    copy = client_of(None)
    copy.set_cookie("dunghan", client.get_cookie("dunghan").value)
    assert is_in(copy)
    client.post("/account/sign-out")
    assert not is_in(copy)


def test_signing_in_again_gives_another_token(client_of, cast):
    client = sign_in(client_of, cast.hanh)
    tokens = []
    for _ in range(2):
        with client.session_transaction() as cookie:
            tokens.append(cookie["_user_id"])
        client.post("/account/sign-out")
        client.post("/account/sign-in", data={"email": cast.hanh.email, "password": PASSWORD})
    assert len(set(tokens)) == 2


def test_a_new_role_and_a_closed_account_hold_from_the_next_request(client_of, cast):
    client = sign_in(client_of, cast.ha)
    assert client.get("/people").status_code == 200
    cast.ha.role = Role.OFFICER
    assert client.get("/people").status_code == 404
    operations.close_user(cast.ha, actor=cast.toan, now=NOW)
    assert client.get("/people").status_code == 302


def test_sessions_of_long_ago_are_forgotten(client_of, cast, frozen):
    sign_in(client_of, cast.hanh)
    frozen.move_to(NOW + timedelta(days=40))
    sign_in(client_of, cast.hanh)
    assert len(db.session.scalars(db.select(UserSession)).all()) == 1


@pytest.mark.parametrize("token", ["", "1.1", "x" * 5000, "ô"])
def test_a_token_that_nobody_has_is_nobody(client_of, cast, token):
    client = client_of(None)
    with client.session_transaction() as cookie:
        cookie["_user_id"] = token
    assert client.get("/account").status_code == 302
    assert sessions.live_session(token, NOW) is None


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (FIREFOX, "Firefox, Windows"),
        (
            "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/128.0 Safari/537.36 Edg/128.0",
            "Edge, Windows",
        ),
        (
            "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 coc_coc_browser/120 Chrome/114 Safari",
            "Cốc Cốc, Windows",
        ),
        (
            "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/128.0 Mobile Safari/537.36",
            "Chrome, Android",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Mobile Safari/604.1",
            "Safari, iPhone",
        ),
        ("curl/8.5", ""),
    ],
)
def test_a_browser_is_named_in_words(agent, words):
    assert browser_words(agent) == words
