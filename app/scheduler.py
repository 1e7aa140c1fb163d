"""The scheduler: one table of jobs, in a process of its own (`flask --app wsgi scheduler`).

Several schedulers may run at once, since every job claims its work or does what is harmless to do twice. A job
that is late runs as soon as it can, once; a job that fails is recorded and runs again at its next time. On SIGTERM
or SIGINT the piece of work in hand is finished, then the process ends.
"""

from __future__ import annotations

import json
import logging
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import click
import sqlalchemy as sa
from apscheduler.events import EVENT_SCHEDULER_STARTED
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.blocking import BlockingScheduler
from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger
from flask import Flask, current_app
from flask.cli import with_appcontext

from app import clock
from app.audit import chain
from app.extensions import db
from app.files.strays import remove_strays
from app.files.sweeping import sweep_stored
from app.obligations.calendar import office_calendar, office_reading
from app.obligations.operations import hand_over_ended, warn_of_undecreed
from app.obligations.operations.arriving import sweep_drafts
from app.organisations.finding import fill_search_keys
from app.outbox import delivery
from app.outbox import jobs as outbox_jobs
from app.plans import jobs as plan_jobs
from app.reminders import jobs as reminder_jobs
from app.reminders import runs
from app.reminders.hearing import tell_standing_agencies
from app.reminders.operations import ensure_default_rules
from app.reminders.planning import may_speak
from app.reminders.watchdog import tell_of_silence
from app.reminders.weekly import tell_committees
from app.reorganisations.operations import carry_out_due
from app.schedules.operations import roll_forward

log = logging.getLogger("dunghan.scheduler")

ShouldStop = Callable[[], bool]


# -- the jobs: each gets the instant and a question it asks between two pieces of work ------------------------------


def roll_schedules_forward(now: datetime, _should_stop: ShouldStop) -> dict[str, int]:
    """Carry out reorganisations whose day has come, hand over what ended agencies still owe, then owe every period
    that falls due within ROLL_FORWARD_DAYS."""
    reorganised = carry_out_due(now=now)
    handed_over = hand_over_ended(now=now)
    until = clock.vietnam_day(now) + timedelta(days=current_app.config["ROLL_FORWARD_DAYS"])
    made = roll_forward(until, now=now, calendar=office_calendar(), reading=office_reading())
    db.session.commit()
    return {"owed": made, "handed_over": handed_over, "reorganised": reorganised}


def read_documents(_now: datetime, should_stop: ShouldStop) -> dict[str, int]:
    """Read the uploads that take minutes: scans, and files that an office program converts."""
    return plan_jobs.read_documents(clock.now, should_stop)


def plan_reminders(now: datetime, should_stop: ShouldStop) -> dict[str, int]:
    return reminder_jobs.plan_reminders(now, should_stop=should_stop)


def deliver(_now: datetime, should_stop: ShouldStop) -> dict[str, int]:
    return delivery.deliver(clock.now, 100_000, should_stop=should_stop)


def read_bounces(now: datetime, should_stop: ShouldStop) -> dict[str, int]:
    """Count what BOUNCE_MAILBOX says did not arrive."""
    return outbox_jobs.read_bounces(now, should_stop)


def sweep(now: datetime, _should_stop: ShouldStop) -> dict[str, int]:
    """Return to the queue what dead delivery workers had claimed."""
    returned = delivery.sweep(now)
    db.session.commit()
    return {"returned": returned}


def seal_audit(_now: datetime, _should_stop: ShouldStop) -> dict[str, int]:
    """Take the newest acts into the chain over the audit trail."""
    sealed = chain.seal()
    db.session.commit()
    return {"sealed": sealed}


def verify_audit(_now: datetime, _should_stop: ShouldStop) -> dict[str, int]:
    """Check the whole trail and note its head in the log, where whoever can change the database cannot reach.

    Raises:
        TrailBroken: an entry was altered or removed; the job counts as failed until somebody has looked.
    """
    chain.seal(look_back=None)
    db.session.commit()
    verdict = chain.verify()
    head = verdict.head
    log.info("audit chain", extra={"head": f"{head.number}:{head.digest}", "faults": len(verdict.faults)})
    if not verdict.is_whole:
        raise chain.TrailBroken(verdict)
    return {"entries": head.number}


