"""The floor pages are answered by the same server, need a sign-in as ours do, and ask nothing of their own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from benchmarks.floor import ROWS, with_floor
from benchmarks.places import Client, Ground, email_of, server
from tests.cast import NOW, Cast


def test_the_floor_page_has_our_frame_and_no_query_beyond_it(
    app: Flask, cast: Cast, client_of: Callable[[Any], FlaskClient], count_queries: list[str]
) -> None:
    with_floor(app)
    assert client_of(None).get("/floor/page").status_code == 302
    client = client_of(cast.hanh)
    client.get("/account/password")
    count_queries.clear()
    client.get("/account/password")  # a page of ours that reads nothing but what the frame reads
    frame = list(count_queries)
    count_queries.clear()
    page = client.get("/floor/page").text
    assert len(count_queries) == len(frame)
    assert page.count("<tr>") == len(ROWS) == 25
    assert "Việc của tôi" in page


def test_a_client_signs_in_and_asks_over_one_connection() -> None:
    with Ground() as ground:
        place, facts = ground.office("sqlite", 120, NOW)
        with server(place) as running, Client(running.port) as client:
            client.get("/floor/page", 302)
            client.sign_in(email_of(place, facts.officer_id), facts.password)
            assert client.get("/floor/page").count(b"<tr>") == 25
            assert b"bare" in client.get("/floor/bare/")
            assert len(running.worker_ids()) == 1
