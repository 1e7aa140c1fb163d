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
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
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
from app.i18n import full_day, writing_in
from app.obligations.calendar import office_calendar, office_reading
from app.obligations.operations import hand_over_ended
from app.outbox import delivery
from app.plans import jobs as plan_jobs
from app.reminders import jobs as reminder_jobs
from app.reminders import runs, wording
from app.reminders.operations import ensure_default_rules
from app.reminders.preview import obligations_of, people_of, preview
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
    chain.seal(look_back=1 << 62)
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
    ensure_default_rules(now=now)
    db.session.commit()
    if db.engine.dialect.name == "sqlite":
        _optimize_sqlite()
    for year in office_calendar().undecreed_ahead(clock.vietnam_day(now)):
        log.warning(
            "the days off of a coming year are computed, not decreed: check them", extra={"year": year}
        )
    return counts


@dataclass(frozen=True)
class Job:
    name: str
    trigger: BaseTrigger
    run: Callable[[datetime, ShouldStop], dict[str, int]]
    at_start: bool = True  # also as soon as the scheduler starts


def _daily(hour: int, minute: int) -> CronTrigger:
    return CronTrigger(hour=hour, minute=minute, timezone=clock.VIETNAM)


def _every(**interval: int) -> IntervalTrigger:
    return IntervalTrigger(timezone=clock.VIETNAM, **interval)


JOBS = (
    Job("roll_forward", _daily(0, 20), roll_schedules_forward),
    # All day, so that what a plan gives at noon for tomorrow is said at noon; the job itself keeps working hours.
    Job("plan_reminders", _every(minutes=5), plan_reminders),
    Job("deliver", _every(seconds=20), deliver),
    Job("read_documents", _every(seconds=10), read_documents),
    Job("sweep", _every(minutes=5), sweep),
    Job("seal_audit", _every(minutes=1), seal_audit),
    Job("verify_audit", _daily(3, 10), verify_audit, at_start=False),
    Job("housekeeping", _daily(2, 40), housekeeping),
)


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


@click.command("scheduler")
@with_appcontext
def scheduler_command() -> None:
    """Run reminders, delivery and all other jobs at their times, until Ctrl-C or SIGTERM."""
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    run(current_app._get_current_object(), stopping)  # type: ignore[attr-defined]


@click.command("job")
@click.argument("name", type=click.Choice([job.name for job in JOBS]))
@with_appcontext
def job_command(name: str) -> None:
    """Run one job of the scheduler now, once."""
    result = run_job(current_app._get_current_object(), job_named(name))  # type: ignore[attr-defined]
    click.echo(_counts(name, result))


@click.command("deliver")
@click.option("--limit", default=100_000, show_default=True, help="At most so many mails.")
@with_appcontext
def deliver_command(limit: int) -> None:
    """Send what is due in the outbox now."""
    click.echo(_counts("deliver", delivery.deliver(clock.now, limit)))


@click.command("remind")
@click.option("--dry-run", is_flag=True, help="Only tell what would be said, to whom and why.")
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="With --dry-run: on this day instead of today.")
@click.option("--days", default=0, help="With --dry-run: and on so many days after it.")
@click.option("--language", type=click.Choice(["vi", "en"]), default="vi", show_default=True)
@with_appcontext
def remind_command(dry_run: bool, on: datetime | None, days: int, language: str) -> None:
    """Plan what should have been said by now, at any hour, and queue it; sending is `deliver`."""
    now = clock.now()
    if dry_run:
        with writing_in(language):
            _tell(now, on.date() if on else clock.vietnam_day(now), days)
        return
    if on or days:
        raise click.UsageError("--on and --days need --dry-run: what is queued is queued for now.")
    click.echo(_counts("remind", reminder_jobs.plan_reminders(now, at_any_hour=True)))


def _tell(now: datetime, first: date, days: int) -> None:
    if first < clock.vietnam_day(now):
        raise click.UsageError(f"{first} has passed; what was said then stands in the log of mails.")
    lines = preview(
        now, first + timedelta(days=days), first=first, calendar=office_calendar(), reading=office_reading()
    )
    obligations, people = obligations_of(lines), people_of(lines)
    for line in lines:
        obligation = obligations[line.obligation_id]
        names = ", ".join(f"{people[n].name} <{people[n].mail_address}>" for n in line.people) or "?"
        click.echo(
            f"{full_day(line.on)}  {obligation.agency.display_name}: {obligation.title} "
            f"({full_day(obligation.deadline_on)}, {obligation.plan.display_number})\n"
            f"            {wording.step_words(line.step)} → {names}"
        )
    click.echo(_counts("dry-run", {"reminders": len(lines)}))


def _counts(name: str, counts: dict[str, Any]) -> str:
    return f"{name}: " + (", ".join(f"{key} {value}" for key, value in counts.items()) or "nothing to do")


COMMANDS = [scheduler_command, job_command, remind_command, deliver_command]
