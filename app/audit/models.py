"""The append-only record of who did what, when, to what."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import db


class AppendOnly(Exception):
    """Somebody tried to change or remove a part of the audit trail."""


class AuditEntry(db.Model):
    """One act. Names stand beside ids, so that an entry reads the same after its subject has changed."""

    __tablename__ = "audit_entry"
    __table_args__ = (sa.Index("ix_audit_entry_subject", "subject_type", "subject_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    actor_id: Mapped[int | None] = mapped_column(index=True)  # null: the system itself
    actor_name: Mapped[str] = mapped_column(sa.String(200))
    act: Mapped[str] = mapped_column(sa.String(60), index=True)  # a key of audit.acts.SENTENCES
    subject_type: Mapped[str] = mapped_column(sa.String(40))
    subject_id: Mapped[int | None]
    subject_name: Mapped[str] = mapped_column(sa.Text)
    plan_id: Mapped[int | None] = mapped_column(index=True)
    before: Mapped[dict[str, Any] | None]
    after: Mapped[dict[str, Any] | None]
    address: Mapped[str | None] = mapped_column(
        sa.String(60)
    )  # from where: the network address of the request


class AuditSeal(db.Model):
    """One link of the chain over the entries: see `audit.chain`. It names its entry by number, not by a foreign
    key, so that the link of an entry that was removed behind our back is still there to say so."""

    __tablename__ = "audit_seal"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # 1, 2, 3 … without a gap
    entry_id: Mapped[int] = mapped_column(unique=True)
    digest: Mapped[str] = mapped_column(sa.String(64))  # SHA-256, hexadecimal


for _model in (AuditEntry, AuditSeal):
    for _moment in ("before_update", "before_delete"):

        @sa.event.listens_for(_model, _moment)
        def _refuse_change(*_: object) -> None:
            raise AppendOnly("the audit trail is never changed or shortened")
