"""The feed as text: valid by RFC 5545, stable, in Vietnamese."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from icalendar import Alarms, Calendar

from app.feeds.render import Entry, render

ENTRY = Entry(
    key="schedule-7-3-2026-H1",
    day=date(2026, 6, 14),
    title="Báo cáo 6 tháng đầu năm 2026",
    words="trước ngày 15 tháng 6; gửi qua Sở Nông nghiệp và Môi trường, để tổng hợp",
    why="Kế hoạch ghi ngày 15/06/2026, ngày cuối còn đúng hạn là 14/06/2026.",
    plan="KH 187/KH-UBND",
    url="http://dunghan.test/obligations/12",
    version=3,
    changed_at=datetime(2026, 5, 12, 2, 30, 15, 500, tzinfo=UTC),
)


def feed(*entries: Entry) -> bytes:
    return render(entries, name="Đúng Hạn: Sở Y tế", host="dunghan.test")


def event(entry: Entry = ENTRY):
    return Calendar.from_ical(feed(entry)).walk("VEVENT")[0]


def test_the_same_facts_give_the_same_bytes():
    assert feed(ENTRY) == feed(ENTRY)


def test_an_event_is_a_whole_day_with_all_that_a_calendar_needs():
    made = event()
    assert made["DTSTART"].dt == date(2026, 6, 14) and made["DTEND"].dt == date(2026, 6, 15)
    assert made["DTSTART"].params["VALUE"] == "DATE"
    assert made["DTSTAMP"].dt == made["LAST-MODIFIED"].dt == datetime(2026, 5, 12, 2, 30, 15, tzinfo=UTC)
    assert made["SEQUENCE"] == 2
    assert (made["STATUS"], made["TRANSP"]) == ("CONFIRMED", "TRANSPARENT")
    assert str(made["SUMMARY"]) == "Báo cáo 6 tháng đầu năm 2026 (KH 187/KH-UBND)"


def test_the_description_holds_the_plan_s_words_the_reason_and_the_link():
    words, why, link = str(event()["DESCRIPTION"]).split("\n")
    assert words == f"«{ENTRY.words}»" and why == ENTRY.why and link == ENTRY.url


def test_the_uid_stays_when_the_day_moves_and_the_sequence_rises():
    before, after = event(), event(replace(ENTRY, day=date(2026, 6, 30), version=4))
    assert before["UID"] == after["UID"] == "schedule-7-3-2026-H1@dunghan.test"
    assert after["SEQUENCE"] == before["SEQUENCE"] + 1


@pytest.mark.parametrize("days", [7, 1])
def test_it_rings_at_eight_in_vietnam(days):
    alarms = Alarms(event())
    alarms.set_local_timezone("Asia/Ho_Chi_Minh")
    rings = {alarm.trigger.astimezone(UTC) for alarm in alarms.times}
    wanted = datetime(2026, 6, 14, 1, tzinfo=UTC) - timedelta(days=days)
    assert wanted in rings and len(rings) == 2


def test_what_is_handed_in_does_not_ring():
    assert event(replace(ENTRY, is_open=False)).walk("VALARM") == []


def test_what_is_waived_is_cancelled_and_says_so():
    made = event(replace(ENTRY, is_open=False, is_off=True, prefix="Được miễn"))
    assert made["STATUS"] == "CANCELLED" and str(made["SUMMARY"]).startswith("Được miễn: Báo cáo")


def test_the_calendar_names_itself_and_says_how_often_to_look():
    calendar = Calendar.from_ical(feed())
    assert str(calendar["X-WR-CALNAME"]) == str(calendar["NAME"]) == "Đúng Hạn: Sở Y tế"
    assert calendar["REFRESH-INTERVAL"].params["VALUE"] == "DURATION"
    assert calendar["VERSION"] == "2.0" and "METHOD" not in calendar


def test_no_line_is_longer_than_75_octets_and_no_letter_is_cut():
    long = replace(
        ENTRY, title="Báo cáo kết quả thực hiện nhiệm vụ giảm nghèo ở các xã đặc biệt khó khăn " * 6
    )
    text = feed(long)
    lines = text.split(b"\r\n")
    assert lines[-1] == b"" and all(len(line) <= 75 for line in lines)
    for line in lines:
        line.decode("utf-8")  # a cut letter would not decode
    assert str(event(long)["SUMMARY"]).startswith(long.title)


def test_commas_semicolons_and_breaks_come_back_as_they_were():
    odd = replace(ENTRY, title="Một, hai; ba\\bốn", words='"dấu" và\ttab')
    assert str(event(odd)["SUMMARY"]).startswith("Một, hai; ba\\bốn")
    assert '«"dấu" và\ttab»' in str(event(odd)["DESCRIPTION"])


def test_an_empty_feed_is_a_calendar_too():
    assert Calendar.from_ical(feed()).walk("VEVENT") == []


def test_uids_of_different_obligations_differ():
    made = Calendar.from_ical(feed(ENTRY, replace(ENTRY, key="schedule-7-4-2026-H1"))).walk("VEVENT")
    assert len({str(one["UID"]) for one in made}) == 2
