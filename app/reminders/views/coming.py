"""What will be said next, to whom and why; and whether the scheduler is alive."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import current_app, render_template, request
from flask_login import current_user
from flask_sqlalchemy.pagination import Pagination

from app import access, clock
from app.accounts.rules import is_administrator
from app.obligations.calendar import office_calendar, office_reading
from app.outbox import servers
from app.reminders import mails, rules, wording
from app.reminders.preview import MOST, Coming, obligations_of, people_of, preview
from app.reminders.runs import scheduler_state
from app.reminders.views import bp
from app.reminders.views.unheard import count_for

PER_PAGE = 50
SPANS = (7, 14, 30)


class Lines(Pagination):
    """A list that was worked out, a page at a time."""

    def _query_items(self) -> list[Any]:
        lines: list[Coming] = self._query_args["lines"]
        return lines[self._query_offset : self._query_offset + self.per_page]

    def _query_count(self) -> int:
        return len(self._query_args["lines"])


@bp.get("")
def index():
    access.allow(rules.can_see_reminders(current_user))
    now, today = clock.now(), clock.today()
    days = request.args.get("days", 7, int)
    days = days if days in SPANS else SPANS[0]
    unheard = request.args.get("people") == "none"
    administers = is_administrator(current_user)
    lines = preview(
        now,
        today + timedelta(days=days),
        calendar=office_calendar(),
        reading=office_reading(),
        standing_agency_id=None if administers else current_user.agency_id,
    )
    nobody = sum(not line.people for line in lines)
    shown = [line for line in lines if not line.people] if unheard else lines
    page = Lines(per_page=PER_PAGE, error_out=False, lines=shown)
    return render_template(
        "reminders/index.html",
        page=page,
        obligations=obligations_of(page.items),
        people=people_of(page.items),
        total=len(lines),
        cut=len(lines) == MOST,
        nobody=nobody,
        unheard=unheard,
        days=days,
        spans=SPANS,
        links=not administers,
        wording=wording,
        silent=count_for(current_user, today),
        scheduler=scheduler_state(now),
        mail_counts=mails.counts_of(current_user),
        mail_server=servers.is_set(),
        hours=(current_app.config["REMINDER_HOUR"], current_app.config["REMINDER_UNTIL"]),
    )
