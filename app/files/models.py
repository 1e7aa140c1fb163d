"""Stored files. The name on disk is the digest of the content, so the same bytes are kept once."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import db


class StoredFile(db.Model):
    __tablename__ = "stored_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(sa.String(64), unique=True)
    size: Mapped[int]  # bytes
    media_type: Mapped[str] = mapped_column(sa.String(120))
    created_at: Mapped[datetime]
