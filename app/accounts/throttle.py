"""Wrong attempts make the next one wait: per account and per network, longer each time, never for ever.

The counters stand in the database, so any number of web processes counts together. An attempt is counted
*before* the password is looked at and taken back if it was right: attempts sent at the same instant cannot all
slip through. An address without an account is counted like any other, so the wait tells nothing.
"""

from __future__ import annotations

import hashlib
import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.dialects import postgresql, sqlite

from app.accounts.models import Throttle, User
from app.extensions import db

_FIRST_WAIT = timedelta(minutes=1)
_LONGEST_WAIT = timedelta(hours=1)
_FORGOTTEN_AFTER = timedelta(hours=24)  # an old mistake does not count against a new one


@dataclass(frozen=True)
class Counter:
    """One thing that is counted. `free`: how many failures pass before the first wait."""

    key: str
    free: int
    is_shared: bool = False


def of_account(address: str) -> Counter:
    """Attempts on one account, by the address that was typed."""
    return Counter(_key("account", address.strip().lower()), current_app.config["LOCK_AFTER"])


def of_codes(user: User) -> Counter:
    """Wrong codes of the second factor, by somebody who has given the right password."""
    return Counter(_key("code", str(user.account.id)), current_app.config["LOCK_AFTER"])


def of_network(address: str | None) -> Counter:
    """Attempts from one network address; a whole office may stand behind one, so more pass."""
    return Counter(
        _key("network", _network_of(address or "")), current_app.config["LOCK_AFTER_NETWORK"], is_shared=True
    )


def begin(counters: list[Counter], *, now: datetime) -> datetime | None:
    """Count an attempt against all counters, or say until when one has to wait. The caller commits either way,
    before looking at the password."""
    until = blocked_until(counters, now=now)
    if until is not None:
        return until
    for counter in counters:
        if not _count(counter, now):
            return blocked_until([counter], now=now)
    return None


def forgive(counters: list[Counter], *, now: datetime) -> None:
    """The attempt was right: the account's failures are forgotten; of a shared network only this one."""
    for counter in counters:
        if not counter.is_shared:
            db.session.execute(sa.delete(Throttle).where(Throttle.key == counter.key))
            continue
        left = Throttle.failures - 1
        db.session.execute(
            sa.update(Throttle)
            .where(Throttle.key == counter.key, Throttle.failures > 0)
            .values(
                failures=left,
                blocked_until=sa.case((left < counter.free, sa.null()), else_=Throttle.blocked_until),
            )
            .execution_options(synchronize_session=False)
        )


def blocked_until(counters: list[Counter], *, now: datetime) -> datetime | None:
    keys = [counter.key for counter in counters]
    return db.session.scalar(
        sa.select(sa.func.max(Throttle.blocked_until)).where(
            Throttle.key.in_(keys), Throttle.blocked_until > now
        )
    )


def wait_after(failures: int, free: int) -> timedelta | None:
    """How long the next attempt waits: nothing at first, then 1, 2, 4 … minutes, at most an hour."""
    if failures < free:
        return None
    return min(_LONGEST_WAIT, _FIRST_WAIT * 2 ** min(failures - free, 10))


def _count(counter: Counter, now: datetime) -> bool:
    """One failure more, and the wait that follows from it. False where another process has just closed the door.

    One statement: on either engine the row is locked while its condition is judged.
    """
    insert = (postgresql if db.engine.dialect.name == "postgresql" else sqlite).insert(Throttle)
    old = Throttle.last_failed_at < now - _FORGOTTEN_AFTER
    failures = db.session.scalar(
        insert.values(key=counter.key, failures=1, last_failed_at=now)
        .on_conflict_do_update(
            index_elements=[Throttle.key],
            set_={
                "failures": sa.case((old, 1), else_=Throttle.failures + 1),
                "last_failed_at": now,
                "blocked_until": None,
            },
            where=sa.or_(Throttle.blocked_until.is_(None), Throttle.blocked_until <= now),
        )
        .returning(Throttle.failures)
    )
    if failures is None:
        return False
    if wait := wait_after(failures, counter.free):
        db.session.execute(
            sa.update(Throttle)
            .where(Throttle.key == counter.key)
            .values(blocked_until=now + wait)
            .execution_options(synchronize_session=False)
        )
    return True


def _key(kind: str, words: str) -> str:
    return hashlib.sha256(f"{kind}:{words}".encode()).hexdigest()


def _network_of(address: str) -> str:
    """An IPv4 address itself; of IPv6 the /64, which one subscriber has whole."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped is None:
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(getattr(parsed, "ipv4_mapped", None) or parsed)
