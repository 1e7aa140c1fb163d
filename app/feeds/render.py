"""Obligations as an iCalendar feed (RFC 5545). Pure: facts and words in, bytes out; equal facts give equal bytes.

An event is one obligation. Its UID is made from what the obligation *is* (source, agency, period) and stays when
its day moves; then SEQUENCE rises with the obligation's version. DTSTAMP is the instant of the last change: the
feed carries no METHOD, and then that is what the property means (RFC 5545 §3.8.7.2). Nothing in the text depends
on the day of reading, so that an unchanged feed stays the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from icalendar import Alarm, Calendar, Event

PRODUCT = "-//Dung Han//dunghan//VI"
REFRESH = timedelta(hours=4)
# Eight in the morning, seven days and one day before. An all-day event begins at midnight where its reader is.
ALARMS = (timedelta(days=-7, hours=8), timedelta(days=-1, hours=8))


@dataclass(frozen=True, slots=True)
class Entry:
    """What the feed knows of one obligation.

    day: the day that counts now. changed_at: the last change of any fact, aware. is_open: still to be handed in,
    so that it rings. is_suspended: the day does not stand for now. is_off: waived or cancelled, shown struck out
    by calendars that can.
    """

    key: str  # "<source kind>-<source id>-<id of the agency that was to owe it first>-<period>"
    day: date
    title: str
    words: str
    why: str
    plan: str
    url: str
    version: int
    changed_at: datetime
    is_open: bool = True
    is_off: bool = False
    is_suspended: bool = False
    prefix: str = ""  # said before the title: «Đã nộp», «Được miễn», or the agency's name


def render(entries: Iterable[Entry], *, name: str, host: str, quote: tuple[str, str] = ("«", "»")) -> bytes:
    """The whole feed. `name` is what calendar programs call it; `host` makes the UIDs this installation's own."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("x-wr-timezone", "Asia/Ho_Chi_Minh")
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT4H")
    head, end, tail = calendar.to_ical().rpartition(b"END:VCALENDAR")
    return b"".join([head, *(_event(entry, host, quote) for entry in entries), end, tail])


@lru_cache(maxsize=10_000)
def _event(entry: Entry, host: str, quote: tuple[str, str]) -> bytes:
    """One event, folded. Equal entries are equal bytes, so what has not changed is not written again."""
    event = Event()
    changed = entry.changed_at.astimezone(UTC).replace(microsecond=0)
    event.add("uid", f"{entry.key}@{host}")
    event.add("dtstamp", changed)
    event.add("last-modified", changed)
    event.add("sequence", entry.version - 1)
    event.add("dtstart", entry.day)
    event.add("dtend", entry.day + timedelta(days=1))
    title = f"{entry.prefix}: {entry.title}" if entry.prefix else entry.title
    event.add("summary", f"{title} ({entry.plan})")
    words = f"{quote[0]}{entry.words}{quote[1]}" if entry.words else ""
    event.add("description", "\n".join(filter(None, (words, entry.why, entry.url))))
    event.add("url", entry.url)
    event.add("status", _status(entry))
    event.add("transp", "TRANSPARENT")  # a deadline does not make anybody busy all day
    if entry.is_open:
        for before in ALARMS:
            event.add_component(_alarm(before, title))
    return event.to_ical()


def _status(entry: Entry) -> str:
    if entry.is_off:
        return "CANCELLED"
    return "TENTATIVE" if entry.is_suspended else "CONFIRMED"


def _alarm(before: timedelta, text: str) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", text)
    alarm.add("trigger", before)
    return alarm
