"""What is said when: examples on the cast's calendar, and properties that hold for every day."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.clock import VIETNAM
from app.deadlines import LITERAL, WorkCalendar
from app.reminders.models import Audience
from app.reminders.planning import (
    Facts,
    Rule,
    Step,
    days_with_news,
    due_reminders,
    hearings,
    may_speak,
    step_day,
    unsaid,
    upcoming,
)

CALENDAR = WorkCalendar()
OFFICERS, HEAD, STANDING = Audience.OFFICERS, Audience.HEAD, Audience.STANDING_AGENCY
RULES = (
    Rule(-5, OFFICERS),
    Rule(-1, OFFICERS),
    Rule(0, OFFICERS),
    Rule(1, OFFICERS),
    Rule(5, OFFICERS, repeat_weekly=True),
    Rule(1, HEAD),
    Rule(5, STANDING),
)
DAY = date(2026, 12, 9)  # a Wednesday
PEOPLE = {OFFICERS: [1, 2], HEAD: [3], STANDING: [4]}


def owed(day=DAY, **facts):
    return Facts(7, facts.pop("version", 1), day, **facts)


def due(facts, today):
    return {
        (reminder.audience, reminder.step.code): reminder.step.on
        for reminder in due_reminders(facts, RULES, CALENDAR, LITERAL, today)
    }


class Mouth:
    """Says what planning plans, and remembers it, as the outbox does."""

    def __init__(self, people=PEOPLE, hears_from=None):
        self.people, self.hears_from = people, hears_from
        self.keys: set[str] = set()
        self.newest: dict[tuple[int, int | None, int], dict[int, Step]] = {}
        self.said: list[tuple[date, int, str]] = []
        self.passed_over: list[tuple[date, int, str]] = []

    def run(self, facts, today, rules=RULES, calendar=CALENDAR):
        due = due_reminders(facts, rules, calendar, LITERAL, today)
        newest = self.newest.setdefault((facts.obligation_id, facts.part_id, facts.version), {})
        spoken = []
        for item in unsaid(facts, hearings(due, self.people, self.hears_from), dict(newest)):
            assert item.key not in self.keys  # what the unique key of the database refuses
            self.keys.add(item.key)
            newest[item.user_id] = max(item.step, newest.get(item.user_id, item.step))
            line = (today, item.user_id, item.step.code)
            (spoken if item.say else self.passed_over).append(line)
        self.said += spoken
        return spoken


def days(first, last):
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def test_steps_fall_on_working_days_before_the_day_on_it_and_after_it():
    on = {offset: step_day(offset, DAY, CALENDAR, LITERAL) for offset in (-5, -1, 0, 1, 5)}
    assert on == {
        -5: date(2026, 12, 2),
        -1: date(2026, 12, 8),
        0: DAY,
        1: date(2026, 12, 10),
        5: date(2026, 12, 16),
    }


def test_a_day_that_is_a_sunday_is_told_of_on_the_friday_and_chased_from_the_monday():
    sunday = date(2026, 12, 13)
    assert step_day(0, sunday, CALENDAR, LITERAL) == date(2026, 12, 11)
    assert step_day(-1, sunday, CALENDAR, LITERAL) == date(2026, 12, 10)
    assert step_day(1, sunday, CALENDAR, LITERAL) == date(2026, 12, 14)


def test_nothing_is_said_before_the_first_step():
    assert due(owed(), date(2026, 12, 1)) == {}


def test_the_head_hears_one_day_after_and_the_standing_agency_five():
    assert due(owed(), date(2026, 12, 10)) == {
        (OFFICERS, "after-1"): date(2026, 12, 10),
        (HEAD, "after-1"): date(2026, 12, 10),
    }
    assert (STANDING, "after-5") in due(owed(), date(2026, 12, 16))


def test_after_the_last_step_officers_hear_every_monday():
    assert due(owed(), date(2026, 12, 21))[OFFICERS, "weekly-2026-W52"] == date(2026, 12, 21)
    assert due(owed(), date(2026, 12, 27))[OFFICERS, "weekly-2026-W52"] == date(2026, 12, 21)


def test_a_monday_off_is_made_up_on_the_next_working_day():
    calendar = WorkCalendar({date(2026, 12, 21): "off"})
    [officers] = [
        r
        for r in due_reminders(owed(), RULES, calendar, LITERAL, date(2026, 12, 22))
        if r.audience is OFFICERS
    ]
    assert officers.step == (date(2026, 12, 22), "weekly-2026-W52")


def test_a_requested_body_is_asked_by_its_officers_only_and_not_every_week():
    request = owed(is_request=True)
    assert set(due(request, date(2027, 3, 1))) == {(OFFICERS, "after-5")}


def test_of_several_missed_steps_only_the_latest_is_said_and_the_others_are_recorded():
    planned = unsaid(
        owed(), hearings(due_reminders(owed(), RULES, CALENDAR, LITERAL, DAY), {OFFICERS: [1]}), {}
    )
    assert [(item.step.code, item.say) for item in planned] == [
        ("before-5", False),
        ("before-1", False),
        ("on-day", True),
    ]


def test_somebody_in_two_audiences_hears_once():
    both = {OFFICERS: [1], STANDING: [1]}
    heard = hearings(due_reminders(owed(), RULES, CALENDAR, LITERAL, date(2026, 12, 16)), both)
    assert [hearing.step.code for hearing in heard] == ["after-5"]


def test_an_officer_who_joins_later_hears_the_latest_step():
    mouth = Mouth()
    mouth.run(owed(), date(2026, 12, 10))
    mouth.people = {OFFICERS: [1, 2, 9]}
    assert mouth.run(owed(), date(2026, 12, 11)) == [(date(2026, 12, 11), 9, "after-1")]


def test_an_older_step_is_not_said_once_a_later_one_was():
    """A step is added to the rules after a later one was said."""
    mouth = Mouth()
    mouth.run(owed(), date(2026, 12, 8))
    assert mouth.run(owed(), date(2026, 12, 8), rules=(Rule(-3, OFFICERS),)) == []


def test_a_holiday_declared_late_says_no_step_twice():
    mouth = Mouth()
    assert mouth.run(owed(), date(2026, 12, 2))  # before-5
    shifted = WorkCalendar({date(2026, 12, 7): "off"})  # and now before-5 falls on 01/12
    assert mouth.run(owed(), date(2026, 12, 2), calendar=shifted) == []
    taken_back = WorkCalendar({date(2026, 12, 5): "worked"})  # before-5 on the 3rd: said already
    assert mouth.run(owed(), date(2026, 12, 3), calendar=taken_back) == []


def test_what_a_notice_has_just_said_is_not_said_again():
    returned = owed(date(2026, 12, 11), told_on=date(2026, 12, 9))
    assert due(returned, date(2026, 12, 9)) == {}
    assert (OFFICERS, "before-1") in due(returned, date(2026, 12, 10))


def test_what_comes_next_is_listed_day_by_day():
    coming = upcoming(owed(), RULES, CALENDAR, LITERAL, date(2026, 12, 2), date(2026, 12, 21))
    assert [(r.step.code, r.audience) for r in coming] == [
        ("before-1", OFFICERS),
        ("on-day", OFFICERS),
        ("after-1", HEAD),
        ("after-1", OFFICERS),
        ("after-5", OFFICERS),
        ("after-5", STANDING),
        ("weekly-2026-W52", OFFICERS),
    ]
    assert upcoming(owed(owed=False), RULES, CALENDAR, LITERAL, date(2026, 12, 2), date(2027, 1, 1)) == []


@pytest.mark.parametrize(
    ("moment", "speaks"),
    [
        (datetime(2026, 11, 25, 0, 29, tzinfo=UTC), False),  # 07:29 in Vietnam
        (datetime(2026, 11, 25, 0, 30, tzinfo=UTC), True),
        (datetime(2026, 11, 25, 9, 59, tzinfo=UTC), True),
        (datetime(2026, 11, 25, 10, 0, tzinfo=UTC), False),  # 17:00
        (datetime(2026, 11, 28, 3, 0, tzinfo=UTC), False),  # a Saturday
        (datetime(2026, 11, 24, 3, 0, tzinfo=UTC), False),  # Ngày Văn hóa Việt Nam
    ],
)
def test_mails_are_put_together_in_working_hours_only(moment, speaks):
    assert may_speak(moment, CALENDAR, time(7, 30), time(17)) is speaks


# -- properties ---------------------------------------------------------------------------------------------

near = st.dates(date(2026, 11, 20), date(2027, 3, 31))
running = st.lists(st.booleans(), min_size=140, max_size=140)  # on which days the scheduler ran at all


@settings(max_examples=60, deadline=None)
@given(near, running)
def test_each_step_is_said_to_each_person_at_most_once_and_in_order(day, alive):
    mouth = Mouth()
    for today, runs in zip(days(date(2026, 11, 20), date(2027, 4, 30)), alive, strict=False):
        if runs:
            mouth.run(owed(day), today)
            assert mouth.run(owed(day), today) == []  # a second run says nothing
    for person in {user for _today, user, _code in mouth.said}:
        codes = [code for _today, user, code in mouth.said if user == person]
        assert len(codes) == len(set(codes))


@settings(max_examples=60, deadline=None)
@given(near, st.integers(0, 60), st.integers(0, 60))
def test_after_an_outage_of_any_length_one_step_is_said_and_it_is_the_latest(day, before, length):
    mouth = Mouth()
    start = date(2026, 11, 16)
    for today in days(start, start + timedelta(days=before)):
        mouth.run(owed(day), today)
    back = start + timedelta(days=before + length)
    spoken = mouth.run(owed(day), back)
    assert len({user for _today, user, _code in spoken}) == len(spoken)
    expected = {(r.audience, r.step.code) for r in due_reminders(owed(day), RULES, CALENDAR, LITERAL, back)}
    for _today, user, code in spoken:
        assert any(user in PEOPLE[audience] and code == step for audience, step in expected)


@settings(max_examples=60, deadline=None)
@given(near, near, st.booleans())
def test_what_is_settled_or_waits_for_confirmation_is_never_urged(day, today, is_request):
    assert due(owed(day, owed=False, is_request=is_request), today) == {}


@settings(max_examples=60, deadline=None)
@given(near, near, near)
def test_a_moved_day_arms_all_steps_again(day, moved, today):
    mouth = Mouth()
    mouth.run(owed(day), today)
    before = len(mouth.said)
    mouth.run(owed(moved, version=2), today)
    heard = {user for _today, user, _code in mouth.said[before:]}
    wanted = due_reminders(owed(moved, version=2), RULES, CALENDAR, LITERAL, today)
    assert heard == {user for reminder in wanted for user in PEOPLE[reminder.audience]}


@settings(max_examples=60, deadline=None)
@given(near, st.lists(st.integers(1, 75), max_size=12))
def test_every_person_hears_the_step_of_the_day_whatever_the_gaps_were(day, gaps):
    """Run after arbitrary gaps: each time, whoever has a newer step than the last one heard, hears it."""
    mouth, today, heard = Mouth(), date(2026, 11, 20), {}
    for gap in [0, *gaps]:
        today += timedelta(days=gap)
        spoken = {user: code for _today, user, code in mouth.run(owed(day), today)}
        for reminder in due_reminders(owed(day), RULES, CALENDAR, LITERAL, today):
            for user in PEOPLE[reminder.audience]:
                if heard.get(user) != reminder.step.code:
                    assert spoken.pop(user) == reminder.step.code
                    heard[user] = reminder.step.code
        assert spoken == {}


# -- the gaps between two runs: nothing is lost in them and nothing said twice -------------------------------------

GAPS = {"15 minutes": timedelta(minutes=15), "2 hours": timedelta(hours=2), "25 hours": timedelta(hours=25),
        "3 days": timedelta(days=3)}  # fmt: skip


@pytest.mark.parametrize("gap", GAPS.values(), ids=GAPS.keys())
@pytest.mark.parametrize("day", [date(2026, 12, 9), date(2026, 12, 31), date(2027, 1, 4)])
def test_whatever_the_gap_between_runs_each_person_hears_the_latest_step_of_the_time(gap, day):
    """Across the turn of the year, at any hour; a run outside working hours says nothing and loses nothing."""
    mouth, now, end = Mouth(), datetime(2026, 11, 27, 20, tzinfo=UTC), datetime(2027, 2, 12, tzinfo=UTC)
    while now < end:
        if may_speak(now, CALENDAR, time(7, 30), time(17)):
            today = now.astimezone(VIETNAM).date()
            mouth.run(owed(day), today)
            for due in due_reminders(owed(day), RULES, CALENDAR, LITERAL, today):
                for user in PEOPLE[due.audience]:
                    assert mouth.newest[7, None, 1][user] == due.step
        now += gap
    said = [(user, code) for _today, user, code in mouth.said]
    assert len(said) == len(set(said))
    passed_over = {(user, code) for _today, user, code in mouth.passed_over}
    assert not passed_over & set(said)  # an overtaken step is recorded and never said
    if gap < timedelta(days=1):
        assert passed_over == set()


near_changes = st.lists(
    st.tuples(
        st.integers(1, 12),  # days until it happens
        st.sampled_from(["extend", "people", "holiday", "suspend", "settle", "withdraw", "merge"]),
    ),
    max_size=6,
)


@settings(max_examples=80, deadline=None)
@given(near, near_changes)
def test_whatever_changes_meanwhile_nobody_hears_twice_and_nothing_is_said_of_what_is_not_owed(day, changes):
    """Extended, settled and taken back, suspended and resumed, people and agencies changed, a holiday declared late."""
    mouth, today = Mouth(), date(2026, 11, 20)
    facts, calendar, off = owed(day), CALENDAR, {}
    for gap, change in [*changes, (30, "people")]:
        for _ in range(gap):
            before = len(mouth.said)
            mouth.run(facts, today, calendar=calendar)
            if not facts.owed or not calendar.is_working_day(today):
                assert facts.owed or mouth.said[before:] == []
            today += timedelta(days=1)
        match change:
            case "extend":
                facts = replace(facts, day=facts.day + timedelta(days=9), version=facts.version + 1)
            case "people" | "merge":
                mouth.people = {OFFICERS: [2, 5], HEAD: [6], STANDING: [4]}
            case "holiday":
                off[today + timedelta(days=1)] = "off"
                calendar = WorkCalendar(off)
            case "suspend" | "settle":
                facts = replace(facts, owed=False)
            case "withdraw":
                facts = replace(facts, owed=True)
    assert len(mouth.keys) == len(mouth.said) + len(mouth.passed_over)
    for user in {user for _today, user, _code in mouth.said}:
        days_heard = [said_on for said_on, who, _code in mouth.said if who == user]
        assert days_heard == sorted(days_heard) and len(set(days_heard)) == len(days_heard)


@settings(max_examples=60, deadline=None)
@given(near, st.integers(-11, 61))
def test_the_last_step_is_heard_whatever_a_person_wishes(day, hears_from):
    mouth = Mouth(hears_from=dict.fromkeys((1, 2, 3, 4), hears_from))
    for today in days(date(2026, 11, 20), date(2027, 4, 30)):
        mouth.run(owed(day), today)
    heard = {(user, code) for _today, user, code in mouth.said}
    assert {(1, "after-5"), (2, "after-5"), (3, "after-1"), (4, "after-5")} <= heard
    offsets = {"before-5": -5, "before-1": -1, "on-day": 0, "after-1": 1}
    assert all(offsets[code] >= hears_from for user, code in heard if user < 3 and code in offsets)


@settings(max_examples=60, deadline=None)
@given(st.dates(date(2026, 11, 2), date(2027, 2, 20)), st.integers(0, 12))
def test_deadlines_outside_the_spans_with_news_have_none(by, days_since):
    """What the walk does not look at has nothing new to say, and what it looks at has."""
    after = by - timedelta(days=days_since)
    first, last = date(2026, 10, 20), date(2027, 4, 10)
    spans = days_with_news(RULES, CALENDAR, LITERAL, first, last, after=after, by=by)
    for day in days(first, last):
        looked_at = any(start <= day <= end for start, end in spans)
        then = {(d.audience, d.step) for d in due_reminders(owed(day), RULES, CALENDAR, LITERAL, after)}
        now = {(d.audience, d.step) for d in due_reminders(owed(day), RULES, CALENDAR, LITERAL, by)}
        assert looked_at is (then != now)


def test_a_part_is_the_business_of_the_agency_that_is_asked_for_it():
    part = owed(part_id=3)
    assert {
        (d.audience, d.step.code) for d in due_reminders(part, RULES, CALENDAR, LITERAL, date(2026, 12, 16))
    } == {
        (OFFICERS, "after-5"),
        (HEAD, "after-1"),
    }
    [planned] = unsaid(
        part, hearings(due_reminders(part, RULES, CALENDAR, LITERAL, date(2026, 12, 2)), {OFFICERS: [1]}), {}
    )
    assert planned.key == "part:3.1:before-5:1"


def test_a_year_of_days_ends_on_the_right_weeks():
    """The turn of the year: ISO weeks name the repeats, so week 53 and week 1 are told apart."""
    mouth = Mouth()
    for today in days(date(2026, 12, 1), date(2027, 1, 12)):
        mouth.run(owed(date(2026, 12, 9)), today)
    weeks = [code for _today, user, code in mouth.said if user == 1 and code.startswith("weekly")]
    assert weeks == ["weekly-2026-W52", "weekly-2026-W53", "weekly-2027-W01", "weekly-2027-W02"]
