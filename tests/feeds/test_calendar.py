"""The month on the screen."""

from __future__ import annotations

from datetime import date

import pytest

from app.deadlines import WorkCalendar
from app.extensions import db
from app.feeds import month
from app.obligations.operations import return_submission
from tests.cast import NOW, TODAY
from tests.make import make_obligation, make_plan, make_submission


@pytest.fixture
def plan(cast):
    return make_plan(cast)


def test_a_month_is_whole_weeks_from_monday():
    drawn = month.weeks(2026, 11, TODAY, WorkCalendar(), [], "vi")
    assert (drawn[0][0].day, drawn[-1][-1].day) == (date(2026, 10, 26), date(2026, 12, 6))
    assert all(len(week) == 7 for week in drawn)


def test_holidays_have_a_name_weekends_do_not():
    days = {day.day: day for week in month.weeks(2026, 11, TODAY, WorkCalendar(), [], "vi") for day in week}
    assert days[date(2026, 11, 24)].holiday == "Ngày Văn hóa Việt Nam"
    assert days[date(2026, 11, 28)].is_off and days[date(2026, 11, 28)].holiday == ""
    assert days[TODAY].is_today and not days[TODAY].is_off


@pytest.mark.parametrize(("count", "shown", "more"), [(0, 0, 0), (3, 3, 0), (4, 4, 0), (5, 3, 2), (12, 3, 9)])
def test_a_full_day_says_how_many_more(count, shown, more):
    entries = [(TODAY, n) for n in range(count)]
    days = {
        day.day: day for week in month.weeks(2026, 11, TODAY, WorkCalendar(), entries, "vi") for day in week
    }
    assert (len(days[TODAY].shown), days[TODAY].more) == (shown, more)


@pytest.mark.parametrize(
    ("start", "by", "end"),
    [((2026, 12), 1, (2027, 1)), ((2026, 1), -1, (2025, 12)), ((2026, 5), 0, (2026, 5))],
)
def test_stepping_over_new_year(start, by, end):
    assert month.step(*start, by) == end


def test_an_officer_sees_what_the_agency_owes_and_nobody_else_s(client_of, cast, plan):
    make_obligation(plan, cast.health, due_on=date(2026, 11, 16), title="Báo cáo trễ")
    make_obligation(plan, cast.finance, due_on=date(2026, 11, 17), title="Việc của Sở khác")
    page = client_of(cast.hanh).get("/calendar").text
    assert "Tháng 11/2026" in page and "Báo cáo trễ" in page and "entry-overdue" in page
    assert "Việc của Sở khác" not in page and "Ngày Văn hóa Việt Nam, nghỉ" in page


def test_the_standing_agency_chooses_between_its_own_and_all(client_of, cast, plan):
    make_obligation(plan, cast.finance, due_on=date(2026, 11, 17), title="Việc của Sở khác")
    client = client_of(cast.toan)
    assert "Việc của Sở khác" not in client.get("/calendar").text
    assert "Việc của Sở khác" in client.get("/calendar?scope=all").text
    assert client_of(cast.hanh).get("/calendar?scope=all").status_code == 404
    assert "Việc của Sở khác" in client_of(cast.duc).get("/calendar").text


def test_returned_work_stands_on_its_rework_day(client_of, cast, plan):
    made = make_obligation(plan, cast.health, due_on=date(2026, 11, 20), title="Dinh dưỡng trẻ em")
    make_submission(made, cast.hanh)
    return_submission(made, reason="thiếu biểu", until=date(2026, 12, 15), actor=cast.toan, now=NOW)
    client = client_of(cast.hanh)
    assert "Dinh dưỡng trẻ em" not in client.get("/calendar?month=2026-11").text
    assert "entry-returned" in client.get("/calendar?month=2026-12").text


def test_months_are_walked_and_an_empty_one_names_the_nearest(client_of, cast, plan):
    make_obligation(plan, cast.health, due_on=date(2027, 6, 14), title="Báo cáo 6 tháng")
    client = client_of(cast.hanh)
    page = client.get("/calendar?month=2027-02").text
    assert "Không có việc nào đến hạn trong tháng này" in page and "14/06/2027" in page
    assert "month=2027-01" in page and "month=2027-03" in page
    assert "Tháng 11/2026" in client.get("/calendar?month=2027-99").text


def test_the_list_says_the_same(client_of, cast, plan):
    make_obligation(plan, cast.health, due_on=date(2026, 11, 27), title="Nhu cầu nhân lực")
    page = client_of(cast.hanh).get("/calendar?view=list").text
    assert "Nhu cầu nhân lực" in page and "chip-due-soon" in page


def test_the_administrator_has_no_calendar(client_of, cast):
    assert client_of(cast.ha).get("/calendar").status_code == 404


def test_the_number_of_queries_does_not_grow_with_the_month(client_of, cast, plan, count_queries):
    client = client_of(cast.toan)
    make_obligation(plan, cast.health, due_on=date(2026, 11, 27))
    client.get("/calendar?scope=all")
    count_queries.clear()
    client.get("/calendar?scope=all")
    few = len(count_queries)
    for n in range(25):
        make_obligation(plan, cast.communes[n % 3], due_on=date(2026, 11, 1 + n))
    db.session.commit()
    count_queries.clear()
    client.get("/calendar?scope=all")
    assert len(count_queries) == few
