"""What every page shares: error pages in Vietnamese, headers, the language switch."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from app import create_app
from tests.conftest import settings_for


@pytest.fixture
def office_without_database(tmp_path: Path) -> Flask:
    """Its settings name a socket behind which no server listens."""
    return create_app(
        settings_for(tmp_path, f"postgresql+psycopg://nobody@/none?host={tmp_path / 'nowhere'}")
    )


def test_a_database_that_is_away_gives_a_page_not_a_crash(office_without_database: Flask) -> None:
    client = office_without_database.test_client()
    page = client.post("/account/sign-in", data={"email": "a@b.vn", "password": "x"})
    assert page.status_code == 503
    assert '<html lang="vi">' in page.text
    ready = client.get("/readyz")
    assert ready.status_code == 503
    assert ready.json["checks"]["database"] == "away"
    assert client.get("/healthz").status_code == 200


def test_an_address_that_does_not_exist_answers_in_vietnamese(client_of, cast) -> None:
    page = client_of(cast.hanh).get("/no-such-page")
    assert page.status_code == 404
    assert "Không tìm thấy trang" in page.text


def test_every_page_forbids_inline_code_framing_and_sniffing(client_of, cast) -> None:
    for client, path in ((client_of(None), "/account/sign-in"), (client_of(cast.hanh), "/account/password")):
        headers = client.get(path).headers
        policy = headers["Content-Security-Policy"]
        assert "script-src 'self'" in policy
        assert "unsafe" not in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "frame-ancestors 'none'" in policy


def test_a_signed_in_page_is_not_kept_by_the_browser(client_of, cast) -> None:
    assert "no-store" in client_of(cast.hanh).get("/account/password").headers["Cache-Control"]


def test_english_is_one_click_away_and_is_remembered(client_of, cast) -> None:
    client = client_of(cast.hanh)
    answer = client.post("/account/language", data={"lang": "en", "next": "/account/password"})
    assert answer.location == "/account/password"
    assert '<html lang="en">' in client.get("/account/password").text
    assert cast.hanh.language == "en"


@pytest.mark.parametrize(
    "target", ["//evil.example/", "https://evil.example/", "/\\evil.example", "javascript:alert(1)"]
)
def test_no_address_leads_out_of_the_site(client_of, target: str) -> None:
    answer = client_of(None).post("/account/language", data={"lang": "en", "next": target})
    assert answer.location == "/"


def test_only_pages_renew_the_session(client_of, cast) -> None:
    client = client_of(None)
    client.post("/account/language", data={"lang": "en"})
    with client.session_transaction() as session:
        session.permanent = True
    assert "Set-Cookie" in client.get("/account/sign-in").headers
    with client.get("/static/css/tokens.css") as sheet:
        assert sheet.status_code == 200
        assert "Set-Cookie" not in sheet.headers
