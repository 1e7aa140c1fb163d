"""Bytes on disk without a row, as a process leaves them that died or lost a race."""

from __future__ import annotations

import io
import os
from datetime import timedelta
from pathlib import Path

import pytest

from app import scheduler
from app.extensions import db
from app.files.operations import keep, path_of
from app.files.strays import remove_strays
from tests.conftest import both_engines


@pytest.fixture
def folder(app) -> Path:
    found = Path(app.config["FILES_FOLDER"])
    found.mkdir(parents=True, exist_ok=True)
    return found


@pytest.fixture
def aged(now):
    def age(path: Path, days: float) -> Path:
        at = (now - timedelta(days=days)).timestamp()
        os.utime(path, (at, at))
        return path

    return age


@both_engines
def test_only_old_bytes_without_a_row_are_removed(app, folder, aged, now):
    known = keep(io.BytesIO(b"known"), "text/plain", now)
    stray = keep(io.BytesIO(b"stray"), "text/plain", now)
    fresh = keep(io.BytesIO(b"fresh"), "text/plain", now)
    places = {name: path_of(row) for name, row in (("known", known), ("stray", stray), ("fresh", fresh))}
    db.session.delete(stray)
    db.session.delete(fresh)
    db.session.commit()
    aged(places["known"], 400)
    aged(places["stray"], 1.1)
    aged(places["fresh"], 0.9)
    arriving, other = folder / ".arriving-x1", folder / "ghi-chu.txt"
    arriving.write_bytes(b"half")
    other.write_bytes(b"not ours")
    aged(arriving, 2)
    aged(other, 400)
    assert remove_strays(now) == 2
    assert [places[name].exists() for name in ("known", "stray", "fresh")] == [True, False, True]
    assert other.exists() and not arriving.exists()
    assert remove_strays(now) == 0


def test_a_folder_that_is_not_there_yet_has_no_strays(app, now):
    assert remove_strays(now) == 0


def test_housekeeping_removes_strays(app, folder, aged, now):
    place = folder / "ab" / ("ab" + "0" * 62)
    place.parent.mkdir(exist_ok=True)
    place.write_bytes(b"x")
    aged(place, 5000)
    counts = scheduler.run_job(app, scheduler.job_named("housekeeping"))
    assert counts["strays"] == 1 and not place.exists()
