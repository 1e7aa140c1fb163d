"""Somebody leaves: the account is closed and the work goes to a colleague of the same agency."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.accounts import posts
from app.accounts.models import Absence, Role
from app.audit.queries import entries_about
from app.errors import Refused
from app.extensions import db
from app.obligations import operations
from app.obligations.models import OfficerInCharge, Presentation
from app.obligations.queries import officers_in_charge
from app.obligations.topics import source_topic_of, topic_of
from app.outbox.models import Message
from tests.cast import NOW, TODAY, person
from tests.make import make_obligation, make_plan


@pytest.fixture
def thu(cast):
    made = person("thu@lamgiang.test", "Cao Thị Thu", Role.OFFICER, cast.health)
    db.session.commit()
    return made


@pytest.fixture
def owed(cast):
    """Two things in Hạnh's hand: one by itself, one with all that its source makes owed."""
    first, second = (
        make_obligation(make_plan(cast), cast.health, title=title) for title in ("Báo cáo A", "Báo cáo B")
    )
    for topic in (topic_of(first), source_topic_of(second)):
        operations.hand_down(
            topic, officers=[cast.hanh], agency_id=cast.health.id, deadline=first.due_on,
            inner_due_on=TODAY + timedelta(days=3), note="", actor=cast.dung, now=NOW,
        )  # fmt: skip
    db.session.add(Absence(user=cast.dung, deputy=cast.hanh, from_day=TODAY, to_day=TODAY, created_at=NOW))
    db.session.add(Presentation(obligation=second, form_key="p1", facts={}, by=cast.hanh, at=NOW))
    db.session.commit()
    return first, second


def close(client_of, cast, user, **data):
    return client_of(cast.ha).post(f"/people/{user.id}/close", data=data)


def test_the_page_says_what_will_move_and_to_whom_it_can(client_of, cast, thu, owed):
    page = client_of(cast.ha).get(f"/people/{cast.hanh.id}/close").text
    for words in (
        "Báo cáo A",
        "Báo cáo B",
        "Bản trình đang chờ lãnh đạo",
        "Thay ",
        "Cao Thị Thu",
        "28/11/2026",
    ):
        assert words in page
    assert cast.tam.name not in page  # of another agency


def test_all_of_it_moves_and_the_colleague_gets_one_mail(client_of, cast, thu, owed):
    first, second = owed
    assert close(client_of, cast, cast.hanh, **{f"to_{cast.hanh.id}": thu.id}).location == "/people"
    assert not cast.hanh.is_active
    assert officers_in_charge([first.id, second.id]) == {first.id: [thu], second.id: [thu]}
    row = db.session.scalars(db.select(OfficerInCharge).where(OfficerInCharge.officer_id == thu.id)).first()
    assert row.inner_due_on == TODAY + timedelta(days=3) and row.by == cast.ha
    assert db.session.scalars(db.select(Presentation)).one().by == thu
    assert db.session.scalars(db.select(Absence)).one().deputy == thu
    mail = db.session.scalars(db.select(Message).where(Message.kind == "work-handed-over")).one()
    assert mail.recipient == thu.email and "Báo cáo A" in mail.body_text and "Báo cáo B" in mail.body_text
    entry = next(e for e in entries_about("user_account", cast.hanh.id) if e.act == "user.handed_over")
    assert entry.after["to"] == thu.name and len(entry.after["in_charge"]) == 2


def test_without_a_name_it_closes_only_on_a_word_for_it(client_of, cast, thu, owed):
    answer = close(client_of, cast, cast.hanh)
    assert answer.status_code == 409 and "Chọn người nhận bàn giao tại Sở Y tế" in answer.text
    assert cast.hanh.is_active
    assert close(client_of, cast, cast.hanh, leave_open="1").status_code == 302
    assert not cast.hanh.is_active and officers_in_charge([owed[0].id]) == {}


def test_with_nothing_in_hand_it_closes_at_once(client_of, cast):
    assert close(client_of, cast, cast.tam).status_code == 302 and not cast.tam.is_active


def test_nobody_of_another_agency_takes_it_on(cast, owed):
    with pytest.raises(Refused, match="không nhận bàn giao được"):
        operations.close_and_hand_over(
            cast.hanh, {cast.hanh.id: cast.tam}, leave_open=False, actor=cast.ha, now=NOW
        )
    assert cast.hanh.is_active


def test_each_post_is_handed_over_at_its_own_agency(client_of, cast, thu, owed):
    post = posts.add_post(cast.hanh, Role.OFFICER, cast.finance, "", actor=cast.ha, now=NOW)
    third = make_obligation(make_plan(cast), cast.finance)
    operations.hand_down(
        topic_of(third), officers=[post], agency_id=cast.finance.id, deadline=None, inner_due_on=None, note="",
        actor=post, now=NOW,
    )  # fmt: skip
    db.session.commit()
    chosen = {f"to_{cast.hanh.id}": thu.id, f"to_{post.id}": cast.tam.id}
    assert close(client_of, cast, cast.hanh, **chosen).status_code == 302
    assert officers_in_charge([third.id, owed[0].id]) == {third.id: [cast.tam], owed[0].id: [thu]}
    assert not post.is_active
