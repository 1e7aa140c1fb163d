"""The working calendar of this office and how it reads deadlines: declared days from the database, the reading
from the settings."""

from __future__ import annotations

import sqlalchemy as sa
from flask import current_app

from app.deadlines import DayException, DayKind, Reading, WorkCalendar
from app.extensions import db
from app.obligations.models import CalendarException


def office_calendar(plus: CalendarException | None = None) -> WorkCalendar:
    """Vietnam's working days with the administrator's exceptions.

    `plus` is an exception that is not stored yet: the calendar as it would be, for a preview of what would move.
    """
    rows = [*db.session.scalars(sa.select(CalendarException)), *([plus] if plus is not None else [])]
    return WorkCalendar(
        {row.day: DayException(DayKind.WORKED if row.works else DayKind.OFF, row.decision) for row in rows}
    )


def office_reading() -> Reading:
    """How this installation reads «trước ngày» and days off (settings BEFORE_IS_EXCLUSIVE, LATE_ROLL, REMIND_ROLL)."""
    settings = current_app.config
    return Reading(
        before_is_exclusive=settings["BEFORE_IS_EXCLUSIVE"],
        late_roll=settings["LATE_ROLL"],
        remind_roll=settings["REMIND_ROLL"],
    )
