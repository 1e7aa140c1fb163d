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
        sa.Index("ix_message_message_id", "message_id"),  # a bounce names the mail that it is about
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
    calendar: Mapped[str | None] = mapped_column(sa.Text)  # RFC 5545, where MAIL_CALENDAR adds the days
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


class AddressState(db.Model):
    """What bounces say about one address. Suspended: no mail goes there until a person lifts it."""

    __tablename__ = "mail_address"

    id: Mapped[int] = mapped_column(primary_key=True)
    address: Mapped[str] = mapped_column(sa.String(254), unique=True)  # in lower case
    suspended_at: Mapped[datetime | None] = mapped_column(index=True)
    reason: Mapped[str] = mapped_column(sa.Text, default="")  # the last bounce in the server's words
    lifted_at: Mapped[datetime | None]  # bounces before this instant count no more
    lifted_by: Mapped[str] = mapped_column(sa.String(200), default="")


class Bounce(db.Model):
    """One report that a mail did not arrive: read from a mailbox, posted by the mail server, or said by the server
    while it was offered the mail. `key` makes a second reading of the same report harmless."""

    __tablename__ = "mail_bounce"
    __table_args__ = (sa.Index("ix_mail_bounce_address", "address", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(64), unique=True)
    address: Mapped[str] = mapped_column(sa.String(254))
    # The mail that bounced; null where the report does not tell.
    message_row: Mapped[int | None] = mapped_column(
        sa.ForeignKey("message.id", ondelete="SET NULL"), index=True
    )
    permanent: Mapped[bool]
    status: Mapped[str] = mapped_column(sa.String(20), default="")  # RFC 3463: 5.1.1
    reason: Mapped[str] = mapped_column(sa.Text)
    at: Mapped[datetime]


class MailServer(db.Model):
    """What all workers know of one mail server: whether it is away, and how much it was given in this minute."""

    __tablename__ = "mail_server"

    name: Mapped[str] = mapped_column(sa.String(200), primary_key=True)  # host:port, never a password
    away_since: Mapped[datetime | None]
    away_until: Mapped[datetime | None]  # when it is asked again
    error: Mapped[str | None] = mapped_column(sa.Text)
    minute: Mapped[datetime | None]
    given: Mapped[int] = mapped_column(default=0)  # mails in that minute


class MailDomain(db.Model):
    """A domain whose server said "too many": mails to it wait, all others go on."""

    __tablename__ = "mail_domain"

    name: Mapped[str] = mapped_column(sa.String(254), primary_key=True)
    paused_until: Mapped[datetime]
    level: Mapped[int] = mapped_column(default=1)  # each pause in a row is twice as long
    error: Mapped[str] = mapped_column(sa.Text, default="")
