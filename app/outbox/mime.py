"""A queued mail as the bytes that a mail server gets (RFC 5322, RFC 2047, MIME).

Written here and not by `email.message`: building and flattening its tree costs more than the whole conversation
with the server. Everything varying is encoded by the `email` package's own functions, and tests read every header
back with its parser.
"""

from __future__ import annotations

import hashlib
from binascii import b2a_base64
from dataclasses import dataclass
from datetime import datetime
from email import charset
from email.header import Header
from email.utils import format_datetime, formataddr, parseaddr
from functools import lru_cache
from typing import Protocol
from urllib.parse import urlsplit

from flask import current_app
from werkzeug.routing import BuildError

from app.clock import VIETNAM
from app.links import absolute_url

# Where a reader sees why mails come and what can be changed; named in List-Unsubscribe and at the foot of mails.
SETTINGS_ENDPOINT = "reminders.mine"

_UTF8 = charset.Charset("utf-8")
_UTF8.header_encoding = charset.SHORTEST
_LINE = 76  # characters (RFC 2045 §6.8)
_CRLF = "\r\n"


class Unsendable(ValueError):
    """This address cannot be written into a mail."""


class Sendable(Protocol):
    """What a mail is made from: a row of the outbox, or a claim of one."""

    message_id: str
    recipient: str
    recipient_name: str
    language: str
    subject: str | None
    body_text: str | None
    body_html: str | None
    calendar: str | None
    obligation_id: int | None


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail on its way: the envelope's two addresses and the bytes between them."""

    message_id: str
    sender: str
    recipient: str
    content: bytes

    @property
    def delivery_key(self) -> str:
        """The Message-ID without its brackets: the name of the file where mails are written as files."""
        return self.message_id.strip("<>")

    def as_bytes(self) -> bytes:
        return self.content


def compose(message: Sendable, now: datetime, *, about: int | None = None) -> Mail:
    """The mail of a rendered row of the outbox, dated `now`. `about`: the one obligation that it speaks of, where
    the row does not say so itself.

    Raises:
        Unsendable: the recipient's address is none.
    """
    recipient = _address(message.recipient)
    sender_name, sender = parseaddr(current_app.config["MAIL_DEFAULT_SENDER"])
    headers = [
        ("Subject", _text("Subject", " ".join((message.subject or "").split()))),
        ("From", _person(sender_name, _address(sender))),
        ("To", _person(message.recipient_name, recipient)),
        ("Date", format_datetime(now.astimezone(VIETNAM))),
        ("Message-ID", message.message_id),
        # Out-of-office robots do not answer such mail (RFC 3834), and people can filter it.
        ("Auto-Submitted", "auto-generated"),
        ("Content-Language", message.language),
        # A page, not RFC 8058's one click: what a plan makes due is said at least once, whatever anybody clicks.
        ("List-Unsubscribe", f"<{settings_address()}>"),
        *_threading(message.obligation_id or about),
        ("MIME-Version", "1.0"),
    ]
    head = "".join(f"{name}: {value}\r\n" for name, value in headers)
    body = _body(message)
    return Mail(message.message_id, sender, recipient, head.encode("ascii") + body)


def message_id_for(key: str) -> str:
    """The Message-ID (RFC 5322 §3.6.4) of a key: the same after a crash, so a repeated mail can be recognised."""
    domain = parseaddr(current_app.config["MAIL_DEFAULT_SENDER"])[1].partition("@")[2]
    domain = domain or urlsplit(current_app.config["PUBLIC_URL"]).hostname or "localhost"
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:32]}@{domain}>"


def settings_address() -> str:
    """The page that says why mails come; the start page in an installation without it."""
    try:
        return absolute_url(SETTINGS_ENDPOINT)
    except BuildError:
        return current_app.config["PUBLIC_URL"] + "/"


# -- headers --------------------------------------------------------------------------------------------------------


def _threading(obligation_id: int | None) -> list[tuple[str, str]]:
    """All mails about one obligation answer the same first mail, which nobody ever got: mail programs show them as
    one conversation, in whatever order they come."""
    if obligation_id is None:
        return []
    root = message_id_for(f"obligation:{obligation_id}")
    return [("In-Reply-To", root), ("References", root)]


@lru_cache(maxsize=4096)
def _text(name: str, value: str) -> str:
    """A header's words, folded; encoded (RFC 2047) where they are not plain ASCII."""
    plain = value.isascii()
    return Header(value, "us-ascii" if plain else _UTF8, header_name=name).encode(linesep=_CRLF)


@lru_cache(maxsize=4096)
def _person(name: str, address: str) -> str:
    name = " ".join(name.split())
    if not name:
        return address
    if name.isascii():
        written = formataddr((name, ""))[: -len(" <>")]
    else:
        written = Header(name, _UTF8, header_name="Subject").encode(linesep=_CRLF)
    last = written.rsplit(_CRLF, 1)[-1]
    return f"{written}{_CRLF if len(last) + len(address) > _LINE - 10 else ''} <{address}>"


@lru_cache(maxsize=4096)
def _address(address: str) -> str:
    """An address in ASCII: a domain in other letters by its registered name (RFC 5891)."""
    local, at, domain = address.strip().rpartition("@")
    try:
        written = f"{local}@{domain.encode('idna').decode('ascii')}"
    except UnicodeError as error:
        raise Unsendable(f"no address that mail can be sent to: {address!r}") from error
    if not (at and local) or not written.isascii() or any(c in written for c in " \t\r\n<>,;"):
        raise Unsendable(f"no address that mail can be sent to: {address!r}")
    return written


# -- the body -------------------------------------------------------------------------------------------------------


def _body(message: Sendable) -> bytes:
    # Base64 never holds these two characters, so the line between two parts needs no looking for.
    mark = hashlib.sha256(message.message_id.encode()).hexdigest()[:24]
    text = _part("plain", message.body_text or "")
    if message.body_html is not None:
        text = _multipart("alternative", f"=_a{mark}", [text, _part("html", message.body_html)])
    if message.calendar is None:
        return text
    days = _part(
        "calendar", message.calendar, '; method=PUBLISH; name="han.ics"', 'attachment; filename="han.ics"'
    )
    return _multipart("mixed", f"=_m{mark}", [text, days])


def _part(kind: str, words: str, parameters: str = "", disposition: str = "") -> bytes:
    """Base64 keeps every line short and in ASCII: no server has to know 8BITMIME, none may cut a long line. For
    Vietnamese it is shorter than quoted-printable, and made many times faster."""
    head = f"Content-Type: text/{kind}; charset=utf-8{parameters}\r\nContent-Transfer-Encoding: base64\r\n"
    if disposition:
        head += f"Content-Disposition: {disposition}\r\n"
    # Lines of text end with CRLF inside a mail (RFC 2046 §4.1.1), also where base64 hides them.
    canonical = words.replace("\r\n", "\n").replace("\n", _CRLF).encode()
    coded = b2a_base64(canonical, newline=False)
    lines = [coded[start : start + _LINE] for start in range(0, len(coded), _LINE)]
    return head.encode("ascii") + b"\r\n" + b"\r\n".join(lines) + b"\r\n"


def _multipart(kind: str, mark: str, parts: list[bytes]) -> bytes:
    line = f"--{mark}".encode("ascii")
    head = f'Content-Type: multipart/{kind};\r\n boundary="{mark}"\r\n\r\n'.encode("ascii")
    return head + b"".join(line + b"\r\n" + part + b"\r\n" for part in parts) + line + b"--\r\n"
