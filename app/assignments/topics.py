"""A duty as something that people are given and talk about."""

from __future__ import annotations

from textwrap import shorten

from app.assignments.models import Duty
from app.obligations.models import SourceKind
from app.obligations.topics import Topic


def topic_of(duty: Duty) -> Topic:
    """The agencies that it reaches and those that support it; the plan's standing agency and committee."""
    plan = duty.assignment.plan
    agencies = [member.agency_id for member in duty.assignment.members]
    agencies += [support.agency_id for support in duty.supports if support.agency_id is not None]
    return Topic(
        row=duty,
        name=shorten(duty.text, 120, placeholder=" …"),
        plan_id=plan.id,
        agencies=tuple(dict.fromkeys(agencies)),
        followers=(plan.standing_agency_id,),
        committee_id=plan.committee_id,
        source_kind=str(SourceKind.DUTY),
        source_id=duty.id,
        endpoint="assignments.show",
        argument="duty_id",
    )
