"""One obligation as a mail tells it: how it stands, whose words, which day and why, and the one link."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from app.assignments.models import Duty, StatusRequest
from app.clock import vietnam_day
from app.deadlines import DueRule, DueRuleError, Reading, WorkCalendar, resolve, weekday_name
from app.deadlines.datewords import capitalised
from app.emulation.models import EmulationMovement, MovementReceiver
from app.extensions import db
from app.i18n import _, _n, full_day, language, short_day
from app.links import absolute_url
from app.obligations.models import Obligation, SourceKind, Submission
from app.obligations.rules import Standing, State, day_that_counts, standing
from app.schedules.models import ReportSchedule

_SOURCES: dict[SourceKind, Any] = {
    SourceKind.SCHEDULE: ReportSchedule,
    SourceKind.DUTY: Duty,
    SourceKind.MOVEMENT: EmulationMovement,
    SourceKind.STATUS: StatusRequest,
}


class Urgency(enum.IntEnum):
    """The groups of a digest, in their order."""

    LATE = 0
    TODAY = 1
    COMING = 2
    UNANSWERED = 3  # a request past its day


@dataclass(frozen=True, slots=True)
class Item:
    """`tone` is the colour of the edge: late, soon, calm or quiet."""

    obligation: Obligation
    standing: Standing
    day: date
    urgency: Urgency
    tone: str
    state_words: str
    source_words: str
    day_label: str
    day_words: str
    reason: str
    note: str
    act: str
    url: str


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What many items share, read once for a mail."""

    today: date
    calendar: WorkCalendar
    reading: Reading
    rules: dict[tuple[SourceKind, int], DueRule | None]
    receivers: dict[int, list[str]]  # of a movement
    returns: dict[int, tuple[datetime, str]]  # when and why an obligation was returned last


def surroundings_of(
    obligations: Sequence[Obligation], today: date, calendar: WorkCalendar, reading: Reading
) -> Surroundings:
    by_kind: dict[SourceKind, set[int]] = {}
    for obligation in obligations:
        by_kind.setdefault(obligation.source_kind, set()).add(obligation.source_id)
    due_rules: dict[tuple[SourceKind, int], DueRule | None] = {}
    for kind, ids in by_kind.items():
        model = _SOURCES[kind]
        for source in db.session.scalars(sa.select(model).where(model.id.in_(ids))):
            due_rules[kind, source.id] = _rule_of(source)
    receivers: dict[int, list[str]] = {}
    rows = db.session.scalars(
        sa.select(MovementReceiver)
        .where(MovementReceiver.movement_id.in_(by_kind.get(SourceKind.MOVEMENT, set())))
        .order_by(MovementReceiver.position)
        .options(joinedload(MovementReceiver.agency))
    )
    for row in rows:
        receivers.setdefault(row.movement_id, []).append(row.agency.name)
    return Surroundings(today, calendar, reading, due_rules, receivers, _returns(obligations))


def item_of(obligation: Obligation, around: Surroundings, *, own: bool) -> Item:
    """`own`: the reader's agency owes it, so the link leads to handing it in."""
    stands = standing(obligation, around.today, around.calendar)
    day = day_that_counts(obligation)
    urgency = _urgency(obligation, day, around.today)
    act, url = _act(obligation, own)
    return Item(
        obligation=obligation,
        standing=stands,
        day=day,
        urgency=urgency,
        tone=_tone(urgency, stands),
        state_words=_state_words(obligation, stands, urgency),
        source_words=_source_words(obligation, around),
        day_label=_day_label(obligation, day),
        day_words=f"{weekday_name(day, language())}, {full_day(day)}",
        reason=_reason(obligation, around),
        note=_note(obligation, around),
        act=act,
        url=url,
    )


def urgency_words(urgency: Urgency) -> str:
    return {
        Urgency.LATE: _("Quá hạn"),
        Urgency.TODAY: _("Đến hạn hôm nay"),
        Urgency.COMING: _("Sắp đến hạn"),
        Urgency.UNANSWERED: _("Chưa có thông tin phản hồi"),
    }[urgency]


def _urgency(obligation: Obligation, day: date, today: date) -> Urgency:
    if day < today:
        return Urgency.UNANSWERED if obligation.is_request else Urgency.LATE
    return Urgency.TODAY if day == today else Urgency.COMING


