"""Who may do what with a duty. Pure."""

from __future__ import annotations

from app.accounts.models import Role, User
from app.accounts.rules import is_officer
from app.assignments.models import Duty, DutyRole


def is_reached(user: User, duty: Duty) -> bool:
    """The duty is given to the person's agency."""
    return any(member.agency_id == user.agency_id for member in duty.assignment.members)


def can_note_progress(user: User, duty: Duty) -> bool:
    """Officers of an agency that the duty is given to, or that supports it."""
    supports = any(support.agency_id == user.agency_id for support in duty.supports)
    return is_officer(user) and (is_reached(user, duty) or supports)


def can_ask_status(user: User, duty: Duty) -> bool:
    """Standing officers of the plan's standing agency, about what names no day and somebody leads."""
    return (
        user.role is Role.STANDING_OFFICER
        and user.agency_id == duty.assignment.plan.standing_agency_id
        and duty.due_rule is None
        and duty.role is DutyRole.LEAD
        and duty.ended_on is None
        and duty.assignment.plan.state == "in_force"
    )
