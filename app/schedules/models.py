"""Which reports a plan wants, when, from whom and to whom."""

from __future__ import annotations

import enum
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.deadlines import DueDate, DueRule, Period, Reading, WorkCalendar, resolve
from app.extensions import db
from app.obligations.duerule import DueRuleColumns
from app.organisations.models import Agency, AgencyGroup


class ReportKind(enum.StrEnum):
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    HALF_YEAR = "half_year"
    NINE_MONTH = "nine_month"
    ANNUAL = "annual"
    MIDTERM_REVIEW = "midterm_review"  # sơ kết
    FINAL_REVIEW = "final_review"  # tổng kết
    OTHER = "other"


class ReportSchedule(DueRuleColumns, db.Model):
    """A report asked for by a plan. Each period of each reporter owes one obligation."""

    __tablename__ = "report_schedule"

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(sa.ForeignKey("plan.id"), index=True)
    position: Mapped[int]
    kind: Mapped[ReportKind]
    title: Mapped[str] = mapped_column(sa.Text)
    receiver_id: Mapped[int] = mapped_column(sa.ForeignKey("agency.id"))
    receiver_words: Mapped[str] = mapped_column(sa.Text, default="")
    via_words: Mapped[str] = mapped_column(sa.Text, default="")
    # The body that reports go through («qua Sở …»): reporters owe theirs to it, it owes one consolidated report.
    via_id: Mapped[int | None] = mapped_column(sa.ForeignKey("agency.id"), index=True)
    # Its own day: a `DueRule.to_dict()`, or so many working days after (negative: before) the reporters' day;
    # neither: the same day.
    via_due: Mapped[dict[str, Any] | None]
    via_offset: Mapped[int | None]
    all_assigned: Mapped[bool] = mapped_column(default=False)  # reporters: everybody whom the plan assigns
    first_day: Mapped[date | None]  # in force from; nothing arises before
    last_day: Mapped[date | None]  # in force until; null: as long as rolled forward
    closed_on: Mapped[date | None]
    # The report of an older plan that this one goes on from: what an agency handed in there is not owed again here.
    continues_id: Mapped[int | None] = mapped_column(sa.ForeignKey("report_schedule.id"), index=True)
    span_start: Mapped[int | None]
    span_end: Mapped[int | None]
    # Raised with every change: a form made from an older version is stale.
    revision: Mapped[int] = mapped_column(default=1, server_default=sa.text("1"))
    # What its own changes and its closing cancelled, so that taking them back can revive just that.
    ended_ids: Mapped[list[Any]] = mapped_column(default=list, server_default=sa.text("'[]'"))

    plan = relationship("Plan")
    receiver: Mapped[Agency] = relationship(foreign_keys=[receiver_id])
    via: Mapped[Agency | None] = relationship(foreign_keys=[via_id])
    continues: Mapped[ReportSchedule | None] = relationship(remote_side=[id], back_populates="continued_by")
    continued_by: Mapped[list[ReportSchedule]] = relationship(back_populates="continues")
    reporters: Mapped[list[ScheduleReporter]] = relationship(
        back_populates="schedule", cascade="all, delete-orphan", order_by="ScheduleReporter.id"
    )

    @property
    def via_rule(self) -> DueRule | None:
        """The rule of the report that sums up, where it has one of its own."""
        return DueRule.from_dict(self.via_due) if self.via_due else None

    def consolidates(self, obligation: Any) -> bool:
        """Whether this is the report of the body that the others go through."""
        return (
            self.via is not None
            and obligation.receiver_id == self.receiver_id
            and (obligation.agency_id == self.via_id or self.via.valid_to is not None)
        )

    def due_of(
        self, obligation: Any, calendar: WorkCalendar, reading: Reading, period: Period | None = None
    ) -> DueDate | None:
        if not self.consolidates(obligation):
            return super().due_of(obligation, calendar, reading, period)
        if self.via_rule is not None and self.via_rule.names(obligation.nominal_on, self.kind):
            return resolve(self.via_rule, obligation.nominal_on, calendar, reading, period=period)
        due = super().due_of(obligation, calendar, reading, period)
        return due.shifted(self.via_offset or 0, calendar) if due is not None else None


class ScheduleReporter(db.Model):
    __tablename__ = "schedule_reporter"
    __table_args__ = (sa.CheckConstraint("(agency_id IS NULL) <> (group_id IS NULL)", name="one_reporter"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    schedule_id: Mapped[int] = mapped_column(sa.ForeignKey("report_schedule.id"), index=True)
    agency_id: Mapped[int | None] = mapped_column(sa.ForeignKey("agency.id"), index=True)
    group_id: Mapped[int | None] = mapped_column(sa.ForeignKey("agency_group.id"), index=True)
    joined_on: Mapped[date | None]  # came to a group later: nothing due before this day is asked of it

    schedule: Mapped[ReportSchedule] = relationship(back_populates="reporters")
    agency: Mapped[Agency | None] = relationship()
    group: Mapped[AgencyGroup | None] = relationship()
