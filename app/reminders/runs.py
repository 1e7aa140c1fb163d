"""The record of scheduled jobs: when each began, ended well, failed. One row a job, whoever ran it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from app.audit.checks import Checks
from app.extensions import db
from app.reminders.models import JobRun

# The busiest job runs several times a minute; ten minutes of silence mean that no scheduler is running.
SILENT_AFTER = timedelta(minutes=10)


def note_started(name: str, *, now: datetime) -> None:
    _note(name, last_started_at=now)


def note_good(name: str, *, now: datetime, result: str) -> None:
    _note(name, last_good_at=now, last_result=result)


def note_failed(name: str, *, now: datetime, error: str) -> None:
    _note(name, last_failed_at=now, last_error=error)


def forget_others(names: set[str]) -> int:
    """Remove the rows of jobs that exist no longer; how many."""
    gone = sa.delete(JobRun).where(JobRun.name.not_in(names)).execution_options(synchronize_session=False)
    return db.session.execute(gone).rowcount


@dataclass(frozen=True, slots=True)
class SchedulerState:
    """`silent`: no job has ended well for a while, or none ever has. `failing`: their last run failed."""

    last_good_at: datetime | None
    silent: bool
    failing: tuple[JobRun, ...]
    jobs: tuple[JobRun, ...]


def all_runs() -> tuple[JobRun, ...]:
    return tuple(db.session.scalars(sa.select(JobRun).order_by(JobRun.name)))


def last_good(name: str) -> datetime | None:
    return db.session.scalar(sa.select(JobRun.last_good_at).where(JobRun.name == name))


def checks_of_trail() -> Checks:
    """When the audit trail was last checked, as the job `verify_audit` left it."""
    job = db.session.get(JobRun, "verify_audit")
    return Checks(job.last_good_at, job.last_failed_at) if job is not None else Checks(None, None)


def scheduler_state(now: datetime) -> SchedulerState:
    jobs = all_runs()
    last = max((job.last_good_at for job in jobs if job.last_good_at), default=None)
    return SchedulerState(
        last_good_at=last,
        silent=last is None or now - last > SILENT_AFTER,
        failing=tuple(job for job in jobs if is_failing(job)),
        jobs=jobs,
    )


def is_failing(job: JobRun) -> bool:
    if job.last_failed_at is None:
        return False
    return job.last_good_at is None or job.last_good_at < job.last_failed_at


def _note(name: str, **columns: Any) -> None:
    """Any number of schedulers write the same row; the last one's word stands."""
    dialect = postgresql if db.session.get_bind().dialect.name == "postgresql" else sqlite
    insert = dialect.insert(JobRun).values(name=name, **columns)
    db.session.execute(insert.on_conflict_do_update(index_elements=["name"], set_=columns))
