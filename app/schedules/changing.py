"""Adding, changing, closing and reopening a plan's report by hand, and what that does to what is owed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from app.access import refuse_if
from app.accounts.models import User
from app.audit.operations import record
from app.deadlines import DueRule, Reading, WorkCalendar
from app.errors import Refused, Stale
from app.extensions import db
from app.i18n import _, _l
from app.obligations.operations import cancel, reschedule, revive
from app.organisations.models import Agency, AgencyGroup
from app.schedules import notifications, queries, rules
from app.schedules.demands import days_of, demands_of
from app.schedules.models import ReportKind, ReportSchedule, ScheduleReporter
from app.schedules.operations import add_schedule, owe_turns, plan_day_of
from app.schedules.planning import Changes, Wanted, compare


@dataclass(frozen=True, slots=True)
class Setting:
    """What counting needs: the office's calendar, how it reads deadlines, today, and how far ahead it owes."""

    calendar: WorkCalendar
    reading: Reading
    today: date
    until: date


def facts_of(schedule: ReportSchedule) -> dict[str, Any]:
    """Everything that can be changed, as JSON: for the audit trail, for the form, and to take a change back."""
    return {
        "kind": str(schedule.kind),
        "title": schedule.title,
        "rule": schedule.due_rule.to_dict() if schedule.due_rule else None,
        "words": schedule.due_words,
        "receiver_id": schedule.receiver_id,
        "via_id": schedule.via_id,
        "via_due": schedule.via_due,
        "via_offset": schedule.via_offset,
        "all_assigned": schedule.all_assigned,
        "agencies": sorted(r.agency_id for r in schedule.reporters if r.agency_id is not None),
        "groups": sorted(r.group_id for r in schedule.reporters if r.group_id is not None),
        "first_day": schedule.first_day.isoformat() if schedule.first_day else None,
        "last_day": schedule.last_day.isoformat() if schedule.last_day else None,
    }


def put(schedule: ReportSchedule, facts: Mapping[str, Any]) -> None:
    """Let the schedule read as these facts say. Raises Refused where they make no report."""
    _check(facts)
    receiver = db.session.get_one(Agency, facts["receiver_id"])
    schedule.kind, schedule.title = ReportKind(facts["kind"]), facts["title"].strip()
    schedule.due_rule = DueRule.from_dict(facts["rule"]) if facts["rule"] else None
    schedule.due_words = facts["words"]
    schedule.receiver = receiver
    schedule.via = db.session.get(Agency, facts["via_id"]) if facts["via_id"] else None
    schedule.via_due, schedule.via_offset = facts["via_due"], facts["via_offset"]
    schedule.all_assigned = facts["all_assigned"]
    schedule.first_day, schedule.last_day = _day(facts["first_day"]), _day(facts["last_day"])
    _put_reporters(schedule, facts)
    db.session.flush()
    db.session.expire(schedule, ["receiver", "via"])


def changes_of(schedule: ReportSchedule, setting: Setting, *, lock: bool = False) -> Changes:
    """What has to be done so that what is owed agrees with the schedule as it now reads."""
    existing = queries.obligations_under(schedule, lock=lock)
    wanted = wanted_of(schedule, setting) if schedule.closed_on is None else []
    return compare(existing, wanted, setting.today, schedule.ended_ids)


def wanted_of(schedule: ReportSchedule, setting: Setting) -> list[Wanted]:
    """Everything that the schedule asks for by the day to which schedules are rolled."""
    plan_day = plan_day_of(schedule.plan, setting.today)
    turns = queries.turns_of(
        schedule, setting.until, fallback_day=plan_day, calendar=setting.calendar, reading=setting.reading
    )
    plain, summed = days_of(schedule, turns, setting.calendar, setting.reading)
    return [
        Wanted(
            body.agency, body.receiver, body.is_request, day.period, day.title, schedule.due_words,
            day.nominal_on, day.due_on,
        )
        for body in demands_of(schedule, plan_day, setting.today)
        for day in (summed if body.consolidates else plain)
    ]  # fmt: skip


