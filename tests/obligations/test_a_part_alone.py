"""An agency that is asked for a part of a report sees that there is one, and its own part: nothing of the papers."""

from __future__ import annotations

import pytest

from app.api import tokens
from app.api.models import TokenScope
from app.extensions import db
from app.feeds.models import FeedScope
from app.feeds.operations import create_feed
from app.obligations.models import Part
from app.obligations.operations import comment
from app.obligations.topics import topic_of
from app.oversight.search import search
from tests.cast import NOW, TODAY
from tests.make import make_file, make_obligation, make_plan, make_schedule, make_submission

SECRETS = ("1318/SYT-NV", "4.180 hộ", "bang-ke.pdf", "Ý kiến trong Sở Y tế", "Ý kiến gửi cơ quan thường trực")


@pytest.fixture
def owed(cast):
    """Sở Y tế has handed in; Sở Tài chính and, with another part, Sở Nội vụ were asked."""
    plan = make_plan(cast)
    schedule = make_schedule(plan, reporters=[cast.health])
    obligation = make_obligation(plan, cast.health, source_id=schedule.id, title="Báo cáo hộ nghèo năm 2026")
    submission = make_submission(obligation, cast.hanh, files=[make_file("bang-ke.pdf")])
    for internal, words in ((True, SECRETS[3]), (False, SECRETS[4])):
        comment(
            topic_of(obligation), text=words, internal=internal, agency_id=cast.health.id,
            form_key=f"key-{internal}", actor=cast.hanh, now=NOW,
        )  # fmt: skip
    for agency, words in ((cast.finance, "Phần của Tài chính"), (cast.home_affairs, "Phần của Nội vụ")):
        db.session.add(
            Part(
                obligation_id=obligation.id, agency_id=agency.id, asked_by_id=cast.hanh.id, asked_at=NOW,
                due_on=TODAY, words=words,
            )
        )  # fmt: skip
    db.session.commit()
    obligation.attachment_id = submission.attachments[0].id
    return obligation


def test_every_page_of_the_papers_is_not_there(client_of, cast, owed):
    client, here, file = client_of(cast.tam), f"/obligations/{owed.id}", owed.attachment_id
    other = next(p for p in db.session.query(Part) if p.agency_id == cast.home_affairs.id)
    for path in (
        f"{here}/submissions/1", f"{here}/files/{file}", f"{here}/files.zip", f"{here}/files/{file}/preview",
        f"{here}/files/{file}/pages/1", f"{here}/files/{file}/picture", f"{here}/submit", f"{here}/review",
        f"{here}/parts/{other.id}", f"/plans/{owed.plan_id}",
        f"/plans/{owed.plan_id}/archive.zip", f"/schedules/{owed.source_id}",
        f"/schedules/{owed.source_id}/consolidation/2026", f"/schedules/{owed.source_id}/consolidation/2026.zip",
    ):  # fmt: skip
        assert client.get(path).status_code == 404, path
    for path in (
        f"{here}/draft",
        f"{here}/return",
        f"/talk/obligation/{owed.id}",
        f"/talk/obligation/{owed.id}/people",
        f"{here}/uploads",
    ):
        assert client.post(path, data={"comment-text": "x"}).status_code == 404, path


def test_its_own_page_and_its_lists_tell_nothing_of_them(client_of, cast, owed):
    client = client_of(cast.tam)
    part = client.get(f"/obligations/{owed.id}", follow_redirects=True).text
    assert "Phần của Tài chính" in part and "Phần của Nội vụ" not in part
    _feed, token = create_feed(cast.tam, FeedScope.ALL, now=NOW)
    db.session.commit()
    pages = [part, *(client.get(path).text for path in ("/work", "/calendar", "/emulation", "/plans"))]
    pages.append(client_of(None).get(f"/feeds/{token}.ics").text)
    for page in pages:
        assert not [secret for secret in SECRETS if secret in page]
    assert owed.title not in client.get("/calendar").text


def test_the_search_finds_it_without_saying_how_the_whole_stands(client_of, cast, owed):
    assert search(cast.tam, "hộ nghèo năm").obligations == [owed]
    page = client_of(cast.tam).get("/search?q=hộ nghèo năm").text
    assert owed.title in page and "phần phối hợp" in page and 'class="chip' not in page
    assert 'class="chip' in client_of(cast.hanh).get("/search?q=hộ nghèo năm").text


def test_a_program_of_theirs_gets_no_more(client_of, cast, owed):
    _made, token = tokens.create_token(cast.tam, "kho", TokenScope.WRITE, days=30, now=NOW)
    db.session.commit()
    client, head = client_of(None), {"Authorization": f"Bearer {token}"}
    assert client.get("/api/v1/obligations", headers=head).json["items"] == []
    for path in ("", f"/files/{owed.attachment_id}"):
        assert client.get(f"/api/v1/obligations/{owed.id}{path}", headers=head).status_code == 404
