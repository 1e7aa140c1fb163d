"""From what is owed to the mail that arrives, day by day; on both databases where the database has a say."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from app import create_app
from app.accounts.models import Role
from app.accounts.operations import close_user
from app.extensions import db
from app.obligations.models import CalendarException, Obligation, OfficerInCharge, Outcome, Part
from app.obligations.operations import accept, return_submission, waive
from app.outbox.delivery import claim, deliver
from app.outbox.models import Message, MessageState
from app.plans.models import PlanState
from app.reminders import operations
from app.reminders.jobs import plan_reminders
from app.reminders.models import Audience, Reminder, ReminderState
from app.reminders.planning import Rule
from tests.cast import person
from tests.conftest import both_engines
from tests.make import make_obligation, make_plan, make_submission
from tests.reminders.conftest import WHOLE_OFFICE, morning, of_plan

BEFORE_5, BEFORE_1, DAY, AFTER_1, AFTER_5 = (date(2026, 12, d) for d in (2, 8, 9, 10, 16))


@pytest.fixture
def owed(cast, plan):
    """Sở Y tế owes a report on Wednesday 09/12/2026."""
    made = make_obligation(plan, cast.health, due_on=DAY)
    db.session.commit()
    return made


def states():
    return Counter(db.session.scalars(sa.select(Message.state)))


@both_engines
def test_a_quarter_of_days_tells_each_person_on_the_right_days(office, owed):
    assert office.days(date(2026, 11, 25), date(2026, 12, 31)) == {
        BEFORE_5: ["hanh"],
        BEFORE_1: ["hanh"],
        DAY: ["hanh"],
        AFTER_1: ["dung", "hanh"],  # the head hears one day after
        AFTER_5: ["hanh", "toan"],  # the standing agency five
        date(2026, 12, 21): ["hanh"],
        date(2026, 12, 28): ["hanh"],
    }


def test_a_second_run_on_the_same_day_says_nothing(office, owed):
    assert len(office.on(BEFORE_1)) == 1
    assert office.at(morning(BEFORE_1, 9)) == []
    assert office.at(morning(BEFORE_1, 16)) == []


@pytest.mark.parametrize(
    "gap", [timedelta(minutes=15), timedelta(hours=2), timedelta(hours=25), timedelta(days=3)]
)
def test_after_an_outage_the_step_that_was_missed_is_said_once(office, owed, gap):
    office.at(morning(BEFORE_5))
    assert len(office.at(morning(BEFORE_1) + gap)) >= 1
    assert office.at(morning(BEFORE_1) + gap + timedelta(minutes=5)) == []


@both_engines
def test_of_several_missed_steps_the_latest_is_said_and_the_others_are_recorded_as_overtaken(
    office, owed, cast
):
    assert [to for to, _subject in office.on(DAY)] == ["hanh"]
    recorded = {r.step: r.state for r in db.session.scalars(sa.select(Reminder))}
    assert recorded == {
        "before-5": ReminderState.SUPERSEDED,
        "before-1": ReminderState.SUPERSEDED,
        "on-day": ReminderState.POSTED,
    }


def test_nothing_is_said_at_night_or_on_a_day_off_and_nothing_is_lost(office, owed, app):
    assert office.at(morning(BEFORE_1, 6)) == []
    assert office.at(morning(BEFORE_1, 20)) == []
    assert plan_reminders(morning(date(2026, 12, 6))) == {"quiet": 1}  # a Sunday
    assert len(office.on(DAY)) == 1


def test_what_is_accepted_waived_or_waits_for_confirmation_is_not_urged(office, cast, plan, now):
    accepted, waived, waiting = (make_obligation(plan, cast.health, due_on=DAY) for _ in range(3))
    make_submission(accepted, cast.hanh)
    accept(accepted, actor=cast.toan, now=now)
    waive(waived, reason="Không có hộ nghèo", actor=cast.toan, now=now)
    make_submission(waiting, cast.hanh)
    db.session.execute(sa.update(Message).values(state=MessageState.CANCELLED))  # the notices of these acts
    assert office.days(DAY, date(2026, 12, 31)) == {}


def test_several_items_of_one_person_make_one_mail(office, cast, plan):
    for _ in range(3):
        make_obligation(plan, cast.health, due_on=DAY)
    assert office.on(BEFORE_5) == [("hanh", "Sở Y tế: 3 việc đến hạn trước 10/12")]


@both_engines
def test_what_was_handed_in_between_planning_and_sending_falls_out(office, owed, cast, plan, plan_at, server):
    other = make_obligation(plan, cast.health, due_on=DAY, title="Báo cáo dinh dưỡng")
    plan_at(BEFORE_5)
    make_submission(owed, cast.hanh, now=morning(BEFORE_5))
    db.session.execute(
        sa.update(Message).where(Message.kind != "reminder-digest").values(state=MessageState.CANCELLED)
    )
    db.session.commit()
    deliver(lambda: morning(BEFORE_5))
    [mail] = server.mails
    assert mail["Subject"] == "Sở Y tế: 1 việc đến hạn trước 10/12"
    assert (
        db.session.scalar(sa.select(Reminder.state).where(Reminder.obligation_id == owed.id)) == "superseded"
    )
    assert db.session.scalar(sa.select(Reminder.state).where(Reminder.obligation_id == other.id)) == "posted"


def test_a_mail_with_nothing_left_to_say_is_not_sent(owed, plan_at, server, now):
    plan_at(BEFORE_5)
    owed.outcome, owed.settled_at = Outcome.CANCELLED, now
    db.session.commit()
    assert deliver(lambda: morning(BEFORE_5)) == {"superseded": 1}
    assert (server.mails, states()) == ([], {MessageState.SUPERSEDED: 1})


@both_engines
def test_mails_that_waited_while_the_server_was_away_do_not_say_the_same_thing_twice(
    office, owed, plan_at, server
):
    plan_at(BEFORE_5)
    plan_at(BEFORE_1)
    assert deliver(lambda: morning(BEFORE_1)) == {"superseded": 1, "sent": 1}
    assert len(server.mails) == 1


def test_a_moved_day_arms_the_steps_again(office, owed):
    assert len(office.on(BEFORE_1)) == 1
    owed.extended_to, owed.version = date(2026, 12, 23), 2
    db.session.commit()
    assert office.days(DAY, date(2026, 12, 23)) == {
        date(2026, 12, 16): ["hanh"],
        date(2026, 12, 22): ["hanh"],
        date(2026, 12, 23): ["hanh"],
    }


def test_a_day_that_moves_after_planning_is_not_told_with_its_old_meaning(owed, plan_at, server):
    plan_at(BEFORE_1)
    owed.extended_to, owed.version = date(2026, 12, 23), 2
    db.session.commit()
    assert deliver(lambda: morning(BEFORE_1)) == {"superseded": 1}


def test_returned_work_is_reminded_of_by_its_own_day_and_not_on_the_day_of_the_notice(office, owed, cast):
    returned_at = morning(BEFORE_5)
    make_submission(owed, cast.hanh, now=returned_at)
    return_submission(
        owed, reason="Thiếu biểu 02", until=date(2026, 12, 11), actor=cast.toan, now=returned_at
    )
    db.session.execute(sa.update(Message).values(state=MessageState.CANCELLED))
    assert office.days(BEFORE_5, date(2026, 12, 11)) == {
        date(2026, 12, 4): ["hanh"],
        date(2026, 12, 10): ["hanh"],
        date(2026, 12, 11): ["hanh"],
    }


def test_a_merged_agency_is_reminded_through_its_successor(office, cast, plan):
    make_obligation(plan, cast.planning, due_on=DAY)
    assert [to for to, _subject in office.on(BEFORE_5)] == ["tam"]  # Sở Tài chính


def test_an_agency_without_an_officers_account_is_reminded_through_its_head(office, cast, plan, now):
    make_obligation(plan, cast.health, due_on=DAY)
    cast.hanh.closed_at = now
    assert [to for to, _subject in office.on(BEFORE_5)] == ["dung"]


def test_an_agency_without_anybody_is_counted(cast, plan, plan_at):
    make_obligation(plan, cast.communes[1], due_on=DAY)
    counts = plan_at(BEFORE_5)
    assert counts["nobody_to_tell"] == 1
    assert counts["mails"] == 0


def test_a_requested_body_is_asked_courteously_and_nobody_hears_of_it_above(office, cast, plan):
    make_obligation(plan, cast.front, due_on=DAY, is_request=True)
    heard = office.days(date(2026, 11, 25), date(2027, 1, 15))
    assert {who for people in heard.values() for who in people} == {"lan"}
    assert max(heard) == AFTER_5  # and not every week after
    subjects = [str(mail["Subject"]) for mail in office.server.mails]
    assert not any("quá hạn" in subject for subject in subjects)
    assert subjects[-1].endswith("1 việc chưa có thông tin phản hồi")


def test_somebody_who_left_after_planning_gets_no_mail(owed, cast, plan_at, server, now):
    plan_at(BEFORE_5)
    cast.hanh.closed_at = now
    db.session.commit()
    assert deliver(lambda: morning(BEFORE_5)) == {"superseded": 1}


def test_a_new_officer_hears_the_latest_step(office, owed, cast):
    office.on(AFTER_1)
    person("moi@lamgiang.test", "Lý Văn Mới", Role.OFFICER, cast.health)
    assert [to for to, _subject in office.on(date(2026, 12, 11))] == ["moi"]


def test_a_plan_under_review_or_closed_urges_nobody(office, owed, plan):
    plan.state = PlanState.CLOSED
    assert office.days(BEFORE_5, AFTER_5) == {}


def test_a_plan_says_of_each_step_what_it_wants_and_follows_the_office_in_the_rest(
    office, owed, cast, plan, now
):
    mine = of_plan(plan)
    operations.switch(mine, Rule(-5, Audience.OFFICERS), False, actor=cast.toan, now=now)
    operations.add_rule(mine, Rule(-3, Audience.HEAD), actor=cast.toan, now=now)
    make_obligation(make_plan(cast), cast.finance, due_on=DAY)
    heard = office.days(date(2026, 11, 30), BEFORE_1)
    assert heard == {BEFORE_5: ["tam"], date(2026, 12, 4): ["dung"], BEFORE_1: ["hanh", "tam"]}
    assert operations.follow_wider(mine, actor=cast.toan, now=now) == 2
    assert [to for to, _subject in office.on(DAY)] == ["hanh", "tam"]


def test_a_holiday_declared_late_moves_the_steps_that_are_still_to_come(office, owed, now):
    db.session.add(CalendarException(day=BEFORE_1, works=False, decision="12/TB-UBND", created_at=now))
    assert office.days(date(2026, 12, 3), DAY) == {
        date(2026, 12, 3): ["hanh"],
        date(2026, 12, 7): ["hanh"],
        DAY: ["hanh"],
    }


@both_engines
def test_one_broken_obligation_does_not_stop_the_walk(office, owed, cast, plan, plan_at, monkeypatch):
    other = make_obligation(plan, cast.finance, due_on=DAY)
    db.session.commit()
    db.session.execute(sa.update(Obligation).where(Obligation.id == owed.id).values(extended_to=date.min))
    counts = plan_at(BEFORE_5)
    assert db.session.scalars(sa.select(Reminder.obligation_id)).all() == [other.id]
    assert counts["mails"] == 1


@both_engines
def test_a_run_that_ended_before_the_mails_were_queued_is_finished_by_the_next(owed, server, app):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("app.reminders.jobs._gather_all", lambda _now: 0)
        plan_reminders(morning(BEFORE_5))
    assert states() == {}
    assert plan_reminders(morning(BEFORE_5))["mails"] == 1


@both_engines
def test_two_schedulers_at_once_plan_and_post_everything_once(cast, plan, settings, server):
    owing = [cast.health, cast.finance, cast.communes[0], cast.front]
    for agency in owing:
        for _ in range(25):
            make_obligation(plan, agency, due_on=DAY)
    db.session.commit()
    failures: list[BaseException] = []

    def work(own):
        with own.app_context():
            try:
                plan_reminders(morning(BEFORE_5))
                deliver(lambda: morning(BEFORE_5))
            except BaseException as error:
                failures.append(error)
            finally:
                db.session.remove()
                db.engine.dispose()

    threads = [threading.Thread(target=work, args=[create_app(settings)]) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    plan_reminders(morning(BEFORE_5))
    deliver(lambda: morning(BEFORE_5))
    db.session.expire_all()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Reminder)) == 100
    assert db.session.scalar(sa.select(sa.func.count()).where(Reminder.message_id.is_(None))) == 0
    items = Counter(obligation for (obligation,) in db.session.execute(sa.select(Reminder.obligation_id)))
    assert set(items.values()) == {1}
    assert set(states()) == {MessageState.SENT}


@both_engines
def test_a_claimed_mail_is_not_held_up_by_planning(owed, plan_at, server):
    """A delivery worker holds a mail while the next planning run goes over the same obligation."""
    plan_at(BEFORE_5)
    assert claim(morning(BEFORE_5), "another worker")
    db.session.commit()
    assert plan_at(BEFORE_1)["planned"] == 1


def test_the_account_of_a_person_who_hears_nothing_any_more_leaves_no_mail_behind(
    owed, cast, plan_at, now, app
):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("app.reminders.jobs._gather_all", lambda _now: 0)
        plan_at(BEFORE_5)
    close_user(cast.hanh, actor=cast.ha, now=now)
    plan_at(BEFORE_5)
    recorded = {(r.user_id, r.state) for r in db.session.scalars(sa.select(Reminder))}
    assert (cast.hanh.id, ReminderState.SUPERSEDED) in recorded
    assert (cast.dung.id, ReminderState.POSTED) in recorded


def test_the_walk_stops_between_batches_when_told_to(owed, app):
    assert plan_reminders(morning(BEFORE_5), should_stop=lambda: True)["obligations"] == 1


def test_default_rules_are_made_once(app, now):
    assert operations.ensure_default_rules(now=now) == len(operations.DEFAULT_RULES)
    assert operations.ensure_default_rules(now=now) == 0


# -- who is in charge, parts, suspension: what changes beside the obligation is seen within minutes ---------------


def test_whom_the_agency_gave_the_work_hears_first_and_the_others_later(office, cast, now):
    operations.ensure_default_rules(now=now)
    made = make_obligation(make_plan(cast), cast.health, due_on=DAY)
    lam = person("lam@lamgiang.test", "Hà Văn Lâm", Role.OFFICER, cast.health)
    given = OfficerInCharge(
        obligation_id=made.id, agency_id=cast.health.id, officer_id=lam.id, by_id=cast.dung.id, at=now
    )
    db.session.add(given)
    assert office.days(date(2026, 11, 25), date(2026, 12, 4)) == {
        date(2026, 11, 25): ["lam"],  # ten days before
        BEFORE_5: ["lam"],
        date(2026, 12, 4): ["hanh", "lam"],
    }
    given.ended_at = now  # taken back: whoever has the work now hears the step that is running
    assert [to for to, _subject in office.on(date(2026, 12, 7))] == []
    assert office.days(BEFORE_1, BEFORE_1) == {BEFORE_1: ["hanh", "lam"]}


def test_who_is_put_in_charge_at_noon_hears_at_noon(office, cast, now):
    operations.ensure_default_rules(now=now)
    lam = person("lam@lamgiang.test", "Hà Văn Lâm", Role.OFFICER, cast.health)
    made = make_obligation(make_plan(cast), cast.health, due_on=DAY)
    first = OfficerInCharge(
        obligation_id=made.id, agency_id=cast.health.id, officer_id=lam.id, by_id=cast.dung.id, at=now
    )
    db.session.add(first)
    assert [to for to, _s in office.at(morning(BEFORE_5, 8))] == ["lam"]
    first.ended_at = now
    db.session.add(
        OfficerInCharge(
            obligation_id=made.id,
            agency_id=cast.health.id,
            officer_id=cast.hanh.id,
            by_id=cast.dung.id,
            at=now,
        )
    )
    assert [to for to, _s in office.at(morning(BEFORE_5, 12))] == ["hanh"]
    assert office.at(morning(BEFORE_5, 13)) == []


def test_a_supporting_agency_is_reminded_of_its_part_until_it_files_it(office, owed, cast, now):
    part = Part(
        obligation_id=owed.id,
        agency_id=cast.finance.id,
        asked_by_id=cast.hanh.id,
        asked_at=now,
        due_on=BEFORE_5,
    )
    db.session.add(part)
    heard = office.days(date(2026, 11, 25), BEFORE_5)
    assert heard == {
        date(2026, 11, 25): ["tam"],
        date(2026, 12, 1): ["tam"],
        BEFORE_5: ["hanh", "tam"],
    }
    part.filed_at = now
    assert office.days(date(2026, 12, 3), BEFORE_1) == {BEFORE_1: ["hanh"]}


def test_a_suspended_obligation_is_not_reminded_until_it_runs_again(office, owed, now):
    owed.suspended_at, owed.suspended_from, owed.suspended_until = now, date(2026, 11, 30), date(2026, 12, 7)
    assert office.days(date(2026, 11, 30), BEFORE_1) == {BEFORE_1: ["hanh"]}


@both_engines
def test_a_run_with_nothing_to_do_reads_no_obligation(plan_at, cast, plan, count_queries, app):
    for _ in range(30):
        make_obligation(plan, cast.health, due_on=DAY)
    plan_at(BEFORE_5)
    count_queries.clear()
    assert plan_at(BEFORE_5) == {"mails": 0}
    touching = [q for q in count_queries if "obligation" in q and "replan" in q]
    assert len(touching) == 1  # the question whether anything carries the mark


@both_engines
@pytest.mark.parametrize("change", ["extend", "new", "officer", "rule", "holiday", "plan"])
def test_what_changes_between_two_runs_of_a_day_is_seen_by_the_second(plan_at, cast, plan, now, change):
    """Whatever the walk leaves out when nothing changed."""
    operations.add_rule(WHOLE_OFFICE, Rule(-2, Audience.HEAD), actor=cast.ha, now=now)
    made = make_obligation(plan, cast.health, due_on=DAY)
    plan_at(date(2026, 12, 3))
    assert plan_at(date(2026, 12, 3)) == {"mails": 0}
    match change:
        case "extend":
            made.extended_to, made.version = date(2026, 12, 10), 2
        case "new":
            make_obligation(plan, cast.finance, due_on=DAY)
        case "officer":
            person("moi@lamgiang.test", "Lý Văn Mới", Role.OFFICER, cast.health)
        case "rule":
            operations.add_rule(of_plan(plan), Rule(-4, Audience.HEAD), actor=cast.toan, now=now)
        case "holiday":
            db.session.add(
                CalendarException(day=date(2026, 12, 4), works=False, decision="1", created_at=now)
            )
            db.session.add(
                CalendarException(day=date(2026, 12, 7), works=False, decision="1", created_at=now)
            )
        case "plan":
            closed = make_plan(cast, state=PlanState.CLOSED)
            make_obligation(closed, cast.health, due_on=DAY)
            plan_at(date(2026, 12, 3))
            closed.state = PlanState.IN_FORCE
    assert plan_at(date(2026, 12, 3))["planned"] >= 1
    assert plan_at(date(2026, 12, 3)) == {"mails": 0}
