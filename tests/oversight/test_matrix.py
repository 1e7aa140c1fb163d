"""The map, composed without a database."""

from __future__ import annotations

from datetime import date

import pytest

from app.oversight.board import end_of_last_month, end_of_last_quarter, weeks_of
from app.oversight.matrix import AgencyFacts, BoardState, Tally, Totals, compose, totals

DAY = date(2026, 11, 25)
AGENCIES = {
    1: AgencyFacts(1, "Sở Y tế", 11, is_commune=False),
    2: AgencyFacts(2, "Sở Tài chính", 12, is_commune=False),
    3: AgencyFacts(3, "Xã Kim Điền", 100, is_commune=True),
    4: AgencyFacts(4, "Ủy ban MTTQ tỉnh", 30, is_commune=False),
}


def tally(agency=1, plan=10, state=BoardState.RUNNING, count=1, nearest=date(2026, 12, 20), is_request=False):
    return Tally(agency, plan, state, is_request, count, nearest)


def test_a_square_shows_the_worst_and_how_long():
    parts = [
        tally(state=BoardState.ON_TIME, count=4),
        tally(state=BoardState.LATE, nearest=date(2026, 10, 15), count=2),
        tally(state=BoardState.SOON, nearest=date(2026, 11, 27)),
    ]
    cell = compose(parts, AGENCIES, DAY).departments[0].cells[10]
    assert (cell.state, cell.days, cell.late, cell.count) == (BoardState.LATE, 41, 2, 7)


@pytest.mark.parametrize("worse, better", list(zip(list(BoardState), list(BoardState)[1:], strict=False)))
def test_each_state_hides_the_one_after_it(worse, better):
    cell = compose([tally(state=better), tally(state=worse)], AGENCIES, DAY).departments[0].cells[10]
    assert cell.state is worse


def test_days_left_count_to_the_nearest():
    parts = [tally(state=BoardState.SOON, nearest=date(2026, 11, 30))]
    assert compose(parts, AGENCIES, DAY).departments[0].cells[10].days == 5


def test_what_waits_for_confirmation_is_drawn_as_running():
    cell = compose([tally(state=BoardState.WAITING)], AGENCIES, DAY).departments[0].cells[10]
    assert cell.look == "running"


def test_most_late_comes_first_then_the_protocol_order():
    parts = [
        tally(agency=1),
        tally(agency=2, state=BoardState.LATE, nearest=date(2026, 11, 1)),
        tally(agency=3, state=BoardState.LATE, nearest=date(2026, 11, 1)),
    ]
    drawn = compose(parts, AGENCIES, DAY)
    assert [row.agency.id for row in drawn.departments] == [2, 1]
    assert [row.agency.id for row in drawn.communes] == [3]
    assert drawn.late_agencies == 2


def test_requested_bodies_stand_apart_and_are_not_ranked():
    parts = [tally(agency=4, state=BoardState.NO_RESPONSE, is_request=True), tally(agency=1)]
    drawn = compose(parts, AGENCIES, DAY)
    assert [row.agency.id for row in drawn.requested] == [4]
    assert drawn.requested[0].late == 0 and drawn.late_agencies == 0


def test_the_four_counts_leave_requests_out():
    parts = [
        tally(state=BoardState.LATE, count=3),
        tally(state=BoardState.SOON, count=2),
        tally(state=BoardState.WAITING, count=4),
        tally(state=BoardState.ON_TIME, count=5),
        tally(state=BoardState.DONE_LATE, count=1),
        tally(agency=4, state=BoardState.NO_RESPONSE, count=6, is_request=True),
        tally(agency=4, state=BoardState.ON_TIME, count=9, is_request=True),
    ]
    assert totals(parts) == Totals(late=3, running=6, on_time=5, done_late=1, waiting=4, no_response=6)


def test_counts_compare_with_an_earlier_day():
    assert Totals(late=3, on_time=9).minus(Totals(late=5, on_time=2)) == Totals(late=-2, on_time=7)


def test_an_empty_office_gives_an_empty_map():
    assert compose([], AGENCIES, DAY).rows == [] and totals([]) == Totals()


def test_weeks_begin_on_monday_and_empty_ones_stay():
    weeks = weeks_of([(DAY, 2), (date(2026, 11, 29), 1), (date(2026, 12, 7), 5)], DAY)
    assert [week.count for week in weeks] == [3, 0, 5, *[0] * 9]
    assert weeks[0].monday == date(2026, 11, 23)


def test_the_days_compared_with():
    assert end_of_last_month(date(2026, 3, 15)) == date(2026, 2, 28)
    assert end_of_last_quarter(date(2026, 11, 25)) == date(2026, 9, 30)
    assert end_of_last_quarter(date(2026, 1, 5)) == date(2025, 12, 31)
