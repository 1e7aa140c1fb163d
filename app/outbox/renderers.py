"""Who puts the words into a digest. Features register a renderer for their kind of mail; the outbox knows none.

A renderer reads what still holds at `now` and returns the words, or None where nothing is left to say. It may write
(an item that fell out), and does not commit.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from flask import Flask, current_app


class Rendered(NamedTuple):
    """Subject, plain text and HTML; the one obligation the mail is about, if it is one; and an iCalendar text."""

    subject: str
    text: str
    html: str
    about: int | None = None
    calendar: str | None = None


Renderer = Callable[[Any, datetime], tuple[Any, ...] | None]
# Reads for many mails at once, and returns the renderer of each of them.
Preparer = Callable[[Sequence[Any], datetime], Callable[[Any], tuple[Any, ...] | None]]

_NAME = "outbox_renderers"


def register(app: Flask, kind: str, renderer: Renderer) -> None:
    """Register a renderer that is asked for each mail by itself."""
    register_for_many(app, kind, lambda _messages, now: lambda message: renderer(message, now))


def register_for_many(app: Flask, kind: str, preparer: Preparer) -> None:
    """Register one that reads for many mails in a constant number of queries."""
    app.extensions.setdefault(_NAME, {})[kind] = preparer


def preparer_of(kind: str) -> Preparer:
    """The renderer of a kind of digest.

    Raises:
        LookupError: no feature of this application knows the kind.
    """
    try:
        return current_app.extensions.get(_NAME, {})[kind]
    except KeyError:
        raise LookupError(f"no renderer for mails of the kind {kind!r}") from None
