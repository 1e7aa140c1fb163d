"""Delivering personal digests to a server beside us: claimed, put into words, sent and recorded.

Floor: the same words as EmailMessages, built one by one and sent by smtplib over one connection to the same server,
measured before and after ours in the same run.
"""

from __future__ import annotations

import multiprocessing
import smtplib
import statistics
import time
from collections.abc import Iterator
from email.message import EmailMessage
from typing import Any

import sqlalchemy as sa
from flask import Flask

from app import clock, create_app
from app.extensions import db
from app.outbox.delivery import deliver as deliver_mails
from app.outbox.models import Message, MessageState
from app.reminders.jobs import plan_reminders
from benchmarks.measure import Row, in_own_process
from benchmarks.places import Ground, Place, fill
from benchmarks.sink import mail_sink, taken

SIZES = (10_000, 20_000)
OBLIGATIONS = 3_000
_DIGESTS_EACH = 82  # so many agencies of that office have something to hear: officers times this many mails
FLOOR = 1_000  # mails of the floor, before and after
SLOW = 0.05  # seconds that the slow server takes for a mail
CONNECTIONS = 10


def deliver(ground: Ground) -> Iterator[Row]:
    for engine in ground.engines:
        for size in SIZES:
            yield from _of_size(ground, engine, size)


def _of_size(ground: Ground, engine: str, size: int) -> Iterator[Row]:
    """Two fifths of the queue by one process, two fifths by two at once, the rest to a slow server."""
    place = ground.empty(engine)
    fill(place, OBLIGATIONS, clock.now(), communes=100, officers=-(-size // _DIGESTS_EACH))
    queued = in_own_process(_plan, place)[0]
    share = queued * 2 // 5
    floor_size = min(FLOOR, share)
    with mail_sink() as port:
        (alone, before), peak = in_own_process(_alone, place, port, share)
        together = _together(place, port, share)
        after = in_own_process(_floor, place, port, floor_size)[0]
        if (there := taken(port)) != 2 * (share + floor_size):
            raise RuntimeError(f"the sink took {there} mails")
    floor = statistics.mean((before, after))
    for name, rate, memory in (
        ("deliver", alone, peak),
        ("deliver, second process", together, None),
        ("deliver, floor: smtplib", floor, None),
    ):
        yield Row(name, engine, queued, 1000 / rate, None, 1000 / floor, floor / rate, rate, memory)
    with mail_sink(SLOW) as port:
        one = in_own_process(_rate, place, port, 40, 1)[0]
        ten = in_own_process(_rate, place, port, queued // 10, CONNECTIONS)[0]
    yield Row(f"deliver, {SLOW * 1000:.0f} ms a mail, 1 connection", engine, 40, 1000 / one, rate=one)
    yield Row(
        f"deliver, {SLOW * 1000:.0f} ms a mail, {CONNECTIONS} connections ({ten / one:.1f} times one)",
        engine,
        queued // 10,
        1000 / ten,
        rate=ten,
    )


def _plan(place: Place) -> int:
    with place.application().app_context():
        return plan_reminders(clock.now(), at_any_hour=True)["mails"]


def _application(place: Place, port: int, workers: int) -> Flask:
    settings = {
        "MAIL_SERVER": "127.0.0.1",
        "MAIL_PORT": port,
        "MAIL_WORKERS": workers,
        "MAIL_PER_CONNECTION": 10_000,
    }
    return create_app({**place.settings, **settings})


def _alone(place: Place, port: int, number: int) -> tuple[float, float]:
    """Our rate, one worker, and the floor's right after it."""
    return _rate(place, port, number, 1), _floor(place, port, min(FLOOR, number))


def _rate(place: Place, port: int, number: int, workers: int) -> float:
    """Mails a second, from the first claim to the last record."""
    with _application(place, port, workers).app_context():
        started = time.perf_counter()
        counts = deliver_mails(clock.now, number)
        seconds = time.perf_counter() - started
        db.session.remove()
        db.engine.dispose()
    if counts != {"sent": number}:
        raise RuntimeError(f"not every mail was sent: {counts}")
    return number / seconds


def _together(place: Place, port: int, number: int) -> float:
    """Two processes with one worker each; the rate of both, from the first to begin to the last to end."""
    context = multiprocessing.get_context("spawn")
    barrier, results = context.Barrier(2), context.Queue()
    halves = [number // 2, number - number // 2]
    processes = [context.Process(target=_half, args=(place, port, half, barrier, results)) for half in halves]
    for process in processes:
        process.start()
    spans = [results.get(timeout=3600) for _ in processes]
    for process in processes:
        process.join()
    return number / (max(end for _begin, end in spans) - min(begin for begin, _end in spans))


def _half(place: Place, port: int, number: int, barrier: Any, results: Any) -> None:
    with _application(place, port, 1).app_context():
        barrier.wait(120)
        started = time.time()
        deliver_mails(clock.now, number)
        results.put((started, time.time()))
        db.session.remove()
        db.engine.dispose()


def _floor(place: Place, port: int, number: int) -> float:
    words = sa.select(Message.recipient, Message.subject, Message.body_text, Message.body_html)
    with _application(place, port, 1).app_context():
        sent = words.where(Message.state == MessageState.SENT).order_by(Message.id).limit(number)
        mails = db.session.execute(sent).all()
        db.session.remove()
        db.engine.dispose()
    now, started = clock.now(), time.perf_counter()
    with smtplib.SMTP("127.0.0.1", port, "localhost") as connection:
        for found in mails:
            mail = EmailMessage()
            mail["Subject"], mail["From"], mail["To"] = found.subject, "nhac@dunghan.example", found.recipient
            mail["Date"] = now
            mail.set_content(found.body_text)
            mail.add_alternative(found.body_html, subtype="html")
            connection.send_message(mail)
    return len(mails) / (time.perf_counter() - started)
