"""Runs migrations on the database of the application that called."""

from __future__ import annotations

from typing import Any, Literal

import sqlalchemy as sa
from alembic import context
from alembic.autogenerate.api import AutogenContext
from flask import current_app

from app.extensions import Instant

extension = current_app.extensions["migrate"]
target = extension.db


def render_item(kind: str, item: Any, _context: AutogenContext) -> str | Literal[False]:
    """Migrations stand on plain column types: they must still run when the application's own have changed."""
    if kind == "type" and isinstance(item, Instant):
        return "sa.DateTime(timezone=True)"
    return False


def run() -> None:
    if context.is_offline_mode():
        context.configure(url=target.engine.url, target_metadata=target.metadata, literal_binds=True)
        with context.begin_transaction():
            context.run_migrations()
        return
    with target.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            # Rebuilding a table must not fire the deletes of the tables that point at it.
            connection.execute(sa.text("PRAGMA foreign_keys = OFF"))
            connection.commit()
        arguments = {"render_item": render_item, **extension.configure_args}
        context.configure(connection=connection, target_metadata=target.metadata, **arguments)
        with context.begin_transaction():
            context.run_migrations()


run()
