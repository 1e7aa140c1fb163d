"""The mail servers of this installation, in the order in which they are asked; which are away, and how much each may
be given in a minute.

MAIL_SERVERS holds addresses such as `smtp+starttls://user:$RELAY_PASSWORD@relay.example:587`, one or several; a
password that begins with `$` is read from the environment variable of that name. Without it the one server of
MAIL_SERVER, MAIL_PORT … is meant.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.dialects import postgresql, sqlite

from app.extensions import db
from app.outbox.models import MailServer

# How long a server that cannot be reached is left alone while another one is there.
AWAY = timedelta(minutes=2)
_PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}


class BadServer(ValueError):
    """An address in MAIL_SERVERS cannot be read."""


@dataclass(frozen=True, slots=True)
class Server:
    """`security` is "", "starttls" or "tls"."""

    host: str
    port: int
    security: str = ""
    username: str | None = None
    password: str | None = None

    @property
    def name(self) -> str:
        return f"{self.host}:{self.port}"

    def __repr__(self) -> str:  # tracebacks and logs never hold the password
        return f"<Server {self.name} {self.security}>"


def servers() -> list[Server]:
    """The servers in their order; empty where mails are written as files.

    Raises:
        BadServer: MAIL_SERVERS cannot be read; the reason names no password.
    """
    settings = current_app.config
    if listed := settings["MAIL_SERVERS"].replace(",", " ").split():
        return [read_server(address, os.environ) for address in listed]
    if not settings["MAIL_SERVER"]:
        return []
    security = "tls" if settings["MAIL_USE_SSL"] else "starttls" if settings["MAIL_USE_TLS"] else ""
    return [
        Server(
            settings["MAIL_SERVER"],
            settings["MAIL_PORT"],
            security,
            settings["MAIL_USERNAME"],
            settings["MAIL_PASSWORD"],
        )
    ]


def is_set() -> bool:
    """Whether mails go to a server; else they are written as files."""
    return bool(current_app.config["MAIL_SERVERS"].strip() or current_app.config["MAIL_SERVER"])


def read_server(address: str, environ: Any) -> Server:
    """
    Raises:
        BadServer: it is none; the reason names no password.
    """
    parts = urlsplit(address)
    shown = f"{parts.scheme}://{parts.hostname or ''}"
    if parts.scheme not in _PORTS:
        raise BadServer(f"MAIL_SERVERS: {shown} should begin with smtp://, smtp+starttls:// or smtps://.")
    if not parts.hostname:
        raise BadServer(f"MAIL_SERVERS: {shown} names no host.")
    try:
        port = parts.port or _PORTS[parts.scheme]
    except ValueError:
        raise BadServer(f"MAIL_SERVERS: the port of {shown} is no number.") from None
    security = {"smtp": "", "smtp+starttls": "starttls", "smtps": "tls"}[parts.scheme]
    username = unquote(parts.username) if parts.username else None
    return Server(parts.hostname, port, security, username, _password(parts, shown, environ))


def _password(parts: SplitResult, shown: str, environ: Any) -> str | None:
    if not parts.password:
        return None
    if not parts.password.startswith("$"):
        return unquote(parts.password)
    name = parts.password[1:].strip("{}")
    if not environ.get(name):
        raise BadServer(f"MAIL_SERVERS: {shown} takes its password from ${name}, which is not set.")
    return environ[name]


# -- what all workers know of them ----------------------------------------------------------------------------------


def states() -> dict[str, MailServer]:
    return {row.name: row for row in db.session.scalars(sa.select(MailServer))}


def to_ask(now: datetime, among: Sequence[Server]) -> list[Server]:
    """The servers in the order in which they are asked now: those that are away last, since a mail that cannot go
    anywhere else is better tried there than left."""
    known = states()

    def is_away(server: Server) -> bool:
        state = known.get(server.name)
        until = state.away_until if state else None
        # An instant further off than any pause was written while the clock was ahead.
        return until is not None and now < until <= now + AWAY * 2

    return sorted(among, key=is_away)


def note_away(server: Server, error: str, now: datetime) -> None:
    """The caller commits."""
    values = {"away_until": now + AWAY, "error": error}
    insert = _insert().values(name=server.name, away_since=now, given=0, **values)
    since = sa.func.coalesce(MailServer.away_since, insert.excluded.away_since)
    db.session.execute(
        insert.on_conflict_do_update(index_elements=["name"], set_={**values, "away_since": since})
    )


def note_back(server: Server) -> None:
    """The caller commits."""
    db.session.execute(
        sa.update(MailServer)
        .where(MailServer.name == server.name, MailServer.away_since.is_not(None))
        .values(away_since=None, away_until=None, error=None)
        .execution_options(synchronize_session=False)
    )


def take(server: Server, wanted: int, now: datetime) -> int:
    """How many of so many mails this server may be given now, under MAIL_RATE_PER_MINUTE; they count as given.

    One count for all workers on all machines. The caller commits.
    """
    most = current_app.config["MAIL_RATE_PER_MINUTE"]
    if not most:
        return wanted
    minute = now.replace(second=0, microsecond=0)
    new_row = _insert().values(name=server.name, given=0).on_conflict_do_nothing(index_elements=["name"])
    db.session.execute(new_row)
    wanted = min(wanted, most)
    given = sa.case((MailServer.minute == minute, MailServer.given), else_=0)
    while wanted:
        taken = db.session.execute(
            sa.update(MailServer)
            .where(MailServer.name == server.name, given + wanted <= most)
            .values(minute=minute, given=given + wanted)
            .execution_options(synchronize_session=False)
        )
        if taken.rowcount:
            return wanted
        wanted //= 2
    return 0


def give_back(server: Server, unused: int, now: datetime) -> None:
    """Mails that were counted and did not go there after all. The caller commits."""
    if unused > 0 and current_app.config["MAIL_RATE_PER_MINUTE"]:
        db.session.execute(
            sa.update(MailServer)
            .where(MailServer.name == server.name, MailServer.minute == now.replace(second=0, microsecond=0))
            .values(given=MailServer.given - unused)
            .execution_options(synchronize_session=False)
        )


def _insert() -> Any:
    dialect = postgresql if db.session.get_bind().dialect.name == "postgresql" else sqlite
    return dialect.insert(MailServer)
