"""Report schedules: adding, closing, and rolling them forward into obligations."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from app.accounts.models import User
from app.audit.operations import record
from app.clock import vietnam_day
from app.deadlines import DueRule, Occurrence, Reading, WorkCalendar
from app.extensions import db
from app.obligations.models import SourceKind
from app.obligations.operations import Turn, continued_line, keys_handed_on, keys_owed, owe_each
from app.obligations.rules import occasion
from app.organisations.models import Agency, AgencyGroup
from app.schedules.demands import Demand, answering, days_of, demands_of
from app.schedules.models import ReportKind, ReportSchedule, ScheduleReporter
from app.schedules.queries import joined_later, running_schedules, turns_of
from app.schedules.titles import title_for


def add_schedule(
    plan: Any,
    *,
    kind: ReportKind,
    rule: DueRule | None,
    title: str,
    receiver: Agency,
    reporters: Sequence[Agency | AgencyGroup] = (),
    all_assigned: bool = False,
    words: str = "",
    via: str = "",
    via_body: Agency | None = None,
    receiver_words: str = "",
    span: tuple[int, int] | None = None,
    first_day: date | None = None,
    last_day: date | None = None,
    position: int,
    now: datetime,
    actor: User | None = None,
) -> ReportSchedule:
    """Add a report that the plan asks for. Without a rule it is «không hạn»: it owes nothing by itself.

    `words` are the plan's own words of the deadline, `via` those of the body it goes through, `via_body` that body.
    """
    start, end = span or (None, None)
    schedule = ReportSchedule(
        plan=plan,
        position=position,
        kind=kind,
        title=title,
        receiver=receiver,
        receiver_words=receiver_words,
        via_words=via,
        via=via_body if via_body is not None and via_body.id != receiver.id else None,
        all_assigned=all_assigned,
        first_day=first_day,
        last_day=last_day,
        span_start=start,
        span_end=end,
        reporters=[
            ScheduleReporter(group=body) if isinstance(body, AgencyGroup) else ScheduleReporter(agency=body)
            for body in reporters
        ],
    )
    schedule.due_rule = rule
    schedule.due_words = words or (rule.words if rule else "")
    db.session.add(schedule)
    record("schedule.added", schedule, actor=actor, now=now, name=title, plan_id=plan.id)
    return schedule


def close_schedule(schedule: ReportSchedule, *, actor: User, now: datetime) -> None:
    """Nothing more arises from it. What is owed already stays owed until a person cancels it."""
    if schedule.closed_on is None:
        schedule.closed_on = vietnam_day(now)
        record(
            "schedule.closed", schedule, actor=actor, now=now, name=schedule.title, plan_id=schedule.plan_id
        )


def roll_forward(
    until: date, *, now: datetime, calendar: WorkCalendar, reading: Reading, plan: Any | None = None
) -> int:
    """Make everything owed that falls due by `until`, under one plan or all; how many obligations are new.

    Again makes nothing: an obligation is named by schedule, agency and period, and its key is unique.
    """
    db.session.flush()
    made = 0
    for schedule in running_schedules(plan):
        new = owe_turns(schedule, until, now=now, calendar=calendar, reading=reading)
        if new:
            made += new
            record(
                "schedule.rolled",
                schedule,
                actor=None,
                now=now,
                name=schedule.title,
                plan_id=schedule.plan_id,
                after={"count": new, "until": until.isoformat()},
            )
    return made


def owe_turns(
    schedule: ReportSchedule, until: date, *, now: datetime, calendar: WorkCalendar, reading: Reading
) -> int:
    """Make everything owed that this schedule asks for by `until`; how many obligations are new."""
    today = vietnam_day(now)
    plan_day = plan_day_of(schedule.plan, today)
    turns = turns_of(schedule, until, fallback_day=plan_day, calendar=calendar, reading=reading)
    if not turns:
        return 0
    bodies = demands_of(schedule, plan_day, today)
    plain, summed = days_of(schedule, turns, calendar, reading)
    piles: dict[tuple[int, bool], list[Demand]] = {}
    for body in bodies:
        piles.setdefault((body.receiver.id, body.consolidates), []).append(body)
    known = _known_otherwise(schedule, turns, today)
    made = 0
    for (receiver_id, consolidates), pile in piles.items():
        days = [
            Turn(d.period, d.title, schedule.due_words, d.nominal_on, d.due_on)
            for d in (summed if consolidates else plain)
        ]
        named = [(body.agency.id, body.is_request) for body in pile]
        if not known:
            made += _owe(schedule, days, named, receiver_id, now)
            continue
        for day in days:
            free = [
                (agency_id, request)
                for agency_id, request in named
                if (agency_id, occasion(day.period)) not in known
            ]
            made += _owe(schedule, [day], free, receiver_id, now)
    return made


def _owe(
    schedule: ReportSchedule,
    days: Sequence[Turn],
    named: Sequence[tuple[int, bool]],
    receiver_id: int,
    now: datetime,
) -> int:
    return owe_each(
        SourceKind.SCHEDULE, schedule.id, schedule.plan, days, named, receiver_id=receiver_id, now=now
    )


def plan_day_of(plan: Any, today: date) -> date:
    """The day from which a plan asks for something: its day of issue, else the day it was confirmed."""
    return plan.issued_on or (vietnam_day(plan.confirmed_at) if plan.confirmed_at else today)


def title_of_turn(schedule: ReportSchedule, turn: Occurrence) -> str:
    """What the report of one period is called."""
    return title_for(schedule.title, turn.period)


def _known_otherwise(
    schedule: ReportSchedule, turns: Sequence[Occurrence], today: date
) -> set[tuple[int, str]]:
    """(agency, occasion) of what is owed already under another key: a thing owed once whose year has changed, what
    was owed to an older plan for the same occasion, and what went to another body when an agency ended; and of what
    was due before a body joined. Empty for nearly all schedules."""
    known: set[tuple[int, str]] = {
        (agency_id, occasion(turn.period.key))
        for agency_id, day in joined_later(schedule).items()
        for turn in turns
        if turn.due_on < day
    }
    for _source, first_id, agency_id, key in keys_handed_on(SourceKind.SCHEDULE, [schedule.id]):
        heir = answering(db.session.get_one(Agency, first_id), today, schedule.plan_id)
        if heir.id != agency_id:
            known.add((heir.id, occasion(key)))
    if any(occasion(turn.period.key) != turn.period.key for turn in turns):
        known |= {
            (agency_id, occasion(key)) for _s, agency_id, key in keys_owed(SourceKind.SCHEDULE, [schedule.id])
        }
    older = [one.id for one in continued_line(schedule)]
    kept = keys_owed(SourceKind.SCHEDULE, older, cancelled=False) if older else ()
    return known | {(agency_id, occasion(key)) for _s, agency_id, key in kept}
