"""The pages about reminders: who sees what, and what may be done."""

from __future__ import annotations

import re
from datetime import date

import pytest
import sqlalchemy as sa

from app.audit.models import AuditEntry
from app.extensions import db
from app.obligations.panels import events_about
from app.outbox.delivery import deliver
from app.outbox.models import Message, MessageState
from app.reminders import queries
from app.reminders.jobs import plan_reminders
from app.reminders.models import Audience, ReminderRule
from app.reminders.runs import note_failed, note_good
from app.reminders.scopes import OFFICE
from tests.make import make_obligation, make_plan, make_schedule
from tests.reminders.conftest import morning

TODAY = date(2026, 11, 25)


@pytest.fixture
def settings(settings):
    """No mail server: mails are files."""
    return {**settings, "MAIL_SERVER": ""}


@pytest.fixture
def sent(cast, plan, now):
    """Hạnh's reminder of a report that is due tomorrow, sent."""
    make_obligation(plan, cast.health, due_on=date(2026, 11, 26), title="Báo cáo dinh dưỡng")
    db.session.commit()
    plan_reminders(now)
    deliver(lambda: now)
    return db.session.scalars(sa.select(Message)).one()


@pytest.mark.parametrize("path", ["/reminders", "/reminders/rules", "/reminders/mails"])
def test_only_standing_officers_and_the_administrator_see_the_pages(client_of, cast, plan, path):
    for user, status in (
        (cast.toan, 200),
        (cast.ha, 200),
        (cast.hanh, 404),
        (cast.duc, 404),
        (cast.outsider, 404),
    ):
        assert client_of(user).get(path).status_code == status, user.name


# -- what will be said next -----------------------------------------------------------------------------------


def test_the_page_tells_what_will_be_said_to_whom_and_by_which_step(client_of, cast, plan):
    make_obligation(plan, cast.health, due_on=date(2026, 12, 2), title="Báo cáo dinh dưỡng")
    page = client_of(cast.toan).get("/reminders?days=14").get_data(as_text=True)
    assert "Báo cáo dinh dưỡng" in page
    assert "Trước hạn 5 ngày làm việc" in page
    assert "Trước hạn 1 ngày làm việc" in page
    assert "Nguyễn Thị Hạnh" in page
    assert "Võ Quốc Dũng" in page  # the head, one day after


def test_today_holds_only_what_was_not_said_yet(client_of, cast, sent):
    page = client_of(cast.toan).get("/reminders").get_data(as_text=True)
    assert "Trước hạn 1 ngày làm việc" not in page
    assert "Đúng ngày đến hạn" in page


def test_another_standing_agency_sees_nothing_of_it(client_of, cast, plan):
    make_obligation(plan, cast.health, due_on=date(2026, 11, 27), title="Báo cáo dinh dưỡng")
    assert "Báo cáo dinh dưỡng" not in client_of(cast.binh).get("/reminders").get_data(as_text=True)


def test_steps_that_nobody_will_hear_are_pointed_out(client_of, cast, plan):
    make_obligation(plan, cast.communes[1], due_on=date(2026, 11, 27))
    page = client_of(cast.toan).get("/reminders?people=none").get_data(as_text=True)
    assert "chưa có người nhận" in page
    assert "Xã Bình Lâm" in page


def test_the_list_has_pages(client_of, cast, plan, count_queries):
    for _ in range(60):
        make_obligation(plan, cast.health, due_on=date(2026, 11, 27))
    client = client_of(cast.toan)
    page = client.get("/reminders").get_data(as_text=True)
    assert "1–50" in page.replace(" ", "")
    assert client.get("/reminders?page=3").status_code == 200


def test_a_long_list_costs_as_many_queries_as_a_short_one(client_of, cast, plan, count_queries):
    client = client_of(cast.toan)

    def queries_for(obligations):
        for _ in range(obligations):
            make_obligation(plan, cast.health, due_on=date(2026, 11, 27))
        db.session.commit()
        count_queries.clear()
        client.get("/reminders")
        return len(count_queries)

    assert queries_for(2) == queries_for(30)


