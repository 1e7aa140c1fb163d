"""What a schedule demands: from whom, through whom, by which day. What is owed, previewed and explained agrees, since
all of it comes from here.

Reports that go through a body (qua Sở …) are owed to that body, which owes one consolidated report of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from app.deadlines import (
    DueRuleError,
    Occurrence,
    Reading,
    WorkCalendar,
    resolve,
)
from app.i18n import _
from app.organisations.models import Agency
from app.organisations.queries import successor_of
from app.schedules.models import ReportSchedule
from app.schedules.queries import reporters_of
from app.schedules.titles import title_for, title_for_key


@dataclass(frozen=True, slots=True)
class Demand:
    """One body of a schedule. `consolidates`: it owes the report that sums up those of the others."""

    agency: Agency
    receiver: Agency
    is_request: bool
    consolidates: bool = False


@dataclass(frozen=True, slots=True)
class Day:
    """One turn for one body."""

    period: str
    title: str
    nominal_on: date
    due_on: date


def answering(agency: Agency, today: date, plan_id: int | None = None) -> Agency:
    """Who answers for the body today, under this plan where its work was divided; itself where nobody took over."""
    return successor_of(agency, today, plan_id=plan_id) or agency


def demands_of(schedule: ReportSchedule, plan_day: date, today: date) -> list[Demand]:
    """Everybody who owes under the schedule, as they answer today. A body that has ended answers through its
    successor; where both are named it owes once, and an order to one of them is an order to it."""
    return demands(
        reporters_of(schedule, plan_day),
        schedule.receiver,
        schedule.via,
        today,
        all_assigned=schedule.all_assigned,
        plan_id=schedule.plan_id,
    )


def demands(
    reporters: Iterable[tuple[Agency, bool]],
    receiver: Agency,
    via: Agency | None,
    today: date,
    *,
    all_assigned: bool = False,
    plan_id: int | None = None,
) -> list[Demand]:
    """The same from values."""
    found: dict[int, tuple[Agency, bool]] = {}
    for agency, is_request in reporters:
        now = answering(agency, today, plan_id)
        found[now.id] = (now, is_request and found.get(now.id, (now, True))[1])
    found.pop(receiver.id, None)
    between = answering(via, today, plan_id) if via is not None else None
    if between is None or between.id == receiver.id:
        return [Demand(agency, receiver, is_request) for agency, is_request in found.values()]
    _agency, is_request = found.pop(between.id, (between, not between.commanded))
    named = [Demand(agency, between, request) for agency, request in found.values()]
    return [*named, Demand(between, receiver, is_request, consolidates=True)] if named or all_assigned else []


def days_of(
    schedule: ReportSchedule, turns: Sequence[Occurrence], calendar: WorkCalendar, reading: Reading
) -> tuple[list[Day], list[Day]]:
    """The turns for reporters, and the same turns for the body that sums up."""
    plain, summed = [], []
    for turn in turns:
        title = title_for(schedule.title, turn.period)
        plain.append(Day(turn.period.key, title, turn.nominal_on, turn.due_on))
        nominal_on, due_on = consolidated_day(schedule, turn, calendar, reading)
        summed.append(Day(turn.period.key, consolidated_title(title), nominal_on, due_on))
    return plain, summed


def demand_at(
    schedule: ReportSchedule,
    agency_id: int,
    turn: Occurrence,
    plan_day: date,
    today: date,
    calendar: WorkCalendar,
    reading: Reading,
) -> tuple[Demand, Day]:
    """What one body, known to owe under the schedule, owes for this turn."""
    demand = next(d for d in demands_of(schedule, plan_day, today) if d.agency.id == agency_id)
    (plain,), (summed,) = days_of(schedule, [turn], calendar, reading)
    return demand, summed if demand.consolidates else plain


def title_of_period(schedule: ReportSchedule, key: str) -> str:
    """What the report of the period with this key is called."""
    return title_for_key(schedule.title, key)


def consolidated_title(title: str) -> str:
    return _("%(title)s (báo cáo tổng hợp)", title=title)


def consolidated_day(
    schedule: ReportSchedule, turn: Occurrence, calendar: WorkCalendar, reading: Reading
) -> tuple[date, date]:
    """(named day, due day) of the body that reports go through: by its own rule, so many working days from the
    reporters' day, or that same day."""
    if (rule := schedule.via_rule) is not None:
        try:
            due = resolve(rule, turn.period, calendar, reading, kind=str(schedule.kind))
        except DueRuleError:
            return turn.nominal_on, turn.due_on  # the rule names no day for this period
        return due.nominal_on, due.due_on
    if schedule.via_offset:
        return turn.nominal_on, calendar.add_working_days(turn.due_on, schedule.via_offset)
    return turn.nominal_on, turn.due_on


def same_day(schedule: ReportSchedule) -> bool:
    """Reporters and the body that sums up have one day: no time is left for summing up."""
    return schedule.via_id is not None and not schedule.via_due and not schedule.via_offset
