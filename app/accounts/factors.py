"""The second factor: codes of an authenticator app (TOTP, RFC 6238) and ten recovery codes on paper."""

from __future__ import annotations

import hmac
import re
from datetime import datetime

import pyotp
import segno
import sqlalchemy as sa
from flask import current_app

from app.accounts import notifications, sessions, throttle
from app.accounts.models import RecoveryCode, Role, TotpFactor, User, UserSession
from app.accounts.passwords import hash_password, is_password
from app.accounts.tokens import seal, spoken_code, unseal
from app.audit.operations import record
from app.errors import Refused
from app.extensions import db
from app.i18n import _l

RECOVERY_CODES = 10
_SECONDS = 30
# A telephone's clock may be half a minute off: the code before and the one after count too.
_TOLERANCE = (0, -1, 1)


def is_required(role: Role) -> bool:
    """The installation demands a second factor of people in this role."""
    return role.value in current_app.config["REQUIRE_TOTP_ROLES"]


def begin_setup(user: User, *, now: datetime) -> None:
    """Make a new secret, which counts only once a code of it was typed.

    Raises:
        Refused: a factor is in use; it has to be taken away first.
    """
    if user.second_factor_since is not None:
        raise Refused(_l("Mã xác thực đang bật. Tắt trước khi thiết lập lại."))
    factor = db.session.get(TotpFactor, user.id) or TotpFactor(user_id=user.id)
    factor.sealed_secret = seal(pyotp.random_base32())
    factor.created_at, factor.confirmed_at, factor.last_step = now, None, 0
    db.session.add(factor)


def secret_in_setup(user: User) -> str | None:
    """The secret that waits for its first code, or None."""
    factor = db.session.get(TotpFactor, user.id)
    return unseal(factor.sealed_secret) if factor is not None and factor.confirmed_at is None else None


def address_of(secret: str, user: User) -> str:
    """What the app reads from the picture (otpauth://…): the secret, the account, whose it is."""
    issuer = f"Đúng Hạn, {current_app.config['OFFICE_NAME']}"
    return pyotp.TOTP(secret).provisioning_uri(name=user.mail_address, issuer_name=issuer)


def picture_of(address: str) -> str:
    """The address as a QR code, an SVG made here: the secret goes to no other service."""
    return segno.make(address, error="m").svg_inline(scale=5, border=3, light="#fff", dark="#000")


def finish_setup(user: User, code: str, *, here: UserSession | None, now: datetime) -> list[str]:
    """Turn the factor on with its first code; other sessions end. The recovery codes, to be shown once.

    Raises:
        Refused: the code is wrong, or the setting up was not begun.
    """
    secret = secret_in_setup(user)
    if secret is None:
        raise Refused(_l("Bắt đầu thiết lập lại: mã bí mật không còn."))
    step = _step_of(secret, code, now)
    if step is None:
        raise Refused(_l("Mã chưa đúng. Kiểm tra giờ của điện thoại rồi nhập mã đang hiện."))
    factor = db.session.get_one(TotpFactor, user.id)
    factor.confirmed_at, factor.last_step = now, step
    user.second_factor_since = now
    sessions.end_all(user, now=now, but=here)
    record("user.factor_on", user, actor=user, now=now, name=user.mail_address)
    notifications.tell(user, "factor_on", now=now)
    return _new_codes(user)


def take_code(user: User, typed: str, *, now: datetime) -> bool:
    """True where the typed words are the app's present code or an unused recovery code. Each counts once."""
    words = re.sub(r"[^a-z0-9]", "", typed.lower())
    if words.isdigit():
        return _take_totp(user, words, now)
    return _take_recovery(user, "-".join(re.findall(".{1,4}", words)), now)


def renew_codes(user: User, *, now: datetime) -> list[str]:
    """New recovery codes; the old ones stop working. Shown once.

    Raises:
        Refused: there is no second factor.
    """
    if user.second_factor_since is None:
        raise Refused(_l("Bật mã xác thực trước khi tạo mã dự phòng."))
    record("user.recovery_codes_made", user, actor=user, now=now, name=user.mail_address)
    notifications.tell(user, "recovery_codes_made", now=now)
    return _new_codes(user)


def codes_left(user: User) -> int:
    query = sa.select(sa.func.count()).where(RecoveryCode.user_id == user.id, RecoveryCode.used_at.is_(None))
    return db.session.scalar(query) or 0


def turn_off(user: User, *, actor: User, now: datetime) -> None:
    """Take the factor away: by the person, or by an administrator for somebody who has lost it. The person is told.

    Raises:
        Refused: there is none; or the person's role demands one and the person asks.
    """
    if user.second_factor_since is None:
        raise Refused(_l("Tài khoản này chưa bật mã xác thực."))
    if actor.id == user.id and is_required(user.role):
        raise Refused(_l("Vai trò này bắt buộc dùng mã xác thực. Mất điện thoại thì nhờ quản trị đặt lại."))
    forget(user)
    throttle.forgive([throttle.of_codes(user)], now=now)
    if actor.id == user.id:
        record("user.factor_off", user, actor=actor, now=now, name=user.mail_address)
        notifications.tell(user, "factor_off", now=now)
    else:
        sessions.end_all(user, now=now)
        record("user.factor_reset", user, actor=actor, now=now, name=user.mail_address)
        notifications.tell(user, "factor_reset", now=now, by=actor.name)


def forget(user: User) -> None:
    """Remove the secret and the codes themselves."""
    db.session.execute(sa.delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    db.session.execute(sa.delete(TotpFactor).where(TotpFactor.user_id == user.id))
    user.second_factor_since = None


def _new_codes(user: User) -> list[str]:
    db.session.execute(sa.delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    codes = [spoken_code() for _ in range(RECOVERY_CODES)]
    db.session.add_all(RecoveryCode(user_id=user.id, code_hash=hash_password(code)) for code in codes)
    return codes


def _step_of(secret: str, code: str, now: datetime) -> int | None:
    """Which half-minute's code this is, near now."""
    present = int(now.timestamp()) // _SECONDS
    typed, made = "".join(code.split()).encode(), pyotp.HOTP(secret)
    steps = (present + n for n in _TOLERANCE)
    return next((step for step in steps if hmac.compare_digest(made.at(step).encode(), typed)), None)


def _take_totp(user: User, code: str, now: datetime) -> bool:
    factor = db.session.get(TotpFactor, user.id)
    secret = unseal(factor.sealed_secret) if factor is not None and factor.confirmed_at else None
    step = _step_of(secret, code, now) if secret else None
    if step is None:
        return False
    # A code that was seen over a shoulder does not open a second time, in whichever process it arrives.
    taken = db.session.execute(
        sa.update(TotpFactor)
        .where(TotpFactor.user_id == user.id, TotpFactor.last_step < step)
        .values(last_step=step)
    )
    return bool(taken.rowcount)


def _take_recovery(user: User, code: str, now: datetime) -> bool:
    rows = db.session.scalars(
        sa.select(RecoveryCode).where(RecoveryCode.user_id == user.id, RecoveryCode.used_at.is_(None))
    )
    found = next((row for row in rows if is_password(row.code_hash, code)), None)
    if found is None:
        return False
    taken = db.session.execute(
        sa.update(RecoveryCode)
        .where(RecoveryCode.id == found.id, RecoveryCode.used_at.is_(None))
        .values(used_at=now)
    )
    if taken.rowcount:
        record("user.recovery_code_used", user, actor=user, now=now, name=user.mail_address)
        notifications.tell(user, "recovery_code_used", now=now, left=codes_left(user))
    return bool(taken.rowcount)
