"""Who puts the words into a digest. Features register a renderer for their kind of mail; the outbox knows none.

A renderer reads what still holds at `now` and returns the words, or None where nothing is left to say. It may write
(an item that fell out), and does not commit.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, NamedTuple, Protocol

from flask import Flask, current_app

from app.extensions import db


class Rendered(NamedTuple):
    """Subject, plain text and HTML; the one obligation the mail is about, if it is one; and an iCalendar text.

    `secrets` (the token of a link to sign in) are sent and not kept: in the stored mail a mark stands for them.
    """

    subject: str
    text: str
    html: str | None
    about: int | None = None
    calendar: str | None = None
    secrets: tuple[str, ...] = ()


Words = tuple[Any, ...] | None  # a Rendered, or its first fields
Renderer = Callable[[Any, datetime], Words]


class Prepared(Protocol):
    """What is known for many mails: renders each of them, then writes at once what the rendering found."""

    def render(self, message: Any) -> Words: ...

    def finish(self) -> None: ...


# Reads for many mails in a constant number of queries.
Preparer = Callable[[Sequence[Any], datetime], Prepared]

_NAME = "outbox_renderers"


def register(app: Flask, kind: str, renderer: Renderer) -> None:
    """Register a renderer that is asked for each mail by itself."""
    register_for_many(app, kind, lambda _messages, now: _Alone(renderer, now))


def register_for_many(app: Flask, kind: str, preparer: Preparer) -> None:
    """Register one that reads for many mails at once."""
    app.extensions.setdefault(_NAME, {})[kind] = preparer


class _Alone:
    def __init__(self, renderer: Renderer, now: datetime):
        self._renderer, self._now = renderer, now

    def render(self, message: Any) -> Words:
        with db.session.no_autoflush:
            return self._renderer(message, self._now)

    def finish(self) -> None:
        """What the renderer changed is written by the commit."""


def preparer_of(kind: str) -> Preparer:
    """The renderer of a kind of digest.

    Raises:
        LookupError: no feature of this application knows the kind.
    """
    try:
        return current_app.extensions.get(_NAME, {})[kind]
    except KeyError:
        raise LookupError(f"no renderer for mails of the kind {kind!r}") from None
