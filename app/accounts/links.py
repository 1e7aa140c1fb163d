"""One-time links in mails: the invitation of a new person, the reset of a forgotten password.

The token is random and known to the mail alone. Here stands its digest; the waiting mail holds it sealed, and the
log of sent mails shows dots in its place.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask import current_app

from app.accounts import methods, notifications, sessions, throttle
from app.accounts.models import LinkPurpose, OneTimeLink, User
from app.accounts.passwords import hash_password, why_not_password
from app.accounts.rules import own_words
from app.accounts.tokens import digest, new_token
from app.audit.operations import record
from app.errors import Refused
from app.extensions import db
from app.i18n import _l

RESET_GOOD_FOR = timedelta(hours=1)
# More mails than this in an hour help nobody; the answer on the screen stays the same.
_RESETS_AN_HOUR = 3


def invite(user: User, *, actor: User | None, now: datetime) -> OneTimeLink | None:
    """Mail a link with which the person sets a password and comes in; links sent before stop working. Where the
    office's own sign-in system alone lets people in, the mail says that the account is open (None: no link).

    Raises:
        Refused: the account is closed, or its person has a password already.
    """
    if not user.is_active:
        raise Refused(_l("Tài khoản này đang đóng. Mở lại trước khi mời."))
    if not methods.has_password():
        user.invited_at = now
        record("user.invited", user, actor=actor, now=now, name=user.mail_address)
        notifications.tell(user, "opened", now=now, by=actor.name if actor else "")
        return None
    if user.password_hash is not None:
        raise Refused(_l("%(name)s đã có mật khẩu. Dùng «Gửi thư đặt lại mật khẩu».", name=user.name))
    good_for = timedelta(days=current_app.config["INVITATION_DAYS"])
    link, token = _make(user, LinkPurpose.INVITATION, good_for, now)
    user.invited_at = now
    record("user.invited", user, actor=actor, now=now, name=user.mail_address)
    notifications.invite(link, token, actor=actor, now=now)
    return link


def revoke_invitation(user: User, *, actor: User, now: datetime) -> None:
    """The link in the invitation stops working; the account stays and can be invited again.

    Raises:
        Refused: no invitation is open.
    """
    if open_link(user, LinkPurpose.INVITATION, now) is None:
        raise Refused(_l("Không có thư mời nào còn hiệu lực."))
    _revoke(user, now)
    user.invited_at = None
    record("user.invitation_revoked", user, actor=actor, now=now, name=user.mail_address)


def ask_reset(user: User, *, actor: User | None, now: datetime) -> OneTimeLink | None:
    """Mail a link with which the person sets a new password. Who was invited and has none yet is invited again.

    None, and no mail, where the account is closed or was sent such mails several times within an hour.
    """
    if not user.is_active or not user.mail_address or not methods.has_password():
        return None
    recent = sa.select(sa.func.count()).where(
        OneTimeLink.user_id == user.id, OneTimeLink.created_at > now - timedelta(hours=1)
    )
    if (db.session.scalar(recent) or 0) >= _RESETS_AN_HOUR:
        return None
    if user.is_invited:
        return invite(user, actor=actor, now=now)
    link, token = _make(user, LinkPurpose.RESET, RESET_GOOD_FOR, now)
    record("user.reset_asked", user, actor=actor, now=now, name=user.mail_address)
    notifications.send_reset(link, token, now=now)
    return link


def hand_out(user: User, *, now: datetime) -> tuple[OneTimeLink, str]:
    """A link and its token without a mail, for whoever runs the machine itself: an office without mail, a person
    whose mailbox is lost."""
    if user.password_hash is None:
        purpose, good_for = LinkPurpose.INVITATION, timedelta(days=current_app.config["INVITATION_DAYS"])
        user.invited_at = now
        record("user.invited", user, actor=None, now=now, name=user.mail_address)
    else:
        purpose, good_for = LinkPurpose.RESET, RESET_GOOD_FOR
        record("user.reset_asked", user, actor=None, now=now, name=user.mail_address)
    return _make(user, purpose, good_for, now)


def live_link(token: str, purpose: LinkPurpose, now: datetime) -> OneTimeLink | None:
    """The link of this token, or None where it was used, revoked or replaced, is too old, or never was."""
    link = db.session.scalar(
        sa.select(OneTimeLink)
        .join(OneTimeLink.user)
        .options(sa.orm.contains_eager(OneTimeLink.user))
        .where(OneTimeLink.token_hash == digest(token), OneTimeLink.purpose == purpose)
    )
    if link is None or not link.user.is_active or not methods.may_use_link(link.user):
        return None
    return link if is_live(link, now) else None


def is_live(link: OneTimeLink, now: datetime) -> bool:
    return link.used_at is None and link.revoked_at is None and now < link.expires_at


def open_link(user: User, purpose: LinkPurpose, now: datetime) -> OneTimeLink | None:
    """The person's newest link of this kind that still works."""
    return db.session.scalar(
        sa.select(OneTimeLink)
        .where(
            OneTimeLink.user_id == user.id,
            OneTimeLink.purpose == purpose,
            OneTimeLink.used_at.is_(None),
            OneTimeLink.revoked_at.is_(None),
            OneTimeLink.expires_at > now,
        )
        .order_by(OneTimeLink.id.desc())
        .limit(1)
    )


def accept(link: OneTimeLink, password: str, *, now: datetime) -> User:
    """Set the password with a link, once: ends all sessions and every wait after wrong attempts, tells the person.

    Raises:
        Refused: the password cannot be, or the link was used meanwhile in another window.
    """
    user = link.user
    if reason := why_not_password(password, own_words(user)):
        raise Refused(reason)
    used = db.session.execute(
        sa.update(OneTimeLink)
        .where(OneTimeLink.id == link.id, OneTimeLink.used_at.is_(None), OneTimeLink.revoked_at.is_(None))
        .values(used_at=now)
    )
    if not used.rowcount:
        raise Refused(_l("Đường dẫn này đã được dùng. Yêu cầu đường dẫn khác."))
    _revoke(user, now)
    user.password_hash = hash_password(password)
    user.password_changed_at = now
    user.must_change_password = False
    sessions.end_all(user, now=now)
    throttle.forgive([throttle.of_account(user.mail_address), throttle.of_codes(user)], now=now)
    if link.purpose is LinkPurpose.INVITATION:
        record("user.invitation_accepted", user, actor=user, now=now, name=user.mail_address)
    else:
        record("user.password_reset", user, actor=user, now=now, name=user.mail_address)
        notifications.tell(user, "password_reset", now=now)
    return user


def revoke_all(user: User, *, now: datetime) -> None:
    """Links in the person's mailbox stop working: the account was closed or moved to another address."""
    _revoke(user, now)


def _make(user: User, purpose: LinkPurpose, good_for: timedelta, now: datetime) -> tuple[OneTimeLink, str]:
    _revoke(user, now)
    token = new_token()
    link = OneTimeLink(
        user=user, purpose=purpose, token_hash=digest(token), created_at=now, expires_at=now + good_for
    )
    db.session.add(link)
    db.session.flush()
    return link, token


def _revoke(user: User, now: datetime) -> None:
    values: dict[str, Any] = {"revoked_at": now}
    db.session.execute(
        sa.update(OneTimeLink)
        .where(
            OneTimeLink.user_id == user.id, OneTimeLink.used_at.is_(None), OneTimeLink.revoked_at.is_(None)
        )
        .values(**values)
    )
