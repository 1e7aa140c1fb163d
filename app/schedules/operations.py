"""Report schedules: adding, closing, and rolling them forward into obligations."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from app.accounts.models import User
from app.audit.operations import record
from app.clock import vietnam_day
from app.deadlines import DueRule, Occurrence, Reading, WorkCalendar
from app.extensions import db
from app.obligations.models import SourceKind
from app.obligations.operations import Owed, continued_line, keys_owed, owe_many
from app.obligations.rules import occasion
from app.organisations.models import Agency, AgencyGroup
from app.organisations.queries import successor_of
from app.schedules.models import ReportKind, ReportSchedule, ScheduleReporter
from app.schedules.queries import reporters_of, running_schedules, turns_of
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
    receiver_words: str = "",
    span: tuple[int, int] | None = None,
    first_day: date | None = None,
    last_day: date | None = None,
    position: int,
    now: datetime,
    actor: User | None = None,
) -> ReportSchedule:
    """Add a report that the plan asks for. Without a rule it is «không hạn»: it owes nothing by itself.

    `words` are the plan's own words of the deadline, `via` those of the body it goes through.
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
    schedules = running_schedules(plan)
    known: set[tuple[int, int, str]] = set(
        keys_owed(SourceKind.SCHEDULE, [schedule.id for schedule in schedules])
    )
    for schedule in schedules:  # what was owed to an older plan for the same occasion is not owed again
        older = [one.id for one in continued_line(schedule)]
        kept = keys_owed(SourceKind.SCHEDULE, older, cancelled=False)
        known |= {(schedule.id, agency_id, occasion(period)) for _source, agency_id, period in kept}
    made = 0
    for schedule in schedules:
        new = owe_many(_owed_under(schedule, until, now, calendar, reading, known), now=now)
        if new:
            made += len(new)
            record(
                "schedule.rolled",
                schedule,
                actor=None,
                now=now,
                name=schedule.title,
                plan_id=schedule.plan_id,
                after={"count": len(new), "until": until.isoformat()},
            )
    return made


def title_of_turn(schedule: ReportSchedule, turn: Occurrence) -> str:
    """What the report of one period is called."""
    return title_for(schedule.title, turn.period)


def _owed_under(
    schedule: ReportSchedule,
    until: date,
    now: datetime,
    calendar: WorkCalendar,
    reading: Reading,
    known: set[tuple[int, int, str]],
) -> Iterator[Owed]:
    today = vietnam_day(now)
    plan_day = schedule.plan.issued_on or (
        vietnam_day(schedule.plan.confirmed_at) if schedule.plan.confirmed_at else today
    )
    turns = turns_of(schedule, until, fallback_day=plan_day, calendar=calendar, reading=reading)
    if not turns:
        return
    # A body that has ended answers through its successor; where both are named, it owes once, and an order
    # to one of them is an order to it.
    reporters: dict[int, tuple[Agency, bool]] = {}
    for agency, is_request in reporters_of(schedule, plan_day):
        answering = successor_of(agency, today) or agency
        before = reporters.get(answering.id)
        reporters[answering.id] = (answering, is_request and (before is None or before[1]))
    reporters.pop(schedule.receiver_id, None)
    for turn in turns:
        title = title_of_turn(schedule, turn)
        for agency, is_request in reporters.values():
            keys = {turn.period.key, occasion(turn.period.key)}
            if not any((schedule.id, agency.id, key) in known for key in keys):
                yield Owed(
                    SourceKind.SCHEDULE,
                    schedule.id,
                    schedule.plan,
                    agency,
                    turn.period.key,
                    title,
                    schedule.due_words,
                    turn.nominal_on,
                    turn.due_on,
                    schedule.receiver,
                    is_request,
                )
