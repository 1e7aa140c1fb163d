"""From the queue to the mail server: claim, commit, send, record, commit.

No transaction is open while a mail server is waited for. Any number of workers may run: a claim is one
conditional UPDATE, so each message has one worker. A worker that dies leaves a claim behind, which `sweep`
returns to the queue. So nothing is lost, and a mail repeats only if its worker dies between the server's "250"
and the commit that records it; the copy then has the same Message-ID.
"""

from __future__ import annotations

import logging
import os
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

import sqlalchemy as sa

from app.extensions import db
from app.outbox import backoff
from app.outbox.mime import compose
from app.outbox.models import Message, MessageState
from app.outbox.renderers import hide_secrets, renderer_of
from app.outbox.transports import DeliveryError, Transport, open_transport

log = logging.getLogger("dunghan.delivery")

# A worker that holds a claim for so long is dead. The longest conversation with a mail server (connect, TLS,
# sign in, five commands, each within MAIL_TIMEOUT_SECONDS) ends well before.
STALE_AFTER = timedelta(minutes=15)
# A worker that was itself asleep for so long (a suspended machine) sends nothing on an old claim.
CLAIM_IS_GOOD_FOR = timedelta(minutes=5)
# The record of a taken mail is tried again while the database is away: together somewhat more than five minutes.
_WAITS_FOR_DATABASE = (0.2, 0.5, 1, 2, 4, 8, *[15] * 20)

# What became of one claim, as counted in the result.
SENT, SUPERSEDED, RETRY, GIVEN_UP, WAY_CLOSED, DROPPED = (
    "sent", "superseded", "retry", "given_up", "way_closed", "dropped",
)  # fmt: skip


@dataclass(frozen=True)
class _Outcome:
    """What became of a claimed message, and the columns that say so."""

    kind: str
    message: int
    claimed_at: datetime | None
    columns: dict[str, Any]


def deliver(
    now_fn: Callable[[], datetime],
    limit: int = 1000,
    *,
    worker: str | None = None,
    transport: Transport | None = None,
    rng: Random | None = None,
    should_stop: Callable[[], bool] = lambda: False,
    wait: Callable[[float], None] = time.sleep,
) -> dict[str, int]:
    """Send what is due, at most `limit` mails, over one connection; the counts by outcome.

    Ends early where the mail server cannot be reached (the rest waits in the queue, untouched) and, after the
    mail in hand, when `should_stop` says so. `wait` sleeps while a database that went away is tried again.
    """
    worker = worker or worker_name()
    rng = rng or Random()  # noqa: S311  jitter is no secret
    counts: Counter[str] = Counter()
    with transport or open_transport() as way_out:
        message = claim_next(now_fn(), worker)
        db.session.commit()
        while message is not None:
            outcome = _attempt(message, way_out, now_fn, rng)
            counts[outcome.kind] += 1
            go_on = counts.total() < limit and outcome.kind != WAY_CLOSED and not should_stop()
            message = _record_and_claim(outcome, worker, now_fn, wait, go_on)
    return dict(counts)


def claim_next(now: datetime, worker: str) -> Message | None:
    """Take the message that has been due longest, or None. The caller commits, which makes the claim known.

    The try is counted here and not after it: a message on which workers die is given up too.
    """
    due = (
        sa.select(Message.id)
        .where(Message.state == MessageState.QUEUED, Message.next_try_at <= now)
        .order_by(Message.next_try_at, Message.id)
        .limit(1)
        .with_for_update(
            skip_locked=True
        )  # PostgreSQL: workers pass each other; SQLite has one writer anyway
    )
    claim = (
        sa.update(Message)
        .where(Message.id == due.scalar_subquery(), Message.state == MessageState.QUEUED)
        .values(state=MessageState.SENDING, claimed_by=worker, claimed_at=now, tries=Message.tries + 1)
        .returning(Message)
        .execution_options(synchronize_session=False, populate_existing=True)
    )
    return db.session.scalars(claim).one_or_none()


