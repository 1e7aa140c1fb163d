"""What happens to accounts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from app.accounts import queries, rules
from app.accounts.models import Role, User
from app.accounts.passwords import hash_password, one_time_password, why_not_password
from app.audit.operations import record
from app.errors import Refused, Stale
from app.extensions import db
from app.i18n import _l
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
    """Open an account. Without a password nobody can sign in to it until one is set.

    Raises:
        Refused: the address has an account already, or nobody can have this role at this agency.
    """
    email = email.strip().lower()
    _refuse_wrong(email, role, agency)
    user = User(
        email=email,
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
    user.must_change_password = False
    user.session_version += 1
    record("user.password_changed", user, actor=actor, now=now, name=user.email)


def set_one_time_password(user: User, *, actor: User, now: datetime) -> str:
    """Give the account a password that its owner must change at the next sign-in; ends its sessions.

    Returns the password, which is kept nowhere: it is shown once and handed over.

    Raises:
        Refused: the account is closed.
    """
    if not user.is_active:
        raise Refused(_l("Tài khoản này đang đóng. Mở lại trước khi đặt mật khẩu."))
    password = one_time_password()
    user.password_hash = hash_password(password)
    user.must_change_password = True
    user.session_version += 1
    record("user.password_changed", user, actor=actor, now=now, name=user.email, after={"one_time": True})
    return password


def change_user(user: User, values: dict[str, Any], *, seen: str, actor: User, now: datetime) -> bool:
    """Set the editable facts (keys of `rules.EDITABLE`, `agency` instead of `agency_id`); True where one changed.

    A new role holds from the person's next request.

    Raises:
        Stale: somebody changed the account after the page with the fingerprint `seen` was made.
        Refused: as in `create_user`; or the actor takes away its own role or that of the last administrator.
    """
    if seen != rules.fingerprint(user):
        raise Stale(
            _l(
                "Tài khoản của %(name)s vừa được người khác sửa. Tải lại trang để xem bản mới.",
                name=user.name,
            )
        )
    with db.session.no_autoflush:
        email = values["email"].strip().lower()
        _refuse_wrong(email, values["role"], values["agency"], user)
        if values["role"] is not user.role and (
            reason := rules.why_not_leave_office(user, actor, queries.open_administrators())
        ):
            raise Refused(reason)
        before = rules.facts_of(user)
        user.email, user.role, user.agency = email, values["role"], values["agency"]
        user.agency_id = values["agency"].id
        user.name, user.position = values["name"].strip(), values["position"].strip()
        user.language = values["language"]
    after = rules.facts_of(user)
    changed = sorted(name for name in after if after[name] != before[name])
    if changed:
        record(
            "user.changed",
            user,
            actor=actor,
            now=now,
            name=user.email,
            before={name: before[name] for name in changed},
            after={name: after[name] for name in changed},
        )
    return bool(changed)


def close_user(user: User, *, actor: User, now: datetime) -> None:
    """Nobody signs in with the account any more; its sessions end, what it did stays under its name.

    Raises:
        Refused: the account is closed already, is the actor's own, or the last administrator's.
    """
    if not user.is_active:
        raise Refused(_l("Tài khoản này đã đóng."))
    if reason := rules.why_not_leave_office(user, actor, queries.open_administrators()):
        raise Refused(reason)
    user.closed_at = now
    user.session_version += 1
    record("user.closed", user, actor=actor, now=now, name=user.email)


def reopen_user(user: User, *, actor: User, now: datetime) -> None:
    """Raises:
    Refused: the account is open.
    """
    if user.is_active:
        raise Refused(_l("Tài khoản này đang mở."))
    user.closed_at = None
    record("user.reopened", user, actor=actor, now=now, name=user.email)


def _refuse_wrong(email: str, role: Role, agency: Agency, user: User | None = None) -> None:
    holder = queries.user_by_email(email)
    if holder is not None and holder is not user:
        raise Refused(_l("%(email)s đã có tài khoản, của %(name)s.", email=email, name=holder.name))
    if reason := rules.why_not_role(role, agency):
        raise Refused(reason)
