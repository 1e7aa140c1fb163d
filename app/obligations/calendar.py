"""The working calendar of this office and how it reads deadlines: declared days from the database, the reading
from the settings."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

import sqlalchemy as sa
from flask import current_app

from app.deadlines import DayException, DayKind, Reading, WorkCalendar
from app.extensions import db
from app.obligations.models import CalendarException, CalendarYear


def office_calendar(plus: CalendarException | None = None) -> WorkCalendar:
    """Vietnam's working days with the administrator's exceptions.

    `plus` is an exception that is not stored yet: the calendar as it would be, for a preview of what would move.
    """
    rows = [*db.session.scalars(sa.select(CalendarException)), *([plus] if plus is not None else [])]
    checked = tuple(db.session.scalars(sa.select(CalendarYear.year).order_by(CalendarYear.year)))
    return _calendar_with(tuple((row.day, row.works, row.decision) for row in rows), checked)


@lru_cache(maxsize=16)
def _calendar_with(days: tuple[tuple[date, bool, str], ...], checked: tuple[int, ...] = ()) -> WorkCalendar:
    """A calendar counts each of its years once, so the same declared days share one."""
    return WorkCalendar(
        {
            day: DayException(DayKind.WORKED if works else DayKind.OFF, decision)
            for day, works, decision in days
        },
        decreed=checked,
    )


def office_reading() -> Reading:
    """How this installation reads «trước ngày» and days off (settings BEFORE_IS_EXCLUSIVE, LATE_ROLL, REMIND_ROLL)."""
    settings = current_app.config
    return Reading(
        before_is_exclusive=settings["BEFORE_IS_EXCLUSIVE"],
        late_roll=settings["LATE_ROLL"],
        remind_roll=settings["REMIND_ROLL"],
    )
