"""Migrations go up, down and up again, and end at the very tables of the models, on both engines."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

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
            found = compare_metadata(context, db.metadata)
    assert [change for change in found if not is_index_on_expression(change)] == []
    migrated = indexes_in_database()
    db.drop_all()
    db.create_all()
    assert migrated == indexes_in_database()


def is_index_on_expression(change: Any) -> bool:
    """PostgreSQL writes expressions back in its own manner, which the comparison takes for another index; so they
    are compared below as the database itself writes them."""
    return change[0] in {"add_index", "remove_index"} and not all(
        isinstance(part, sa.Column) for part in change[1].expressions
    )


def indexes_in_database() -> dict[str, str]:
    """Name and definition of all indexes without those behind constraints, as the database keeps them."""
    statement = {
        "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL",
        "postgresql": "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    }[db.engine.dialect.name]
    found = dict(db.session.execute(sa.text(statement)).tuples().all())
    db.session.commit()
    return {
        name: "".join(definition.replace('"', "").lower().split())
        for name, definition in found.items()
        if not name.startswith("alembic")
    }


@both_engines
def test_an_upgrade_keeps_off_the_steps_that_a_plan_had_left_out(empty_office: Flask) -> None:
    """Before 0002 a plan with steps of its own heard of nothing else; since then steps are inherited one by one."""
    flask_migrate.upgrade(revision="0001")
    for statement in (
        "INSERT INTO agency (id, name, name_key, kind, level, commanded, protocol_order) "
        "VALUES (1, 'Sở Y tế', 'so y te', 'department', 'province', true, 1)",
        "INSERT INTO plan (id, title, title_key, issuer, standing_agency_id, state, amends, created_at, revision) "
        "VALUES (1, 'A', 'a', 'UBND', 1, 'in_force', false, '2026-01-01 00:00:00', 1), "
        "(2, 'B', 'b', 'UBND', 1, 'in_force', false, '2026-01-01 00:00:00', 1)",
        'INSERT INTO reminder_rule (plan_id, "offset", audience, repeat_weekly, active) VALUES '
        "(NULL, -5, 'officers', false, true), (NULL, 1, 'head', false, true), (1, -5, 'officers', false, true)",
    ):
        db.session.execute(sa.text(statement))
    db.session.commit()
    flask_migrate.upgrade()
    rows = db.session.execute(
        sa.text(
            'SELECT plan_id, "offset", active FROM reminder_rule WHERE plan_id IS NOT NULL ORDER BY "offset"'
        )
    ).all()
    assert [(plan, offset, bool(active)) for plan, offset, active in rows] == [(1, -5, True), (1, 1, False)]
    db.session.commit()
