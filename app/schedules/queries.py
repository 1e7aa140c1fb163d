"""Reading schedules: who reports, and what would arise."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from app.accounts.models import User
from app.assignments.queries import assigned_agencies, later_members
from app.audit.models import AuditEntry
from app.deadlines import DueRule, Occurrence, Reading, ReportKind, WorkCalendar, occurrences
from app.extensions import db
from app.i18n import _, clock_time
from app.obligations.models import Obligation, SourceKind
from app.organisations.models import Agency
from app.organisations.queries import members_of
from app.schedules.models import ReportSchedule, ScheduleReporter


@dataclass(frozen=True, slots=True)
class Preview:
    """What confirming would make arise."""

    count: int
    first_due_on: date | None
    last_due_on: date | None


def schedules_of(plan: Any) -> list[ReportSchedule]:
    """A plan's report schedules in its own order, closed ones too."""
    return list(
        db.session.scalars(
            sa.select(ReportSchedule)
            .where(ReportSchedule.plan_id == plan.id)
            .order_by(ReportSchedule.position, ReportSchedule.id)
            .options(joinedload(ReportSchedule.receiver), *_with_reporters())
        )
    )


def schedule_by_id(schedule_id: int) -> ReportSchedule | None:
    return db.session.scalar(
        sa.select(ReportSchedule)
        .where(ReportSchedule.id == schedule_id)
        .options(joinedload(ReportSchedule.plan), joinedload(ReportSchedule.receiver), *_with_reporters())
    )


def running_schedules(plan: Any | None = None) -> list[ReportSchedule]:
    """Schedules of plans in force that are not closed and name a day."""
    query = (
        sa.select(ReportSchedule)
        .where(
            ReportSchedule.plan.has(state="in_force"),
            ReportSchedule.closed_on.is_(None),
            ReportSchedule.due_qualifier.is_not(None),
        )
        .order_by(ReportSchedule.id)
        .options(joinedload(ReportSchedule.plan), joinedload(ReportSchedule.receiver), *_with_reporters())
    )
    if plan is not None:
        query = query.where(ReportSchedule.plan_id == plan.id)
    return list(db.session.scalars(query))


def _with_reporters() -> tuple[Any, ...]:
    return (
        selectinload(ReportSchedule.reporters).options(
            joinedload(ScheduleReporter.agency), joinedload(ScheduleReporter.group)
        ),
        selectinload(ReportSchedule.continued_by),
    )


def reporters_of(schedule: ReportSchedule, on: date) -> list[tuple[Agency, bool]]:
    """Who reports under this schedule, once each: (agency, whether it is only requested).

    A group means the members that it had on `on`. The receiver does not report to itself. A body is requested
    where the plan's own assignment says so, else where it is not under command. Whoever reports under a schedule of
    an amendment in force that goes on from this one reports there.
    """
    elsewhere = {
        agency.id
        for later in schedule.continued_by
        if later.plan.amends and later.plan.state == "in_force"
        for agency, _request in reporters_of(later, later.plan.issued_on or on)
    }
    requested = {agency.id: request for agency, request in assigned_agencies(schedule.plan)}
    found: dict[int, Agency] = {}
    if schedule.all_assigned:
        found |= {agency.id: agency for agency, _request in assigned_agencies(schedule.plan)}
    for reporter in schedule.reporters:
        named = [reporter.agency] if reporter.agency is not None else members_of(reporter.group, on)
        found |= {agency.id: agency for agency in named}
    found.pop(schedule.receiver_id, None)
    found = {agency_id: agency for agency_id, agency in found.items() if agency_id not in elsewhere}
    in_order = sorted(found.values(), key=lambda agency: (agency.protocol_order, agency.id))
    return [(agency, requested.get(agency.id, not agency.commanded)) for agency in in_order]


def joined_later(schedule: ReportSchedule) -> dict[int, date]:
    """Agencies that came to a group after the plan and were added: nothing due before their day is asked of them."""
    days = dict(later_members(schedule.plan_id)) if schedule.all_assigned else {}
    for reporter in schedule.reporters:
        if reporter.agency_id is not None:
            if reporter.joined_on is None:
                days.pop(reporter.agency_id, None)
            else:
                days[reporter.agency_id] = reporter.joined_on
    return days


def turns_of(
    schedule: ReportSchedule, until: date, *, fallback_day: date, calendar: WorkCalendar, reading: Reading
) -> list[Occurrence]:
    """The periods that the schedule owes by `until`. `fallback_day` stands for a plan without a day of issue."""
    plan = schedule.plan
    return turns(
        schedule.kind,
        schedule.due_rule,
        plan.issued_on or fallback_day,
        plan.period_from,
        plan.period_to,
        until,
        calendar=calendar,
        reading=reading,
        first_day=schedule.first_day,
        last_day=schedule.last_day,
    )


