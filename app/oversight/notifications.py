"""The mail that urges an agency at once: a notice that everybody there can act on, not the official letter."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from app.accounts.models import Role, User
from app.accounts.queries import active_people
from app.links import absolute_url
from app.obligations.models import Obligation
from app.obligations.rules import day_that_counts
from app.organisations.models import Agency
from app.organisations.queries import successor_of
from app.outbox.post import post

_READERS = (Role.OFFICER, Role.HEAD, Role.STANDING_OFFICER)


def notify_urged(
    agency: Agency,
    obligations: Sequence[Obligation],
    *,
    actor: User,
    form_key: str,
    now: datetime,
    today: date,
) -> int:
    """Post the mail to the officers and heads of the agency, or of the one that answers for it today.

    Returns how many people have it: 0 where nobody there has an account.
    """
    answers = successor_of(agency, today)
    people = active_people(answers.id, *_READERS) if answers else []
    items = [
        {
            "title": o.title,
            "plan": o.plan.display_number,
            "day": day_that_counts(o),
            "days": (today - day_that_counts(o)).days,
            "url": absolute_url("obligations.show", obligation_id=o.id),
        }
        for o in obligations
    ]
    context = {
        "agency": agency,
        "items": items,
        "is_request": obligations[0].is_request,
        "actor": actor,
        "standing_agency": obligations[0].standing_agency,
        "url": absolute_url("obligations.my_work"),
    }
    for user in people:
        kind = "request" if obligations[0].is_request else "order"
        post("urged", user, key=f"urged:{form_key}:{kind}:{agency.id}:{user.id}", now=now, context=context)
    return len(people)