def add(
    plan: Any, facts: Mapping[str, Any], setting: Setting, *, seen: str | None, actor: User, now: datetime
) -> ReportSchedule:
    """Add a report to a plan in force and owe what it asks for. `seen`: the stamp of what the page showed.

    Raises:
        Refused: the plan is not in force, or the facts make no report. Stale: other things would arise by now.
    """
    schedule = draft(plan, facts, actor=actor, now=now)
    changes = changes_of(schedule, setting)
    _check_seen(changes, seen)
    _carry_out(schedule, changes, setting, actor, now, reason="")
    return schedule


def draft(plan: Any, facts: Mapping[str, Any], *, actor: User, now: datetime) -> ReportSchedule:
    """The schedule in the session, so that it can be counted; nothing is owed yet."""
    refuse_if(rules.why_not_add(plan))
    _check(facts)
    schedule = add_schedule(
        plan,
        kind=ReportKind(facts["kind"]),
        rule=DueRule.from_dict(facts["rule"]) if facts["rule"] else None,
        title=facts["title"].strip(),
        receiver=db.session.get_one(Agency, facts["receiver_id"]),
        words=facts["words"],
        position=queries.next_position(plan),
        now=now,
        actor=actor,
    )
    put(schedule, facts)
    return schedule


def change(
    schedule: ReportSchedule,
    facts: Mapping[str, Any],
    setting: Setting,
    *,
    revision: int,
    seen: str | None,
    actor: User,
    now: datetime,
) -> Changes:
    """Change the report; what lies ahead moves, is cancelled or arises, what was handed in or is overdue stays.

    Raises:
        Refused: closed, or the facts make no report. Stale: somebody changed it, or what it would do has changed.
    """
    _claim(schedule, revision)
    refuse_if(rules.why_not_change(schedule))
    before = facts_of(schedule)
    put(schedule, facts)
    changes = changes_of(schedule, setting, lock=True)
    _check_seen(changes, seen)
    after = facts_of(schedule)
    if after == before and not changes:
        raise Refused(_l("Chưa có gì thay đổi so với báo cáo đang có."))
    _record(
        schedule, "schedule.changed", actor, now, before=before, after={**after, "counts": changes.counts}
    )
    reason = _("Báo cáo được sửa ngày %(day)s.", day=f"{setting.today:%d/%m/%Y}")
    _carry_out(schedule, changes, setting, actor, now, reason=reason)
    return changes


def close(
    schedule: ReportSchedule, setting: Setting, *, revision: int, actor: User, now: datetime
) -> Changes:
    """End the report: what lies ahead is cancelled, what is overdue stays owed. `reopen` takes it back.

    Raises:
        Refused: closed already. Stale: somebody changed it meanwhile.
    """
    _claim(schedule, revision)
    refuse_if(rules.why_not_change(schedule))
    schedule.closed_on = setting.today
    changes = changes_of(schedule, setting, lock=True)
    _record(schedule, "schedule.closed", actor, now, after=changes.counts)
    reason = _("Báo cáo kết thúc ngày %(day)s.", day=f"{setting.today:%d/%m/%Y}")
    _carry_out(schedule, changes, setting, actor, now, reason=reason)
    return changes


def reopen(
    schedule: ReportSchedule, setting: Setting, *, revision: int, actor: User, now: datetime
) -> Changes:
    """Take the closing back: what it cancelled and still lies ahead is owed again.

    Raises:
        Refused: not closed, or the plan has ended. Stale: somebody changed it meanwhile.
    """
    _claim(schedule, revision)
    refuse_if(rules.why_not_reopen(schedule))
    schedule.closed_on = None
    changes = changes_of(schedule, setting, lock=True)
    _record(schedule, "schedule.reopened", actor, now, after=changes.counts)
    _carry_out(schedule, changes, setting, actor, now, reason="")
    return changes


# -- steps --------------------------------------------------------------------------------------------------


