"""Mails to send, being sent and sent. One row is one mail to one person."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import db


class MessageState(enum.StrEnum):
    QUEUED = "queued"
    SENDING = "sending"  # claimed by a delivery worker
    SENT = "sent"
    GIVEN_UP = "given_up"  # refused for good, or too many tries; the reason stands in `error`
    SUPERSEDED = "superseded"  # at the claim nothing was left to say
    CANCELLED = "cancelled"


class Message(db.Model):
    """A mail. `key` says what it is about, once: posting the same key again makes nothing.

    A notice of an act is rendered when posted. A digest is posted without text and rendered at the claim, from
    what still holds then; what was sent is kept as it was sent.
    """

    __tablename__ = "message"
    __table_args__ = (
        sa.Index("ix_message_due", "state", "next_try_at"),
        sa.Index("ix_message_recipient", "user_id", "created_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(200), unique=True)
    kind: Mapped[str] = mapped_column(sa.String(60))  # the folder of templates/mail/<kind>/
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    recipient: Mapped[str] = mapped_column(sa.String(254))
    recipient_name: Mapped[str] = mapped_column(sa.String(200), default="")
    language: Mapped[str] = mapped_column(sa.String(5))
    subject: Mapped[str | None] = mapped_column(sa.Text)
    body_text: Mapped[str | None] = mapped_column(sa.Text)
    body_html: Mapped[str | None] = mapped_column(sa.Text)
    context: Mapped[dict[str, Any] | None]  # what a digest needs to be rendered at the claim
    obligation_id: Mapped[int | None] = mapped_column(index=True)  # the obligation a notice is about
    message_id: Mapped[str] = mapped_column(sa.String(200))  # RFC 5322, made from the key
    state: Mapped[MessageState] = mapped_column(default=MessageState.QUEUED)
    tries: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime]
    claimed_by: Mapped[str | None] = mapped_column(sa.String(80))
    claimed_at: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(sa.Text)
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
