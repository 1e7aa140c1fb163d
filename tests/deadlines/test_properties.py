"""What must hold for every rule, plan, calendar and reading."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from app.deadlines import (
    LITERAL,
    DueRule,
    OffsetRule,
    OffsetUnit,
    Period,
    Qualifier,
    Reading,
    ReportKind,
    StepCode,
    WorkCalendar,
    occurrences,
    resolve,
    resolve_offset,
    rule_from_dict,
)

EXAMPLES = 150

FIRST, LAST = date(2017, 1, 1), date(2036, 12, 31)
CALENDAR = WorkCalendar()

days = st.dates(FIRST, LAST)
kinds = st.sampled_from(ReportKind)
readings = st.builds(
    Reading,
    before_is_exclusive=st.booleans(),
    late_roll=st.sampled_from(["forward", "none"]),
    remind_roll=st.sampled_from(["backward", "none"]),
)
calendars = st.builds(
    WorkCalendar,
    st.dictionaries(
        st.dates(date(2024, 1, 1), date(2028, 12, 31)), st.sampled_from(["off", "worked"]), max_size=40
    ),
)
optional_day = st.none() | st.integers(1, 31)
years = st.none() | st.integers(2017, 2036)
words = st.sampled_from(["", "trước ngày 15/6", "hằng năm", "định kỳ"])
rules = st.one_of(
    st.builds(DueRule, optional_day, st.integers(1, 12), st.none(), years, st.sampled_from(Qualifier), words),
    st.builds(DueRule, optional_day, st.none(), st.integers(1, 4), years, st.sampled_from(Qualifier), words),
    st.builds(DueRule, st.integers(1, 31), st.none(), st.none(), years, st.sampled_from(Qualifier), words),
    st.builds(DueRule, st.none(), st.none(), st.none(), years, st.just(Qualifier.IN), words),
)
plans = st.tuples(days, st.integers(2017, 2036), st.integers(0, 12)).map(
    lambda plan: (plan[0], plan[1], min(plan[1] + plan[2], 2036))
)


def for_all(*strategies: st.SearchStrategy[Any]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """The property is tried with so many examples, without a clock: machines differ in speed."""
    return lambda holds: settings(deadline=None, max_examples=EXAMPLES, database=None)(
        given(*strategies)(holds)
    )


@for_all(kinds, rules, plans, calendars, readings)
def test_nothing_is_owed_on_or_before_the_day_of_issue(kind, rule, plan, calendar, reading) -> None:
    for found in occurrences(kind, rule, *plan, None, calendar, reading):
        assert plan[0] < found.compliant_on <= found.due_on
        assert found.remind_on <= found.compliant_on


@for_all(kinds, rules, plans, calendars, readings)
def test_nothing_that_recurs_is_owed_outside_the_plans_period(kind, rule, plan, calendar, reading) -> None:
    _issued_on, first, last = plan
    for found in occurrences(kind, rule, *plan, None, calendar, reading):
        if rule.year is not None:
            assert found.nominal_on.year == rule.year
        elif kind.is_periodic:
            assert date(first, 1, 1) <= found.period.first_day <= found.period.last_day <= date(last, 12, 31)
            assert found.compliant_on < date(last + 1, 5, 1)
        else:
            assert date(first, 1, 1) <= found.compliant_on <= date(last, 12, 31)


@for_all(kinds, rules, plans, calendars, readings)
def test_occurrences_come_in_order_each_with_a_period_of_its_own(kind, rule, plan, calendar, reading) -> None:
    found = occurrences(kind, rule, *plan, None, calendar, reading)
    assert len({item.period for item in found}) == len(found)
    assert all(a.nominal_on < b.nominal_on for a, b in pairwise(found))
    assert all(a.compliant_on < b.compliant_on for a, b in pairwise(found))
    assert all(a.due_on <= b.due_on for a, b in pairwise(found))
    assert all(Period.parse(item.period.key) == item.period for item in found)


@for_all(kinds, rules, plans, days, days)
def test_asking_again_changes_nothing_and_asking_further_only_adds(kind, rule, plan, one, other) -> None:
    near, far = sorted((one, other))
    until_near = occurrences(kind, rule, *plan, near, CALENDAR)
    until_far = occurrences(kind, rule, *plan, far, CALENDAR)
    assert until_far[: len(until_near)] == until_near
    assert occurrences(kind, rule, *plan, near, CALENDAR) == until_near
    assert all(item.compliant_on > near for item in until_far[len(until_near) :])


@for_all(kinds, rules, days, st.integers(0, 4000))
def test_without_a_period_the_list_is_open_ended_and_idempotent_too(kind, rule, issued_on, ahead) -> None:
    until = issued_on + timedelta(days=ahead)
    found = occurrences(kind, rule, issued_on, None, None, until, CALENDAR)
    assert found == occurrences(kind, rule, issued_on, None, None, until, WorkCalendar())
    assert all(issued_on < item.compliant_on <= until for item in found)


@for_all(kinds, rules, plans, calendars, calendars, readings)
def test_a_changed_calendar_moves_days_and_never_names(kind, rule, plan, calendar, other, reading) -> None:
    before = occurrences(kind, rule, *plan, None, calendar, reading)
    after = occurrences(kind, rule, *plan, None, other, reading)
    assert [(a.period, a.nominal_on, a.compliant_on) for a in before] == [
        (b.period, b.nominal_on, b.compliant_on) for b in after
    ]


@for_all(kinds, rules, plans, calendars, readings)
def test_the_explanation_starts_with_the_words_and_ends_on_the_due_day(
    kind, rule, plan, calendar, reading
) -> None:
    for found in occurrences(kind, rule, *plan, None, calendar, reading):
        due = resolve(rule, found.nominal_on, calendar, reading, period=found.period)
        assert (due.nominal_on, due.compliant_on, due.due_on, due.remind_on) == (
            found.nominal_on,
            found.compliant_on,
            found.due_on,
            found.remind_on,
        )
        assert due.steps[0].day == found.nominal_on
        assert due.steps[-1].day == found.due_on
        for lang in ("vi", "en"):
            assert (
                due.steps[0]
                .sentence(lang)
                .startswith(f"«{rule.words}»" if rule.words else rule.in_words(lang))
            )
        moving = [step.day for step in due.steps if step.code is not StepCode.KEPT]
        assert len(set(moving)) == len(moving) or found.due_on == found.nominal_on, "no leaf says a day twice"


@for_all(rules, st.integers(2017, 2036), calendars)
def test_the_qualifiers_differ_only_by_the_named_day_itself(rule, year, calendar) -> None:
    for nominal_on in rule.named_days("monthly", year):
        compliant_on = rule.last_compliant_day(nominal_on)
        if rule.qualifier is not Qualifier.BEFORE:
            assert compliant_on == nominal_on
        else:
            assert nominal_on - compliant_on in (timedelta(0), timedelta(days=1))
            assert (compliant_on == nominal_on) is rule.is_cut_short(nominal_on)


@for_all(days, calendars)
def test_rolling_is_idempotent_and_nearest(day, calendar) -> None:
    forward, backward = calendar.next_working_day(day), calendar.previous_working_day(day)
    assert backward <= day <= forward
    assert calendar.next_working_day(forward) == calendar.previous_working_day(forward) == forward
    assert calendar.previous_working_day(backward) == calendar.next_working_day(backward) == backward
    assert calendar.working_days_between(day, forward) == (0 if forward == day else 1)
    assert (forward == day) == (backward == day) == calendar.is_working_day(day)
    assert len(calendar.days_off(day, forward)) == (forward - day).days


@for_all(days, calendars)
def test_over_days_off_rolling_forward_and_back_are_one_working_day_apart(day, calendar) -> None:
    forward, backward = calendar.next_working_day(day), calendar.previous_working_day(day)
    if not calendar.is_working_day(day):
        assert calendar.add_working_days(backward, 1) == forward
        assert calendar.add_working_days(forward, -1) == backward


@for_all(days, days, calendars)
def test_rolling_and_counting_keep_the_order_of_days(one, other, calendar) -> None:
    early, late = sorted((one, other))
    assert calendar.next_working_day(early) <= calendar.next_working_day(late)
    assert calendar.previous_working_day(early) <= calendar.previous_working_day(late)
    for count in (-7, -1, 1, 7):
        assert calendar.add_working_days(early, count) <= calendar.add_working_days(late, count)


@for_all(days, st.integers(-600, 600), calendars)
def test_adding_and_counting_are_inverse(day, count, calendar) -> None:
    start = calendar.next_working_day(day)
    end = calendar.add_working_days(start, count)
    assert calendar.is_working_day(end)
    assert calendar.add_working_days(end, -count) == start
    assert calendar.working_days_between(start, end) == count


@for_all(days, days, days, calendars)
def test_working_days_add_up(a, b, c, calendar) -> None:
    assert calendar.working_days_between(a, b) + calendar.working_days_between(
        b, c
    ) == calendar.working_days_between(a, c)
    early, late = sorted((a, b))
    off = len(calendar.days_off(early + timedelta(days=1), late))
    assert calendar.working_days_between(early, late) == (late - early).days - off


@for_all(st.integers(1, 400), st.sampled_from(OffsetUnit), days, calendars, readings)
def test_a_limit_ends_after_its_event_on_a_day_that_it_can_explain(
    count, unit, event_on, calendar, reading
) -> None:
    rule = OffsetRule(count, unit)
    due = resolve_offset(rule, event_on, calendar, reading)
    assert event_on < due.nominal_on <= due.due_on
    assert due.steps[0].day == event_on and due.steps[-1].day == due.due_on
    if unit is OffsetUnit.WORKING_DAY:
        assert calendar.working_days_between(event_on, due.due_on) == count
        assert calendar.is_working_day(due.due_on)
    longer = OffsetRule(count + 1, unit)
    assert longer.last_day(event_on, calendar) > due.nominal_on


@for_all(rules)
def test_a_rule_survives_being_written_down(rule) -> None:
    assert rule_from_dict(rule.to_dict()) == rule
    assert rule_from_dict({**rule.to_dict(), "kind": "annual", "span": [0, 1]}) == rule


@for_all(rules, st.integers(2017, 2036))
def test_lateness_is_judged_by_a_working_day(rule, year) -> None:
    for nominal_on in rule.named_days("quarterly", year):
        due_on = rule.due_on(nominal_on, CALENDAR, LITERAL)
        assert CALENDAR.is_working_day(due_on)
        assert rule.last_compliant_day(nominal_on) <= due_on
