"""Calendar feeds behind a revocable token."""

from __future__ import annotations

import enum
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.extensions import db


class FeedScope(enum.StrEnum):
    """Which of the obligations that its owner may see stand in a feed; never more than those."""

    OWN = "own"  # what the owner's agency owes
    ALL = "all"  # everything the owner may see
    PLAN = "plan"  # of one plan


class CalendarFeed(db.Model):
    """One person's feed. Only the token's hash is kept: the address is shown once, when it is made."""

    __tablename__ = "calendar_feed"
    __table_args__ = (sa.CheckConstraint("(scope = 'plan') = (plan_id IS NOT NULL)", name="plan_of_scope"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    scope: Mapped[FeedScope] = mapped_column(default=FeedScope.OWN)
    plan_id: Mapped[int | None] = mapped_column(sa.ForeignKey("plan.id"))
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]

    user: Mapped[User] = relationship()
    plan = relationship("Plan")
