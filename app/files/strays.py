"""Removing bytes on disk that no row knows: a process died, or lost a race, between the bytes and their row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path

import sqlalchemy as sa
from flask import current_app

from app.extensions import db
from app.files.models import StoredFile

# Bytes come first and their row within the same request; a day leaves room for every clock.
_YOUNG = timedelta(days=1)
_AT_ONCE = 400


def remove_strays(now: datetime) -> int:
    """Remove files in the store older than a day that have no row, unfinished arrivals among them; how many."""
    folder = Path(current_app.config["FILES_FOLDER"])
    removed = 0
    found = _old_files(folder, now - _YOUNG)
    while paths := list(islice(found, _AT_ONCE)):
        names = [path.name for path in paths]
        known = set(db.session.scalars(sa.select(StoredFile.sha256).where(StoredFile.sha256.in_(names))))
        removed += _unlink(path for path in paths if path.name not in known)
    return removed


def _old_files(folder: Path, before: datetime) -> Iterator[Path]:
    """What the store itself put there: «ab/abcd…» under its digest, and «.arriving-…»; nothing else is touched."""
    for pattern in (".arriving-*", "[0-9a-f][0-9a-f]/" + "[0-9a-f]" * 64):
        for path in folder.glob(pattern):
            try:
                if path.is_file() and path.stat().st_mtime < before.timestamp():
                    yield path
            except FileNotFoundError:  # another process removed it in this moment
                continue


def _unlink(paths: Iterable[Path]) -> int:
    count = 0
    for path in paths:
        path.unlink(missing_ok=True)
        count += 1
    return count
