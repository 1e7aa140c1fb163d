"""Việc không ai nhận được nhắc: what is due soon or late where nobody at the agency would read a mail."""

from __future__ import annotations

from flask import current_app, render_template
from flask_login import current_user

from app import access, clock
from app.accounts.rules import is_administrator
from app.obligations.calendar import office_calendar
from app.obligations.rules import day_that_counts
from app.reminders import rules, wording
from app.reminders.hearing import Unheard, unheard
from app.reminders.views import bp


@bp.get("/unheard")
def unheard_list():
    access.allow(rules.can_see_reminders(current_user))
    return render_template(
        "reminders/unheard.html",
        lines=lines_for_reader(),
        days=current_app.config["UNHEARD_DAYS"],
        links=not is_administrator(current_user),
        wording=wording,
        day_that_counts=day_that_counts,
    )


def lines_for_reader() -> list[Unheard]:
    """What concerns the plans that the reader runs; for the administrator, who can open accounts, everything."""
    standing_agency_id = None if is_administrator(current_user) else current_user.agency_id
    return unheard(clock.today(), office_calendar(), current_app.config["UNHEARD_DAYS"], standing_agency_id)
