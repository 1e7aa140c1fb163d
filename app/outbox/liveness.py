"""Which delivery workers are alive, told by the system and not by a clock.

Each worker holds a locked file in `<instance>/workers` from before its first claim until its end. The system lets
the lock go when the process ends, however it ends: so on one machine a dead worker's claims return to the queue at
once, and those of a living one never do, whatever happens to the clock. Of workers on other machines, whose files
are not here, only the age of their claims is known.
"""

from __future__ import annotations

import enum
import fcntl
import os
import re
import secrets
import socket
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import current_app


def worker_name() -> str:
    """Host, process and thread: enough to see in a log who holds what."""
    return f"{socket.gethostname()[:50]}:{os.getpid()}:{threading.get_native_id()}"


class Life(enum.Enum):
    ALIVE = "alive"
    DEAD = "dead"
    UNKNOWN = "unknown"  # on another machine, or its file was removed


@contextmanager
def living_worker() -> Iterator[str]:
    """A name of its own for a delivery worker (host, process, a random part), alive until the block ends."""
    folder = _folder()
    folder.mkdir(parents=True, exist_ok=True)
    name, held = _new_file(folder)
    try:
        yield name
    finally:
        os.close(held)  # the file stays: what this worker still claims is seen to be a dead worker's


def life_of(name: str) -> Life:
    path = _folder() / _file_name(name)
    try:
        handle = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except OSError:
        return Life.UNKNOWN
    try:
        return Life.DEAD if _lock(handle) else Life.ALIVE
    finally:
        os.close(handle)


def forget_dead(still_claiming: Iterable[str]) -> int:
    """Remove the files of dead workers that claim nothing any more; how many."""
    needed = {_file_name(name) for name in still_claiming}
    removed = 0
    for path in _folder().glob("*.worker"):
        if path.name not in needed and life_of(path.stem) is Life.DEAD:
            path.unlink(missing_ok=True)
            removed += 1
    return removed


def _new_file(folder: Path) -> tuple[str, int]:
    while True:
        host = re.sub(r"[^\w.-]", "_", socket.gethostname())[:40]
        name = f"{host}-{os.getpid()}-{secrets.token_hex(6)}"
        handle = os.open(folder / _file_name(name), os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        # Between the two steps somebody who tidies up may have taken it for a dead worker's.
        if _lock(handle) and os.fstat(handle).st_nlink:
            return name, handle
        os.close(handle)


def _lock(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _folder() -> Path:
    return Path(current_app.config["INSTANCE_PATH"]) / "workers"


def _file_name(name: str) -> str:
    return re.sub(r"[^\w.-]", "_", name) + ".worker"