def turns(
    kind: str,
    rule: DueRule | None,
    issued_on: date,
    period_from: int | None,
    period_to: int | None,
    until: date,
    *,
    calendar: WorkCalendar,
    reading: Reading,
    first_day: date | None = None,
    last_day: date | None = None,
) -> list[Occurrence]:
    """The same from values. Pure."""
    if rule is None:
        return []
    if first_day is not None:
        issued_on = max(issued_on, date.fromordinal(first_day.toordinal() - 1))
    until = min(until, last_day) if last_day is not None else until
    return occurrences(ReportKind(kind), rule, issued_on, period_from, period_to, until, calendar, reading)


def preview(
    kind: str,
    rule: DueRule | None,
    issued_on: date,
    period_from: int | None,
    period_to: int | None,
    until: date,
    *,
    reporters: int,
    calendar: WorkCalendar,
    reading: Reading,
) -> Preview:
    """How many obligations would arise by `until`, and their first and last day. Pure."""
    found = turns(kind, rule, issued_on, period_from, period_to, until, calendar=calendar, reading=reading)
    days = [turn.due_on for turn in found] if reporters else []
    return Preview(len(days) * reporters, min(days, default=None), max(days, default=None))


def obligations_under(schedule: ReportSchedule, *, lock: bool = False) -> list[Obligation]:
    """Everything that the schedule has made owed, by period and agency; `lock`: against acts in this very moment."""
    query = (
        sa.select(Obligation)
        .where(Obligation.source_kind == SourceKind.SCHEDULE, Obligation.source_id == schedule.id)
        .order_by(Obligation.nominal_on, Obligation.id)
        .options(joinedload(Obligation.agency), joinedload(Obligation.receiver))
    )
    if lock:
        query = query.with_for_update(of=Obligation).execution_options(populate_existing=True)
    return list(db.session.scalars(query))


def plan_by_id(plan_id: int) -> Any | None:
    """The plan; schedules stand below plans and know their table by name."""
    return db.session.get(sa.inspect(ReportSchedule).relationships["plan"].mapper.class_, plan_id)


def next_position(plan: Any) -> int:
    last = sa.select(sa.func.max(ReportSchedule.position)).where(ReportSchedule.plan_id == plan.id)
    return (db.session.scalar(last) or 0) + 1


def named_in(user: User, plan_id: int) -> set[int]:
    """The ids of a plan's schedules that concern this person's agency: it owes under them, or they go to it."""
    return set(
        db.session.scalars(
            sa.select(Obligation.source_id)
            .where(
                Obligation.source_kind == SourceKind.SCHEDULE,
                Obligation.plan_id == plan_id,
                sa.or_(Obligation.agency_id == user.agency_id, Obligation.receiver_id == user.agency_id),
            )
            .distinct()
        )
    )


def schedules_through(agency_id: int) -> list[ReportSchedule]:
    """The running reports that go through this body."""
    return list(
        db.session.scalars(
            sa.select(ReportSchedule)
            .where(
                ReportSchedule.via_id == agency_id,
                ReportSchedule.closed_on.is_(None),
                ReportSchedule.plan.has(state="in_force"),
            )
            .order_by(ReportSchedule.plan_id, ReportSchedule.position)
            .options(joinedload(ReportSchedule.plan))
        )
    )


def received_counts(agency_id: int, today: date) -> tuple[int, int]:
    """What is due to this body as the one between: (waiting for review, past its day and not sent)."""
    due = sa.and_(
        Obligation.receiver_id == agency_id,
        Obligation.standing_agency_id != agency_id,
        Obligation.settled_at.is_(None),
    )
    waiting, missing = db.session.execute(
        sa.select(
            sa.func.count().filter(Obligation.submitted_at.is_not(None)),
            sa.func.count().filter(Obligation.submitted_at.is_(None), Obligation.deadline_on < today),
        ).where(due)
    ).one()
    return waiting, missing


def last_change(schedule: ReportSchedule) -> AuditEntry | None:
    """The last time that somebody changed what the schedule says."""
    return db.session.scalar(
        sa.select(AuditEntry)
        .where(
            AuditEntry.subject_type == "report_schedule",
            AuditEntry.subject_id == schedule.id,
            AuditEntry.act == "schedule.changed",
        )
        .order_by(AuditEntry.id.desc())
        .limit(1)
    )


def who_changed(schedule: ReportSchedule) -> str:
    """The sentence of a refusal: who changed it last, and when."""
    entry = db.session.scalar(
        sa.select(AuditEntry)
        .where(
            AuditEntry.subject_type == "report_schedule",
            AuditEntry.subject_id == schedule.id,
            AuditEntry.act.in_(["schedule.changed", "schedule.closed", "schedule.reopened"]),
        )
        .order_by(AuditEntry.id.desc())
        .limit(1)
    )
    who, at = (entry.actor_name, clock_time(entry.at)) if entry else ("Đúng Hạn", "")
    return _("Báo cáo này vừa được %(who)s sửa lúc %(at)s. Tải lại để xem bản mới.", who=who, at=at)
