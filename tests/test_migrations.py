"""Migrations go up, down and up again, and end at the very tables of the models, on both engines."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from pathlib import Path

import flask_migrate
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask

from app import create_app
from app.extensions import db
from tests.conftest import both_engines, settings_for


@pytest.fixture
def empty_office(engine_name: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Flask]:
    """An application on a database without any table."""
    if engine_name == "sqlite":
        url = f"sqlite:///{tmp_path / 'empty.db'}"
    else:
        server = request.getfixturevalue("postgres_cluster")
        server.run_sql("CREATE DATABASE migrated")
        url = server.url("migrated")
    application = create_app(settings_for(tmp_path, url))
    with application.app_context():
        yield application
        db.session.remove()
        db.engine.dispose()
    if engine_name == "postgresql":
        server.run_sql("DROP DATABASE migrated WITH (FORCE)")


@both_engines
def test_migrations_go_up_down_and_up_again_and_equal_the_models(empty_office: Flask) -> None:
    flask_migrate.upgrade()
    flask_migrate.downgrade(revision="base")
    assert set(sa.inspect(db.engine).get_table_names()) == {"alembic_version"}
    flask_migrate.upgrade()
    with warnings.catch_warnings():
        # SQLite cannot reflect indexes on expressions; they are compared by name below.
        warnings.filterwarnings("ignore", message=".*expression-based index.*")
        warnings.filterwarnings("ignore", message="Skipped unsupported reflection of expression-based index")
        with db.engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            assert compare_metadata(context, db.metadata) == []
    assert indexes_in_database() == {
        index.name for table in db.metadata.tables.values() for index in table.indexes
    }


def indexes_in_database() -> set[str]:
    """Names of all indexes that a migration made, without those behind constraints."""
    statement = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL",
        "postgresql": "SELECT indexname FROM pg_indexes WHERE schemaname = 'public' AND indexname LIKE 'ix_%'",
    }[db.engine.dialect.name]
    return set(db.session.scalars(sa.text(statement)))
