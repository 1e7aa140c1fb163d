"""Who puts the words into a digest. Features register a renderer for their kind of mail; the outbox knows none.

A renderer gets the queued message and `now`, reads what still holds, and returns subject, plain text and HTML,
or None where nothing is left to say. It may write (an item that fell out), and does not commit.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flask import Flask, current_app

from app.outbox.models import Message

Rendered = tuple[str, str, str]
Renderer = Callable[[Message, datetime], Rendered | None]

_NAME = "outbox_renderers"


def register(app: Flask, kind: str, renderer: Renderer) -> None:
    app.extensions.setdefault(_NAME, {})[kind] = renderer


def renderer_of(kind: str) -> Renderer:
    """The renderer of a kind of digest.

    Raises:
        LookupError: no feature of this application knows the kind.
    """
    try:
        return current_app.extensions.get(_NAME, {})[kind]
    except KeyError:
        raise LookupError(f"no renderer for mails of the kind {kind!r}") from None
