"""Programs act for a person, with that person's rights and no others."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.accounts.models import User
from app.accounts.operations import close_user
from app.api import tokens
from app.api.models import TokenScope
from app.extensions import db
from tests.cast import NOW, Cast
from tests.make import make_obligation, make_plan, make_submission

Call = Callable[..., Any]
KEY = {"Idempotency-Key": "mot-khoa-rieng-cho-lan-nop-nay"}


@pytest.fixture
def call(app: Flask, client_of: Callable[[User | None], FlaskClient]) -> Call:
    """`call(user, "GET", "/obligations")`: with a token of this person that may write unless told otherwise."""
    client, known = client_of(None), {}

    def ask(user: User, method: str, path: str, scope: TokenScope = TokenScope.WRITE, **more: Any) -> Any:
        if (user.id, scope) not in known:
            made = tokens.create_token(user, "Kiểm thử", scope, days=30, now=NOW)
            db.session.commit()
            known[user.id, scope] = made[1]
        headers = {"Authorization": f"Bearer {known[user.id, scope]}", **more.pop("headers", {})}
        return client.open(f"/api/v1{path}", method=method, headers=headers, **more)

    return ask


@pytest.fixture
def owed(cast: Cast) -> Any:
    """What Sở Y tế owes."""
    obligation = make_obligation(make_plan(cast), cast.health, due_on=date(2026, 12, 15), title="Báo cáo năm")
    db.session.commit()
    return obligation


def report(**more: Any) -> dict[str, Any]:
    return {"kind": "report", "number": "12/SYT-NV", "signed_on": "2026-11-24", "text": "Đã làm.", **more}


def test_a_token_tells_whose_it_is_and_opens_only_its_person_s_list(
    call: Call, cast: Cast, owed: Any
) -> None:
    me = call(cast.hanh, "GET", "/me").json
    assert me["name"] == cast.hanh.name and me["agency"]["name"] == cast.health.name
    seen = call(cast.hanh, "GET", "/obligations").json
    assert [row["title"] for row in seen["items"]] == ["Báo cáo năm"] and seen["next"] is None
    assert seen["items"][0]["standing"]["state"] == "upcoming"
    assert call(cast.outsider, "GET", "/obligations").json["items"] == []


def test_what_is_not_visible_is_not_found(call: Call, cast: Cast, owed: Any) -> None:
    for user in (cast.outsider, cast.tam, cast.ha, cast.khoa):
        for path in (
            f"/obligations/{owed.id}",
            f"/plans/{owed.plan_id}" if user is not cast.tam else "/plans/99",
        ):
            answer = call(user, "GET", path)
            assert answer.status_code == 404 and answer.json["error"]["code"] == "not_found"


@pytest.mark.parametrize("header", [None, "Bearer", "Bearer tự nghĩ ra", "Basic abc"])
def test_without_a_living_token_there_is_no_answer(
    client_of: Callable[[User | None], FlaskClient], cast: Cast, header: str | None
) -> None:
    answer = client_of(cast.hanh).get("/api/v1/me", headers={"Authorization": header} if header else {})
    assert answer.status_code == 401 and answer.json["error"]["code"] == "unauthorized"
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_token_ends_with_its_day_its_revocation_and_its_account(
    call: Call, cast: Cast, frozen: Any
) -> None:
    assert call(cast.hanh, "GET", "/me").status_code == 200
    (token,) = tokens.tokens_of(cast.hanh, NOW)
    tokens.revoke_token(token, actor=cast.hanh, now=NOW)
    db.session.commit()
    assert call(cast.hanh, "GET", "/me").status_code == 401
    assert call(cast.dung, "GET", "/me").status_code == 200
    frozen.move_to(NOW + timedelta(days=31))
    assert call(cast.dung, "GET", "/me").status_code == 401
    frozen.move_to(NOW)
    assert call(cast.tam, "GET", "/me").status_code == 200
    close_user(cast.tam, actor=cast.ha, now=NOW)
    db.session.commit()
    assert call(cast.tam, "GET", "/me").status_code == 401


def test_a_report_sent_twice_with_one_key_is_one_submission(call: Call, cast: Cast, owed: Any) -> None:
    path = f"/obligations/{owed.id}/submissions"
    first = call(
        cast.hanh, "POST", path, headers=KEY, data=report(files=[(BytesIO(b"%PDF-1.7\n%%EOF"), "bc.pdf")])
    )
    assert first.status_code == 201 and first.json["version"] == 1
    assert first.json["files"][0]["name"] == "bc.pdf"
    again = call(cast.hanh, "POST", path, headers=KEY, data=report())
    assert again.status_code == 200 and again.json == first.json
    other = call(
        cast.hanh, "POST", path, headers={"Idempotency-Key": "mot-khoa-khac-hoan-toan"}, data=report()
    )
    assert other.status_code == 409 and other.json["error"]["code"] == "refused"
    file = first.json["files"][0]["id"]
    with call(cast.hanh, "GET", f"/obligations/{owed.id}/files/{file}") as sent:
        assert sent.data.startswith(b"%PDF")
    assert call(cast.tam, "GET", f"/obligations/{owed.id}/files/{file}").status_code == 404


def test_a_reading_token_writes_nothing(call: Call, cast: Cast, owed: Any) -> None:
    path = f"/obligations/{owed.id}/submissions"
    answer = call(cast.hanh, "POST", path, scope=TokenScope.READ, headers=KEY, data=report())
    assert answer.status_code == 403 and answer.json["error"]["code"] == "read_only"
    db.session.refresh(owed)
    assert owed.submitted_at is None


def test_the_standing_agency_returns_and_accepts_the_version_it_read(
    call: Call, cast: Cast, owed: Any
) -> None:
    make_submission(owed, cast.hanh)
    db.session.commit()
    path = f"/obligations/{owed.id}"
    assert call(cast.hanh, "POST", f"{path}/accept", json={"version": 1}).status_code == 404
    stale = call(cast.toan, "POST", f"{path}/accept", json={"version": 7})
    assert stale.status_code == 409 and stale.json["error"]["code"] == "stale"
    until = {"version": 1, "reason": "Thiếu phụ lục", "until": "2026-12-20"}
    back = call(cast.toan, "POST", f"{path}/return", json=until)
    assert back.status_code == 200 and back.json["standing"]["state"] == "returned"
    again = call(cast.hanh, "POST", f"{path}/submissions", headers=KEY, data=report())
    assert again.json["version"] == 2
    done = call(cast.toan, "POST", f"{path}/accept", json={"version": 2})
    assert done.json["outcome"] == "accepted" and len(done.json["submissions"]) == 2


def test_an_extension_is_asked_for_with_a_day_and_a_reason(call: Call, cast: Cast, owed: Any) -> None:
    path = f"/obligations/{owed.id}/extensions"
    made = call(cast.hanh, "POST", path, json={"until": "2026-12-25", "reason": "Chờ số liệu của xã"})
    assert made.status_code == 201 and made.json["asked_until"] == "2026-12-25"
    assert (
        call(cast.hanh, "GET", f"/obligations/{owed.id}").json["extensions"][0]["reason"]
        == "Chờ số liệu của xã"
    )


@pytest.mark.parametrize(
    ("method", "path", "more"),
    [
        ("GET", "/obligations?state=nothing-known", {}),
        ("GET", "/agencies?on=32/13", {}),
        ("POST", "/obligations/{id}/extensions", {"data": "không phải JSON"}),
        ("POST", "/obligations/{id}/extensions", {"json": {"until": "mai", "reason": "x"}}),
        ("POST", "/obligations/{id}/submissions", {"data": report()}),
        ("POST", "/obligations/{id}/submissions", {"data": report(kind="?"), "headers": KEY}),
    ],
)
def test_what_cannot_be_read_is_answered_with_what_to_mend(
    call: Call, cast: Cast, owed: Any, method: str, path: str, more: dict[str, Any]
) -> None:
    answer = call(cast.hanh, method, path.format(id=owed.id), **more)
    assert answer.status_code == 400 and answer.json["error"]["message"]


def test_lists_come_a_page_at_a_time(call: Call, cast: Cast) -> None:
    plan = make_plan(cast)
    for number in range(5):
        make_obligation(plan, cast.health, due_on=date(2026, 12, 1 + number), title=f"Việc {number}")
    db.session.commit()
    first = call(cast.hanh, "GET", "/obligations?per_page=3").json
    second = call(cast.hanh, "GET", f"/obligations?per_page=3&page={first['next']}").json
    assert [row["title"] for row in first["items"] + second["items"]] == [f"Việc {n}" for n in range(5)]
    assert second["next"] is None


def test_agencies_are_found_by_abbreviation(call: Call, cast: Cast) -> None:
    names = [row["name"] for row in call(cast.hanh, "GET", "/agencies?q=y te").json["items"]]
    assert cast.health.name in names


def test_the_page_shows_a_token_once_and_revokes_it(
    client_of: Callable[[User | None], FlaskClient], cast: Cast
) -> None:
    client = client_of(cast.hanh)
    assert client.post("/account/tokens", data={"name": "", "scope": "read", "days": "90"}).status_code == 422
    page = client.post(
        "/account/tokens", data={"name": "Văn phòng điện tử", "scope": "read", "days": "90"}
    ).text
    token = page.split('id="new-token" readonly value="')[1].split('"')[0]
    assert client.get("/api/v1/me", headers={"Authorization": f"Bearer {token}"}).status_code == 200
    listed = client.get("/account/tokens").text
    assert "Văn phòng điện tử" in listed and token not in listed
    (held,) = tokens.tokens_of(cast.hanh, NOW)
    assert client_of(cast.tam).post(f"/account/tokens/{held.id}/revoke").status_code == 404
    client.post(f"/account/tokens/{held.id}/revoke")
    assert client.get("/api/v1/me", headers={"Authorization": f"Bearer {token}"}).status_code == 401
