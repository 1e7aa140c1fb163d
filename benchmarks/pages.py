"""Pages through the web server, each beside two floors that are asked in turn with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from app import clock
from app.accounts.models import User
from app.extensions import db
from app.obligations.models import DAY_THAT_COUNTS, Obligation
from app.obligations.queries import list_options
from app.obligations.views.lists import PER_PAGE
from app.obligations.worklists import Filter, Wanted, rows_of_page
from benchmarks.measure import Row, peak_mb, time_in_turn
from benchmarks.office import OfficeFacts
from benchmarks.places import POSTGRESQL, SQLITE, Client, Ground, email_of, server

# A small office, and the largest that each engine is meant for: no page may grow by more than half between them.
SIZES = {SQLITE: (10_000, 100_000), POSTGRESQL: (10_000, 1_000_000)}
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


def list_filter(ground: Ground) -> Iterator[Row]:
    """What it costs a list that everybody sees only their own: the first page of open work by day of a standing
    officer, beside the same page of the whole office, each with the rows that it shows. The list of the whole office,
    which no page has, is given an index of its own."""
    for engine in ground.engines:
        for size in SIZES[engine]:
            place, facts = ground.office(engine, size, clock.now())
            app = place.application()
            with app.app_context(), _index_of_everything():
                user = db.session.get_one(User, facts.standing_officer_id)
                wanted = Wanted(state=Filter.OPEN)
                calls = [
                    lambda: rows_of_page(user, wanted, clock.today(), 1, PER_PAGE),  # noqa: B023
                    lambda: db.session.scalars(_everything()).all(),
                ]
                filtered, whole = time_in_turn(calls, repeats=REQUESTS)
                db.session.remove()
                db.engine.dispose()
            yield Row(
                "list_filter",
                engine,
                size,
                filtered.median_ms,
                filtered.p95_ms,
                whole.median_ms,
                filtered.median_ms / whole.median_ms,
            )


def _everything() -> sa.Select[tuple[Obligation]]:
    return (
        sa.select(Obligation)
        .where(Obligation.settled_at.is_(None))
        .order_by(DAY_THAT_COUNTS, Obligation.id)
        .limit(PER_PAGE + 1)
        .options(*list_options())
    )


@contextmanager
def _index_of_everything() -> Iterator[None]:
    index = sa.Index(
        "bench_open_by_day", DAY_THAT_COUNTS, Obligation.id,
        sqlite_where=sa.text("settled_at IS NULL"), postgresql_where=sa.text("settled_at IS NULL"),
    )  # fmt: skip
    index.create(db.engine, checkfirst=True)
    try:
        yield
    finally:
        db.session.remove()
        index.drop(db.engine)
        Obligation.__table__.indexes.discard(index)


def _page(ground: Ground, name: str, path: str, reader: Callable[[OfficeFacts], int]) -> Iterator[Row]:
    for engine in ground.engines:
        for size in SIZES[engine]:
            yield from _page_of(ground, engine, size, name, path, reader)


def _page_of(
    ground: Ground, engine: str, size: int, name: str, path: str, reader: Callable[[OfficeFacts], int]
) -> Iterator[Row]:
    place, facts = ground.office(engine, size, clock.now())
    with server(place) as running, Client(running.port) as client:
        client.sign_in(email_of(place, reader(facts)), facts.password)
        page, ours, bare = time_in_turn(
            [
                lambda: client.get(path),
                lambda: client.get("/floor/page"),
                lambda: client.get("/floor/bare/"),
            ],
            repeats=REQUESTS,
        )
        workers = running.worker_ids()
        memory = peak_mb(workers[0]) if workers else None
    yield Row(
        name,
        engine,
        size,
        page.median_ms,
        page.p95_ms,
        ours.median_ms,
        page.median_ms / ours.median_ms,
        1000 / page.median_ms,
        memory,
    )
    for label, times in (("floor: own page", ours), ("floor: bare Flask", bare)):
        yield Row(
            f"{name}, {label}", engine, size, times.median_ms, times.p95_ms, rate=1000 / times.median_ms
        )
