"""Settings of one installation, read from the environment (and from a `.env` file beside this one).

Every setting has a default with which one office runs on one machine; `.env.example` lists them all.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parent


def load(environ: Mapping[str, str] = os.environ) -> dict[str, Any]:
    """Return Flask's configuration for this environment. Makes the instance folder and its secret key."""
    instance = Path(environ.get("INSTANCE_PATH", PROJECT / "instance")).resolve()
    instance.mkdir(parents=True, exist_ok=True)
    public_url = environ.get("PUBLIC_URL", f"http://{environ.get('HOST', '127.0.0.1')}:{environ.get('PORT', '8000')}")
    return {
        # -- where things are kept ------------------------------------------------------------------
        "INSTANCE_PATH": str(instance),
        "SQLALCHEMY_DATABASE_URI": _database_url(environ, instance),
        "FILES_FOLDER": environ.get("FILES_FOLDER", str(instance / "files")),
        # -- who and where this installation is ----------------------------------------------------
        "OFFICE_NAME": environ.get("OFFICE_NAME", "UBND tỉnh Lam Giang"),
        "SUPPORT_CONTACT": environ.get("SUPPORT_CONTACT", "Văn phòng UBND tỉnh"),
        # Links in mails and feeds come from here, never from the Host header of a request.
        "PUBLIC_URL": public_url.rstrip("/"),
        "BABEL_DEFAULT_LOCALE": environ.get("LANGUAGE_DEFAULT", "vi"),
        "BABEL_DEFAULT_TIMEZONE": "Asia/Ho_Chi_Minh",
        # -- sessions and cookies -------------------------------------------------------------------
        "SECRET_KEY": environ.get("SECRET_KEY") or _kept_secret(instance / "secret_key"),
        "SESSION_COOKIE_NAME": "dunghan",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        # Off only for plain http on one's own machine; behind TLS the address begins with https.
        "SESSION_COOKIE_SECURE": public_url.startswith("https://"),
        "PERMANENT_SESSION_LIFETIME": timedelta(hours=_int(environ, "SESSION_HOURS", 10)),
        "WTF_CSRF_TIME_LIMIT": None,  # as long as the session itself
        "TRUSTED_PROXIES": _int(environ, "TRUSTED_PROXIES", 0),
        "SIGN_IN_RATE": environ.get("SIGN_IN_RATE", "10 per minute; 60 per hour"),
        "RATELIMIT_STORAGE_URI": environ.get("RATE_LIMIT_STORAGE", "memory://"),
        # -- uploads --------------------------------------------------------------------------------
        "MAX_UPLOAD_MB": _int(environ, "MAX_UPLOAD_MB", 20),
        "MAX_CONTENT_LENGTH": (_int(environ, "MAX_UPLOAD_MB", 20) * 5 + 1) * 1024 * 1024,
        "MAX_FORM_MEMORY_SIZE": 4 * 1024 * 1024,
        # -- mail: without MAIL_SERVER mails are written to MAIL_FOLDER as .eml files ---------------
        "MAIL_SERVER": environ.get("MAIL_SERVER", ""),
        "MAIL_PORT": _int(environ, "MAIL_PORT", 587 if _bool(environ, "MAIL_STARTTLS") else 25),
        "MAIL_USE_TLS": _bool(environ, "MAIL_STARTTLS"),
        "MAIL_USE_SSL": _bool(environ, "MAIL_SSL"),
        "MAIL_USERNAME": environ.get("MAIL_USERNAME") or None,
        "MAIL_PASSWORD": environ.get("MAIL_PASSWORD") or None,
        "MAIL_DEFAULT_SENDER": environ.get("MAIL_SENDER", "Đúng Hạn <dung-han@localhost.localdomain>"),
        "MAIL_FOLDER": environ.get("MAIL_FOLDER", str(instance / "mail")),
        "MAIL_TIMEOUT_SECONDS": _int(environ, "MAIL_TIMEOUT_SECONDS", 20),
        # -- deadlines (domain rules that an installation may read otherwise) -----------------------
        "BEFORE_IS_EXCLUSIVE": _bool(environ, "BEFORE_IS_EXCLUSIVE", True),
        "LATE_ROLL": environ.get("LATE_ROLL", "forward"),  # forward | none
        "REMIND_ROLL": environ.get("REMIND_ROLL", "backward"),  # backward | none
        "ROLL_FORWARD_DAYS": _int(environ, "ROLL_FORWARD_DAYS", 400),
        "REMINDER_HOUR": environ.get("REMINDER_HOUR", "07:30"),
        # -- logs -----------------------------------------------------------------------------------
        "LOG_LEVEL": environ.get("LOG_LEVEL", "INFO"),
        "LOG_FORMAT": environ.get("LOG_FORMAT", "json"),  # json | text
        # -- demonstration: shows its accounts on the sign-in page ----------------------------------
        "DEMONSTRATION": _bool(environ, "DEMONSTRATION"),
    }


def _database_url(environ: Mapping[str, str], instance: Path) -> str:
    url = environ.get("DATABASE_URL") or f"sqlite:///{instance / 'dunghan.db'}"
    # Hosting services write postgres://; SQLAlchemy wants the driver's name.
    for scheme in ("postgres://", "postgresql://"):
        if url.startswith(scheme):
            return "postgresql+psycopg://" + url.removeprefix(scheme)
    return url


def _kept_secret(path: Path) -> str:
    """A key made once and kept, so that sessions survive a restart. Several machines must share SECRET_KEY."""
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_hex(32), "ascii")
    return path.read_text("ascii").strip()


def _bool(environ: Mapping[str, str], name: str, default: bool = False) -> bool:
    value = environ.get(name, "").strip().lower()
    return default if not value else value in {"1", "true", "yes", "on"}


def _int(environ: Mapping[str, str], name: str, default: int) -> int:
    value = environ.get(name, "").strip()
    try:
        return int(value) if value else default
    except ValueError:
        raise SystemExit(f"{name} must be a whole number, not {value!r}.") from None
