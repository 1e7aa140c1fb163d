"""The address of a feed: who reads what, until when, how cheaply."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from icalendar import Calendar

from app.accounts import operations as accounts
from app.audit.queries import entries_about
from app.errors import Refused
from app.extensions import db
from app.feeds import operations, queries
from app.feeds.models import CalendarFeed, FeedScope
from app.obligations.operations import accept, ask_extension, decide_extension, return_submission, waive
from tests.cast import NOW, TODAY
from tests.conftest import both_engines
from tests.make import make_obligation, make_plan, make_submission


@pytest.fixture
def plan(cast):
    return make_plan(cast)


def address_for(user, scope=FeedScope.OWN, plan=None):
    _feed, token = operations.create_feed(user, scope, plan=plan, now=NOW)
    return f"/feeds/{token}.ics"


def titles(response):
    assert response.status_code == 200
    return sorted(str(e["SUMMARY"]) for e in Calendar.from_ical(response.data).walk("VEVENT"))


def test_whoever_has_the_address_reads_the_feed_without_signing_in(client_of, cast, plan):
    make_obligation(plan, cast.health, title="Báo cáo năm")
    response = client_of(None).get(address_for(cast.hanh))
    assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert titles(response) == [f"Báo cáo năm (KH {plan.number})"]
    assert "Set-Cookie" not in response.headers


@both_engines
def test_a_feed_holds_exactly_what_its_owner_may_see(client_of, cast, plan):
    theirs = make_plan(cast, standing_agency=cast.home_affairs, committee=cast.other_committee)
    for agency in (cast.health, cast.finance, cast.standing):
        make_obligation(plan, agency, title=f"Của {agency.name}")
    make_obligation(theirs, cast.health, title="Của Sở Nội vụ giao")

    def count(user, scope, plan=None):
        return len(titles(client_of(None).get(address_for(user, scope, plan))))

    assert count(cast.hanh, FeedScope.OWN) == count(cast.hanh, FeedScope.ALL) == 2
    assert count(cast.hanh, FeedScope.PLAN, plan) == 1
    assert count(cast.toan, FeedScope.OWN) == 1
    assert count(cast.toan, FeedScope.ALL) == 3
    assert count(cast.toan, FeedScope.PLAN, theirs) == 0
    assert count(cast.duc, FeedScope.ALL) == 3
    assert count(cast.khoa, FeedScope.ALL) == 1
    assert count(cast.ha, FeedScope.ALL) == 0
    assert count(cast.outsider, FeedScope.ALL) == 0


def test_rights_are_those_of_the_moment_of_reading(client_of, cast, plan):
    make_obligation(plan, cast.health)
    address = address_for(cast.hanh)
    assert len(titles(client_of(None).get(address))) == 1
    cast.hanh.agency = cast.construction
    assert titles(client_of(None).get(address)) == []


@pytest.mark.parametrize("token", ["x", "0" * 43, "../../etc/passwd", "%00", "a" * 500])
def test_an_unknown_address_is_not_found(client_of, cast, token):
    assert client_of(None).get(f"/feeds/{token}.ics").status_code == 404


def test_a_revoked_address_is_not_found(client_of, cast):
    feed, token = operations.create_feed(cast.hanh, FeedScope.OWN, now=NOW)
    db.session.commit()
    client = client_of(cast.hanh)
    assert client.post(f"/calendar/feeds/{feed.id}/revoke").status_code == 302
    assert client_of(None).get(f"/feeds/{token}.ics").status_code == 404
    assert [e.act for e in entries_about("calendar_feed", feed.id)] == ["feed.revoked", "feed.created"]


def test_nobody_revokes_or_renews_another_person_s_address(client_of, cast):
    feed, _token = operations.create_feed(cast.hanh, FeedScope.OWN, now=NOW)
    db.session.commit()
    for act in ("revoke", "renew"):
        assert client_of(cast.dung).post(f"/calendar/feeds/{feed.id}/{act}").status_code == 404
    assert feed.revoked_at is None


def test_a_closed_account_has_no_feed(client_of, cast):
    address = address_for(cast.hanh)
    accounts.close_user(cast.hanh, actor=cast.ha, now=NOW)
    assert client_of(None).get(address).status_code == 404


def test_only_the_digest_of_the_token_is_stored(cast):
    feed, token = operations.create_feed(cast.hanh, FeedScope.OWN, now=NOW)
    assert token not in feed.token_hash and len(token) >= 43


def test_the_address_is_shown_once_and_can_be_changed(client_of, cast):
    client = client_of(cast.hanh)
    page = client.post("/calendar/subscribe", data={"scope": "own"}).text
    assert page.count("http://dunghan.test/feeds/") == 1
    assert "/feeds/" not in client.get("/calendar/subscribe").text.replace("/calendar/feeds/", "")
    old = queries.feeds_of(cast.hanh)[0]
    assert "http://dunghan.test/feeds/" in client.post(f"/calendar/feeds/{old.id}/renew").text
    db.session.refresh(old)
    assert old.revoked_at is not None and len(queries.feeds_of(cast.hanh)) == 1


def test_nobody_subscribes_to_more_than_they_may(client_of, cast, plan):
    make_obligation(plan, cast.finance)
    client = client_of(cast.hanh)
    assert client.post("/calendar/subscribe", data={"scope": "all"}).status_code == 404
    assert client.post("/calendar/subscribe", data={"scope": "plan", "plan": plan.id}).status_code == 404
    assert client.post("/calendar/subscribe", data={"scope": "plan"}).status_code == 404
    assert client_of(cast.ha).get("/calendar/subscribe").status_code == 404


def test_there_is_an_end_to_the_number_of_addresses(cast):
    for _ in range(operations.MOST_FEEDS):
        operations.create_feed(cast.hanh, FeedScope.OWN, now=NOW)
    with pytest.raises(Refused, match="Thu hồi"):
        operations.create_feed(cast.hanh, FeedScope.OWN, now=NOW)


@both_engines
def test_an_unchanged_feed_answers_304_without_a_body(client_of, cast, plan, count_queries):
    for n in range(5):
        make_obligation(plan, cast.health, period=f"2026-M0{n + 1}")
    address = address_for(cast.hanh)
    first = client_of(None).get(address)
    count_queries.clear()
    again = client_of(None).get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    assert len(count_queries) <= 5
    assert client_of(None).get(address, headers={"If-None-Match": '"other"'}).data == first.data


def test_every_change_that_a_calendar_shows_gives_another_etag(client_of, cast, plan):
    made = make_obligation(plan, cast.health)
    other = make_obligation(plan, cast.health, period="2025")
    address = address_for(cast.hanh)

    def read():
        return client_of(None).get(address)

    def extend():
        asked = ask_extension(made, until=date(2027, 1, 20), reason="lụt", actor=cast.hanh, now=NOW)
        decide_extension(asked, granted_until=date(2027, 1, 20), note="", actor=cast.toan, now=NOW)

    def give_back():
        return_submission(made, reason="thiếu", until=TODAY + timedelta(days=5), actor=cast.toan, now=NOW)

    later = NOW + timedelta(minutes=5)
    acts = [
        extend,
        lambda: make_submission(made, cast.hanh, now=NOW),
        give_back,
        lambda: make_submission(made, cast.hanh, now=later),
        lambda: accept(made, actor=cast.toan, now=later),
        lambda: waive(other, reason="CV 1", actor=cast.toan, now=later),
        lambda: make_obligation(plan, cast.health, period="2024"),
    ]
    seen = [read()]
    for act in acts:
        act()
        seen.append(read())
        assert seen[-1].data != seen[-2].data
    assert len({answer.headers["ETag"] for answer in seen}) == len(seen)


def test_reading_is_remembered_at_most_once_an_hour(client_of, cast, frozen):
    address = address_for(cast.hanh)
    client_of(None).get(address)
    feed = db.session.query(CalendarFeed).one()
    assert feed.last_used_at == NOW
    frozen.move_to(NOW + timedelta(minutes=59))
    client_of(None).get(address)
    assert feed.last_used_at == NOW
    frozen.move_to(NOW + timedelta(minutes=61))
    client_of(None).get(address)
    assert feed.last_used_at == NOW + timedelta(minutes=61)


def test_the_feed_speaks_its_owner_s_language_and_keeps_the_plan_s_words(client_of, cast, plan):
    make_obligation(plan, cast.health, words="trước ngày 10/12")
    text = str(
        Calendar.from_ical(client_of(None).get(address_for(cast.hanh)).data).walk("VEVENT")[0]["DESCRIPTION"]
    )
    assert "«trước ngày 10/12»" in text and "http://dunghan.test/obligations/" in text


def test_the_number_of_queries_does_not_grow_with_the_feed(client_of, cast, plan, count_queries):
    make_obligation(plan, cast.health)
    address = address_for(cast.hanh)
    client_of(None).get(address)
    count_queries.clear()
    client_of(None).get(address)
    few = len(count_queries)
    for year in range(30):
        make_obligation(plan, cast.health, period=f"{2030 + year}")
    db.session.commit()
    count_queries.clear()
    assert len(titles(client_of(None).get(address))) == 31
    assert len(count_queries) == few


def test_old_obligations_leave_the_feed_with_the_year_before_last(client_of, cast, plan):
    make_obligation(plan, cast.health, due_on=date(2024, 12, 31), title="Cũ")
    make_obligation(plan, cast.health, due_on=date(2025, 1, 1), title="Năm trước")
    assert titles(client_of(None).get(address_for(cast.hanh))) == [f"Năm trước (KH {plan.number})"]
