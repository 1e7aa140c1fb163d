"""A queued mail as the bytes that a mail server gets (RFC 5322, RFC 2047, MIME)."""

from __future__ import annotations

from datetime import datetime
from email import charset, policy
from email.mime.base import MIMEBase
from email.mime.text import MIMEText
from typing import Any

import flask_mail
from flask import current_app
from werkzeug.routing import BuildError

from app.links import absolute_url
from app.outbox.models import Message

# Where a reader sees why mails come and what can be changed; named in List-Unsubscribe and at the foot of mails.
SETTINGS_ENDPOINT = "reminders.mine"

# Base64 keeps every line short and in ASCII: no server has to know 8BITMIME, none may cut a long line. For
# Vietnamese it is shorter than quoted-printable, and made many times faster.
_UTF8 = charset.Charset("utf-8")
_UTF8.header_encoding = charset.SHORTEST
_UTF8.body_encoding = charset.BASE64
_AS_BUILT = policy.SMTP.clone(refold_source="none")  # the headers are folded already


class Mail(flask_mail.Message):
    """Flask-Mail's message, with the Message-ID of our key and the two texts as plain alternatives.

    `delivery_key` is the Message-ID without its brackets: the name of the file where mails are written as files.
    """

    def __init__(self, *, message_id: str, **fields: Any):
        super().__init__(**fields)
        self.msgId = message_id

    @property
    def delivery_key(self) -> str:
        return self.msgId.strip("<>")

    def _mimetext(self, text: str | None, subtype: str = "plain") -> MIMEText:
        part = MIMEText("", subtype, "utf-8")
        del part["Content-Transfer-Encoding"]
        part.set_payload(text or "", _UTF8)
        return part

    def _message(self) -> MIMEBase:
        built = super()._message()
        if self.attachments or not self.alts:
            return built
        # Flask-Mail wraps the alternatives in a multipart/mixed of one part; some readers then show a paper clip.
        alternative: MIMEBase = built.get_payload()[0]  # type: ignore[assignment, index]
        for name, value in built.items():
            if name.lower() not in {"content-type", "mime-version"}:
                alternative[name] = value
        alternative.policy = _AS_BUILT  # type: ignore[assignment]
        return alternative


def compose(message: Message, now: datetime) -> Mail:
    """The mail of a rendered row of the outbox, dated `now`."""
    return Mail(
        message_id=message.message_id,
        subject=message.subject or "",
        recipients=[(message.recipient_name, message.recipient)],
        body=message.body_text or "",
        html=message.body_html,
        date=now.timestamp(),
        extra_headers={
            # Out-of-office robots do not answer such mail (RFC 3834), and people can filter it.
            "Auto-Submitted": "auto-generated",
            "Content-Language": message.language,
            "List-Unsubscribe": f"<{settings_address()}>",
        },
    )


def settings_address() -> str:
    """The page that says why mails come; the start page in an installation without it."""
    try:
        return absolute_url(SETTINGS_ENDPOINT)
    except BuildError:
        return current_app.config["PUBLIC_URL"] + "/"
