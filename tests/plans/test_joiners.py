"""A unit that comes to a group later is offered for the running plans, and added only when somebody chooses it."""

from __future__ import annotations

from datetime import date, timedelta

import sqlalchemy as sa

from app.assignments.operations import assign
from app.extensions import db
from app.obligations.calendar import office_calendar, office_reading
from app.obligations.models import Obligation
from app.organisations import operations
from app.organisations.models import AgencyKind, AgencyLevel
from app.outbox.models import Message
from app.plans.joiners import joiners_of
from app.schedules.operations import roll_forward
from tests.cast import NOW, TODAY
from tests.make import make_plan, make_schedule


def set_out(cast):
    """A plan for all communes: an assignment and a yearly report, rolled forward; then a new commune comes to be."""
    operations.add_rule(
        cast.communes_group, kind=None, level=AgencyLevel.COMMUNE, parent=None, actor=cast.ha, now=NOW
    )
    plan = make_plan(cast, issued_on=date(2025, 5, 12))
    assign(
        plan, group=cast.communes_group, phrase="UBND các xã, phường", is_request=False, position=1, now=NOW
    )
    make_schedule(plan, reporters=[cast.communes_group])
    roll(plan)
    new = operations.add_agency(
        "Ủy ban nhân dân phường Mới", AgencyKind.COMMITTEE, AgencyLevel.COMMUNE, parent=cast.province,
        valid_from=TODAY - timedelta(days=5), actor=cast.ha, now=NOW,
    )  # fmt: skip
    db.session.commit()
    return plan, new


def roll(plan=None):
    return roll_forward(
        TODAY + timedelta(days=400), now=NOW, calendar=office_calendar(), reading=office_reading(), plan=plan
    )


def owed_by(agency):
    return db.session.scalars(sa.select(Obligation).where(Obligation.agency_id == agency.id)).all()


def test_a_newcomer_owes_nothing_by_itself_and_is_offered(client_of, cast):
    plan, new = set_out(cast)
    assert roll() == 0 and owed_by(new) == []
    assert [joiner.agency for joiner in joiners_of(plan, TODAY)] == [new]
    client = client_of(cast.toan)
    assert "1 đơn vị mới của nhóm chưa được giao" in client.get(f"/plans/{plan.id}").text
    assert "1 đơn vị mới chưa được giao" in client.get(f"/agencies/groups/{cast.communes_group.id}").text
    assert "phường Mới" in client.get(f"/plans/{plan.id}/joiners").text


def test_the_chosen_newcomer_owes_from_today_and_is_told(client_of, cast):
    plan, new = set_out(cast)
    client = client_of(cast.toan)
    assert client.post(f"/plans/{plan.id}/joiners", data={}).status_code == 422
    assert client.post(f"/plans/{plan.id}/joiners", data={"agency": new.id}).status_code == 302
    assert [o.due_on for o in owed_by(new)] == [date(2026, 12, 9), date(2027, 12, 9)], "nothing of the past"
    assert joiners_of(plan, TODAY) == [] and roll() == 0
    assert client.post(f"/plans/{plan.id}/joiners", data={"agency": new.id}).status_code == 422
    assert db.session.scalars(sa.select(Message.kind)).all().count("plan-assigned") <= 4


def test_others_cannot_add_newcomers(client_of, cast):
    plan, new = set_out(cast)
    for other, code in ((cast.mai, 409), (cast.outsider, 404), (cast.ha, 404), (cast.khoa, 404)):
        assert client_of(other).post(f"/plans/{plan.id}/joiners", data={"agency": new.id}).status_code == code
    assert owed_by(new) == []


def test_the_heir_of_a_member_is_no_newcomer(cast):
    plan, new = set_out(cast)
    operations.record_succession(
        cast.communes[0], new, effective_on=TODAY, decision="5/NQ", actor=cast.ha, now=NOW
    )
    assert joiners_of(plan, TODAY) == []