def test_an_empty_office_is_told_that_nothing_will_be_said(client_of, cast, plan):
    assert "Không có việc nào cần nhắc trong 7 ngày tới" in client_of(cast.toan).get("/reminders").get_data(
        as_text=True
    )


def test_a_silent_scheduler_and_a_failing_job_are_shown(client_of, cast, plan, now):
    client = client_of(cast.ha)
    assert "Bộ lập lịch không chạy" in client.get("/reminders").get_data(as_text=True)
    note_good("deliver", now=now, result="{}")
    note_failed("plan_reminders", now=now, error="ValueError: no calendar")
    page = client.get("/reminders").get_data(as_text=True)
    assert "Bộ lập lịch không chạy" not in page
    assert "ValueError: no calendar" in page


# -- rules ----------------------------------------------------------------------------------------------------


def add(client, **values):
    return client.post(
        "/reminders/rules", data={"side": "before", "days": "3", "audience": "officers", **values}
    )


def switch(client, offset, active, **values):
    step = {"offset": offset, "audience": "officers", "active": str(int(active))}
    return client.post("/reminders/rules/switch", data={**step, **values})


def rows(scope=OFFICE):
    return [(r.offset, r.audience) for r in queries.rule_rows(scope) if r.active]


def steps_said(client, code=""):
    """The rows of the page: step, scope, state."""
    page = client.get(f"/reminders/rules?for={code}").get_data(as_text=True)
    rows = re.findall(
        r'<th scope="row">(.*?)</th>.*?data-label="Theo">(.*?)</td>\s*<td>(.*?)</td>', page, re.S
    )
    return [tuple(re.sub(r"<[^>]+>", "", cell).strip() for cell in row) for row in rows]


def test_the_administrator_changes_the_rules_of_the_installation(client_of, cast, plan):
    client = client_of(cast.ha)
    assert add(client).status_code == 302
    assert (-3, Audience.OFFICERS) in rows()
    added = db.session.scalars(sa.select(ReminderRule.id).where(ReminderRule.offset == -3)).one()
    switch(client, -3, False)
    assert (-3, Audience.OFFICERS) not in rows()
    client.post(f"/reminders/rules/{added}/remove")
    assert db.session.get(ReminderRule, added) is None
    acts = db.session.scalars(sa.select(AuditEntry.act).where(AuditEntry.actor_id == cast.ha.id)).all()
    assert acts == ["reminder_rule.changed"] * 3


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"days": "5"}, "Bước nhắc này đã có"),
        ({"days": ""}, "Nhập số ngày làm việc"),
        ({"days": "400"}, "Nhập số ngày từ 1 đến 60"),
        ({"repeat_weekly": "y"}, "Chỉ nhắc lại hằng tuần sau khi đã quá hạn"),
    ],
)
def test_a_step_that_makes_no_sense_is_refused_beside_the_form(client_of, cast, plan, values, words):
    before = rows()
    response = add(client_of(cast.ha), **values)
    assert response.status_code == 200
    assert words in response.get_data(as_text=True)
    assert rows() == before


def test_the_narrowest_scope_that_says_something_of_a_step_counts_and_the_page_says_which(
    client_of, cast, plan
):
    client = client_of(cast.toan)
    schedule = make_schedule(plan, title="Báo cáo năm")
    db.session.commit()
    programme, own, report = f"programme-{plan.committee_id}", f"plan-{plan.id}", f"schedule-{schedule.id}"
    assert add(client, **{"for": programme, "days": "2"}).status_code == 302
    assert switch(client, -5, False, **{"for": own}).status_code == 302
    assert switch(client, -5, True, **{"for": report}).status_code == 302
    assert ("Trước hạn 5 ngày làm việc", "Lịch chung", "Đang dùng") in steps_said(client)
    of_plan = steps_said(client, own)
    assert ("Trước hạn 5 ngày làm việc", "Đặt tại đây", "Tắt") in of_plan
    assert ("Trước hạn 2 ngày làm việc", "Chương trình", "Đang dùng") in of_plan
    of_report = steps_said(client, report)
    assert ("Trước hạn 5 ngày làm việc", "Đặt tại đây", "Đang dùng") in of_report
    assert ("Trước hạn 1 ngày làm việc", "Lịch chung", "Đang dùng") in of_report
    client.post("/reminders/rules/follow", data={"for": own})
    assert ("Trước hạn 5 ngày làm việc", "Lịch chung", "Đang dùng") in steps_said(client, own)


