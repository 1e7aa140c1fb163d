"""The only place that asks the machine for the time. Rules and operations get `now` and `today` passed in."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


def now() -> datetime:
    """This instant, in UTC."""
    return datetime.now(UTC)


def today() -> date:
    """The calendar day that it is now in Vietnam."""
    return vietnam_day(now())


def vietnam_day(instant: datetime) -> date:
    """The calendar day in Vietnam on which `instant` falls."""
    return instant.astimezone(VIETNAM).date()
