"""Random tokens and their digests, and a box for what must be read again (Fernet, AES-128-CBC with HMAC-SHA256)."""

from __future__ import annotations

import base64
import hashlib
import logging
import secrets

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import current_app

log = logging.getLogger("dunghan.accounts")

# Without letters and digits that look alike when read from paper or over the telephone.
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


def new_token() -> str:
    """256 random bits, safe in an address and in a cookie."""
    return secrets.token_urlsafe(32)


def digest(token: str) -> str:
    """What is stored of a token. A plain hash is enough: nobody can try 2^256 tokens."""
    return hashlib.sha256(token.encode()).hexdigest()


def spoken_code() -> str:
    """A code to be handed over or printed: three groups of four, about 59 bits."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(3))


def seal(words: str) -> str:
    """Encrypt with a key that is derived from SECRET_KEY; the database alone cannot open it."""
    return _box().encrypt(words.encode()).decode()


def unseal(sealed: str) -> str | None:
    """The words, or None where they were sealed under a key that this installation no longer has."""
    try:
        return _box().decrypt(sealed.encode()).decode()
    except InvalidToken:
        log.error("a sealed secret cannot be opened: SECRET_KEY has changed without SECRET_KEY_FALLBACKS")
        return None


def _box() -> MultiFernet:
    keys = [current_app.config["SECRET_KEY"], *(current_app.config.get("SECRET_KEY_FALLBACKS") or ())]
    return MultiFernet([Fernet(_derived(key)) for key in keys])


def _derived(key: str | bytes) -> bytes:
    material = key.encode() if isinstance(key, str) else key
    kdf = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"dunghan: secrets in the database")
    return base64.urlsafe_b64encode(kdf.derive(material))
