"""Emulation movements: who registers with whom, who is nominated, within which quota."""

from __future__ import annotations

import enum
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.extensions import db
from app.obligations.duerule import DueRuleColumns
from app.organisations.models import Agency


class EmulationMovement(DueRuleColumns, db.Model):
    """A themed movement of a plan. Its due rule is that of the registration; often the plan names no day."""

    __tablename__ = "emulation_movement"

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(sa.ForeignKey("plan.id"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    title: Mapped[str] = mapped_column(sa.Text)
    award_form: Mapped[str] = mapped_column(sa.Text, default="")  # Bằng khen, Giấy khen …
    quota_collective: Mapped[int | None]  # null: the plan sets no limit
    quota_individual: Mapped[int | None]
    all_assigned: Mapped[bool] = mapped_column(default=True)  # participants: everybody whom the plan assigns
    span_start: Mapped[int | None]
    span_end: Mapped[int | None]

    plan = relationship("Plan")
    receivers: Mapped[list[MovementReceiver]] = relationship(
        back_populates="movement", cascade="all, delete-orphan", order_by="MovementReceiver.position"
    )
    participants: Mapped[list[MovementParticipant]] = relationship(
        back_populates="movement", cascade="all, delete-orphan"
    )
    registrations: Mapped[list[Registration]] = relationship(
        back_populates="movement", cascade="all, delete-orphan"
    )
    nominations: Mapped[list[Nomination]] = relationship(
        back_populates="movement", cascade="all, delete-orphan", order_by="Nomination.ranking"
    )


class MovementReceiver(db.Model):
    """A body that must receive each registration."""

    __tablename__ = "movement_receiver"

    movement_id: Mapped[int] = mapped_column(sa.ForeignKey("emulation_movement.id"), primary_key=True)
    agency_id: Mapped[int] = mapped_column(sa.ForeignKey("agency.id"), primary_key=True, index=True)
    position: Mapped[int] = mapped_column(default=0)

    movement: Mapped[EmulationMovement] = relationship(back_populates="receivers")
    agency: Mapped[Agency] = relationship()


class MovementParticipant(db.Model):
    """An agency that is to register: each member of a group stands here by itself."""

    __tablename__ = "movement_participant"

    movement_id: Mapped[int] = mapped_column(sa.ForeignKey("emulation_movement.id"), primary_key=True)
    agency_id: Mapped[int] = mapped_column(sa.ForeignKey("agency.id"), primary_key=True, index=True)
    is_request: Mapped[bool] = mapped_column(default=False)

    movement: Mapped[EmulationMovement] = relationship(back_populates="participants")
    agency: Mapped[Agency] = relationship()


class Registration(db.Model):
    __tablename__ = "registration"
    __table_args__ = (sa.UniqueConstraint("movement_id", "agency_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    movement_id: Mapped[int] = mapped_column(sa.ForeignKey("emulation_movement.id"))
    agency_id: Mapped[int] = mapped_column(sa.ForeignKey("agency.id"), index=True)
    obligation_id: Mapped[int | None] = mapped_column(sa.ForeignKey("obligation.id"), unique=True)
    number: Mapped[str] = mapped_column(sa.String(100), default="")
    signed_on: Mapped[date | None]
    contents: Mapped[str] = mapped_column(sa.Text)  # titles and targets aimed at
    contact: Mapped[str] = mapped_column(sa.String(200), default="")
    registered_by_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    registered_at: Mapped[datetime]
    file_id: Mapped[int | None] = mapped_column(sa.ForeignKey("stored_file.id"))
    file_name: Mapped[str] = mapped_column(sa.String(255), default="")

    movement: Mapped[EmulationMovement] = relationship(back_populates="registrations")
    agency: Mapped[Agency] = relationship()
    registered_by = relationship("User", foreign_keys=[registered_by_id])
    file = relationship("StoredFile")
    receipts: Mapped[list[RegistrationReceipt]] = relationship(
        back_populates="registration", cascade="all, delete-orphan"
    )


class RegistrationReceipt(db.Model):
    """One receiving body has the registration in hand."""

    __tablename__ = "registration_receipt"

    registration_id: Mapped[int] = mapped_column(sa.ForeignKey("registration.id"), primary_key=True)
    receiver_id: Mapped[int] = mapped_column(sa.ForeignKey("agency.id"), primary_key=True)
    received_by_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    received_at: Mapped[datetime]

    registration: Mapped[Registration] = relationship(back_populates="receipts")
    receiver: Mapped[Agency] = relationship()
    received_by = relationship("User")


class NomineeKind(enum.StrEnum):
    COLLECTIVE = "collective"
    INDIVIDUAL = "individual"


class Nomination(db.Model):
    """A collective or a person put forward. Nothing is refused here; the quota acts at the selection."""

    __tablename__ = "nomination"

    id: Mapped[int] = mapped_column(primary_key=True)
    movement_id: Mapped[int] = mapped_column(sa.ForeignKey("emulation_movement.id"), index=True)
    agency_id: Mapped[int] = mapped_column(sa.ForeignKey("agency.id"), index=True)
    kind: Mapped[NomineeKind]
    name: Mapped[str] = mapped_column(sa.String(300))
    achievement: Mapped[str] = mapped_column(sa.Text, default="")
    dossier: Mapped[dict[str, Any]]  # {"proposal": bool, "report": bool, "minutes": bool}
    ranking: Mapped[int] = mapped_column(default=0)  # order proposed by the standing agency
    nominated_by_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    nominated_at: Mapped[datetime]
    chosen: Mapped[bool | None]  # null: not decided
    decision: Mapped[str] = mapped_column(sa.String(200), default="")  # number and day of the decision
    decided_at: Mapped[datetime | None]

    movement: Mapped[EmulationMovement] = relationship(back_populates="nominations")
    agency: Mapped[Agency] = relationship()
