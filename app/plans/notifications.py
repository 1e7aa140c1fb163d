"""The mail that tells an agency what a plan gives it."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from app.accounts.models import Role
from app.accounts.queries import active_people
from app.assignments.models import Assignment
from app.assignments.queries import assignments_of
from app.extensions import db
from app.links import absolute_url
from app.obligations.models import Obligation
from app.organisations.models import Agency
from app.outbox.post import post
from app.plans.models import Plan

MOST_SHOWN = 8  # obligations listed in the mail; the page has them all


def notify_assigned(plan: Plan, *, now: datetime, today: date) -> None:
    """To officers and heads of each assigned agency: what it was given and what is due first."""
    assignments = assignments_of(plan)
    owed = _owed(plan, today)
    for agency in _assigned(assignments):
        own = [a for a in assignments if any(member.agency_id == agency.id for member in a.members)]
        dated = [o for o in owed if o.agency_id == agency.id]
        context = {
            "plan": plan,
            "agency": agency,
            "assignments": own,
            "duties": sum(len(assignment.duties) for assignment in own),
            "obligations": dated[:MOST_SHOWN],
            "more": max(0, len(dated) - MOST_SHOWN),
            "is_request": all(assignment.is_request for assignment in own),
            "today": today,
            "url": link_to(plan),
        }
        for person in active_people(agency.id, Role.OFFICER, Role.HEAD, Role.STANDING_OFFICER):
            # Confirmed again after it was taken back: a new mail, since what it says may be new.
            key = f"plan-assigned:{plan.id}:{plan.revision}:{agency.id}:{person.id}"
            post("plan-assigned", person, key=key, now=now, context=context)


def _assigned(assignments: list[Assignment]) -> list[Agency]:
    return list({m.agency_id: m.agency for a in assignments for m in a.members}.values())


def _owed(plan: Plan, today: date) -> list[Obligation]:
    """What is still to come first; what was due before today follows."""
    query = sa.select(Obligation).where(Obligation.plan_id == plan.id, Obligation.settled_at.is_(None))
    query = query.order_by(Obligation.due_on < today, Obligation.due_on, Obligation.id)
    return list(db.session.scalars(query.options(joinedload(Obligation.receiver))))


def link_to(plan: Plan) -> str:
    return absolute_url("plans.show", plan_id=plan.id)
