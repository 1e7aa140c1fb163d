"""Keeping files: bytes go to disk under their digest first, the row after, so a row never lacks its bytes."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

import sqlalchemy as sa
from flask import current_app

from app.extensions import db
from app.files.models import StoredFile

CHUNK = 1024 * 1024


class FileTooBig(Exception):
    """More bytes than allowed; `limit_mb` says how many were."""

    def __init__(self, limit_mb: int):
        self.limit_mb = limit_mb
        super().__init__(f"larger than {limit_mb} MB")


_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class DiskFull(Exception):
    """There is no room for the bytes. Nothing of them is left behind."""


@contextmanager
def room_needed() -> Iterator[None]:
    """Tell «no room» apart from every other fault of a disk. Raises DiskFull."""
    try:
        yield
    except OSError as error:
        if error.errno in _NO_ROOM:
            raise DiskFull from error
        raise


def keep(stream: BinaryIO, media_type: str, now: datetime, limit_mb: int | None = None) -> StoredFile:
    """Store the stream's bytes and return their row; the same bytes are kept once.

    Raises:
        FileTooBig, DiskFull: nothing is left behind.
    """
    limit_mb = limit_mb or current_app.config["MAX_UPLOAD_MB"]
    with room_needed():
        sha256, size = _write(stream, limit_mb)
    return _row(sha256, size, media_type, now)


def keep_part(part: Path, media_type: str, now: datetime) -> StoredFile:
    """The same for a file that lies on the same disk already and stays there until its owner drops it.

    Raises:
        DiskFull: nothing is left behind. FileNotFoundError: there is no such part.
    """
    with part.open("rb") as stream:
        sha256, size = hashlib.file_digest(stream, "sha256").hexdigest(), part.stat().st_size
    place = _place(Path(current_app.config["FILES_FOLDER"]), sha256)
    with room_needed():
        place.parent.mkdir(parents=True, exist_ok=True)
        if not place.exists():
            _second_name(part, place)
    return _row(sha256, size, media_type, now)


def _second_name(part: Path, place: Path) -> None:
    """No byte is copied where the disk knows hard links."""
    try:
        place.hardlink_to(part)
    except FileExistsError:  # another process keeps the same bytes
        pass
    except OSError:
        copy = part.with_name(f".arriving-{part.name}")
        try:
            shutil.copyfile(part, copy)
            copy.replace(place)
        finally:
            copy.unlink(missing_ok=True)


def _write(stream: BinaryIO, limit_mb: int) -> tuple[str, int]:
    """Digest and size of what stands at its place then, whole."""
    folder = Path(current_app.config["FILES_FOLDER"])
    folder.mkdir(parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    handle, name = tempfile.mkstemp(dir=folder, prefix=".arriving-")
    try:
        with os.fdopen(handle, "wb") as target:
            while chunk := stream.read(CHUNK):
                size += len(chunk)
                if size > limit_mb * 1024 * 1024:
                    raise FileTooBig(limit_mb)
                digest.update(chunk)
                target.write(chunk)
            target.flush()
            os.fsync(target.fileno())
        sha256 = digest.hexdigest()
        place = _place(folder, sha256)
        place.parent.mkdir(exist_ok=True)
        Path(name).replace(place)  # atomic: a reader sees the whole file or none
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return sha256, size


def path_of(stored: StoredFile) -> Path:
    """Where the bytes are."""
    return _place(Path(current_app.config["FILES_FOLDER"]), stored.sha256)


def _place(folder: Path, sha256: str) -> Path:
    return folder / sha256[:2] / sha256


def _row(sha256: str, size: int, media_type: str, now: datetime) -> StoredFile:
    find = sa.select(StoredFile).where(StoredFile.sha256 == sha256)
    if known := db.session.scalar(find):
        return known
    try:
        with db.session.begin_nested():  # another process may store the same bytes at the same moment
            stored = StoredFile(sha256=sha256, size=size, media_type=media_type, created_at=now)
            db.session.add(stored)
        return stored
    except sa.exc.IntegrityError:
        return db.session.scalars(find).one()