def sweep(now: datetime) -> int:
    """Return the claims of dead workers to the queue, or give up what killed too many of them; how many.

    The caller commits.
    """
    stale = (Message.state == MessageState.SENDING, Message.claimed_at < now - STALE_AFTER)
    given_up = db.session.execute(
        sa.update(Message)
        .where(*stale, Message.tries >= backoff.MOST_TRIES)
        .values(
            state=MessageState.GIVEN_UP, error="the worker ended in the middle, too many times", **_UNCLAIMED
        )
        .execution_options(synchronize_session=False)
    )
    returned = db.session.execute(
        sa.update(Message)
        .where(*stale)
        .values(state=MessageState.QUEUED, next_try_at=now, **_UNCLAIMED)
        .execution_options(synchronize_session=False)
    )
    return given_up.rowcount + returned.rowcount


def worker_name() -> str:
    """Host, process and thread: enough to see in the log who holds what."""
    return f"{socket.gethostname()[:50]}:{os.getpid()}:{threading.get_native_id()}"


_UNCLAIMED: dict[str, Any] = {"claimed_by": None, "claimed_at": None}


def _attempt(message: Message, way_out: Transport, now_fn: Callable[[], datetime], rng: Random) -> _Outcome:
    """Put a claimed message into words, end the transaction, send."""
    number, tries, claimed_at = message.id, message.tries, message.claimed_at

    def outcome(kind: str, **columns: Any) -> _Outcome:
        return _Outcome(kind, number, claimed_at, columns)

    def try_again(error: str) -> _Outcome:
        if tries >= backoff.MOST_TRIES:
            return outcome(GIVEN_UP, state=MessageState.GIVEN_UP, error=error)
        return outcome(
            RETRY,
            state=MessageState.QUEUED,
            next_try_at=now_fn() + backoff.wait_before_next(tries, rng),
            error=error,
        )

    try:
        if message.context is not None:  # a digest: in words now, from what still holds
            rendered = renderer_of(message.kind)(message, now_fn())
            if rendered is None:
                db.session.commit()
                return outcome(SUPERSEDED, state=MessageState.SUPERSEDED, error=None)
            message.subject, message.body_text, message.body_html = rendered
        mail = compose(message, now_fn())
        hide_secrets(message)
        db.session.commit()
    except Exception as error:
        # One mail that cannot be made must not stop the others.
        db.session.rollback()
        log.exception("mail could not be made", extra={"message_row": number})
        return try_again(f"{type(error).__name__}: {error}"[:1000])
    if claimed_at is not None and now_fn() - claimed_at > CLAIM_IS_GOOD_FOR:
        return outcome(DROPPED, state=MessageState.QUEUED, next_try_at=now_fn())
    try:
        way_out.send(mail)
    except DeliveryError as error:
        if error.is_way:
            # The mail is not to blame: the try does not count, however long the server stays away.
            again_at = now_fn() + backoff.spread(backoff.AWAY, rng)
            return outcome(
                WAY_CLOSED,
                state=MessageState.QUEUED,
                tries=tries - 1,
                next_try_at=again_at,
                error=error.reason,
            )
        if error.permanent:
            return outcome(GIVEN_UP, state=MessageState.GIVEN_UP, error=error.reason)
        return try_again(error.reason)
    return outcome(SENT, state=MessageState.SENT, sent_at=now_fn(), error=None)


def _record_and_claim(
    outcome: _Outcome, worker: str, now_fn: Callable[[], datetime], wait: Callable[[float], None], go_on: bool
) -> Message | None:
    """Record what became of one message and claim the next, in one transaction.

    While the database is away the record is tried again: a mail that was taken must not be forgotten as long as
    this process lives.
    """
    waits = iter(_WAITS_FOR_DATABASE)
    while True:
        try:
            _record(outcome, worker)
            message = claim_next(now_fn(), worker) if go_on else None
            db.session.commit()
            return message
        except (sa.exc.OperationalError, sa.exc.InterfaceError):
            db.session.rollback()
            if (pause := next(waits, None)) is None:
                raise
            log.warning(
                "the database is away; the record of a mail waits", extra={"message_row": outcome.message}
            )
            wait(pause)


def _record(outcome: _Outcome, worker: str) -> None:
    query = sa.update(Message).where(Message.id == outcome.message)
    if outcome.kind != SENT:
        # The claim may have been swept and taken by another worker, whose word counts then. A mail that was
        # taken by the server is sent, whoever holds the claim.
        query = query.where(
            Message.state == MessageState.SENDING,
            Message.claimed_by == worker,
            Message.claimed_at == outcome.claimed_at,
        )
    db.session.execute(
        query.values(**outcome.columns, **_UNCLAIMED).execution_options(synchronize_session=False)
    )
