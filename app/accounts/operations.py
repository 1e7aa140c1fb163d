"""What happens to accounts."""

from __future__ import annotations

from datetime import datetime

from app.accounts.models import Role, User
from app.accounts.passwords import hash_password, why_not_password
from app.audit.operations import record
from app.errors import Refused
from app.extensions import db
from app.organisations.models import Agency


def create_user(
    email: str,
    name: str,
    role: Role,
    agency: Agency,
    *,
    actor: User | None,
    now: datetime,
    position: str = "",
    password: str | None = None,
    language: str = "vi",
) -> User:
    """Open an account. Without a password nobody can sign in to it until one is set."""
    user = User(
        email=email.strip().lower(),
        name=name.strip(),
        position=position.strip(),
        role=role,
        agency=agency,
        language=language,
        password_hash=hash_password(password) if password else None,
        session_version=1,
        created_at=now,
    )
    db.session.add(user)
    record(
        "user.created",
        user,
        actor=actor,
        now=now,
        name=user.email,
        after={"role": role.value, "agency": agency.name},
    )
    return user


def sign_in(user: User, *, now: datetime) -> None:
    user.last_signed_in_at = now
    record("user.signed_in", user, actor=user, now=now, name=user.email)


def note_failed_sign_in(email: str, user: User | None, *, now: datetime) -> None:
    record("user.sign_in_failed", user, actor=None, now=now, name=email[:254])


def sign_out(user: User, *, now: datetime) -> None:
    record("user.signed_out", user, actor=user, now=now, name=user.email)


def set_language(user: User, language: str, *, now: datetime) -> None:
    before = user.language
    user.language = language
    record(
        "user.language_changed",
        user,
        actor=user,
        now=now,
        name=user.email,
        before={"language": before},
        after={"language": language},
    )


def set_password(user: User, password: str, *, actor: User | None, now: datetime) -> None:
    """Set a new password and end every other session of the account.

    Raises:
        Refused: too short, too simple, or contains the person's name.
    """
    if reason := why_not_password(password, user.email, user.name):
        raise Refused(reason)
    user.password_hash = hash_password(password)
    user.session_version += 1
    record("user.password_changed", user, actor=actor, now=now, name=user.email)
