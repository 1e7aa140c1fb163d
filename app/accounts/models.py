"""People and what they are here for."""

from __future__ import annotations

import enum
from datetime import date, datetime
from typing import Any, ClassVar

import sqlalchemy as sa
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


class User(db.Model):
    """A person at one agency. `agency` is the body for which the person acts (for a member: the committee).

    Who serves several agencies (kiêm nhiệm) has one row for each: the main account, and a post for each further
    agency, whose `main_id` names it. Address, password, second factor, sessions and links are the main account's.
    """

    __tablename__ = "user_account"
    __table_args__ = (sa.CheckConstraint("main_id IS NULL OR email IS NULL", name="post_has_no_address"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    main_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    # In lower case. Null: a further post, or a masked account.
    email: Mapped[str | None] = mapped_column(sa.String(254), unique=True)
    name: Mapped[str] = mapped_column(sa.String(200))
    name_key: Mapped[str] = mapped_column(sa.String(200), default="", index=True)  # folded, for search
    position: Mapped[str] = mapped_column(sa.String(200), default="")
    role: Mapped[Role]
    agency_id: Mapped[int] = mapped_column(sa.ForeignKey("agency.id"), index=True)
    language: Mapped[str] = mapped_column(sa.String(5), default="vi")
    password_hash: Mapped[str | None] = mapped_column(sa.String(300))
    password_changed_at: Mapped[datetime | None]
    # Set by somebody else, who has seen it: the first sign-in leads to the page where it is changed.
    must_change_password: Mapped[bool] = mapped_column(default=False)
    invited_at: Mapped[datetime | None]  # when the last invitation was sent
    # Since when a code of an authenticator app is asked for; its secret stands in `TotpFactor`.
    second_factor_since: Mapped[datetime | None]
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    last_signed_in_at: Mapped[datetime | None]
    masked_at: Mapped[datetime | None]  # the name and the address were taken away for good

    agency: Mapped[Agency] = relationship()
    main: Mapped[User | None] = relationship(remote_side=[id], foreign_keys=[main_id])

    @validates("name")
    def _keep_key(self, _name: str, value: str) -> str:
        self.name_key = fold(value)
        return value

    @property
    def mail_address(self) -> str:
        """Where mail for this person goes. Whoever sends or shows it asks here, never the column."""
        return self.account.email or ""

    @property
    def account(self) -> User:
        """The row that signs in: the main account of a post, else this one."""
        return self.main or self

    # What Flask-Login asks of a person. Its own mixin would compare people by their session.
    is_authenticated = True
    is_anonymous = False

    @property
    def is_active(self) -> bool:
        return self.closed_at is None

    @property
    def initials(self) -> str:
        """First letters of the family name and the given name (Nguyễn Thị Hạnh: NH)."""
        words = self.name.split()
        return "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)).upper()

    @property
    def is_invited(self) -> bool:
        """Was invited and has not set a password yet."""
        return self.invited_at is not None and self.password_hash is None

    # Of the session that was just opened for this person; nobody but the browser knows it afterwards.
    session_token: ClassVar[str] = ""

    def get_id(self) -> str:
        """What Flask-Login puts into the cookie: the token of the session, never the number of the person."""
        return self.session_token


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


class UserSession(db.Model):
    """One signed-in browser. The cookie holds a random token, this row its digest; ending the row ends the session.

    `user` is the account that signed in; `acting` the post as which its person works at present (null: the account).
    """

    __tablename__ = "user_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    acting_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    via: Mapped[str] = mapped_column(sa.String(10), default="local", server_default="local")  # or "oidc"
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]  # written at most every few minutes
    confirmed_at: Mapped[datetime]  # when the person last proved who they are; sensitive acts ask again
    expires_at: Mapped[datetime]  # whatever happens
    network: Mapped[str] = mapped_column(sa.String(60), default="")
    browser: Mapped[str] = mapped_column(sa.String(80), default="")  # in words: "Firefox, Windows"
    ended_at: Mapped[datetime | None]

    user: Mapped[User] = relationship(foreign_keys=[user_id])
    acting: Mapped[User | None] = relationship(foreign_keys=[acting_id])

    @property
    def person(self) -> User:
        """As whom the session acts. A post that has ended leaves the account itself."""
        return self.acting if self.acting is not None and self.acting.is_active else self.user


class LinkPurpose(enum.StrEnum):
    INVITATION = "invitation"
    RESET = "reset"


class OneTimeLink(db.Model):
    """A link in a mail that lets somebody set the password of one account, once. Only its digest is known here."""

    __tablename__ = "one_time_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    purpose: Mapped[LinkPurpose]
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]

    user: Mapped[User] = relationship()


class ExternalIdentity(db.Model):
    """Who a person is at the office's own sign-in system (OpenID Connect): its `sub`, which never changes there."""

    __tablename__ = "external_identity"
    __table_args__ = (sa.UniqueConstraint("issuer", "subject"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    issuer: Mapped[str] = mapped_column(sa.String(255))
    subject: Mapped[str] = mapped_column(sa.String(255))
    linked_at: Mapped[datetime]
    last_used_at: Mapped[datetime]

    user: Mapped[User] = relationship()


class TotpFactor(db.Model):
    """The secret that an authenticator app shares with us (RFC 6238), sealed with a key of the installation."""

    __tablename__ = "totp_factor"

    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"), primary_key=True)
    sealed_secret: Mapped[str] = mapped_column(sa.String(300))
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]  # null: shown, and no code of it was typed yet
    last_step: Mapped[int] = mapped_column(sa.BigInteger, default=0)  # the time step of the last code taken


class RecoveryCode(db.Model):
    """A code on paper for the day on which the telephone is lost; each works once."""

    __tablename__ = "recovery_code"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    code_hash: Mapped[str] = mapped_column(sa.String(300))
    used_at: Mapped[datetime | None]


class Throttle(db.Model):
    """Wrong attempts on one account or from one network, counted in the database for all web processes.

    `key` is a digest: what people type as an address may be anything, and an address without an account is
    counted just like one with it.
    """

    __tablename__ = "sign_in_throttle"

    key: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    failures: Mapped[int]
    last_failed_at: Mapped[datetime]
    blocked_until: Mapped[datetime | None]


class HeldForm(db.Model):
    """What somebody typed and sent after the session had ended, kept for a day for the next sign-in."""

    __tablename__ = "held_form"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    path: Mapped[str] = mapped_column(sa.String(500))
    page: Mapped[str] = mapped_column(sa.String(500), default="")  # the page on which the form stood
    fields: Mapped[list[Any]]  # [name, value] in the order of the form; never a password or a token
    had_files: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
