"""Reading reports from a mailbox: a Maildir's folder, or a folder on an IMAP server.

What was read stays there, marked as seen: whatever is no report (an answer that somebody wrote to the sender) is for
people to read.
"""

from __future__ import annotations

import imaplib
import mailbox
import os
import ssl
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

from flask import current_app

from app.extensions import db
from app.outbox.bounces import take_report

_IMAP = {"imaps": 993, "imap": 143}
_MOST = 1000  # mails in one run

# A mail that was not read before, and what marks it as seen.
Unseen = tuple[bytes, Callable[[], None]]


class BadMailbox(ValueError):
    """BOUNCE_MAILBOX cannot be read; the reason names no password."""


def read_bounces(now: datetime, should_stop: Callable[[], bool] = lambda: False) -> dict[str, int]:
    """Take every report that is new in BOUNCE_MAILBOX; counts. Nothing where none is set.

    Each mail is marked after its report is committed: what is read twice counts once.

    Raises:
        BadMailbox: the setting is none, or the folder is not there.
        OSError, imaplib.IMAP4.error: the server cannot be reached, or refuses.
    """
    place = current_app.config["BOUNCE_MAILBOX"]
    counts: Counter[str] = Counter()
    if not place:
        return {}
    opened = _imap(place) if urlsplit(place).scheme in _IMAP else _maildir(Path(place))
    with opened as unseen:
        for content, mark in unseen:
            taken = take_report(content, now=now)
            db.session.commit()
            mark()
            counts["bounces" if taken else "other"] += 1
            if should_stop() or counts.total() >= _MOST:
                break
    return dict(counts)


@contextmanager
def _maildir(folder: Path) -> Iterator[Iterator[Unseen]]:
    if not (folder / "new").is_dir():
        raise BadMailbox(f"BOUNCE_MAILBOX: {folder} is no Maildir and no imaps:// address.")
    box = mailbox.Maildir(folder, create=False)

    def unseen() -> Iterator[Unseen]:
        for key in list(box.keys()):
            mail = box.get_message(key)
            if "S" in mail.get_flags():
                continue

            def mark(key: str = key, mail: mailbox.MaildirMessage = mail) -> None:
                mail.set_subdir("cur")
                mail.add_flag("S")
                box[key] = mail

            yield box.get_bytes(key), mark

    yield unseen()
    box.close()


@contextmanager
def _imap(address: str) -> Iterator[Iterator[Unseen]]:
    parts = urlsplit(address)
    host, port = parts.hostname or "", parts.port or _IMAP[parts.scheme]
    timeout = current_app.config["MAIL_TIMEOUT_SECONDS"]
    if parts.scheme == "imaps":
        checking = ssl.create_default_context(cafile=current_app.config["MAIL_CA_FILE"] or None)
        server: imaplib.IMAP4 = imaplib.IMAP4_SSL(host, port, ssl_context=checking, timeout=timeout)
    else:
        server = imaplib.IMAP4(host, port, timeout=timeout)
    try:
        server.login(unquote(parts.username or ""), _password(unquote(parts.password or "")))
        _ok(server.select(unquote(parts.path.strip("/")) or "INBOX"))
        yield _unseen_of(server)
    finally:
        with suppress(OSError, imaplib.IMAP4.error):
            server.logout()


def _unseen_of(server: imaplib.IMAP4) -> Iterator[Unseen]:
    for number in _ok(server.uid("SEARCH", "UNSEEN"))[0].split():
        name = number.decode("ascii")
        answer = _ok(server.uid("FETCH", name, "(BODY.PEEK[])"))
        content = next((part[1] for part in answer if isinstance(part, tuple)), b"")

        def mark(name: str = name) -> None:
            _ok(server.uid("STORE", name, "+FLAGS", r"(\Seen)"))

        yield content, mark


def _ok(answer: tuple[str, list]) -> list:  # type: ignore[type-arg]
    status, data = answer
    if status != "OK":
        raise imaplib.IMAP4.error(f"the IMAP server answered {status}")
    return data


def _password(written: str) -> str:
    """A password that begins with `$` is kept in the environment variable of that name."""
    if not written.startswith("$"):
        return written
    name = written[1:].strip("{}")
    if not os.environ.get(name):
        raise BadMailbox(f"BOUNCE_MAILBOX takes its password from ${name}, which is not set.")
    return os.environ[name]
