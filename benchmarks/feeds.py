"""The calendar feed through the web server: whole, and asked for again with its ETag."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from app import clock
from app.accounts.models import User
from app.extensions import db
from app.feeds.models import FeedScope
from app.feeds.operations import create_feed
from benchmarks.measure import Row, peak_mb, time_in_turn
from benchmarks.pages import REQUESTS
from benchmarks.places import Client, Ground, Place, server

OBLIGATIONS = 10_000


def feed(ground: Ground) -> Iterator[Row]:
    """Everything that the officer's feed holds. Floor: the same lines, joined by a bare Flask page."""
    yield from _feed(ground, "feed", unchanged=False)


def feed_unchanged(ground: Ground) -> Iterator[Row]:
    """304 for a program that has the newest text already. Floor: as for `feed`, the whole text."""
    yield from _feed(ground, "feed_unchanged", unchanged=True)


def _feed(ground: Ground, name: str, *, unchanged: bool) -> Iterator[Row]:
    for engine in ground.engines:
        place, facts = ground.office(engine, OBLIGATIONS, clock.now())
        path = f"/feeds/{_token(place, facts.officer_id)}.ics"
        with server(place) as running, Client(running.port) as client:
            response, text = client.ask("GET", path, 200)
            (Path(place.environment["INSTANCE_PATH"]) / "floor.ics").write_bytes(text)
            known = {"If-None-Match": response.headers["ETag"]} if unchanged else {}
            ours, floor = time_in_turn(
                [
                    lambda asked=client, path=path, known=known: asked.get(
                        path, 304 if unchanged else 200, known
                    ),
                    lambda asked=client: asked.get("/floor/bare/feed"),
                ],
                repeats=REQUESTS,
            )
            workers = running.worker_ids()
            memory = peak_mb(workers[0]) if workers else None
        yield Row(
            f"{name} ({text.count(b'BEGIN:VEVENT')} events)",
            engine,
            OBLIGATIONS,
            ours.median_ms,
            ours.p95_ms,
            floor.median_ms,
            ours.median_ms / floor.median_ms,
            1000 / ours.median_ms,
            memory,
        )


def _token(place: Place, user_id: int) -> str:
    with place.application().app_context():
        _feed_row, token = create_feed(db.session.get_one(User, user_id), FeedScope.OWN, now=clock.now())
        db.session.commit()
        db.session.remove()
        db.engine.dispose()
    return token
