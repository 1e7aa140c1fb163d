"""Reading plans: processor time of `read_plan` alone, and the whole way from a file to a plan in force."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from app import clock
from app.clock import vietnam_day
from app.demo.office import found_office
from app.demo.plans import build_sample_plans
from app.documents import read_document
from app.extensions import db
from app.organisations.directory import OfficeDirectory
from app.planreader import Directory
from app.plans.operations import accept_clear, change_head, confirm, upload
from benchmarks.measure import Row, Times, in_own_process
from benchmarks.places import PROJECT, Ground, Place
from benchmarks.reader import read_times

REAL_PLANS = PROJECT.parent / "shared" / "plans"
GROWTH = (10_000, 100_000, 500_000, 2_000_000)  # characters
IMPORTS = 12


def plan_read(ground: Ground) -> Iterator[Row]:
    """Each sample plan, each real plan where they are at hand, and one sample with longer and longer a middle."""
    directory = _directory(ground.empty("sqlite"))
    samples = _sample_texts(clock.now(), ground.folder)
    texts = {**samples, **_real_texts()}
    longest = max(samples.values(), key=len)
    for size in GROWTH:
        texts[f"{size // 1000} k characters"] = _stretched(longest, size)
    for name, text in texts.items():
        repeats = 15 if len(text) < 200_000 else 3
        times, peak = in_own_process(read_times, text, directory, repeats)
        yield Row(
            f"plan_read {name}",
            size=len(text),
            median_ms=times.median_ms,
            p95_ms=times.p95_ms,
            rate=len(text) / times.median_ms * 1000,
            peak_mb=peak,
        )


def _sample_texts(now: datetime, folder: Path) -> dict[str, str]:
    found = {}
    for sample in build_sample_plans(vietnam_day(now), folder / "samples"):
        found[sample.key] = read_document(sample.path.read_bytes(), sample.path.name).text
    return found


def _stretched(text: str, size: int) -> str:
    """A plan of at least this size with the head and the foot of `text`, and what lies between again and again."""
    lines = text.splitlines(keepends=True)
    head, foot = lines[: len(lines) // 4], lines[len(lines) * 9 // 10 :]
    middle = "".join(lines[len(head) : -len(foot)])
    times = max(1, -(-(size - len(text) + len(middle)) // len(middle)))
    return "".join([*head, middle * times, *foot])


def _real_texts() -> dict[str, str]:
    return {path.stem: path.read_text("utf-8") for path in sorted(REAL_PLANS.glob("*.txt"))}


def _directory(place: Place) -> Directory:
    """The directory of the demonstration office."""
    with place.application().app_context():
        found_office(clock.now())
        directory = OfficeDirectory.load().for_reader
        db.session.rollback()
        db.engine.dispose()
    return directory


def plan_import(ground: Ground) -> Iterator[Row]:
    """A docx of six pages: uploaded, read in a worker process, everything accepted, confirmed, committed."""
    for engine in ground.engines:
        place = ground.empty(engine)
        (times, obligations), peak = in_own_process(_import_times, place)
        yield Row(
            f"plan_import ({obligations} obligations)",
            engine,
            size=1,
            median_ms=times.median_ms,
            p95_ms=times.p95_ms,
            rate=1000 / times.median_ms,
            peak_mb=peak,
        )


def _import_times(place: Place) -> tuple[Times, int]:
    """The same sample as of other days, so that no file is known already; the first one warms up."""
    now, seconds, obligations = clock.now(), [], 0
    with tempfile.TemporaryDirectory() as folder, place.application().app_context():
        office = found_office(now - timedelta(days=800))
        db.session.commit()
        standing, clerk = office.standing, office.standing_officer
        for n in range(IMPORTS + 1):
            day = vietnam_day(now) - timedelta(days=n)
            sample = next(
                s for s in build_sample_plans(day, Path(folder) / str(n)) if s.key == "chi_thi_nhieu_nam"
            )
            with sample.path.open("rb") as stream:
                started = time.perf_counter()
                plan = upload(stream, sample.path.name, standing_agency=standing, actor=clerk, now=now)
                db.session.commit()
                change_head(
                    plan, {"committee": office.committee}, revision=plan.revision, actor=clerk, now=now
                )
                accept_clear(plan, doubtful=set(), actor=clerk, now=now)
                obligations = confirm(plan, actor=clerk, now=now, today=vietnam_day(now))
                db.session.commit()
                seconds.append(time.perf_counter() - started)
            db.session.expire_all()
        db.session.remove()
        db.engine.dispose()
    return Times(tuple(seconds[1:])), obligations
