"""What a page of the board was asked for: the day, the year, the plan. Shared by the board and its list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import flash, request, url_for
from flask_login import current_user

from app import clock
from app.access import allow
from app.accounts.rules import can_follow
from app.deadlines import WorkCalendar
from app.i18n import _
from app.obligations.calendar import office_calendar
from app.oversight.asof import AsOf
from app.oversight.queries import Scope

FIRST_YEAR = 2015  # no plan that is followed here is older


@dataclass(frozen=True, slots=True)
class Asked:
    as_of: AsOf
    scope: Scope
    calendar: WorkCalendar

    def address(self, endpoint: str, **changes: Any) -> str:
        """A page of the board with the same day, year and plan, or with some of them changed."""
        values: dict[str, Any] = {
            "day": None if self.as_of.is_today else f"{self.as_of.day:%d/%m/%Y}",
            "year": request.args.get("year") or None,
            "plan": self.scope.plan_id,
        }
        return url_for(endpoint, **{**values, **changes})


def asked() -> Asked:
    """Read the day, the year and the plan from the address; who may not follow anything finds no page."""
    allow(can_follow(current_user))
    today = clock.today()
    day = read_day(request.args.get("day", ""), today)
    calendar = office_calendar()
    year = request.args.get("year", "")
    scope = Scope(
        current_user._get_current_object(),
        year=None if year == "all" else int(year) if year.isdigit() and len(year) == 4 else day.year,
        plan_id=request.args.get("plan", type=int),
    )
    return Asked(AsOf.of(day, today, calendar), scope, calendar)


def read_day(text: str, today: date) -> date:
    """dd/mm/yyyy or yyyy-mm-dd; a day that is none, or that has not come, is said and today taken instead."""
    if not text.strip():
        return today
    for form in ("%d/%m/%Y", "%Y-%m-%d"):
        try:
            day = datetime.strptime(text.strip(), form).date()  # noqa: DTZ007  (a calendar day has no zone)
        except ValueError:
            continue
        if day > today:
            flash(_("Ngày %(day)s chưa đến, nên đang xem hôm nay.", day=f"{day:%d/%m/%Y}"), "warning")
            return today
        if day.year < FIRST_YEAR:
            break
        return day
    flash(_("Không đọc được ngày «%(text)s». Nhập theo dạng 25/11/2026.", text=text[:40]), "warning")
    return today
