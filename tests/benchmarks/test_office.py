"""The generated office keeps the rules of the real one, at any size and on both engines."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from app.accounts.models import Role, User
from app.accounts.passwords import is_password
from app.assignments.models import Assignment, Duty
from app.assignments.operations import owe_dated_duties
from app.clock import vietnam_day
from app.emulation.models import Registration
from app.emulation.operations import owe_registrations
from app.extensions import db
from app.obligations.calendar import office_calendar, office_reading
from app.obligations.models import Obligation, Outcome, SourceKind, Submission
from app.obligations.queries import obligation_for, visible_to
from app.obligations.rules import State, standing
from app.plans.models import Plan, PlanState
from app.reminders.models import ReminderRule
from app.schedules.models import ReportSchedule
from app.schedules.operations import roll_forward
from benchmarks.office import OfficeFacts, make_office
from tests.cast import NOW, TODAY
from tests.conftest import both_engines

SIZE = 1_500


@pytest.fixture
def office(app: Any) -> OfficeFacts:
    made = make_office(SIZE, seed=3, now=NOW)
    db.session.commit()
    return made


def rows(model: type[Any]) -> list[tuple[Any, ...]]:
    columns = [
        column for column in model.__table__.columns if column.name not in {"password_hash", "file_id"}
    ]
    return [
        tuple(row) for row in db.session.execute(sa.select(*columns).order_by(*model.__table__.primary_key))
    ]


@both_engines
def test_the_size_is_exact_and_the_facts_are_those_of_the_database(office: OfficeFacts) -> None:
    def count(query: Any) -> int:
        return db.session.scalar(sa.select(sa.func.count()).select_from(query.subquery())) or 0

    assert office.obligations == SIZE == count(sa.select(Obligation.id))
    assert office.open == count(sa.select(Obligation.id).where(Obligation.settled_at.is_(None)))
    assert office.submissions == count(sa.select(Submission.id))
    assert office.plans == count(sa.select(Plan.id))
    assert count(sa.select(ReminderRule.id)) > 0


@both_engines
def test_the_same_seed_makes_the_same_office_and_another_seed_another(app: Any) -> None:
    def made(seed: int) -> list[list[tuple[Any, ...]]]:
        make_office(300, seed=seed, now=NOW)
        found = [rows(model) for model in (Plan, Obligation, Submission, Duty, ReportSchedule, User)]
        db.session.rollback()
        return found

    assert made(5) == made(5)
    assert made(5) != made(6)


@both_engines
def test_rolling_it_forward_and_owing_again_makes_nothing_new(office: OfficeFacts) -> None:
    calendar, reading = office_calendar(), office_reading()
    facts = {"now": NOW, "calendar": calendar, "reading": reading}
    assert roll_forward(TODAY + timedelta(days=400), **facts) == 0
    plans = db.session.scalars(sa.select(Plan).where(Plan.state == PlanState.IN_FORCE)).all()
    assert plans
    for plan in plans:
        assert owe_dated_duties(plan, today=TODAY, **facts) == 0
        assert owe_registrations(plan, today=TODAY, **facts) == 0


@both_engines
def test_the_database_goes_on_counting_behind_the_generated_rows(office: OfficeFacts) -> None:
    last = db.session.scalar(sa.select(sa.func.max(Plan.id)))
    plan = db.session.scalars(sa.select(Plan).limit(1)).one()
    new = Plan(
        title="Một kế hoạch nữa", title_key="mot ke hoach nua", issuer=plan.issuer,
        standing_agency_id=plan.standing_agency_id, state=PlanState.IN_REVIEW, created_at=NOW,
    )  # fmt: skip
    db.session.add(new)
    db.session.commit()
    assert new.id > last


def test_every_row_points_at_rows_that_exist(office: OfficeFacts) -> None:
    assert db.session.execute(sa.text("PRAGMA foreign_key_check")).all() == []


def test_obligations_stand_in_every_state_that_pages_show(app: Any) -> None:
    make_office(5_000, now=NOW)
    calendar = office_calendar()
    states = Counter(standing(o, TODAY, calendar).state for o in db.session.scalars(sa.select(Obligation)))
    assert states[State.DONE_ON_TIME] > states.total() / 2
    expected = {
        State.UPCOMING, State.ACKNOWLEDGED, State.DUE_SOON, State.OVERDUE, State.SUBMITTED, State.RETURNED,
        State.DONE_LATE, State.NOTHING_AROSE, State.WAIVED, State.CANCELLED,
    }  # fmt: skip
    assert expected <= set(states)


def test_what_happened_to_an_obligation_holds_together(office: OfficeFacts) -> None:
    for obligation in db.session.scalars(sa.select(Obligation)):
        assert obligation.owed_on <= obligation.due_on
        assert obligation.extended_to is None or obligation.extended_to > obligation.due_on
        versions = obligation.submissions
        assert [s.version for s in versions] == list(range(1, len(versions) + 1))
        instants = [
            i for s in versions for i in (s.submitted_at, s.returned_at or s.accepted_at) if i is not None
        ]
        assert instants == sorted(instants)
        assert all(obligation.owed_on <= vietnam_day(i) < vietnam_day(NOW) for i in instants)
        if versions:
            assert obligation.first_submitted_at == versions[0].submitted_at
        if obligation.submitted_at and versions:
            assert obligation.submitted_at == versions[-1].submitted_at
        handed_in = obligation.outcome in {Outcome.ACCEPTED, Outcome.NOTHING_AROSE}
        if handed_in and obligation.source_kind is not SourceKind.MOVEMENT:
            assert versions[-1].accepted_at == obligation.settled_at
        if obligation.outcome in {Outcome.WAIVED, Outcome.CANCELLED}:
            assert obligation.settled_reason and not versions
        if obligation.returned_at and obligation.outcome is None and obligation.submitted_at is None:
            assert versions[-1].return_reason and obligation.rework_until


def test_registrations_belong_to_obligations_that_were_handed_in(office: OfficeFacts) -> None:
    registrations = db.session.scalars(sa.select(Registration)).all()
    assert registrations
    for registration in registrations:
        obligation = db.session.get_one(Obligation, registration.obligation_id)
        assert obligation.submitted_at == registration.registered_at
        assert bool(registration.receipts) == (obligation.outcome is not None)


def test_schedules_and_duties_point_at_their_words_in_the_plan(office: OfficeFacts) -> None:
    for plan in db.session.scalars(sa.select(Plan)):
        text = plan.source.text

        def words_of(row: Any, text: str = text) -> str:
            return text[row.span_start : row.span_end]

        for schedule in db.session.scalars(
            sa.select(ReportSchedule).where(ReportSchedule.plan_id == plan.id)
        ):
            assert schedule.due_words in words_of(schedule)
        for assignment in db.session.scalars(sa.select(Assignment).where(Assignment.plan_id == plan.id)):
            assert assignment.phrase in words_of(assignment)
            assert all(duty.text in words_of(duty) for duty in assignment.duties)


def test_the_named_people_can_sign_in_and_see_open_work(office: OfficeFacts) -> None:
    people = {
        Role.OFFICER: office.officer_id,
        Role.STANDING_OFFICER: office.standing_officer_id,
        Role.COMMITTEE_MEMBER: office.committee_member_id,
    }
    for role, key in people.items():
        user = db.session.get_one(User, key)
        assert user.role is role and is_password(user.password_hash, office.password)
        first = db.session.scalars(visible_to(user).where(Obligation.settled_at.is_(None)).limit(1)).one()
        assert obligation_for(user, first.id) is first
    assert db.session.get_one(User, office.administrator_id).role is Role.ADMINISTRATOR


def test_fewer_years_leave_more_open(app: Any) -> None:
    old = make_office(600, seed=2, now=NOW, years=8)
    db.session.rollback()
    young = make_office(600, seed=2, now=NOW, years=0.3)
    assert young.open > 2 * old.open


def test_an_office_is_made_in_an_empty_database_only(office: OfficeFacts) -> None:
    with pytest.raises(ValueError, match="empty"):
        make_office(100, now=NOW)


def test_an_office_has_at_least_three_departments(app: Any, now: datetime) -> None:
    with pytest.raises(ValueError, match="three"):
        make_office(100, now=now, departments=2)
