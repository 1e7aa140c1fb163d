"""Work handed down, parts of supporting agencies, the head's word, suspension: through the pages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from app.accounts.models import User
from app.deadlines import WorkCalendar
from app.errors import Refused
from app.extensions import db
from app.obligations import operations, queries, rules
from app.obligations.models import Obligation, OfficerInCharge, Part, Presentation, Submission, SubmissionKind
from app.obligations.rules import State, standing
from app.obligations.topics import topic_of
from app.outbox.models import Message
from tests.cast import TODAY, Cast
from tests.make import make_file, make_obligation, make_plan, make_submission

ClientOf = Callable[[User | None], FlaskClient]


@pytest.fixture
def owed(cast: Cast) -> Obligation:
    """Sở Y tế owes it by 09/12/2026."""
    obligation = make_obligation(make_plan(cast), cast.health)
    db.session.commit()
    return obligation


def seen(obligation: Obligation) -> int:
    return queries.newest_act(obligation)


def mails(kind: str) -> list[str]:
    return sorted(db.session.scalars(sa.select(Message.recipient).where(Message.kind == kind)))


def ask(obligation: Obligation, cast: Cast, now: datetime, *agencies: object) -> list[Part]:
    return operations.ask_parts(
        obligation,
        agencies or (cast.finance, cast.construction),
        due_on=date(2026, 12, 2),
        words="Số liệu hộ",
        actor=cast.hanh,
        now=now,
    )


# -- handing down -------------------------------------------------------------------------------------------------


def test_a_head_hands_down_and_the_officer_hears_at_once(
    cast: Cast, owed: Obligation, client_of: ClientOf
) -> None:
    head = client_of(cast.dung)
    answer = head.post(
        f"/obligations/{owed.id}/hand-down",
        data={
            "hand_down-seen": seen(owed),
            "hand_down-officers": [cast.hanh.id],
            "hand_down-inner_due_on": "04/12/2026",
            "hand_down-note": "Làm sớm",
        },
    )
    assert answer.status_code == 302
    assert queries.officers_in_charge([owed.id]) == {owed.id: [cast.hanh]}
    assert mails("handed-down") == ["hanh@lamgiang.test"]
    page = client_of(cast.hanh).get(f"/obligations/{owed.id}").text
    assert "04/12</span>" in page and "hạn chính thức" in page and "09/12/2026" in page and "Làm sớm" in page
    assert "Làm sớm" not in client_of(cast.toan).get(f"/obligations/{owed.id}").text


def test_an_inner_day_behind_the_real_one_is_refused_in_its_place(
    cast: Cast, owed: Obligation, client_of: ClientOf
) -> None:
    answer = client_of(cast.dung).post(
        f"/obligations/{owed.id}/hand-down",
        data={
            "hand_down-seen": seen(owed),
            "hand_down-officers": [cast.hanh.id],
            "hand_down-inner_due_on": "10/12/2026",
        },
    )
    assert answer.status_code == 409 and "trước hoặc đúng hạn chính thức, 09/12/2026" in answer.text
    assert queries.officers_in_charge([owed.id]) == {}


def test_an_officer_hands_down_only_where_the_agency_has_no_head(
    cast: Cast, owed: Obligation, client_of: ClientOf
) -> None:
    data = {"hand_down-seen": seen(owed), "hand_down-officers": [cast.dung.id]}
    assert client_of(cast.hanh).post(f"/obligations/{owed.id}/hand-down", data=data).status_code == 404
    assert client_of(cast.toan).post(f"/obligations/{owed.id}/hand-down", data=data).status_code == 404
    theirs = make_obligation(owed.plan, cast.finance)
    data = {"hand_down-seen": 0, "hand_down-officers": [cast.tam.id]}
    assert client_of(cast.tam).post(f"/obligations/{theirs.id}/hand-down", data=data).status_code == 302
    assert queries.officers_in_charge([theirs.id]) == {theirs.id: [cast.tam]}
    assert mails("handed-down") == []  # nobody writes to themselves


def test_work_is_handed_on_and_taken_back_with_its_history(
    cast: Cast, owed: Obligation, client_of: ClientOf, now: datetime
) -> None:
    (given,) = operations.hand_down(
        topic_of(owed),
        officers=[cast.hanh],
        agency_id=cast.health.id,
        deadline=owed.due_on,
        inner_due_on=date(2026, 12, 4),
        note="",
        actor=cast.dung,
        now=now,
    )
    client_of(cast.hanh).post(
        f"/obligations/{owed.id}/hand-downs/{given.id}/on", data={"hand_on-officer": cast.dung.id}
    )
    assert queries.officers_in_charge([owed.id]) == {owed.id: [cast.dung]}
    new = db.session.scalars(sa.select(OfficerInCharge).where(OfficerInCharge.ended_at.is_(None))).one()
    assert new.inner_due_on == date(2026, 12, 4)
    assert client_of(cast.tam).post(f"/obligations/{owed.id}/hand-downs/{new.id}/back").status_code == 404
    client_of(cast.dung).post(f"/obligations/{owed.id}/hand-downs/{new.id}/back")
    assert queries.officers_in_charge([owed.id]) == {}
    assert "2 phân công trước" in client_of(cast.hanh).get(f"/obligations/{owed.id}").text


def test_what_is_given_to_a_person_comes_first_in_their_work(
    cast: Cast, owed: Obligation, client_of: ClientOf, now: datetime
) -> None:
    make_obligation(owed.plan, cast.health, title="Việc không giao cho ai")
    operations.hand_down(
        topic_of(owed),
        officers=[cast.hanh],
        agency_id=cast.health.id,
        deadline=owed.due_on,
        inner_due_on=None,
        note="",
        actor=cast.dung,
        now=now,
    )
    page = client_of(cast.hanh).get("/work").text
    assert page.index("Giao cho tôi") < page.index("12 tuần tới")
    listed = client_of(cast.hanh).get("/obligations?state=mine").text
    assert owed.title in listed and "Việc không giao cho ai" not in listed
    assert "Giao cho tôi" not in client_of(cast.dung).get("/work").text


# -- parts --------------------------------------------------------------------------------------------------------


def test_a_support_sees_the_head_of_the_work_and_its_own_part_only(
    cast: Cast, owed: Obligation, client_of: ClientOf, now: datetime
) -> None:
    mine, other = ask(owed, cast, now)
    operations.file_part(
        other,
        text="Bí mật của đơn vị kia",
        files=[make_file("phan.pdf")],
        form_key="k" * 20,
        actor=cast.outsider,
        now=now,
    )
    operations.close_over_parts(owed, {mine.id: "thử"}, actor=cast.hanh, now=now)
    mine.closed_at = None
    make_submission(make_obligation(owed.plan, cast.health), cast.hanh)
    client = client_of(cast.tam)
    assert rules.can_see(cast.tam, owed) and not rules.can_see_whole(cast.tam, owed)
    answer = client.get(f"/obligations/{owed.id}")
    assert answer.status_code == 302 and answer.location.endswith(f"/parts/{mine.id}")
    page = client.get(f"/obligations/{owed.id}/parts/{mine.id}").text
    assert owed.title in page and "trước ngày 10/12" in page and "Bí mật" not in page
    for path in (
        f"parts/{other.id}", f"parts/{other.id}/files/{other.files[0].id}", "files.zip", "submit",
        "submissions/1",
    ):  # fmt: skip
        assert client.get(f"/obligations/{owed.id}/{path}").status_code == 404, path
    assert owed.title not in client.get("/obligations?state=all").text
    assert client_of(cast.mai).get(f"/obligations/{owed.id}/parts/{mine.id}").status_code == 404
    assert client_of(cast.toan).get(f"/obligations/{owed.id}/parts/{other.id}").status_code == 404


def test_the_query_finds_what_the_rule_allows_with_parts_too(
    cast: Cast, owed: Obligation, now: datetime
) -> None:
    first, _second = ask(owed, cast, now)
    operations.call_off_part(first, actor=cast.hanh, now=now)
    make_obligation(owed.plan, cast.finance)
    everything = list(db.session.scalars(sa.select(Obligation)))
    for user in (cast.hanh, cast.tam, cast.outsider, cast.toan, cast.duc, cast.mai, cast.ha):
        for query, rule in ((queries.visible_to, rules.can_see), (queries.whole_to, rules.can_see_whole)):
            assert set(db.session.scalars(query(user))) == {o for o in everything if rule(user, o)}, user.name


def test_parts_are_asked_filed_returned_and_counted(
    cast: Cast, owed: Obligation, client_of: ClientOf
) -> None:
    lead = client_of(cast.hanh)
    asked = lead.post(
        f"/obligations/{owed.id}/parts",
        data={
            "ask_parts-seen": seen(owed),
            "ask_parts-agencies": [cast.finance.id, cast.construction.id],
            "ask_parts-due_on": "02/12/2026",
        },
    )
    assert asked.status_code == 302 and mails("part-asked") == ["ngoai@lamgiang.test", "tam@lamgiang.test"]
    part = queries.part_of(owed.id, cast.finance.id)
    assert part is not None and [p.agency for p in queries.blocking_parts([owed.id])[owed.id]] == [
        cast.finance,
        cast.construction,
    ]
    support = client_of(cast.tam)
    assert (
        support.post(f"/obligations/{owed.id}/parts/{part.id}", data={"form_key": "x" * 20}).status_code
        == 409
    )
    for _again in range(2):
        support.post(
            f"/obligations/{owed.id}/parts/{part.id}", data={"form_key": "y" * 20, "text": "Phần tài chính"}
        )
    assert [f.version for f in part.filings] == [1] and mails("part-filed") == ["hanh@lamgiang.test"]
    page = lead.get(f"/obligations/{owed.id}").text
    assert "1/2 đơn vị đã gửi" in page
    assert "Phần tài chính" in lead.get(f"/obligations/{owed.id}/parts/{part.id}").text
    lead.post(
        f"/obligations/{owed.id}/parts/{part.id}/return",
        data={"return-reason": "Thiếu bảng", "return-due_on": "04/12/2026"},
    )
    assert mails("part-returned") == ["tam@lamgiang.test"]
    assert part.blocks and "Thiếu bảng" in support.get(f"/obligations/{owed.id}/parts/{part.id}").text
    assert "Phần tài chính" not in client_of(cast.toan).get(f"/obligations/{owed.id}").text


def test_a_report_leaves_without_a_part_only_where_it_is_named(
    cast: Cast, owed: Obligation, client_of: ClientOf, now: datetime
) -> None:
    first, second = ask(owed, cast, now)
    report = {"kind": "report", "number": "12/SYT", "signed_on": "25/11/2026", "text": "Xong."}
    with pytest.raises(Refused, match="Còn thiếu phần của: Sở Tài chính, Sở Xây dựng"):
        make_submission(owed, cast.hanh)
    client = client_of(cast.hanh)
    assert "2 đơn vị chưa gửi" in client.get(f"/obligations/{owed.id}/submit").text
    half = client.post(
        f"/obligations/{owed.id}/submit",
        data={**report, "form_key": "f" * 20, "without": [first.id], "without_reason": "Chờ quá lâu"},
    )
    assert (
        half.status_code == 409
        and "Còn thiếu phần của: Sở Xây dựng" in half.text
        and owed.submitted_at is None
    )
    assert first.closed_at is None  # nothing is half done
    done = client.post(
        f"/obligations/{owed.id}/submit",
        data={
            **report,
            "form_key": "g" * 20,
            "without": [first.id, second.id],
            "without_reason": "Chờ quá lâu",
        },
    )
    receipt = client.get(done.location).text
    assert "Gửi thiếu phần của" in receipt and "Sở Tài chính: Chờ quá lâu" in receipt
    assert (
        "Gửi báo cáo khi thiếu phần của Sở Xây dựng"
        in client_of(cast.toan).get(f"/obligations/{owed.id}").text
    )
    assert queries.blocking_parts([owed.id]) == {}


# -- the head's word ----------------------------------------------------------------------------------------------


def test_a_report_that_waits_for_the_head_is_not_handed_in_and_nobody_outside_sees_it(
    cast: Cast, owed: Obligation, client_of: ClientOf, frozen: object
) -> None:
    assert client_of(cast.hanh).post("/work/practice", data={"head_confirms": "y"}).status_code == 404
    client_of(cast.dung).post("/work/practice", data={"head_confirms": "y"})
    officer = client_of(cast.hanh)
    assert "Trình lãnh đạo" in officer.get(f"/obligations/{owed.id}/submit").text
    data = {
        "kind": "report",
        "number": "12/SYT",
        "signed_on": "25/11/2026",
        "text": "Nội dung kín",
        "form_key": "p" * 20,
    }
    for _again in range(2):
        assert officer.post(f"/obligations/{owed.id}/submit", data=data).status_code == 302
    waiting = db.session.scalars(sa.select(Presentation)).one()
    assert (
        owed.submitted_at is None
        and mails("submission-to-review") == []
        and mails("to-confirm") == ["dung@lamgiang.test"]
    )
    for outside in (cast.toan, cast.duc):
        page = client_of(outside).get(f"/obligations/{owed.id}").text
        assert "Nội dung kín" not in page and "Trình" not in page and "Bản trình" not in page
    assert (
        client_of(cast.toan).post(f"/obligations/{owed.id}/presentations/{waiting.id}/send").status_code
        == 404
    )
    assert officer.post(f"/obligations/{owed.id}/presentations/{waiting.id}/send").status_code == 404
    frozen.move_to(datetime.fromisoformat("2026-12-11T02:00:00+00:00"))
    head = client_of(cast.dung)
    assert "quá hạn 2 ngày" in head.get(f"/obligations/{owed.id}").text
    assert head.post(f"/obligations/{owed.id}/presentations/{waiting.id}/send").status_code == 302
    submission = db.session.scalars(sa.select(Submission)).one()
    assert (submission.submitted_by, submission.confirmed_by) == (cast.hanh, cast.dung)
    assert rules.days_late(owed, date(2026, 12, 12)) == 2  # judged by the instant at which it left the agency
    assert head.post(f"/obligations/{owed.id}/presentations/{waiting.id}/send").status_code == 302
    assert len(owed.submissions) == 1


def test_the_head_gives_a_report_back_with_a_reason(
    cast: Cast, owed: Obligation, client_of: ClientOf, now: datetime
) -> None:
    operations.set_head_confirms(cast.health, True, actor=cast.dung, now=now)
    with pytest.raises(Refused, match="lãnh đạo xác nhận"):
        make_submission(owed, cast.hanh)
    shown = operations.present(
        owed,
        kind=SubmissionKind.REPORT,
        number="1",
        signed_on=TODAY,
        text="Chưa đủ",
        form_key="q" * 20,
        actor=cast.hanh,
        now=now,
    )
    head = client_of(cast.dung)
    assert head.post(f"/obligations/{owed.id}/presentations/{shown.id}/return", data={}).status_code == 422
    head.post(
        f"/obligations/{owed.id}/presentations/{shown.id}/return", data={"give_back-reason": "Bổ sung biểu 2"}
    )
    assert mails("given-back") == ["hanh@lamgiang.test"] and owed.submitted_at is None
    assert "Bổ sung biểu 2" in client_of(cast.hanh).get(f"/obligations/{owed.id}").text
    assert "Bổ sung biểu 2" not in client_of(cast.toan).get(f"/obligations/{owed.id}").text
    assert make_submission(owed, cast.dung).confirmed_by is None  # a head hands in at once


# -- states -------------------------------------------------------------------------------------------------------


def test_beginning_to_work_shows_until_the_day_presses(cast: Cast, client_of: ClientOf) -> None:
    owed = make_obligation(make_plan(cast), cast.health, due_on=date(2027, 1, 15))
    client_of(cast.hanh).post(f"/obligations/{owed.id}/start", data={"seen": seen(owed)})
    calendar = WorkCalendar()
    assert standing(owed, TODAY, calendar).state is State.IN_PROGRESS
    assert standing(owed, date(2027, 1, 12), calendar).state is State.DUE_SOON
    assert owed.title in client_of(cast.toan).get("/obligations?state=started").text


def test_a_suspended_obligation_is_neither_owed_nor_late_and_its_day_stays(
    cast: Cast, owed: Obligation, client_of: ClientOf, frozen: object
) -> None:
    standing_officer = client_of(cast.toan)
    data = {
        "suspend-seen": seen(owed),
        "suspend-from_on": "25/11/2026",
        "suspend-until_on": "15/12/2026",
        "suspend-reason": "CV 215/UBND-KT",
    }
    assert client_of(cast.hanh).post(f"/obligations/{owed.id}/suspend", data=data).status_code == 404
    assert (
        standing_officer.post(
            f"/obligations/{owed.id}/suspend", data={**data, "suspend-reason": ""}
        ).status_code
        == 422
    )
    assert standing_officer.post(f"/obligations/{owed.id}/suspend", data=data).status_code == 302
    assert mails("obligation-suspended") == ["dung@lamgiang.test", "hanh@lamgiang.test"]
    calendar, later = WorkCalendar(), date(2026, 12, 14)
    assert standing(owed, later, calendar).state is State.SUSPENDED
    assert (rules.days_late(owed, later), rules.is_owed(owed, later)) == (0, False)
    frozen.move_to(datetime.fromisoformat("2026-12-14T02:00:00+00:00"))
    page = client_of(cast.hanh).get("/work").text
    assert "quá hạn" not in page
    assert client_of(cast.hanh).get(f"/obligations/{owed.id}/submit").status_code == 302
    with pytest.raises(Refused, match="tạm hoãn"):
        make_submission(owed, cast.hanh, now=datetime.fromisoformat("2026-12-14T02:00:00+00:00"))
    # It runs out by its own day: late again, and the page offers the day that gives the working days back.
    assert standing(owed, date(2026, 12, 16), calendar).state is State.OVERDUE
    frozen.move_to(datetime.fromisoformat("2026-12-16T02:00:00+00:00"))
    standing_officer = client_of(cast.toan)
    left = calendar.working_days_between(date(2026, 11, 24), date(2026, 12, 9))
    offered = calendar.add_working_days(date(2026, 12, 15), left)
    assert (
        f"{offered:%d/%m/%Y}" in standing_officer.get(f"/obligations/{owed.id}").text
        and owed.extended_to is None
    )
    standing_officer.post(
        f"/obligations/{owed.id}/resume",
        data={"resume-seen": seen(owed), "resume-extend_to": f"{offered:%d/%m/%Y}"},
    )
    assert owed.deadline_on == offered and owed.suspended_at is None
    assert rules.days_late_by_plan(owed, date(2026, 12, 16)) == 7  # the plan's own day is still told


def test_a_suspension_is_resumed_by_an_act_without_moving_the_day(
    cast: Cast, owed: Obligation, client_of: ClientOf, now: datetime
) -> None:
    operations.suspend(owed, from_on=TODAY, until_on=None, reason="CV 1", actor=cast.toan, now=now)
    assert standing(owed, TODAY + timedelta(days=400), WorkCalendar()).state is State.SUSPENDED
    version = owed.version
    client_of(cast.toan).post(
        f"/obligations/{owed.id}/resume", data={"resume-seen": seen(owed), "resume-extend_to": ""}
    )
    assert (owed.deadline_on, owed.suspended_at, owed.version) == (date(2026, 12, 9), None, version + 1)
    assert mails("obligation-resumed") == ["dung@lamgiang.test", "hanh@lamgiang.test"]
