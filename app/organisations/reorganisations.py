"""Reorganisations as rows: who ends, who takes over, what was chosen, and what was changed; and given tables."""

from __future__ import annotations

import enum
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.extensions import db
from app.organisations.models import Agency


class ReorganisationKind(enum.StrEnum):
    MERGE = "merge"  # several become one
    SPLIT = "split"  # one is divided by subject
    RENAME = "rename"
    ABOLISH = "abolish"  # it ends; what it still owes ends with it, or goes where somebody says


class ReorganisationState(enum.StrEnum):
    DRAFT = "draft"  # being prepared; nothing holds yet
    WAITING = "waiting"  # decided for a coming day
    DONE = "done"
    UNDONE = "undone"


class Reorganisation(db.Model):
    """A decision by which agencies end and others take over their work: prepared, previewed, carried out on its
    day, and taken back while nobody has handed in anything under the new order."""

    __tablename__ = "reorganisation"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[ReorganisationKind]
    state: Mapped[ReorganisationState] = mapped_column(default=ReorganisationState.DRAFT, index=True)
    effective_on: Mapped[date]  # the first day of the new order
    decision: Mapped[str] = mapped_column(sa.String(200))
    form_key: Mapped[str] = mapped_column(sa.String(64), unique=True)
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(sa.String(200), default="")
    done_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]

    olds: Mapped[list[ReorganisationOld]] = relationship(
        back_populates="reorganisation", cascade="all, delete-orphan", order_by="ReorganisationOld.id"
    )
    heirs: Mapped[list[ReorganisationHeir]] = relationship(
        back_populates="reorganisation", cascade="all, delete-orphan", order_by="ReorganisationHeir.id"
    )
    choices: Mapped[list[ReorganisationChoice]] = relationship(
        back_populates="reorganisation", cascade="all, delete-orphan"
    )


class ReorganisationOld(db.Model):
    """An agency that ends."""

    __tablename__ = "reorganisation_old"
    __table_args__ = (sa.UniqueConstraint("reorganisation_id", "agency_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    reorganisation_id: Mapped[int] = mapped_column(sa.ForeignKey("reorganisation.id"))
    agency_id: Mapped[int] = mapped_column(sa.ForeignKey("agency.id"), index=True)

    reorganisation: Mapped[Reorganisation] = relationship(back_populates="olds")
    agency: Mapped[Agency] = relationship()


class ReorganisationHeir(db.Model):
    """An agency that takes over: one that exists, or one that comes to be on the day under `new_name`."""

    __tablename__ = "reorganisation_heir"

    id: Mapped[int] = mapped_column(primary_key=True)
    reorganisation_id: Mapped[int] = mapped_column(sa.ForeignKey("reorganisation.id"), index=True)
    agency_id: Mapped[int | None] = mapped_column(sa.ForeignKey("agency.id"), index=True)
    new_name: Mapped[str] = mapped_column(sa.String(300), default="")
    subject: Mapped[str] = mapped_column(sa.String(200), default="")  # empty: for everything

    reorganisation: Mapped[Reorganisation] = relationship(back_populates="heirs")
    agency: Mapped[Agency | None] = relationship()

    @property
    def name(self) -> str:
        return self.agency.name if self.agency is not None else self.new_name


class ChoiceScope(enum.StrEnum):
    PLAN = "plan"  # what the old agency has under a plan, now and later
    OBLIGATION = "obligation"  # one thing that is owed
    PERSON = "person"


class ReorganisationChoice(db.Model):
    """Where one old agency has several heirs: which of them takes this plan, this obligation, this person.

    Without an heir: it ends with the old agency.
    """

    __tablename__ = "reorganisation_choice"
    __table_args__ = (sa.UniqueConstraint("reorganisation_id", "old_agency_id", "scope", "subject_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    reorganisation_id: Mapped[int] = mapped_column(sa.ForeignKey("reorganisation.id"))
    old_agency_id: Mapped[int] = mapped_column(sa.ForeignKey("agency.id"), index=True)
    scope: Mapped[ChoiceScope]
    subject_id: Mapped[int]
    heir_id: Mapped[int | None] = mapped_column(sa.ForeignKey("reorganisation_heir.id"))

    reorganisation: Mapped[Reorganisation] = relationship(back_populates="choices")
    heir: Mapped[ReorganisationHeir | None] = relationship()


class ReorganisationStep(db.Model):
    """One row that a reorganisation changed, made or removed: what taking it back needs, in the order of doing."""

    __tablename__ = "reorganisation_step"

    id: Mapped[int] = mapped_column(primary_key=True)
    reorganisation_id: Mapped[int] = mapped_column(sa.ForeignKey("reorganisation.id"), index=True)
    act: Mapped[str] = mapped_column(sa.String(10))  # set, add, remove
    table_name: Mapped[str] = mapped_column(sa.String(60))
    row_key: Mapped[dict[str, Any]]  # the columns of its primary key
    before: Mapped[dict[str, Any]]
    after: Mapped[dict[str, Any]]


class DirectoryImport(db.Model):
    """A table of agencies, names, groups or people that somebody gave: read anew whenever its page is opened, so
    that each row's fate is what would happen now."""

    __tablename__ = "directory_import"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(20))
    file_id: Mapped[int] = mapped_column(sa.ForeignKey("stored_file.id"))
    file_name: Mapped[str] = mapped_column(sa.String(255))
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(sa.String(200), default="")
    applied_at: Mapped[datetime | None]  # when its good rows were last taken over

    file = relationship("StoredFile")
