"""Extensions, made unbound here and bound to the application in `create_app`."""

from __future__ import annotations

import enum
import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import sqlalchemy as sa
from flask_babel import Babel
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import LoginManager
from flask_mail import Mail
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from flask_wtf.csrf import CSRFProtect
from sqlalchemy.orm import DeclarativeBase, registry


class Instant(sa.types.TypeDecorator[datetime]):
    """An instant: aware UTC in Python, timestamptz on PostgreSQL, naive UTC text on SQLite."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone; pass an aware instant")
        value = value.astimezone(UTC)
        return value if dialect.name == "postgresql" else value.replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


class Base(DeclarativeBase):
    registry = registry(
        metadata=sa.MetaData(
            # Named constraints can be changed by a migration on both engines.
            naming_convention={
                "ix": "ix_%(table_name)s_%(column_0_N_name)s",
                "uq": "uq_%(table_name)s_%(column_0_N_name)s",
                "ck": "ck_%(table_name)s_%(constraint_name)s",
                "fk": "fk_%(table_name)s_%(column_0_N_name)s",
                "pk": "pk_%(table_name)s",
            }
        ),
        type_annotation_map={
            datetime: Instant,
            dict[str, Any]: sa.JSON,
            list[Any]: sa.JSON,
            enum.StrEnum: sa.Enum(
                enum.StrEnum,
                native_enum=False,
                length=40,
                values_callable=lambda kind: [e.value for e in kind],
            ),
        },
    )


db = SQLAlchemy(model_class=Base)


@sa.event.listens_for(sa.Engine, "connect")
def _prepare_sqlite(connection: Any, _record: object) -> None:
    """SQLite checks foreign keys only when told to; WAL lets the web server read while the scheduler writes."""
    if isinstance(connection, sqlite3.Connection):
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA busy_timeout = 10000")  # milliseconds


@sa.event.listens_for(sa.Engine, "connect")
def _prepare_postgresql(connection: Any, _record: object) -> None:
    """Our queries take milliseconds; compiling one with many cases (a board of a past day) took over a second."""
    if isinstance(connection, psycopg.Connection):
        connection.execute("SET jit = off")
        connection.commit()  # or the first rollback would take the setting back


migrate = Migrate(
    directory=str(Path(__file__).parent.parent / "migrations"), compare_type=True, render_as_batch=True
)
login = LoginManager()
csrf = CSRFProtect()
babel = Babel()
mail = Mail()
limiter = Limiter(key_func=get_remote_address, default_limits=[])
