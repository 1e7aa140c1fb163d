"""Addresses to which no mail goes: suspended after repeated bounces, until a person lifts it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice

import sqlalchemy as sa
from flask import current_app

from app.audit.operations import Actor, record
from app.errors import Refused
from app.extensions import db
from app.i18n import _l
from app.outbox.models import AddressState, Bounce

# Bounces that lie further apart are no row of them: a mailbox that was full in spring says nothing in autumn.
COUNTED_FOR = timedelta(days=30)
_AT_ONCE = 500  # addresses in one query


def normal(address: str) -> str:
    """An address as it is compared: without spaces around it, in lower case."""
    return address.strip().lower()


def suspended_addresses(emails: Iterable[str]) -> set[str]:
    """Those of these addresses to which nothing is sent, written as they were given."""
    given: dict[str, list[str]] = {}
    for email in emails:
        given.setdefault(normal(email), []).append(email)
    return {email for address in _suspended(given) for email in given[address]}


def _suspended(addresses: Iterable[str]) -> Iterator[str]:
    waiting = iter(addresses)
    while some := list(islice(waiting, _AT_ONCE)):
        query = sa.select(AddressState.address).where(
            AddressState.address.in_(some), AddressState.suspended_at.is_not(None)
        )
        yield from db.session.scalars(query)


def state_of(address: str) -> AddressState | None:
    """What is kept about an address; None where nothing ever bounced."""
    return db.session.scalar(sa.select(AddressState).where(AddressState.address == normal(address)))


def all_suspended() -> Sequence[AddressState]:
    """Every suspended address, the latest first."""
    return db.session.scalars(
        sa.select(AddressState)
        .where(AddressState.suspended_at.is_not(None))
        .order_by(AddressState.suspended_at.desc(), AddressState.id)
    ).all()


def bounces_of(address: str, limit: int = 20) -> Sequence[Bounce]:
    """The last bounces of an address, the latest first."""
    return db.session.scalars(
        sa.select(Bounce)
        .where(Bounce.address == normal(address))
        .order_by(Bounce.at.desc(), Bounce.id.desc())
        .limit(limit)
    ).all()


def note_bounce(bounce: Bounce, *, now: datetime) -> bool:
    """Count a bounce that has just been stored; whether its address is suspended by it.

    Only permanent ones count, so many as MAIL_BOUNCES within 30 days and since the address was lifted last. The
    caller commits.
    """
    state = state_of(bounce.address) or AddressState(address=bounce.address)
    db.session.add(state)
    state.reason = bounce.reason
    if not bounce.permanent or state.suspended_at is not None:
        return False
    since = max(filter(None, (now - COUNTED_FOR, state.lifted_at)))
    counted = db.session.scalar(
        sa.select(sa.func.count()).where(
            Bounce.address == bounce.address, Bounce.permanent.is_(True), Bounce.at > since
        )
    )
    if (counted or 0) < current_app.config["MAIL_BOUNCES"]:
        return False
    state.suspended_at = now
    record("address.suspended", state, actor=None, now=now, name=state.address,
           after={"bounces": counted, "reason": state.reason})  # fmt: skip
    return True


def lift(state: AddressState, *, actor: Actor, now: datetime) -> None:
    """Let mail go to an address again; its bounces so far count no more.

    Raises:
        Refused: it is not suspended.
    """
    if state.suspended_at is None:
        raise Refused(_l("Địa chỉ này không bị tạm ngừng. Tải lại trang để xem tình trạng mới."))
    before = {"suspended_at": state.suspended_at.isoformat(), "reason": state.reason}
    state.suspended_at, state.lifted_at, state.lifted_by = None, now, actor.name
    record("address.lifted", state, actor=actor, now=now, name=state.address, before=before)
