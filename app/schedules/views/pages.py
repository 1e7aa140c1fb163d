"""A plan's reports, and one of them with its periods: which day, why that day, how far the agencies are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import current_app, render_template
from flask_login import current_user

from app.accounts.models import User
from app.accounts.rules import is_officer
from app.deadlines import Occurrence, phrase_of
from app.i18n import language
from app.obligations import panels
from app.obligations.models import Obligation
from app.obligations.rules import is_open
from app.schedules import queries, rules
from app.schedules.changing import Setting, changes_of
from app.schedules.demands import Demand, days_of, demands_of, same_day
from app.schedules.forms import KIND_LABELS, ActForm
from app.schedules.models import ReportSchedule
from app.schedules.operations import plan_day_of
from app.schedules.planning import is_ahead
from app.schedules.views import bp
from app.schedules.views.asked import office_setting, plan_seen, schedule_seen


@dataclass(frozen=True, slots=True)
class Line:
    schedule: ReportSchedule
    bodies: tuple[Demand, ...]
    next_on: date | None
    why: str


@dataclass(frozen=True, slots=True)
class PeriodLine:
    """One period: its days for reporters and for the body that sums up, and how many have handed in."""

    key: str
    label: str
    nominal_on: date
    due_on: date
    summed_on: date | None
    why: str
    owed: int
    handed_in: int
    late: int


@bp.get("/plans/<int:plan_id>/schedules")
def list_(plan_id: int) -> Any:
    plan, setting = plan_seen(plan_id), office_setting()
    whole = rules.sees_whole_plan(current_user, plan)
    named = None if whole else queries.named_in(current_user, plan.id)
    lines = [_line(s, setting) for s in queries.schedules_of(plan) if named is None or s.id in named]
    return render_template(
        "schedules/list.html",
        plan=plan,
        open_lines=[line for line in lines if line.schedule.closed_on is None],
        closed_lines=[line for line in lines if line.schedule.closed_on is not None],
        runs=rules.can_run(current_user, plan),
        why_not_add=rules.why_not_add(plan),
        kinds=KIND_LABELS,
        same_day=same_day,
    )


@bp.get("/schedules/<int:schedule_id>")
def show(schedule_id: int) -> Any:
    schedule, setting = schedule_seen(schedule_id), office_setting()
    plan = schedule.plan
    runs, whole = rules.can_run(current_user, plan), rules.sees_whole_plan(current_user, plan)
    plan_day = plan_day_of(plan, setting.today)
    owed = queries.obligations_under(schedule)
    mine = [o for o in owed if whole or current_user.agency_id in (o.agency_id, o.receiver_id)]
    ahead = [o for o in owed if is_ahead(o, setting.today)]
    receives = whole or any(o.receiver_id == current_user.agency_id for o in owed)
    last = queries.last_change(schedule)
    return render_template(
        "schedules/show.html",
        schedule=schedule,
        plan=plan,
        runs=runs,
        bodies=demands_of(schedule, plan_day, setting.today) if whole else [],
        periods=_periods(schedule, mine, setting, plan_day),
        consolidates=receives and "oversight.consolidation" in current_app.view_functions,
        ahead=len(ahead),
        overdue=sum(is_open(o) and not is_ahead(o, setting.today) for o in owed),
        returns=_reopened(schedule, setting) if runs and schedule.closed_on else None,
        why_not_change=rules.why_not_change(schedule),
        why_not_reopen=rules.why_not_reopen(schedule),
        last=last,
        act=ActForm(formdata=None, revision=schedule.revision),
        kind=KIND_LABELS[schedule.kind],
        same_day=same_day(schedule),
        indicators="schedules.indicators" in current_app.view_functions,
    )


def _reopened(schedule: ReportSchedule, setting: Setting) -> dict[str, int]:
    """What reopening would do; nothing is written."""
    closed_on, schedule.closed_on = schedule.closed_on, None
    counts = changes_of(schedule, setting).counts
    schedule.closed_on = closed_on
    return counts


def _line(schedule: ReportSchedule, setting: Setting) -> Line:
    plan_day = plan_day_of(schedule.plan, setting.today)
    turns = _turns(schedule, setting, plan_day)
    shown = next((turn for turn in turns if turn.due_on >= setting.today), turns[-1] if turns else None)
    why = (
        schedule.due_of(_at(schedule, shown), setting.calendar, setting.reading, shown.period)
        if shown
        else None
    )
    ahead = shown is not None and shown.due_on >= setting.today and schedule.closed_on is None
    return Line(
        schedule,
        tuple(demands_of(schedule, plan_day, setting.today)),
        shown.due_on if shown and ahead else None,
        why.in_one_line(language()) if why else "",
    )


def _periods(
    schedule: ReportSchedule, owed: list[Obligation], setting: Setting, plan_day: date
) -> list[PeriodLine]:
    """Newest day first. A period in which nothing is owed yet is shown with its day."""
    turns = [turn for turn in _turns(schedule, setting, plan_day) if schedule.closed_on is None]
    plain, summed = days_of(schedule, turns, setting.calendar, setting.reading)
    days = {
        day.period: (turn, day.nominal_on, day.due_on, over.due_on)
        for turn, day, over in zip(turns, plain, summed, strict=True)
    }
    lines = []
    for key in {*days, *(o.period for o in owed)}:
        rows = [o for o in owed if o.period == key and o.outcome != "cancelled"]
        reports = [o for o in rows if not schedule.consolidates(o)] or rows
        turn, nominal_on, due_on, summed_on = days.get(key, (None, None, None, None))
        if reports:
            nominal_on, due_on = reports[0].nominal_on, reports[0].due_on
            summed_on = next((o.due_on for o in rows if schedule.consolidates(o)), summed_on)
        if nominal_on is None or due_on is None:
            continue
        first = reports[0] if reports else _at(schedule, turn) if turn else None
        why = schedule.due_of(first, setting.calendar, setting.reading) if first is not None else None
        lines.append(
            PeriodLine(
                key,
                phrase_of(key, language()) or key,
                nominal_on,
                due_on,
                summed_on if schedule.via_id else None,
                why.in_one_line(language()) if why and why.due_on == due_on else "",
                len(reports),
                sum(o.submitted_at is not None or o.outcome is not None for o in reports),
                sum(
                    o.submitted_at is None
                    and o.outcome is None
                    and o.deadline_on < setting.today
                    and not o.is_request
                    for o in reports
                ),
            )
        )
    return sorted(lines, key=lambda line: line.due_on, reverse=True)


def _turns(schedule: ReportSchedule, setting: Setting, plan_day: date) -> list[Occurrence]:
    plan = schedule.plan
    until = max(setting.until, date(plan.period_to + 1, 12, 31)) if plan.period_to else setting.until
    return queries.turns_of(
        schedule, until, fallback_day=plan_day, calendar=setting.calendar, reading=setting.reading
    )


def _at(schedule: ReportSchedule, turn: Occurrence) -> Obligation:
    """A turn as an obligation that nobody owes, so that its day can be explained."""
    return Obligation(nominal_on=turn.nominal_on, period=turn.period.key, agency_id=0, receiver_id=0)


def _goes_through(user: User, today: date) -> panels.Panel | None:
    """Beside the work of a body that reports go through: what waits for it and what has not come."""
    schedules = queries.schedules_through(user.agency_id) if is_officer(user) else []
    if not schedules:
        return None
    waiting, missing = queries.received_counts(user.agency_id, today)
    facts = {"schedules": schedules, "waiting": waiting, "missing": missing}
    return panels.Panel("obligations/_goes_through.html", facts)


panels.beside_my_work(_goes_through)
