"""Schedules rolled forward into obligations."""

from __future__ import annotations

import time
from datetime import date, datetime

import pytest
import sqlalchemy as sa

from app.assignments.operations import assign
from app.deadlines import DueRule, Reading, WorkCalendar
from app.extensions import db
from app.obligations.models import Obligation
from app.organisations.models import Agency, AgencyKind, AgencyLevel
from app.plans.models import Plan, PlanState
from app.schedules.models import ReportKind
from app.schedules.operations import close_schedule, roll_forward
from app.schedules.queries import preview, reporters_of
from tests.cast import Cast
from tests.conftest import both_engines
from tests.make import make_plan, make_schedule

CALENDAR, READING = WorkCalendar(), Reading()


def roll(until: date, now: datetime, plan: Plan | None = None) -> int:
    return roll_forward(until, now=now, calendar=CALENDAR, reading=READING, plan=plan)


def owed() -> list[tuple[str, str, date, bool]]:
    rows = db.session.scalars(sa.select(Obligation).order_by(Obligation.due_on, Obligation.agency_id))
    return [(o.agency.display_name, o.period, o.due_on, o.is_request) for o in rows]


@both_engines
def test_each_period_of_each_reporter_is_owed_and_again_makes_nothing(cast: Cast, now: datetime) -> None:
    plan = make_plan(cast)
    make_schedule(plan, reporters=[cast.health, cast.front])
    assert roll(date(2027, 12, 31), now) == 4
    assert owed() == [
        ("Sở Y tế", "2026", date(2026, 12, 9), False),
        ("Ủy ban MTTQ tỉnh", "2026", date(2026, 12, 9), True),
        ("Sở Y tế", "2027", date(2027, 12, 9), False),
        ("Ủy ban MTTQ tỉnh", "2027", date(2027, 12, 9), True),
    ]
    assert roll(date(2027, 12, 31), now) == 0
    assert roll(date(2028, 12, 31), now) == 2  # further ahead only adds


def test_a_group_reports_with_the_members_of_the_plans_day_and_a_merged_body_through_its_successor(
    cast: Cast, now: datetime
) -> None:
    plan = make_plan(cast)
    make_schedule(plan, reporters=[cast.communes_group, cast.planning, cast.finance])
    roll(date(2026, 12, 31), now)
    assert [row[0] for row in owed()] == ["Sở Tài chính", "Xã Kim Điền", "Xã Bình Lâm", "Phường Bến Đò"]


def test_everybody_assigned_reports_except_the_receiver_and_a_request_stays_a_request(
    cast: Cast, now: datetime
) -> None:
    plan = make_plan(cast)
    for n, (agency, request) in enumerate([(cast.health, False), (cast.front, True), (cast.standing, False)]):
        assign(plan, agency=agency, phrase=agency.name, is_request=request, position=n, now=now)
    schedule = make_schedule(plan, all_assigned=True)
    assert reporters_of(schedule, plan.issued_on) == [(cast.health, False), (cast.front, True)]
    assert roll(date(2026, 12, 31), now) == 2


@pytest.mark.parametrize("state", [PlanState.IN_REVIEW, PlanState.CLOSED])
def test_nothing_arises_under_a_plan_that_is_not_in_force(
    cast: Cast, now: datetime, state: PlanState
) -> None:
    make_schedule(make_plan(cast, state=state), reporters=[cast.health])
    assert roll(date(2030, 12, 31), now) == 0


def test_nothing_arises_from_a_closed_schedule_or_one_without_a_day(cast: Cast, now: datetime) -> None:
    plan = make_plan(cast)
    close_schedule(make_schedule(plan, reporters=[cast.health]), actor=cast.toan, now=now)
    make_schedule(plan, reporters=[cast.health], rule=None, words="theo định kỳ")
    assert roll(date(2030, 12, 31), now) == 0


def test_the_days_in_force_of_a_schedule_bound_what_arises(cast: Cast, now: datetime) -> None:
    plan = make_plan(cast)
    make_schedule(plan, reporters=[cast.health], first_day=date(2027, 1, 1), last_day=date(2028, 12, 31))
    roll(date(2030, 12, 31), now)
    assert [row[1] for row in owed()] == ["2027", "2028"]


def test_the_preview_counts_what_rolling_then_makes(cast: Cast, now: datetime) -> None:
    plan, rule = make_plan(cast), DueRule(15, 6, qualifier="before")
    seen = preview(
        "half_year", rule, plan.issued_on, 2026, 2030, date(2028, 12, 31),
        reporters=3, calendar=CALENDAR, reading=READING,
    )  # fmt: skip
    make_schedule(plan, kind=ReportKind.HALF_YEAR, rule=rule, reporters=[cast.communes_group])
    assert roll(date(2028, 12, 31), now) == seen.count
    assert (seen.first_due_on, seen.last_due_on) == (owed()[0][2], owed()[-1][2])


@both_engines
def test_a_province_for_ten_years_is_owed_in_seconds(cast: Cast, now: datetime) -> None:
    """200 agencies, 10 years, 5 yearly schedules."""
    plan = make_plan(cast, period_to=2035)
    bodies = [
        Agency(name=f"Xã số {n}", name_key=f"xa so {n}", kind=AgencyKind.COMMITTEE, level=AgencyLevel.COMMUNE)
        for n in range(200)
    ]
    db.session.add_all(bodies)
    db.session.flush()
    for n in range(5):
        make_schedule(plan, title=f"Báo cáo {n}", reporters=bodies)
    started = time.perf_counter()
    assert roll(date(2036, 12, 31), now) == 10_000
    made_in = time.perf_counter() - started
    started = time.perf_counter()
    assert roll(date(2036, 12, 31), now) == 0
    again_in = time.perf_counter() - started
    assert made_in < 10 and again_in < 2  # generous: other tests share the machine
