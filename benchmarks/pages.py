"""Pages through the web server, each beside two floors that are asked in turn with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from app import clock
from benchmarks.measure import Row, peak_mb, time_in_turn
from benchmarks.office import OfficeFacts
from benchmarks.places import Client, Ground, email_of, server

OBLIGATIONS = 10_000
REQUESTS = 200


def my_work(ground: Ground) -> Iterator[Row]:
    """Việc của tôi of the officer whose agency owes most."""
    yield from _page(ground, "my_work", "/work", lambda facts: facts.officer_id)


def board(ground: Ground) -> Iterator[Row]:
    """Bảng điều hành of a member of the committee with most open work."""
    yield from _page(ground, "board", "/board", lambda facts: facts.committee_member_id)


def review_queue(ground: Ground) -> Iterator[Row]:
    """What waits for the standing agency with most open work."""
    yield from _page(ground, "review_queue", "/obligations", lambda facts: facts.standing_officer_id)


def _page(ground: Ground, name: str, path: str, reader: Callable[[OfficeFacts], int]) -> Iterator[Row]:
    for engine in ground.engines:
        place, facts = ground.office(engine, OBLIGATIONS, clock.now())
        with server(place) as running, Client(running.port) as client:
            client.sign_in(email_of(place, reader(facts)), facts.password)
            page, ours, bare = time_in_turn(
                [
                    lambda asked=client: asked.get(path),
                    lambda asked=client: asked.get("/floor/page"),
                    lambda asked=client: asked.get("/floor/bare/"),
                ],
                repeats=REQUESTS,
            )
            workers = running.worker_ids()
            memory = peak_mb(workers[0]) if workers else None
        yield Row(
            name,
            engine,
            OBLIGATIONS,
            page.median_ms,
            page.p95_ms,
            ours.median_ms,
            page.median_ms / ours.median_ms,
            1000 / page.median_ms,
            memory,
        )
        for label, times in (("floor: own page", ours), ("floor: bare Flask", bare)):
            yield Row(
                f"{name}, {label}",
                engine,
                OBLIGATIONS,
                times.median_ms,
                times.p95_ms,
                rate=1000 / times.median_ms,
            )
