"""A mail server beside the application, and rows for its queue."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest

from app.extensions import db
from app.outbox.models import Message, MessageState
from app.outbox.post import message_id_for
from tests.smtp import MailServer, serve

TIMEOUT = 0.5  # seconds; only a server that keeps silent on purpose costs them


@pytest.fixture
def mail_server() -> Iterator[tuple[MailServer, int]]:
    with serve() as running:
        yield running


@pytest.fixture
def server(mail_server: tuple[MailServer, int]) -> MailServer:
    return mail_server[0]


@pytest.fixture
def settings(settings: dict[str, Any], mail_server: tuple[MailServer, int]) -> dict[str, Any]:
    """The application sends to the mail server on loopback."""
    return {
        **settings,
        "MAIL_SERVER": "127.0.0.1",
        "MAIL_PORT": mail_server[1],
        "MAIL_TIMEOUT_SECONDS": TIMEOUT,
    }


@pytest.fixture
def queue(app: Any, now: datetime) -> Callable[..., Message]:
    """Put a mail into the queue as `post` does, and commit."""

    def put(name: str = "a", **columns: Any) -> Message:
        message = Message(
            **{
                "key": f"returned:{name}",
                "kind": "notice",
                "recipient": f"{name}@lamgiang.test",
                "recipient_name": "Nguyễn Thị Hạnh",
                "language": "vi",
                "subject": f"Trả lại: Báo cáo {name}",
                "body_text": "Biểu 02 chưa có số liệu của 3 xã.\n",
                "body_html": "<p>Biểu 02 chưa có số liệu của 3 xã.</p>",
                "message_id": message_id_for(f"returned:{name}"),
                "state": MessageState.QUEUED,
                "next_try_at": now,
                "created_at": now,
                **columns,
            }
        )
        db.session.add(message)
        db.session.commit()
        return message

    return put
