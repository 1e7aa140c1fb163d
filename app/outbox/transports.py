"""The two ways out: a mail server, or a folder of .eml files where no mail server is set.

A transport is a context manager. It sends one mail at a time and keeps its connection for the next. What goes
wrong is a `DeliveryError`, which tells whether trying again makes sense and whether the mail or the way is to
blame.
"""

from __future__ import annotations

import os
import smtplib
import ssl
from base64 import b64encode
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self
from urllib.parse import urlsplit

import flask_mail
from flask import current_app

from app.outbox.mime import Mail
from app.outbox.servers import Server

# Replies that are about this mail or this address for good (RFC 5321 §4.2.1, 5yz).
_PERMANENT = range(500, 600)
# Refused for their size: the one refusal of a sender that is about the mail and not about our settings.
_TOO_LARGE = {523, 552}
_CLOSING = 421  # "service not available, closing transmission channel"
_SIGNED_IN = 235


class DeliveryError(Exception):
    """A mail that was not taken.

    `permanent`: trying again gives the same answer. `is_way`: the connection failed before any mail was spoken
    of, so other mails would fail alike and this one is not to blame. `is_address`: the recipient's address was
    refused for good. `reason` is for people who manage mail.
    """

    def __init__(
        self, reason: str, *, permanent: bool = False, is_way: bool = False, is_address: bool = False
    ):
        self.reason, self.permanent, self.is_way, self.is_address = reason, permanent, is_way, is_address
        super().__init__(reason)


class Transport(Protocol):
    def send(self, mail: Mail) -> None:
        """Hand the mail over; return when it is taken.

        Raises:
            DeliveryError: it was not.
        """

    def __enter__(self) -> Self: ...

    def __exit__(self, *failure: object) -> None: ...


class SmtpTransport:
    """Flask-Mail's connection to one server, opened at the first mail and kept for as many as it likes to take."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self._connection = _Connection(server)
        self._sent_here = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._close()

    def send(self, mail: Mail) -> None:
        if self._sent_here >= current_app.config["MAIL_PER_CONNECTION"]:
            self._close()
        if self._connection.host is None:
            self._open()
        try:
            self._connection.send(mail)
        except smtplib.SMTPRecipientsRefused as error:
            code, text = next(iter(error.recipients.values()))
            self._leave_if_closing(code)
            raise _refusal(code, text, permanent=code in _PERMANENT, is_address=code in _PERMANENT) from error
        except smtplib.SMTPSenderRefused as error:
            # Our own address or our own rights are refused; a corrected setting lets the same mail through.
            self._close()
            raise _refusal(
                error.smtp_code, error.smtp_error, permanent=error.smtp_code in _TOO_LARGE
            ) from error
        except smtplib.SMTPResponseException as error:
            self._leave_if_closing(error.smtp_code)
            raise _refusal(
                error.smtp_code, error.smtp_error, permanent=error.smtp_code in _PERMANENT
            ) from error
        except (smtplib.SMTPNotSupportedError, UnicodeError) as error:
            raise DeliveryError(_words(error), permanent=True) from error
        except (smtplib.SMTPException, OSError) as error:
            self._close()
            raise DeliveryError(_words(error)) from error
        self._sent_here += 1

    def _open(self) -> None:
        try:
            self._connection.host = self._connection.configure_host()
        except (smtplib.SMTPException, OSError) as error:
            raise DeliveryError(_words(error), is_way=True) from error
        self._sent_here = 0

    def _leave_if_closing(self, code: int) -> None:
        if code == _CLOSING:
            self._close()

    def _close(self) -> None:
        host, self._connection.host = self._connection.host, None
        if host is not None:
            try:
                host.quit()
            except (smtplib.SMTPException, OSError):
                host.close()  # the other side was gone already


class _Connection(flask_mail.Connection):
    """Flask-Mail's, to any of several servers, with a time limit and a checked certificate.

    Its own counting of mails per connection stays unused: it reconnects *after* a mail was taken, and a failure
    there would look like a failure of the mail.
    """

    def __init__(self, server: Server) -> None:
        super().__init__(current_app.extensions["mail"])
        self.server = server

    def configure_host(self) -> smtplib.SMTP | smtplib.SMTP_SSL:
        # Named here, since smtplib would ask the name service for it, which may take long where there is none.
        own_name = urlsplit(current_app.config["PUBLIC_URL"]).hostname or "localhost"
        timeout, server = current_app.config["MAIL_TIMEOUT_SECONDS"], self.server
        if server.security == "tls":
            host: smtplib.SMTP = smtplib.SMTP_SSL(
                server.host, server.port, own_name, timeout=timeout, context=_checking()
            )
        else:
            host = smtplib.SMTP(server.host, server.port, own_name, timeout=timeout)
        try:
            if server.security == "starttls":
                host.starttls(context=_checking())
            if server.username and server.password:
                _sign_in(host, server.username, server.password)
        except BaseException:
            host.close()
            raise
        return host

    def send(self, mail: Mail, envelope_from: object = None) -> None:  # type: ignore[override]
        """The mail is whole already, its addresses are checked and written in ASCII (`mime.compose`)."""
        self.host.sendmail(mail.sender, [mail.recipient], mail.content)  # type: ignore[union-attr]
        flask_mail.email_dispatched.send(current_app._get_current_object(), message=mail)  # type: ignore[attr-defined]


def _sign_in(host: smtplib.SMTP, name: str, password: str) -> None:
    """smtplib writes names and passwords in ASCII only; mail servers take them in UTF-8 (RFC 4616)."""
    if name.isascii() and password.isascii():
        host.login(name, password)
        return
    host.ehlo_or_helo_if_needed()
    words = b64encode(f"\0{name}\0{password}".encode()).decode("ascii")
    code, answer = host.docmd("AUTH", f"PLAIN {words}")
    if code != _SIGNED_IN:
        raise smtplib.SMTPAuthenticationError(code, answer)


def _checking() -> ssl.SSLContext:
    """Certificates are checked against the system's authorities, or those of MAIL_CA_FILE (an office's own)."""
    return ssl.create_default_context(cafile=current_app.config["MAIL_CA_FILE"] or None)


class FolderTransport:
    """Writes each mail as one .eml file, named by its Message-ID: a mail written again replaces itself."""

    def __init__(self, folder: Path):
        self.folder = folder

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *failure: object) -> None:
        return None

    def send(self, mail: Mail) -> None:
        target = self.folder / file_name(mail.delivery_key)
        # Each process has a name of its own for the unfinished file; the rename shows it whole or not at all.
        unfinished = target.with_suffix(f".{os.getpid()}.part")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            unfinished.write_bytes(mail.as_bytes())
            unfinished.replace(target)
        except OSError as error:
            raise DeliveryError(_words(error), is_way=True) from error


def file_name(delivery_key: str) -> str:
    """The name of a mail's file: its Message-ID with nothing that a file system could read as a path."""
    return "".join(c if c.isalnum() or c in "@.-_" else "_" for c in delivery_key).lstrip(".") + ".eml"


def _refusal(code: int, text: bytes | str, *, permanent: bool, is_address: bool = False) -> DeliveryError:
    said = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    reason = f"{code} {' '.join(said.split())}"[:1000]
    return DeliveryError(reason, permanent=permanent, is_address=is_address)


def _words(error: BaseException) -> str:
    """The class of the failure beside its own words, which may be empty."""
    return f"{type(error).__name__}: {error}"[:1000].rstrip(": ")
