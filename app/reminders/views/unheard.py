"""Việc không ai nhận được nhắc: what is due soon or late where nobody at the agency would read a mail. The page, and
the warning on the board of the standing agency."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import current_app, render_template
from flask_login import current_user
from flask_sqlalchemy.pagination import Pagination

from app import access, clock
from app.accounts.models import User
from app.accounts.rules import is_administrator
from app.obligations import panels
from app.obligations.calendar import office_calendar
from app.obligations.rules import day_that_counts
from app.reminders import hearing, rules, wording
from app.reminders.views import bp

PER_PAGE = 50


class Lines(Pagination):
    """One page of what nobody will hear of."""

    def _query_items(self) -> list[Any]:
        return hearing.unheard(self._query_args["asked"], self._query_offset, self.per_page)

    def _query_count(self) -> int:
        return hearing.count_unheard(self._query_args["asked"])


@bp.get("/unheard")
def unheard_list():
    access.allow(rules.can_see_reminders(current_user))
    return render_template(
        "reminders/unheard.html",
        page=Lines(per_page=PER_PAGE, error_out=False, asked=_question(current_user, clock.today())),
        days=current_app.config["UNHEARD_DAYS"],
        links=not is_administrator(current_user),
        wording=wording,
        day_that_counts=day_that_counts,
    )


def count_for(user: User, today: date) -> int:
    """How many the reader's page holds."""
    return hearing.count_unheard(_question(user, today))


def _question(user: User, today: date) -> hearing.Question:
    """What concerns the plans that the reader runs; for the administrator, who can open accounts, everything."""
    standing_agency_id = None if is_administrator(user) else user.agency_id
    return hearing.question(today, office_calendar(), current_app.config["UNHEARD_DAYS"], standing_agency_id)


def _on_board(user: User, today: date) -> panels.Panel | None:
    if not rules.can_see_reminders(user) or not (count := count_for(user, today)):
        return None
    return panels.Panel("reminders/_unheard.html", {"silent": count})


panels.on_board(_on_board)
