"""The table of jobs, its record, its commands, and a process that ends when it is told to."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from app import scheduler
from app.accounts.models import User
from app.extensions import db
from app.outbox.delivery import STALE_AFTER
from app.outbox.models import Message, MessageState
from app.outbox.post import message_id_for
from app.reminders.models import JobRun, Reminder
from app.reminders.operations import ensure_default_rules
from app.reminders.runs import SILENT_AFTER, note_failed, note_good, note_started, scheduler_state
from tests.conftest import both_engines
from tests.make import make_obligation, make_plan, make_schedule, make_submission

PROJECT = Path(__file__).resolve().parent.parent
NAMES = {job.name for job in scheduler.JOBS}
AT_START = {job.name for job in scheduler.JOBS if job.at_start}


def runs():
    db.session.expire_all()
    return {run.name: run for run in db.session.scalars(sa.select(JobRun))}


def mail(now, **columns):
    message = Message(
        **{
            "key": "returned:1",
            "kind": "notice",
            "recipient": "hanh@lamgiang.test",
            "recipient_name": "Nguyễn Thị Hạnh",
            "language": "vi",
            "subject": "Trả lại",
            "body_text": "Thiếu biểu 02.\n",
            "message_id": message_id_for("returned:1"),
            "state": MessageState.QUEUED,
            "next_try_at": now,
            "created_at": now,
            **columns,
        }
    )
    db.session.add(message)
    db.session.commit()
    return message


@both_engines
def test_every_job_runs_by_hand_and_records_its_run(app, cast, now):
    for job in scheduler.JOBS:
        scheduler.run_job(app, job)
    assert set(runs()) == NAMES
    for run in runs().values():
        assert (run.last_started_at, run.last_good_at, run.last_failed_at) == (now, now, None)
        assert isinstance(json.loads(run.last_result), dict)


@both_engines
def test_a_failed_job_is_recorded_with_its_reason_and_leaves_nothing_half_done(app, cast, now, frozen):
    def fail(_now, _should_stop):
        mail(now)
        db.session.add(Message(key="half"))
        raise ValueError("the calendar is broken")

    job = scheduler.Job("deliver", scheduler.JOBS[0].trigger, fail)
    with pytest.raises(ValueError, match="calendar"):
        scheduler.run_job(app, job)
    assert runs()["deliver"].last_error == "ValueError: the calendar is broken"
    assert [run.name for run in scheduler_state(now).failing] == ["deliver"]
    frozen.shift(timedelta(minutes=1))
    scheduler.run_job(app, scheduler.job_named("deliver"))
    assert scheduler_state(now).failing == ()


def test_the_record_says_when_no_scheduler_has_run_lately(app, now):
    assert scheduler_state(now).silent
    note_started("deliver", now=now)
    assert scheduler_state(now).silent
    note_good("deliver", now=now, result="{}")
    note_failed("sweep", now=now, error="away")
    assert not scheduler_state(now + SILENT_AFTER).silent
    assert scheduler_state(now + SILENT_AFTER + timedelta(seconds=1)).silent


def test_schedules_are_rolled_forward_once(app, cast, now):
    plan = make_plan(cast)
    make_schedule(plan, reporters=[cast.health, cast.finance])
    db.session.commit()
    job = scheduler.job_named("roll_forward")
    assert scheduler.run_job(app, job)["owed"] > 0
    assert not any(scheduler.run_job(app, job).values())


def test_reminding_and_delivering_write_the_mail_as_a_file_where_no_server_is_set(app, cast, now):
    ensure_default_rules(now=now)
    make_obligation(make_plan(cast), cast.health, due_on=date(2026, 11, 26))
    db.session.commit()
    assert scheduler.run_job(app, scheduler.job_named("plan_reminders"))["mails"] == 1
    assert scheduler.run_job(app, scheduler.job_named("deliver")) == {"sent": 1}
    assert len(list(Path(app.config["MAIL_FOLDER"]).glob("*.eml"))) == 1


def test_the_claim_of_a_dead_worker_returns_to_the_queue(app, now):
    message = mail(now, state=MessageState.SENDING, claimed_by="dead", claimed_at=now - STALE_AFTER * 2)
    assert scheduler.run_job(app, scheduler.job_named("sweep")) == {"returned": 1}
    assert db.session.get(Message, message.id).state is MessageState.QUEUED


def test_housekeeping_removes_half_written_mails_and_jobs_of_older_versions(app, now):
    folder = Path(app.config["MAIL_FOLDER"])
    folder.mkdir()
    for name, age in (("old.7.part", 90_000), ("new.8.part", 60), ("kept.eml", 900_000)):
        (folder / name).write_text("x")
        os.utime(folder / name, (now.timestamp() - age,) * 2)
    note_good("a_job_of_last_year", now=now, result="{}")
    db.session.commit()
    counts = scheduler.run_job(app, scheduler.job_named("housekeeping"))
    assert (counts["files"], counts["jobs"]) == (1, 1)
    assert {path.name for path in folder.iterdir()} == {"new.8.part", "kept.eml"}
    assert set(runs()) == {"housekeeping"}


def test_the_scheduler_runs_every_job_at_its_start_and_ends_when_told(app, now):
    stopping = threading.Event()
    done = threading.Semaphore(0)

    @sa.event.listens_for(db.engine, "commit")
    def _count(_connection):
        done.release()

    thread = threading.Thread(target=scheduler.run, args=[app, stopping])
    thread.start()
    while len([run for run in runs().values() if run.last_good_at or run.last_failed_at]) < len(AT_START):
        done.acquire(timeout=0.5)  # the event comes just before the commit can be seen
    stopping.set()
    thread.join(20)
    assert not thread.is_alive()
    assert set(runs()) == AT_START
    assert [(run.name, run.last_error) for run in runs().values() if run.last_failed_at] == []


def test_a_scheduler_told_to_end_before_it_began_ends(app):
    stopping = threading.Event()
    stopping.set()
    scheduler.run(app, stopping)


def environment(tmp_path, database_url):
    return {
        **os.environ,
        "INSTANCE_PATH": str(tmp_path / "instance"),
        "DATABASE_URL": database_url,
        "MAIL_SERVER": "",
        "LOG_LEVEL": "DEBUG",
        "LOG_FORMAT": "json",
    }


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_process_finishes_the_piece_in_hand_on_a_signal(tmp_path, database_url, number):
    process = subprocess.Popen(
        [sys.executable, "-m", "flask", "--app", "wsgi", "scheduler"],
        cwd=PROJECT, env=environment(tmp_path, database_url), stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    lines, waiting = [], set(AT_START)
    while waiting and (line := process.stderr.readline()):
        lines.append(line)
        entry = json.loads(line) if line.startswith("{") else {}
        assert entry.get("message") != "job failed", line
        if entry.get("message") == "job done":
            waiting.discard(entry["job"])
    assert not waiting, "".join(lines)
    process.send_signal(number)
    _out, rest = process.communicate(timeout=30)
    assert process.returncode == 0
    assert "scheduler stopped" in rest


def test_the_dry_run_tells_what_will_be_said_to_whom_and_by_which_step(app, cast, now):
    ensure_default_rules(now=now)
    made = make_obligation(make_plan(cast, number="48/KH-UBND"), cast.health, due_on=date(2026, 12, 8))
    make_obligation(made.plan, cast.communes[1], due_on=date(2026, 12, 8))
    db.session.commit()
    told = app.test_cli_runner().invoke(args=["remind", "--dry-run", "--on", "2026-12-01"])
    assert told.exit_code == 0, told.output
    assert "01/12/2026  Sở Y tế: Báo cáo năm 2026 về giảm nghèo (08/12/2026, 48/KH-UBND)" in told.output
    assert "Trước hạn 5 ngày làm việc → Nguyễn Thị Hạnh <hanh@lamgiang.test>" in told.output
    assert "→ ?" in told.output  # the commune without an account
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Reminder)) == 0


def test_a_dry_run_of_a_day_on_which_nothing_is_due_says_so(app, cast, now):
    told = app.test_cli_runner().invoke(args=["remind", "--dry-run", "--on", "2026-12-02"])
    assert told.output == "dry-run: reminders 0\n"


@pytest.mark.parametrize("arguments", [["--dry-run", "--on", "2026-11-24"], ["--on", "2026-12-01"]])
def test_a_day_that_has_passed_and_a_day_without_a_dry_run_are_refused(app, arguments):
    assert app.test_cli_runner().invoke(args=["remind", *arguments]).exit_code == 2


def test_the_committee_hears_on_the_first_working_day_of_the_week_what_is_overdue_and_since_when(
    app, cast, now, frozen
):
    plan = make_plan(cast)
    make_obligation(plan, cast.health, due_on=date(2026, 11, 12))
    make_obligation(plan, cast.health, due_on=date(2026, 11, 26))
    make_obligation(plan, cast.front, due_on=date(2026, 11, 12), is_request=True)  # asked, never late
    done = make_obligation(plan, cast.finance, due_on=date(2026, 11, 20))
    db.session.commit()
    job = scheduler.job_named("tell_committees")
    frozen.move_to(datetime(2026, 11, 30, 1, 50, tzinfo=UTC))  # a Monday
    make_submission(done, cast.tam, now=datetime(2026, 11, 27, 3, tzinfo=UTC))
    db.session.commit()
    members = db.session.scalars(
        sa.select(User).where(User.agency_id == cast.committee.id, User.closed_at.is_(None))
    ).all()
    assert scheduler.run_job(app, job)["mails"] == len(members) > 0
    mail = db.session.scalars(sa.select(Message).where(Message.kind == "committee-week")).first()
    assert mail.subject == "Tuần này: 2 việc quá hạn ở 1 cơ quan"
    assert "2 việc, lâu nhất 18 ngày (mới 1)" in mail.body_text
    assert "thêm 1 việc quá hạn, đã xong 1 việc" in mail.body_text
    assert scheduler.run_job(app, job)["mails"] == 0
    frozen.move_to(datetime(2026, 12, 2, 1, 50, tzinfo=UTC))
    assert scheduler.run_job(app, job)["mails"] == 0  # told this week
    frozen.move_to(datetime(2026, 12, 8, 1, 50, tzinfo=UTC))  # no scheduler ran on that Monday
    assert scheduler.run_job(app, job)["mails"] == len(members)


def test_a_committee_with_nothing_overdue_gets_no_mail(app, cast, now):
    make_obligation(make_plan(cast), cast.health, due_on=date(2026, 12, 9))
    db.session.commit()
    assert scheduler.run_job(app, scheduler.job_named("tell_committees")) == {"mails": 0}


def test_each_silence_of_a_job_is_told_to_the_administrators_once(app, cast, now, client_of):
    note_good("plan_reminders", now=now - timedelta(minutes=50), result="{}")
    note_good("roll_forward", now=now - timedelta(hours=20), result="{}")
    db.session.commit()
    runner = app.test_cli_runner()
    assert runner.invoke(args=["watchdog"]).exit_code == 0
    note_good("plan_reminders", now=now - timedelta(minutes=70), result="{}")
    db.session.commit()
    told = runner.invoke(args=["watchdog"])
    assert told.exit_code == 1
    assert "plan_reminders; mails 1" in told.output
    assert len(list(Path(app.config["MAIL_FOLDER"]).glob("*.eml"))) == 1  # sent at once, without a scheduler
    assert "mails 0" in runner.invoke(args=["watchdog"]).output
    assert client_of(None).get("/readyz").json["checks"]["scheduler"] == "silent"
    mails = db.session.scalars(sa.select(Message).where(Message.kind == "scheduler-silent")).all()
    assert [mail.user_id for mail in mails] == [cast.ha.id]
    assert "Lên lịch nhắc" in mails[0].body_text and "Phát sinh" not in mails[0].body_text


def test_a_span_of_days_is_gone_through_day_by_day_and_nothing_is_written(app, cast, now):
    ensure_default_rules(now=now)
    made = make_obligation(make_plan(cast, number="48/KH-UBND"), cast.health, due_on=date(2026, 12, 8))
    db.session.commit()
    told = app.test_cli_runner().invoke(args=["remind", "--simulate", "2026-11-20", "2026-12-31"])
    assert told.exit_code == 0, told.output
    days = [line.split("  ")[0] for line in told.output.splitlines()[:-1]]
    assert days == ["25/11/2026", "01/12/2026", "03/12/2026", "07/12/2026", "08/12/2026", "09/12/2026",
                    "15/12/2026", "21/12/2026", "28/12/2026"]  # fmt: skip
    assert told.output.splitlines()[-1].startswith("simulated: days 9")
    assert made.version == 1
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Reminder)) == 0


def test_remind_and_deliver_by_hand(app, cast, now):
    ensure_default_rules(now=now)
    make_obligation(make_plan(cast), cast.health, due_on=date(2026, 11, 26))
    db.session.commit()
    runner = app.test_cli_runner()
    assert "mails 1" in runner.invoke(args=["remind"]).output
    assert runner.invoke(args=["deliver"]).output == "deliver: sent 1\n"
    assert runner.invoke(args=["job", "deliver"]).output == "deliver: nothing to do\n"
