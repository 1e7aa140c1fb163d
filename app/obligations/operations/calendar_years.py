"""A coming year's days off are checked against the decision, and until they are, those who plan by them are warned."""

from __future__ import annotations

from datetime import date, datetime

from app.accounts.models import User
from app.audit.operations import record
from app.deadlines import WorkCalendar
from app.errors import Refused
from app.extensions import db
from app.i18n import _l
from app.obligations import notifications
from app.obligations.calendar import office_calendar
from app.obligations.models import CalendarYear

_YEARS = (2017, 2199)


def check_year(year: int, *, decision: str, actor: User, now: datetime) -> CalendarYear:
    """Note that the year's days off agree with the decision. Due days do not move by it.

    Raises:
        Refused: no decision is named, the year is no year, or it is known already.
    """
    if not decision.strip():
        raise Refused(_l("Ghi số, ngày của văn bản đã đối chiếu, thí dụ Công văn số 512/VPCP-KGVX."))
    if not _YEARS[0] <= year <= _YEARS[1]:
        raise Refused(_l("Năm %(year)s không có trong lịch.", year=year))
    if office_calendar().is_decreed(year):
        raise Refused(_l("Lịch nghỉ năm %(year)s đã có quyết định.", year=year))
    checked = CalendarYear(year=year, decision=decision.strip(), by_id=actor.id, created_at=now)
    db.session.add(checked)
    db.session.flush()
    record(
        "calendar.year_checked",
        checked,
        actor=actor,
        now=now,
        name=str(year),
        after={"decision": checked.decision},
    )
    return checked


def uncheck_year(year: int, *, actor: User, now: datetime) -> None:
    """Take the note back. Raises Refused where the year was not checked."""
    checked = db.session.get(CalendarYear, year)
    if checked is None:
        raise Refused(_l("Lịch nghỉ năm %(year)s chưa được đối chiếu.", year=year))
    before = {"decision": checked.decision}
    record("calendar.year_unchecked", checked, actor=actor, now=now, name=str(year), before=before)
    db.session.delete(checked)


def warn_of_undecreed(calendar: WorkCalendar, today: date, *, now: datetime) -> int:
    """Mail administrators and standing officers once for each coming year that nobody has checked; how many years."""
    years = calendar.undecreed_ahead(today)
    for year in years:
        notifications.notify_undecreed(year, now=now)
    return len(years)