def test_scopes_of_others_are_closed(client_of, cast, plan):
    """A standing officer changes neither the installation's steps nor another agency's plans; an officer none."""
    common = queries.rule_rows(OFFICE)[0].id
    own = f"plan-{plan.id}"
    for user in (cast.toan, cast.hanh):
        assert add(client_of(user)).status_code == 404
        assert switch(client_of(user), -5, False).status_code == 404
        assert client_of(user).post(f"/reminders/rules/{common}/remove").status_code == 404
    for user in (cast.binh, cast.ha):
        assert switch(client_of(user), -5, False, **{"for": own}).status_code == 404
        assert client_of(user).get(f"/reminders/rules?for={own}").status_code == 404
    assert client_of(cast.toan).get("/reminders/rules?for=plan-x").status_code == 404
    assert len(rows()) == 7


# -- mails ----------------------------------------------------------------------------------------------------


def test_the_log_says_that_mails_are_files_and_shows_them(client_of, cast, sent):
    client = client_of(cast.toan)
    page = client.get("/reminders/mails").get_data(as_text=True)
    assert "tệp .eml" in page
    assert "Nguyễn Thị Hạnh" in page
    mail = client.get(f"/reminders/mails/{sent.id}").get_data(as_text=True)
    assert sent.subject in mail
    assert f'src="/reminders/mails/{sent.id}/body" sandbox' in mail
    assert sent.message_id.strip("<>") in mail


def test_the_body_of_a_mail_is_framed_without_any_right(client_of, cast, sent):
    response = client_of(cast.toan).get(f"/reminders/mails/{sent.id}/body")
    assert response.get_data(as_text=True) == sent.body_html
    assert response.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert response.headers["X-Frame-Options"] == "SAMEORIGIN"


def test_the_administrator_sees_that_a_mail_went_out_but_not_its_words(client_of, cast, sent):
    client = client_of(cast.ha)
    page = client.get("/reminders/mails").get_data(as_text=True)
    mail = client.get(f"/reminders/mails/{sent.id}").get_data(as_text=True)
    assert "hanh@lamgiang.test" in page
    assert "Báo cáo dinh dưỡng" not in page + mail
    assert sent.subject not in page + mail
    assert client.get(f"/reminders/mails/{sent.id}/body").status_code == 404


def test_another_standing_agency_does_not_see_the_mail_at_all(client_of, cast, sent):
    client = client_of(cast.binh)
    assert "hanh@lamgiang.test" not in client.get("/reminders/mails").get_data(as_text=True)
    for path in ("", "/body"):
        assert client.get(f"/reminders/mails/{sent.id}{path}").status_code == 404
    assert client.post(f"/reminders/mails/{sent.id}/resend").status_code == 404


def test_of_a_mail_about_several_agencies_plans_each_sees_only_its_own_items(client_of, cast, plan, now):
    theirs = make_plan(cast, number="9/KH-UBND", standing_agency=cast.home_affairs)
    make_obligation(plan, cast.health, due_on=date(2026, 11, 26), title="Báo cáo dinh dưỡng")
    make_obligation(theirs, cast.health, due_on=date(2026, 11, 26), title="Báo cáo cải cách hành chính")
    db.session.commit()
    plan_reminders(now)
    deliver(lambda: now)
    message = db.session.scalars(sa.select(Message)).one()
    for user, own, other in (
        (cast.toan, "Báo cáo dinh dưỡng", "Báo cáo cải cách hành chính"),
        (cast.binh, "Báo cáo cải cách hành chính", "Báo cáo dinh dưỡng"),
    ):
        page = client_of(user).get(f"/reminders/mails/{message.id}").get_data(as_text=True)
        assert own in page
        assert other not in page
        assert client_of(user).get(f"/reminders/mails/{message.id}/body").status_code == 404


