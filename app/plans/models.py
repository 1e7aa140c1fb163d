"""Plans, the text that was read, and the drafts that a clerk reviews."""

from __future__ import annotations

import enum
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.extensions import db
from app.files.models import StoredFile
from app.organisations.models import Agency


class PlanState(enum.StrEnum):
    IN_REVIEW = "in_review"  # read, drafts wait for a clerk
    IN_FORCE = "in_force"  # confirmed: its obligations are owed
    CLOSED = "closed"


class Plan(db.Model):
    __tablename__ = "plan"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str | None] = mapped_column(sa.String(60))  # 48/KH-UBND; null where the document has none
    title: Mapped[str] = mapped_column(sa.Text)
    title_key: Mapped[str] = mapped_column(sa.Text)  # folded number and title, for search
    issuer: Mapped[str] = mapped_column(sa.String(300))
    issued_on: Mapped[date | None]  # null until a clerk fills a blank day in
    period_from: Mapped[int | None]  # first and last year
    period_to: Mapped[int | None]
    signer_name: Mapped[str | None] = mapped_column(sa.String(200))
    signer_position: Mapped[str | None] = mapped_column(sa.String(200))
    standing_agency_id: Mapped[int] = mapped_column(sa.ForeignKey("agency.id"), index=True)
    committee_id: Mapped[int | None] = mapped_column(sa.ForeignKey("agency.id"), index=True)
    state: Mapped[PlanState] = mapped_column(index=True)
    supersedes_id: Mapped[int | None] = mapped_column(sa.ForeignKey("plan.id"), index=True)
    # Of the plan in `supersedes_id`: true, it changes what it names and the rest stays (sửa đổi, bổ sung); false, it
    # takes its place (thay thế).
    amends: Mapped[bool] = mapped_column(default=False)
    # Items of the plan that this one amends which it ends (keys of an outline); null: those that its words propose.
    ends: Mapped[list[Any] | None]
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    created_at: Mapped[datetime]
    confirmed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    confirmed_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    # Raised with every change: a form made from an older version is stale.
    revision: Mapped[int] = mapped_column(default=1)

    standing_agency: Mapped[Agency] = relationship(foreign_keys=[standing_agency_id])
    committee: Mapped[Agency | None] = relationship(foreign_keys=[committee_id])
    created_by: Mapped[User | None] = relationship(foreign_keys=[created_by_id])
    confirmed_by: Mapped[User | None] = relationship(foreign_keys=[confirmed_by_id])
    source: Mapped[PlanText | None] = relationship(back_populates="plan", cascade="all, delete-orphan")
    drafts: Mapped[list[Draft]] = relationship(
        back_populates="plan", cascade="all, delete-orphan", order_by="Draft.position"
    )
    components: Mapped[list[Component]] = relationship(
        back_populates="plan", cascade="all, delete-orphan", order_by="Component.position"
    )

    @property
    def display_number(self) -> str:
        return self.number or "—"

    @property
    def short_number(self) -> str:
        """What stands over a column of the board: the number before the slash, or the plan's own id."""
        return self.number.split("/")[0].strip() if self.number else f"#{self.id}"


class PlanText(db.Model):
    """The document as it was uploaded, and its text. Spans of drafts and assignments are offsets into `text`."""

    __tablename__ = "plan_text"

    plan_id: Mapped[int] = mapped_column(sa.ForeignKey("plan.id"), primary_key=True)
    file_id: Mapped[int] = mapped_column(sa.ForeignKey("stored_file.id"))
    file_name: Mapped[str] = mapped_column(sa.String(255))
    text: Mapped[str] = mapped_column(sa.Text)
    pages: Mapped[list[Any]]  # [[offset, page number], …]
    warnings: Mapped[list[Any]]  # [{"code", "params", "span"}, …] of the document and of the reading
    unread: Mapped[list[Any]]  # [[start, end], …]

    plan: Mapped[Plan] = relationship(back_populates="source")
    file: Mapped[StoredFile] = relationship()


class DraftKind(enum.StrEnum):
    ASSIGNMENT = "assignment"
    REPORT = "report"
    REGISTRATION = "registration"
    DEADLINE = "deadline"  # a dated duty that is no report
    COMPONENT = "component"


class Decision(enum.StrEnum):
    PENDING = "pending"
    ACCEPTED = "accepted"
    DROPPED = "dropped"


