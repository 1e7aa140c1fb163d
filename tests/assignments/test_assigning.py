"""Giving duties to agencies."""

from __future__ import annotations

from datetime import date, datetime

import pytest
import sqlalchemy as sa

from app.accounts.models import User
from app.assignments.models import DutyRole
from app.assignments.operations import NewDuty, acknowledge_plan, assign, note_progress, owe_dated_duties
from app.assignments.queries import assigned_agencies, assignments_of, duties_of, duty_for
from app.deadlines import DueRule, Reading, WorkCalendar
from app.errors import NotVisible, Refused
from app.extensions import db
from app.obligations.models import Obligation
from app.plans.models import Plan
from tests.cast import TODAY, Cast
from tests.conftest import both_engines
from tests.make import make_plan

QUARTER_4 = DueRule(quarter=4, year=2026, qualifier="in", words="trong Quý IV năm 2026")


def owe_all(plan: Plan, now: datetime) -> int:
    return owe_dated_duties(plan, now=now, today=TODAY, calendar=WorkCalendar(), reading=Reading())


def test_a_group_reaches_its_members_of_the_plans_day(cast: Cast, now: datetime) -> None:
    gone = cast.communes_group.members[2]
    gone.valid_to = date(2026, 5, 11)
    plan = make_plan(cast)
    made = assign(
        plan, group=cast.communes_group, phrase="UBND các xã", is_request=False, position=1, now=now
    )
    assert {member.agency for member in made.members} == set(cast.communes[:2])


def test_a_merged_agency_is_reached_through_its_successor_and_keeps_its_name(
    cast: Cast, now: datetime
) -> None:
    plan = make_plan(cast)
    made = assign(plan, agency=cast.planning, phrase="Sở KH&ĐT", is_request=False, position=1, now=now)
    assert made.agency == cast.planning
    assert [member.agency for member in made.members] == [cast.finance]


@both_engines
def test_dated_duties_are_owed_by_each_member_once_and_only_by_leads(cast: Cast, now: datetime) -> None:
    plan = make_plan(cast)
    duties = [
        NewDuty("Rà soát danh sách.", rule=QUARTER_4, span=(10, 40)),
        NewDuty("Phối hợp rà soát.", role=DutyRole.SUPPORT, rule=QUARTER_4),
        NewDuty("Tuyên truyền thường xuyên.", supports=[(cast.health, "Sở Y tế"), (None, "Hội Làm vườn")]),
    ]
    assign(
        plan,
        group=cast.communes_group,
        phrase="UBND các xã",
        is_request=False,
        duties=duties,
        position=1,
        now=now,
    )
    assert owe_all(plan, now) == 3
    assert owe_all(plan, now) == 0
    rows = db.session.scalars(sa.select(Obligation)).all()
    assert {(o.agency, o.due_on, o.words) for o in rows} == {
        (commune, date(2026, 12, 31), "trong Quý IV năm 2026") for commune in cast.communes
    }


def test_a_body_that_one_head_orders_and_another_requests_is_ordered(cast: Cast, now: datetime) -> None:
    plan = make_plan(cast)
    for n, request in enumerate([True, False]):
        assign(plan, agency=cast.health, phrase="Sở Y tế", is_request=request, position=n, now=now)
    assign(plan, agency=cast.front, phrase="MTTQ", is_request=True, position=3, now=now)
    assert assigned_agencies(plan) == [(cast.health, False), (cast.front, True)]


def test_duties_without_a_day_can_be_listed_apart(cast: Cast, now: datetime) -> None:
    plan = make_plan(cast)
    duties = [NewDuty("Có hạn.", rule=QUARTER_4), NewDuty("Không hạn.")]
    assign(plan, agency=cast.health, phrase="Sở Y tế", is_request=False, duties=duties, position=1, now=now)
    for dated, texts in [(True, ["Có hạn."]), (False, ["Không hạn."]), (None, ["Có hạn.", "Không hạn."])]:
        assert [d.text for d in db.session.scalars(duties_of(cast.health, dated=dated))] == texts


@pytest.mark.parametrize("name", ["outsider", "ha", "binh", "khoa", "tam"])
def test_a_duty_is_not_there_for_those_whom_it_does_not_reach(cast: Cast, now: datetime, name: str) -> None:
    plan = make_plan(cast)
    assign(
        plan,
        agency=cast.health,
        phrase="Sở Y tế",
        is_request=False,
        duties=[NewDuty("Khám.")],
        position=1,
        now=now,
    )
    duty_id = assignments_of(plan)[0].duties[0].id
    user: User = getattr(cast, name)
    with pytest.raises(NotVisible):
        duty_for(user, duty_id)


@pytest.mark.parametrize("name", ["hanh", "dung", "toan", "duc", "mai"])
def test_a_duty_is_there_for_agency_support_standing_agency_and_committee(
    cast: Cast, now: datetime, name: str
) -> None:
    plan = make_plan(cast)
    duty = NewDuty("Khám.", supports=[(cast.communes[0], "xã Kim Điền")])
    assign(plan, agency=cast.health, phrase="Sở Y tế", is_request=False, duties=[duty], position=1, now=now)
    duty_id = assignments_of(plan)[0].duties[0].id
    assert duty_for(getattr(cast, name), duty_id).text == "Khám."


def test_acknowledging_a_plan_is_noted_once(cast: Cast, now: datetime) -> None:
    plan = make_plan(cast)
    for n in range(2):
        assign(plan, agency=cast.health, phrase="Sở Y tế", is_request=False, position=n, now=now)
    assert acknowledge_plan(plan, actor=cast.hanh, now=now) == 2
    assert acknowledge_plan(plan, actor=cast.dung, now=now) == 0
    assert acknowledge_plan(plan, actor=cast.outsider, now=now) == 0


def test_an_empty_progress_note_is_refused(cast: Cast, now: datetime) -> None:
    plan = make_plan(cast)
    made = assign(
        plan,
        agency=cast.health,
        phrase="Sở Y tế",
        is_request=False,
        duties=[NewDuty("Khám.")],
        position=1,
        now=now,
    )
    with pytest.raises(Refused):
        note_progress(made.duties[0], text="  ", actor=cast.hanh, now=now)
    note_progress(made.duties[0], text="Đã khám 3 xã.", actor=cast.hanh, now=now)
    assert [note.text for note in made.duties[0].notes] == ["Đã khám 3 xã."]
