"""People and what they are here for."""

from __future__ import annotations

import enum
from datetime import date, datetime

import sqlalchemy as sa
from flask_login import UserMixin
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from app.extensions import db
from app.organisations.models import Agency
from app.planreader import fold


class Role(enum.StrEnum):
    OFFICER = "officer"  # chuyên viên: submits for the agency
    HEAD = "head"  # lãnh đạo cơ quan: the same, for all its officers
    STANDING_OFFICER = "standing_officer"  # cán bộ cơ quan thường trực: runs its plans
    COMMITTEE_MEMBER = "committee_member"  # thành viên Ban Chỉ đạo: sees all of its plans, urges
    ADMINISTRATOR = "administrator"  # quản trị: agencies, people, settings; no report content


class User(UserMixin, db.Model):
    """A person with an account. `agency` is the body for which the person acts (for a member: the committee)."""

    __tablename__ = "user_account"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(sa.String(254), unique=True)  # stored in lower case
    name: Mapped[str] = mapped_column(sa.String(200))
    name_key: Mapped[str] = mapped_column(sa.String(200), default="", index=True)  # folded, for search
    position: Mapped[str] = mapped_column(sa.String(200), default="")
    role: Mapped[Role]
    agency_id: Mapped[int] = mapped_column(sa.ForeignKey("agency.id"), index=True)
    language: Mapped[str] = mapped_column(sa.String(5), default="vi")
    password_hash: Mapped[str | None] = mapped_column(sa.String(300))
    # Set by somebody else, who has seen it: the first sign-in leads to the page where it is changed.
    must_change_password: Mapped[bool] = mapped_column(default=False)
    # Part of the session's identity: raised to sign a person out everywhere (new password, closed account).
    session_version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    last_signed_in_at: Mapped[datetime | None]

    agency: Mapped[Agency] = relationship()

    @validates("name")
    def _keep_key(self, _name: str, value: str) -> str:
        self.name_key = fold(value)
        return value

    @property
    def mail_address(self) -> str:
        """Where mail for this person goes. Whoever sends or shows it asks here, never the column."""
        return self.email

    @property
    def is_active(self) -> bool:
        return self.closed_at is None

    @property
    def initials(self) -> str:
        """First letters of the last two words, as Vietnamese names are abbreviated (Nguyễn Thị Hạnh: TH)."""
        return "".join(word[0] for word in self.name.split()[-2:]).upper()

    def get_id(self) -> str:
        """What the session cookie holds: a raised version ends every session signed before."""
        return f"{self.id}.{self.session_version}"


class Absence(db.Model):
    """Days on which a person does not answer, both included, and who does so instead."""

    __tablename__ = "absence"
    __table_args__ = (sa.CheckConstraint("from_day <= to_day", name="days"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    from_day: Mapped[date]
    to_day: Mapped[date] = mapped_column(index=True)
    deputy_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    note: Mapped[str] = mapped_column(sa.String(300), default="")
    created_at: Mapped[datetime]

    user: Mapped[User] = relationship(foreign_keys=[user_id])
    deputy: Mapped[User | None] = relationship(foreign_keys=[deputy_id])
