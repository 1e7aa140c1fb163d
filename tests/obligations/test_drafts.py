"""The draft that officers share: saved as it is typed, nothing of either lost, gone when it is handed in."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st

from app.accounts.models import User
from app.extensions import db
from app.obligations.draft_models import DraftFile, ReportDraft
from app.obligations.drafts import draft_of
from app.obligations.merging import Typed, Writer, merge
from app.obligations.models import Obligation, Submission
from app.obligations.operations import return_submission
from app.obligations.operations.arriving import sweep_drafts
from app.obligations.operations.drafting import keep_files, save_draft
from tests.cast import NOW, TODAY, Cast
from tests.conftest import both_engines
from tests.make import make_file, make_indicator, make_obligation, make_plan, make_schedule, make_submission
from tests.obligations.test_pages import words_of

Client = Callable[[User | None], FlaskClient]


@pytest.fixture
def owed(cast: Cast) -> Obligation:
    obligation = make_obligation(make_plan(cast), cast.health)
    db.session.commit()
    return obligation


def save(client: FlaskClient, owed: Obligation, fields: dict[str, str], given: dict[str, str] | None = None):
    return client.post(f"/obligations/{owed.id}/draft", json={"fields": fields, "given": given or {}})


def form(**changes: object) -> dict[str, object]:
    return {
        "form_key": "k" * 20,
        "kind": "report",
        "number": "1318/SYT-NV",
        "signed_on": "24/11/2026",
        "text": "Đủ.",
    } | changes


# -- two officers ---------------------------------------------------------------------------------------------


def test_what_is_typed_is_there_for_the_next_officer_with_who_typed_it(
    cast: Cast, owed: Obligation, client_of: Client
) -> None:
    answer = save(client_of(cast.hanh), owed, {"number": "1318/SYT-NV", "text": "Đang viết"}).get_json()
    assert (answer["revision"], answer["by"], answer["fields"]["text"]) == (1, "", "Đang viết")
    page = client_of(cast.dung).get(f"/obligations/{owed.id}/submit")
    assert "Nguyễn Thị Hạnh gõ lần cuối" in words_of(page)
    assert "Đang viết" in page.get_data(as_text=True) and "1318/SYT-NV" in page.get_data(as_text=True)


def test_two_officers_in_different_fields_lose_nothing(
    cast: Cast, owed: Obligation, client_of: Client
) -> None:
    save(client_of(cast.hanh), owed, {"number": "1318/SYT-NV"})
    answer = save(client_of(cast.dung), owed, {"text": "Phần của Dũng"}).get_json()
    assert answer["fields"]["number"] == "1318/SYT-NV"
    assert answer["fields"]["text"] == "Phần của Dũng"
    assert answer["others"] == []


def test_two_officers_in_one_field_keep_both_words_and_one_chooses(
    cast: Cast, owed: Obligation, client_of: Client
) -> None:
    save(client_of(cast.hanh), owed, {"text": "Của Hạnh"})
    head = client_of(cast.dung)
    answer = save(head, owed, {"text": "Của Dũng"}, {"text": ""}).get_json()
    assert answer["fields"]["text"] == "Của Dũng"
    assert [(one["field"], one["value"]) for one in answer["others"]] == [("text", "Của Hạnh")]
    page = words_of(head.get(f"/obligations/{owed.id}/submit"))
    assert "Nguyễn Thị Hạnh cũng nhập ô này Của Hạnh" in page
    head.post(f"/obligations/{owed.id}/draft/choose", data={"choice": f"text:{cast.hanh.id}:take"})
    draft = draft_of(owed)
    assert (draft.fields["text"]["value"], draft.others) == ("Của Hạnh", [])


def test_what_another_officer_wrote_since_is_shown_before_it_is_handed_in(
    cast: Cast, owed: Obligation, client_of: Client
) -> None:
    """The second page knew nothing of the number; it is not handed in unseen, and its own words are kept."""
    save(client_of(cast.dung), owed, {"number": "99/SYT"})
    sent = form(number="1318/SYT-NV", given=json.dumps({"number": ""}), draft_revision="0")
    page = client_of(cast.hanh).post(f"/obligations/{owed.id}/submit", data=sent)
    assert page.status_code == 409
    assert "Người khác của cơ quan vừa sửa bản nháp này." in words_of(page)
    assert "cũng nhập ô này 99/SYT" in words_of(page) and "1318/SYT-NV" in page.get_data(as_text=True)
    assert owed.submitted_at is None
    draft = draft_of(owed)
    again = form(
        given=json.dumps({n: e["value"] for n, e in draft.fields.items()}), draft_revision=str(draft.revision)
    )
    assert client_of(cast.hanh).post(f"/obligations/{owed.id}/submit", data=again).status_code == 302
    assert owed.submissions[0].number == "1318/SYT-NV"


@both_engines
def test_savings_at_the_same_moment_are_all_kept(app: Flask, cast: Cast, owed: Obligation) -> None:
    obligation_id, people = owed.id, [cast.hanh.id, cast.dung.id]
    db.session.remove()
    start = threading.Barrier(2)

    def officer(user_id: int, field: str) -> None:
        with app.app_context():
            obligation, user = (
                db.session.get_one(Obligation, obligation_id),
                db.session.get_one(User, user_id),
            )
            start.wait()
            save_draft(obligation, typed={field: f"của {user_id}"}, given={}, actor=user, now=NOW)
            db.session.commit()

    threads = [
        threading.Thread(target=officer, args=pair) for pair in zip(people, ["number", "text"], strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    draft = db.session.scalars(sa.select(ReportDraft)).one()
    assert {name: entry["value"] for name, entry in draft.fields.items()} == {
        "number": f"của {people[0]}",
        "text": f"của {people[1]}",
    }


words = st.text(alphabet="ab\r\n ", max_size=4)


@settings(max_examples=60, deadline=None)
@given(start=words, steps=st.lists(st.tuples(st.sampled_from([1, 2]), words), max_size=6))
def test_no_word_of_two_writers_disappears_unchosen(start: str, steps: list[tuple[int, str]]) -> None:
    """Whatever a writer typed stands in the field or beside it, until they type anew or the other, having it on
    their own page, changes it."""
    draft, pages, newest = Typed(), {1: start, 2: start}, {}
    for revision, (writer, value) in enumerate(steps, 1):
        base = pages[writer].strip()
        if value.strip() != base:
            newest = {one: text for one, text in newest.items() if one != writer and text.strip() != base}
            newest[writer] = value
        draft = merge(draft, {"text": value}, {"text": pages[writer]}, Writer(writer, "", "", revision))
        pages[writer] = value
    held = [entry["value"] for entry in draft.fields.values()] + [other["value"] for other in draft.others]
    for value in newest.values():
        assert value.strip() in {one.strip() for one in held} | {start.strip()}


# -- the life of a draft ----------------------------------------------------------------------------------------


def test_without_a_script_the_button_keeps_words_and_files(
    cast: Cast, owed: Obligation, client_of: Client
) -> None:
    client = client_of(cast.hanh)
    upload = make_file("báo cáo.pdf")
    sent = form(signed_on="24/11", files=(upload.stream, upload.name))
    answer = client.post(f"/obligations/{owed.id}/draft", data=sent, follow_redirects=True)
    assert "Đã lưu nháp lúc 09:00." in words_of(answer)
    draft = draft_of(owed)
    assert draft.fields["signed_on"]["value"] == "24/11"
    assert draft.files[0].file.sha256 in words_of(answer)
    made = client.post(
        f"/obligations/{owed.id}/submit", data=form(kept=draft.files[0].id, draft_revision=draft.revision)
    )
    assert made.status_code == 302
    assert [one.name for one in owed.submissions[0].attachments] == ["báo cáo.pdf"]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(ReportDraft)) == 0
    assert db.session.scalar(sa.select(sa.func.count()).select_from(DraftFile)) == 0


def test_a_form_with_a_mistake_keeps_its_good_file(cast: Cast, owed: Obligation, client_of: Client) -> None:
    upload = make_file()
    sent = form(number="", files=(upload.stream, upload.name))
    page = client_of(cast.hanh).post(f"/obligations/{owed.id}/submit", data=sent)
    assert page.status_code == 422
    assert "bao-cao.pdf" in words_of(page) and len(draft_of(owed).files) == 1


def test_what_was_typed_too_late_is_told_who_handed_in(
    cast: Cast, owed: Obligation, client_of: Client
) -> None:
    make_submission(owed, cast.dung)
    db.session.commit()
    answer = save(client_of(cast.hanh), owed, {"text": "Chậm một bước"})
    assert answer.status_code == 409
    assert "nộp lúc 09:00" in answer.get_json()["gone"]
    assert draft_of(owed) is None


def test_a_draft_for_a_version_that_was_handed_in_is_over(
    cast: Cast, owed: Obligation, client_of: Client
) -> None:
    save(client_of(cast.hanh), owed, {"text": "Bản một"})
    db.session.execute(sa.update(ReportDraft).values(version=7))
    assert draft_of(owed) is None
    save(client_of(cast.hanh), owed, {"text": "Bản mới"})
    assert draft_of(owed).fields["text"]["value"] == "Bản mới"


def test_another_agency_sees_no_draft(cast: Cast, owed: Obligation, client_of: Client) -> None:
    assert save(client_of(cast.tam), owed, {"text": "x"}).status_code == 404
    assert save(client_of(cast.toan), owed, {"text": "x"}).status_code == 404


def test_what_is_neither_fields_nor_json_changes_nothing(
    cast: Cast, owed: Obligation, client_of: Client
) -> None:
    client = client_of(cast.hanh)
    for body in ([], {"fields": ["x"]}, {"fields": {"text": 5, "submitted_at": "x"}}):
        assert client.post(f"/obligations/{owed.id}/draft", json=body).status_code == 200
    assert draft_of(owed) is None or draft_of(owed).fields == {}


def test_old_drafts_of_settled_work_are_swept_and_living_ones_stay(cast: Cast, owed: Obligation) -> None:
    save_draft(owed, typed={"text": "x"}, given={}, actor=cast.hanh, now=NOW)
    keep_files(owed, [make_file()], actor=cast.hanh, now=NOW)
    assert sweep_drafts(NOW + timedelta(days=60))["drafts"] == 0
    owed.settled_at, owed.outcome = NOW, "cancelled"
    db.session.flush()
    assert sweep_drafts(NOW + timedelta(days=60))["drafts"] == 1
    assert db.session.scalar(sa.select(sa.func.count()).select_from(DraftFile)) == 0


# -- a form that changes while it is filled in --------------------------------------------------------------------


@both_engines
def test_a_form_changed_while_it_is_filled_in_keeps_what_was_typed_and_says_what_changed(
    cast: Cast, client_of: Client
) -> None:
    schedule = make_schedule(make_plan(cast), reporters=[cast.health])
    poor = make_indicator(schedule, cast.toan)
    owed = make_obligation(schedule.plan, cast.health, source_id=schedule.id)
    db.session.commit()
    client = client_of(cast.hanh)
    page = client.get(f"/obligations/{owed.id}/submit").get_data(as_text=True)
    asked = page.split('name="asked" value="')[1].split('"')[0]
    make_indicator(schedule, cast.toan, "Tỷ lệ hộ nghèo", unit="%", decimals=1, required=False)
    db.session.commit()
    sent = form(asked=asked, **{f"figure_{poor.id}": "4.180"})
    again = client.post(f"/obligations/{owed.id}/submit", data=sent)
    text = words_of(again)
    assert again.status_code == 409 and "Biểu số liệu vừa thay đổi" in text
    assert "thêm chỉ tiêu «Tỷ lệ hộ nghèo»" in text
    assert 'value="4.180"' in again.get_data(as_text=True)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Submission)) == 0


def test_a_returned_report_is_gone_on_with(cast: Cast, owed: Obligation, client_of: Client) -> None:
    make_submission(owed, cast.hanh, text="Bản đầu")
    return_submission(owed, reason="Thiếu biểu", until=TODAY, actor=cast.toan, now=NOW)
    db.session.commit()
    assert "Bản đầu" in client_of(cast.dung).get(f"/obligations/{owed.id}/submit").get_data(as_text=True)
