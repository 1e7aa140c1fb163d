"""Whole assignments: divided between two bodies, joined again, taken back; two clerks at once."""

from __future__ import annotations

import copy

import pytest

from app.audit.queries import entries_about
from app.errors import Refused, Stale
from app.extensions import db
from app.plans import operations
from app.plans.contents import reference
from app.plans.models import Decision, DraftKind
from tests.plans.conftest import draft_named
from tests.plans.texts import WHOLE

# The same department twice, as a plan with two parts that hand out duties has it
TWICE = WHOLE.replace(
    "3. Đề nghị Ủy ban Mặt trận",
    "3. Sở Y tế\n\n- Cử cán bộ tham gia đoàn kiểm tra.\n\n- Phối hợp Sở Tài chính lập dự toán hằng năm.\n\n"
    "4. Đề nghị Ủy ban Mặt trận",
)


def assignments(plan):
    return [draft for draft in plan.drafts if draft.kind is DraftKind.ASSIGNMENT]


def state(plan):
    return [
        (d.id, d.position, d.decision, d.span_start, d.span_end, copy.deepcopy(d.content))
        for d in plan.drafts
    ]


def shown(plan, draft) -> list[str]:
    """The words that the spans of its duties show."""
    text = plan.source.text
    return [text[slice(*duty["span"])] for duty in draft.content["duties"]]


def split(draft, cast, now, shares=(), name="Sở Tài chính", body=None, revision=None):
    second = reference(name, agency_id=(body or cast.finance).id)
    return operations.split_draft(
        draft, second, list(shares), revision=revision or draft.revision, actor=cast.toan, now=now
    )


def test_an_assignment_is_divided_between_two_bodies_and_every_duty_keeps_its_words(in_review, cast, now):
    draft = draft_named(in_review, "Sở Y tế")
    operations.decide_draft(draft, Decision.ACCEPTED, revision=draft.revision, actor=cast.toan, now=now)
    words = shown(in_review, draft)
    made = split(draft, cast, now, ["first", "both"])
    assert shown(in_review, draft) == words and shown(in_review, made) == words[1:]
    assert (made.content["agency_id"], draft.content["agency_id"]) == (cast.finance.id, cast.health.id)
    assert (made.span_start, made.span_end) == (draft.span_start, draft.span_end)
    assert {draft.decision, made.decision} == {Decision.PENDING}
    assert assignments(in_review).index(made) == assignments(in_review).index(draft) + 1
    entry = entries_about("draft", draft.id)[0]
    assert (entry.act, entry.actor_name) == ("draft.split", cast.toan.name)


def test_a_division_is_taken_back_as_if_it_had_never_been(in_review, cast, now):
    draft = draft_named(in_review, "Sở Y tế")
    before = [row[2:] for row in state(in_review)]
    split(draft, cast, now, ["first", "second"])
    db.session.commit()
    operations.undo_division(draft, revision=draft.revision, actor=cast.toan, now=now)
    db.session.commit()
    db.session.refresh(in_review, ["drafts"])
    assert [row[2:] for row in state(in_review)] == before
    with pytest.raises(Refused, match="không hoàn tác được"):
        operations.undo_division(draft, revision=draft.revision, actor=cast.toan, now=now)


def test_two_assignments_of_one_body_become_one_with_every_duty_once(take_in, cast, now):
    plan = take_in(TWICE)
    one, other = [d for d in assignments(plan) if d.content["agency_id"] == cast.health.id]
    before, words = state(plan), [*shown(plan, one), shown(plan, other)[0]]
    operations.merge_drafts(
        one, other, revision=one.revision, other_revision=other.revision, actor=cast.toan, now=now
    )
    assert shown(plan, one) == words and other.decision is Decision.DROPPED
    assert one.content["section"] == "III.1, III.3"
    operations.undo_division(one, revision=one.revision, actor=cast.toan, now=now)
    db.session.commit()
    assert state(plan) == before


