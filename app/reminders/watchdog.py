"""Looking after the scheduler from outside it: a job that has fallen silent is told to the administrators.

The silent scheduler cannot say so itself, so several ask: the other schedulers (as a job of their own), the web
processes (with the health question that a load balancer or a monitor asks), and `flask watchdog` from a timer of the
system, which also delivers the mail on the spot.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from app.reminders.models import JobRun
from app.reminders.notifications import administrators, notify_silence
from app.reminders.runs import all_runs


def silent_jobs(runs: Mapping[str, JobRun], allowed: Mapping[str, timedelta], now: datetime) -> list[JobRun]:
    """The jobs that have not ended well for longer than they may; those that never ran at all are not silent but
    not there yet. Pure."""
    found = []
    for name, longest in allowed.items():
        run = runs.get(name)
        if run is None:
            continue
        last = run.last_good_at or run.last_failed_at or run.last_started_at
        if last is not None and now - last > longest:
            found.append(run)
    return found


def tell_of_silence(allowed: Mapping[str, timedelta], *, now: datetime) -> tuple[list[JobRun], int]:
    """The silent jobs, and how many mails about them are new: each silence is told once. The caller commits."""
    silent = silent_jobs({run.name: run for run in all_runs()}, allowed, now)
    if not silent:
        return [], 0
    return silent, sum(notify_silence(user, silent, now=now) for user in administrators())
