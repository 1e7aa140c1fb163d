"""What a load balancer and a watchdog are told."""

from __future__ import annotations

from datetime import timedelta

import flask_migrate
import pytest
from flask import Flask

from app.extensions import db
from app.reminders.models import JobRun
from tests.cast import NOW


@pytest.fixture
def stamped(app: Flask) -> Flask:
    """The test's tables were made from the models; say that they are those of the newest migration."""
    flask_migrate.stamp()
    return app


def test_a_living_process_says_so(client_of) -> None:
    assert client_of(None).get("/healthz").json == {"status": "ok"}


def test_ready_before_any_scheduler_ran(stamped: Flask, client_of) -> None:
    answer = client_of(None).get("/readyz")
    assert answer.status_code == 200
    assert answer.json["checks"] == {"database": "ok", "migrations": "ok", "scheduler": "never"}


@pytest.mark.parametrize(("ago", "says"), [(timedelta(minutes=1), "ok"), (timedelta(hours=2), "silent")])
def test_the_schedulers_last_good_run_is_told(stamped: Flask, client_of, ago: timedelta, says: str) -> None:
    db.session.add(JobRun(name="deliver", last_good_at=NOW - ago))
    assert client_of(None).get("/readyz").json["checks"]["scheduler"] == says


def test_not_ready_on_the_tables_of_another_version(app: Flask, client_of) -> None:
    answer = client_of(None).get("/readyz")
    assert answer.status_code == 503
    assert answer.json["checks"]["migrations"] == "behind"
