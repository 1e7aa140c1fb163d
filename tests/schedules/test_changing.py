"""A report of a plan in force is added, changed, closed and reopened: what moves, what stays, who is told."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from app.accounts.models import User
from app.audit.models import AuditEntry
from app.deadlines import DueRule, Reading, WorkCalendar
from app.errors import Refused, Stale
from app.extensions import db
from app.obligations.models import Obligation, Outcome
from app.obligations.operations import cancel, waive
from app.outbox.models import Message
from app.schedules import changing, queries
from app.schedules.models import ReportKind, ReportSchedule
from app.schedules.operations import roll_forward
from tests.cast import TODAY, Cast
from tests.conftest import both_engines
from tests.make import make_plan, make_schedule, make_submission

CALENDAR, READING = WorkCalendar(), Reading()
SETTING = changing.Setting(CALENDAR, READING, TODAY, date(2027, 12, 31))


@pytest.fixture
def schedule(cast: Cast, now: datetime) -> ReportSchedule:
    """Half-yearly, of Sở Y tế, Sở Tài chính and the communes: due on 14/12/2026, 14/06 and 14/12/2027."""
    made = make_schedule(
        make_plan(cast),
        kind=ReportKind.HALF_YEAR,
        rule=DueRule(15, qualifier="before", words="trước ngày 15"),
        title="Báo cáo 6 tháng",
        reporters=[cast.health, cast.finance, cast.communes_group],
    )
    roll_forward(SETTING.until, now=now, calendar=CALENDAR, reading=READING)
    return made


def owed(schedule: ReportSchedule, period: str = "2026-H2") -> dict[int, Obligation]:
    db.session.expire_all()
    return {o.agency_id: o for o in queries.obligations_under(schedule) if o.period == period}


def facts(schedule: ReportSchedule, **other: Any) -> dict[str, Any]:
    return {**changing.facts_of(schedule), **other}


def change(schedule: ReportSchedule, actor: User, now: datetime, **other: Any) -> Any:
    return changing.change(
        schedule, facts(schedule, **other), SETTING, revision=schedule.revision, seen=None, actor=actor, now=now
    )  # fmt: skip


LATER = DueRule(20, qualifier="by", words="chậm nhất ngày 20").to_dict()


@both_engines
def test_a_change_moves_what_lies_ahead_and_touches_nothing_that_was_handed_in_settled_or_is_late(
    cast: Cast, schedule: ReportSchedule, now: datetime
) -> None:
    rows, first = owed(schedule), owed(schedule, "2026-H1")
    make_submission(rows[cast.health.id], cast.hanh)
    waive(rows[cast.finance.id], reason="Công văn 12.", actor=cast.toan, now=now)
    before = {o.id: (o.due_on, o.version) for o in (*rows.values(), *first.values())}
    done = change(schedule, cast.toan, now, rule=LATER, words="chậm nhất ngày 20")
    db.session.commit()
    communes = [owed(schedule)[c.id] for c in cast.communes]
    assert {o.due_on for o in communes} == {date(2026, 12, 21)}  # 20/12 is a Sunday
    assert {o.version for o in communes} == {2}, "reminders arm again"
    untouched = [
        owed(schedule)[cast.health.id],
        owed(schedule)[cast.finance.id],
        *owed(schedule, "2026-H1").values(),
    ]
    assert all((o.due_on, o.version) == before[o.id] for o in untouched)
    assert done.counts | {"kept": 0} == {
        "moved": 13,
        "renamed": 0,
        "ended": 0,
        "revived": 0,
        "new": 0,
        "kept": 0,
    }
    assert roll_forward(SETTING.until, now=now, calendar=CALENDAR, reading=READING) == 0


def test_each_person_of_an_agency_whose_day_moved_gets_one_mail(
    cast: Cast, schedule: ReportSchedule, now: datetime
) -> None:
    change(schedule, cast.toan, now, rule=LATER, words="chậm nhất ngày 20")
    mails = db.session.scalars(sa.select(Message).where(Message.kind == "schedule-changed")).all()
    assert sorted(m.recipient for m in mails) == sorted(
        u.email for u in (cast.hanh, cast.dung, cast.tam, cast.mai)
    )
    (mail,) = (m for m in mails if m.recipient == cast.mai.email)
    assert "từ 14/12/2026 thành 21/12/2026" in mail.body_text
    entry = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.act == "schedule.changed")).one()
    assert (entry.before["rule"]["day"], entry.after["rule"]["day"]) == (15, 20)


def test_who_no_longer_reports_is_released_ahead_and_who_is_new_owes_only_what_is_to_come(
    cast: Cast, schedule: ReportSchedule, now: datetime
) -> None:
    agencies = [cast.finance.id, cast.front.id]
    change(schedule, cast.toan, now, agencies=agencies)
    assert owed(schedule)[cast.health.id].outcome is Outcome.CANCELLED
    assert owed(schedule, "2026-H1")[cast.health.id].outcome is None, "what is late stays owed"
    assert cast.front.id in owed(schedule) and cast.front.id not in owed(schedule, "2026-H1")
    roll_forward(SETTING.until, now=now, calendar=CALENDAR, reading=READING)
    assert cast.front.id not in owed(schedule, "2026-H1"), "no later run asks for the past either"


def test_a_day_that_has_passed_by_the_new_rule_is_not_forced_on_anybody(
    cast: Cast, schedule: ReportSchedule, now: datetime
) -> None:
    change(schedule, cast.toan, now, kind="annual", rule=DueRule(10, 11, qualifier="by").to_dict())
    assert not [o for o in queries.obligations_under(schedule) if o.due_on == date(2026, 11, 10)]
    assert {o.due_on for o in owed(schedule, "2027").values()} == {date(2027, 11, 10)}


def test_closing_cancels_what_lies_ahead_and_reopening_brings_back_just_that(
    cast: Cast, schedule: ReportSchedule, now: datetime
) -> None:
    by_hand = owed(schedule, "2027-H1")[cast.health.id]
    cancel(by_hand, reason="Công văn 14.", actor=cast.toan, now=now)
    changing.close(schedule, SETTING, revision=schedule.revision, actor=cast.toan, now=now)
    assert {o.outcome for o in owed(schedule).values()} == {Outcome.CANCELLED}
    assert {o.outcome for o in owed(schedule, "2026-H1").values()} == {None}
    with pytest.raises(Refused):
        change(schedule, cast.toan, now, title="Báo cáo khác")
    changing.reopen(schedule, SETTING, revision=schedule.revision, actor=cast.toan, now=now)
    assert {o.outcome for o in owed(schedule).values()} == {None}
    assert owed(schedule, "2027-H1")[cast.health.id].outcome is Outcome.CANCELLED, (
        "a person's decision stands"
    )


def test_taking_a_change_back_restores_every_day(cast: Cast, schedule: ReportSchedule, now: datetime) -> None:
    days = {o.id: o.due_on for o in queries.obligations_under(schedule)}
    change(schedule, cast.toan, now, rule=LATER, agencies=[cast.finance.id])
    entry = queries.last_change(schedule)
    assert entry is not None and entry.before is not None
    changing.change(
        schedule, {**entry.before}, SETTING, revision=schedule.revision, seen=None, actor=cast.toan, now=now
    )
    db.session.expire_all()
    assert {o.id: o.due_on for o in queries.obligations_under(schedule)} == days
    assert all(o.outcome is None for o in queries.obligations_under(schedule))


@both_engines
def test_of_two_who_change_one_report_the_second_is_told_of_the_first(
    cast: Cast, schedule: ReportSchedule, now: datetime
) -> None:
    revision = schedule.revision
    change(schedule, cast.toan, now, title="Báo cáo sáu tháng một lần")
    with pytest.raises(Stale, match="Lê Văn Toàn"):
        changing.change(
            schedule, facts(schedule, title="Khác"), SETTING, revision=revision, seen=None, actor=cast.toan, now=now
        )  # fmt: skip


# -- pages --------------------------------------------------------------------------------------------------

ClientOf = Callable[[User | None], FlaskClient]


def fields(schedule: ReportSchedule, **other: Any) -> dict[str, Any]:
    rule = schedule.due_rule
    assert rule is not None
    return {
        "revision": schedule.revision, "title": schedule.title, "kind": schedule.kind.value,
        "qualifier": str(rule.qualifier), "day": rule.day, "words": schedule.due_words, "reporters": "some",
        "groups": [r.group_id for r in schedule.reporters if r.group_id],
        "agencies": [r.agency_id for r in schedule.reporters if r.agency_id],
        "receiver": schedule.receiver_id, "via": "", "via_mode": "same", "act": "preview", **other,
    }  # fmt: skip


def test_the_page_shows_what_would_move_before_anything_does_and_one_step_confirms_it(
    cast: Cast, schedule: ReportSchedule, client_of: ClientOf
) -> None:
    page = client_of(cast.toan)
    address, data = f"/schedules/{schedule.id}/edit", fields(schedule, qualifier="by", day=20)
    seen = page.post(address, data=data).text
    assert "15 nghĩa vụ chuyển ngày" in seen and "21/12/2026" in seen
    assert {o.due_on for o in owed(schedule).values()} == {date(2026, 12, 14)}, "nothing was written"
    stamp = re.search(r'name="seen" value="(\w+)"', seen)
    assert stamp is not None
    data |= {"act": "confirm", "seen": stamp[1]}
    assert page.post(address, data=data).status_code == 302
    assert {o.due_on for o in owed(schedule).values()} == {date(2026, 12, 21)}
    assert "Báo cáo này vừa được Lê Văn Toàn sửa" in page.post(address, data=data).text, "sent twice"
    back = page.get(f"{address}?undo=1").text
    assert "nghĩa vụ chuyển ngày" in back and "14/12/2026" in back


def test_what_was_confirmed_is_what_was_seen(
    cast: Cast, schedule: ReportSchedule, client_of: ClientOf
) -> None:
    page, data = client_of(cast.toan), fields(schedule, qualifier="by", day=20)
    stamp = re.search(
        r'name="seen" value="(\w+)"', page.post(f"/schedules/{schedule.id}/edit", data=data).text
    )
    make_submission(owed(schedule)[cast.health.id], cast.hanh)
    assert stamp is not None
    answer = page.post(f"/schedules/{schedule.id}/edit", data=data | {"act": "confirm", "seen": stamp[1]})
    assert answer.status_code == 409 and "vừa thay đổi so với bản xem trước" in answer.text


def test_a_report_is_added_from_the_page_and_arises_only_from_today_on(
    cast: Cast, schedule: ReportSchedule, client_of: ClientOf
) -> None:
    page, plan_id = client_of(cast.toan), schedule.plan_id
    data = fields(
        schedule, title="Báo cáo năm", kind="annual", day=10, month=12, via=cast.health.id,
        via_mode="after", via_days=5, first_day="25/11/2026",
    )  # fmt: skip
    seen = page.post(f"/plans/{plan_id}/schedules/new", data=data)
    assert "nghĩa vụ phát sinh mới" in seen.text and "16/12/2026" in seen.text
    assert len(queries.schedules_of(schedule.plan)) == 1
    stamp = re.search(r'name="seen" value="(\w+)"', seen.text)
    assert stamp is not None
    answer = page.post(f"/plans/{plan_id}/schedules/new", data=data | {"act": "confirm", "seen": stamp[1]})
    made = queries.schedules_of(schedule.plan)[-1]
    assert answer.location.endswith(f"/schedules/{made.id}")
    assert {o.receiver_id for o in owed(made, "2026").values()} == {cast.health.id, cast.standing.id}
    assert "Hạn tổng hợp" in page.get(answer.location).text


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"title": " "}, "Nhập tên báo cáo"),
        ({"day": 31, "month": 13}, "Tháng từ 1 đến 12"),
        ({"day": "", "month": ""}, "Nhập ngày, tháng, quý hoặc năm"),
        ({"agencies": [], "groups": []}, "Chọn ít nhất một cơ quan"),
        ({"via_mode": "after"}, "Nhập số ngày làm việc"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    cast: Cast, schedule: ReportSchedule, client_of: ClientOf, wrong: dict[str, Any], words: str
) -> None:
    data = fields(schedule, via=cast.health.id, **wrong)
    answer = client_of(cast.toan).post(f"/schedules/{schedule.id}/edit", data=data)
    assert answer.status_code in (409, 422) and words in answer.text and "trước ngày 15" in answer.text


def test_who_sees_the_pages(cast: Cast, schedule: ReportSchedule, client_of: ClientOf) -> None:
    listed, shown = f"/plans/{schedule.plan_id}/schedules", f"/schedules/{schedule.id}"
    for user in (cast.toan, cast.duc, cast.hanh, cast.mai):
        assert client_of(user).get(listed).status_code == 200, user.name
        assert client_of(user).get(shown).status_code == 200, user.name
    for user in (cast.outsider, cast.khoa, cast.ha, cast.binh, cast.lan):
        assert client_of(user).get(listed).status_code == 404, user.name
        assert client_of(user).get(shown).status_code == 404, user.name
    for user in (cast.duc, cast.hanh):
        assert client_of(user).get(f"{shown}/edit").status_code == 409
        assert client_of(user).post(f"{shown}/close", data={"revision": 1}).status_code == 409
    assert "Xã Kim Điền" not in client_of(cast.hanh).get(shown).text.replace("Kim Điền</option>", "")


def test_closing_and_reopening_from_the_page(
    cast: Cast, schedule: ReportSchedule, client_of: ClientOf
) -> None:
    page = client_of(cast.toan)
    answer = page.post(f"/schedules/{schedule.id}/close", data={"revision": schedule.revision})
    assert "15 nghĩa vụ bãi bỏ" in page.get(answer.location).text
    assert "Mở lại" in page.get(f"/schedules/{schedule.id}").text
    page.post(f"/schedules/{schedule.id}/reopen", data={"revision": schedule.revision})
    assert {o.outcome for o in owed(schedule).values()} == {None}
