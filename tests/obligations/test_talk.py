"""Comments: who reads them, whom they name, that nothing internal leaves its agency."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from app.accounts.models import Role, User
from app.audit.models import AuditEntry
from app.errors import Refused
from app.extensions import db
from app.obligations import mentions, operations, talk, workrules
from app.obligations.models import Comment, Obligation
from app.obligations.topics import topic_of
from app.outbox.models import Message
from tests.cast import Cast, person
from tests.make import make_obligation, make_plan

ClientOf = Callable[[User | None], FlaskClient]


@pytest.fixture
def owed(cast: Cast) -> Obligation:
    obligation = make_obligation(make_plan(cast), cast.health)
    db.session.commit()
    return obligation


def say(client: FlaskClient, owed: Obligation, text: str, to: str = "shared", key: str = "k" * 20) -> int:
    data = {"comment-form_key": key, "comment-text": text, "comment-to": to}
    return client.post(f"/talk/obligation/{owed.id}", data=data).status_code


def told() -> list[str]:
    return sorted(db.session.scalars(sa.select(Message.recipient).where(Message.kind == "mentioned")))


def test_an_internal_comment_is_read_in_its_agency_alone(
    cast: Cast, owed: Obligation, client_of: ClientOf
) -> None:
    assert say(client_of(cast.hanh), owed, "Số liệu xã Kim Điền còn nghi ngờ", "internal") == 302
    assert "còn nghi ngờ" in client_of(cast.dung).get(f"/obligations/{owed.id}").text
    for outside in (cast.toan, cast.duc):
        assert "còn nghi ngờ" not in client_of(outside).get(f"/obligations/{owed.id}").text
        assert "còn nghi ngờ" not in client_of(outside).get("/audit").text
        comment = db.session.scalars(sa.select(Comment)).one()
        assert client_of(outside).post(f"/talk/obligation/{owed.id}/{comment.id}/withdraw").status_code == 404
    assert "còn nghi ngờ" not in client_of(cast.ha).get("/audit").text
    assert say(client_of(cast.tam), owed, "Không được vào") == 404


def test_nothing_leaves_the_agency_unless_it_is_chosen(
    cast: Cast, owed: Obligation, client_of: ClientOf
) -> None:
    page = client_of(cast.hanh).get(f"/obligations/{owed.id}").text
    checked = page[page.index('value="internal"') - 200 : page.index('value="internal"') + 80]
    assert "checked" in checked


def test_a_shared_comment_is_read_by_those_who_follow_and_members_speak_to_all(
    cast: Cast, owed: Obligation, client_of: ClientOf
) -> None:
    assert say(client_of(cast.duc), owed, "Đề nghị làm rõ số hộ", "internal", "a" * 20) == 409
    assert say(client_of(cast.duc), owed, "Đề nghị làm rõ số hộ @Nguyễn Thị Hạnh", key="b" * 20) == 302
    for reader in (cast.hanh, cast.toan, cast.duc):
        assert "Đề nghị làm rõ số hộ" in client_of(reader).get(f"/obligations/{owed.id}").text
    assert told() == ["hanh@lamgiang.test"]


def test_the_query_and_the_rule_about_reading_give_the_same_answer(
    cast: Cast, owed: Obligation, now: datetime
) -> None:
    topic = topic_of(owed)
    for n, (who, internal) in enumerate(
        ((cast.hanh, True), (cast.hanh, False), (cast.toan, True), (cast.duc, False))
    ):
        operations.comment(
            topic,
            text=f"Ý kiến {n}",
            internal=internal,
            agency_id=None,
            form_key=f"{n}" * 20,
            actor=who,
            now=now,
        )
    everything = list(db.session.scalars(sa.select(Comment)))
    for user in (cast.hanh, cast.dung, cast.toan, cast.binh, cast.duc, cast.khoa, cast.tam, cast.ha):
        found = set(db.session.scalars(talk.comments_on(topic, user)))
        assert found == {c for c in everything if workrules.can_read_comment(user, c, topic)}, user.name


def test_a_name_that_could_not_read_it_is_refused_and_nothing_is_said(
    cast: Cast, owed: Obligation, client_of: ClientOf
) -> None:
    answer = client_of(cast.hanh).post(
        f"/talk/obligation/{owed.id}",
        data={
            "comment-form_key": "c" * 20,
            "comment-text": "@Lê Văn Toàn xem giúp",
            "comment-to": "internal",
        },
    )
    assert answer.status_code == 409 and "Không rõ «@Lê Văn»" in answer.text
    assert db.session.scalars(sa.select(Comment)).all() == [] and told() == []
    assert say(client_of(cast.hanh), owed, "@Lê Văn Toàn xem giúp") == 302 and told() == [
        "toan@lamgiang.test"
    ]


def test_the_same_form_twice_is_one_comment_and_one_mail(
    cast: Cast, owed: Obligation, client_of: ClientOf
) -> None:
    for _again in range(2):
        say(client_of(cast.hanh), owed, "@Võ Quốc Dũng duyệt giúp", "internal")
    assert len(db.session.scalars(sa.select(Comment)).all()) == 1 and told() == ["dung@lamgiang.test"]


def test_its_author_edits_and_withdraws_and_the_trail_keeps_the_words(
    cast: Cast, owed: Obligation, client_of: ClientOf
) -> None:
    author = client_of(cast.hanh)
    say(author, owed, "Bản đầu")
    comment = db.session.scalars(sa.select(Comment)).one()
    at = f"/talk/obligation/{owed.id}/{comment.id}"
    assert client_of(cast.dung).post(at, data={"edit-text": "Của người khác"}).status_code == 404
    author.post(at, data={"edit-text": "Bản sau @Lê Văn Toàn"})
    assert comment.text == "Bản sau @Lê Văn Toàn" and told() == ["toan@lamgiang.test"]
    author.post(f"{at}/withdraw")
    page = client_of(cast.toan).get(f"/obligations/{owed.id}").text
    assert "Bản sau" not in page and "đã được người viết rút lại" in page
    acts = db.session.scalars(
        sa.select(AuditEntry).where(AuditEntry.act.startswith("comment.")).order_by(AuditEntry.id)
    ).all()
    assert [a.act for a in acts] == ["comment.made", "comment.edited", "comment.withdrawn"]
    assert acts[1].before == {"text": "Bản đầu"} and acts[2].before == {"text": "Bản sau @Lê Văn Toàn"}


def test_names_are_suggested_without_diacritics_to_those_who_may_read(
    cast: Cast, owed: Obligation, client_of: ClientOf
) -> None:
    ask = f"/talk/obligation/{owed.id}/people"
    client = client_of(cast.hanh)
    assert "Lê Văn Toàn" in client.post(ask, data={"comment-text": "nhờ @toan", "comment-to": "shared"}).text
    assert (
        "Lê Văn Toàn"
        not in client.post(ask, data={"comment-text": "nhờ @toan", "comment-to": "internal"}).text
    )
    assert (
        "Võ Quốc Dũng" in client.post(ask, data={"comment-text": "nhờ @vo qu", "comment-to": "internal"}).text
    )
    assert (
        "btn" not in client.post(ask, data={"comment-text": "thư hanh@lamgiang", "comment-to": "shared"}).text
    )
    assert client_of(cast.tam).post(ask).status_code == 404


def test_half_a_name_counts_where_only_one_person_has_it(cast: Cast) -> None:
    twin = person("hanh2@lamgiang.test", "Trần Hồng Hạnh", Role.OFFICER, cast.health)
    people = [cast.hanh, cast.dung, twin]
    assert mentions.found_in("@Dũng và @thi hanh", people) == ([cast.dung, cast.hanh], [])
    assert mentions.found_in("Gửi @Hạnh nhé", people)[1] == ["Hạnh nhé"]
    assert mentions.found_in("thư a@b.vn, 5 @ 3", people) == ([], [])


def test_a_comment_says_something_and_not_too_much(
    cast: Cast, owed: Obligation, client_of: ClientOf, now: datetime
) -> None:
    assert say(client_of(cast.hanh), owed, "") == 422
    with pytest.raises(Refused, match="dài quá"):
        operations.comment(
            topic_of(owed),
            text="x" * 5001,
            internal=True,
            agency_id=None,
            form_key="z" * 20,
            actor=cast.hanh,
            now=now,
        )
