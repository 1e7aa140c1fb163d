"""Taking a table over: each row by itself, all in one transaction that the caller commits or rolls back."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.documents.tables import TableRow
from app.errors import Refused
from app.extensions import db
from app.i18n import _
from app.organisations.exchange.kinds import Cells, Kind, Later
from app.planreader import fold

_HEADER_WITHIN = 15  # rows above the header: a title and notes


class State(enum.StrEnum):
    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of one row. `changes`: (what, before, after) in words."""

    line: int
    state: State
    name: str
    changes: tuple[tuple[str, str, str], ...] = ()
    reason: str = ""
    cells: tuple[str, ...] = ()


def read_cells(kind: Kind, rows: Sequence[TableRow]) -> tuple[list[tuple[TableRow, Cells]], tuple[str, ...]]:
    """The rows under the header by column, and the header. Columns may stand in any order; unknown ones are passed
    over.

    Raises:
        Refused: no header of this kind is there, or a column that it needs.
    """
    by_heading = {fold(str(column.heading)): column.key for column in kind.columns}
    best: tuple[int, dict[int, str]] = (0, {})
    for index, row in enumerate(rows[:_HEADER_WITHIN]):
        found: dict[int, str] = {}
        for position, cell in enumerate(row.cells):
            key = by_heading.get(fold(cell))
            if key is not None and key not in found.values():
                found[position] = key
        if len(found) > len(best[1]):
            best = (index, found)
    index, places = best
    missing = [str(c.heading) for c in kind.columns if c.required and c.key not in places.values()]
    if missing:
        raise Refused(
            _("Tệp không có cột %(columns)s. Tải mẫu rồi chép số liệu vào đúng cột.",
              columns=", ".join(f"«{name}»" for name in missing))
        )  # fmt: skip
    headings = kind.headings
    read = []
    for row in rows[index + 1 :]:
        values = {
            key: row.cells[position].strip() if position < len(row.cells) else ""
            for position, key in places.items()
        }
        if any(values.values()):
            read.append((row, Cells(values, headings)))
    return read, rows[index].cells


def run(kind: Kind, rows: Iterable[tuple[TableRow, Cells]], *, actor: Any, now: datetime) -> list[Fate]:
    """Take every row over that can be, and tell each one's fate, in the order of the lines. A row that waits for
    another one is asked again until nothing more comes of it."""
    take = kind.taker(actor, now)
    fates: dict[int, Fate] = {}
    waiting = list(rows)
    while waiting:
        later: list[tuple[TableRow, Cells]] = []
        reasons: dict[int, str] = {}
        for row, cells in waiting:
            try:
                with db.session.begin_nested():
                    name, changes, is_new = take(cells, row.line)
                    db.session.flush()
            except Later as refusal:
                later.append((row, cells))
                reasons[row.line] = str(refusal)
            except Refused as refusal:
                fates[row.line] = _refused(row, cells, str(refusal))
            else:
                state = State.NEW if is_new else State.CHANGED if changes else State.UNCHANGED
                told = tuple((str(what), _said(before), _said(after)) for what, before, after in changes)
                fates[row.line] = Fate(row.line, state, name, told)
        if len(later) == len(waiting):
            fates |= {row.line: _refused(row, cells, reasons[row.line]) for row, cells in later}
            break
        waiting = later
    return [fates[line] for line in sorted(fates)]


def _refused(row: TableRow, cells: Cells, reason: str) -> Fate:
    name = next((cell for cell in row.cells if cell), "")
    return Fate(row.line, State.REFUSED, name, reason=reason, cells=row.cells)


def _said(value: Any) -> str:
    if value is None or value == "":
        return "—"
    if isinstance(value, bool):
        return _("Có") if value else _("Không")
    return str(value)