def test_the_log_is_searched_without_diacritics_and_filtered_by_state(client_of, cast, sent):
    client = client_of(cast.toan)
    assert "hanh@lamgiang.test" in client.get("/reminders/mails?q=nguyen+hanh").get_data(as_text=True)
    assert "Không có thư nào khớp" in client.get("/reminders/mails?q=dung").get_data(as_text=True)
    assert "hanh@lamgiang.test" in client.get("/reminders/mails?state=sent").get_data(as_text=True)
    assert "Không có thư nào khớp" in client.get("/reminders/mails?state=failed").get_data(as_text=True)


def test_a_failed_mail_shows_its_reason_and_is_sent_again_by_hand(client_of, cast, sent, now):
    sent.state, sent.sent_at, sent.error = MessageState.GIVEN_UP, None, "550 5.1.1 no such mailbox"
    client = client_of(cast.ha)
    page = client.get("/reminders/mails").get_data(as_text=True)
    assert "1 thư không gửi được" in page
    assert "550 5.1.1 no such mailbox" in page
    assert client.post(f"/reminders/mails/{sent.id}/resend").status_code == 302
    assert db.session.get(Message, sent.id).state is MessageState.QUEUED
    assert deliver(lambda: now) == {"sent": 1}


def test_a_waiting_mail_is_cancelled_and_a_second_press_says_why_not(client_of, cast, sent):
    sent.state, sent.sent_at = MessageState.QUEUED, None
    client = client_of(cast.toan)
    assert client.post(f"/reminders/mails/{sent.id}/cancel").status_code == 302
    again = client.post(f"/reminders/mails/{sent.id}/cancel")
    assert again.status_code == 409
    assert "không còn chờ gửi" in again.get_data(as_text=True)


def test_a_mail_without_words_yet_says_when_they_come(client_of, cast, plan, now):
    make_obligation(plan, cast.health, due_on=date(2026, 11, 26), title="Báo cáo dinh dưỡng")
    db.session.commit()
    plan_reminders(now)
    message = db.session.scalars(sa.select(Message)).one()
    page = client_of(cast.toan).get(f"/reminders/mails/{message.id}").get_data(as_text=True)
    assert "viết lúc gửi" in page
    assert "Báo cáo dinh dưỡng" in page
    assert client_of(cast.toan).get(f"/reminders/mails/{message.id}/body").status_code == 404


# -- one's own mails --------------------------------------------------------------------------------------------


def test_everybody_reads_ones_own_mails_and_nobody_elses(client_of, cast, sent):
    mine = client_of(cast.hanh)
    assert sent.subject in mine.get("/reminders/mine").get_data(as_text=True)
    assert sent.subject in mine.get(f"/reminders/mine/{sent.id}").get_data(as_text=True)
    assert mine.get(f"/reminders/mine/{sent.id}/body").status_code == 200
    other = client_of(cast.tam)
    assert sent.subject not in other.get("/reminders/mine").get_data(as_text=True)
    for path in ("", "/body"):
        assert other.get(f"/reminders/mine/{sent.id}{path}").status_code == 404


def test_the_page_says_by_which_rules_mails_come(client_of, cast, plan):
    page = client_of(cast.hanh).get("/reminders/mine").get_data(as_text=True)
    assert "trước 5, 1 ngày làm việc, đúng ngày, sau 1, 5 ngày làm việc, thứ Hai hằng tuần" in page
    assert "Chưa có thư nào" in page


# -- the story of an obligation -----------------------------------------------------------------------------------


def test_the_story_of_an_obligation_tells_what_was_said_to_whom(cast, plan, now, frozen):
    made = make_obligation(plan, cast.health, due_on=TODAY)
    db.session.commit()
    for moment in (now, morning(date(2026, 11, 26))):
        plan_reminders(moment)
        deliver(lambda moment=moment: moment)
    told = [(event["text"], event["who"]) for event in events_about(made) if event["icon"] == "bell"]
    assert told == [
        ("Thư nhắc: Đúng ngày đến hạn", "Nguyễn Thị Hạnh; Đã gửi"),
        ("Thư nhắc: Sau hạn 1 ngày làm việc", "Nguyễn Thị Hạnh, Võ Quốc Dũng; Đã gửi"),
    ]
