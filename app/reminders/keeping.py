"""Asking for and writing many rows at once; a reminder whose key is there already is passed over."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from app.extensions import db
from app.reminders.models import Reminder, ReminderState
from app.reminders.planning import Planned

_COLUMNS = ("key", "obligation_id", "version", "part_id", "user_id", "step", "step_on", "state", "created_at")


def among(column: Any, ids: Sequence[int]) -> sa.ColumnElement[bool]:
    """`column IN (ids)`. PostgreSQL takes thousands of ids as one array, and need not read a query that long."""
    if db.session.get_bind().dialect.name == "postgresql":
        return column == sa.any_(sa.literal(list(ids), postgresql.ARRAY(sa.Integer)))
    return column.in_(ids)


def keep(planned: Sequence[Planned], *, now: datetime) -> dict[str, int]:
    """Record these; how many were new: `planned` to be said, `overtaken` not."""
    said = [item for item in planned if item.say]
    overtaken = [item for item in planned if not item.say]
    return {
        "planned": _insert(said, ReminderState.POSTED, now),
        "overtaken": _insert(overtaken, ReminderState.SUPERSEDED, now),
    }


def _insert(planned: Sequence[Planned], state: ReminderState, now: datetime) -> int:
    if not planned:
        return 0
    # In the order of the keys, so that two processes that meet wait for each other instead of locking up.
    ordered = sorted(planned, key=lambda item: item.key)
    if db.session.get_bind().dialect.name == "postgresql":
        return _insert_arrays(ordered, state, now)
    insert = sqlite.insert(Reminder.__table__).on_conflict_do_nothing(index_elements=["key"])
    insert = insert.execution_options(preserve_rowcount=True)
    rows = [
        {
            "key": item.key,
            "obligation_id": item.obligation_id,
            "version": item.version,
            "part_id": item.part_id,
            "user_id": item.user_id,
            "step": item.step.code,
            "step_on": item.step.on,
            "state": state,
            "created_at": now,
        }
        for item in ordered
    ]
    return db.session.connection().execute(insert, rows).rowcount


def _insert_arrays(ordered: Sequence[Planned], state: ReminderState, now: datetime) -> int:
    """PostgreSQL takes a whole batch as one array a column, in one statement."""
    table = Reminder.__table__
    text, number = postgresql.ARRAY(sa.Text), postgresql.ARRAY(sa.Integer)
    arrays = (
        sa.func.unnest(
            sa.bindparam("key", [item.key for item in ordered], text),
            sa.bindparam("obligation_id", [item.obligation_id for item in ordered], number),
            sa.bindparam("version", [item.version for item in ordered], number),
            sa.bindparam("part_id", [item.part_id for item in ordered], number),
            sa.bindparam("user_id", [item.user_id for item in ordered], number),
            sa.bindparam("step", [item.step.code for item in ordered], text),
            sa.bindparam("step_on", [item.step.on for item in ordered], postgresql.ARRAY(sa.Date)),
        )
        .table_valued("key", "obligation_id", "version", "part_id", "user_id", "step", "step_on")
        .render_derived()
    )
    rows = sa.select(
        *arrays.c, sa.literal(state, table.c.state.type), sa.literal(now, table.c.created_at.type)
    )
    insert = postgresql.insert(table).from_select(_COLUMNS, rows, include_defaults=False)
    insert = insert.on_conflict_do_nothing(index_elements=["key"]).execution_options(preserve_rowcount=True)
    return db.session.connection().execute(insert).rowcount
