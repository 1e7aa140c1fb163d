"""Everything that the board of a day shows, gathered with a fixed number of queries."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from app.audit.models import AuditEntry
from app.deadlines import WorkCalendar
from app.extensions import db
from app.oversight import queries
from app.oversight.asof import AsOf
from app.oversight.matrix import BoardState, Map, Totals, compose, totals
from app.oversight.queries import Scope
from app.plans.models import Plan

LONGEST_SHOWN = 6
MOST_COLUMNS = (
    60  # a wider map is no map: of more plans those with most late work stand, the filter shows any other
)
TARGET_PERCENT = 95  # what the leaders ask for; drawn as the dotted line


# What decides which plans have a column: late work, then what is due soon or not answered.
_WEIGHTS = {BoardState.LATE: 1_000_000, BoardState.NO_RESPONSE: 1_000, BoardState.SOON: 1_000}


@dataclass(frozen=True, slots=True)
class Week:
    monday: date
    count: int


@dataclass(frozen=True, slots=True)
class Month:
    first: date
    due: int
    in_time: int

    @property
    def percent(self) -> int:
        return round(100 * self.in_time / self.due)


@dataclass(frozen=True, slots=True)
class Board:
    as_of: AsOf
    earlier: date  # the day that the counts are compared with
    map: Map
    totals: Totals
    change: Totals
    plans: list[Plan]  # the columns
    choices: list[Plan]  # what the filter offers
    pressing: dict[tuple[int, int], Any]  # (agency, plan) → what the popover tells
    longest: list[Any]
    urged: dict[int, AuditEntry]
    no_date: int
    left_out: int  # plans that have work here and no column
    weeks: list[Week]
    months: list[Month]
    due_in_two_weeks: int

    @property
    def busiest(self) -> Week | None:
        return (
            max(self.weeks, key=lambda week: week.count) if any(week.count for week in self.weeks) else None
        )


def draw(scope: Scope, as_of: AsOf, earlier: date, calendar: WorkCalendar) -> Board:
    """The board of the day, its counts compared with those of the day `earlier`."""
    tallies = queries.tallies(scope, as_of)
    before = totals(queries.tallies(scope, AsOf.of(earlier, as_of.today, calendar)))
    now = totals(tallies)
    agencies = queries.agencies_of(sorted({tally.agency_id for tally in tallies}))
    choices = queries.plans_followed(scope)
    weight: Counter[int] = Counter()
    for tally in tallies:
        weight[tally.plan_id] += tally.count * _WEIGHTS.get(tally.state, 0)
    shown = {plan_id for plan_id, _weight in weight.most_common(MOST_COLUMNS)}
    pressing = queries.most_pressing(scope, as_of)
    longest = list(
        db.session.execute(
            _oldest_first(queries.listed(scope, as_of, [BoardState.LATE])).limit(LONGEST_SHOWN)
        )
    )
    days = queries.due_by_day(scope, as_of)
    return Board(
        as_of=as_of,
        earlier=earlier,
        map=compose(tallies, agencies, as_of.day),
        totals=now,
        change=now.minus(before),
        plans=sorted((plan for plan in choices if plan.id in shown), key=_by_number),
        choices=choices,
        pressing=pressing,
        longest=longest,
        urged=queries.last_urged(
            [*(row.id for row in longest), *(row.id for row in pressing.values())], as_of.end
        ),
        no_date=queries.without_date(scope, as_of),
        left_out=len(weight) - len(shown),
        weeks=weeks_of(days, as_of.day),
        months=[
            Month(date(year, month, 1), due, in_time)
            for year, month, due, in_time in queries.on_time_by_month(scope, as_of)
        ],
        due_in_two_weeks=sum(count for day, count in days if day <= as_of.day + timedelta(days=14)),
    )


def weeks_of(days: list[tuple[date, int]], today: date, weeks: int = queries.WEEKS_AHEAD) -> list[Week]:
    """Counts by day as counts by week, from this week on; weeks without anything stay in."""
    monday = today - timedelta(days=today.weekday())
    counts: Counter[int] = Counter()
    for day, count in days:
        counts[(day - monday).days // 7] += count
    return [Week(monday + timedelta(weeks=n), counts[n]) for n in range(weeks)]


def end_of_last_month(day: date) -> date:
    return day.replace(day=1) - timedelta(days=1)


def end_of_last_quarter(day: date) -> date:
    return date(day.year, (day.month - 1) // 3 * 3 + 1, 1) - timedelta(days=1)


def _oldest_first(query: Any) -> Any:
    return query.order_by(query.selected_columns.day, query.selected_columns.id)


def _by_number(plan: Plan) -> tuple[int, str, int]:
    """Columns in the order of their numbers, as people look for them; plans without a number last."""
    found = re.match(r"\d+", plan.short_number)
    return (int(found[0]) if found else 1_000_000, plan.short_number, plan.id)
