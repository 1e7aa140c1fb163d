"""The words of the reminder mail."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from app.accounts.models import Role
from app.extensions import db
from app.i18n import writing_in
from app.obligations.models import Part, SourceKind
from app.outbox.models import Message
from app.reminders import operations, wording
from app.reminders.digest import MOST_ITEMS, render_digest
from app.reminders.jobs import plan_reminders
from app.reminders.models import Audience
from app.reminders.planning import Rule
from tests.cast import person
from tests.make import make_obligation, make_plan
from tests.reminders.conftest import WHOLE_OFFICE, morning
from tests.reminders.example import example
from tests.snapshots import check_snapshot

SNAPSHOTS = Path(__file__).parent / "snapshots"
DAY = date(2026, 12, 9)


@pytest.fixture
def digests(cast):
    return {name: render_digest(message, AT) for name, message, AT in example(cast)}


@pytest.mark.parametrize("name", ["officer", "standing-agency", "requested-body", "supporting-agency"])
def test_the_text_is_the_one_that_was_read_and_kept(digests, name):
    subject, text, _html = digests[name]
    check_snapshot(SNAPSHOTS / f"{name}.txt", f"Subject: {subject}\n\n{text}")


def test_the_english_text_is_the_one_that_was_read_and_kept(cast):
    for name, message, at in example(cast, "en"):
        subject, text, _html = render_digest(message, at)
        check_snapshot(SNAPSHOTS / f"{name}.en.txt", f"Subject: {subject}\n\n{text}")


def test_a_supporting_agency_reads_its_part_its_day_and_the_way_to_its_page(digests):
    subject, text, html = digests["supporting-agency"]
    part = db.session.scalars(sa.select(Part)).one()
    page = f"http://dunghan.test/obligations/{part.obligation_id}/parts/{part.id}"
    assert subject == "Sở Tài chính: 1 phần phối hợp cần gửi"
    for body in (text, html):
        assert part.words in body
        assert "Sở Y tế chủ trì" in body
        assert "thứ Năm, 26/11/2026" in body
        assert page in body


def test_the_subject_alone_says_how_many_are_late_how_many_are_due_and_by_when(digests):
    assert digests["officer"][0] == "Sở Y tế: 1 báo cáo quá hạn, 2 việc đến hạn trước 05/12"


def test_both_bodies_say_the_same_of_every_item(digests):
    for _subject, text, html in digests.values():
        links = re.findall(r"https?://\S+?(?=[\s\"<]|$)", text)
        assert links
        assert set(links) == set(re.findall(r'href="([^"]+)"', html))
        for words in re.findall(r"«([^»]+)»", text):
            assert words in html


def test_every_item_has_the_plans_words_the_day_its_reason_and_one_link(digests):
    _subject, text, _html = digests["officer"]
    for item in text.split("\n* ")[1:]:
        block = item.split("\n\n")[0]
        assert re.search(r"Hạn[^:]*: (thứ \w+|Chủ nhật), \d\d/\d\d/2026 «.+»", block)
        assert block.count("http://") == 1


def test_a_requested_body_reads_no_word_of_lateness_or_of_command(digests, cast, plan, now):
    made = make_obligation(plan, cast.front, due_on=date(2026, 11, 20), is_request=True, title="Giám sát")
    text = render_for(cast.lan, morning(date(2026, 11, 27)))[1]
    assert "Chưa có thông tin phản hồi" in text
    assert "Kính đề nghị" in text
    for word in ("quá hạn", "Quá hạn", "yêu cầu", "phải"):
        assert word not in text.replace(made.plan.title, "")


def test_nothing_is_fetched_and_dark_colours_are_there(digests):
    for _subject, _text, html in digests.values():
        assert "prefers-color-scheme: dark" in html
        assert not re.search(r"<(img|link|script|iframe)\b|url\(", html)
        assert "Thư nhắc tự động, không thay công văn đôn đốc." in html


def test_the_mail_is_in_the_language_of_its_reader(cast, plan):
    cast.hanh.language = "en"
    make_obligation(plan, cast.health, due_on=DAY)
    _subject, text, html = render_for(cast.hanh, morning(DAY))
    assert '<html lang="en">' in html
    assert "Wednesday, 09/12/2026" in text
    assert "«trước ngày 10/12»" in text  # the plan's words stay as they are


def test_a_very_full_mail_shows_the_most_urgent_and_counts_the_rest(cast, plan):
    for n in range(MOST_ITEMS + 3):
        make_obligation(plan, cast.health, due_on=DAY - timedelta(days=n % 5))
    _subject, text, _html = render_for(cast.hanh, morning(DAY))
    assert text.count("\n* ") == MOST_ITEMS
    assert "và 3 việc khác trong danh sách việc: http://dunghan.test/work" in text


def test_a_standing_officer_reads_own_work_and_what_others_owe_apart(cast, plan):
    make_obligation(plan, cast.standing, due_on=date(2026, 12, 2))
    for agency in (cast.health, cast.communes[0]):
        make_obligation(plan, agency, due_on=date(2026, 12, 2))
    subject, text, _html = render_for(cast.toan, morning(DAY))
    assert subject == "Sở NN và MT: 1 báo cáo quá hạn; 2 việc quá hạn ở 2 cơ quan"
    assert "Quá hạn 7 ngày: Sở Y tế, Xã Kim Điền" in text


def test_a_committee_member_hears_where_the_rules_say_so(cast, plan, now):
    operations.add_rule(WHOLE_OFFICE, Rule(10, Audience.COMMITTEE), actor=cast.ha, now=now)
    make_obligation(plan, cast.health, due_on=date(2026, 11, 20))
    subject, text, _html = render_for(cast.duc, morning(date(2026, 12, 7)))
    assert subject == "1 việc quá hạn ở 1 cơ quan"
    assert "quy tắc «sau 10 ngày làm việc»" in text


def test_the_contact_is_a_person_at_work(cast, plan, now):
    second = person("moi@lamgiang.test", "Lý Văn Mới", Role.STANDING_OFFICER, cast.standing)
    cast.toan.closed_at = now
    make_obligation(plan, cast.health, due_on=DAY)
    _subject, text, _html = render_for(cast.hanh, morning(DAY))
    assert f"Đầu mối: {second.name}" in text


def test_a_plan_without_number_is_called_by_its_title(cast, plan):
    unnumbered = make_plan(cast, number=None, title="Kế hoạch chuyển đổi số")
    make_obligation(unnumbered, cast.health, due_on=DAY, source_kind=SourceKind.DUTY, source_id=1)
    _subject, text, _html = render_for(cast.hanh, morning(DAY))
    assert "Kế hoạch chuyển đổi số · gửi" in text


def test_rules_are_told_in_one_line(app):
    with writing_in("vi"):
        line = wording.rules_in_one_line(operations.DEFAULT_RULES)
    assert line == "trước 10, 5, 3, 1 ngày làm việc, đúng ngày, sau 1, 5 ngày làm việc, thứ Hai hằng tuần"


def render_for(user, now):
    """Plan, and put this person's mail into words."""
    db.session.commit()
    plan_reminders(now, at_any_hour=True)
    message = (
        db.session.query(Message)
        .filter_by(user_id=user.id, kind="reminder-digest")
        .order_by(-Message.id)
        .first()
    )
    return render_digest(message, now)
