"""When to say something, and what was said."""

from __future__ import annotations

import enum
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import db


class Audience(enum.StrEnum):
    OFFICERS = "officers"  # all officers of the agency that owes
    HEAD = "head"
    STANDING_AGENCY = "standing_agency"
    COMMITTEE = "committee"


class ReminderRule(db.Model):
    """One step: so many working days before (negative) or after the deadline, to whom, repeated or not."""

    __tablename__ = "reminder_rule"
    __table_args__ = (sa.UniqueConstraint("plan_id", "offset", "audience"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("plan.id"), index=True
    )  # null: the installation
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

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(
        sa.String(120), unique=True
    )  # remind:<obligation>.<version>:<step>:<user>
    # A plan whose confirmation is taken back takes its obligations, and what was said about them, with it.
    obligation_id: Mapped[int] = mapped_column(sa.ForeignKey("obligation.id", ondelete="CASCADE"), index=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    step: Mapped[str] = mapped_column(sa.String(40))  # before-5, on-day, after-1, weekly-2026-W49
    step_on: Mapped[date]  # the day on which it was to be said
    message_id: Mapped[int | None] = mapped_column(sa.ForeignKey("message.id"), index=True)
    state: Mapped[ReminderState] = mapped_column(default=ReminderState.POSTED)
    created_at: Mapped[datetime]


# What was planned and stands in no mail yet, by person: read at the end of every planning run.
sa.Index(
    "ix_reminder_waiting",
    Reminder.user_id,
    sqlite_where=sa.text("message_id IS NULL AND state = 'posted'"),
    postgresql_where=sa.text("message_id IS NULL AND state = 'posted'"),
)


class JobRun(db.Model):
    """The last runs of one scheduled job, for the health page."""

    __tablename__ = "job_run"

    name: Mapped[str] = mapped_column(sa.String(60), primary_key=True)
    last_started_at: Mapped[datetime | None]
    last_good_at: Mapped[datetime | None]
    last_failed_at: Mapped[datetime | None]
    last_error: Mapped[str | None] = mapped_column(sa.Text)
    last_result: Mapped[str | None] = mapped_column(sa.Text)
