"""What a plan gives to whom."""

from __future__ import annotations

import enum
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.extensions import db
from app.files.models import StoredFile
from app.obligations.duerule import DueRuleColumns
from app.organisations.models import Agency, AgencyGroup


class Assignment(db.Model):
    """A head of the plan's «Tổ chức thực hiện»: one agency, or one group, and its duties."""

    __tablename__ = "assignment"
    __table_args__ = (sa.CheckConstraint("(agency_id IS NULL) <> (group_id IS NULL)", name="one_addressee"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(sa.ForeignKey("plan.id"), index=True)
    position: Mapped[int]
    agency_id: Mapped[int | None] = mapped_column(sa.ForeignKey("agency.id"), index=True)
    group_id: Mapped[int | None] = mapped_column(sa.ForeignKey("agency_group.id"), index=True)
    phrase: Mapped[str] = mapped_column(sa.Text)  # the body as the plan writes it
    is_request: Mapped[bool]
    section: Mapped[str] = mapped_column(sa.String(60), default="")
    span_start: Mapped[int | None]
    span_end: Mapped[int | None]

    plan = relationship("Plan")
    agency: Mapped[Agency | None] = relationship()
    group: Mapped[AgencyGroup | None] = relationship()
    members: Mapped[list[AssignmentMember]] = relationship(
        back_populates="assignment", cascade="all, delete-orphan"
    )
    duties: Mapped[list[Duty]] = relationship(
        back_populates="assignment", cascade="all, delete-orphan", order_by="Duty.position"
    )


class AssignmentMember(db.Model):
    """Who an assignment reaches: the agency itself, or each member of the group as of the plan's day."""

    __tablename__ = "assignment_member"

    assignment_id: Mapped[int] = mapped_column(sa.ForeignKey("assignment.id"), primary_key=True)
    agency_id: Mapped[int] = mapped_column(sa.ForeignKey("agency.id"), primary_key=True, index=True)
    acknowledged_at: Mapped[datetime | None]
    joined_on: Mapped[date | None]  # came to the group later: nothing due before this day is asked of it

    assignment: Mapped[Assignment] = relationship(back_populates="members")
    agency: Mapped[Agency] = relationship()


class DutyRole(enum.StrEnum):
    LEAD = "lead"
    SUPPORT = "support"


class Duty(DueRuleColumns, db.Model):
    """One item under a head. With a due rule it owes an obligation; without one it is «không hạn»."""

    __tablename__ = "duty"

    id: Mapped[int] = mapped_column(primary_key=True)
    assignment_id: Mapped[int] = mapped_column(sa.ForeignKey("assignment.id"), index=True)
    position: Mapped[int]
    text: Mapped[str] = mapped_column(sa.Text)
    role: Mapped[DutyRole] = mapped_column(default=DutyRole.LEAD)
    span_start: Mapped[int | None]
    span_end: Mapped[int | None]
    # The duty of an older plan that this one goes on from, and the day on which a later plan took this one over.
    continues_id: Mapped[int | None] = mapped_column(sa.ForeignKey("duty.id"), index=True)
    ended_on: Mapped[date | None]

    assignment: Mapped[Assignment] = relationship(back_populates="duties")
    continues: Mapped[Duty | None] = relationship(remote_side=[id], back_populates="continued_by")
    continued_by: Mapped[list[Duty]] = relationship(back_populates="continues")
    supports: Mapped[list[DutySupport]] = relationship(
        back_populates="duty", cascade="all, delete-orphan", order_by="DutySupport.id"
    )
    notes: Mapped[list[ProgressNote]] = relationship(
        back_populates="duty", cascade="all, delete-orphan", order_by="ProgressNote.at.desc()"
    )


class DutySupport(db.Model):
    """An agency named inside a duty as cooperating; `agency` is null where the name is not in the directory."""

    __tablename__ = "duty_support"

    id: Mapped[int] = mapped_column(primary_key=True)
    duty_id: Mapped[int] = mapped_column(sa.ForeignKey("duty.id"), index=True)
    agency_id: Mapped[int | None] = mapped_column(sa.ForeignKey("agency.id"), index=True)
    phrase: Mapped[str] = mapped_column(sa.Text)

    duty: Mapped[Duty] = relationship(back_populates="supports")
    agency: Mapped[Agency | None] = relationship()


class ProgressNote(db.Model):
    """What an agency says of a duty between two reports."""

    __tablename__ = "progress_note"

    id: Mapped[int] = mapped_column(primary_key=True)
    duty_id: Mapped[int] = mapped_column(sa.ForeignKey("duty.id"), index=True)
    agency_id: Mapped[int] = mapped_column(sa.ForeignKey("agency.id"))
    text: Mapped[str] = mapped_column(sa.Text)
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    at: Mapped[datetime]

    duty: Mapped[Duty] = relationship(back_populates="notes")
    agency: Mapped[Agency] = relationship()
    by = relationship("User")
    files: Mapped[list[ProgressNoteFile]] = relationship(
        back_populates="note", cascade="all, delete-orphan", order_by="ProgressNoteFile.id"
    )


class ProgressNoteFile(db.Model):
    """Evidence (minh chứng) that a note speaks of."""

    __tablename__ = "progress_note_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    note_id: Mapped[int] = mapped_column(sa.ForeignKey("progress_note.id"), index=True)
    file_id: Mapped[int] = mapped_column(sa.ForeignKey("stored_file.id"))
    name: Mapped[str] = mapped_column(sa.String(255))

    note: Mapped[ProgressNote] = relationship(back_populates="files")
    file: Mapped[StoredFile] = relationship()


class StatusRequest(DueRuleColumns, db.Model):
    """The standing agency asks how duties without a day are going, until a day: each lead agency that they are given
    to owes one answer. `key` says what was asked for, so that asking the same again makes nothing."""

    __tablename__ = "status_request"

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(sa.ForeignKey("plan.id"), index=True)
    key: Mapped[str] = mapped_column(sa.String(120), unique=True)
    until_on: Mapped[date]
    note: Mapped[str] = mapped_column(sa.Text, default="")
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    at: Mapped[datetime]
    # No words of the plan: the day is the standing agency's own.
    span_start: Mapped[int | None]
    span_end: Mapped[int | None]

    plan = relationship("Plan")
    by = relationship("User")
    duties: Mapped[list[Duty]] = relationship(secondary="status_request_duty", order_by="Duty.id")


sa.Table(
    "status_request_duty",
    db.metadata,
    sa.Column("request_id", sa.ForeignKey("status_request.id"), primary_key=True),
    sa.Column("duty_id", sa.ForeignKey("duty.id"), primary_key=True, index=True),
)
