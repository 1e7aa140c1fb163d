"""CSRF, cookies, headers, and how fast somebody may guess."""

from __future__ import annotations

import re

import pytest

from tests.cast import PASSWORD

SIGN_IN = "/account/sign-in"


@pytest.fixture
def settings(settings):
    return {
        **settings, "WTF_CSRF_ENABLED": True, "RATELIMIT_ENABLED": True, "SIGN_IN_RATE": "3 per minute",
        "SESSION_COOKIE_SECURE": True, "PUBLIC_URL": "https://dunghan.test",
    }  # fmt: skip


def token_on(page: str) -> str:
    return re.search(r'name="csrf_token" value="([^"]+)"', page)[1]


def post(client, address, data, **kwargs):
    return client.post(
        address, data=data, base_url="https://localhost", headers={"Referer": "https://localhost/"}, **kwargs
    )


def test_a_form_without_its_token_changes_nothing(client_of, cast):
    client = client_of(None)
    answer = post(client, SIGN_IN, {"email": cast.hanh.email, "password": PASSWORD})
    assert answer.status_code == 400
    assert client.get("/agencies", base_url="https://localhost").status_code == 302


def test_a_form_with_its_token_is_taken(client_of, cast):
    client = client_of(None)
    token = token_on(client.get(SIGN_IN, base_url="https://localhost").text)
    data = {"email": cast.hanh.email, "password": PASSWORD, "csrf_token": token}
    assert post(client, SIGN_IN, data).status_code == 302


def test_a_token_of_another_session_is_refused(client_of, cast):
    foreign = token_on(client_of(None).get(SIGN_IN, base_url="https://localhost").text)
    client = client_of(None)
    client.get(SIGN_IN, base_url="https://localhost")
    data = {"email": cast.hanh.email, "password": PASSWORD, "csrf_token": foreign}
    assert post(client, SIGN_IN, data).status_code == 400


def test_the_cookie_is_kept_from_scripts_other_sites_and_plain_http(client_of, cast):
    header = client_of(None).get(SIGN_IN, base_url="https://localhost").headers["Set-Cookie"]
    assert "HttpOnly" in header and "Secure" in header and "SameSite=Lax" in header


def test_guessing_is_slowed_down(client_of, cast):
    client = client_of(None)
    token = token_on(client.get(SIGN_IN, base_url="https://localhost").text)
    data = {"email": cast.hanh.email, "password": "đoán mò thôi", "csrf_token": token}
    codes = [post(client, SIGN_IN, data).status_code for _ in range(4)]
    assert codes == [200, 200, 200, 429]
    assert client.get(SIGN_IN, base_url="https://localhost").status_code == 200


def test_every_page_carries_the_headers_and_runs_nothing_inline(client_of, cast):
    for client, address in [
        (client_of(None), SIGN_IN),
        (client_of(cast.ha), "/people"),
        (client_of(cast.ha), "/none"),
    ]:
        answer = client.get(address, base_url="https://localhost")
        policy = answer.headers["Content-Security-Policy"]
        assert "script-src 'self'" in policy and "unsafe" not in policy and "frame-ancestors 'none'" in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000")
        assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=", answer.text)


def test_pages_of_a_signed_in_person_are_not_kept_by_the_browser(client_of, cast):
    answer = client_of(cast.ha).get("/people", base_url="https://localhost")
    assert answer.headers["Cache-Control"] == "private, no-store"
