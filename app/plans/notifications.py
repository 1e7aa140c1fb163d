"""The mails that tell an agency what a plan gives it, and what a plan changes in one before it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING

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
from app.plans.differences import Item, Task, concerned
from app.plans.models import Plan

if TYPE_CHECKING:
    from app.plans.operations.amending import TakenOver

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


# -- what an amendment changes for one agency -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DayMoved:
    title: str
    old_day: date
    new_day: date


@dataclass(slots=True)
class ChangesFor:
    """What a plan that replaces or amends another changes for one agency; empty lists where nothing does."""

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)
    moved: list[DayMoved] = field(default_factory=list)
    ended: list[Obligation] = field(default_factory=list)

    def __bool__(self) -> bool:
        return any((self.added, self.changed, self.dropped, self.moved, self.ended))


def notify_amended(plan: Plan, taken: TakenOver, *, now: datetime) -> None:
    """To officers and heads of each agency for which something changes: one mail with all of it. Others get none."""
    told = changes_by_agency(plan, taken)
    agencies = db.session.scalars(sa.select(Agency).where(Agency.id.in_(told)).order_by(Agency.id))
    for agency in agencies:
        context = {
            "plan": plan,
            "old": taken.old,
            "agency": agency,
            "changes": told[agency.id],
            "url": link_to(plan),
        }
        for person in active_people(agency.id, Role.OFFICER, Role.HEAD, Role.STANDING_OFFICER):
            key = f"plan-amended:{plan.id}:{plan.revision}:{agency.id}:{person.id}"
            post("plan-amended", person, key=key, now=now, context=context)


def changes_by_agency(plan: Plan, taken: TakenOver) -> dict[int, ChangesFor]:
    """Agency id → what changes for it; agencies for which nothing does are not there."""
    found: dict[int, ChangesFor] = defaultdict(ChangesFor)
    for pair in taken.difference.pairs:
        # What an amendment does not name stays; only another plan in its place ends it.
        named_over = pair.old is not None and pair.old.key in taken.abolished
        is_over = not plan.amends or named_over or (pair.new is not None and isinstance(pair.new, Task))
        words = _words_of(pair.item)
        for agency_id in concerned(pair, "added"):
            found[agency_id].added.append(words)
        for agency_id in concerned(pair, "changed"):
            found[agency_id].changed.append(words)
        for agency_id in concerned(pair, "dropped") if is_over else ():
            found[agency_id].dropped.append(words)
    for move in taken.moved:
        if move.old_day != move.new_day:
            o = move.obligation
            found[o.agency_id].moved.append(DayMoved(o.title, move.old_day, move.new_day))
    for obligation in taken.ended:
        found[obligation.agency_id].ended.append(obligation)
    return {agency_id: changes for agency_id, changes in found.items() if changes}


def _words_of(item: Item) -> str:
    return item.text if isinstance(item, Task) else getattr(item, "title", "")
