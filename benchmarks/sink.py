"""A mail server that takes everything and keeps nothing, in a process of its own. It knows what SMTP clients say
and answers at once; how many mails it took it tells in reply to HELP."""

from __future__ import annotations

import asyncio
import multiprocessing
import smtplib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_REPLIES = {b"EHLO": b"250 sink", b"HELO": b"250 sink", b"QUIT": b"221 bye"}


async def _serve(sender: Any, delay: float) -> None:
    taken = 0

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal taken
        writer.write(b"220 sink\r\n")
        try:
            while line := await reader.readline():
                verb = line[:4].upper()
                if verb == b"DATA":
                    writer.write(b"354 go on\r\n")
                    await reader.readuntil(b"\r\n.\r\n")
                    if delay:
                        await asyncio.sleep(delay)
                    taken += 1
                if verb == b"HELP":
                    writer.write(b"214 %d\r\n" % taken)
                else:
                    writer.write(_REPLIES.get(verb, b"250 OK") + b"\r\n")
                if verb == b"QUIT":
                    break
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0, limit=16 * 1024 * 1024)
    sender.send(server.sockets[0].getsockname()[1])
    async with server:
        await server.serve_forever()


def _run(sender: Any, delay: float) -> None:
    asyncio.run(_serve(sender, delay))


@contextmanager
def mail_sink(delay: float = 0) -> Iterator[int]:
    """A running sink; its port on 127.0.0.1. `delay`: seconds until it says that it took a mail."""
    receiver, sender = (context := multiprocessing.get_context("spawn")).Pipe(duplex=False)
    process = context.Process(target=_run, args=(sender, delay), daemon=True)
    process.start()
    sender.close()
    try:
        yield receiver.recv()
    finally:
        process.terminate()
        process.join()


def taken(port: int) -> int:
    """How many mails the sink has taken so far."""
    with smtplib.SMTP("127.0.0.1", port, "localhost") as connection:
        return int(connection.docmd("HELP")[1])