def _claim(schedule: ReportSchedule, revision: int) -> None:
    """Of two people who change one report at once, one does."""
    db.session.flush()
    done = db.session.execute(
        sa.update(ReportSchedule)
        .where(ReportSchedule.id == schedule.id, ReportSchedule.revision == revision)
        .values(revision=ReportSchedule.revision + 1)
        .execution_options(synchronize_session=False)
    )
    db.session.refresh(schedule)
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise Stale(queries.who_changed(schedule))


def _check_seen(changes: Changes, seen: str | None) -> None:
    if seen is not None and seen != changes.stamp:
        raise Stale(_l("Danh sách nghĩa vụ vừa thay đổi so với bản xem trước. Xem lại rồi xác nhận."))


def _carry_out(
    schedule: ReportSchedule, changes: Changes, setting: Setting, actor: User, now: datetime, *, reason: str
) -> None:
    old_days = {m.obligation.id: m.obligation.deadline_on for m in changes.moved}
    for obligation in changes.ended:
        cancel(obligation, reason=reason, actor=actor, now=now)
    for moved in changes.revived:
        revive(moved.obligation, actor=actor, now=now)
    for moved in (*changes.moved, *changes.renamed, *changes.revived):
        _reschedule(moved.obligation, moved.wanted, actor, now)
    gone = {moved.obligation.id for moved in changes.revived}
    schedule.ended_ids = sorted((set(schedule.ended_ids) | {o.id for o in changes.ended}) - gone)
    # What has passed is not asked for afterwards; the schedule says from when it holds as it now reads.
    if schedule.first_day is None or schedule.first_day < setting.today:
        schedule.first_day = setting.today
    db.session.flush()
    if changes.new:
        owe_turns(schedule, setting.until, now=now, calendar=setting.calendar, reading=setting.reading)
    notifications.notify_changed(schedule, changes, old_days, now=now)


def _reschedule(obligation: Any, wanted: Wanted, actor: User, now: datetime) -> None:
    reschedule(
        obligation,
        period=wanted.period,
        title=wanted.title,
        words=wanted.words,
        nominal_on=wanted.nominal_on,
        due_on=wanted.due_on,
        receiver=wanted.receiver,
        is_request=wanted.is_request,
        actor=actor,
        now=now,
    )


def _check(facts: Mapping[str, Any]) -> None:
    if not facts["title"].strip():
        raise Refused(_l("Nhập tên báo cáo, thí dụ Báo cáo năm về giảm nghèo."))
    if facts["via_id"] and facts["via_id"] == facts["receiver_id"]:
        raise Refused(_l("Nơi tổng hợp trùng nơi nhận. Bỏ nơi tổng hợp hoặc chọn cơ quan khác."))
    if not facts["all_assigned"] and not facts["agencies"] and not facts["groups"]:
        raise Refused(_l("Chọn ít nhất một cơ quan hoặc nhóm cơ quan phải báo cáo."))
    first, last = facts["first_day"], facts["last_day"]
    if first and last and last < first:
        raise Refused(_l("Ngày thôi áp dụng đứng trước ngày bắt đầu. Kiểm tra lại."))


def _put_reporters(schedule: ReportSchedule, facts: Mapping[str, Any]) -> None:
    agencies = set() if facts["all_assigned"] else set(facts["agencies"])
    groups = set() if facts["all_assigned"] else set(facts["groups"])
    schedule.reporters = [
        r
        for r in schedule.reporters
        if (r.agency_id in agencies if r.agency_id is not None else r.group_id in groups)
    ]
    there = {(r.agency_id, r.group_id) for r in schedule.reporters}
    for agency_id in sorted(agencies):
        if (agency_id, None) not in there:
            schedule.reporters.append(ScheduleReporter(agency=db.session.get_one(Agency, agency_id)))
    for group_id in sorted(groups):
        if (None, group_id) not in there:
            schedule.reporters.append(ScheduleReporter(group=db.session.get_one(AgencyGroup, group_id)))


def _record(schedule: ReportSchedule, act: str, actor: User, now: datetime, **facts: Any) -> None:
    record(act, schedule, actor=actor, now=now, name=schedule.title, plan_id=schedule.plan_id, **facts)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
