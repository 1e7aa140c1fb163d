"""Putting claimed mails into words: those of a kind together, and one by one where that fails."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any

from app.extensions import db
from app.outbox.renderers import Rendered, preparer_of

log = logging.getLogger("dunghan.delivery")


def rendered(
    messages: Sequence[Any], now: datetime, writing: Callable[[], AbstractContextManager[None]]
) -> Iterator[tuple[Any, Rendered | Exception | None]]:
    """The words of each mail; None: nothing is left to say. Commits what its renderer wrote.

    A notice brings its words. The digests of a kind are read for together, and one by one where that fails: one
    that cannot be put into words does not stop the others. `writing` is held around each commit.
    """
    kinds: dict[str, list[Any]] = {}
    for message in messages:
        if message.context is None:
            yield (
                message,
                Rendered(
                    message.subject or "", message.body_text or "", message.body_html, None, message.calendar
                ),
            )
        else:
            kinds.setdefault(message.kind, []).append(message)
    for kind, together in kinds.items():
        try:
            words = _render(kind, together, now, writing)
        except Exception:
            db.session.rollback()
            for message in together:
                yield message, _render_alone(kind, message, now, writing)
        else:
            yield from zip(together, words, strict=True)


def _render(
    kind: str, messages: Sequence[Any], now: datetime, writing: Callable[[], AbstractContextManager[None]]
) -> list[Rendered | None]:
    prepared = preparer_of(kind)(messages, now)
    found = [prepared.render(message) for message in messages]
    with writing():
        prepared.finish()
        db.session.commit()
    return [None if words is None else Rendered(*words) for words in found]


def _render_alone(
    kind: str, message: Any, now: datetime, writing: Callable[[], AbstractContextManager[None]]
) -> Rendered | Exception | None:
    try:
        return _render(kind, [message], now, writing)[0]
    except Exception as error:
        db.session.rollback()
        log.exception("mail could not be put into words", extra={"message_row": message.id})
        return error
