"""Removing stored bytes that nothing refers to any more: files taken out of a draft, drafts that are over."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from app.extensions import db
from app.files.models import StoredFile
from app.files.operations import path_of

# Between storing a file and referring to it lies one request; a week leaves room for every clock.
_YOUNG = timedelta(days=7)
BATCH = 500


def sweep_stored(now: datetime) -> int:
    """Remove stored files older than a week to which no row of any table refers; how many. Again removes nothing.

    Which tables refer to files is read from the tables themselves, so a new one can never be forgotten.
    """
    old = now - _YOUNG
    orphans = sa.select(StoredFile).where(StoredFile.created_at < old)
    for column in _referring():
        orphans = orphans.where(~sa.exists().where(column == StoredFile.id))
    removed = 0
    for stored in db.session.scalars(orphans.order_by(StoredFile.id).limit(BATCH)).all():
        path = path_of(stored)
        try:
            with db.session.begin_nested():
                db.session.delete(stored)
        except sa.exc.IntegrityError:  # somebody kept the same bytes in this moment
            continue
        if path.exists() and path.stat().st_mtime < old.timestamp():
            path.unlink()
        removed += 1
    return removed


def _referring() -> list[sa.Column[int]]:
    return [
        column
        for table in db.metadata.tables.values()
        for column in table.columns
        for key in column.foreign_keys
        if key.column is StoredFile.__table__.c.id
    ]
