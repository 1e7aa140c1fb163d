"""Tokens with which a program acts for a person."""

from __future__ import annotations

import enum
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.extensions import db


class TokenScope(enum.StrEnum):
    """What a program may do with its person's rights; never more than these rights themselves."""

    READ = "read"
    WRITE = "write"  # reads, hands in, asks for extension, returns and accepts


class ApiToken(db.Model):
    """One program's token. Only its digest is kept: the token is shown once, when it is made."""

    __tablename__ = "api_token"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    name: Mapped[str] = mapped_column(sa.String(100))  # what the program is called, in its owner's words
    scope: Mapped[TokenScope] = mapped_column(default=TokenScope.READ)
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]

    user: Mapped[User] = relationship()
