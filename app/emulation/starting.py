"""Starting a movement, and what it makes its participants owe."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from app.clock import vietnam_day
from app.deadlines import DueRule, Reading, WorkCalendar, occurrences
from app.emulation.models import (
    EmulationMovement,
    MovementParticipant,
    MovementReceiver,
)
from app.extensions import db
from app.i18n import _
from app.obligations.models import SourceKind
from app.obligations.operations import Owed, owe_many
from app.organisations.models import Agency
from app.organisations.queries import successor_of

ONCE = "once"  # a registration is sent once; this is the period of its obligation


def start_movement(
    plan: Any,
    *,
    title: str,
    receivers: Iterable[Agency],
    rule: DueRule | None,
    quota_collective: int | None,
    quota_individual: int | None,
    award_form: str,
    span: tuple[int, int] | None,
    participants: Iterable[tuple[Agency, bool]],
    now: datetime,
    position: int = 0,
    all_assigned: bool = True,
) -> EmulationMovement:
    """Open a movement of this plan. `participants` are the agencies that are to register, each with whether it is
    requested (đề nghị) rather than ordered. The only receiver does not register with itself."""
    movement = EmulationMovement(
        plan_id=plan.id,
        position=position,
        title=title,
        award_form=award_form,
        quota_collective=quota_collective,
        quota_individual=quota_individual,
        all_assigned=all_assigned,
        span_start=span[0] if span else None,
        span_end=span[1] if span else None,
    )
    movement.due_rule = rule
    movement.receivers = [
        MovementReceiver(agency=agency, position=n) for n, agency in enumerate(_once_each(receivers))
    ]
    alone = {r.agency.id for r in movement.receivers} if len(movement.receivers) == 1 else set()
    today = vietnam_day(now)
    requested = {
        (successor_of(agency, today) or agency).id: is_request for agency, is_request in participants
    }
    movement.participants = [
        MovementParticipant(agency_id=agency_id, is_request=is_request)
        for agency_id, is_request in requested.items()
        if agency_id not in alone
    ]
    db.session.add(movement)
    db.session.flush()
    return movement


def _once_each(agencies: Iterable[Agency]) -> list[Agency]:
    return list({agency.id: agency for agency in agencies}.values())


def owe_registrations(
    plan: Any, *, now: datetime, today: date, calendar: WorkCalendar, reading: Reading
) -> int:
    """Every participant of the plan's dated movements owes its registration. Returns how many came to be owed.

    A movement without a day owes nothing: its registrations are followed in its own table.
    """
    things = []
    for movement in movements_of(plan.id):
        due = registration_due(movement, plan, calendar, reading)
        if due is None or not movement.receivers:
            continue
        things += [
            Owed(
                SourceKind.MOVEMENT,
                movement.id,
                plan,
                participant.agency,
                ONCE,
                str(_("Đăng ký thi đua: %(title)s", title=movement.title)),
                movement.due_words,
                due.nominal_on,
                due.due_on,
                movement.receivers[0].agency,
                participant.is_request,
            )
            for participant in movement.participants
        ]
    return len(owe_many(things, now=now))


def registration_due(
    movement: EmulationMovement, plan: Any, calendar: WorkCalendar, reading: Reading
) -> Any | None:
    """The day of the registration as a `deadlines.Occurrence`: the first day of the rule after the plan's issue;
    None without a rule, and where no such day comes."""
    rule = movement.due_rule
    if rule is None or plan.issued_on is None:
        return None
    until = plan.issued_on + timedelta(days=366 * 2)
    found = occurrences(
        "other", rule, plan.issued_on, plan.period_from, plan.period_to, until, calendar, reading
    )
    return found[0] if found else None


def movements_of(plan_id: int) -> list[EmulationMovement]:
    query = sa.select(EmulationMovement).where(EmulationMovement.plan_id == plan_id)
    return list(db.session.scalars(query.order_by(EmulationMovement.position)))


def end_movements(plan_id: int) -> None:
    """Take back the movements of a plan whose confirmation is withdrawn (its obligations go first)."""
    for movement in movements_of(plan_id):
        db.session.delete(movement)
    db.session.flush()
