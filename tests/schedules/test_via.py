"""Reports that go through a body: it sees and reviews what is due to it, and owes one report that sums up."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from app.accounts.models import Role, User
from app.deadlines import DueRule, Reading, WorkCalendar
from app.extensions import db
from app.obligations import operations, queries, rules
from app.obligations.calendar import office_calendar, office_reading
from app.obligations.models import Obligation
from app.obligations.notifications import reviewers
from app.obligations.reasons import steps_of
from app.schedules.models import ReportSchedule
from app.schedules.operations import roll_forward
from tests.cast import Cast, person
from tests.conftest import both_engines
from tests.make import make_plan, make_schedule, make_submission

CALENDAR, READING = WorkCalendar(), Reading()


@pytest.fixture
def schedule(cast: Cast) -> ReportSchedule:
    """Communes and Sở Tài chính report to the province's committee, through Sở Y tế."""
    return make_schedule(
        make_plan(cast),
        receiver=cast.province,
        reporters=[cast.communes_group, cast.finance, cast.health],
        via="qua Sở Y tế",
        via_body=cast.health,
    )


def roll(now: datetime, until: date = date(2026, 12, 31)) -> list[Obligation]:
    roll_forward(until, now=now, calendar=CALENDAR, reading=READING)
    return list(db.session.scalars(sa.select(Obligation).order_by(Obligation.id)))


@both_engines
def test_reporters_owe_the_body_between_and_it_owes_one_report_that_sums_up(
    cast: Cast, schedule: ReportSchedule, now: datetime
) -> None:
    *reports, summed = roll(now)
    assert {o.agency_id for o in reports} == {cast.finance.id, *(c.id for c in cast.communes)}
    assert {o.receiver_id for o in reports} == {cast.health.id}
    assert (summed.agency_id, summed.receiver_id) == (cast.health.id, cast.province.id)
    assert summed.title == "Báo cáo năm 2026 về giảm nghèo (báo cáo tổng hợp)"
    assert summed.due_on == reports[0].due_on  # nothing else was said: one day for both
    assert len(roll(now)) == 5  # again makes nothing


@pytest.mark.parametrize(
    ("facts", "day", "why"),
    [
        ({"via_offset": 5}, date(2026, 12, 16), "Thêm 05 ngày làm việc sau hạn của các đơn vị gửi báo cáo."),
        ({"via_offset": -3}, date(2026, 12, 4), "Sớm hơn 03 ngày làm việc so với hạn của các đơn vị gửi báo cáo."),
        (
            {"via_due": DueRule(20, 12, qualifier="by", words="chậm nhất 20/12").to_dict()},
            date(2026, 12, 21),
            "Chủ nhật. Chuyển sang ngày làm việc kế tiếp (Bộ luật Dân sự 2015, Điều 148).",
        ),
    ],
)  # fmt: skip
def test_the_body_between_has_a_day_of_its_own_and_the_day_can_be_explained(
    cast: Cast, schedule: ReportSchedule, now: datetime, facts: dict[str, object], day: date, why: str
) -> None:
    for name, value in facts.items():
        setattr(schedule, name, value)
    *reports, summed = roll(now)
    assert {o.due_on for o in reports} == {date(2026, 12, 9)} and summed.due_on == day
    steps = steps_of(summed, schedule, [], office_calendar(), office_reading(), "vi")
    assert (steps[-1].day, steps[-1].text) == (day, why)
    assert steps_of(reports[0], schedule, [], CALENDAR, READING, "vi")[-1].day == date(2026, 12, 9)


def test_its_officers_and_head_see_and_review_what_is_due_to_it_and_nobody_else_does(
    cast: Cast, schedule: ReportSchedule, now: datetime
) -> None:
    *reports, summed = roll(now)
    report = next(o for o in reports if o.agency_id == cast.communes[0].id)
    for user in (cast.hanh, cast.dung):
        assert rules.can_review(user, report) and rules.can_see(user, report)
        assert set(db.session.scalars(queries.visible_to(user))) == {*reports, summed}
        assert not rules.can_submit(user, report) and not rules.can_review(user, summed)
    for user in (cast.tam, cast.outsider, cast.khoa, cast.ha):
        assert not rules.can_see(user, report), user.name
    assert [user.name for user in reviewers(report)] == ["Nguyễn Thị Hạnh", "Võ Quốc Dũng"]
    make_submission(report, cast.mai)
    assert list(db.session.scalars(queries.waiting_for_review(cast.hanh))) == [report]
    operations.accept(report, actor=cast.hanh, now=now)
    assert report.settled_at is not None


def test_an_officer_of_the_standing_agency_reviews_nothing_by_being_there(cast: Cast, now: datetime) -> None:
    make_schedule(make_plan(cast), reporters=[cast.finance])
    (report,) = roll(now)
    colleague = person("chi@lamgiang.test", "Lê Thị Chi", Role.OFFICER, cast.standing)
    assert not rules.can_see(colleague, report)
    assert list(db.session.scalars(queries.visible_to(colleague))) == []


def test_a_day_declared_late_moves_the_report_that_sums_up_by_its_own_rule(
    cast: Cast, schedule: ReportSchedule, now: datetime
) -> None:
    schedule.via_offset = 5
    *reports, summed = roll(now)
    operations.add_exception(date(2026, 12, 14), works=False, decision="12/TB-VP", actor=cast.ha, now=now)
    assert summed.due_on == date(2026, 12, 17) and {o.due_on for o in reports} == {date(2026, 12, 9)}
    operations.remove_exception(date(2026, 12, 14), actor=cast.ha, now=now)
    assert summed.due_on == date(2026, 12, 16)


def test_a_body_that_receives_the_reports_itself_is_no_body_between(cast: Cast, now: datetime) -> None:
    schedule = make_schedule(make_plan(cast), reporters=[cast.finance], via_body=cast.standing)
    assert schedule.via is None
    assert [(o.agency_id, o.receiver_id) for o in roll(now)] == [(cast.finance.id, cast.standing.id)]


def test_its_officer_finds_what_waits_beside_the_own_work(
    cast: Cast, schedule: ReportSchedule, now: datetime, client_of: Callable[[User], FlaskClient]
) -> None:
    *reports, _summed = roll(now)
    make_submission(next(o for o in reports if o.agency_id == cast.communes[0].id), cast.mai)
    page = client_of(cast.hanh).get("/work").text
    assert "Báo cáo gửi đến Sở Y tế" in page and "1 báo cáo chờ xác nhận" in page
    assert "Báo cáo gửi đến" not in client_of(cast.tam).get("/work").text
