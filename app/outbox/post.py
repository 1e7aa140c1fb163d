"""Putting a mail into the outbox: rendered in its reader's language, once per key."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Protocol

import sqlalchemy as sa
from flask import current_app

from app.extensions import db
from app.i18n import writing_in
from app.links import absolute_url
from app.outbox.mime import message_id_for, settings_address
from app.outbox.models import Message, MessageState


class Recipient(Protocol):
    """A person who gets mail."""

    id: Any
    mail_address: Any
    name: Any
    language: Any


def post(
    kind: str,
    to: Recipient,
    *,
    key: str,
    now: datetime,
    context: dict[str, Any],
    obligation_id: int | None = None,
) -> Message | None:
    """Queue the mail `templates/mail/<kind>/`, rendered now. None where this key was posted before."""
    if already_posted(key):
        return None
    subject, text, html = render(kind, to.language, {**context, "reader": to})
    return _queue(
        kind,
        to,
        key,
        now,
        obligation_id=obligation_id,
        subject=subject,
        body_text=text,
        body_html=html,
        context=None,
    )


def post_digest(
    kind: str, to: Recipient, *, key: str, now: datetime, context: dict[str, Any]
) -> Message | None:
    """Queue a mail that is rendered at the claim, from `context` (JSON) and from what still holds then."""
    return None if already_posted(key) else _queue(kind, to, key, now, context=context)


def already_posted(key: str) -> bool:
    return db.session.scalar(sa.select(Message.id).where(Message.key == key)) is not None


def render(kind: str, language: str, context: dict[str, Any]) -> tuple[str, str, str]:
    """Subject (one line), plain text and HTML of a mail, in `language`.

    Templates are taken past `render_template`: a page's context (navigation, the person signed in) is no part of
    a mail, and there may be no request.
    """
    context = {
        **context,
        "office_name": current_app.config["OFFICE_NAME"],
        "mail_language": language,
        "absolute_url": absolute_url,
        "settings_address": settings_address(),
    }

    def part(name: str) -> str:
        return current_app.jinja_env.get_template(f"mail/{kind}/{name}").render(context)

    with writing_in(language):
        return " ".join(part("subject.txt").split()), part("body.txt").strip() + "\n", part("body.html")


def _queue(kind: str, to: Recipient, key: str, now: datetime, **columns: Any) -> Message:
    message = Message(
        key=key,
        kind=kind,
        user_id=to.id,
        recipient=to.mail_address,
        recipient_name=to.name,
        language=to.language,
        message_id=message_id_for(key),
        state=MessageState.QUEUED,
        next_try_at=now,
        created_at=now,
        **columns,
    )
    db.session.add(message)
    db.session.flush()
    return message
