"""Days off and worked Saturdays that are declared late: what moves, and the moving."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from app.accounts.models import User
from app.audit.operations import record as record_act
from app.deadlines import WorkCalendar
from app.errors import Refused
from app.extensions import db
from app.i18n import _l
from app.obligations.calendar import office_calendar, office_reading
from app.obligations.duerule import sources
from app.obligations.models import CalendarException, Obligation
from app.obligations.queries import row_options

# The longest stretch of days off is Tết with its weekends; a declared day can lengthen it.
_NEAR = timedelta(days=31)


@dataclass(frozen=True, slots=True)
class Move:
    """An open obligation whose day changes."""

    obligation: Obligation
    due_on: date


def moves_under(calendar: WorkCalendar, day: date) -> list[Move]:
    """Which open due dates near `day` would be others under this calendar. What is settled never moves."""
    first, last = day - _NEAR, day + _NEAR  # the way from the named day to the due day touches this span
    near = db.session.scalars(
        sa.select(Obligation)
        .where(
            Obligation.settled_at.is_(None),
            sa.or_(Obligation.nominal_on <= last, Obligation.due_on <= last),
            sa.or_(Obligation.nominal_on >= first, Obligation.due_on >= first),
        )
        .order_by(Obligation.due_on, Obligation.id)
        .options(*row_options())
    ).all()
    by_kind = defaultdict(set)
    for obligation in near:
        by_kind[obligation.source_kind].add(obligation.source_id)
    found = {kind: sources(kind, ids) for kind, ids in by_kind.items()}
    reading, moves = office_reading(), []
    for obligation in near:
        source = found[obligation.source_kind].get(obligation.source_id)
        due = source.due_of(obligation, calendar, reading) if source is not None else None
        if due is not None and due.due_on != obligation.due_on:
            moves.append(Move(obligation, due.due_on))
    return moves


def check_exception(day: date, *, works: bool, decision: str) -> None:
    """Raise Refused where the day cannot be declared so; `add_exception` says when."""
    if not decision.strip():
        raise Refused(_l("Ghi số, ngày của văn bản quyết định ngày nghỉ hoặc ngày làm bù."))
    if db.session.get(CalendarException, day) is not None:
        raise Refused(
            _l("Ngày %(day)s đã có trong danh sách. Bỏ dòng cũ trước khi khai lại.", day=f"{day:%d/%m/%Y}")
        )
    if office_calendar().is_working_day(day) == works:
        word = _l("ngày làm việc") if works else _l("ngày nghỉ")
        raise Refused(_l("Ngày %(day)s vốn là %(kind)s trong lịch.", day=f"{day:%d/%m/%Y}", kind=word))


def add_exception(day: date, *, works: bool, decision: str, actor: User, now: datetime) -> list[Move]:
    """Declare a day off, or a weekend day worked, and move the open due dates that it touches.

    Raises:
        Refused: no decision number, the day is so already, or it was declared before.
    """
    check_exception(day, works=works, decision=decision)
    exception = CalendarException(day=day, works=works, decision=decision.strip(), created_at=now)
    db.session.add(exception)
    db.session.flush()
    moved = _move_all(day)
    record_act(
        "calendar.exception_added",
        exception,
        actor=actor,
        now=now,
        name=f"{day:%d/%m/%Y}",
        after={"works": works, "decision": exception.decision, "moved": [_told(move) for move in moved]},
    )
    return moved


def remove_exception(day: date, *, actor: User, now: datetime) -> list[Move]:
    """Undo a declared day; open due dates move back. Raises Refused where the day was not declared."""
    exception = db.session.get(CalendarException, day)
    if exception is None:
        raise Refused(_l("Ngày %(day)s không còn trong danh sách.", day=f"{day:%d/%m/%Y}"))
    before = {"works": exception.works, "decision": exception.decision}
    record_act(
        "calendar.exception_removed", exception, actor=actor, now=now, name=f"{day:%d/%m/%Y}", before=before
    )
    db.session.delete(exception)
    db.session.flush()
    return _move_all(day)


def _move_all(day: date) -> list[Move]:
    moves = moves_under(office_calendar(), day)
    for move in moves:
        move.obligation.due_on = move.due_on
        move.obligation.version += 1
    db.session.flush()
    return moves


def _told(move: Move) -> list[object]:
    return [move.obligation.id, move.due_on.isoformat()]