class Draft(db.Model):
    """What the reader proposed (`proposed`) and what the reviewer made of it (`content`), with its words."""

    __tablename__ = "draft"

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(sa.ForeignKey("plan.id"), index=True)
    kind: Mapped[DraftKind]
    position: Mapped[int]
    span_start: Mapped[int | None]  # null: added by hand without words
    span_end: Mapped[int | None]
    proposed: Mapped[dict[str, Any] | None]  # null: added by the reviewer
    content: Mapped[dict[str, Any]]
    decision: Mapped[Decision] = mapped_column(default=Decision.PENDING)
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    decided_at: Mapped[datetime | None]
    revision: Mapped[int] = mapped_column(default=1)
    # How its last split or merge is taken back; void once this draft or the other one has another revision.
    undo: Mapped[dict[str, Any] | None]

    plan: Mapped[Plan] = relationship(back_populates="drafts")
    decided_by: Mapped[User | None] = relationship()


class Component(db.Model):
    """A project or sub-project of a programme, with its lead and its money."""

    __tablename__ = "component"

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(sa.ForeignKey("plan.id"), index=True)
    position: Mapped[int]
    name: Mapped[str] = mapped_column(sa.Text)
    # Name of the project that a sub-project belongs to; its money is part of that project's.
    parent: Mapped[str] = mapped_column(sa.Text, default="")
    lead: Mapped[str | None] = mapped_column(sa.Text)
    supports: Mapped[list[Any]]
    budget: Mapped[Decimal | None] = mapped_column(sa.Numeric(18, 3))  # in `unit`
    unit: Mapped[str] = mapped_column(sa.String(40), default="triệu đồng")
    sources: Mapped[list[Any]]  # [[name, amount], …]
    span_start: Mapped[int | None]
    span_end: Mapped[int | None]

    plan: Mapped[Plan] = relationship(back_populates="components")


class PlanAmendment(db.Model):
    """What confirming a plan changed in the one that it replaces or amends: both as they read at that moment, and
    what was done to obligations, so that the difference can be told later and the confirmation taken back."""

    __tablename__ = "plan_amendment"

    plan_id: Mapped[int] = mapped_column(sa.ForeignKey("plan.id", ondelete="CASCADE"), primary_key=True)
    old_plan_id: Mapped[int] = mapped_column(sa.ForeignKey("plan.id"), index=True)
    at: Mapped[datetime]
    before: Mapped[dict[str, Any]]  # outlines, as `plans.differences.Outline` writes them
    after: Mapped[dict[str, Any]]
    moved: Mapped[list[Any]]  # obligations as they were, as `obligations.operations.take_over` returns them
    ended: Mapped[list[Any]]  # ids of obligations that were cancelled
    undo: Mapped[dict[str, Any]]  # plans and schedules closed, duties ended, movements as they were
    counts: Mapped[dict[str, Any]]  # moved, days moved, ended, stayed, new


class ReadingState(enum.StrEnum):
    WAITING = "waiting"
    READING = "reading"  # claimed by a worker
    READ = "read"  # `plan` is what became of it
    REFUSED = "refused"  # with the reason; its bytes are gone


class ReadingTask(db.Model):
    """A document that takes minutes to read (a scan, a file for an office program), from the upload to its plan.

    Its bytes lie beside the stored files until it is read, and become one only then: a document that turns out to be
    classified was never stored.
    """

    __tablename__ = "reading_task"
    __table_args__ = (sa.UniqueConstraint("standing_agency_id", "sha256"),)  # sent twice is read once

    id: Mapped[int] = mapped_column(primary_key=True)
    file_name: Mapped[str] = mapped_column(sa.String(255))
    sha256: Mapped[str] = mapped_column(sa.String(64))
    place: Mapped[str] = mapped_column(sa.String(64))  # name of the file with its bytes
    standing_agency_id: Mapped[int] = mapped_column(sa.ForeignKey("agency.id"))
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    created_at: Mapped[datetime]
    state: Mapped[ReadingState] = mapped_column(default=ReadingState.WAITING, index=True)
    claimed_by: Mapped[str | None] = mapped_column(sa.String(100))
    claimed_at: Mapped[datetime | None]  # renewed with every page
    tries: Mapped[int] = mapped_column(default=0)
    pages_done: Mapped[int] = mapped_column(default=0)
    pages_total: Mapped[int] = mapped_column(default=0)  # 0: not known yet
    refusal: Mapped[str | None] = mapped_column(sa.String(40))  # code and values of the DocumentRefused
    refusal_params: Mapped[dict[str, Any] | None]
    plan_id: Mapped[int | None] = mapped_column(sa.ForeignKey("plan.id", ondelete="CASCADE"), index=True)
    ended_at: Mapped[datetime | None]

    standing_agency: Mapped[Agency] = relationship()
    created_by: Mapped[User | None] = relationship()
    plan: Mapped[Plan | None] = relationship()

    @property
    def is_open(self) -> bool:
        return self.state in (ReadingState.WAITING, ReadingState.READING)
