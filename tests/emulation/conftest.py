"""A movement of a plan in force, with two receivers, made through the operations that confirming uses."""

from __future__ import annotations

from datetime import date

import pytest

from app.assignments.operations import NewDuty, assign
from app.assignments.queries import assigned_agencies
from app.deadlines import DueRule
from app.emulation import operations
from app.extensions import db
from app.obligations.calendar import office_calendar, office_reading
from tests.make import make_plan


@pytest.fixture
def make_movement(cast, now):
    def make(rule: DueRule | None = None, **facts):
        plan = make_plan(cast)
        for n, agency in enumerate([cast.health, cast.finance, *cast.communes], 1):
            assign(
                plan,
                agency=agency,
                phrase=agency.name,
                is_request=False,
                duties=[NewDuty("Tham gia")],
                position=n,
                now=now,
            )
        movement = operations.start_movement(
            plan,
            **{
                "title": "Chung tay vì người nghèo",
                "receivers": [cast.standing, cast.home_affairs],
                "rule": rule,
                "quota_collective": 2,
                "quota_individual": 1,
                "award_form": "Bằng khen",
                "span": None,
                "participants": assigned_agencies(plan),
                "now": now,
                **facts,
            },
        )
        operations.owe_registrations(
            plan, now=now, today=now.date(), calendar=office_calendar(), reading=office_reading()
        )
        db.session.commit()
        return movement

    return make


@pytest.fixture
def movement(make_movement):
    return make_movement(DueRule(4, 12, year=2026, qualifier="by", words="chậm nhất ngày 04/12/2026"))


@pytest.fixture
def sign_up(movement, cast, now):
    def register(actor=None, **changes):
        actor = actor or cast.hanh
        facts = {
            "number": "902/SYT-VP",
            "signed_on": date(2026, 11, 20),
            "contents": "Tập thể xuất sắc",
            "contact": "",
        }
        made = operations.register(
            movement, actor.agency, **{**facts, **changes}, file=None, file_name="", actor=actor, now=now
        )
        db.session.commit()
        return made

    return register
