"""The working calendar of this office and how it reads deadlines: declared days from the database, the reading
from the settings."""

from __future__ import annotations

import sqlalchemy as sa
from flask import current_app

from app.deadlines import DayException, DayKind, Reading, WorkCalendar
from app.extensions import db
from app.obligations.models import CalendarException


def office_calendar(*, without: object = None, plus: CalendarException | None = None) -> WorkCalendar:
    """Vietnam's working days with the administrator's exceptions.

    `without` (a day) and `plus` (an exception that is not stored yet) show the calendar as it would be, for a
    preview of what would move.
    """
    rows = [row for row in db.session.scalars(sa.select(CalendarException)) if row.day != without]
    if plus is not None:
        rows = [row for row in rows if row.day != plus.day] + [plus]
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
