"""Which plan replaces or amends which: reads across the generations of a plan."""

from __future__ import annotations

import re
from collections.abc import Sequence

import sqlalchemy as sa

from app.assignments.queries import read_together
from app.extensions import db
from app.plans.models import Plan, PlanAmendment, PlanState


def family_of(old: Plan) -> list[Plan]:
    """The plan with everything in force that amends it: what a plan that names it replaces or amends. The plan
    itself first. What it amends in turn is not of it."""
    found, level = [old], [old.id]
    while level:
        later = db.session.scalars(
            sa.select(Plan)
            .where(Plan.supersedes_id.in_(level), Plan.amends, Plan.state == PlanState.IN_FORCE)
            .order_by(Plan.id)
        ).all()
        known = {plan.id for plan in found}
        found += [plan for plan in later if plan.id not in known]
        level = [plan.id for plan in later if plan.id not in known]
    return found


def read_with(plan: Plan) -> list[Plan]:
    """The other plans that hold as one with this one: what it amends, and what amends it."""
    ids = [plan_id for plan_id in read_together(plan) if plan_id != plan.id]
    return list(db.session.scalars(sa.select(Plan).where(Plan.id.in_(ids)).order_by(Plan.id))) if ids else []


def replacement_of(old: Plan) -> Plan | None:
    """The confirmed plan that has taken its place."""
    return db.session.scalar(
        sa.select(Plan)
        .where(Plan.supersedes_id == old.id, ~Plan.amends, Plan.state != PlanState.IN_REVIEW)
        .order_by(Plan.id)
        .limit(1)
    )


def latest_on(plan: Plan) -> Plan | None:
    """The newest confirmed plan that replaces or amends this one, so that its confirmation stands on this one's."""
    return db.session.scalar(
        sa.select(Plan)
        .where(Plan.supersedes_id == plan.id, Plan.state != PlanState.IN_REVIEW)
        .order_by(Plan.confirmed_at.desc(), Plan.id.desc())
        .limit(1)
    )


def amendment_of(plan: Plan) -> PlanAmendment | None:
    return db.session.get(PlanAmendment, plan.id)


def plan_numbered(number: str, standing_agency_id: int) -> Plan | None:
    """The confirmed plan of this standing agency with this number, blanks and case aside; the newest of several."""
    wanted = _bare(number)
    rows: Sequence[Plan] = db.session.scalars(
        sa.select(Plan)
        .where(
            Plan.standing_agency_id == standing_agency_id,
            Plan.state != PlanState.IN_REVIEW,
            Plan.number.is_not(None),
        )
        .order_by(Plan.issued_on.desc(), Plan.id.desc())
    ).all()
    return next((plan for plan in rows if _bare(plan.number or "") == wanted), None)


def _bare(number: str) -> str:
    return re.sub(r"\s+", "", number).casefold().lstrip("0")
