"""The mail that tells people that their agency's work has a new home."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa

from app.accounts.models import Role, User
from app.accounts.queries import active_people
from app.extensions import db
from app.links import absolute_url
from app.obligations.models import Obligation
from app.organisations.reorganisations import Reorganisation
from app.outbox.post import post


def notify_done(change: Reorganisation, told: Iterable[User], *, now: datetime) -> None:
    """To the people of the agencies that ended, and to the officers and heads of those that took over: what they
    owe now because of it. Once a person, whatever else is said that day."""
    people = {user.id: user for user in told}
    for heir in change.heirs:
        for user in active_people(heir.agency_id, Role.OFFICER, Role.HEAD, Role.STANDING_OFFICER):
            people.setdefault(user.id, user)
    olds = [row.agency_id for row in change.olds]
    taken = Counter(
        db.session.scalars(
            sa.select(Obligation.agency_id).where(
                Obligation.first_agency_id.in_(olds),
                Obligation.settled_at.is_(None),
                Obligation.handed_over_at == now,
            )
        )
    )
    for user in people.values():
        post(
            "agency-reorganised",
            user,
            key=f"agency-reorganised:{change.id}:{int(now.timestamp())}:{user.id}",
            now=now,
            context={
                "change": change,
                "agency": user.agency,
                "ended": user.agency_id in olds,
                "taken": taken[user.agency_id],
                "url": absolute_url("obligations.my_work"),
            },
        )
