"""What became of one claimed mail, and how that is written down."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Any

import sqlalchemy as sa

from app.outbox import backoff
from app.outbox.claims import UNCLAIMED, Claim, held
from app.outbox.models import Message, MessageState
from app.outbox.renderers import Rendered

# As counted in a result. WAY_CLOSED: no mail server could be reached. PAUSED: its domain asked for fewer mails.
# SUSPENDED: its address bounced repeatedly. DROPPED: the words had become old.
SENT, SUPERSEDED, RETRY, GIVEN_UP, WAY_CLOSED, DROPPED, PAUSED, SUSPENDED = (
    "sent", "superseded", "retry", "given_up", "way_closed", "dropped", "paused", "suspended",
)  # fmt: skip
SUSPENDED_WORDS = "the address is suspended after repeated bounces"
_HIDDEN = "•••"


@dataclass(frozen=True, slots=True)
class Outcome:
    """`columns` say it in the message's row."""

    kind: str
    claim: Claim
    columns: dict[str, Any] = field(default_factory=dict)


def sent(claim: Claim, at: datetime) -> Outcome:
    return Outcome(SENT, claim, {"at": at})


def superseded(claim: Claim) -> Outcome:
    return Outcome(SUPERSEDED, claim, {"state": MessageState.SUPERSEDED, "error": None})


def given_up(claim: Claim, error: str, kind: str = GIVEN_UP) -> Outcome:
    return Outcome(kind, claim, {"state": MessageState.GIVEN_UP, "error": error})


def try_again(claim: Claim, error: str, now: datetime, rng: Random) -> Outcome:
    if claim.tries >= backoff.MOST_TRIES:
        return given_up(claim, error)
    at = now + backoff.wait_before_next(claim.tries, rng)
    return Outcome(RETRY, claim, {"state": MessageState.QUEUED, "next_try_at": at, "error": error})


def put_off(claim: Claim, kind: str, at: datetime, error: str | None = None) -> Outcome:
    """The mail is not to blame: the try does not count, however long it lasts."""
    columns = {"state": MessageState.QUEUED, "tries": claim.tries - 1, "next_try_at": at}
    return Outcome(kind, claim, columns if error is None else {**columns, "error": error})


def dress(claim: Claim, rendered: Rendered) -> None:
    """Put the words into the claim; they are written into the row with the outcome."""
    claim.subject, claim.body_text, claim.body_html = rendered.subject, rendered.text, rendered.html
    claim.about, claim.calendar, claim.secrets = rendered.about, rendered.calendar, rendered.secrets


_AT = sa.bindparam("at", type_=Message.next_try_at.type)
_SENT = (
    sa.update(Message)
    # Whoever holds the claim by now: a mail that was taken by the server is sent.
    .where(Message.id == sa.bindparam("row"))
    .values(state=MessageState.SENT, sent_at=_AT, error=None, **UNCLAIMED)
    .execution_options(synchronize_session=False)
)
_WORDS = ("subject", "body_text", "body_html", "calendar")
_SENT_WITH_WORDS = _SENT.values({name: sa.bindparam(f"new_{name}") for name in _WORDS})


def write(connection: sa.Connection, outcome: Outcome) -> None:
    """One statement, which is one transaction on a connection that commits by itself."""
    claim = outcome.claim
    if outcome.kind != SENT:
        # The claim may have been swept and taken by another worker, whose word counts then.
        query = sa.update(Message).where(held([claim])).values(**outcome.columns, **UNCLAIMED)
        connection.execute(query)
        return
    row = {"row": claim.id, "at": outcome.columns["at"]}
    if claim.context is None:
        connection.execute(_SENT, row)
        return
    words = {f"new_{name}": _without_secrets(getattr(claim, name), claim.secrets) for name in _WORDS}
    connection.execute(_SENT_WITH_WORDS, {**row, **words})


def _without_secrets(words: str | None, secrets: Iterable[str]) -> str | None:
    for secret in secrets if words else ():
        words = words.replace(secret, _HIDDEN)  # type: ignore[union-attr]
    return words
