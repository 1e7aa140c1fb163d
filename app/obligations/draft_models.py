"""A report on its way: the draft that an agency's officers share, and the files that are still arriving."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.extensions import db
from app.files.models import StoredFile
from app.obligations.models import Obligation


class ReportDraft(db.Model):
    """What has been typed for the next version of one obligation. Gone once that version is handed in.

    `fields` and `others` are those of `merging.Typed`. `revision` rises with every change, so that two savings at
    once are noticed. A draft for another `version` than the next one is over.
    """

    __tablename__ = "report_draft"

    id: Mapped[int] = mapped_column(primary_key=True)
    obligation_id: Mapped[int] = mapped_column(
        sa.ForeignKey("obligation.id", ondelete="CASCADE"), unique=True
    )
    version: Mapped[int]  # of the submission that it will be
    fields: Mapped[dict[str, Any]] = mapped_column(default=dict)
    others: Mapped[list[Any]] = mapped_column(default=list)
    revision: Mapped[int] = mapped_column(default=1)
    saved_by_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    saved_at: Mapped[datetime]

    obligation: Mapped[Obligation] = relationship()
    saved_by: Mapped[User] = relationship()
    files: Mapped[list[DraftFile]] = relationship(
        back_populates="draft", cascade="all, delete-orphan", order_by="DraftFile.id"
    )


class DraftFile(db.Model):
    """A file that has arrived whole, been looked at and stored. `key` is that of its upload: again adds nothing."""

    __tablename__ = "report_draft_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    draft_id: Mapped[int] = mapped_column(sa.ForeignKey("report_draft.id", ondelete="CASCADE"), index=True)
    file_id: Mapped[int] = mapped_column(sa.ForeignKey("stored_file.id"), index=True)
    key: Mapped[str] = mapped_column(sa.String(64), unique=True)
    name: Mapped[str] = mapped_column(sa.String(255))
    added_by_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    added_at: Mapped[datetime]

    draft: Mapped[ReportDraft] = relationship(back_populates="files")
    file: Mapped[StoredFile] = relationship()
    added_by: Mapped[User] = relationship()


class ArrivingFile(db.Model):
    """A file that comes in pieces. How much of it has arrived is the length of its part on disk, nothing else."""

    __tablename__ = "arriving_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    # Made by the page and kept there, so that a page loaded again goes on where it was.
    key: Mapped[str] = mapped_column(sa.String(64), unique=True)
    obligation_id: Mapped[int] = mapped_column(sa.ForeignKey("obligation.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(sa.String(255))
    size: Mapped[int] = mapped_column(sa.BigInteger)  # bytes, as announced
    started_by_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    started_at: Mapped[datetime]
