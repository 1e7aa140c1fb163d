"""What a role may do, apart from any one thing."""

from __future__ import annotations

from app.accounts.models import Role, User


def is_officer(user: User) -> bool:
    """Acts for the agency: submits, registers, asks for extension. A standing officer does so for its own."""
    return user.role in {Role.OFFICER, Role.HEAD, Role.STANDING_OFFICER}


def runs_plans(user: User) -> bool:
    """May upload, review and confirm plans of its agency."""
    return user.role is Role.STANDING_OFFICER


def is_committee_member(user: User) -> bool:
    return user.role is Role.COMMITTEE_MEMBER


def is_administrator(user: User) -> bool:
    return user.role is Role.ADMINISTRATOR


def can_follow(user: User) -> bool:
    """May see the board and the log of mails of its plans."""
    return user.role in {Role.STANDING_OFFICER, Role.COMMITTEE_MEMBER}