def housekeeping(now: datetime, _should_stop: ShouldStop) -> dict[str, int]:
    """Remove what died half written, forget jobs of older versions, let SQLite look after its indexes."""
    counts = {"files": _remove_unfinished_mails(now), "jobs": runs.forget_others({job.name for job in JOBS})}
    counts |= sweep_drafts(now) | {"stored": sweep_stored(now), "strays": remove_strays(now)}
    # Agencies of before an upgrade, and rows that were loaded past the application, are found by search again.
    counts["found_again"] = fill_search_keys()
    ensure_default_rules(now=now)
    db.session.commit()
    if db.engine.dialect.name == "sqlite":
        _optimize_sqlite()
    calendar, today = office_calendar(), clock.vietnam_day(now)
    for year in calendar.undecreed_ahead(today):
        log.warning(
            "the days off of a coming year are computed, not decreed: check them", extra={"year": year}
        )
    warn_of_undecreed(calendar, today, now=now)
    db.session.commit()
    return counts


def check_hearing(now: datetime, _should_stop: ShouldStop) -> dict[str, int]:
    """Tell the standing agencies of what will be due soon and heard by nobody."""
    calendar = office_calendar()
    if not may_speak(now, calendar, *reminder_jobs.working_hours()):
        return {"quiet": 1}
    told = tell_standing_agencies(now, calendar, current_app.config["UNHEARD_DAYS"])
    db.session.commit()
    return {"told": told}


def tell_committees_of_the_week(now: datetime, _should_stop: ShouldStop) -> dict[str, int]:
    """On the first working day of the week, or the first one after it on which a scheduler runs."""
    today = clock.vietnam_day(now)
    first = office_calendar().next_working_day(today - timedelta(days=today.weekday()))
    last_good = runs.last_good("tell_committees")
    if today < first or (last_good is not None and clock.vietnam_day(last_good) >= first):
        return {"mails": 0}
    mails = tell_committees(now)
    db.session.commit()
    return {"mails": mails}


def look_after_the_others(now: datetime, _should_stop: ShouldStop = lambda: False) -> dict[str, int]:
    """Whoever is alive, a scheduler or a web process, tells the administrators of jobs that are not."""
    silent, told = tell_of_silence(ALLOWED_SILENCE, now=now)
    db.session.commit()
    return {"silent": len(silent), "told": told}


@dataclass(frozen=True)
class Job:
    name: str
    trigger: BaseTrigger
    run: Callable[[datetime, ShouldStop], dict[str, int]]
    silent_after: timedelta = timedelta(hours=1)  # without a good run for so long it is told of
    at_start: bool = True  # also as soon as the scheduler starts


def _daily(hour: int, minute: int) -> CronTrigger:
    return CronTrigger(hour=hour, minute=minute, timezone=clock.VIETNAM)


def _every(**interval: int) -> IntervalTrigger:
    return IntervalTrigger(timezone=clock.VIETNAM, **interval)


def _in_office_hours(minute: int) -> CronTrigger:
    return CronTrigger(day_of_week="mon-sat", hour="7-16", minute=minute, timezone=clock.VIETNAM)


_DAY = timedelta(hours=30)

JOBS = (
    Job("roll_forward", _daily(0, 20), roll_schedules_forward, _DAY),
    # All day, so that what a plan gives at noon for tomorrow is said at noon; the job itself keeps working hours.
    Job("plan_reminders", _every(minutes=5), plan_reminders),
    Job("deliver", _every(seconds=20), deliver),
    Job("read_documents", _every(seconds=10), read_documents, timedelta(hours=6)),
    Job("sweep", _every(minutes=5), sweep),
    Job("read_bounces", _every(minutes=10), read_bounces, timedelta(hours=6)),
    Job("check_hearing", _in_office_hours(35), check_hearing, timedelta(days=4)),
    # Hourly, so that a Monday on which no scheduler ran is made up; the job itself knows the day.
    Job(
        "tell_committees",
        _in_office_hours(50),
        tell_committees_of_the_week,
        timedelta(days=4),
        at_start=False,
    ),
    Job("seal_audit", _every(minutes=1), seal_audit),
    Job("verify_audit", _daily(3, 10), verify_audit, _DAY, at_start=False),
    Job("housekeeping", _daily(2, 40), housekeeping, _DAY),
    Job("watchdog", _every(minutes=5), look_after_the_others),
)
ALLOWED_SILENCE = {job.name: job.silent_after for job in JOBS}


def job_named(name: str) -> Job:
    """
    Raises:
        LookupError: there is no such job.
    """
    for job in JOBS:
        if job.name == name:
            return job
    raise LookupError(name)


def run_job(app: Flask, job: Job, should_stop: ShouldStop = lambda: False) -> dict[str, int]:
    """Run one job now and record how it went.

    Raises:
        Exception: whatever the job raised, after it was recorded.
    """
    with app.app_context():
        runs.note_started(job.name, now=clock.now())
        db.session.commit()
        try:
            result = job.run(clock.now(), should_stop)
        except Exception as error:
            db.session.rollback()
            runs.note_failed(job.name, now=clock.now(), error=f"{type(error).__name__}: {error}"[:2000])
            db.session.commit()
            raise
        runs.note_good(job.name, now=clock.now(), result=json.dumps(result))
        db.session.commit()
        return result


