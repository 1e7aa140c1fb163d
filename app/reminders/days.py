"""The days of a reminder as a calendar file (RFC 5545), where the installation adds one to its mails."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from flask import current_app
from icalendar import Calendar, Event

from app.reminders.items import Item


def calendar_of(items: Sequence[Item], now: datetime) -> str | None:
    """One all-day event for each item, with the UID that the obligation has in every mail; None without items."""
    if not items:
        return None
    host = urlsplit(current_app.config["PUBLIC_URL"]).hostname or "localhost"
    calendar = Calendar()
    calendar.add("prodid", "-//Dung Han//mail//VI")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    for item in items:
        event = Event()
        event.add("uid", f"reminder-{item.obligation.id}@{host}")
        event.add("dtstamp", now)
        event.add("sequence", item.obligation.version)
        event.add("dtstart", item.day)
        event.add("dtend", item.day + timedelta(days=1))
        event.add("summary", item.obligation.title)
        event.add("description", f"{item.source_words}\n{item.day_label}: {item.day_words}\n{item.url}")
        event.add("url", item.url)
        event.add("transp", "TRANSPARENT")
        calendar.add_component(event)
    return calendar.to_ical().decode()
