"""Reminders: planning what is to be said."""

from __future__ import annotations

import time
from collections.abc import Iterator

import sqlalchemy as sa

from app import clock
from app.extensions import db
from app.outbox.models import Message
from app.reminders.jobs import plan_reminders
from app.reminders.models import Reminder
from benchmarks.delivery import deliver
from benchmarks.measure import Row, Times, in_own_process
from benchmarks.places import Ground, Place, fill

__all__ = ["deliver", "remind"]

OBLIGATIONS = 10_000
RUNS = 5


def remind(ground: Ground) -> Iterator[Row]:
    """Planning over all open obligations: everything for the first time, then again with nothing to say."""
    for engine in ground.engines:
        place = ground.empty(engine)
        facts = fill(place, OBLIGATIONS, clock.now())
        (first, again, counts), peak = in_own_process(_plan_times, place)
        for name, times in (("remind", first), ("remind, nothing new", again)):
            yield Row(
                f"{name} ({counts['planned']} planned, {counts['mails']} mails)" if times is first else name,
                engine,
                facts.open,
                times.median_ms,
                times.p95_ms,
                rate=facts.open / times.median_ms * 1000,
                peak_mb=peak,
            )


def _plan_times(place: Place) -> tuple[Times, Times, dict[str, int]]:
    now, first, again, counts = clock.now(), [], [], {}
    with place.application().app_context():
        for run in range(RUNS + 1):  # the first warms up
            _forget_reminders()
            started = time.perf_counter()
            counts = plan_reminders(now, at_any_hour=True)
            planned = time.perf_counter()
            plan_reminders(now, at_any_hour=True)
            if run:
                first.append(planned - started)
                again.append(time.perf_counter() - planned)
        db.session.remove()
        db.engine.dispose()
    return Times(tuple(first)), Times(tuple(again)), counts


def _forget_reminders() -> None:
    db.session.execute(sa.delete(Reminder))
    db.session.execute(sa.delete(Message))
    db.session.commit()
