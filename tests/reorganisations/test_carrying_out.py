"""Agencies merge, split, are renamed and end: what moves, what stays, and that it can be taken back."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from app.assignments.operations import assign
from app.audit.queries import entries_about
from app.errors import Refused, Stale
from app.extensions import db
from app.obligations.calendar import office_calendar, office_reading
from app.obligations.models import Obligation, Outcome
from app.obligations.operations import accept
from app.organisations import queries as directory
from app.organisations.models import Agency, AgencyGroupMember
from app.organisations.reorganisations import (
    ChoiceScope,
    Reorganisation,
    ReorganisationKind,
    ReorganisationState,
    ReorganisationStep,
)
from app.outbox.models import Message
from app.reorganisations import operations, queries
from app.schedules.operations import roll_forward
from tests.cast import NOW, TODAY
from tests.conftest import both_engines
from tests.make import make_obligation, make_plan, make_schedule, make_submission

KIND = ReorganisationKind


def prepared(cast, kind, olds, heirs, on=TODAY, decision="21/NQ-HĐND"):
    return operations.prepare(
        kind, effective_on=on, decision=decision, olds=olds, heirs=heirs, form_key=f"{kind}-{olds[0].id}-{on}",
        actor=cast.ha, now=NOW,
    )  # fmt: skip


def done(cast, *args, **facts):
    change = prepared(cast, *args, **facts)
    operations.decide(change, actor=cast.ha, now=NOW)
    db.session.commit()
    return change


def given(cast, *agencies):
    """A plan that assigns these agencies a yearly report, rolled forward over two years."""
    plan = make_plan(cast)
    for n, agency in enumerate(agencies, 1):
        assign(plan, agency=agency, phrase=agency.name, is_request=False, position=n, now=NOW)
    make_schedule(plan, all_assigned=True)
    roll(NOW, years=2)
    return plan


def roll(now, years=2):
    return roll_forward(
        now.date() + timedelta(days=366 * years),
        now=now,
        calendar=office_calendar(),
        reading=office_reading(),
    )


def owed_by(agency):
    return list(
        db.session.scalars(
            sa.select(Obligation)
            .where(Obligation.agency_id == agency.id, Obligation.settled_at.is_(None))
            .order_by(Obligation.due_on)
        )
    )


def snapshot():
    """Everything that a reorganisation may touch, but for the records of having done it."""
    left_out = {"directory_token", "audit_entry", "audit_seal", "message", "reorganisation", "reorganisation_heir",
                "reorganisation_old", "reorganisation_step", "reorganisation_choice"}  # fmt: skip
    return {
        name: sorted(map(repr, db.session.execute(table.select()).all()))
        for name, table in db.metadata.tables.items()
        if name not in left_out
    }


@both_engines
def test_a_merger_moves_what_is_open_with_its_people_and_leaves_what_is_settled(cast):
    plan = given(cast, cast.finance, cast.health)
    settled = make_obligation(plan, cast.finance, due_on=date(2026, 11, 1))
    make_submission(settled, cast.tam)
    accept(settled, actor=cast.toan, now=NOW)
    merged = make_obligation(plan, cast.finance, due_on=date(2026, 12, 1))
    change = done(cast, KIND.MERGE, [cast.finance], [(cast.construction, "", "")])
    assert (merged.agency, merged.first_agency_id, merged.version) == (cast.construction, cast.finance.id, 1)
    assert settled.agency is cast.finance and settled.outcome is Outcome.ACCEPTED
    assert owed_by(cast.finance) == [] and len(owed_by(cast.construction)) == 3
    assert cast.tam.agency is cast.construction
    assert cast.finance.valid_to == TODAY - timedelta(days=1)
    assert directory.successor_of(cast.finance, TODAY) is cast.construction
    assert change.state is ReorganisationState.DONE
    assert "obligation.handed_over" in {e.act for e in entries_about("obligation", merged.id)}
    assert roll(NOW) == 0, "the coming periods have moved, none arises twice"
    assert roll(NOW, years=4) == 4, "later periods arise for the new agency and for nobody else"
    assert owed_by(cast.finance) == []


@both_engines
def test_taking_back_restores_every_row(cast):
    given(cast, cast.finance, cast.health)
    db.session.add(AgencyGroupMember(group=cast.communes_group, agency=cast.finance))
    db.session.commit()
    before = snapshot()
    change = done(cast, KIND.MERGE, [cast.finance, cast.health], [(None, "Sở Mới", "")])
    assert snapshot() != before
    operations.undo(change, actor=cast.ha, now=NOW)
    db.session.commit()
    after = snapshot()
    for name in before:
        assert after[name] == before[name], name
    assert db.session.query(ReorganisationStep).count() == 0
    with pytest.raises(Refused):
        operations.undo(change, actor=cast.ha, now=NOW)


def test_nothing_is_taken_back_once_the_new_agency_has_handed_something_in(cast):
    given(cast, cast.finance)
    change = done(cast, KIND.RENAME, [cast.finance], [(None, "Sở Tài chính và Đầu tư", "")])
    new = directory.agency_by_name("Sở Tài chính và Đầu tư", TODAY)
    make_submission(owed_by(new)[0], cast.tam, now=NOW + timedelta(hours=1))
    with pytest.raises(Refused, match="Sở Tài chính và Đầu tư đã nộp"):
        operations.undo(change, actor=cast.ha, now=NOW + timedelta(hours=2))


def test_periods_that_arose_meanwhile_go_back_with_the_rest(cast):
    given(cast, cast.finance)
    change = done(cast, KIND.RENAME, [cast.finance], [(None, "Sở Tài chính và Đầu tư", "")])
    assert roll(NOW, years=4) == 2
    operations.undo(change, actor=cast.ha, now=NOW)
    assert len(owed_by(cast.finance)) == 4
    assert roll(NOW, years=4) == 0


def test_where_both_owe_the_same_it_is_owed_once(cast):
    given(cast, cast.finance, cast.health)
    done(cast, KIND.MERGE, [cast.finance], [(cast.health, "", "")])
    cancelled = db.session.scalars(sa.select(Obligation).where(Obligation.agency_id == cast.finance.id)).all()
    assert {o.outcome for o in cancelled} == {Outcome.CANCELLED} and len(cancelled) == 2
    assert len(owed_by(cast.health)) == 2


def test_what_was_handed_in_before_a_merger_is_reviewed_under_the_old_name(cast):
    given(cast, cast.finance, cast.health)
    first = owed_by(cast.finance)[0]
    make_submission(first, cast.tam)
    done(cast, KIND.MERGE, [cast.finance], [(cast.health, "", "")])
    assert first.agency is cast.finance and first.settled_at is None
    accept(first, actor=cast.toan, now=NOW)


def test_a_split_needs_a_choice_for_each_plan_and_person_and_follows_it(cast):
    poverty = given(cast, cast.finance)
    labour = given(cast, cast.finance)
    poverty.title, labour.title = "Kế hoạch giảm nghèo bền vững", "Kế hoạch giải quyết việc làm"
    change = prepared(
        cast, KIND.SPLIT, [cast.finance],
        [(cast.health, "", "giảm nghèo"), (cast.construction, "", "lao động, việc làm")],
    )  # fmt: skip
    assert queries.unanswered(change) == 3
    with pytest.raises(Refused, match="Còn 3 mục"):
        operations.decide(change, actor=cast.ha, now=NOW)
    to_health, to_construction = change.heirs
    by_hand = next(o for o in owed_by(cast.finance) if o.plan_id == poverty.id)
    old = cast.finance.id
    operations.choose(
        change,
        {
            (old, ChoiceScope.PLAN, poverty.id): to_health.id,
            (old, ChoiceScope.PLAN, labour.id): to_construction.id,
            (old, ChoiceScope.OBLIGATION, by_hand.id): to_construction.id,
            (old, ChoiceScope.PERSON, cast.tam.id): to_health.id,
        },
        actor=cast.ha,
        now=NOW,
    )
    operations.decide(change, actor=cast.ha, now=NOW)
    assert by_hand.agency is cast.construction
    assert {o.plan_id for o in owed_by(cast.health)} == {poverty.id}
    assert len(owed_by(cast.health)) == 1 and len(owed_by(cast.construction)) == 3
    assert cast.tam.agency is cast.health
    assert roll(NOW) == 0, "what was chosen by hand does not arise again for the plan's heir"
    assert directory.successor_of(cast.finance, TODAY, plan_id=labour.id) is cast.construction
    assert directory.successor_of(cast.finance, TODAY) is None
    operations.undo(change, actor=cast.ha, now=NOW)
    assert len(owed_by(cast.finance)) == 4 and cast.tam.agency is cast.finance


def test_an_abolished_agency_s_work_ends_with_it_and_revives_with_it(cast):
    given(cast, cast.finance)
    change = done(cast, KIND.ABOLISH, [cast.finance], [])
    rows = db.session.scalars(sa.select(Obligation).where(Obligation.agency_id == cast.finance.id)).all()
    assert {o.outcome for o in rows} == {Outcome.CANCELLED}
    assert "21/NQ-HĐND" in rows[0].settled_reason
    operations.undo(change, actor=cast.ha, now=NOW)
    assert all(o.settled_at is None for o in rows) and cast.finance.valid_to is None


def test_the_plans_of_a_standing_agency_are_run_by_its_heir_with_all_that_is_owed(cast):
    plan = given(cast, cast.finance, cast.health)
    settled = make_obligation(plan, cast.health)
    make_submission(settled, cast.hanh)
    accept(settled, actor=cast.toan, now=NOW)
    db.session.commit()
    change = done(cast, KIND.MERGE, [cast.standing], [(cast.finance, "", "")])
    db.session.refresh(settled)
    assert plan.standing_agency is cast.finance
    assert settled.standing_agency is cast.finance and settled.receiver is cast.standing
    still = owed_by(cast.health)
    assert {o.receiver_id for o in still} == {cast.finance.id}
    assert owed_by(cast.finance) == [], "nobody reports to itself"
    operations.undo(change, actor=cast.ha, now=NOW)
    assert plan.standing_agency is cast.standing
    assert len(owed_by(cast.finance)) == 2 and owed_by(cast.health)[0].receiver is cast.standing


@both_engines
def test_a_coming_day_waits_and_the_scheduler_carries_it_out_once(cast):
    given(cast, cast.finance)
    day = TODAY + timedelta(days=7)
    change = done(cast, KIND.RENAME, [cast.finance], [(None, "Sở Tài chính và Đầu tư", "")], on=day)
    assert change.state is ReorganisationState.WAITING and cast.tam.agency is cast.finance
    assert operations.carry_out_due(now=NOW + timedelta(days=6)) == 0
    later = NOW + timedelta(days=7)
    assert operations.carry_out_due(now=later) == 1
    db.session.commit()
    assert operations.carry_out_due(now=later) == 0
    new = directory.agency_by_name("Sở Tài chính và Đầu tư", day)
    assert cast.tam.agency is new and cast.finance.valid_to == day - timedelta(days=1)
    assert len(owed_by(new)) == 2


def test_two_people_cannot_carry_it_out_twice(cast):
    change = prepared(cast, KIND.MERGE, [cast.finance], [(cast.health, "", "")])
    operations.decide(change, actor=cast.ha, now=NOW)
    with pytest.raises(Stale):
        operations.decide(change, actor=cast.ha, now=NOW)
    with pytest.raises(Stale):
        operations.drop(change, actor=cast.ha, now=NOW)


@pytest.mark.parametrize(
    ("kind", "olds", "heirs", "reason"),
    [
        (KIND.MERGE, [], [("health", "", "")], "ít nhất một"),
        (KIND.MERGE, ["finance"], [], "đúng một"),
        (KIND.MERGE, ["finance"], [("finance", "", "")], "vừa kết thúc vừa tiếp nhận"),
        (KIND.MERGE, ["planning"], [("health", "", "")], "đã kết thúc"),
        (KIND.MERGE, ["finance"], [("planning", "", "")], "không hoạt động"),
        (KIND.RENAME, ["finance"], [("health", "", "")], "tên mới"),
        (KIND.RENAME, ["finance"], [(None, "Sở NN&MT", "")], "tên gọi của Sở Nông nghiệp"),
        (KIND.SPLIT, ["finance"], [("health", "", "a")], "ít nhất hai"),
        (KIND.SPLIT, ["finance"], [("health", "", "a"), ("construction", "", "A")], "cùng một lĩnh vực"),
        (KIND.SPLIT, ["finance"], [("health", "", "a"), ("health", "", "b")], "hai lần"),
    ],
)
def test_what_is_no_reorganisation_is_refused_with_the_reason(cast, kind, olds, heirs, reason):
    agencies = [getattr(cast, name) for name in olds]
    named = [(getattr(cast, a) if a else None, name, subject) for a, name, subject in heirs]
    with pytest.raises(Refused, match=reason):
        operations.prepare(
            kind, effective_on=TODAY, decision="1/NQ", olds=agencies, heirs=named, form_key="x",
            actor=cast.ha, now=NOW,
        )  # fmt: skip
    assert db.session.query(Reorganisation).count() == 0


def test_an_agency_stands_in_one_pending_decision_only(cast):
    prepared(cast, KIND.MERGE, [cast.finance], [(cast.health, "", "")])
    with pytest.raises(Refused, match="quyết định khác"):
        prepared(cast, KIND.MERGE, [cast.finance], [(cast.construction, "", "")], on=TODAY + timedelta(1))


def test_a_new_agency_that_is_used_elsewhere_keeps_the_change_from_being_taken_back(cast):
    change = done(cast, KIND.RENAME, [cast.finance], [(None, "Sở Tài chính và Đầu tư", "")])
    new = directory.agency_by_name("Sở Tài chính và Đầu tư", TODAY)
    db.session.add(Agency(name="Chi cục", name_key="chi cuc", kind=new.kind, level=new.level, parent=new))
    db.session.commit()
    with pytest.raises(Refused, match="dùng ở nơi khác"):
        operations.undo(change, actor=cast.ha, now=NOW)
    db.session.rollback()
    assert change.state is ReorganisationState.DONE and cast.tam.agency is new


def test_people_on_both_sides_are_told_once(cast):
    given(cast, cast.finance)
    done(cast, KIND.MERGE, [cast.finance], [(cast.health, "", "")])
    mails = db.session.scalars(sa.select(Message).where(Message.kind == "agency-reorganised")).all()
    assert {m.user_id for m in mails} == {cast.tam.id, cast.hanh.id, cast.dung.id} and len(mails) == 3
    assert "Sở Y tế tiếp nhận việc của Sở Tài chính" in mails[0].subject
