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

from dotenv import load_dotenv

PROJECT = Path(__file__).resolve().parent
load_dotenv(PROJECT / ".env")  # what the environment says already goes before the file


def load(environ: Mapping[str, str] = os.environ) -> dict[str, Any]:
    """Return Flask's configuration for this environment. Makes the instance folder and its secret key."""
    instance = Path(_text(environ, "INSTANCE_PATH", str(PROJECT / "instance"))).resolve()
    # Database, files, mails and the key are the service's own; a folder that exists keeps its rights.
    instance.mkdir(mode=0o700, parents=True, exist_ok=True)
    public_url = _text(
        environ, "PUBLIC_URL", f"http://{_text(environ, 'HOST', '127.0.0.1')}:{_int(environ, 'PORT', 8000)}"
    )
    return {
        # -- where things are kept ------------------------------------------------------------------
        "INSTANCE_PATH": str(instance),
        "SQLALCHEMY_DATABASE_URI": _database_url(environ, instance),
        # A fault of the database is logged without the values of its statement: names, addresses, digests.
        "SQLALCHEMY_ENGINE_OPTIONS": {"hide_parameters": True},
        "FILES_FOLDER": _text(environ, "FILES_FOLDER", str(instance / "files")),
        # -- who and where this installation is ----------------------------------------------------
        "OFFICE_NAME": _text(environ, "OFFICE_NAME", "UBND tỉnh Lam Giang"),
        "SUPPORT_CONTACT": _text(environ, "SUPPORT_CONTACT", "Văn phòng UBND tỉnh"),
        # Links in mails and feeds come from here, never from the Host header of a request.
        "PUBLIC_URL": public_url.rstrip("/"),
        "BABEL_DEFAULT_LOCALE": _text(environ, "LANGUAGE_DEFAULT", "vi"),
        "BABEL_DEFAULT_TIMEZONE": "Asia/Ho_Chi_Minh",
        # -- sessions and cookies -------------------------------------------------------------------
        "SECRET_KEY": environ.get("SECRET_KEY") or _kept_secret(instance / "secret_key"),
        # With the prefix a browser takes the cookie from this very host over TLS only (RFC 6265bis, 4.1.3.2).
        "SESSION_COOKIE_NAME": "__Host-dunghan" if public_url.startswith("https://") else "dunghan",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        # Off only for plain http on one's own machine; behind TLS the address begins with https.
        "SESSION_COOKIE_SECURE": public_url.startswith("https://"),
        # A session ends after so long without use, and in any case so many hours after signing in. The cookie
        # lives longer: what was typed into a page of an ended session can still be told whose it is.
        "SESSION_IDLE_MINUTES": _int(environ, "SESSION_IDLE_MINUTES", 120),
        "SESSION_HOURS": _int(environ, "SESSION_HOURS", 12),
        "PERMANENT_SESSION_LIFETIME": timedelta(days=7),
        "WTF_CSRF_TIME_LIMIT": None,  # as long as the session itself
        "TRUSTED_PROXIES": _int(environ, "TRUSTED_PROXIES", 0),
        # Former values of SECRET_KEY, newest first: what they sealed or signed can still be read.
        "SECRET_KEY_FALLBACKS": _words(environ, "SECRET_KEY_FALLBACKS"),
        # -- signing in -----------------------------------------------------------------------------
        "PASSWORD_MINIMUM": _int(environ, "PASSWORD_MINIMUM", 12),  # characters; at least 8
        # Argon2id (RFC 9106): passes, memory, lanes. A stored hash is renewed at the next sign-in.
        "ARGON2_PASSES": _int(environ, "ARGON2_PASSES", 3),
        "ARGON2_MEMORY_KIB": _int(environ, "ARGON2_MEMORY_KIB", 65536),
        "ARGON2_LANES": _int(environ, "ARGON2_LANES", 4),
        # Wrong passwords before an account, and a network address, has to wait (1, 2, 4 … 60 minutes).
        "LOCK_AFTER": _int(environ, "LOCK_AFTER", 5),
        "LOCK_AFTER_NETWORK": _int(environ, "LOCK_AFTER_NETWORK", 30),
        "INVITATION_DAYS": _int(environ, "INVITATION_DAYS", 7),
        # An office without mail: the administrator hands over passwords that must be changed at once.
        "ADMIN_SETS_PASSWORDS": _bool(
            environ,
            "ADMIN_SETS_PASSWORDS",
            not (_text(environ, "MAIL_SERVER", "") or _text(environ, "MAIL_SERVERS", "")),
        ),
        # Roles that cannot work without a code of an authenticator app, e.g. administrator,standing_officer
        "REQUIRE_TOTP_ROLES": frozenset(_words(environ, "REQUIRE_TOTP_ROLES")),
        # -- the office's own sign-in system (OpenID Connect); docs/sign-in.md -----------------------
        "SIGN_IN_METHODS": _text(environ, "SIGN_IN_METHODS", "password"),  # password | oidc | both
        "OIDC_ISSUER": _text(environ, "OIDC_ISSUER", "").rstrip("/"),
        "OIDC_CLIENT_ID": _text(environ, "OIDC_CLIENT_ID", ""),
        "OIDC_CLIENT_SECRET": environ.get("OIDC_CLIENT_SECRET") or None,
        "OIDC_SCOPES": _text(environ, "OIDC_SCOPES", "openid email profile"),
        "OIDC_LABEL": _text(environ, "OIDC_LABEL", "tài khoản công vụ"),  # after «Đăng nhập bằng»
        # It asks for a second factor itself: ours is not asked for after it, and not demanded of roles.
        "OIDC_TRUST_MFA": _bool(environ, "OIDC_TRUST_MFA"),
        # Which claim names the role (a.b looks into a), and which of its values is which role: cv=officer,ld=head
        "OIDC_ROLE_CLAIM": _text(environ, "OIDC_ROLE_CLAIM", ""),
        "OIDC_ROLE_MAP": _words(environ, "OIDC_ROLE_MAP"),
        # Opens an account for whoever has none yet, with the mapped role at the agency that this claim names.
        "OIDC_CREATE_ACCOUNTS": _bool(environ, "OIDC_CREATE_ACCOUNTS"),
        "OIDC_AGENCY_CLAIM": _text(environ, "OIDC_AGENCY_CLAIM", ""),
        "RESET_RATE": _text(environ, "RESET_RATE", "5 per minute; 20 per hour"),
        "SIGN_IN_RATE": _text(environ, "SIGN_IN_RATE", "10 per minute; 60 per hour"),
        # For each person: files put together anew (app/pace.py), and pages of documents drawn as pictures.
        "COSTLY_RATE": _text(environ, "COSTLY_RATE", "60 per minute"),
        "PICTURE_RATE": _text(environ, "PICTURE_RATE", "300 per minute"),
        "RATELIMIT_STORAGE_URI": _text(environ, "RATE_LIMIT_STORAGE", "memory://"),
        # -- uploads --------------------------------------------------------------------------------
        "MAX_UPLOAD_MB": _int(environ, "MAX_UPLOAD_MB", 20),
        "MAX_CONTENT_LENGTH": (_int(environ, "MAX_UPLOAD_MB", 20) * 5 + 1) * 1024 * 1024,
        "MAX_FORM_MEMORY_SIZE": 4 * 1024 * 1024,
        # -- mail: without MAIL_SERVER mails are written to MAIL_FOLDER as .eml files ---------------
        # Several servers in order, each smtp://, smtp+starttls:// or smtps://, go before MAIL_SERVER.
        "MAIL_SERVERS": _text(environ, "MAIL_SERVERS", ""),
        "MAIL_SERVER": _text(environ, "MAIL_SERVER", ""),
        "MAIL_PORT": _int(environ, "MAIL_PORT", 587 if _bool(environ, "MAIL_STARTTLS") else 25),
        "MAIL_USE_TLS": _bool(environ, "MAIL_STARTTLS"),
        "MAIL_USE_SSL": _bool(environ, "MAIL_SSL"),
        "MAIL_USERNAME": environ.get("MAIL_USERNAME") or None,
        "MAIL_PASSWORD": environ.get("MAIL_PASSWORD") or None,
        "MAIL_DEFAULT_SENDER": _text(environ, "MAIL_SENDER", "Đúng Hạn <dung-han@localhost.localdomain>"),
        "MAIL_FOLDER": _text(environ, "MAIL_FOLDER", str(instance / "mail")),
        "MAIL_TIMEOUT_SECONDS": _int(environ, "MAIL_TIMEOUT_SECONDS", 20),
        # Many servers end a connection after some mails; a new one is opened before that.
        "MAIL_PER_CONNECTION": _int(environ, "MAIL_PER_CONNECTION", 100),
        # An office's own certificate authority; empty: the system's.
        "MAIL_CA_FILE": _text(environ, "MAIL_CA_FILE", ""),
        # Connections of one process at a time, and mails a minute to one server from all processes (0: no limit).
        "MAIL_WORKERS": _int(environ, "MAIL_WORKERS", 4),
        "MAIL_RATE_PER_MINUTE": _int(environ, "MAIL_RATE_PER_MINUTE", 0),
        # An address is suspended after so many permanent bounces within 30 days.
        "MAIL_BOUNCES": _int(environ, "MAIL_BOUNCES", 3),
        # Where bounces are read: a Maildir's folder or imaps://user:$PASSWORD@host/INBOX; and the secret with
        # which a mail server may post them.
        "BOUNCE_MAILBOX": _text(environ, "BOUNCE_MAILBOX", ""),
        "BOUNCE_TOKEN": environ.get("BOUNCE_TOKEN") or None,
        # Adds the days of a reminder as a calendar file.
        "MAIL_CALENDAR": _bool(environ, "MAIL_CALENDAR"),
        # -- deadlines (domain rules that an installation may read otherwise) -----------------------
        "BEFORE_IS_EXCLUSIVE": _bool(environ, "BEFORE_IS_EXCLUSIVE", True),
        "LATE_ROLL": _text(environ, "LATE_ROLL", "forward"),  # forward | none
        "REMIND_ROLL": _text(environ, "REMIND_ROLL", "backward"),  # backward | none
        "ROLL_FORWARD_DAYS": _int(environ, "ROLL_FORWARD_DAYS", 400),
        # Reminders are put together on working days between these hours (Vietnam).
        "REMINDER_HOUR": _text(environ, "REMINDER_HOUR", "07:30"),
        "REMINDER_UNTIL": _text(environ, "REMINDER_UNTIL", "17:00"),
        # So many working days before a date the standing agency is told where nobody would hear of it.
        "UNHEARD_DAYS": _int(environ, "UNHEARD_DAYS", 5),
        # -- logs -----------------------------------------------------------------------------------
        "LOG_LEVEL": _text(environ, "LOG_LEVEL", "INFO"),
        "LOG_FORMAT": _text(environ, "LOG_FORMAT", "json"),  # json | text
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


def _text(environ: Mapping[str, str], name: str, default: str) -> str:
    """The setting, or its default where it is missing or empty."""
    return environ.get(name, "").strip() or default


def _words(environ: Mapping[str, str], name: str) -> list[str]:
    """The values of a list that is written with commas."""
    return [word.strip() for word in environ.get(name, "").split(",") if word.strip()]


def _bool(environ: Mapping[str, str], name: str, default: bool = False) -> bool:
    value = environ.get(name, "").strip().lower()
    return default if not value else value in {"1", "true", "yes", "on"}


def _int(environ: Mapping[str, str], name: str, default: int) -> int:
    value = environ.get(name, "").strip()
    try:
        return int(value) if value else default
    except ValueError:
        raise SystemExit(f"{name} must be a whole number, not {value!r}.") from None
