"""The SQL of the board says what the rules say, and yesterday's board can be drawn again exactly."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest
import sqlalchemy as sa

from app.deadlines import WorkCalendar
from app.extensions import db
from app.obligations import rules
from app.obligations.models import Obligation
from app.obligations.operations import (
    accept,
    ask_extension,
    cancel,
    decide_extension,
    resume,
    return_submission,
    suspend,
    waive,
    withdraw,
)
from app.oversight import queries
from app.oversight.asof import AsOf, Facts
from app.oversight.matrix import BoardState
from app.oversight.queries import Scope
from tests.cast import NOW, TODAY, Cast
from tests.conftest import both_engines
from tests.make import make_obligation, make_plan, make_submission

pytestmark = both_engines
CALENDAR = WorkCalendar()
# The board's word for each state of the rules.
SAME = {
    rules.State.OVERDUE: BoardState.LATE,
    rules.State.SUSPENDED: BoardState.SUSPENDED,
    rules.State.IN_PROGRESS: BoardState.RUNNING,
    rules.State.NO_RESPONSE: BoardState.NO_RESPONSE,
    rules.State.DUE_SOON: BoardState.SOON,
    rules.State.DUE_TODAY: BoardState.SOON,
    rules.State.SUBMITTED: BoardState.WAITING,
    rules.State.DONE_ON_TIME: BoardState.ON_TIME,
    rules.State.NOTHING_AROSE: BoardState.ON_TIME,
    rules.State.DONE_LATE: BoardState.DONE_LATE,
    rules.State.UPCOMING: BoardState.RUNNING,
    rules.State.ACKNOWLEDGED: BoardState.RUNNING,
}


def at(day: date, hour: int = 9) -> datetime:
    """An hour of the day in Vietnam."""
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC) - timedelta(hours=7)


def as_of(day: date, today: date = TODAY) -> AsOf:
    return AsOf.of(day, today, CALENDAR)


def drawn(cast, day: date, today: date) -> list[tuple]:
    found = queries.tallies(Scope(cast.toan), as_of(day, today))
    return sorted((t.agency_id, t.plan_id, str(t.state), t.is_request, t.count, t.nearest) for t in found)


def state_of(obligation: Obligation, day: date = TODAY, today: date = TODAY) -> str | None:
    facts = Facts(as_of(day, today))
    db.session.flush()
    return db.session.scalar(db.select(facts.state).where(Obligation.id == obligation.id, facts.existed))


@pytest.fixture
def plan(cast):
    return make_plan(cast)


def test_an_open_obligation_stands_as_the_rules_say(cast, plan):
    for n, (days, is_request) in enumerate(product([-30, -1, 0, 1, 4, 5, 6, 7, 8, 9, 40], [False, True])):
        due_on = TODAY + timedelta(days=days)
        made = make_obligation(plan, cast.health, due_on=due_on, is_request=is_request, period=f"p{n}")
        assert state_of(made) == SAME[rules.standing(made, TODAY, CALENDAR).state], (days, is_request)


def test_the_day_of_submission_is_vietnam_s_and_decides(cast, plan):
    for n, (day, hour, is_request) in enumerate(product([20, 21], [0, 12, 23], [False, True])):
        made = make_obligation(
            plan, cast.health, due_on=date(2026, 11, 20), is_request=is_request, period=f"p{n}"
        )
        make_submission(made, cast.hanh, now=at(date(2026, 11, day), hour))
        assert state_of(made) == BoardState.WAITING
        accept(made, actor=cast.toan, now=NOW)
        expected = BoardState.DONE_LATE if day == 21 and not is_request else BoardState.ON_TIME
        assert state_of(made) == expected == SAME[rules.standing(made, TODAY, CALENDAR).state], (day, hour)


def test_returned_work_is_judged_by_its_own_day(cast, plan):
    made = make_obligation(plan, cast.health, due_on=date(2026, 11, 20))
    make_submission(made, cast.hanh, now=at(date(2026, 11, 18)))
    return_submission(made, reason="thiếu biểu 02", until=date(2026, 11, 27), actor=cast.toan, now=NOW)
    assert state_of(made) == BoardState.SOON
    assert state_of(made, date(2026, 11, 28), date(2026, 11, 28)) == BoardState.LATE
    make_submission(made, cast.hanh, now=at(date(2026, 11, 27)))
    accept(made, actor=cast.toan, now=at(date(2026, 12, 5)))
    assert state_of(made, date(2026, 12, 6), date(2026, 12, 6)) == BoardState.ON_TIME


@pytest.mark.parametrize("end", [waive, cancel])
def test_what_is_waived_or_cancelled_leaves_the_board(cast, plan, end):
    made = make_obligation(plan, cast.health, due_on=date(2026, 11, 20), owed_on=date(2026, 11, 1))
    end(made, reason="Công văn 12", actor=cast.toan, now=NOW)
    assert state_of(made) is None
    assert state_of(made, TODAY - timedelta(days=1)) == BoardState.LATE


def test_every_past_day_is_drawn_again_as_it_was(cast, plan):
    """A month of acts; each evening's board is kept, and at the end each is drawn again from the facts."""
    first = date(2026, 10, 20)
    other = make_plan(cast, title="Kế hoạch nông thôn mới")

    def owe(agency, due, under=plan, owed=first, **facts):
        return make_obligation(under, agency, due_on=due, owed_on=owed, **facts)

    a = owe(cast.health, date(2026, 10, 25))
    b = owe(cast.finance, date(2026, 10, 30))
    c = owe(cast.communes[0], date(2026, 11, 5), other)
    d = owe(cast.front, date(2026, 10, 28), is_request=True)
    e = owe(cast.communes[1], date(2026, 11, 10), other)
    f = owe(cast.communes[2], date(2026, 11, 2))
    owe(cast.health, date(2026, 11, 12), other)
    owe(cast.finance, date(2026, 12, 9), other, owed=date(2026, 11, 8))

    def ask(obligation, person, until, moment):
        ask_extension(obligation, until=until, reason="lụt", actor=person, now=moment)

    def decide(obligation, until, moment):
        decide_extension(
            obligation.extensions[-1], granted_until=until, note="theo CV 9", actor=cast.toan, now=moment
        )

    def hand_back(obligation, moment, until):
        return_submission(obligation, reason="thiếu biểu", until=until, actor=cast.toan, now=moment)

    script = {
        date(2026, 10, 24): lambda m: make_submission(a, cast.hanh, now=m),
        date(2026, 10, 27): lambda m: hand_back(a, m, date(2026, 10, 29)),
        date(2026, 10, 28): lambda m: ask(b, cast.tam, date(2026, 11, 9), m),
        date(2026, 11, 2): lambda m: decide(b, date(2026, 11, 9), m),
        date(2026, 10, 31): lambda m: make_submission(a, cast.hanh, now=m),
        date(2026, 11, 1): lambda m: accept(a, actor=cast.toan, now=m),
        date(2026, 11, 3): lambda m: make_submission(d, cast.lan, now=m),
        date(2026, 11, 4): lambda m: make_submission(c, cast.mai, now=m),
        date(2026, 11, 6): lambda m: withdraw(c, actor=cast.mai, now=m),
        date(2026, 11, 8): lambda m: accept(d, actor=cast.toan, now=m),
        date(2026, 11, 10): lambda m: make_submission(b, cast.tam, now=m),
        date(2026, 11, 11): lambda m: accept(b, actor=cast.toan, now=m),
        date(2026, 11, 13): lambda m: waive(f, reason="CV 3", actor=cast.toan, now=m),
        date(2026, 11, 14): lambda m: ask(e, cast.mai, date(2026, 11, 18), m),
        date(2026, 11, 15): lambda m: decide(e, None, m),
        date(2026, 11, 16): lambda m: make_submission(c, cast.mai, now=m),
    }  # fmt: skip
    kept = {}
    for n in range(30):
        day = first + timedelta(days=n)
        if act := script.get(day):
            act(at(day, 23))
        db.session.commit()
        kept[day] = drawn(cast, day, day)
    assert len({tuple(board) for board in kept.values()}) > 12  # the month was not a quiet one
    moved = {day for day, board in kept.items() if drawn(cast, day, first + timedelta(days=40)) != board}
    assert moved == set()


