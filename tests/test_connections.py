"""What every connection to the database is told before it is used."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask

from app.extensions import db


@pytest.mark.postgresql
@pytest.mark.parametrize("engine_name", ["postgresql"])
def test_postgresql_does_not_compile_queries_also_after_a_rollback(app: Flask) -> None:
    db.session.rollback()
    assert db.session.scalar(sa.text("SHOW jit")) == "off"


def test_sqlite_checks_foreign_keys_and_lets_readers_beside_a_writer(app: Flask) -> None:
    assert db.session.scalar(sa.text("PRAGMA foreign_keys")) == 1
    assert db.session.scalar(sa.text("PRAGMA journal_mode")) == "wal"
