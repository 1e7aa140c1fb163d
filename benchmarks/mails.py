"""Reminders: planning what is to be said, and delivering it as personal digests to a server beside us."""

from __future__ import annotations

import smtplib
import time
from collections.abc import Iterator
from email.message import EmailMessage
from typing import Any

import sqlalchemy as sa

from app import clock, create_app
from app.extensions import db
from app.outbox.delivery import deliver as deliver_mails
from app.outbox.models import Message, MessageState
from app.outbox.transports import SmtpTransport
from app.reminders.jobs import plan_reminders
from app.reminders.models import Reminder
from benchmarks.measure import Row, Times, in_own_process
from benchmarks.places import Ground, Place, fill
from benchmarks.sink import mail_sink, taken

OBLIGATIONS = 10_000
OFFICERS = 4  # of each agency in the office whose digests are delivered: some 350 people to write to
IN_TURN = 50  # mails of ours, then as many of the floor
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


def deliver(ground: Ground) -> Iterator[Row]:
    """Claimed, rendered, sent and recorded, one worker. Floor: the same words as EmailMessages, built one by one and
    sent by smtplib over one connection to the same server."""
    for engine in ground.engines:
        place = ground.empty(engine)
        fill(place, OBLIGATIONS, clock.now(), communes=100, officers=OFFICERS)
        with mail_sink() as port:
            (ours, floor), peak = in_own_process(_delivery_times, place, port)
            if (there := taken(port)) != len(ours.seconds) + len(floor.seconds):
                raise RuntimeError(f"the sink took {there} mails")
        yield Row(
            "deliver",
            engine,
            len(ours.seconds),
            ours.median_ms,
            ours.p95_ms,
            floor.median_ms,
            sum(ours.seconds) / sum(floor.seconds),
            len(ours.seconds) / sum(ours.seconds),
            peak,
        )
        yield Row(
            "deliver, floor: smtplib",
            engine,
            len(floor.seconds),
            floor.median_ms,
            floor.p95_ms,
            rate=len(floor.seconds) / sum(floor.seconds),
        )


class _TimedTransport(SmtpTransport):
    """Notes when each mail was taken: the time between two is what one mail costs from claim to record."""

    def __init__(self) -> None:
        super().__init__()
        self.instants: list[float] = []

    def send(self, mail: Any) -> None:
        super().send(mail)
        self.instants.append(time.perf_counter())


def _delivery_times(place: Place, port: int) -> tuple[Times, Times]:
    """Ours and the floor's, some mails of each in turn, so that a busy moment slows both alike."""
    ours: list[float] = []
    floor: list[float] = []
    app = create_app({**place.settings, "MAIL_SERVER": "127.0.0.1", "MAIL_PORT": port})
    with app.app_context(), smtplib.SMTP("127.0.0.1", port, "localhost") as connection:
        plan_reminders(clock.now(), at_any_hour=True)
        while sent := _deliver_some(ours):
            floor += _send_plainly(sent, connection)
        db.session.remove()
        db.engine.dispose()
    return Times(tuple(ours)), Times(tuple(floor))


def _deliver_some(seconds: list[float]) -> list[Any]:
    """Deliver the next mails of the queue, note what each took, and return their words; none: the queue is empty."""
    already = sa.select(Message.id).where(Message.state == MessageState.SENT)
    known = set(db.session.scalars(already))
    db.session.commit()
    transport = _TimedTransport()
    started = time.perf_counter()
    counts = deliver_mails(clock.now, limit=IN_TURN, transport=transport)
    if set(counts) - {"sent"}:
        raise RuntimeError(f"not every mail was sent: {counts}")
    seconds += _between(started, transport.instants)
    words = sa.select(Message.id, Message.recipient, Message.subject, Message.body_text, Message.body_html)
    mails = db.session.execute(words.where(Message.state == MessageState.SENT)).all()
    db.session.commit()
    return [mail for mail in mails if mail.id not in known]


def _send_plainly(mails: list[Any], connection: smtplib.SMTP) -> list[float]:
    now, instants = clock.now(), []
    started = time.perf_counter()
    for found in mails:
        mail = EmailMessage()
        mail["Subject"], mail["From"], mail["To"] = found.subject, "nhac@dunghan.example", found.recipient
        mail["Date"] = now
        mail.set_content(found.body_text)
        mail.add_alternative(found.body_html, subtype="html")
        connection.send_message(mail)
        instants.append(time.perf_counter())
    return _between(started, instants)


def _between(started: float, instants: list[float]) -> list[float]:
    return [end - begin for begin, end in zip([started, *instants], instants, strict=False)]