def test_nothing_is_on_the_board_of_a_day_before_it_was_owed(cast, plan):
    make_obligation(plan, cast.health, owed_on=date(2026, 11, 20))
    assert drawn(cast, date(2026, 11, 19), TODAY) == []
    assert len(drawn(cast, date(2026, 11, 20), TODAY)) == 1


def test_a_year_holds_what_is_due_in_it_and_what_is_still_open_from_before(cast, plan):
    open_from_before = make_obligation(plan, cast.health, due_on=date(2025, 12, 1))
    done_before = make_obligation(plan, cast.health, due_on=date(2025, 12, 1))
    make_submission(done_before, cast.hanh, now=at(date(2025, 11, 30)))
    accept(done_before, actor=cast.toan, now=at(date(2025, 12, 1)))
    make_obligation(plan, cast.health, due_on=date(2027, 1, 15))
    rows = db.session.execute(
        queries.listed(Scope(cast.toan, year=2026), as_of(TODAY), list(BoardState))
    ).all()
    assert [row.id for row in rows] == [open_from_before.id]


def test_each_person_follows_only_their_own_plans(cast, plan):
    make_obligation(plan, cast.health)
    for person, count in [
        (cast.toan, 1),
        (cast.duc, 1),
        (cast.binh, 0),
        (cast.khoa, 0),
        (cast.hanh, 0),
        (cast.ha, 0),
    ]:
        assert len(queries.tallies(Scope(person), as_of(TODAY))) == count
        assert len(queries.plans_followed(Scope(person))) == count


