"""Obligations of which nobody would hear, people who are away, and how a person wants to be reminded."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from app.accounts.absences import note_absence
from app.accounts.models import Absence, Role
from app.accounts.operations import close_user
from app.accounts.queries import deputies_on
from app.errors import Refused
from app.extensions import db
from app.obligations.calendar import office_calendar
from app.outbox.models import AddressState, Message
from app.reminders.hearing import Listener, Reason, question, silence, tell_standing_agencies, unheard
from app.reminders.operations import set_wish
from app.reminders.planning import Wish, goes_now
from app.reminders.queries import wish_of
from app.reminders.views.unheard import PER_PAGE
from tests.cast import person
from tests.make import make_obligation
from tests.reminders.conftest import morning

BEFORE_5, BEFORE_1, DAY, AFTER_1 = (date(2026, 12, d) for d in (2, 8, 9, 10))
TODAY = date(2026, 11, 25)


@pytest.fixture
def owed(cast, plan):
    made = make_obligation(plan, cast.health, due_on=DAY)
    db.session.commit()
    return made


def away(user, first, last, deputy=None, now=None):
    db.session.add(Absence(user=user, from_day=first, to_day=last, deputy=deputy, created_at=now))
    db.session.commit()


listeners = st.lists(st.builds(Listener, st.booleans(), st.booleans(), st.booleans()), max_size=6)


@settings(max_examples=200, deadline=None)
@given(listeners)
def test_there_is_a_reason_exactly_when_nobody_hears(people):
    reasons = silence(people)
    assert bool(reasons) is not any(p.hears for p in people)
    assert len(set(reasons)) == len(reasons)
    for reason, holds in {
        Reason.MISSING: not people,
        Reason.LEFT: all(p.left for p in people) and bool(people),
        Reason.BOUNCED: any(p.bounced and not p.left for p in people),
    }.items():
        assert not reasons or (reason in reasons) is holds


def test_the_standing_agency_is_told_once_and_again_only_for_another_reason(cast, plan, owed, now, app):
    calendar = office_calendar()
    assert unheard(question(BEFORE_5, calendar, 5)) == []
    for user in (cast.hanh, cast.dung):
        away(user, TODAY, date(2026, 12, 31), now=now)
    assert unheard(question(date(2026, 12, 1), calendar, 5)) == []  # six working days left
    [line] = unheard(question(BEFORE_5, calendar, 5))
    assert line.obligation is owed and line.reasons == (Reason.AWAY,)
    at = morning(BEFORE_5)
    assert tell_standing_agencies(at, calendar, 5) == 1
    assert tell_standing_agencies(at, calendar, 5) == 0
    db.session.add(AddressState(address=cast.hanh.mail_address, suspended_at=now))
    db.session.commit()
    assert tell_standing_agencies(at, calendar, 5) == 1
    mails = db.session.scalars(sa.select(Message).where(Message.kind == "nobody-hears")).all()
    assert {mail.user_id for mail in mails} == {cast.toan.id}
    assert "đang vắng, chưa cử người thay" in mails[0].body_text
    assert "thư gửi tới bị trả lại" in mails[1].body_text


def test_an_agency_whose_people_have_left_and_one_that_never_had_any_are_shown_in_red(
    client_of, cast, plan, owed, now, frozen
):
    make_obligation(plan, cast.communes[1], due_on=DAY, title="Báo cáo của xã")
    for user in (cast.hanh, cast.dung):
        close_user(user, actor=cast.ha, now=now)
    frozen.move_to(morning(BEFORE_1))
    page = client_of(cast.toan).get("/reminders/unheard").get_data(as_text=True)
    assert "2 việc không ai nhận được nhắc" in page
    assert "mọi tài khoản của cơ quan đã đóng" in page and "cơ quan chưa có tài khoản nào" in page
    assert "2 việc sắp đến hạn" in client_of(cast.toan).get("/reminders").get_data(as_text=True)
    assert (
        client_of(cast.binh).get("/reminders/unheard").status_code == 200
    )  # of another agency's plans: none
    assert "Báo cáo của xã" not in client_of(cast.binh).get("/reminders/unheard").get_data(as_text=True)
    assert client_of(cast.tam).get("/reminders/unheard").status_code == 404


def test_the_board_warns_the_standing_agency_in_red_of_what_nobody_hears(
    client_of, cast, plan, owed, now, frozen
):
    warning = "1 việc sắp đến hạn hoặc quá hạn mà không ai nhận được nhắc"
    frozen.move_to(morning(BEFORE_1))
    assert warning not in client_of(cast.toan).get("/board").get_data(as_text=True)
    for user in (cast.hanh, cast.dung):
        close_user(user, actor=cast.ha, now=now)
    db.session.commit()
    page = client_of(cast.toan).get("/board").get_data(as_text=True)
    assert warning in page and 'href="/reminders/unheard"' in page and "notice-late" in page
    assert warning not in client_of(cast.toan).get("/board?day=25/11/2026").get_data(as_text=True)
    assert warning not in client_of(cast.duc).get("/board").get_data(as_text=True)


def test_a_long_list_of_what_nobody_hears_has_pages(client_of, cast, plan, frozen):
    for n in range(PER_PAGE + 1):
        make_obligation(plan, cast.communes[1], due_on=DAY, title=f"Báo cáo thứ {n}")
    db.session.commit()
    frozen.move_to(morning(BEFORE_1))
    client = client_of(cast.toan)
    first, second = (client.get(f"/reminders/unheard?page={n}").get_data(as_text=True) for n in (1, 2))
    assert (first.count("Báo cáo thứ "), second.count("Báo cáo thứ ")) == (PER_PAGE, 1)
    assert f"{PER_PAGE + 1} việc không ai nhận được nhắc" in first


# -- away -------------------------------------------------------------------------------------------------------


def test_while_somebody_is_away_the_deputy_hears_instead_and_afterwards_nobody_twice(office, owed, cast, now):
    lam = person("lam@lamgiang.test", "Hà Văn Lâm", Role.OFFICER, cast.health)
    away(cast.hanh, BEFORE_5, BEFORE_5, deputy=lam, now=now)
    assert [to for to, _subject in office.on(BEFORE_5)] == ["lam"]
    assert [to for to, _subject in office.on(date(2026, 12, 3))] == ["hanh"]  # back: the step that was missed
    assert sorted(to for to, _subject in office.on(BEFORE_1)) == ["hanh", "lam"]


def test_without_a_deputy_the_mail_goes_to_whoever_is_away(office, owed, cast, now):
    away(cast.hanh, BEFORE_5, BEFORE_5, now=now)
    assert [to for to, _subject in office.on(BEFORE_5)] == ["hanh"]


def test_a_deputy_who_is_away_is_followed_and_a_circle_leads_nowhere(cast, now):
    lam = person("lam@lamgiang.test", "Hà Văn Lâm", Role.OFFICER, cast.health)
    away(cast.hanh, TODAY, TODAY, deputy=lam, now=now)
    away(lam, TODAY, TODAY, deputy=cast.dung, now=now)
    assert deputies_on([cast.hanh.id, lam.id, cast.tam.id], TODAY) == {
        cast.hanh.id: cast.dung,
        lam.id: cast.dung,
    }
    away(cast.dung, TODAY, TODAY, deputy=cast.hanh, now=now)
    assert set(deputies_on([cast.hanh.id, lam.id, cast.dung.id], TODAY).values()) == {None}
    assert deputies_on([cast.hanh.id], BEFORE_5) == {}


def test_absences_are_noted_by_the_person_the_head_and_the_administrator(client_of, cast):
    form = {"person": cast.hanh.id, "first": "01/12/2026", "last": "04/12/2026", "deputy": cast.dung.id}
    for user, allowed in ((cast.hanh, True), (cast.tam, False), (cast.dung, True), (cast.ha, True)):
        client = client_of(user)
        data = {**form, "agency": cast.health.id}
        response = client.post("/absences", data=data)
        assert (response.status_code == 302) is allowed
        if allowed:
            [row] = db.session.scalars(sa.select(Absence))
            assert client_of(cast.tam).post(f"/absences/{row.id}/remove").status_code == 404
            assert cast.dung.name in client_of(cast.hanh).get("/absences").get_data(as_text=True)
            assert client.post(f"/absences/{row.id}/remove").status_code == 302


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"last": date(2026, 11, 30)}, "Ngày cuối phải từ ngày đầu"),
        ({"first": date(2026, 11, 1), "last": date(2026, 11, 2)}, "đã qua"),
        ({"deputy": "tam"}, "phải cùng cơ quan"),
        ({"first": date(2026, 12, 4), "last": date(2026, 12, 20)}, "Đã ghi vắng mặt từ 01/12/2026"),
    ],
)
def test_an_absence_that_makes_no_sense_is_refused(cast, now, facts, words):
    away(cast.hanh, date(2026, 12, 1), date(2026, 12, 4), now=now)
    given = {"first": date(2026, 12, 7), "last": date(2026, 12, 8), "deputy": None, "note": "", **facts}
    if given["deputy"]:
        given["deputy"] = getattr(cast, given["deputy"])
    if facts.get("last") == date(2026, 11, 30):
        given["first"] = date(2026, 12, 1)
    with pytest.raises(Refused, match=words):
        note_absence(cast.hanh, actor=cast.hanh, now=now, today=TODAY, **given)


# -- wishes -----------------------------------------------------------------------------------------------------


def test_a_person_hears_from_the_step_that_was_chosen_on_and_the_last_one_in_any_case(
    office, owed, cast, now
):
    set_wish(cast.hanh, Wish(hears_from=61), now=now)
    heard = office.days(BEFORE_5, date(2026, 12, 16))
    assert {day for day, people in heard.items() if "hanh" in people} == {date(2026, 12, 16)}
    set_wish(cast.hanh, Wish(hears_from=0), now=now)


def test_one_mail_a_day_at_the_hour_that_was_chosen(office, owed, cast, plan, now):
    set_wish(cast.hanh, Wish(daily=True, hour=10), now=now)
    assert office.at(morning(BEFORE_5, 9)) == []
    assert [to for to, _subject in office.at(morning(BEFORE_5, 10))] == ["hanh"]
    make_obligation(plan, cast.health, due_on=BEFORE_1, title="Sắp đến hạn")
    assert office.at(morning(BEFORE_5, 11)) == []  # waits for tomorrow's mail
    make_obligation(plan, cast.health, due_on=BEFORE_5, title="Đến hạn hôm nay")
    assert len(office.at(morning(BEFORE_5, 14))) == 1  # pressing: does not wait, and takes the other along


def test_the_page_keeps_the_wishes_of_the_reader(client_of, cast, plan):
    client = client_of(cast.hanh)
    assert (
        client.post("/reminders/mine", data={"daily": "1", "hour": "9", "hears_from": "-3"}).status_code
        == 302
    )
    assert wish_of(cast.hanh.id) == Wish(daily=True, hour=9, hears_from=-3)
    assert client.get("/reminders/mine").get_data(as_text=True).count("selected") >= 2
    assert (
        client.post("/reminders/mine", data={"daily": "1", "hour": "3", "hears_from": ""}).status_code == 200
    )


@pytest.mark.parametrize(
    ("wish", "hour", "had", "pressing", "goes"),
    [
        (Wish(), 8, True, False, True),
        (Wish(hour=9), 8, False, True, False),
        (Wish(hour=9), 9, True, False, True),
        (Wish(daily=True), 8, False, False, True),
        (Wish(daily=True), 8, True, False, False),
        (Wish(daily=True), 8, True, True, True),
    ],
)
def test_what_waits_goes_when_the_wish_says_so(wish, hour, had, pressing, goes):
    assert goes_now(wish, morning(TODAY, hour), had_today=had, pressing=pressing) is goes
