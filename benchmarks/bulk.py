"""Many rows of many tables into the database by the shortest road: COPY on PostgreSQL, executemany on SQLite.

Rows stay in memory until `flush`, which writes parents before children, inside the session's own transaction.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from itertools import count
from typing import Any

import sqlalchemy as sa

from app.extensions import Instant, db

Row = dict[str, Any]


class Loader:
    """`add` gives a row its id at once, so that others can point at it before anything is written."""

    def __init__(self) -> None:
        self._waiting: dict[str, list[Row]] = defaultdict(list)
        self._numbers: dict[str, Iterator[int]] = {}
        self._given: dict[str, int] = {}
        self._layouts: dict[str, _Layout] = {}
        self._dialect = db.session.connection().dialect

    def add(self, model: type[Any], **values: Any) -> int:
        """Keep a row for the next `flush`; its id, or 0 for a table without one."""
        table: sa.Table = model.__table__
        number = 0
        if "id" in table.columns and "id" not in values:
            values["id"] = number = self._next_id(table)
        self._waiting[table.name].append(values)
        return number

    def flush(self) -> None:
        db.session.flush()
        for table in db.metadata.sorted_tables:
            if rows := self._waiting.pop(table.name, None):
                self._write(table, rows)

    def finish(self) -> None:
        """Write the rest, and let the database go on counting behind our ids."""
        self.flush()
        if self._dialect.name == "postgresql":
            for name, last in self._given.items():
                db.session.execute(
                    sa.text("SELECT setval(pg_get_serial_sequence(:name, 'id'), :last)"),
                    {"name": name, "last": last},
                )

    def _next_id(self, table: sa.Table) -> int:
        if table.name not in self._numbers:
            last = db.session.scalar(sa.select(sa.func.max(table.c.id))) or 0
            self._numbers[table.name] = count(last + 1)
        self._given[table.name] = number = next(self._numbers[table.name])
        return number

    def _write(self, table: sa.Table, rows: list[Row]) -> None:
        layout = self._layout_of(table)
        cursor = db.session.connection().connection.cursor()
        listed = ", ".join(f'"{column.name}"' for column in table.columns)
        try:
            if self._dialect.name == "postgresql":
                with cursor.copy(f'COPY "{table.name}" ({listed}) FROM STDIN') as copy:
                    for row in rows:
                        copy.write_row(layout.bound(row))
            else:
                places = ", ".join("?" * len(table.columns))
                insert = f'INSERT INTO "{table.name}" ({listed}) VALUES ({places})'
                cursor.executemany(insert, map(layout.bound, rows))
        finally:
            cursor.close()

    def _layout_of(self, table: sa.Table) -> _Layout:
        if table.name not in self._layouts:
            self._layouts[table.name] = _Layout(table, self._dialect)
        return self._layouts[table.name]


class _Layout:
    """The columns of a table with their defaults, and how the ORM would bind each value."""

    def __init__(self, table: sa.Table, dialect: sa.Dialect):
        defaults = [column.default for column in table.columns]
        self._empty = [d.arg if d is not None and d.is_scalar else None for d in defaults]
        # What a function makes (a list, or a value from the others of the row), for rows that do not name it.
        self._made = [
            (column.name, column.default.arg)
            for column in table.columns
            if column.default is not None and column.default.is_callable
        ]
        self._places = {column.name: n for n, column in enumerate(table.columns)}
        self._convert = [_converter(column.type, dialect) for column in table.columns]
        for n, convert in enumerate(self._convert):
            if convert and self._empty[n] is not None:
                self._empty[n] = convert(self._empty[n])

    def bound(self, row: Row) -> list[Any]:
        values = self._empty.copy()
        missing = {name: make(_Given(row)) for name, make in self._made if name not in row}
        for name, value in {**missing, **row}.items():
            place = self._places[name]
            convert = self._convert[place]
            values[place] = value if convert is None or value is None else convert(value)
        return values


@dataclass(frozen=True, slots=True)
class _Given:
    """What a function that makes a default may ask for."""

    row: Row

    def get_current_parameters(self) -> Row:
        return self.row


def _converter(kind: sa.types.TypeEngine[Any], dialect: sa.Dialect) -> Callable[[Any], Any] | None:
    if dialect.name == "sqlite" and isinstance(kind, Instant):
        return _naive_text  # what the type itself would write, in a third of the time
    convert = kind.dialect_impl(dialect).bind_processor(dialect)
    if convert and isinstance(kind, (sa.Date, sa.Enum)):
        return lru_cache(maxsize=10_000)(convert)  # few values, over and over
    return convert


def _naive_text(instant: datetime) -> str:
    return instant.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")
