"""What the page of a plan in force shows: who does what by when, each day explained, money with its sums."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from app.assignments.models import Assignment, Duty
from app.assignments.queries import assignments_of
from app.deadlines import resolve
from app.i18n import language
from app.organisations.models import Agency
from app.plans import queries
from app.plans.models import Component, Plan
from app.plans.preview import Setting
from app.schedules.models import ReportSchedule
from app.schedules.queries import reporters_of, schedules_of, turns, turns_of


@dataclass(frozen=True, slots=True)
class ScheduleLine:
    """A report of the plan. `next_on` is the next day on which it is due, `why` how that day comes about."""

    schedule: ReportSchedule
    reporters: tuple[Agency, ...]
    next_on: date | None
    why: str
    turns: int  # how many turns are still to come within the plan's period


@dataclass(frozen=True, slots=True)
class DutyLine:
    duty: Duty
    due_on: date | None
    why: str


@dataclass(frozen=True, slots=True)
class AssignmentLine:
    assignment: Assignment
    members: tuple[Agency, ...]
    duties: tuple[DutyLine, ...]


@dataclass(frozen=True, slots=True)
class Money:
    """The components of one unit: their sum, and where it does not come from the sources named."""

    unit: str
    total: Decimal
    sources: tuple[tuple[str, Decimal], ...]


@dataclass(frozen=True, slots=True)
class PlanPage:
    assignments: tuple[AssignmentLine, ...]
    schedules: tuple[ScheduleLine, ...]
    components: tuple[Component, ...]
    money: tuple[Money, ...]
    undated: int
    agencies: int


def plan_page(plan: Plan, setting: Setting, visible: sa.Select[Any]) -> PlanPage:
    due = queries.next_due(plan, visible, setting.today)
    assignments = tuple(_assignment(plan, a, setting) for a in assignments_of(plan))
    duties = [line for a in assignments for line in a.duties]
    return PlanPage(
        assignments=assignments,
        schedules=tuple(_schedule(plan, s, setting, due) for s in schedules_of(plan)),
        components=tuple(plan.components),
        money=tuple(_money(plan.components)),
        undated=sum(line.duty.due_rule is None for line in duties),
        agencies=len({agency.id for a in assignments for agency in a.members}),
    )


def _assignment(plan: Plan, assignment: Assignment, setting: Setting) -> AssignmentLine:
    members = sorted(
        (m.agency for m in assignment.members), key=lambda agency: (agency.protocol_order, agency.id)
    )
    return AssignmentLine(
        assignment, tuple(members), tuple(_duty(plan, duty, setting) for duty in assignment.duties)
    )


def _duty(plan: Plan, duty: Duty, setting: Setting) -> DutyLine:
    rule = duty.due_rule
    if rule is None or plan.issued_on is None:
        return DutyLine(duty, None, "")
    found = _turns(plan, rule, setting)
    turn = next((t for t in found if t.due_on >= setting.today), found[-1] if found else None)
    if turn is None:
        return DutyLine(duty, None, "")
    due = resolve(rule, turn.nominal_on, setting.calendar, setting.reading)
    return DutyLine(duty, due.due_on, due.in_one_line(language()))


def _turns(plan: Plan, rule: Any, setting: Setting) -> Sequence[Any]:
    assert plan.issued_on is not None
    until = date(plan.period_to + 1, 12, 31) if plan.period_to else setting.until
    return turns(
        "other",
        rule,
        plan.issued_on,
        plan.period_from,
        plan.period_to,
        until,
        calendar=setting.calendar,
        reading=setting.reading,
    )


def _schedule(
    plan: Plan, schedule: ReportSchedule, setting: Setting, due: dict[int, tuple[date, int]]
) -> ScheduleLine:
    issued_on = plan.issued_on or setting.today
    reporters = tuple(agency for agency, _request in reporters_of(schedule, issued_on))
    rule = schedule.due_rule
    if rule is None:
        return ScheduleLine(schedule, reporters, None, "", 0)
    until = date(plan.period_to + 1, 12, 31) if plan.period_to else setting.until
    found = turns_of(
        schedule, until, fallback_day=issued_on, calendar=setting.calendar, reading=setting.reading
    )
    coming = [turn for turn in found if turn.due_on >= setting.today]
    if schedule.closed_on is not None:
        coming = []
    shown = coming[0] if coming else found[-1] if found else None
    why = (
        resolve(rule, shown.nominal_on, setting.calendar, setting.reading).in_one_line(language())
        if shown
        else ""
    )
    next_on = due[schedule.id][0] if schedule.id in due else coming[0].due_on if coming else None
    return ScheduleLine(schedule, reporters, next_on, why, len(coming))


def _money(components: Sequence[Component]) -> list[Money]:
    """Sums by unit. A sub-project is part of its project's money where the plan states that, else it counts itself."""
    stated = {component.name for component in components if component.budget is not None}
    found = []
    top = [
        component
        for component in components
        if component.budget is not None and component.parent not in stated
    ]
    for unit in dict.fromkeys(component.unit for component in top):
        rows = [component for component in top if component.unit == unit]
        sources: dict[str, Decimal] = {}
        for component in rows:
            for name, amount in component.sources:
                if amount is not None:
                    sources[name] = sources.get(name, Decimal(0)) + Decimal(str(amount))
        total = sum((component.budget or Decimal(0) for component in rows), Decimal(0))
        found.append(Money(unit, total, tuple(sources.items())))
    return found
