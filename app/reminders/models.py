"""When to say something, and what was said."""

from __future__ import annotations

import enum
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import db


class Audience(enum.StrEnum):
    """Who hears a step, from the desk upwards."""

    IN_CHARGE = "in_charge"  # whom the agency gave the work; where nobody is named, all its officers
    OFFICERS = "officers"  # all officers of the agency that owes
    HEAD = "head"
    STANDING_AGENCY = "standing_agency"
    COMMITTEE = "committee"


class ReminderRule(db.Model):
    """One step: so many working days before (negative) or after the deadline, to whom, repeated or not.

    It holds for one schedule, one plan, all plans of one committee (a programme), or with none of them named for
    the whole installation. The narrower scope goes before the wider one, step by step: see `scopes`.
    """

    __tablename__ = "reminder_rule"
    __table_args__ = (
        sa.UniqueConstraint("plan_id", "offset", "audience"),
        sa.Index("uq_reminder_rule_committee", "committee_id", "offset", "audience", unique=True),
        sa.Index("uq_reminder_rule_schedule", "schedule_id", "offset", "audience", unique=True),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int | None] = mapped_column(sa.ForeignKey("plan.id"), index=True)
    committee_id: Mapped[int | None] = mapped_column(sa.ForeignKey("agency.id"))
    schedule_id: Mapped[int | None] = mapped_column(sa.ForeignKey("report_schedule.id", ondelete="CASCADE"))
    offset: Mapped[int]  # working days; 0 is the day itself
    audience: Mapped[Audience]
    repeat_weekly: Mapped[bool] = mapped_column(default=False)  # after the step, again every Monday
    active: Mapped[bool] = mapped_column(default=True)


class ReminderState(enum.StrEnum):
    POSTED = "posted"  # to be said: stands in a digest that is queued or sent, or waits for the next one
    SUPERSEDED = "superseded"  # a later step overtook it, or nothing was left to say


class Reminder(db.Model):
    """One thing said to one person about one obligation. Its key makes a second time impossible."""

    __tablename__ = "reminder"
    # What was said last to whom, of one obligation and version: asked for every obligation that is looked at.
    __table_args__ = (
        sa.Index("ix_reminder_newest", "obligation_id", "version", "user_id", "part_id", "step_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(
        sa.String(120), unique=True
    )  # remind:<obligation>.<version>:<step>:<user>, or part:<part>.<version>:<step>:<user>
    # A plan whose confirmation is taken back takes its obligations, and what was said about them, with it.
    obligation_id: Mapped[int] = mapped_column(sa.ForeignKey("obligation.id", ondelete="CASCADE"))
    # Of the obligation when it was said; of a part the number of its day. 0: said before versions were kept here.
    version: Mapped[int] = mapped_column(default=0, server_default=sa.text("0"))
    # Said of a supporting agency's part, and not of the whole.
    part_id: Mapped[int | None] = mapped_column(sa.ForeignKey("part.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    step: Mapped[str] = mapped_column(sa.String(40))  # before-5, on-day, after-1, weekly-2026-W49
    step_on: Mapped[date]  # the day on which it was to be said
    message_id: Mapped[int | None] = mapped_column(sa.ForeignKey("message.id"))
    state: Mapped[ReminderState] = mapped_column(default=ReminderState.POSTED)
    created_at: Mapped[datetime]


# What was planned and stands in no mail yet, by person: read at the end of every planning run.
sa.Index(
    "ix_reminder_waiting",
    Reminder.user_id,
    sqlite_where=sa.text("message_id IS NULL AND state = 'posted'"),
    postgresql_where=sa.text("message_id IS NULL AND state = 'posted'"),
)


# Most rows have no mail of their own when they are written, and few ever a part.
for _column in (Reminder.message_id, Reminder.part_id):
    _there = sa.text(f"{_column.key} IS NOT NULL")
    sa.Index(f"ix_reminder_{_column.key}_set", _column, sqlite_where=_there, postgresql_where=_there)


class ReminderWish(db.Model):
    """How a person wants to be reminded. A row that is missing says: every step, at once, from the first hour on."""

    __tablename__ = "reminder_wish"

    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"), primary_key=True)
    daily: Mapped[bool] = mapped_column(
        default=False
    )  # one mail a day at `hour`; what cannot wait goes at once
    hour: Mapped[int | None]  # of the day in Vietnam; null: the installation's first hour
    # Only steps from this offset on (working days, negative before the day). The last step is heard in any case.
    hears_from: Mapped[int | None]
    changed_at: Mapped[datetime]


class ReminderWalk(db.Model):
    """The last walk over everything owed that came to its end: what it went by. One row."""

    __tablename__ = "reminder_walk"

    id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date]
    rules: Mapped[str] = mapped_column(sa.String(64))  # digest of rules, calendar and reading
    people: Mapped[dict[str, Any]]  # by agency: digest of who hears what
    plans: Mapped[dict[str, Any]]  # plans in force


class UnheardNotice(db.Model):
    """A standing agency was told that nobody will hear of an obligation, once for each version and reason."""

    __tablename__ = "unheard_notice"

    key: Mapped[str] = mapped_column(sa.String(200), primary_key=True)  # <obligation>.<version>:<reasons>
    obligation_id: Mapped[int] = mapped_column(sa.ForeignKey("obligation.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime]


class JobRun(db.Model):
    """The last runs of one scheduled job, for the health page."""

    __tablename__ = "job_run"

    name: Mapped[str] = mapped_column(sa.String(60), primary_key=True)
    last_started_at: Mapped[datetime | None]
    last_good_at: Mapped[datetime | None]
    last_failed_at: Mapped[datetime | None]
    last_error: Mapped[str | None] = mapped_column(sa.Text)
    last_result: Mapped[str | None] = mapped_column(sa.Text)