def _tone(urgency: Urgency, stands: Standing) -> str:
    match urgency:
        case Urgency.LATE:
            return "late"
        case Urgency.UNANSWERED:
            return "quiet"
        case Urgency.TODAY:
            return "soon"
        case _:
            return "soon" if stands.state in {State.DUE_SOON, State.RETURNED} else "calm"


def _state_words(obligation: Obligation, stands: Standing, urgency: Urgency) -> str:
    match urgency:
        case Urgency.LATE:
            return _n("Quá hạn %(num)s ngày", "Quá hạn %(num)s ngày", stands.days)
        case Urgency.UNANSWERED if obligation.returned_at is not None:
            return _("Chờ bổ sung")
        case Urgency.UNANSWERED:
            return _("Chưa có thông tin phản hồi")
        case Urgency.TODAY:
            return _("Thời gian đề nghị: hôm nay") if obligation.is_request else _("Đến hạn hôm nay")
    if stands.working_days:
        return _n("Còn %(num)s ngày làm việc", "Còn %(num)s ngày làm việc", stands.working_days)
    return _n("Còn %(num)s ngày", "Còn %(num)s ngày", stands.days)


def _source_words(obligation: Obligation, around: Surroundings) -> str:
    plan = obligation.plan
    if plan.number and plan.issued_on:
        named = _("Kế hoạch số %(number)s ngày %(day)s", number=plan.number, day=full_day(plan.issued_on))
    else:
        named = _("Kế hoạch số %(number)s", number=plan.number) if plan.number else plan.title
    names = [obligation.receiver.name]
    if obligation.source_kind is SourceKind.MOVEMENT:
        names = around.receivers.get(obligation.source_id) or names
    return f"{named} · " + _("gửi %(receivers)s", receivers=", ".join(names))


def _day_label(obligation: Obligation, day: date) -> str:
    if obligation.is_request:
        return _("Thời gian đề nghị")
    if day != obligation.deadline_on:
        return _("Hạn nộp lại")
    return _("Hạn sau gia hạn") if obligation.extended_to else _("Hạn")


def _reason(obligation: Obligation, around: Surroundings) -> str:
    """Why this day, step by step; empty where the plan names the day itself, or where a newer day was given."""
    rule = around.rules.get((obligation.source_kind, obligation.source_id))
    if rule is None or day_that_counts(obligation) != obligation.due_on:
        return ""
    try:
        due = resolve(rule, obligation.nominal_on, around.calendar, around.reading)
    except DueRuleError:
        return ""
    if due.due_on != obligation.due_on:
        return ""  # the rule or the calendar was changed after the day was set
    return capitalised("; ".join(step.sentence(language()) for step in due.steps[1:]))


def _note(obligation: Obligation, around: Surroundings) -> str:
    returned = around.returns.get(obligation.id)
    if returned is not None and obligation.returned_at is not None:
        at, why = returned
        return _(
            "Trả lại ngày %(day)s: %(reason)s",
            day=short_day(vietnam_day(at), around.today),
            reason=why.strip(),
        )
    if obligation.extension_asked_until is not None:
        return _(
            "Đã xin gia hạn đến %(day)s, chưa có quyết định.",
            day=short_day(obligation.extension_asked_until, around.today),
        )
    return ""


def _act(obligation: Obligation, own: bool) -> tuple[str, str]:
    if not own:
        return _("Xem việc này"), absolute_url("obligations.show", obligation_id=obligation.id)
    if obligation.source_kind is SourceKind.MOVEMENT:
        return _("Đăng ký"), absolute_url("emulation.show", movement_id=obligation.source_id)
    url = absolute_url("obligations.submit", obligation_id=obligation.id)
    if obligation.returned_at is not None:
        return _("Sửa và nộp lại"), url
    if obligation.is_request:
        return _("Gửi kết quả"), url
    return (_("Nộp báo cáo") if obligation.source_kind is SourceKind.SCHEDULE else _("Báo kết quả")), url


def _rule_of(source: Any) -> DueRule | None:
    try:
        return source.due_rule
    except DueRuleError:
        return None


def _returns(obligations: Iterable[Obligation]) -> dict[int, tuple[datetime, str]]:
    ids = [obligation.id for obligation in obligations if obligation.returned_at is not None]
    if not ids:
        return {}
    rows = db.session.execute(
        sa.select(Submission.obligation_id, Submission.returned_at, Submission.return_reason)
        .where(Submission.obligation_id.in_(ids), Submission.returned_at.is_not(None))
        .order_by(Submission.version)
    )
    return {obligation_id: (at, reason or "") for obligation_id, at, reason in rows}
