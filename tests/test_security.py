"""What a stranger, a forged address or a reader of the log gets: a page that says what to do, and nothing more."""

from __future__ import annotations

import io
import json
import logging
import re
from pathlib import Path
from urllib.parse import unquote

import pytest
import sqlalchemy as sa

import config
from app import accounts
from app.extensions import db
from app.outbox.models import Message
from app.pace import COSTLY, PICTURES
from tests.cast import PASSWORD
from tests.make import make_obligation, make_plan

SIGN_IN = "/account/sign-in"


@pytest.fixture
def settings(settings):
    return {
        **settings, "WTF_CSRF_ENABLED": True, "RATELIMIT_ENABLED": True, "SIGN_IN_RATE": "2 per minute",
        "SECRET_KEY": "key-of-the-test", "MAIL_PASSWORD": "password-of-the-mail-server",
        "LOG_LEVEL": "DEBUG", "LOG_FORMAT": "json",
    }  # fmt: skip


def token_on(page: str) -> str:
    return re.search(r'name="csrf_token" value="([^"]+)"', page)[1]


def test_a_form_without_its_token_gets_a_page_that_says_nothing_was_sent(client_of, cast):
    client = client_of(cast.hanh)
    answer = client.post("/account/sign-out", headers={"Referer": "http://localhost/work"})
    assert answer.status_code == 400
    assert "nội dung chưa được gửi" in answer.text and 'href="http://localhost/work"' in answer.text
    assert client.get("/work").status_code == 200  # still signed in


def test_a_part_of_a_page_whose_session_ended_sends_the_whole_page_to_the_sign_in(client_of, cast):
    page = {"HX-Request": "true", "Referer": "http://localhost/plans/7/review?show=all"}
    asked = client_of(None).get("/plans/reading", headers=page)
    sent = client_of(None).post("/plans/7/drafts/1", headers=page)
    for answer in (asked, sent):
        assert answer.status_code == 401
        assert unquote(answer.headers["HX-Redirect"]) == f"{SIGN_IN}?next=/plans/7/review?show=all"
    # Signed in again in another window: the page only needs its new token.
    answer = client_of(cast.toan).post("/plans/7/drafts/1", headers=page)
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (401, "/plans/7/review?show=all")


def test_guessing_ends_at_a_page_that_says_to_wait(client_of, cast):
    client = client_of(None)
    data = {
        "email": cast.hanh.email,
        "password": "đoán mò thôi",
        "csrf_token": token_on(client.get(SIGN_IN).text),
    }
    for _guess in range(2):
        client.post(SIGN_IN, data=data)
    answer = client.post(SIGN_IN, data={**data, "password": PASSWORD})
    assert answer.status_code == 429
    assert "Đã thử quá nhiều lần" in answer.text and "Chờ vài phút" in answer.text
    assert client.get("/work").status_code == 302


def test_links_in_mails_and_feeds_do_not_come_from_the_host_header(client_of, cast):
    forged = {"base_url": "http://evil.example", "headers": {"X-Forwarded-Host": "evil.example"}}
    client = client_of(None)
    data = {"email": cast.hanh.email, "password": PASSWORD}
    client.post(SIGN_IN, data={**data, "csrf_token": token_on(client.get(SIGN_IN, **forged).text)}, **forged)
    owed = make_obligation(make_plan(cast), cast.health)
    db.session.commit()
    form = f"/obligations/{owed.id}/submit"
    page = client.get(form, **forged).text
    key = re.search(r'name="form_key"[^>]*value="([^"]+)"', page)[1]
    data = {
        "csrf_token": token_on(page), "form_key": key, "kind": "report", "number": "1/SYT", "signed_on": "20/11/2026",
        "text": "Đã xong.",
    }  # fmt: skip
    assert client.post(form, data=data, **forged).status_code == 302
    mails = db.session.scalars(sa.select(Message)).all()
    assert mails
    for mail in mails:
        words = f"{mail.body_text}{mail.body_html}{mail.message_id}"
        assert "http://dunghan.test/" in words and "evil" not in words
    subscribe = client.get("/calendar/subscribe", **forged).text
    data = {"csrf_token": token_on(subscribe)}
    address = re.search(
        r'id="feed-url"[^>]*value="([^"]+)"',
        client.post("/calendar/subscribe", data=data, **forged).text,
    )[1]
    assert address.startswith("http://dunghan.test/feeds/")
    feed = client_of(None).get(address.removeprefix("http://dunghan.test"), **forged).text
    assert "evil" not in feed


