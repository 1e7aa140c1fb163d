"""What a clerk does with drafts: accepting, editing, saying which body is meant, splitting, adding; two at once."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.errors import Refused, Stale
from app.extensions import db
from app.organisations.models import AgencyAlias
from app.plans import operations
from app.plans.contents import flaws, unresolved
from app.plans.models import Decision, DraftKind
from app.plans.source import paragraphs
from tests.conftest import both_engines
from tests.plans.conftest import draft_named
from tests.plans.texts import UNKNOWN_BODY, WHOLE

HTMX = {"HX-Request": "true"}


def address(draft) -> str:
    return f"/plans/{draft.plan_id}/drafts/{draft.id}"


def report_form(draft, **changes):
    due = draft.content["due"]
    return {
        "revision": draft.revision, "kind": draft.content["kind"], "title": draft.content["title"],
        "when-qualifier": due["qualifier"], "when-day": due["day"], "when-month": due["month"],
        "everybody": "1", "receiver": "Sở Nông nghiệp và Môi trường", "act": "save", **changes,
    }  # fmt: skip


def assignment_form(draft, **changes):
    form = {"revision": draft.revision, "body": "Sở Y tế", "section": draft.content["section"], "act": "save"}
    for n, duty in enumerate(draft.content["duties"]):
        form |= {f"duties-{n}-origin": n, f"duties-{n}-text": duty["text"], f"duties-{n}-role": duty["role"]}
        form[f"duties-{n}-supports"] = "; ".join(duty["supports"])
        for part in ("qualifier", "day", "month", "year"):
            form[f"duties-{n}-when-{part}"] = (duty["due"] or {}).get(part) or ""
    return form | changes


def test_a_date_is_corrected_and_accepted_in_one_act(in_review, client_of, cast):
    draft = draft_named(in_review, "Báo cáo năm")
    answer = client_of(cast.toan).post(
        address(draft), data=report_form(draft, **{"when-day": "20", "act": "accept"}), headers=HTMX
    )
    assert (
        answer.status_code == 200 and 'id="review-progress"' in answer.text and 'id="outcome"' in answer.text
    )
    assert draft.content["due"]["day"] == 20 and draft.content["due"]["text"] == "trước ngày 15/11 hằng năm"
    assert (draft.decision, draft.decided_by, draft.proposed["due"]["day"]) == (
        Decision.ACCEPTED,
        cast.toan,
        15,
    )


def test_a_day_that_does_not_exist_is_said_at_the_field_and_nothing_is_saved(in_review, client_of, cast):
    draft = draft_named(in_review, "Báo cáo năm")
    answer = client_of(cast.toan).post(
        address(draft), data=report_form(draft, **{"when-month": "13"}), headers=HTMX
    )
    assert answer.status_code == 422 and "Tháng từ 1 đến 12" in answer.text
    assert answer.headers["HX-Retarget"] == f"#draft-{draft.id}"
    assert draft.revision == 1 and draft.content == draft.proposed


def test_every_form_works_without_a_script(in_review, client_of, cast):
    draft = draft_named(in_review, "Báo cáo năm")
    answer = client_of(cast.toan).post(address(draft), data=report_form(draft, act="drop"))
    assert answer.status_code == 302 and answer.location.endswith(f"#draft-{draft.id}")
    assert draft.decision is Decision.DROPPED
    client_of(cast.toan).post(address(draft), data={"revision": draft.revision, "act": "restore"})
    assert draft.decision is Decision.PENDING and draft.decided_by is None


def test_a_name_that_nobody_has_is_refused_at_its_field(in_review, client_of, cast):
    draft = draft_named(in_review, "Sở Y tế")
    form = assignment_form(draft, body="Sở Vũ trụ")
    answer = client_of(cast.toan).post(address(draft), data=form, headers=HTMX)
    assert answer.status_code == 422 and "Không có cơ quan «Sở Vũ trụ»" in answer.text


@both_engines
def test_of_two_reviewers_the_second_is_told_of_the_first(in_review, cast, now):
    draft = draft_named(in_review, "Báo cáo năm")
    seen = draft.revision
    operations.decide_draft(draft, Decision.ACCEPTED, revision=seen, actor=cast.toan, now=now)
    db.session.commit()
    with pytest.raises(Stale) as told:
        operations.decide_draft(
            draft, Decision.DROPPED, revision=seen, actor=cast.toan, now=now + timedelta(minutes=5)
        )
    assert str(told.value) == "Mục này vừa được Lê Văn Toàn sửa lúc 09:00. Tải lại để xem bản mới."
    db.session.rollback()
    assert draft.decision is Decision.ACCEPTED


def test_a_stale_form_gets_the_card_as_it_is_now(in_review, client_of, cast, now):
    draft = draft_named(in_review, "Báo cáo năm")
    old = report_form(draft, **{"when-day": "9"})
    operations.decide_draft(draft, Decision.ACCEPTED, revision=1, actor=cast.toan, now=now)
    client = client_of(cast.toan)
    answer = client.post(address(draft), data=old, headers=HTMX)
    assert answer.status_code == 409 and "vừa được Lê Văn Toàn sửa lúc 09:00" in answer.text
    assert "Đã duyệt" in answer.text and draft.content["due"]["day"] == 15
    assert client.post(address(draft), data=old).status_code == 409  # without a script: the page that says so


def test_a_confirmation_of_what_was_not_seen_is_stale(in_review, client_of, cast, now):
    operations.accept_clear(in_review, doubtful=set(), actor=cast.toan, now=now)
    db.session.commit()
    client = client_of(cast.toan)
    answer = client.post(f"/plans/{in_review.id}/confirm", data={"seen": "1.6.6"}, follow_redirects=True)
    assert "Bản đọc vừa được người khác sửa" in answer.text and in_review.state == "in_review"


def test_an_unknown_body_blocks_until_it_is_chosen_and_is_remembered(take_in, client_of, cast, now):
    plan = take_in(UNKNOWN_BODY)
    draft = draft_named(plan, "Ban Điều phối Nông thôn")
    assert unresolved(draft) == ["Ban Điều phối Nông thôn"]
    with pytest.raises(Refused, match="chưa rõ là cơ quan nào"):
        operations.decide_draft(draft, Decision.ACCEPTED, revision=1, actor=cast.toan, now=now)
    client = client_of(cast.toan)
    assert "Còn 1 mục có cơ quan chưa rõ" in client.get(f"/plans/{plan.id}/review").text
    form = {
        "revision": 1,
        "phrase": "Ban Điều phối Nông thôn",
        "choice": "other",
        "other": "so y te",
        "remember": "1",
    }
    assert client.post(f"{address(draft)}/body", data=form, headers=HTMX).status_code == 200
    assert draft.content["agency_id"] == cast.health.id and not flaws(draft)
    alias = db.session.scalars(
        sa.select(AgencyAlias).where(AgencyAlias.spelling == "Ban Điều phối Nông thôn")
    ).one()
    assert alias.agency == cast.health
    second = take_in(UNKNOWN_BODY + "\n")  # learned: the next plan knows the name
    assert draft_named(second, "Ban Điều phối Nông thôn").content["agency_id"] == cast.health.id


def test_a_body_that_the_directory_lacks_is_added_from_the_card(take_in, client_of, cast):
    plan = take_in(UNKNOWN_BODY)
    draft = draft_named(plan, "Ban Điều phối Nông thôn")
    form = {
        "revision": 1, "phrase": "Ban Điều phối Nông thôn", "name": "Ban Điều phối Nông thôn tỉnh",
        "kind": "department", "level": "province",
    }  # fmt: skip
    client_of(cast.toan).post(f"{address(draft)}/new-body", data=form)
    assert not unresolved(draft)
    assert draft.content["agency_id"] not in {cast.health.id, cast.standing.id}


def test_a_merged_agency_gives_way_to_its_successor(take_in, cast):
    plan = take_in(
        WHOLE.replace("1. Sở Y tế\n", "1. Sở Kế hoạch và Đầu tư\n").replace("3 năm 2026", "3 năm 2024")
    )
    content = draft_named(plan, "Sở Kế hoạch và Đầu tư").content
    assert (content["agency_id"], content["held_by"]) == (cast.finance.id, cast.planning.id)


def test_a_duty_is_split_at_an_empty_line_and_joined_again(in_review, client_of, cast):
    draft, client = draft_named(in_review, "Sở Y tế"), client_of(cast.toan)
    text = draft.content["duties"][0]["text"].replace(", hoàn thành", ".\n\nHoàn thành")
    client.post(
        address(draft), data=assignment_form(draft, **{"duties-0-text": text, "act": "split-0"}), headers=HTMX
    )
    first, second, third = draft.content["duties"]
    assert (first["due"], second["due"]["day"], third["role"]) == (None, 15, "support")
    assert first["text"].endswith("được hỗ trợ.") and second["text"].startswith("Hoàn thành")
    client.post(address(draft), data=assignment_form(draft, act="merge-0"), headers=HTMX)
    assert len(draft.content["duties"]) == 2 and draft.content["duties"][0]["due"]["day"] == 15


def test_splitting_where_nothing_divides_says_what_to_do(in_review, client_of, cast):
    draft = draft_named(in_review, "Sở Y tế")
    answer = client_of(cast.toan).post(
        address(draft), data=assignment_form(draft, act="split-0"), headers=HTMX
    )
    assert answer.status_code == 422 and "Chèn một dòng trống" in answer.text and draft.revision == 1


def test_words_chosen_in_the_text_become_a_draft_at_their_place(in_review, client_of, cast):
    text = in_review.source.text
    start = text.index("báo cáo 6 tháng trước ngày 15/6")
    form = {
        "kind": "report",
        "words": "",
        "start": start,
        "end": start + len("báo cáo 6 tháng trước ngày 15/6"),
    }
    client_of(cast.toan).post(f"/plans/{in_review.id}/drafts", data=form)
    made = max(in_review.drafts, key=lambda draft: draft.id)
    assert (made.kind, made.proposed, made.decision) == (DraftKind.REPORT, None, Decision.PENDING)
    assert text[made.span_start : made.span_end] == "báo cáo 6 tháng trước ngày 15/6"
    due = made.content["due"]
    assert (made.content["kind"], due["day"], due["month"], due["qualifier"]) == (
        "half_year",
        15,
        6,
        "before",
    )
    positions = [draft.position for draft in sorted(in_review.drafts, key=lambda d: d.position)]
    assert positions == sorted(set(positions))


def test_words_typed_into_the_form_are_found_in_the_text(in_review, client_of, cast):
    form = {"kind": "deadline", "words": "Công khai  danh sách tại trụ sở", "body": "Sở Tài chính"}
    client_of(cast.toan).post(f"/plans/{in_review.id}/drafts", data=form)
    made = max(in_review.drafts, key=lambda draft: draft.id)
    assert in_review.source.text[made.span_start : made.span_end] == "Công khai danh sách tại trụ sở"
    assert made.content["agency_id"] == cast.finance.id
    assert "Nhiệm vụ chưa có thời hạn. Nhập ngày, hoặc bỏ mục này." in flaws(made)


def test_the_text_on_the_page_is_the_text_that_was_read(in_review):
    source = in_review.source
    for paragraph in paragraphs(source.text, source.pages, in_review.drafts, source.unread):
        said = "".join(run.text for run in paragraph.runs)
        assert source.text[paragraph.start : paragraph.start + len(said)] == said
        here = paragraph.start
        for run in paragraph.runs:
            assert run.start == here
            here += len(run.text)
