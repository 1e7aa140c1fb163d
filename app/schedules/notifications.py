"""The mail about a report that was added, changed, closed or reopened: one for each person of each agency concerned."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

import sqlalchemy as sa

from app.accounts.models import Role
from app.accounts.queries import active_people
from app.extensions import db
from app.links import absolute_url
from app.organisations.models import Agency
from app.outbox.post import post
from app.schedules.models import ReportSchedule
from app.schedules.planning import Changes

MOST_SHOWN = 12  # days listed in the mail; the page has them all


def notify_changed(
    schedule: ReportSchedule, changes: Changes, old_days: Mapping[int, date], *, now: datetime
) -> None:
    """To officers and heads of each agency for which a day moved, fell away or is new. Others get none."""
    agencies = db.session.scalars(
        sa.select(Agency).where(Agency.id.in_(changes.agencies)).order_by(Agency.id)
    ).all()
    for agency in agencies:
        new = sorted((w for w in changes.new if w.agency.id == agency.id), key=lambda w: w.due_on)
        context = {
            "schedule": schedule,
            "plan": schedule.plan,
            "agency": agency,
            "moved": [
                (m.wanted.title, old_days[m.obligation.id], m.wanted.due_on)
                for m in changes.moved
                if m.obligation.agency_id == agency.id
            ][:MOST_SHOWN],
            "ended": [o for o in changes.ended if o.agency_id == agency.id][:MOST_SHOWN],
            "owed": [
                *(
                    (m.wanted.title, m.wanted.due_on)
                    for m in changes.revived
                    if m.obligation.agency_id == agency.id
                ),
                *((w.title, w.due_on) for w in new),
            ][:MOST_SHOWN],
            "url": absolute_url("schedules.show", schedule_id=schedule.id),
        }
        for person in active_people(agency.id, Role.OFFICER, Role.HEAD, Role.STANDING_OFFICER):
            key = f"schedule-changed:{schedule.id}:{schedule.revision}:{agency.id}:{person.id}"
            post("schedule-changed", person, key=key, now=now, context=context)
