"""Words that were sent after the session had ended are held for the person who typed them."""

from __future__ import annotations

import html
import re
from datetime import timedelta

import pytest

from app.accounts import queries
from app.accounts.models import HeldForm
from app.extensions import db
from tests.cast import NOW, PASSWORD

LATER = NOW + timedelta(hours=3)
FORM = {
    "title": "Nghỉ bù",
    "day": "02/12/2026",
    "note": "Theo công văn\nsố 12",
    "form_key": "k1",
    "csrf_token": "t",
}


def send_late(client, frozen, data=FORM, **kwargs):
    """The form arrives three hours after the page was opened."""
    frozen.move_to(LATER)
    return client.post(
        "/settings/days", data=data, headers={"Referer": "http://localhost/settings?x=1"}, **kwargs
    )


def sign_in_at(client, answer, user):
    return client.post(answer.location, data={"email": user.email, "password": PASSWORD})


def held():
    return db.session.scalars(db.select(HeldForm)).all()


def test_the_words_are_shown_after_signing_in_and_can_be_sent_again(client_of, cast, frozen):
    client = client_of(cast.ha)
    answer = send_late(client, frozen)
    assert answer.status_code == 302 and answer.location.startswith("/account/sign-in")
    assert sign_in_at(client, answer, cast.ha).location == "/account/held"
    page = client.get("/account/held").text
    assert "Nghỉ bù" in page and "Theo công văn\nsố 12" in page and 'action="/settings/days"' in page
    assert 'name="form_key"' in page and page.count('name="csrf_token" value="t"') == 0
    assert 'href="/settings?x=1"' in page


def test_sent_again_they_do_what_they_were_typed_for(client_of, cast, frozen):
    client = client_of(cast.ha)
    typed = {
        "name": "Cao Thị Thu", "email": "thu@lamgiang.com", "position": "Chuyên viên\nphòng <Nghiệp vụ>",
        "role": "officer", "agency": cast.health.id, "language": "vi",
    }  # fmt: skip
    frozen.move_to(LATER)
    answer = client.post("/people/new", data=typed)
    assert queries.user_by_email("thu@lamgiang.com") is None
    sign_in_at(client, answer, cast.ha)
    page = client.get("/account/held").text
    again = {
        name: html.unescape(value)
        for name, value in re.findall(r'<textarea name="(\w+)" hidden>\n([^<]*)</textarea>', page)
    }
    assert again == {name: str(value) for name, value in typed.items()}
    client.post("/people/new", data=again)
    assert queries.user_by_email("thu@lamgiang.com").name == "Cao Thị Thu"


def test_discarded_words_are_gone(client_of, cast, frozen):
    client = client_of(cast.ha)
    sign_in_at(client, send_late(client, frozen), cast.ha)
    assert client.post("/account/held/discard").location == "/settings?x=1"
    assert held() == [] and client.get("/account/held").location == "/"


def test_another_person_at_the_same_machine_does_not_see_them(client_of, cast, frozen):
    client = client_of(cast.ha)
    sign_in_at(client, send_late(client, frozen), cast.hanh)
    answer = client.get("/account/held")
    assert answer.status_code == 302 and answer.location == "/"


def test_they_are_kept_for_a_day(client_of, cast, frozen):
    client = client_of(cast.ha)
    answer = send_late(client, frozen)
    frozen.move_to(LATER + timedelta(hours=25))
    sign_in_at(client, answer, cast.ha)
    assert client.get("/account/held").location == "/"


def test_what_the_browser_keeps_itself_leads_back_to_its_page(client_of, cast, frozen):
    client = client_of(cast.ha)
    answer = send_late(client, frozen, {**FORM, "_kept": "1"})
    assert sign_in_at(client, answer, cast.ha).location == "/settings?x=1"
    assert held() == []


@pytest.mark.parametrize(
    "data", [{"csrf_token": "t", "form_key": "k"}, {"note": "x" * 200_001}, {"password": "mật khẩu"}]
)
def test_an_empty_a_huge_and_a_secret_form_are_not_held(client_of, cast, frozen, data):
    send_late(client_of(cast.ha), frozen, data)
    assert held() == []


def test_nothing_is_held_for_a_stranger_or_after_signing_out(client_of, cast, frozen):
    gone = client_of(cast.ha)
    gone.post("/account/sign-out")
    for client in (client_of(None), gone):
        send_late(client, frozen)
    assert held() == []


def test_nothing_is_held_of_a_session_that_somebody_ended(client_of, cast, frozen):
    client = client_of(cast.ha)
    client_of(cast.ha).post("/account/sessions/end-others")
    send_late(client, frozen)
    assert held() == []
