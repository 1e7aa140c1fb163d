"""Duties: notes with evidence, status on request, handed down, talked about, and their whole story."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date, datetime

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from app.accounts.models import User
from app.assignments.asking import ask_status
from app.assignments.models import Duty, StatusRequest
from app.assignments.operations import NewDuty, assign
from app.deadlines import DueRule, Reading, WorkCalendar
from app.errors import Refused
from app.extensions import db
from app.obligations import queries, rules
from app.obligations.models import Obligation, SourceKind
from app.outbox.models import Message
from app.plans.models import Plan
from tests.cast import TODAY, Cast
from tests.make import make_obligation, make_plan, make_submission

ClientOf = Callable[[User | None], FlaskClient]


@pytest.fixture
def plan(cast: Cast) -> Plan:
    return make_plan(cast)


@pytest.fixture
def duty(cast: Cast, plan: Plan, now: datetime) -> Duty:
    """Sở Y tế leads it without a day; Sở Tài chính supports."""
    duties = [
        NewDuty("Rà soát thẻ bảo hiểm y tế", supports=[(cast.finance, "Sở Tài chính")]),
        NewDuty("Tập huấn cán bộ xã"),
    ]
    made = assign(
        plan, agency=cast.health, phrase="Sở Y tế", is_request=False, duties=duties, position=1, now=now
    )
    assign(
        plan,
        group=cast.communes_group,
        phrase="UBND các xã",
        is_request=False,
        duties=[NewDuty("Lập danh sách hộ")],
        position=2,
        now=now,
    )
    db.session.commit()
    return made.duties[0]


def asked(
    cast: Cast, plan: Plan, now: datetime, until: date = date(2026, 12, 15), **only: object
) -> list[Obligation]:
    return ask_status(
        plan,
        until=until,
        note="",
        actor=cast.toan,
        now=now,
        calendar=WorkCalendar(),
        reading=Reading(),
        **only,
    )


def test_status_is_owed_once_by_each_lead_however_often_it_is_asked(
    cast: Cast, plan: Plan, duty: Duty, now: datetime
) -> None:
    first = asked(cast, plan, now)
    assert {o.agency.name for o in first} == {cast.health.name, *(c.name for c in cast.communes)}
    assert {(o.source_kind, o.due_on) for o in first} == {(SourceKind.STATUS, date(2026, 12, 15))}
    assert asked(cast, plan, now) == [] and len(db.session.scalars(sa.select(StatusRequest)).all()) == 1
    assert [o.agency for o in asked(cast, plan, now, duty=duty)] == [cast.health]
    assert len(asked(cast, plan, now, until=date(2026, 12, 31), agency=cast.communes[0])) == 1
    with pytest.raises(Refused, match="không còn kịp"):
        asked(cast, plan, now, until=TODAY)


def test_dated_duties_and_supports_are_not_asked_for_status(cast: Cast, plan: Plan, now: datetime) -> None:
    rule = DueRule(10, 12, qualifier="before", words="trước ngày 10/12")
    assign(
        plan,
        agency=cast.health,
        phrase="Sở Y tế",
        is_request=False,
        duties=[NewDuty("Có hạn", rule=rule)],
        position=1,
        now=now,
    )
    with pytest.raises(Refused, match="Không có nhiệm vụ không hạn"):
        asked(cast, plan, now)


def test_status_is_asked_on_the_page_handed_in_and_accepted(
    cast: Cast, duty: Duty, client_of: ClientOf
) -> None:
    data = {"status-scope": "duty", "status-until": "15/12/2026", "status-note": "Số thẻ đã rà soát"}
    assert client_of(cast.hanh).post(f"/duties/{duty.id}/status", data=data).status_code == 404
    assert client_of(cast.toan).post(f"/duties/{duty.id}/status", data=data).status_code == 302
    owed = db.session.scalars(sa.select(Obligation)).one()
    assert sorted(db.session.scalars(sa.select(Message.recipient).where(Message.kind == "status-asked"))) == [
        "dung@lamgiang.test",
        "hanh@lamgiang.test",
    ]
    page = client_of(cast.hanh).get(f"/obligations/{owed.id}").text
    assert (
        "Rà soát thẻ bảo hiểm y tế" in page and "Số thẻ đã rà soát" in page and f"/duties/{duty.id}" in page
    )
    client_of(cast.hanh).post(
        f"/obligations/{owed.id}/submit",
        data={
            "kind": "report",
            "number": "9/SYT",
            "signed_on": "25/11/2026",
            "text": "Đã rà soát 80%",
            "form_key": "s" * 20,
        },
    )
    assert owed.submitted_at is not None and owed.receiver == cast.standing
    assert "Sở Y tế nộp bản 1" in client_of(cast.toan).get(f"/duties/{duty.id}").text


def test_a_note_carries_evidence_that_only_its_readers_open(
    cast: Cast, duty: Duty, client_of: ClientOf
) -> None:
    sent = client_of(cast.hanh).post(
        f"/duties/{duty.id}/notes",
        data={"text": "Đã rà soát 40%", "files": (io.BytesIO(b"%PDF-1.7\nanh\n%%EOF\n"), "anh.pdf")},
    )
    assert sent.status_code == 302
    (file,) = duty.notes[0].files
    at = f"/duties/{duty.id}/files/{file.id}"
    assert (
        client_of(cast.hanh).get(at).data.startswith(b"%PDF")
        and client_of(cast.toan).get(at).status_code == 200
    )
    assert client_of(cast.mai).get(at).status_code == 404 and client_of(cast.ha).get(at).status_code == 404
    bad = client_of(cast.hanh).post(
        f"/duties/{duty.id}/notes", data={"text": "Khác", "files": (io.BytesIO(b"MZ"), "a.exe")}
    )
    assert bad.status_code == 409 and "không thuộc loại được nhận" in bad.text


def test_a_note_begins_the_work_that_is_owed_under_the_duty(
    cast: Cast, plan: Plan, duty: Duty, client_of: ClientOf
) -> None:
    owed = make_obligation(
        plan, cast.health, source_kind=SourceKind.DUTY, source_id=duty.id, due_on=date(2027, 3, 1)
    )
    client_of(cast.hanh).post(f"/duties/{duty.id}/notes", data={"text": "Đã bắt đầu"})
    assert rules.standing(owed, TODAY, WorkCalendar()).state is rules.State.IN_PROGRESS


def test_a_duty_handed_down_gives_what_it_makes_owed_to_the_same_officer(
    cast: Cast, plan: Plan, duty: Duty, client_of: ClientOf
) -> None:
    head = client_of(cast.dung)
    head.post(
        f"/duties/{duty.id}/hand-down",
        data={"hand_down-officers": [cast.hanh.id], "hand_down-note": "Theo dõi cả năm"},
    )
    owed = make_obligation(plan, cast.health, source_kind=SourceKind.DUTY, source_id=duty.id)
    elsewhere = make_obligation(plan, cast.finance, source_kind=SourceKind.DUTY, source_id=duty.id)
    assert queries.officers_in_charge([owed.id, elsewhere.id]) == {owed.id: [cast.hanh]}
    assert owed.title in client_of(cast.hanh).get("/obligations?state=mine").text
    assert (
        client_of(cast.tam)
        .post(f"/duties/{duty.id}/hand-down", data={"hand_down-officers": [cast.tam.id]})
        .status_code
        == 404
    )
    assert "Theo dõi cả năm" not in client_of(cast.toan).get(f"/duties/{duty.id}").text
    given = queries.hand_downs([owed.id])[owed.id][0]
    head.post(f"/duties/{duty.id}/hand-downs/{given.id}/back")
    assert queries.officers_in_charge([owed.id]) == {}


def test_the_supports_of_a_duty_are_proposed_for_their_parts(
    cast: Cast, plan: Plan, duty: Duty, client_of: ClientOf
) -> None:
    owed = make_obligation(plan, cast.health, source_kind=SourceKind.DUTY, source_id=duty.id)
    page = client_of(cast.hanh).get(f"/obligations/{owed.id}").text
    assert "Kế hoạch nêu Sở Tài chính phối hợp" in page
    assert f'value="{cast.finance.id}"' in page and "02/12/2026" in page  # five working days before 09/12


def test_an_agency_of_a_group_never_reads_the_thread_of_another(
    cast: Cast, plan: Plan, duty: Duty, client_of: ClientOf
) -> None:
    shared = db.session.scalars(sa.select(Duty).where(Duty.text == "Lập danh sách hộ")).one()
    data = {"comment-form_key": "m" * 20, "comment-text": "Xã còn vướng 12 hộ", "comment-to": "shared"}
    assert client_of(cast.mai).post(f"/talk/duty/{shared.id}", data=data).status_code == 302
    assert "vướng 12 hộ" in client_of(cast.toan).get(f"/duties/{shared.id}").text
    other = User(
        email="x@lamgiang.test", name="Người xã khác", role=cast.mai.role, agency=cast.communes[1],
        created_at=datetime.fromisoformat("2026-01-01T00:00:00+00:00"),
    )  # fmt: skip
    db.session.add(other)
    db.session.commit()
    assert "vướng 12 hộ" not in client_of(other).get(f"/duties/{shared.id}").text
    to_all = {
        "comment-form_key": "n" * 20,
        "comment-text": "Thống nhất cách lập",
        "comment-to": "shared",
        "comment-agency": "0",
    }
    client_of(cast.toan).post(f"/talk/duty/{shared.id}", data=to_all)
    assert "Thống nhất cách lập" in client_of(other).get(f"/duties/{shared.id}").text


def test_the_whole_story_stands_on_one_page_and_keeps_what_is_internal(
    cast: Cast, plan: Plan, duty: Duty, client_of: ClientOf
) -> None:
    owed = make_obligation(plan, cast.health, source_kind=SourceKind.DUTY, source_id=duty.id)
    make_submission(owed, cast.hanh)
    client_of(cast.dung).post(f"/duties/{duty.id}/hand-down", data={"hand_down-officers": [cast.hanh.id]})
    client_of(cast.hanh).post(f"/duties/{duty.id}/notes", data={"text": "Đã rà soát 40%"})
    client_of(cast.hanh).post(
        f"/talk/duty/{duty.id}",
        data={"comment-form_key": "i" * 20, "comment-text": "Chờ kinh phí", "comment-to": "internal"},
    )
    own = client_of(cast.hanh).get(f"/duties/{duty.id}").text
    for told in (
        "Giao theo",
        "Sở Y tế ghi tiến độ",
        "Chờ kinh phí",
        "Giao cho Nguyễn Thị Hạnh",
        "Sở Y tế nộp bản 1",
        "Thư báo, gửi",
    ):
        assert told in own, told
    outside = client_of(cast.toan).get(f"/duties/{duty.id}").text
    assert (
        "Sở Y tế nộp bản 1" in outside and "Chờ kinh phí" not in outside and "Giao cho Nguyễn" not in outside
    )
    support = client_of(cast.tam).get(f"/duties/{duty.id}").text
    assert "nộp bản" not in support and "Chờ kinh phí" not in support
