"""Puts the demonstration office together: agencies and people, sample plans read and confirmed, and their story."""

from __future__ import annotations

import tempfile
from datetime import date, datetime, time, timedelta
from pathlib import Path

import sqlalchemy as sa
from flask import current_app

from app.clock import VIETNAM, vietnam_day
from app.demo.office import Office, found_office
from app.demo.plans import SamplePlan, build_sample_plans
from app.demo.scenes import Scenes, ask_for_figures
from app.demo.story import Story
from app.extensions import db
from app.obligations.calendar import office_calendar, office_reading
from app.outbox.models import Message, MessageState
from app.plans.models import Plan
from app.plans.operations import accept_clear, change_head, confirm, import_file
from app.reminders.operations import ensure_default_rules
from app.schedules.operations import roll_forward

AHEAD, YEAR = timedelta(days=60), timedelta(days=365)
READING_DAYS = 2  # from the day of issue until the plan is read and confirmed


def load_office(now: datetime) -> Office:
    """Fill an empty database; the caller commits. Everything is dated relative to `now`."""
    office = found_office(now - timedelta(days=800))
    ensure_default_rules(now=now)
    today, calendar, reading = vietnam_day(now), office_calendar(), office_reading()
    with tempfile.TemporaryDirectory() as folder:
        plans = {
            sample.key: _take_in(sample, office, now) for sample in build_sample_plans(today, Path(folder))
        }
    programme = plans["chuong_trinh_du_an"]
    ask_for_figures(programme, office, programme.confirmed_at + timedelta(days=1))
    roll_forward(today + AHEAD, now=now - YEAR + AHEAD, calendar=calendar, reading=reading, plan=programme)
    scenes = Scenes(office, now, calendar, reading)
    scenes.take_in_hand(plans[key] for key in ("giam_ngheo_nam", "thi_dua", "chuong_trinh_du_an"))
    scenes.play(plans["chi_thi_nhieu_nam"], plans["giam_ngheo_nam"])
    Story(office, now, calendar, scenes.played).tell()
    scenes.play_on()
    ahead = timedelta(days=current_app.config["ROLL_FORWARD_DAYS"])
    roll_forward(today + ahead, now=now, calendar=calendar, reading=reading)
    _deliver_the_past()
    return office


def _take_in(sample: SamplePlan, office: Office, now: datetime) -> Plan:
    """Read one sample. What has no day of issue on paper stays in review: a clerk's first task."""
    standing = office.agencies[sample.standing_agency]
    clerk = office.officers[standing.id]
    if not sample.date_complete:
        return import_file(sample.path, standing_agency=standing, actor=clerk, now=now - timedelta(hours=3))
    at = min(_morning_of(sample.issued_on + timedelta(days=READING_DAYS)), now - timedelta(hours=2))
    plan = import_file(sample.path, standing_agency=standing, actor=clerk, now=at)
    change_head(plan, {"committee": office.committee}, revision=plan.revision, actor=clerk, now=at)
    accept_clear(plan, doubtful=set(), actor=clerk, now=at)
    confirm(plan, actor=clerk, now=at, today=vietnam_day(at))
    db.session.flush()
    return plan


def _deliver_the_past() -> None:
    """The mails of the story were sent in the story; nothing of it may reach a real mail server today."""
    db.session.flush()
    db.session.execute(
        sa.update(Message)
        .where(Message.state == MessageState.QUEUED)
        .values(state=MessageState.SENT, sent_at=Message.created_at, tries=1)
    )


def _morning_of(day: date) -> datetime:
    return datetime.combine(day, time(9, 0), VIETNAM)
