"""A real SMTP server on loopback that can be told to refuse, to hang up, or to keep a client waiting."""

from __future__ import annotations

import asyncio
import email
import email.policy
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

# Asked for each command: ("RCPT" or "DATA", the address, how many mails were taken) → a reply, or a behaviour.
Fault = Callable[[str, str, int], str | None]
HANG_UP = "hang up"  # the connection ends without a reply
TAKE_AND_HANG_UP = "take and hang up"  # the mail is taken, but the client never learns of it
WAIT_FOREVER = "wait"  # no reply until the client gives up
SLOWLY = "slowly "  # with a number of seconds: the mail is taken, the answer comes late
TAKEN = "250 taken"


class MailServer:
    """`mails` is what was taken, in order; `raw` the same as it came. `fault` answers instead of "250" where it
    returns something. `by_connection` tells which Message-IDs were taken over each connection, in order; `secured`
    how many of the mails came over TLS; `most_at_once` how many waited for a slow answer at the same time."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.raw: list[bytes] = []
        self.by_connection: dict[int, list[str]] = {}
        self.connections = 0
        self.secured = 0
        self.most_at_once = 0
        self._at_once = 0
        self.fault: Fault = lambda _command, _address, _taken: None
        self._lock = threading.Lock()

    def recipients(self) -> list[str]:
        return [str(mail["To"].addresses[0].addr_spec) for mail in self.mails]

    def message_ids(self) -> list[str]:
        return [str(mail["Message-ID"]) for mail in self.mails]

    # -- hooks of aiosmtpd ------------------------------------------------------------------------------

    async def handle_EHLO(
        self, _server: SMTP, session: Session, _envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        self.connections += 1
        session.number = self.connections  # type: ignore[attr-defined]
        return responses

    async def handle_RCPT(
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if (reply := await self._faulty(server, "RCPT", address)) is not None:
            return reply
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        reply = self.fault("DATA", envelope.rcpt_tos[0], len(self.mails))
        if reply is not None and reply.startswith(SLOWLY):
            self._at_once += 1
            self.most_at_once = max(self.most_at_once, self._at_once)
            await asyncio.sleep(float(reply.removeprefix(SLOWLY)))
            self._at_once -= 1
            reply = None
        if reply in (None, TAKE_AND_HANG_UP):
            self.secured += (
                session.ssl is not None or server.transport.get_extra_info("ssl_object") is not None
            )
            self._keep(envelope.content or b"", session.number)  # type: ignore[arg-type, attr-defined]
        if reply is None:
            return TAKEN
        return await self._behave(server, reply)

    def _keep(self, content: bytes, connection: int) -> None:
        mail: EmailMessage = email.message_from_bytes(content, policy=email.policy.SMTP)  # type: ignore[assignment]
        with self._lock:
            self.mails.append(mail)
            self.raw.append(content)
            self.by_connection.setdefault(connection, []).append(str(mail["Message-ID"]))

    async def _faulty(self, server: SMTP, command: str, address: str) -> str | None:
        reply = self.fault(command, address, len(self.mails))
        return None if reply is None else await self._behave(server, reply)

    async def _behave(self, server: SMTP, reply: str) -> str:
        if reply in (HANG_UP, TAKE_AND_HANG_UP):
            server.transport.abort()
        elif reply == WAIT_FOREVER:
            await asyncio.Event().wait()  # until the client's end of the connection cancels it
        return reply


class _Controller(Controller):
    """Listens on whatever port is free, which the library's own controller cannot be asked for."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def serve(port: int = 0, **more: Any) -> Iterator[tuple[MailServer, int]]:
    """A running server and its port on 127.0.0.1: the one that is given, or any that is free. `more` goes to
    aiosmtpd: `tls_context`, `ssl_context`, `authenticator` …"""
    box = MailServer()
    controller = _Controller(box, hostname="127.0.0.1", port=port, enable_SMTPUTF8=False, **more)
    controller.start()
    try:
        yield box, controller.port
    finally:
        controller.stop()


def body_of(mail: EmailMessage, kind: str = "plain") -> str:
    part: Any = mail.get_body((kind,))
    return part.get_content().replace("\r\n", "\n")
