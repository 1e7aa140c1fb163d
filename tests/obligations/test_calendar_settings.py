"""Days off and worked Saturdays that are declared late. Today is 25/11/2026."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from lxml import html

from app.accounts.models import User
from app.deadlines import DueRule
from app.errors import Refused
from app.extensions import db
from app.obligations.calendar import office_calendar
from app.obligations.models import CalendarException, Obligation
from app.obligations.operations import add_exception, remove_exception, waive, warn_of_undecreed
from app.outbox.models import Message
from app.schedules.models import ReportSchedule
from tests.cast import Cast
from tests.make import make_obligation, make_plan, make_schedule

Client = Callable[[User | None], FlaskClient]
WEDNESDAY = date(2026, 12, 9)


@pytest.fixture
def schedule(cast: Cast) -> ReportSchedule:
    """«Trước ngày 10/12»: due on Wednesday 09/12/2026."""
    rule = DueRule(10, 12, qualifier="before", words="trước ngày 10/12")
    return make_schedule(make_plan(cast), rule=rule, reporters=[cast.health])


def owed(schedule: ReportSchedule, cast: Cast, **facts: object) -> Obligation:
    facts.setdefault("agency", cast.health)
    agency = facts.pop("agency")
    return make_obligation(
        schedule.plan, agency, source_id=schedule.id, nominal_on=date(2026, 12, 10), due_on=WEDNESDAY, **facts
    )


def test_a_declared_day_off_moves_open_days_only_and_can_be_undone(
    cast: Cast, schedule: ReportSchedule, now: datetime
) -> None:
    opened, settled = owed(schedule, cast), owed(schedule, cast, agency=cast.finance)
    waive(settled, reason="Công văn.", actor=cast.toan, now=now)
    moved = add_exception(WEDNESDAY, works=False, decision="512/QĐ-TTg", actor=cast.ha, now=now)
    assert [move.obligation for move in moved] == [opened]
    assert (opened.due_on, opened.version, opened.nominal_on) == (date(2026, 12, 10), 2, date(2026, 12, 10))
    assert (settled.due_on, settled.version) == (WEDNESDAY, 1)
    assert not office_calendar().is_working_day(WEDNESDAY)
    remove_exception(WEDNESDAY, actor=cast.ha, now=now)
    assert (opened.due_on, opened.version) == (WEDNESDAY, 3)


def test_a_saturday_worked_keeps_what_would_have_rolled(cast: Cast, now: datetime) -> None:
    schedule = make_schedule(
        make_plan(cast), rule=DueRule(12, 12, words="ngày 12/12"), reporters=[cast.health]
    )
    saturday, monday = date(2026, 12, 12), date(2026, 12, 14)
    rolled = make_obligation(
        schedule.plan, cast.health, source_id=schedule.id, nominal_on=saturday, due_on=monday
    )
    add_exception(saturday, works=True, decision="512/QĐ-TTg", actor=cast.ha, now=now)
    assert rolled.due_on == saturday


@pytest.mark.parametrize(
    ("day", "works", "decision", "says"),
    [
        (WEDNESDAY, False, " ", "Ghi số, ngày của văn bản"),
        (WEDNESDAY, True, "1/QĐ", "vốn là ngày làm việc"),
        (date(2026, 12, 12), False, "1/QĐ", "vốn là ngày nghỉ"),
    ],
)
def test_a_declaration_that_changes_nothing_is_refused(
    cast: Cast, now: datetime, day: date, works: bool, decision: str, says: str
) -> None:
    with pytest.raises(Refused, match=says):
        add_exception(day, works=works, decision=decision, actor=cast.ha, now=now)


def test_a_day_is_declared_once(cast: Cast, now: datetime) -> None:
    add_exception(WEDNESDAY, works=False, decision="1/QĐ", actor=cast.ha, now=now)
    with pytest.raises(Refused, match="đã có trong danh sách"):
        add_exception(WEDNESDAY, works=False, decision="2/QĐ", actor=cast.ha, now=now)
    with pytest.raises(Refused, match="không còn trong danh sách"):
        remove_exception(date(2026, 12, 8), actor=cast.ha, now=now)


# -- the page -----------------------------------------------------------------------------------------------


def text_of(answer: object) -> str:
    return " ".join(" ".join(html.fromstring(answer.get_data(as_text=True)).find("body").itertext()).split())


def test_the_preview_moves_nothing_and_writing_does(
    cast: Cast, schedule: ReportSchedule, client_of: Client
) -> None:
    obligation, admin = owed(schedule, cast), client_of(cast.ha)
    db.session.commit()
    form = {"day": "09/12/2026", "works": "off", "decision": "512/QĐ-TTg ngày 01/12/2026"}
    seen = text_of(admin.post("/settings/days/preview", data=form))
    assert "1 hạn đang mở sẽ chuyển ngày." in seen and "09/12/2026 10/12/2026" in seen
    assert obligation.due_on == WEDNESDAY
    answer = admin.post("/settings/days", data=form, follow_redirects=True)
    assert "Đã ghi ngày 09/12/2026. 1 hạn đang mở đã chuyển ngày." in text_of(answer)
    assert obligation.due_on == date(2026, 12, 10)
    answer = admin.post("/settings/days/2026-12-09/remove", follow_redirects=True)
    assert "Đã bỏ ngày 09/12/2026. 1 hạn đang mở đã chuyển ngày." in text_of(answer)
    assert db.session.get(CalendarException, WEDNESDAY) is None


@pytest.mark.parametrize(
    ("changes", "status", "says"),
    [
        ({"day": ""}, 422, "Nhập ngày"),
        ({"day": "09/13/2026"}, 422, "ngày/tháng/năm"),
        ({"decision": ""}, 422, "Ghi số, ngày của văn bản quyết định"),
        ({"works": ""}, 422, "Chọn ngày nghỉ hay ngày làm việc."),
        ({"works": "worked"}, 409, "vốn là ngày làm việc"),
    ],
)
@pytest.mark.parametrize("path", ["/settings/days", "/settings/days/preview"])
def test_a_mistake_is_named(
    cast: Cast, client_of: Client, path: str, changes: dict[str, str], status: int, says: str
) -> None:
    form = {"day": "09/12/2026", "works": "off", "decision": "512/QĐ-TTg", **changes}
    answer = client_of(cast.ha).post(path, data=form)
    assert answer.status_code == status
    assert says in text_of(answer)


@pytest.mark.parametrize("who", ["hanh", "toan", "duc"])
def test_settings_are_the_administrators(cast: Cast, client_of: Client, who: str) -> None:
    client = client_of(getattr(cast, who))
    assert client.get("/settings").status_code == 404
    for path in ("/settings/days", "/settings/days/preview", "/settings/days/2026-12-09/remove"):
        assert client.post(path).status_code == 404


def test_a_day_that_is_none_does_not_exist(cast: Cast, client_of: Client) -> None:
    assert client_of(cast.ha).post("/settings/days/yesterday/remove").status_code == 404


def test_a_year_without_a_decision_is_warned_about(cast: Cast, client_of: Client) -> None:
    assert "Lịch nghỉ năm 2027 chưa có quyết định" in text_of(client_of(cast.ha).get("/settings"))


def test_the_coming_year_is_checked_once_and_can_be_taken_back(cast: Cast, client_of: Client) -> None:
    page = client_of(cast.ha)
    assert "Đối chiếu lịch nghỉ năm 2027" in page.get("/settings").text
    assert "Lịch nghỉ chưa đối chiếu" in client_of(cast.toan).get("/work").text
    empty = page.post("/settings/years", data={"year": 2027, "decision": " "})
    assert empty.status_code in (409, 422) and "Ghi số, ngày của văn bản đã đối chiếu" in empty.text
    page.post("/settings/years", data={"year": 2027, "decision": "Công văn số 512/VPCP-KGVX"})
    assert office_calendar().is_decreed(2027)
    shown = page.get("/settings").text
    assert "Công văn số 512/VPCP-KGVX" in shown and "Đối chiếu lịch nghỉ năm 2027" not in shown
    assert "Lịch nghỉ chưa đối chiếu" not in client_of(cast.toan).get("/work").text
    assert page.post("/settings/years", data={"year": 2027, "decision": "Lần nữa"}).status_code == 409
    page.post("/settings/years/2027/remove")
    assert not office_calendar().is_decreed(2027)
    assert (
        client_of(cast.toan).post("/settings/years", data={"year": 2027, "decision": "x"}).status_code == 404
    )


def test_administrators_and_standing_officers_are_warned_by_one_mail_a_year(
    cast: Cast, now: datetime
) -> None:
    def warned(day: date) -> list[str]:
        warn_of_undecreed(office_calendar(), day, now=now)
        mails = db.session.scalars(sa.select(Message).where(Message.kind == "calendar-undecreed"))
        return sorted(mail.recipient for mail in mails)

    assert warned(date(2026, 10, 31)) == []
    expected = sorted(str(user.email) for user in (cast.ha, cast.toan, cast.binh))
    assert warned(date(2026, 11, 1)) == warned(date(2026, 11, 2)) == expected
