"""How obligations come to be: once."""

from __future__ import annotations

import threading
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from flask import Flask

from app.audit.queries import entries_about
from app.extensions import db
from app.obligations.models import Obligation, Outcome, SourceKind
from app.obligations.operations import hand_over_ended, owe, waive
from app.organisations.models import Succession
from app.plans.models import Plan
from tests.cast import Cast
from tests.conftest import both_engines
from tests.make import make_obligation, make_plan


def facts(plan: Plan, now: datetime, **others: Any) -> dict[str, Any]:
    return {
        "period": "2026",
        "title": "Báo cáo năm 2026",
        "words": "trước ngày 10/12",
        "nominal_on": date(2026, 12, 10),
        "due_on": date(2026, 12, 9),
        "receiver": plan.standing_agency,
        "is_request": False,
        "now": now,
        **others,
    }


@both_engines
def test_the_same_thing_is_owed_once(cast: Cast, now: datetime) -> None:
    plan = make_plan(cast)
    first = owe(SourceKind.DUTY, 7, plan, cast.health, **facts(plan, now))
    again = owe(
        SourceKind.DUTY, 7, plan, cast.health, **facts(plan, now, title="Khác", due_on=date(2027, 1, 1))
    )
    assert first is not None and again is None
    assert db.session.scalars(sa.select(Obligation)).all() == [first]
    assert (first.title, first.due_on, first.owed_on) == (
        "Báo cáo năm 2026",
        date(2026, 12, 9),
        date(2026, 11, 25),
    )
    assert [entry.act for entry in entries_about("obligation", first.id)] == ["obligation.owed"]


@both_engines
def test_two_processes_that_owe_at_once_make_one(app: Flask, cast: Cast, now: datetime) -> None:
    plan_id, agency_id = make_plan(cast).id, cast.health.id
    db.session.commit()
    start, made = threading.Barrier(2), []

    def other_process() -> None:
        with app.app_context():
            plan = db.session.get_one(Plan, plan_id)
            agency = db.session.get_one(type(cast.health), agency_id)
            start.wait()
            made.append(owe(SourceKind.DUTY, 7, plan, agency, **facts(plan, now)) is not None)
            db.session.commit()

    threads = [threading.Thread(target=other_process) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(made) == [False, True]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Obligation)) == 1


def test_a_merged_agency_owes_through_its_successor(cast: Cast, now: datetime) -> None:
    plan = make_plan(cast)
    made = owe(SourceKind.DUTY, 7, plan, cast.planning, **facts(plan, now))
    assert made is not None and made.agency == cast.finance
    assert owe(SourceKind.DUTY, 7, plan, cast.finance, **facts(plan, now)) is None


def test_what_was_due_before_the_plan_was_entered_is_owed_since_its_day(cast: Cast, now: datetime) -> None:
    plan = make_plan(cast)
    made = owe(SourceKind.DUTY, 7, plan, cast.health, **facts(plan, now, due_on=date(2026, 6, 30)))
    assert made is not None and made.owed_on == date(2026, 6, 30)


def test_what_an_ended_agency_still_owes_goes_to_its_successor_once(cast: Cast, now: datetime) -> None:
    plan = make_plan(cast)
    alone, shared = make_obligation(plan, cast.health), make_obligation(plan, cast.health)
    same = make_obligation(plan, cast.finance, source_id=shared.source_id)
    past = make_obligation(plan, cast.health)
    waive(past, reason="Công văn.", actor=cast.toan, now=now)
    cast.health.valid_to = date(2026, 11, 24)
    assert hand_over_ended(now=now) == 0  # nobody answers yet: nothing falls out of sight
    db.session.add(
        Succession(
            old_agency=cast.health, new_agency=cast.finance, effective_on=date(2026, 11, 25), decision="1/NQ"
        )
    )
    db.session.flush()
    db.session.expire_all()
    assert hand_over_ended(now=now) == 1
    assert (alone.agency, past.agency) == (cast.finance, cast.health)
    assert (shared.outcome, same.outcome) == (Outcome.CANCELLED, None)
    assert "Sở Tài chính kế thừa Sở Y tế" in shared.settled_reason
    assert entries_about("obligation", alone.id)[0].after == {"agency": "Sở Tài chính"}
    assert hand_over_ended(now=now) == 0
