"""A province's schedules rolled forward for ten years, and once more, when nothing is left to do."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, date, datetime

import sqlalchemy as sa

from app.deadlines import DueRule, Reading, WorkCalendar
from app.extensions import db
from app.obligations.models import Obligation
from app.organisations.models import Agency, AgencyGroup, AgencyGroupMember, AgencyKind, AgencyLevel
from app.plans.models import Plan, PlanState
from app.schedules.models import ReportKind
from app.schedules.operations import add_schedule, roll_forward
from benchmarks.measure import Row
from benchmarks.places import Ground, Place

AGENCIES, SCHEDULES, FIRST_YEAR, LAST_YEAR = 200, 20, 2026, 2035
NOW = datetime(2026, 1, 5, 2, 0, tzinfo=UTC)
_RULES = (
    (ReportKind.ANNUAL, DueRule(10, 12, qualifier="before")),
    (ReportKind.HALF_YEAR, DueRule(15, qualifier="before")),
    (ReportKind.QUARTERLY, DueRule(20, qualifier="by")),
    (ReportKind.HALF_YEAR, DueRule(25, qualifier="on")),
)


def owe(ground: Ground) -> Iterator[Row]:
    """200 agencies × 10 years × 20 schedules, on each engine: made, then asked for again."""
    for engine in ground.engines:
        place = ground.empty(engine)
        first, count = _rolled(place, found=True)
        again, none = _rolled(place, found=False)
        if none:
            raise RuntimeError(f"rolling again made {none} obligations more")
        yield Row("owe", engine, count, median_ms=first * 1000, rate=count / first)
        yield Row("owe_again", engine, count, median_ms=again * 1000)


def _rolled(place: Place, *, found: bool) -> tuple[float, int]:
    app = place.application()
    with app.app_context():
        if found:
            _found()
        calendar, reading = WorkCalendar(), Reading()
        started = time.perf_counter()
        made = roll_forward(date(LAST_YEAR + 1, 12, 31), now=NOW, calendar=calendar, reading=reading)
        db.session.commit()
        seconds = time.perf_counter() - started
        if found and made != db.session.scalar(sa.select(sa.func.count(Obligation.id))):
            raise RuntimeError("the count that was told is not the count that stands in the table")
        db.session.remove()
        db.engine.dispose()
    return seconds, made


def _found() -> None:
    """A plan of ten years with twenty reports, each from all communes of a province."""
    standing = _agency("Sở Nông nghiệp và Môi trường", AgencyLevel.PROVINCE)
    group = AgencyGroup(
        name="Ủy ban nhân dân các xã, phường",
        name_key="uy ban nhan dan cac xa phuong",
        members=[
            AgencyGroupMember(agency=_agency(f"Ủy ban nhân dân xã số {n}", AgencyLevel.COMMUNE))
            for n in range(AGENCIES)
        ],
    )
    plan = Plan(
        number="1/KH-UBND",
        title="Kế hoạch mười năm",
        title_key="ke hoach muoi nam",
        issuer="Ủy ban nhân dân tỉnh",
        issued_on=date(FIRST_YEAR - 1, 12, 31),
        period_from=FIRST_YEAR,
        period_to=LAST_YEAR,
        standing_agency=standing,
        state=PlanState.IN_FORCE,
        created_at=NOW,
    )
    db.session.add_all([group, plan])
    db.session.flush()
    for n in range(SCHEDULES):
        kind, rule = _RULES[n % len(_RULES)]
        add_schedule(
            plan, kind=kind, rule=rule, title=f"Báo cáo số {n + 1}", receiver=standing, reporters=[group],
            position=n, now=NOW,
        )  # fmt: skip
    db.session.commit()


def _agency(name: str, level: AgencyLevel) -> Agency:
    agency = Agency(name=name, name_key=name.lower(), kind=AgencyKind.COMMITTEE, level=level)
    db.session.add(agency)
    return agency