def test_the_rate_of_a_month_counts_first_submissions_by_the_deadline(cast, plan):
    for day, handed_in in [(10, 9), (10, 11), (12, 12), (20, None)]:
        made = make_obligation(plan, cast.health, due_on=date(2026, 10, day), owed_on=date(2026, 9, 1))
        if handed_in:
            make_submission(made, cast.hanh, now=at(date(2026, 10, handed_in)))
    make_obligation(plan, cast.front, due_on=date(2026, 10, 1), is_request=True)
    assert queries.on_time_by_month(Scope(cast.toan), as_of(TODAY)) == [(2026, 10, 4, 2)]


def test_weeks_ahead_count_what_is_still_owed(cast, plan):
    for day in (date(2026, 11, 25), date(2026, 12, 1), date(2026, 12, 1), date(2027, 3, 1)):
        make_obligation(plan, cast.health, due_on=day)
    done = make_obligation(plan, cast.health, due_on=date(2026, 12, 1))
    make_submission(done, cast.hanh)
    assert queries.due_by_day(Scope(cast.toan), as_of(TODAY)) == [
        (date(2026, 11, 25), 1),
        (date(2026, 12, 1), 2),
    ]


def test_the_popover_tells_of_the_earliest_open_one(cast, plan):
    make_obligation(plan, cast.health, due_on=date(2026, 11, 20))
    oldest = make_obligation(plan, cast.health, due_on=date(2026, 11, 10))
    make_obligation(plan, cast.finance, due_on=date(2027, 11, 10))
    told = queries.most_pressing(Scope(cast.toan), as_of(TODAY))
    assert {key: row.id for key, row in told.items()} == {(cast.health.id, plan.id): oldest.id}


def test_a_suspension_is_drawn_on_the_days_on_which_it_stood(cast: Cast, now: datetime) -> None:
    """Suspended from 25/11 to 15/12, ended by an act on 10/12; owed since 02/11, due on 27/11."""
    obligation = make_obligation(
        make_plan(cast), cast.health, due_on=date(2026, 11, 27), owed_on=date(2026, 11, 2)
    )
    suspend(obligation, from_on=TODAY, until_on=date(2026, 12, 15), reason="CV 1", actor=cast.toan, now=now)
    resume(obligation, actor=cast.toan, now=now + timedelta(days=15))
    later = TODAY + timedelta(days=30)

    def state_on(day: date) -> BoardState:
        facts = Facts(AsOf.of(day, later, CALENDAR))
        return BoardState(db.session.scalar(sa.select(facts.state).where(Obligation.id == obligation.id)))

    assert state_on(TODAY - timedelta(days=1)) is BoardState.SOON
    assert state_on(TODAY) is BoardState.SUSPENDED
    assert state_on(date(2026, 12, 9)) is BoardState.SUSPENDED
    assert state_on(date(2026, 12, 10)) is BoardState.LATE
