"""Who may look at reminders and mails, and who may change what. Pure."""

from __future__ import annotations

from collections.abc import Collection

from app.accounts.models import User
from app.accounts.rules import is_administrator, runs_plans
from app.outbox.models import Message
from app.plans.models import Plan


def can_see_reminders(user: User) -> bool:
    """Standing officers see what concerns their plans; the administrator sees that mails go out."""
    return runs_plans(user) or is_administrator(user)


def can_change_common_rules(user: User) -> bool:
    return is_administrator(user)


def can_change_rules_of(user: User, plan: Plan) -> bool:
    return runs_plans(user) and plan.standing_agency_id == user.agency_id


def can_change_rules_of_programme(user: User, standing_agencies: Collection[int]) -> bool:
    """The administrator; and the standing agency that runs every plan of the programme (`standing_agencies`)."""
    return is_administrator(user) or (runs_plans(user) and set(standing_agencies) == {user.agency_id})


def can_read(user: User, message: Message, standing_agencies: Collection[int]) -> bool:
    """May read the words of a mail: one's own; or one that speaks of nothing but the plans one runs.

    `standing_agencies` are those of the obligations that the mail is about. The administrator reads no mail by
    virtue of the role: a mail can hold what a report holds.
    """
    if message.user_id == user.id:
        return True
    return runs_plans(user) and bool(standing_agencies) and set(standing_agencies) == {user.agency_id}


def can_manage(user: User, standing_agencies: Collection[int]) -> bool:
    """May cancel a mail or send it again."""
    return is_administrator(user) or (runs_plans(user) and user.agency_id in standing_agencies)
