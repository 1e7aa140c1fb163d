"""Files that come in pieces. How much of one has arrived is the length of its part on disk, and nothing else.

A piece is written after the last byte, under a lock, and only whole: what a full disk or a killed process leaves
of one is cut off or simply counted, since every prefix of right bytes is right. So a page may send the same piece
twice, ask how far it came, and go on after an hour from there.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import zlib
from datetime import datetime
from pathlib import Path

from flask import current_app

from app.files.operations import room_needed


class NotNext(Exception):
    """The piece does not follow the last byte; `length` says how many have arrived."""

    def __init__(self, length: int):
        self.length = length
        super().__init__(f"{length} bytes have arrived")


class Garbled(Exception):
    """The piece is not what was sent: its checksum differs."""


def arrived(key: str) -> int:
    """How many bytes of it have arrived; 0 where nothing has."""
    try:
        return part_of(key).stat().st_size
    except FileNotFoundError:
        return 0


def append(key: str, offset: int, piece: bytes, checksum: int, size: int) -> int:
    """Write the piece that begins at `offset` of a file of `size` bytes; how many have arrived then.

    `checksum` is the piece's CRC-32. A piece that has arrived before changes nothing.

    Raises:
        Garbled: the checksum differs. NotNext: bytes are missing before it. DiskFull: no room.
    """
    if zlib.crc32(piece) != checksum:
        raise Garbled
    part = part_of(key)
    with room_needed():
        part.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(part, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)  # the same piece may be on its way twice
            length = os.fstat(descriptor).st_size
            if offset + len(piece) <= length:
                return length
            if offset > length or offset + len(piece) > size:
                raise NotNext(length)
            _write(descriptor, length, piece[length - offset :])
        finally:
            os.close(descriptor)
    return offset + len(piece)


def _write(descriptor: int, at: int, data: bytes) -> None:
    """All of it or nothing."""
    left = memoryview(data)
    os.lseek(descriptor, at, os.SEEK_SET)
    try:
        while left:
            left = left[os.write(descriptor, left) :]
        os.fsync(descriptor)
    except OSError:
        os.ftruncate(descriptor, at)
        raise


def part_of(key: str) -> Path:
    """Where what has arrived lies. The key comes from a page: its digest is the name, so it never leads elsewhere."""
    return _folder() / hashlib.sha256(key.encode()).hexdigest()[:40]


def drop(key: str) -> None:
    """Forget what has arrived. Again does nothing."""
    part_of(key).unlink(missing_ok=True)


def sweep_parts(before: datetime) -> int:
    """Remove parts to which nothing was added since; how many there were."""
    return sum(_unlink_old(part, before) for part in _folder().glob("*"))


def sweep_unfinished(before: datetime) -> int:
    """Remove what `operations.keep` was writing when its process was killed; how many there were."""
    files = Path(current_app.config["FILES_FOLDER"])
    return sum(_unlink_old(left, before) for left in files.glob(".arriving-*"))


def _unlink_old(path: Path, before: datetime) -> bool:
    try:
        old = path.stat().st_mtime < before.timestamp()
        if old:
            path.unlink()
    except FileNotFoundError:  # finished or swept by another process in this moment
        return False
    return old


def _folder() -> Path:
    return Path(current_app.config["FILES_FOLDER"]) / ".parts"
