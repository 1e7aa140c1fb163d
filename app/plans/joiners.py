"""Agencies that came to a group after the plan: offered to whoever runs the plan, never added by themselves."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from app.assignments.models import AssignmentMember
from app.assignments.operations import owe_dated_duties
from app.assignments.queries import assignments_of
from app.audit.operations import record
from app.deadlines import Reading, WorkCalendar
from app.errors import Refused
from app.extensions import db
from app.i18n import _l
from app.organisations.models import Agency, AgencyGroup
from app.organisations.queries import members_on, successor_of
from app.plans import notifications
from app.plans.models import Plan, PlanState
from app.schedules.models import ScheduleReporter
from app.schedules.operations import plan_day_of, roll_forward
from app.schedules.queries import schedules_of


@dataclass
class Joiner:
    """An agency of a group today that the plan, which addresses the group, does not reach."""

    agency: Agency
    groups: list[str] = field(default_factory=list)
    assignments: list[Any] = field(default_factory=list)
    schedules: list[Any] = field(default_factory=list)


def joiners_of(plan: Plan, today: date, *, group_id: int | None = None) -> list[Joiner]:
    """In protocol order; `group_id`: of this group only. Whoever took over from a member is no newcomer."""
    if plan.state is not PlanState.IN_FORCE:
        return []
    found: dict[int, Joiner] = {}
    plan_day = plan_day_of(plan, today)
    fresh: dict[int, list[Agency]] = {}

    def newcomers(group: AgencyGroup) -> list[Agency]:
        if group.id not in fresh:
            meant = members_on(group, plan_day)
            known = {a.id for a in meant} | {
                a.id for a in (successor_of(m, today, plan_id=plan.id) for m in meant) if a
            }
            fresh[group.id] = [a for a in members_on(group, today) if a.id not in known]
        return fresh[group.id]

    def note(agency: Agency, group: AgencyGroup) -> Joiner:
        joiner = found.setdefault(agency.id, Joiner(agency))
        if group.name not in joiner.groups:
            joiner.groups.append(group.name)
        return joiner

    for assignment in assignments_of(plan):
        if assignment.group is None or group_id not in (None, assignment.group_id):
            continue
        reached = {member.agency_id for member in assignment.members}
        for agency in newcomers(assignment.group):
            if agency.id not in reached and agency.id != plan.standing_agency_id:
                note(agency, assignment.group).assignments.append(assignment)
    for schedule in schedules_of(plan):
        named = {reporter.agency_id for reporter in schedule.reporters}
        for reporter in schedule.reporters if schedule.closed_on is None else ():
            if reporter.group is None or group_id not in (None, reporter.group_id):
                continue
            for agency in newcomers(reporter.group):
                if agency.id not in named and agency.id != schedule.receiver_id:
                    note(agency, reporter.group).schedules.append(schedule)
    return sorted(found.values(), key=lambda j: (j.agency.protocol_order, j.agency.name_key))


def add_joiners(
    plan: Plan,
    agency_ids: Iterable[int],
    *,
    actor: Any,
    now: datetime,
    today: date,
    until_days: int,
    calendar: WorkCalendar,
    reading: Reading,
) -> int:
    """Let the plan reach these newcomers from today on: nothing due before is asked of them. Returns how many.

    Raises:
        Refused: none of them waits any more.
    """
    wanted = set(agency_ids)
    chosen = [joiner for joiner in joiners_of(plan, today) if joiner.agency.id in wanted]
    if not chosen:
        raise Refused(_l("Chọn ít nhất một đơn vị chưa được giao."))
    for joiner in chosen:
        for assignment in joiner.assignments:
            assignment.members.append(AssignmentMember(agency=joiner.agency, joined_on=today))
        for schedule in joiner.schedules:
            schedule.reporters.append(ScheduleReporter(agency=joiner.agency, joined_on=today))
    db.session.flush()
    owe_dated_duties(plan, now=now, today=today, calendar=calendar, reading=reading)
    roll_forward(today + timedelta(days=until_days), now=now, calendar=calendar, reading=reading, plan=plan)
    record(
        "plan.joined",
        plan,
        actor=actor,
        now=now,
        name=plan.display_number,
        plan_id=plan.id,
        after={"agencies": [joiner.agency.name for joiner in chosen]},
    )
    notifications.notify_assigned(plan, now=now, today=today)
    return len(chosen)
