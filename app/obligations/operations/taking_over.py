"""Moving what is owed from one plan to another that replaces or amends it, and moving it back."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from app.accounts.models import User
from app.extensions import db
from app.obligations.models import Obligation, Outcome
from app.obligations.operations.moves import record
from app.organisations.models import Agency
from app.planreader import fold

# What a move changes, so that it can be taken back.
_FACTS = (
    "source_id",
    "plan_id",
    "standing_agency_id",
    "committee_id",
    "receiver_id",
    "title",
    "title_key",
    "words",
    "period",
    "is_request",
    "nominal_on",
    "due_on",
    "extended_to",
)


def take_over(
    obligation: Obligation,
    *,
    plan: Any,
    source_id: int,
    period: str,
    title: str,
    words: str,
    nominal_on: date,
    due_on: date,
    receiver: Agency,
    is_request: bool,
    actor: User | None,
    now: datetime,
) -> dict[str, Any]:
    """Let `plan` ask for it from now on, by its own day. The obligation keeps its identity and its story; where the
    day that counts moves, reminders arm again. Returns what `give_back` needs, as JSON.

    The caller holds the row locked, and has made sure that it is open and nothing was handed in.
    """
    before = {name: _plain(getattr(obligation, name)) for name in _FACTS}
    deadline, old_plan = obligation.deadline_on, obligation.plan
    obligation.plan = plan
    obligation.source_id, obligation.period = source_id, period
    obligation.standing_agency_id, obligation.committee_id = plan.standing_agency_id, plan.committee_id
    obligation.receiver = receiver
    obligation.title, obligation.title_key, obligation.words = title, fold(title), words
    obligation.is_request = is_request
    obligation.nominal_on, obligation.due_on = nominal_on, due_on
    if obligation.extended_to is not None and obligation.extended_to <= due_on:
        obligation.extended_to = None  # the plan now gives more time than the extension did
    if obligation.deadline_on != deadline:
        obligation.version += 1
    record(
        "obligation.moved",
        obligation,
        actor=actor,
        now=now,
        before={"plan": _called(old_plan), "deadline_on": deadline.isoformat()},
        after={"plan": _called(plan), "deadline_on": obligation.deadline_on.isoformat()},
    )
    return {"id": obligation.id, **before}


def give_back(obligation: Obligation, before: dict[str, Any], *, actor: User, now: datetime) -> None:
    """Undo `take_over`. A day that was granted meanwhile goes with the plan that it was granted under."""
    deadline, plan = obligation.deadline_on, obligation.plan
    for name in _FACTS:
        value = before[name]
        is_day = name in {"nominal_on", "due_on", "extended_to"}
        setattr(obligation, name, date.fromisoformat(value) if is_day and value else value)
    if obligation.deadline_on != deadline:
        obligation.version += 1
    db.session.flush()
    db.session.expire(obligation, ["plan", "receiver", "standing_agency"])
    record(
        "obligation.moved_back",
        obligation,
        actor=actor,
        now=now,
        before={"plan": _called(plan), "deadline_on": deadline.isoformat()},
        after={"deadline_on": obligation.deadline_on.isoformat()},
    )


def reschedule(
    obligation: Obligation,
    *,
    period: str,
    title: str,
    words: str,
    nominal_on: date,
    due_on: date,
    receiver: Agency,
    is_request: bool,
    actor: User,
    now: datetime,
) -> None:
    """Let it be what its schedule now asks for. Where the day that counts moves, reminders arm again.

    The caller holds the row locked, and has made sure that it is open and nothing was handed in.
    """
    before = {"deadline_on": obligation.deadline_on.isoformat(), "receiver": obligation.receiver.name}
    deadline = obligation.deadline_on
    obligation.period, obligation.receiver, obligation.is_request = period, receiver, is_request
    obligation.title, obligation.title_key, obligation.words = title, fold(title), words
    obligation.nominal_on, obligation.due_on = nominal_on, due_on
    if obligation.extended_to is not None and obligation.extended_to <= due_on:
        obligation.extended_to = None  # the schedule now gives more time than the extension did
    if obligation.deadline_on != deadline:
        obligation.version += 1
    record(
        "obligation.rescheduled",
        obligation,
        actor=actor,
        now=now,
        before=before,
        after={"deadline_on": obligation.deadline_on.isoformat(), "receiver": receiver.name},
    )


def revive(obligation: Obligation, *, actor: User, now: datetime) -> None:
    """Undo a cancellation whose reason fell away: it is owed as before."""
    if obligation.outcome is not Outcome.CANCELLED:
        return
    obligation.settled_at, obligation.outcome, obligation.settled_reason = None, None, None
    obligation.version += 1
    record("obligation.revived", obligation, actor=actor, now=now)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _called(plan: Any) -> str:
    return plan.number or plan.title
