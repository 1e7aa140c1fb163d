"""What happens to accounts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import current_app

from app.accounts import links, methods, notifications, posts, queries, rules, sessions, throttle
from app.accounts.models import Role, User
from app.accounts.passwords import hash_password, is_outdated, why_not_password
from app.accounts.tokens import spoken_code
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
        created_at=now,
    )
    db.session.add(user)
    record(
        "user.created",
        user,
        actor=actor,
        now=now,
        name=user.mail_address,
        after={"role": role.value, "agency": agency.name},
    )
    return user


def sign_in(user: User, *, now: datetime) -> None:
    user.account.last_signed_in_at = now
    record("user.signed_in", user, actor=user, now=now, name=user.mail_address)


def renew_hash(user: User, password: str) -> None:
    """Hash the right password again where its hash was made with other parameters than the settings name now."""
    if user.password_hash and is_outdated(user.password_hash):
        user.password_hash = hash_password(password)


def note_failed_sign_in(address: str, user: User | None, *, locked: bool, now: datetime) -> None:
    """A wrong password or code; `locked`: from now on the account has to wait."""
    record("user.sign_in_failed", user, actor=None, now=now, name=address[:254])
    if locked and user is not None:
        record("user.locked", user, actor=None, now=now, name=user.mail_address)


def unlock(user: User, *, actor: User, now: datetime) -> None:
    """Forget the wrong attempts on an account, so that its person can sign in at once.

    Raises:
        Refused: nothing is locked.
    """
    counters = [throttle.of_account(user.mail_address), throttle.of_codes(user)]
    if throttle.blocked_until(counters, now=now) is None:
        raise Refused(_l("Tài khoản này không bị tạm khóa."))
    throttle.forgive(counters, now=now)
    record("user.unlocked", user, actor=actor, now=now, name=user.mail_address)


def set_language(user: User, language: str, *, now: datetime) -> None:
    before = user.language
    for row in posts.rows_of(user):
        row.language = language
    record(
        "user.language_changed",
        user,
        actor=user,
        now=now,
        name=user.mail_address,
        before={"language": before},
        after={"language": language},
    )


def set_password(user: User, password: str, *, actor: User | None, now: datetime) -> None:
    """Set a new password, end every session of the account and tell the person.

    Raises:
        Refused: too short, known from breaches, easily guessed, or made of the person's own words.
    """
    if reason := why_not_password(password, rules.own_words(user)):
        raise Refused(reason)
    user.password_hash = hash_password(password)
    user.password_changed_at = now
    user.must_change_password = False
    sessions.end_all(user, now=now)
    links.revoke_all(user, now=now)
    record("user.password_changed", user, actor=actor, now=now, name=user.mail_address)
    notifications.tell(user, "password_changed", now=now)


def set_one_time_password(user: User, *, actor: User, now: datetime) -> str:
    """Give the account a password that its owner must change at the next sign-in; ends its sessions.

    For offices without mail (setting ADMIN_SETS_PASSWORDS). Returns the password, which is kept nowhere: it is
    shown once and handed over.

    Raises:
        Refused: the account is closed, or the installation does not allow it.
    """
    if not current_app.config["ADMIN_SETS_PASSWORDS"]:
        raise Refused(
            _l("Hệ thống này không cho quản trị đặt mật khẩu. Gửi thư mời hoặc thư đặt lại mật khẩu.")
        )
    if not methods.has_password():
        raise Refused(methods.why_no_password())
    if not user.is_active:
        raise Refused(_l("Tài khoản này đang đóng. Mở lại trước khi đặt mật khẩu."))
    password = spoken_code()
    user.password_hash = hash_password(password)
    user.password_changed_at = now
    user.must_change_password = True
    sessions.end_all(user, now=now)
    links.revoke_all(user, now=now)
    throttle.forgive([throttle.of_account(user.mail_address)], now=now)
    record(
        "user.password_changed", user, actor=actor, now=now, name=user.mail_address, after={"one_time": True}
    )
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
        for post in posts.posts_of([user.id]).get(user.id, []):
            post.name, post.language = user.name, user.language
    after = rules.facts_of(user)
    if after["email"] != before["email"]:
        _tell_of_new_address(user, before["email"], actor, now)
    changed = sorted(name for name in after if after[name] != before[name])
    if changed:
        record(
            "user.changed",
            user,
            actor=actor,
            now=now,
            name=user.mail_address,
            before={name: before[name] for name in changed},
            after={name: after[name] for name in changed},
        )
    return bool(changed)


def close_user(user: User, *, actor: User, now: datetime) -> None:
    """Nobody signs in with the account any more; its posts and sessions end, what it did stays under its name.

    Raises:
        Refused: the account is closed already, is the actor's own, or the last administrator's.
    """
    if not user.is_active:
        raise Refused(_l("Tài khoản này đã đóng."))
    administrators = queries.open_administrators()
    for row in posts.rows_of(user):
        if reason := rules.why_not_leave_office(row, actor, administrators):
            raise Refused(reason)
        if row is not user:
            posts.close_row(row, now)
            facts = {"role": row.role.value, "agency": row.agency.name}
            record("user.post_ended", row, actor=actor, now=now, name=user.mail_address, before=facts)
    user.closed_at = now
    sessions.end_all(user, now=now)
    links.revoke_all(user, now=now)
    record("user.closed", user, actor=actor, now=now, name=user.mail_address)


def rows_that_close(user: User) -> list[User]:
    """What closing this row ends: an account ends with its open posts, a post alone."""
    return posts.rows_of(user) if user.main_id is None else [user]


def close_row_of(user: User, *, actor: User, now: datetime) -> None:
    """Close an account, or end the further post that this row is. Raises Refused as those do."""
    if user.main_id is None:
        close_user(user, actor=actor, now=now)
    else:
        posts.end_post(user, actor=actor, now=now)


def reopen_user(user: User, *, actor: User, now: datetime) -> None:
    """Raises:
    Refused: the account is open, or its person was masked.
    """
    if user.is_active:
        raise Refused(_l("Tài khoản này đang mở."))
    if user.masked_at is not None:
        raise Refused(_l("Tài khoản này đã ẩn danh. Tạo tài khoản mới cho người trở lại."))
    user.closed_at = None
    record("user.reopened", user, actor=actor, now=now, name=user.mail_address)


def _tell_of_new_address(user: User, former: str | None, actor: User, now: datetime) -> None:
    """Whoever moves an account to another address cannot do so unseen; links in the old mailbox stop working."""
    links.revoke_all(user, now=now)
    facts = {"by": actor.name, "former": former or "", "address": user.mail_address}
    notifications.tell(user, "address_changed", now=now, **facts)
    if former:
        reader = notifications.FormerAddress(user.id, former, user.name, user.language, user.agency)
        notifications.tell(reader, "address_changed", now=now, **facts)


def _refuse_wrong(email: str, role: Role, agency: Agency, user: User | None = None) -> None:
    holder = queries.user_by_email(email)
    if holder is not None and holder is not user:
        raise Refused(_l("%(email)s đã có tài khoản, của %(name)s.", email=email, name=holder.name))
    if reason := rules.why_not_role(role, agency):
        raise Refused(reason)
