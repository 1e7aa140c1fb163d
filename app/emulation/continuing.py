"""A movement that goes on under another plan: registrations, receipts and nominations stay where they are."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from app.emulation.models import (
    EmulationMovement,
    MovementParticipant,
    MovementReceiver,
    Nomination,
    Registration,
)
from app.extensions import db

_FACTS = (
    "plan_id", "position", "title", "award_form", "quota_collective", "quota_individual", "all_assigned",
    "span_start", "span_end", "due_day", "due_month", "due_quarter", "due_year", "due_qualifier", "due_words",
)  # fmt: skip


def go_on_as(movement: EmulationMovement, new: EmulationMovement) -> dict[str, Any]:
    """Give `movement` the plan, the words, receivers, quotas and participants of `new`, which disappears. Whoever
    has registered or put somebody forward stays a participant. Returns what `go_back` needs, as JSON."""
    before = {
        "id": movement.id,
        **{name: getattr(movement, name) for name in _FACTS},
        "receivers": [receiver.agency_id for receiver in movement.receivers],
        "participants": [[p.agency_id, p.is_request] for p in movement.participants],
    }
    kept = _at_work(movement)
    participants = {p.agency_id: p.is_request for p in movement.participants if p.agency_id in kept}
    participants |= {p.agency_id: p.is_request for p in new.participants}
    receivers = [receiver.agency_id for receiver in new.receivers]
    facts = {name: getattr(new, name) for name in _FACTS}
    db.session.delete(new)
    db.session.flush()
    _set(movement, facts, receivers, participants)
    return before


def go_back(movement: EmulationMovement, before: dict[str, Any]) -> None:
    """Undo `go_on_as`."""
    _set(
        movement,
        {name: before[name] for name in _FACTS},
        before["receivers"],
        {agency_id: bool(is_request) for agency_id, is_request in before["participants"]},
    )


def _at_work(movement: EmulationMovement) -> set[int]:
    """Agencies that have registered or put somebody forward."""
    registered = sa.select(Registration.agency_id).where(Registration.movement_id == movement.id)
    nominating = sa.select(Nomination.agency_id).where(Nomination.movement_id == movement.id)
    return set(db.session.scalars(registered)) | set(db.session.scalars(nominating))


def _set(
    movement: EmulationMovement, facts: dict[str, Any], receivers: list[int], participants: dict[int, bool]
) -> None:
    for name, value in facts.items():
        setattr(movement, name, value)
    of = {receiver.agency_id: receiver for receiver in movement.receivers}
    for agency_id, receiver in of.items():
        if agency_id not in receivers:
            movement.receivers.remove(receiver)
    for n, agency_id in enumerate(receivers):
        if agency_id in of:
            of[agency_id].position = n
        else:
            movement.receivers.append(MovementReceiver(agency_id=agency_id, position=n))
    known = {participant.agency_id: participant for participant in movement.participants}
    for agency_id, participant in known.items():
        if agency_id not in participants:
            movement.participants.remove(participant)
    for agency_id, is_request in participants.items():
        if agency_id in known:
            known[agency_id].is_request = is_request
        else:
            movement.participants.append(MovementParticipant(agency_id=agency_id, is_request=is_request))
    db.session.flush()
    db.session.expire(movement, ["plan", "receivers", "participants"])
