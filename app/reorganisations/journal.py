"""What a reorganisation changes, noted row by row, so that it can be taken back exactly.

A column that somebody has changed again since is left as it is: taking back never overwrites a later act.
"""

from __future__ import annotations

import enum
from collections.abc import Callable
from datetime import date, datetime
from functools import cache
from typing import Any

import sqlalchemy as sa

from app.extensions import db
from app.organisations.reorganisations import Reorganisation, ReorganisationStep


class Journal:
    def __init__(self, reorganisation: Reorganisation):
        self._reorganisation = reorganisation

    def put(self, row: Any, **values: Any) -> None:
        """Set columns of a row."""
        before = {name: plain(getattr(row, name)) for name in values}
        for name, value in values.items():
            setattr(row, name, value)
        self.changed(row, before)

    def changed(self, row: Any, before: dict[str, Any]) -> None:
        """Note what some other operation has changed; `before` are the plain values from then."""
        db.session.flush()
        after = {name: plain(getattr(row, name)) for name in before}
        if after != before:
            self._note("set", row, before, after)
            hanging = [
                relation.key
                for relation in sa.inspect(type(row)).relationships
                if {column.key for column in relation.local_columns} & after.keys() and not relation.uselist
            ]
            if hanging:
                db.session.expire(row, hanging)

    def add(self, row: Any) -> None:
        db.session.add(row)
        db.session.flush()
        self._note("add", row, {}, {})

    def drop(self, row: Any) -> None:
        before = {
            column.key: plain(getattr(row, column.key)) for column in sa.inspect(type(row)).column_attrs
        }
        self._note("remove", row, before, {})
        db.session.delete(row)
        db.session.flush()

    def _note(self, act: str, row: Any, before: dict[str, Any], after: dict[str, Any]) -> None:
        mapper = sa.inspect(type(row))
        key = {mapper.get_property_by_column(column).key: None for column in mapper.primary_key}
        db.session.add(
            ReorganisationStep(
                reorganisation_id=self._reorganisation.id,
                act=act,
                table_name=row.__tablename__,
                row_key={name: plain(getattr(row, name)) for name in key},
                before=before,
                after=after,
            )
        )


def plain_values(row: Any, *names: str) -> dict[str, Any]:
    return {name: plain(getattr(row, name)) for name in names}


def steps_of(reorganisation: Reorganisation) -> list[ReorganisationStep]:
    """In the order in which they were done."""
    return list(
        db.session.scalars(
            sa.select(ReorganisationStep)
            .where(ReorganisationStep.reorganisation_id == reorganisation.id)
            .order_by(ReorganisationStep.id)
        )
    )


def take_back(reorganisation: Reorganisation, then: Callable[[list[Any]], None]) -> None:
    """Undo every step, the last one first. `then` gets the rows that were set back, when everything stands as before
    but for the new agencies: what has come to be in their name since must leave it before they go.

    Raises:
        sqlalchemy.exc.IntegrityError: a row that was made then is used elsewhere by now.
    """
    restored: list[Any] = []
    founding = []
    for step in reversed(steps_of(reorganisation)):
        if step.act == "add" and step.table_name == "agency":
            founding.append(step)
            continue
        _undo(step, restored)
    db.session.flush()
    db.session.expire_all()
    then([row for row in dict.fromkeys(restored) if not sa.inspect(row).detached])
    for step in founding:
        _undo(step, restored)
    db.session.expire_all()


def _undo(step: ReorganisationStep, restored: list[Any]) -> None:
    model = _models()[step.table_name]
    row = db.session.get(model, _identity(model, step.row_key))
    if step.act == "remove" and row is None:
        db.session.add(model(**{name: _value(model, name, v) for name, v in step.before.items()}))
    elif step.act == "add" and row is not None:
        db.session.delete(row)
    elif step.act == "set" and row is not None:
        for name, value in step.before.items():
            if plain(getattr(row, name)) == step.after[name]:
                setattr(row, name, _value(model, name, value))
        restored.append(row)
    db.session.flush()
    db.session.delete(step)


def plain(value: Any) -> Any:
    """A column's value as JSON."""
    if isinstance(value, enum.Enum):
        return value.value
    return value.isoformat() if isinstance(value, date) else value


def _value(model: Any, name: str, value: Any) -> Any:
    kind = getattr(model, name).type
    if value is None or not isinstance(value, str):
        return value
    if isinstance(kind, sa.Enum):
        return kind.enum_class(value) if kind.enum_class else value
    if isinstance(kind, sa.Date):
        return date.fromisoformat(value)
    if isinstance(kind, sa.TypeDecorator) and isinstance(kind.impl_instance, sa.DateTime):
        return datetime.fromisoformat(value)
    return value


def _identity(model: Any, key: dict[str, Any]) -> tuple[Any, ...]:
    mapper = sa.inspect(model)
    return tuple(key[mapper.get_property_by_column(column).key] for column in mapper.primary_key)


@cache
def _models() -> dict[str, Any]:
    return {mapper.class_.__tablename__: mapper.class_ for mapper in db.Model.registry.mappers}
