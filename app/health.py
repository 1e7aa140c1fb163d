"""Is it alive, is it ready: for a load balancer, a watchdog and the administrator."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Blueprint, current_app, jsonify

from app import clock
from app.access import public
from app.extensions import db
from app.reminders.models import JobRun
from app.scheduler import look_after_the_others

bp = Blueprint("health", __name__)

# The busiest job runs every minute; ten minutes of silence mean that no scheduler is running.
SCHEDULER_SILENT_AFTER = timedelta(minutes=10)


@bp.get("/healthz")
@public
def live() -> Any:
    """The process answers."""
    return jsonify(status="ok")


@bp.get("/readyz")
@public
def ready() -> Any:
    """The database answers, its schema is the one of this code, and a scheduler has run lately."""
    checks: dict[str, str] = {}
    try:
        checks["migrations"] = "ok" if _schema_is_current() else "behind"
        checks["database"] = "ok"
        checks["scheduler"] = _scheduler()
    except sa.exc.SQLAlchemyError as error:
        current_app.logger.error("not ready", exc_info=error)
        db.session.rollback()
        checks.setdefault("database", "away")
    # A silent scheduler is told but does not take the pages away from people.
    is_ready = checks.get("database") == "ok" and checks.get("migrations") == "ok"
    return jsonify(status="ok" if is_ready else "not ready", checks=checks), 200 if is_ready else 503


def _scheduler() -> str:
    """Also the web processes tell the administrators, once, when a monitor asks here and finds no job alive."""
    now = clock.now()
    last = db.session.scalar(sa.select(sa.func.max(JobRun.last_good_at)))
    if last is None:
        return "never"
    if now - last < SCHEDULER_SILENT_AFTER:
        return "ok"
    look_after_the_others(now)
    return "silent"


def _schema_is_current() -> bool:
    config = current_app.extensions["migrate"].migrate.get_config()
    newest = set(ScriptDirectory.from_config(config).get_heads())
    return set(MigrationContext.configure(db.session.connection()).get_current_heads()) == newest
