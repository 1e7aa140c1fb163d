"""What a person may do to a mail in the queue: cancel it, send it again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app.audit.operations import Actor, record
from app.errors import Refused
from app.extensions import db
from app.i18n import _l
from app.outbox.models import Message, MessageState
from app.outbox.post import message_id_for


def cancel(message: Message, *, actor: Actor, now: datetime) -> None:
    """Take a waiting mail out of the queue.

    Raises:
        Refused: it is being sent, was sent, or will not be sent anyway.
    """
    if not _move(message, from_=MessageState.QUEUED, to=MessageState.CANCELLED):
        raise Refused(
            _l("Thư này không còn chờ gửi nên không hủy được. Tải lại trang để xem tình trạng mới.")
        )
    _record("message.cancelled", message, actor, now)


def resend(message: Message, *, actor: Actor, now: datetime) -> Message:
    """Send a mail again by hand; the message that will go out.

    One that was given up or cancelled goes back to the queue as it is, with all its tries; a digest is put into
    words anew. One that was sent stays in the record as it was sent: a copy goes out, with a Message-ID of its
    own, since mail programs hide a second mail with the same one.

    Raises:
        Refused: it waits already, is being sent, or has nothing left to say.
    """
    for stopped in (MessageState.GIVEN_UP, MessageState.CANCELLED):
        if _move(message, from_=stopped, to=MessageState.QUEUED, tries=0, next_try_at=now, error=None):
            _record("message.resent", message, actor, now)
            return message
    if message.state is not MessageState.SENT:
        raise Refused(_l("Thư này đang chờ gửi hoặc không còn nội dung cần nhắc nên không gửi lại."))
    copy = _copy(message, now)
    _record("message.resent", copy, actor, now)
    return copy


def _move(message: Message, *, from_: MessageState, to: MessageState, **columns: Any) -> bool:
    """Conditional, since a worker may take the message at the same time; False where it is in another state."""
    moved = db.session.execute(
        sa.update(Message)
        .where(Message.id == message.id, Message.state == from_)
        .values(state=to, **columns)
        .execution_options(synchronize_session=False)
    )
    db.session.refresh(message)
    return moved.rowcount == 1


def _copy(message: Message, now: datetime) -> Message:
    base = message.key.split("#")[0]
    number = db.session.scalar(
        sa.select(sa.func.count())
        .select_from(Message)
        .where(Message.key.startswith(base + "#", autoescape=True))
    )
    key = f"{base}#{(number or 0) + 1}"
    copy = Message(
        key=key,
        message_id=message_id_for(key),
        state=MessageState.QUEUED,
        next_try_at=now,
        created_at=now,
        **{
            name: getattr(message, name)
            for name in (
                "kind", "user_id", "recipient", "recipient_name", "language",
                "subject", "body_text", "body_html", "obligation_id",
            )
        },
    )  # fmt: skip
    db.session.add(copy)
    db.session.flush()
    return copy


def _record(act: str, message: Message, actor: Actor, now: datetime) -> None:
    # The address, not the subject: whoever reads the record need not be allowed to read the mail.
    record(act, message, actor=actor, now=now, name=message.recipient, after={"key": message.key})
