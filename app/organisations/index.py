"""The directory's list in memory, for its page: which agencies match, in the order of the state, in milliseconds.

Every process keeps its own copy under the token of the directory; whoever changes an agency or a spelling writes a
new token in the same transaction. A copy under another token is never used, so processes need not know each other,
and what was rolled back leaves nothing behind.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from flask_sqlalchemy.pagination import Pagination
from sqlalchemy.orm import Session, selectinload

from app.extensions import db
from app.organisations.finding import ABBREVIATIONS, concerns_names, short_form
from app.organisations.models import Agency, AgencyKind, AgencyLevel, DirectoryToken
from app.planreader import fold

_LEVELS = {level: n for n, level in enumerate(AgencyLevel)}


class Line(NamedTuple):
    id: int
    key: str
    kind: AgencyKind
    level: AgencyLevel
    last_day: date | None


class Copy(NamedTuple):
    token: str | None
    lines: Sequence[Line]
    of_day: dict[tuple[date, bool], list[Line]]  # those that exist on a day, or have ended before it


_copies: WeakKeyDictionary[sa.Engine, Copy] = WeakKeyDictionary()


def matching_ids(
    q: str, kind: AgencyKind | None, level: AgencyLevel | None, *, today: date, ended: bool = False
) -> list[int]:
    """Agencies that exist today (or have ended) and match, as `finding.matching` does, by level and protocol."""
    found = _lines(today, ended)
    if kind is not None or level is not None:
        found = [line for line in found if kind in (None, line.kind) and level in (None, line.level)]
    if q.strip():
        words, short = fold(q).split(), short_form(q)
        if not words:
            return []
        kept = found
        for word in sorted(words, key=len, reverse=True):
            if (long := ABBREVIATIONS.get(word)) is None:
                kept = [line for line in kept if word in line[1]]
            else:
                kept = [line for line in kept if word in line[1] or long in line[1]]
        if short:
            ids = {line.id for line in kept}
            kept = [line for line in found if line[0] in ids or short in line[1]]
        found = kept
    return [line.id for line in found]


class AgencyPage(Pagination):
    """One page of agencies whose ids are known, in their order."""

    def _query_items(self) -> list[Any]:
        start = self._query_offset
        return agencies_in_order(self._query_args["ids"][start : start + self.per_page])

    def _query_count(self) -> int:
        return len(self._query_args["ids"])


def agencies_in_order(ids: Sequence[int]) -> list[Agency]:
    """These agencies with what a row of the list shows."""
    rows = db.session.scalars(
        sa.select(Agency)
        .where(Agency.id.in_(ids))
        .options(selectinload(Agency.aliases), selectinload(Agency.parent), selectinload(Agency.successions))
    )
    by_id = {agency.id: agency for agency in rows}
    return [by_id[key] for key in ids if key in by_id]


def _lines(today: date, ended: bool) -> list[Line]:
    """Those that exist today, or have ended, in the order of the page."""
    copy = _copy()
    if (today, ended) not in copy.of_day:
        for old in [key for key in copy.of_day if key[0] != today]:
            copy.of_day.pop(old, None)
        copy.of_day[(today, ended)] = [
            line for line in copy.lines if (line.last_day is not None and line.last_day < today) is ended
        ]
    return copy.of_day[(today, ended)]


def _copy() -> Copy:
    db.session.flush()
    token = db.session.scalar(sa.select(DirectoryToken.token))
    known = _copies.get(db.engine)
    if known is not None and token is not None and known.token == token:
        return known
    rows = db.session.execute(
        sa.select(Agency.id, Agency.search_key, Agency.kind, Agency.level, Agency.valid_to).order_by(
            Agency.protocol_order, Agency.name_key, Agency.id
        )
    )
    copy = Copy(token, sorted((Line(*row) for row in rows), key=lambda line: _LEVELS[line.level]), {})
    if token is not None:
        _copies[db.engine] = copy
    return copy


@sa.event.listens_for(Session, "before_flush")
def _renew_token(session: Session, *_: object) -> None:
    if any(concerns_names(session, row) for row in [*session.new, *session.dirty, *session.deleted]):
        table = DirectoryToken.__table__
        fresh = {"token": secrets.token_hex(16)}
        connection = session.connection()
        if connection.execute(sa.update(table).values(**fresh)).rowcount == 0:
            connection.execute(sa.insert(table).values(id=1, **fresh))