@pytest.mark.parametrize("touch", ["one", "other"])
def test_what_was_changed_since_is_not_taken_back(take_in, cast, now, touch):
    plan = take_in(TWICE)
    one, other = [d for d in assignments(plan) if d.content["agency_id"] == cast.health.id]
    operations.merge_drafts(
        one, other, revision=one.revision, other_revision=other.revision, actor=cast.toan, now=now
    )
    touched, decision = (one, Decision.ACCEPTED) if touch == "one" else (other, Decision.PENDING)
    operations.decide_draft(touched, decision, revision=touched.revision, actor=cast.toan, now=now)
    assert not operations.can_undo(one)


def test_only_assignments_of_one_body_are_joined(in_review, cast, now):
    one, other = assignments(in_review)[:2]
    with pytest.raises(Refused, match="cùng một cơ quan"):
        operations.merge_drafts(
            one, other, revision=one.revision, other_revision=other.revision, actor=cast.toan, now=now
        )


def test_a_division_that_leaves_one_side_without_duties_is_refused(in_review, cast, now):
    draft = draft_named(in_review, "Sở Y tế")
    with pytest.raises(Refused, match="ít nhất một nhiệm vụ"):
        split(draft, cast, now, ["second", "second"])
    with pytest.raises(Refused, match="trùng"):
        split(draft, cast, now, name="Sở Y tế", body=cast.health)


def test_the_second_of_two_clerks_is_told_of_the_first(in_review, cast, now):
    draft = draft_named(in_review, "Sở Y tế")
    seen = draft.revision
    split(draft, cast, now, revision=seen)
    db.session.commit()
    with pytest.raises(Stale, match=cast.toan.name):
        split(draft, cast, now, name="Sở Nội vụ", revision=seen)


def test_the_page_divides_joins_and_takes_back_without_a_script(in_review, client_of, cast):
    client, draft = client_of(cast.toan), draft_named(in_review, "Sở Y tế")
    at = f"/plans/{in_review.id}/drafts/{draft.id}"
    answer = client.post(
        f"{at}/split",
        data={"revision": draft.revision, "body": "Sở Tài chính", "duty-0": "first", "duty-1": "second"},
        follow_redirects=True,
    )
    assert "Đã tách thành hai mục" in answer.text and "Vừa tách thành hai mục" in answer.text
    assert [len(d.content["duties"]) for d in assignments(in_review)[:2]] == [1, 1]
    answer = client.post(f"{at}/undo", data={"revision": draft.revision}, follow_redirects=True)
    assert "Đã hoàn tác" in answer.text and len(draft.content["duties"]) == 2
    answer = client.post(f"{at}/split", data={"revision": draft.revision, "body": ""}, follow_redirects=True)
    assert "Nhập tên cơ quan thứ hai." in answer.text


def test_a_second_body_that_nobody_knows_waits_to_be_placed(in_review, client_of, cast):
    client, draft = client_of(cast.toan), draft_named(in_review, "Sở Y tế")
    data = {"revision": draft.revision, "body": "Ban Điều phối Nông thôn"}
    client.post(f"/plans/{in_review.id}/drafts/{draft.id}/split", data=data)
    made = draft_named(in_review, "Ban Điều phối Nông thôn")
    assert made.content["agency_id"] is None and len(made.content["duties"]) == 2


def test_two_assignments_of_one_body_offer_to_be_joined(take_in, client_of, cast):
    plan, client = take_in(TWICE), client_of(cast.toan)
    one, other = [d for d in assignments(plan) if d.content["agency_id"] == cast.health.id]
    page = client.get(f"/plans/{plan.id}/review?show=all").text
    assert "cũng của cơ quan này" in page
    data = {"revision": one.revision, "other": other.id, "other_revision": other.revision}
    answer = client.post(f"/plans/{plan.id}/drafts/{one.id}/merge", data=data, follow_redirects=True)
    assert "Đã gộp hai mục" in answer.text and len(one.content["duties"]) == 3
