"""A table that somebody gives: kept, tried, taken over."""

from __future__ import annotations

import io
from collections import Counter
from datetime import datetime
from typing import Any

from app.audit.operations import record
from app.documents.models import Limits
from app.documents.refusals import DocumentRefused
from app.documents.tables import read_table
from app.errors import Refused
from app.extensions import db
from app.files.operations import keep, path_of
from app.i18n import language
from app.organisations.exchange import KINDS, Fate, State, run
from app.organisations.exchange.running import read_cells
from app.organisations.reorganisations import DirectoryImport

MOST_ROWS = 3000
LIMITS = Limits(max_bytes=5 * 1024 * 1024, max_unpacked=60 * 1024 * 1024)
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def give_table(kind: str, data: bytes, name: str, *, actor: Any, now: datetime) -> DirectoryImport:
    """Keep a table, so that its page can say what would become of each row. Nothing is taken over yet.

    Raises:
        Refused: it is no table, too large, or lacks the columns of its kind.
    """
    given = DirectoryImport(kind=kind, file_name=name[-255:], created_at=now, created_by=actor.name)
    _read(kind, data)
    media_type = _XLSX if data.startswith(b"PK") else "text/csv"
    given.file = keep(io.BytesIO(data), media_type, now)
    db.session.add(given)
    db.session.flush()
    return given


def try_table(given: DirectoryImport, *, actor: Any, now: datetime) -> tuple[list[Fate], tuple[str, ...]]:
    """What would become of each row now, and the file's own header. Everything is done and rolled back, so that
    nothing can come out differently when it is meant."""
    rows, header = _read(given.kind, path_of(given.file).read_bytes())
    db.session.flush()
    trial = db.session.begin_nested()
    try:
        return run(KINDS[given.kind], rows, actor=actor, now=now), header
    finally:
        trial.rollback()


def take_table(given: DirectoryImport, *, actor: Any, now: datetime) -> Counter[State]:
    """Take over every row that can be; rows that are refused wait in the file. Again changes nothing more."""
    rows, _header = _read(given.kind, path_of(given.file).read_bytes())
    fates = run(KINDS[given.kind], rows, actor=actor, now=now)
    counts = Counter(fate.state for fate in fates)
    given.applied_at = now
    record(
        "directory.imported",
        given,
        actor=actor,
        now=now,
        name=given.file_name,
        after={"kind": given.kind, **{state.value: counts[state] for state in State}},
    )
    return counts


def _read(kind: str, data: bytes) -> Any:
    try:
        table = read_table(data, LIMITS, most_rows=MOST_ROWS)
    except DocumentRefused as refusal:
        raise Refused(refusal.message(language())) from None
    return read_cells(KINDS[kind], table)
