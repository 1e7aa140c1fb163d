"""The blueprint of the movements' pages, and what several of them ask."""

from __future__ import annotations

from typing import Any

from flask import Blueprint
from flask_login import current_user

from app import access
from app.accounts.models import Role
from app.accounts.queries import active_people
from app.accounts.rules import is_officer
from app.emulation import rules
from app.emulation.models import EmulationMovement, NomineeKind

bp = Blueprint("emulation", __name__, url_prefix="/emulation")
access.require_sign_in(bp)


def can_confirm(movement: EmulationMovement, receiver_id: int) -> bool:
    has_officers = bool(active_people(receiver_id, Role.STANDING_OFFICER))
    return rules.can_confirm(current_user, movement, receiver_id, has_officers=has_officers)


def nominating(movement: EmulationMovement) -> list[tuple[int, str]]:
    """For whom this person may nominate: its own agency; whoever runs the plan, for every participant."""
    if not is_officer(current_user):
        return []
    agencies = {p.agency_id: p.agency.name for p in movement.participants}
    if rules.runs(current_user, movement):
        agencies = {current_user.agency_id: current_user.agency.name, **agencies}
        return list(agencies.items())
    return [(i, n) for i, n in agencies.items() if i == current_user.agency_id]


def award_facts(movement: EmulationMovement, everything: bool) -> dict[str, Any]:
    rows = sorted(movement.nominations, key=lambda n: (n.ranking, n.id))
    shown = rows if everything else [n for n in rows if n.agency_id == current_user.agency_id]
    return {
        "kinds": [
            (kind, rules.places(movement, kind), [n for n in shown if n.kind is kind]) for kind in NomineeKind
        ],
        "papers": rules.DOSSIER,
        "can_change": lambda n: (
            rules.why_not_change(n) is None
            and (
                rules.runs(current_user, movement)
                or (is_officer(current_user) and n.agency_id == current_user.agency_id)
            )
        ),
        "why_not_choose": rules.why_not_choose,
    }
