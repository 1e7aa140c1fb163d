"""Taking mails out of the queue and putting them back.

A claim is one conditional UPDATE, so each message has one worker however many run (`FOR UPDATE SKIP LOCKED` lets
them pass each other on PostgreSQL; SQLite has one writer anyway). What a dead worker holds, `sweep` returns.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from app.extensions import db
from app.outbox import backoff, liveness
from app.outbox.models import Message, MessageState

# A worker on another machine that holds a claim for so long is dead. The longest conversation with a mail server
# (connect, TLS, sign in, five commands, each within MAIL_TIMEOUT_SECONDS) ends well before.
STALE_AFTER = timedelta(minutes=15)
# A mail put into words so long ago is not sent on that claim: it goes back and is asked again.
CLAIM_IS_GOOD_FOR = timedelta(minutes=1)
# No mail waits longer for its next try, unless the clock was ahead when it was put off.
_LONGEST_WAIT = backoff.LONGEST * 1.5


@dataclass(slots=True)
class Claim:
    """A message in the hands of one worker. Renderers read it as they would its row."""

    id: int
    kind: str
    user_id: int | None
    recipient: str
    recipient_name: str
    language: str
    subject: str | None
    body_text: str | None
    body_html: str | None
    calendar: str | None
    context: dict[str, Any] | None
    obligation_id: int | None
    message_id: str
    tries: int
    next_try_at: datetime
    claimed_at: datetime
    claimed_by: str
    about: int | None = None  # the one obligation of which a digest speaks
    secrets: tuple[str, ...] = ()  # words that are sent and not kept
    taken_at: float = field(default_factory=time.monotonic)

    def is_old(self, now: datetime) -> bool:
        """By either clock: one of them stands still while a machine sleeps, the other can be set."""
        limit = CLAIM_IS_GOOD_FOR.total_seconds()
        return (
            time.monotonic() - self.taken_at > limit or abs((now - self.claimed_at).total_seconds()) > limit
        )


_COLUMNS = tuple(
    getattr(Message, name)
    for name in (
        "id", "kind", "user_id", "recipient", "recipient_name", "language", "subject", "body_text", "body_html",
        "calendar", "context", "obligation_id", "message_id", "tries", "next_try_at",
    )
)  # fmt: skip

# What stands beside a message whose worker died with it in hand: perhaps it died of this very mail.
DIED = "the worker ended in the middle"
_NOW = sa.bindparam("due_at", type_=Message.next_try_at.type)


def _claiming(which: sa.ColumnElement[bool]) -> sa.ReturningUpdate[Any]:
    due = (
        sa.select(Message.id)
        .where(Message.state == MessageState.QUEUED, Message.next_try_at <= _NOW, which)
        .order_by(Message.next_try_at, Message.id)
        .limit(sa.bindparam("size", type_=sa.Integer))
        .with_for_update(skip_locked=True)
        # A common table that locks rows is worked out once, also by PostgreSQL.
        .cte("due")
    )
    return (
        sa.update(Message)
        .where(Message.id.in_(sa.select(due.c.id)), Message.state == MessageState.QUEUED)
        .values(
            state=MessageState.SENDING,
            claimed_by=sa.bindparam("worker"),
            claimed_at=_NOW,
            tries=Message.tries + 1,
        )
        .returning(*_COLUMNS)
        .execution_options(synchronize_session=False)
    )


_CLAIM = _claiming(Message.error.is_distinct_from(DIED))
_CLAIM_SURVIVOR = _claiming(Message.error == DIED)
UNCLAIMED: dict[str, Any] = {"claimed_by": None, "claimed_at": None}


def claim(now: datetime, worker: str, size: int = 1) -> list[Claim]:
    """Take the messages that have been due longest, at most so many. The caller commits, which makes it known.

    The try is counted here and not after it: a message on which workers die is given up too. What dead workers left
    behind comes last, and one at a time, so that such a mail takes no other with it.
    """
    values = {"due_at": now, "size": size, "worker": worker}
    rows = db.session.execute(_CLAIM, values).all() if size else []
    if not rows and size:
        rows = db.session.execute(_CLAIM_SURVIVOR, {**values, "size": 1}).all()
    claims = [Claim(**row._mapping, claimed_at=now, claimed_by=worker) for row in rows]
    return sorted(claims, key=lambda claim: (claim.next_try_at, claim.id))


def waiting(now: datetime, most: int) -> int:
    """How many messages are due, counted no further than `most`."""
    due = sa.select(Message.id).where(Message.state == MessageState.QUEUED, Message.next_try_at <= now)
    return db.session.scalar(sa.select(sa.func.count()).select_from(due.limit(most).subquery())) or 0


def held(claims: Sequence[Claim]) -> sa.ColumnElement[bool]:
    """The condition that these messages are still in the hands of the worker who claimed them together."""
    return sa.and_(
        Message.id.in_([claim.id for claim in claims]),
        Message.state == MessageState.SENDING,
        Message.claimed_by == claims[0].claimed_by,
    )


def release(claims: Sequence[Claim], until: Sequence[datetime] | None = None) -> None:
    """Put back what was not tried; due again as before, or at these instants. The caller commits."""
    if not claims:
        return
    for claim, at in zip(claims, until or [claim.next_try_at for claim in claims], strict=True):
        db.session.execute(
            sa.update(Message)
            .where(held([claim]))
            .values(state=MessageState.QUEUED, tries=claim.tries - 1, next_try_at=at, **UNCLAIMED)
            .execution_options(synchronize_session=False)
        )


def sweep(now: datetime) -> int:
    """Return the claims of dead workers to the queue, or give up what killed too many of them; how many.

    Also brings back what a clock that was ahead has put off beyond every wait there is. The caller commits.
    """
    names = set(
        db.session.scalars(
            sa.select(Message.claimed_by).where(Message.state == MessageState.SENDING).distinct()
        )
    )
    lives = {name: liveness.life_of(name) for name in names if name}
    dead = [name for name, life in lives.items() if life is liveness.Life.DEAD]
    alive = [name for name, life in lives.items() if life is liveness.Life.ALIVE]
    stale = sa.and_(
        Message.state == MessageState.SENDING,
        sa.or_(
            Message.claimed_by.in_(dead),
            sa.and_(
                sa.func.coalesce(Message.claimed_by, "").not_in(alive),
                Message.claimed_at < now - STALE_AFTER,
            ),
        ),
    )
    count = _return(stale, now) if names else 0
    _bring_back(now)
    liveness.forget_dead(names)
    return count


def _return(stale: sa.ColumnElement[bool], now: datetime) -> int:
    given_up = db.session.execute(
        sa.update(Message)
        .where(stale, Message.tries >= backoff.MOST_TRIES)
        .values(state=MessageState.GIVEN_UP, error=f"{DIED}, too many times", **UNCLAIMED)
        .execution_options(synchronize_session=False)
    )  # fmt: skip
    returned = db.session.execute(
        sa.update(Message)
        .where(stale)
        .values(state=MessageState.QUEUED, next_try_at=now, error=DIED, **UNCLAIMED)
        .execution_options(synchronize_session=False)
    )
    return given_up.rowcount + returned.rowcount


def _bring_back(now: datetime) -> None:
    put_off = sa.or_(
        sa.and_(Message.tries > 0, Message.next_try_at > now + _LONGEST_WAIT),
        sa.and_(Message.created_at > now + timedelta(hours=1), Message.next_try_at > now),
    )
    db.session.execute(
        sa.update(Message)
        .where(Message.state == MessageState.QUEUED, Message.next_try_at > now, put_off)
        .values(next_try_at=now)
        .execution_options(synchronize_session=False)
    )