def run(app: Flask, stopping: threading.Event | None = None) -> None:
    """Run all jobs at their times until `stopping` is set; then finish what is in hand and return."""
    stopping = stopping or threading.Event()
    scheduler = BlockingScheduler(
        timezone=clock.VIETNAM,
        executors={"default": ThreadPoolExecutor(len(JOBS))},
        # Late is better than never, and once is enough: a machine that slept runs each job once when it wakes.
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )
    for job in JOBS:
        first = {"next_run_time": clock.now()} if job.at_start else {}
        scheduler.add_job(
            _safely, job.trigger, [app, job, stopping.is_set], id=job.name, name=job.name, **first
        )

    def end_when_told() -> None:
        stopping.wait()
        scheduler.remove_all_jobs()  # nothing new begins
        scheduler.shutdown(wait=True)  # what is running ends in its own time

    ender = threading.Thread(target=end_when_told, name="ender", daemon=True)
    scheduler.add_listener(lambda _event: ender.start(), EVENT_SCHEDULER_STARTED)
    log.info("scheduler started", extra={"jobs": [job.name for job in JOBS]})
    scheduler.start()
    ender.join()
    log.info("scheduler stopped")


def _safely(app: Flask, job: Job, should_stop: ShouldStop) -> None:
    """One failing job stops neither itself at its next time nor the others."""
    try:
        result = run_job(app, job, should_stop)
    except Exception:
        log.exception("job failed", extra={"job": job.name})
    else:
        log.log(
            logging.INFO if any(result.values()) else logging.DEBUG,
            "job done",
            extra={"job": job.name, **result},
        )


def _optimize_sqlite() -> None:
    """A nicety: where another connection writes just then, tomorrow is soon enough."""
    try:
        db.session.execute(sa.text("PRAGMA optimize"))
        db.session.commit()
    except sa.exc.OperationalError:
        db.session.rollback()


def _remove_unfinished_mails(now: datetime) -> int:
    removed = 0
    for path in Path(current_app.config["MAIL_FOLDER"]).glob("*.part"):
        if now.timestamp() - path.stat().st_mtime > timedelta(days=1).total_seconds():
            path.unlink(missing_ok=True)
            removed += 1
    return removed


# -- commands -----------------------------------------------------------------------------------------------------


@contextmanager
def _finishing_when_told() -> Iterator[threading.Event]:
    """SIGTERM and SIGINT set the event, so that the mail in hand is recorded before the process ends."""
    stopping = threading.Event()
    before = {
        number: signal.signal(number, lambda *_: stopping.set()) for number in (signal.SIGTERM, signal.SIGINT)
    }
    try:
        yield stopping
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@click.command("scheduler")
@with_appcontext
def scheduler_command() -> None:
    """Run reminders, delivery and all other jobs at their times, until Ctrl-C or SIGTERM."""
    with _finishing_when_told() as stopping:
        run(current_app._get_current_object(), stopping)  # type: ignore[attr-defined]


@click.command("job")
@click.argument("name", type=click.Choice([job.name for job in JOBS]))
@with_appcontext
def job_command(name: str) -> None:
    """Run one job of the scheduler now, once."""
    with _finishing_when_told() as stopping:
        result = run_job(current_app._get_current_object(), job_named(name), stopping.is_set)  # type: ignore[attr-defined]
    click.echo(_counts(name, result))


@click.command("deliver")
@click.option("--limit", default=100_000, show_default=True, help="At most so many mails.")
@with_appcontext
def deliver_command(limit: int) -> None:
    """Send what is due in the outbox now."""
    with _finishing_when_told() as stopping:
        result = delivery.deliver(clock.now, limit, should_stop=stopping.is_set)
    click.echo(_counts("deliver", result))


@click.command("watchdog")
@with_appcontext
def watchdog_command() -> None:
    """Tell the administrators of jobs that have fallen silent, and deliver what waits in the meantime.

    For a timer of the system, beside the scheduler. Ends with 1 where a job is silent.
    """
    silent, told = tell_of_silence(ALLOWED_SILENCE, now=clock.now())
    db.session.commit()
    if silent:
        with _finishing_when_told() as stopping:
            delivery.deliver(clock.now, 100_000, should_stop=stopping.is_set)
        click.echo(f"silent: {', '.join(job.name for job in silent)}; mails {told}", err=True)
        raise SystemExit(1)
    click.echo("watchdog: every job has run")


def _counts(name: str, counts: dict[str, Any]) -> str:
    return f"{name}: " + (", ".join(f"{key} {value}" for key, value in counts.items()) or "nothing to do")


COMMANDS = [scheduler_command, job_command, deliver_command, watchdog_command]
