"""Planning reminders over open obligations, up to a million: everything for the first time, again with nothing to say,
and the next morning."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from random import Random

import sqlalchemy as sa

from app import clock
from app.clock import VIETNAM, vietnam_day
from app.extensions import db
from app.obligations.calendar import office_calendar
from app.obligations.models import Obligation, SourceKind
from app.organisations.models import Agency, AgencyKind
from app.plans.models import Plan, PlanState
from app.reminders.jobs import plan_reminders
from benchmarks.bulk import Loader
from benchmarks.measure import Row, in_own_process
from benchmarks.places import SQLITE, Ground, Place, fill

SIZES = (10_000, 100_000, 1_000_000)
LATE_SHARE = 0.03
AHEAD_DAYS = 365  # days over which the rest falls due, one as likely as another
_BATCH = 50_000


def remind(ground: Ground) -> Iterator[Row]:
    """All of them open: three in a hundred late, the rest due within a year, one officer and one head an agency.

    SQLite, the database of one office, is measured to a hundred thousand.
    """
    for engine in ground.engines:
        for size in SIZES if engine != SQLITE else SIZES[:2]:
            place = ground.empty(engine)
            fill(place, 2_000, clock.now(), departments=18, communes=100)
            in_own_process(open_obligations, place, size)
            runs, peak = in_own_process(_runs, place)
            for name, (wall, cpu, counts) in runs.items():
                said = f"{counts.get('planned', 0):,} said, {counts.get('mails', 0):,} mails"
                yield Row(
                    f"{name} ({said}; our own processor time {cpu * 1000:.0f} ms)" if cpu else name,
                    engine,
                    size,
                    wall * 1000,
                    rate=size / wall,
                    peak_mb=peak,
                )


def open_obligations(place: Place, number: int) -> None:
    """Replace what an office owes by so many open obligations of its agencies under its plans."""
    app, rng, today = place.application(), Random(7), vietnam_day(clock.now())
    with app.app_context():
        db.session.execute(sa.update(Obligation).values(settled_at=clock.now(), outcome="cancelled"))
        agencies = db.session.execute(
            sa.select(Agency.id, Agency.commanded).where(Agency.kind != AgencyKind.STEERING_COMMITTEE)
        ).all()
        plans = db.session.execute(
            sa.select(Plan.id, Plan.standing_agency_id, Plan.committee_id).where(
                Plan.state == PlanState.IN_FORCE
            )
        ).all()
        loader = Loader()
        for n in range(number):
            plan, agency = plans[n % len(plans)], agencies[n % len(agencies)]
            due_on = today + timedelta(
                days=-rng.randint(1, 90) if rng.random() < LATE_SHARE else rng.randint(0, AHEAD_DAYS)
            )
            loader.add(
                Obligation,
                source_kind=SourceKind.DUTY,
                source_id=plan.id,
                plan_id=plan.id,
                agency_id=agency.id,
                standing_agency_id=plan.standing_agency_id,
                committee_id=plan.committee_id,
                receiver_id=plan.standing_agency_id,
                title="Báo cáo kết quả thực hiện nhiệm vụ được giao",
                title_key="bao cao ket qua thuc hien nhiem vu duoc giao",
                period=f"bench-{n}",
                is_request=not agency.commanded,
                owed_on=min(today, due_on),
                nominal_on=due_on,
                due_on=due_on,
            )
            if n % _BATCH == _BATCH - 1:
                loader.flush()
        loader.finish()
        db.session.commit()
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(sa.text("ANALYZE"))
        db.session.remove()
        db.engine.dispose()


def _runs(place: Place) -> dict[str, tuple[float, float, dict[str, int]]]:
    with place.application().app_context():
        calendar = office_calendar()
        today = calendar.next_working_day(vietnam_day(clock.now()))
        tomorrow = calendar.add_working_days(today, 1)
        monday = calendar.next_working_day(tomorrow + timedelta(days=7 - tomorrow.weekday()))
        found = {
            "remind, the first run": _timed(_at(today, 8)),
            "remind, nothing new": _timed(_at(today, 9)),
            "remind, the next working day": _timed(_at(tomorrow, 8)),
            "remind, the next Monday": _timed(_at(monday, 8)),
        }
        db.session.remove()
        db.engine.dispose()
    return found


def _timed(now: datetime) -> tuple[float, float, dict[str, int]]:
    wall, cpu = time.perf_counter(), time.process_time()
    counts = plan_reminders(now)
    return time.perf_counter() - wall, time.process_time() - cpu, counts


def _at(day: date, hour: int) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=VIETNAM)
