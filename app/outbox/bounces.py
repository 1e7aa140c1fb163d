"""Reports that a mail did not arrive (RFC 3464), matched with the mails of the outbox by their Message-ID.

Only a report about a mail that really went to that person counts: Message-IDs cannot be guessed, so nobody can have
an address suspended by writing a report.
"""

from __future__ import annotations

import email
import email.policy
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.message import Message as ParsedMessage
from typing import Any

import sqlalchemy as sa

from app.extensions import db
from app.outbox.addresses import normal, note_bounce
from app.outbox.models import Bounce, Message

_STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
_MESSAGE_ID = re.compile(r"<[^<>\s]+@[^<>\s]+>")
_LONGEST_REASON = 1000


@dataclass(frozen=True, slots=True)
class Failure:
    """What a report says of one recipient. `status` as in RFC 3463; `delayed`: the server still tries."""

    status: str
    reason: str
    delayed: bool = False

    @property
    def permanent(self) -> bool:
        return not self.delayed and self.status.startswith("5")


@dataclass(frozen=True, slots=True)
class Report:
    """`about`: the Message-IDs of the mail that is reported, as far as the report holds them."""

    message_id: str
    about: tuple[str, ...]
    failures: tuple[Failure, ...]


def read_report(content: bytes) -> Report | None:
    """The report that a mail holds; None where it is something else (an answer, an out-of-office note)."""
    mail: EmailMessage = email.message_from_bytes(content, policy=email.policy.default)  # type: ignore[assignment]
    failures = tuple(_failures(mail))
    if not failures:
        return None
    about = tuple(dict.fromkeys(_reported_ids(mail)))
    return Report(str(mail.get("Message-ID", "")), about, failures)


def take_report(content: bytes, *, now: datetime) -> Bounce | None:
    """Store what a mail reports and count it; None where it is no report about a mail of ours, or was taken before.

    The caller commits.
    """
    report = read_report(content)
    if report is None or not report.about:
        return None
    message = db.session.scalar(
        sa.select(Message).where(Message.message_id.in_(report.about)).order_by(Message.id).limit(1)
    )
    if message is None:
        return None
    failure = max(report.failures, key=lambda failure: (failure.permanent, not failure.delayed))
    facts = f"{message.id}|{report.message_id}|{failure.status}|{failure.delayed}"
    key = hashlib.sha256(facts.encode()).hexdigest()
    if db.session.scalar(sa.select(Bounce.id).where(Bounce.key == key)):
        return None
    bounce = Bounce(
        key=key,
        # A report may name an address behind ours, where mail is forwarded to: ours is the one we know.
        address=normal(message.recipient),
        message_row=message.id,
        permanent=failure.permanent,
        status=failure.status,
        reason=failure.reason,
        at=now,
    )
    db.session.add(bounce)
    db.session.flush()
    note_bounce(bounce, now=now)
    return bounce


# -- reading ------------------------------------------------------------------------------------------------------


def _failures(mail: EmailMessage) -> Iterator[Failure]:
    found = False
    for part in mail.walk():
        if part.get_content_type() == "message/delivery-status":
            for block in _blocks(part):
                if failure := _failure(block):
                    found = True
                    yield failure
    if not found and mail.get("X-Failed-Recipients"):  # Exim's own way
        words = _words(_plain_text(mail)) or "X-Failed-Recipients"
        status = _STATUS.search(words)
        yield Failure(status[1] if status else "5.0.0", words[:_LONGEST_REASON])


def _blocks(part: ParsedMessage) -> list[Any]:
    payload = part.get_payload()
    return payload if isinstance(payload, list) else []


def _failure(block: ParsedMessage) -> Failure | None:
    """The block of one recipient (RFC 3464 §2.3); the first block of a report, about the whole, has no action."""
    action = _words(block.get("Action")).lower()
    if action not in {"failed", "delayed"}:
        return None
    said = _words(block.get("Diagnostic-Code")).partition(";")
    reason = (said[2] or said[0]).strip()
    status = _STATUS.search(_words(block.get("Status"))) or _STATUS.search(reason)
    code = status[1] if status else ("4.0.0" if action == "delayed" else "5.0.0")
    return Failure(code, f"{code} {reason}".strip()[:_LONGEST_REASON], action == "delayed")


def _reported_ids(mail: EmailMessage) -> Iterator[str]:
    """The Message-ID in the returned mail or its returned headers; some servers only refer to it."""
    for part in mail.walk():
        if part.get_content_type() in {"message/rfc822", "text/rfc822-headers", "message/global-headers"}:
            returned = part.get_payload()
            if isinstance(returned, list):
                yield from _MESSAGE_ID.findall(_words(returned[0].get("Message-ID")))
            else:
                text = (part.get_payload(decode=True) or b"").decode("utf-8", "replace")
                headers = email.message_from_string(text)
                yield from _MESSAGE_ID.findall(_words(headers.get("Message-ID")))
    for name in ("Original-Message-ID", "In-Reply-To", "References"):
        yield from _MESSAGE_ID.findall(_words(mail.get(name)))


def _plain_text(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    return body.get_content() if body is not None else ""


def _words(value: Any) -> str:
    return " ".join(str(value or "").split())
