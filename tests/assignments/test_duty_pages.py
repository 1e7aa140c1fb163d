"""The pages of duties."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from lxml import html

from app.accounts.models import User
from app.assignments.models import Assignment, AssignmentMember, Duty, ProgressNote
from app.assignments.operations import NewDuty, assign, note_progress, owe_dated_duties
from app.deadlines import DueRule, Reading, WorkCalendar
from app.extensions import db
from tests.cast import TODAY, Cast
from tests.make import make_plan

Client = Callable[[User | None], FlaskClient]


@pytest.fixture
def given(cast: Cast, now: datetime) -> Assignment:
    """One duty with a day and one without, given to Sở Y tế with Sở Tài chính in support of the first."""
    plan = make_plan(cast, number="48/KH-UBND")
    duties = [
        NewDuty(
            "Rà soát danh sách.",
            rule=DueRule(quarter=4, year=2026, qualifier="in", words="trong Quý IV năm 2026"),
            supports=[(cast.finance, "Sở Tài chính"), (None, "Hội Làm vườn")],
        ),
        NewDuty("Tuyên truyền thường xuyên."),
    ]
    made = assign(
        plan,
        agency=cast.health,
        phrase="Sở Y tế",
        is_request=False,
        section="III.4",
        duties=duties,
        position=1,
        now=now,
    )
    owe_dated_duties(plan, now=now, today=TODAY, calendar=WorkCalendar(), reading=Reading())
    db.session.commit()
    return made


def text_of(answer: object) -> str:
    return " ".join(" ".join(html.fromstring(answer.get_data(as_text=True)).find("body").itertext()).split())


def test_a_duty_shows_its_words_supports_and_what_it_owes(
    cast: Cast, client_of: Client, given: Assignment
) -> None:
    text = text_of(client_of(cast.hanh).get(f"/duties/{given.duties[0].id}"))
    for part in (
        "Rà soát danh sách.",
        "trong Quý IV năm 2026",
        "Sở Tài chính, Hội Làm vườn",
        "31/12/2026",
        "mục III.4",
    ):
        assert part in text


def test_a_supporting_agency_sees_the_duty_but_not_what_the_lead_owes(
    cast: Cast, client_of: Client, given: Assignment
) -> None:
    text = text_of(client_of(cast.tam).get(f"/duties/{given.duties[0].id}"))
    assert "Rà soát danh sách." in text and "31/12/2026" not in text
    assert client_of(cast.tam).get(f"/duties/{given.duties[1].id}").status_code == 404


def test_progress_is_noted_once_and_read_by_those_who_follow(
    cast: Cast, client_of: Client, given: Assignment
) -> None:
    duty_id, hanh = given.duties[1].id, client_of(cast.hanh)
    for _again in range(2):
        answer = hanh.post(
            f"/duties/{duty_id}/notes", data={"text": "Đã phát 200 tờ rơi."}, follow_redirects=True
        )
        assert "Đã ghi tiến độ." in text_of(answer)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(ProgressNote)) == 1
    assert "Đã phát 200 tờ rơi." in text_of(client_of(cast.toan).get(f"/duties/{duty_id}"))
    empty = hanh.post(f"/duties/{duty_id}/notes", data={"text": ""})
    assert empty.status_code == 422 and "Ghi nội dung tiến độ" in text_of(empty)


@pytest.mark.parametrize(("who", "status"), [("toan", 404), ("duc", 404), ("outsider", 404), ("tam", 302)])
def test_only_those_who_do_the_work_say_how_it_goes(
    cast: Cast, client_of: Client, given: Assignment, who: str, status: int
) -> None:
    answer = client_of(getattr(cast, who)).post(f"/duties/{given.duties[0].id}/notes", data={"text": "Xong."})
    assert answer.status_code == status


def test_of_a_duty_given_to_many_each_reads_its_own_notes(
    cast: Cast, client_of: Client, now: datetime
) -> None:
    made = assign(
        make_plan(cast), group=cast.communes_group, phrase="UBND các xã", is_request=False,
        duties=[NewDuty("Báo cáo hộ nghèo.")], position=1, now=now,
    )  # fmt: skip
    other = cast.health  # a note of another body under the same duty
    note_progress(made.duties[0], text="Xã Kim Điền đã xong.", actor=cast.mai, now=now)
    db.session.add(
        ProgressNote(duty=made.duties[0], agency=other, text="Lời của nơi khác.", by=cast.hanh, at=now)
    )
    db.session.commit()
    text = text_of(client_of(cast.mai).get(f"/duties/{made.duties[0].id}"))
    assert "Xã Kim Điền đã xong." in text and "Lời của nơi khác." not in text
    followed = text_of(client_of(cast.toan).get(f"/duties/{made.duties[0].id}"))
    assert "Xã Kim Điền đã xong." in followed and "Lời của nơi khác." in followed


def test_duties_without_a_day_have_a_list_and_a_link(
    cast: Cast, client_of: Client, given: Assignment
) -> None:
    hanh = client_of(cast.hanh)
    assert "Xem 1 nhiệm vụ không hạn" in text_of(hanh.get("/work"))
    text = text_of(hanh.get("/duties"))
    assert (
        "1 nhiệm vụ không hạn" in text and "Tuyên truyền thường xuyên." in text and "chưa ghi tiến độ" in text
    )
    assert "Không có nhiệm vụ nào không hạn." in text_of(client_of(cast.tam).get("/duties"))
    assert client_of(cast.duc).get("/duties").status_code == 404


def test_a_new_plan_waits_to_be_taken_note_of(cast: Cast, client_of: Client, given: Assignment) -> None:
    hanh = client_of(cast.hanh)
    text = text_of(hanh.get("/work"))
    assert "Mới giao cho Sở Y tế" in text and "2 nhiệm vụ." in text
    hanh.post("/duties/acknowledge", data={"plan": given.plan_id})
    assert db.session.scalars(sa.select(AssignmentMember.acknowledged_at)).one() is not None
    assert "Mới giao cho" not in text_of(hanh.get("/work"))
    assert client_of(cast.tam).post("/duties/acknowledge", data={"plan": given.plan_id}).status_code == 404


def test_a_long_list_is_paged_at_a_constant_cost(
    cast: Cast, client_of: Client, now: datetime, count_queries: list[str]
) -> None:
    hanh = client_of(cast.hanh)

    def give(count: int) -> None:
        duties = [NewDuty(f"Việc {n}.") for n in range(count)]
        assign(
            make_plan(cast),
            agency=cast.health,
            phrase="Sở Y tế",
            is_request=False,
            duties=duties,
            position=1,
            now=now,
        )
        db.session.commit()

    def cost() -> int:
        hanh.get("/duties")
        count_queries.clear()
        hanh.get("/duties")
        return len(count_queries)

    give(2)
    few = cost()
    give(40)
    assert cost() == few
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Duty)) == 42
    assert "Việc 39." in text_of(hanh.get("/duties?page=3")) or "Việc 1." in text_of(
        hanh.get("/duties?page=3")
    )
