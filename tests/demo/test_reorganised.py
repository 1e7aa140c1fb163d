"""The reorganisation of 2025 in tỉnh Lam Giang: who owes what, calendars and mails, before and after."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

import pytest
import sqlalchemy as sa

from app.accounts.models import User
from app.clock import VIETNAM
from app.demo.reorganised import BEFORE, COMMUNES, DISTRICT, FARMING, LABOUR, found_before, reorganise
from app.extensions import db
from app.feeds.models import FeedScope
from app.feeds.operations import create_feed
from app.obligations.models import Obligation
from app.outbox.models import Message
from app.reminders import jobs
from app.reminders.models import Reminder
from app.reminders.operations import ensure_default_rules
from app.reorganisations import operations

HALF = "Báo cáo 6 tháng"


@pytest.fixture
def province(app, frozen):
    frozen.move_to(BEFORE)
    ensure_default_rules(now=BEFORE)
    made = found_before()
    db.session.commit()
    return made


def uids(client, address):
    body = client.get(address).text.replace("\r\n ", "")
    return set(re.findall(r"UID:(\S+)", body))


def test_the_board_follows_without_a_gap_or_a_double(province):
    before, total = province.open_by_agency(), db.session.query(Obligation).count()
    assert LABOUR not in before, "the standing agency does not report to itself"
    assert (before["Sở Nông nghiệp và Phát triển nông thôn"], before["Sở Tài nguyên và Môi trường"]) == (2, 2)
    assert before[DISTRICT] == 4
    reorganise(province)
    db.session.commit()
    after = province.open_by_agency()
    ended = {LABOUR, DISTRICT, "Sở Kế hoạch và Đầu tư", "Sở Giao thông vận tải", "Ban Dân tộc"}
    assert not ended & after.keys()
    assert after["Sở Tài chính"] == 4, "two plans, two reports each; what both owed is owed once"
    assert after["Sở Dân tộc và Tôn giáo"] == before["Ban Dân tộc"]
    assert FARMING not in after, "it runs the poverty plan now and does not report to itself"
    assert sum(after.get(name, 0) for name in COMMUNES) == before[DISTRICT]
    assert db.session.query(Obligation).count() == total, "nothing arose twice"
    poverty, labour, _rural = province.plans
    assert poverty.standing_agency.name == FARMING and labour.standing_agency.name == "Sở Nội vụ"
    operations.undo(province.changes[-1], actor=province.administrator, now=BEFORE + timedelta(days=200))
    assert province.open_by_agency()[DISTRICT] == before[DISTRICT]


def test_a_calendar_keeps_its_address_and_its_events(app, province, client_of):
    officer = db.session.scalar(sa.select(User).where(User.name == "Chuyên viên Ban Dân tộc"))
    _feed, token = create_feed(officer, FeedScope.OWN, now=BEFORE)
    db.session.commit()
    client = client_of(None)
    before = uids(client, f"/feeds/{token}.ics")
    reorganise(province)
    db.session.commit()
    assert uids(client, f"/feeds/{token}.ics") == before and len(before) == 2


def test_nobody_hears_the_same_step_twice_and_the_new_agency_s_people_hear_it(app, province, frozen):
    morning = datetime.combine(date(2025, 6, 10), time(9), VIETNAM)
    frozen.move_to(morning)
    jobs.plan_reminders(morning)
    said = {(r.obligation_id, r.user_id, r.step) for r in db.session.scalars(sa.select(Reminder))}
    assert said
    reorganise(province)
    db.session.commit()
    jobs.plan_reminders(morning + timedelta(minutes=10))
    rows = db.session.scalars(sa.select(Reminder)).all()
    keys = [(r.obligation_id, r.user_id, r.step) for r in rows]
    assert len(keys) == len(set(keys)) and said <= set(keys)
    for row in rows:
        if (row.obligation_id, row.user_id, row.step) not in said:
            user, obligation = (
                db.session.get(User, row.user_id),
                db.session.get(Obligation, row.obligation_id),
            )
            assert user.agency_id in (obligation.agency_id, obligation.standing_agency_id)
    told = db.session.scalars(sa.select(Message.user_id).where(Message.kind == "agency-reorganised")).all()
    assert len(told) > 10


def test_the_command_tells_before_and_after(app):
    said = app.test_cli_runner().invoke(args=["demo", "reorganisation"]).output
    assert re.search(r"Ban Dân tộc +2 → +0", said) and re.search(r"Sở Dân tộc và Tôn giáo +0 → +2", said)
    again = app.test_cli_runner().invoke(args=["demo", "reorganisation"])
    assert again.exit_code != 0 and "empty" in again.output
