"""The chain over the audit trail: each entry is sealed with a digest that covers it and the seal before it.

An entry that is altered or removed behind the application's back no longer fits its seal, and who repairs one seal
breaks every later one. Whoever can rewrite the whole database can rewrite the whole chain: against that the head of
the chain, number and digest, is written to the log every night, and `flask audit verify --head` compares with one
that was kept elsewhere.

Sealing is a job of its own rather than a part of each act: acts commit at the same time and in any order, a chain
has one order, and no act should wait for another to be written into it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from app.audit.models import AuditEntry, AuditSeal
from app.extensions import db

BEGINNING = "0" * 64  # what the first seal follows
_BATCH = 2_000
_ENTRY = AuditEntry.__table__
# What a seal covers. Old seals cover just these: a column that is added later needs a chain of its own.
_FACTS = (
    "id", "at", "actor_id", "actor_name", "act", "subject_type", "subject_id", "subject_name", "plan_id", "before",
    "after", "address",
)  # fmt: skip
# Acts commit out of order: an entry may appear below ones that are sealed already, but not far below.
_LOOK_BACK = 10_000
_LOCK = 0x61756474  # "audt": the advisory lock under which PostgreSQL lets one process seal


@dataclass(frozen=True, slots=True)
class Head:
    """The newest seal; number 0 where nothing is sealed yet."""

    number: int
    digest: str


@dataclass(frozen=True, slots=True)
class Fault:
    """A link that does not fit: its entry was "altered" or "removed", or the chain itself is "broken" there."""

    kind: str
    number: int
    entry_id: int | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check of the whole trail found. `unsealed` counts entries that no seal covers yet."""

    head: Head
    faults: tuple[Fault, ...]
    unsealed: int

    @property
    def is_whole(self) -> bool:
        return not self.faults


class TrailBroken(Exception):
    """The audit trail does not fit its seals."""

    def __init__(self, verdict: Verdict) -> None:
        first = verdict.faults[0]
        super().__init__(f"{len(verdict.faults)} faults, the first: {first.kind} at seal {first.number}")


def digest_of(entry: Mapping[str, Any], previous: str) -> str:
    """SHA-256 over the previous digest and every fact of the entry, as canonical JSON; hexadecimal."""
    facts = {name: _plain(entry[name]) for name in _FACTS}
    text = json.dumps(facts, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(f"{previous}\n{text}".encode()).hexdigest()


def seal(limit: int = 50_000, *, look_back: int | None = _LOOK_BACK) -> int:
    """Seal what was recorded since, oldest first, at most `limit` entries; returns how many. The caller commits.

    `look_back`: how far below the newest sealed entry one that appeared late is looked for; None: everywhere.

    Two processes may try at once: on PostgreSQL the second finds the lock taken and leaves the work to the first,
    on SQLite it waits for the first to commit, since only one connection writes.
    """
    if not _take_lock():
        return 0
    head = head_of_chain()
    last = db.session.scalar(sa.select(sa.func.max(AuditSeal.entry_id))) or 0
    after = 0 if look_back is None else last - look_back
    unsealed = (
        sa.select(_ENTRY)
        .where(_ENTRY.c.id > after, ~sa.exists().where(AuditSeal.entry_id == _ENTRY.c.id))
        .order_by(_ENTRY.c.id)
        .limit(limit)
    )
    rows = []
    number, digest = head.number, head.digest
    for entry in db.session.execute(unsealed).mappings():
        number, digest = number + 1, digest_of(entry, digest)
        rows.append({"number": number, "entry_id": entry["id"], "digest": digest})
    if rows:
        db.session.execute(sa.insert(AuditSeal), rows)
    return len(rows)


def head_of_chain() -> Head:
    newest = db.session.execute(
        sa.select(AuditSeal.number, AuditSeal.digest).order_by(AuditSeal.number.desc()).limit(1)
    ).first()
    return Head(newest.number, newest.digest) if newest else Head(0, BEGINNING)


def verify(known: Head | None = None, most_faults: int = 100) -> Verdict:
    """Check every seal against its entry. `known` is a head noted earlier and elsewhere: the chain must hold it."""
    head, faults = Head(0, BEGINNING), []
    met_known = known is None or known.number == 0
    for sealed, entry in _links():
        faults += _faults_of(head, sealed, entry)
        # Go on from what the seal says: one broken link is one fault, not a fault of all that follow.
        head = Head(sealed.number, sealed.digest)
        met_known = met_known or head == known
        if len(faults) >= most_faults:
            break
    else:
        if not met_known and known is not None:
            faults.append(Fault("broken", known.number, None))
    return Verdict(head, tuple(faults), _count_unsealed())


def _faults_of(head: Head, sealed: Any, entry: Mapping[str, Any] | None) -> Iterator[Fault]:
    if sealed.number != head.number + 1:
        yield Fault("broken", head.number + 1, None)
    if entry is None:
        yield Fault("removed", sealed.number, sealed.entry_id)
    elif sealed.number == head.number + 1 and digest_of(entry, head.digest) != sealed.digest:
        yield Fault("altered", sealed.number, sealed.entry_id)


def _links() -> Iterator[tuple[Any, Mapping[str, Any] | None]]:
    """Every seal with its entry (None: there is none), in the order of the chain, a batch at a time."""
    after = 0
    while True:
        seals = db.session.execute(
            sa.select(AuditSeal.number, AuditSeal.entry_id, AuditSeal.digest)
            .where(AuditSeal.number > after)
            .order_by(AuditSeal.number)
            .limit(_BATCH)
        ).all()
        if not seals:
            return
        wanted = sa.select(_ENTRY).where(_ENTRY.c.id.in_([s.entry_id for s in seals]))
        entries = {row["id"]: row for row in db.session.execute(wanted).mappings()}
        for sealed in seals:
            yield sealed, entries.get(sealed.entry_id)
        after = seals[-1].number


def _count_unsealed() -> int:
    without = sa.select(sa.func.count()).where(~sa.exists().where(AuditSeal.entry_id == _ENTRY.c.id))
    return db.session.scalar(without.select_from(_ENTRY)) or 0


def _take_lock() -> bool:
    if db.engine.dialect.name == "postgresql":
        return bool(db.session.scalar(sa.select(sa.func.pg_try_advisory_xact_lock(_LOCK))))
    # Any UPDATE makes SQLite take its one write lock now, before the chain's head is read.
    db.session.execute(sa.update(AuditSeal).where(sa.false()).values(digest=""))
    return True


def _plain(value: Any) -> Any:
    return value.astimezone(UTC).isoformat(timespec="microseconds") if isinstance(value, datetime) else value