def test_neither_tokens_nor_words_of_forms_stand_in_the_log(app, client_of, cast):
    written = io.StringIO()
    logging.getLogger("dunghan").handlers[0].setStream(written)
    client = client_of(cast.hanh)
    data = {"csrf_token": token_on(client.get("/calendar/subscribe").text)}
    page = client.post("/calendar/subscribe", data=data).text
    token = re.search(r"/feeds/([^\"]+)\.ics", page)[1]
    stranger = client_of(None)
    assert stranger.get(f"/feeds/{token}.ics").status_code == 200
    assert stranger.get("/feeds/no-such-token-0123456789.ics?secret=in-the-query").status_code == 404
    data = {
        "email": "ai@lamgiang.test",
        "password": "mật khẩu đoán",
        "csrf_token": token_on(stranger.get(SIGN_IN).text),
    }
    stranger.post(SIGN_IN, data=data)
    client.get("/obligations/999999")
    lines = [json.loads(line) for line in written.getvalue().splitlines()]
    refused = lines[-1]
    assert (refused["status"], refused["person"]) == (404, cast.hanh.id)  # who met a refusal, without a name
    assert {"/feeds/<token>.ics", SIGN_IN} <= {line.get("route") for line in lines}
    for secret in (
        token,
        "no-such-token",
        "in-the-query",
        "ai@lamgiang.test",
        "mật khẩu đoán",
        "key-of-the-test",
        cast.hanh.name,
        cast.hanh.email,
    ):
        assert secret not in written.getvalue()


def test_health_pages_tell_no_settings(app, client_of):
    for address in ("/healthz", "/readyz"):
        said = client_of(None).get(address).text
        for secret in (
            app.config["SECRET_KEY"],
            app.config["MAIL_PASSWORD"],
            app.config["SQLALCHEMY_DATABASE_URI"],
        ):
            assert secret not in said


def test_nothing_but_our_own_files_is_kept_by_a_browser_or_a_cache(client_of, cast):
    for person, path in (
        (None, SIGN_IN),
        (None, "/api/v1/me"),
        (cast.hanh, "/work"),
        (None, "/account/reset/none"),
    ):
        headers = client_of(person).get(path).headers
        assert headers["Cache-Control"] == "private, no-store", path
        assert (
            headers["Cross-Origin-Opener-Policy"] == headers["Cross-Origin-Resource-Policy"] == "same-origin"
        )
    with client_of(None).get("/static/css/tokens.css") as sheet:
        assert "no-store" not in sheet.headers.get("Cache-Control", "")


def test_what_is_costly_is_counted_for_each_person(app, client_of, cast):
    app.config["COSTLY_RATE"] = "2 per minute"
    hanh, tam = client_of(cast.hanh), client_of(cast.tam)
    assert [hanh.get("/search?q=so+y+te").status_code for _time in range(3)] == [200, 200, 429]
    assert hanh.get("/obligations.xlsx").status_code == 429  # one count for all of them
    assert tam.get("/search?q=so+y+te").status_code == 200  # from the same address
    assert hanh.get("/work").status_code == 200


def test_every_file_that_is_put_together_is_in_the_table_of_what_is_costly(app):
    made = re.compile(r"\.(xlsx|csv|docx|zip|<form>)$")
    static = {rule.endpoint for rule in app.url_map.iter_rules() if rule.endpoint == "static"}
    found = {rule.endpoint for rule in app.url_map.iter_rules() if made.search(rule.rule)} - static
    assert found <= {*COSTLY, *PICTURES}


def test_who_tries_many_tokens_is_counted_by_address(app, client_of):
    client = client_of(None)
    said = [
        client.get("/api/v1/me", headers={"Authorization": f"Bearer {n}"}).status_code for n in range(602)
    ]
    assert said.count(401) == 600 and said[-1] == 429


def test_a_cookie_over_tls_belongs_to_this_host_alone(tmp_path):
    there = config.load(
        {"PUBLIC_URL": "https://dunghan.lamgiang.test", "INSTANCE_PATH": str(tmp_path / "new")}
    )
    assert there["SESSION_COOKIE_NAME"].startswith("__Host-") and there["SESSION_COOKIE_SECURE"]
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o700
    here = config.load({"PUBLIC_URL": "http://127.0.0.1:8000", "INSTANCE_PATH": str(tmp_path / "new")})
    assert here["SESSION_COOKIE_NAME"] == "dunghan" and here["SECRET_KEY"] == there["SECRET_KEY"]


def test_a_fault_of_the_database_tells_no_values(app):
    wrong = sa.text("INSERT INTO user_account (email) VALUES (:email)")
    with pytest.raises(sa.exc.SQLAlchemyError) as fault:
        db.session.execute(wrong, {"email": "ai@lamgiang.test"})
    assert "ai@lamgiang.test" not in str(fault.value)


def test_no_page_marks_words_of_people_as_safe():
    """Whoever adds one shows here what it marks, and why it can hold nobody's words."""
    reviewed = {("accounts/second_factor.html", "{{ picture|safe }}")}  # the SVG that segno draws
    templates = Path(accounts.__file__).parent.parent / "templates"
    found = {
        (str(path.relative_to(templates)), expression)
        for path in templates.rglob("*.*")
        for expression in re.findall(
            r"\{\{[^}]*\|\s*safe\b[^}]*\}\}|\{%-?\s*autoescape[^%]*%\}", path.read_text()
        )
    }
    assert found == reviewed


def test_no_other_method_than_those_of_a_page_is_answered(client_of):
    for method in ("TRACE", "PUT", "DELETE", "PATCH"):
        assert client_of(None).open(SIGN_IN, method=method).status_code == 405
