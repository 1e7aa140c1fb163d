"""Who may do what with a duty. Pure."""

from __future__ import annotations

from app.accounts.models import User
from app.accounts.rules import is_officer
from app.assignments.models import Duty


def is_reached(user: User, duty: Duty) -> bool:
    """The duty is given to the person's agency."""
    return any(member.agency_id == user.agency_id for member in duty.assignment.members)


def can_note_progress(user: User, duty: Duty) -> bool:
    """Officers of an agency that the duty is given to, or that supports it."""
    supports = any(support.agency_id == user.agency_id for support in duty.supports)
    return is_officer(user) and (is_reached(user, duty) or supports)
