"""Argon2id hashes (RFC 9106) and the rules of a new password (NIST SP 800-63B: length, no composition rules)."""

from __future__ import annotations

import secrets
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from app.i18n import _l

MINIMUM_LENGTH = 10
MAXIMUM_LENGTH = 200
# Of every account of the demonstration office, shown on its sign-in page; no other installation knows it.
DEMONSTRATION_PASSWORD = "dung-han-2026"  # noqa: S105
# Without letters and digits that look alike when read from paper or over the telephone.
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"

_hasher = PasswordHasher()
# Checked where there is no such account, so that the answer takes the same time either way.
_NOBODY = _hasher.hash("nobody has this password")


def hash_password(password: str) -> str:
    return _hasher.hash(password)


def one_time_password() -> str:
    """A password to be handed over and changed at once: three groups of four, about 59 bits."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(3))


def is_password(stored_hash: str | None, password: str) -> bool:
    """True where `password` is the one that was hashed. Takes as long for an unknown account as for a known."""
    try:
        return _hasher.verify(stored_hash or _NOBODY, password) and stored_hash is not None
    except (VerificationError, InvalidHashError):
        return False


def why_not_password(password: str, email: str, name: str) -> Any | None:
    """The reason why this may not be a password, or None."""
    if len(password) < MINIMUM_LENGTH:
        return _l("Mật khẩu cần ít nhất %(n)s ký tự. Một câu ngắn dễ nhớ là tốt nhất.", n=MINIMUM_LENGTH)
    if len(password) > MAXIMUM_LENGTH:
        return _l("Mật khẩu dài quá %(n)s ký tự.", n=MAXIMUM_LENGTH)
    lowered = password.casefold()
    if email.partition("@")[0].casefold() in lowered or name.casefold() in lowered:
        return _l("Mật khẩu không được chứa tên hoặc địa chỉ thư.")
    if len(set(lowered)) < 5:
        return _l("Mật khẩu lặp lại quá ít ký tự. Chọn câu khác.")
    return None
