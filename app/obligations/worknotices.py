"""The mails about who does the work. Those that stay inside an agency, or between lead and support, are not told in
the obligation's story: they carry no obligation in the outbox."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from app.accounts.models import Role, User
from app.accounts.queries import active_people
from app.links import absolute_url
from app.obligations.models import (
    Comment,
    Obligation,
    OfficerInCharge,
    Part,
    PartFiling,
    Presentation,
    Suspension,
)
from app.obligations.topics import Topic
from app.obligations.workshare import officers_in_charge
from app.outbox.post import post

_OFFICERS = (Role.OFFICER, Role.HEAD, Role.STANDING_OFFICER)


def notify_handed_down(given: OfficerInCharge, topic: Topic, *, now: datetime) -> None:
    """To the officer, at once; nobody writes to themselves."""
    if given.officer_id != given.by_id:
        _post("handed-down", [given.officer], given.id, now, topic, given=given)


def notify_handed_over(holding: Any, to: User, *, actor: User, now: datetime) -> None:
    """To the colleague who takes on what somebody who leaves had in hand: all of it in one mail."""
    context = {
        "holding": holding,
        "leaving": holding.user,
        "by": actor,
        "url": absolute_url("obligations.my_work"),
    }
    key = f"work-handed-over:{holding.user.id}:{to.id}:{int(now.timestamp())}"
    post("work-handed-over", to, key=key, now=now, context=context)


def notify_taken_back(given: OfficerInCharge, topic: Topic, *, now: datetime) -> None:
    _post("taken-back", [given.officer], given.id, now, topic, given=given)


def notify_mentioned(comment: Comment, topic: Topic, user: User, *, now: datetime) -> None:
    """Once per comment and person, however often it is edited."""
    _post("mentioned", [user], comment.id, now, topic, comment=comment)


def notify_part_asked(part: Part, *, now: datetime) -> None:
    """To the officers of the supporting agency."""
    _post_part(
        "part-asked", active_people(part.agency_id, *_OFFICERS), part, f"{part.id}:{now:%Y%m%d%H%M%S}", now
    )


def notify_part_filed(filing: PartFiling, *, now: datetime) -> None:
    """To whoever does the work at the lead; where nobody was given it, to whoever asked."""
    part = filing.part
    people = officers_in_charge([part.obligation_id]).get(part.obligation_id) or _at_work(part)
    _post_part("part-filed", people, part, filing.id, now, filing=filing)


def notify_part_returned(part: Part, *, now: datetime) -> None:
    filing = part.newest
    people = active_people(part.agency_id, *_OFFICERS)
    _post_part("part-returned", people, part, filing.id if filing else part.id, now)


def notify_part_called_off(part: Part, *, now: datetime) -> None:
    people = active_people(part.agency_id, *_OFFICERS)
    _post_part("part-called-off", people, part, f"{part.id}:{now:%Y%m%d%H%M%S}", now)


def notify_to_confirm(presentation: Presentation, *, now: datetime) -> None:
    """To the heads of the agency."""
    people = active_people(presentation.obligation.agency_id, Role.HEAD)
    _post_presentation("to-confirm", people, presentation, now)


def notify_given_back(presentation: Presentation, *, now: datetime) -> None:
    if presentation.by.is_active:
        _post_presentation("given-back", [presentation.by], presentation, now)


def notify_suspended(suspension: Suspension, *, now: datetime) -> None:
    """To the agency that owes it, and to the supporting ones that were asked for a part."""
    obligation = suspension.obligation
    _post_obligation("obligation-suspended", obligation, suspension.id, now, suspension=suspension)


def notify_resumed(obligation: Obligation, *, actor: User, now: datetime) -> None:
    key = f"{obligation.id}:{now:%Y%m%d%H%M%S}"
    _post_obligation("obligation-resumed", obligation, key, now, decided_by=actor)


def _at_work(part: Part) -> list[User]:
    asked_by = part.asked_by
    if asked_by.is_active and asked_by.agency_id == part.obligation.agency_id:
        return [asked_by]
    return active_people(part.obligation.agency_id, *_OFFICERS)


def _post(kind: str, people: Iterable[User], subject: Any, now: datetime, topic: Topic, **facts: Any) -> None:
    endpoint, arguments = topic.page
    url = absolute_url(endpoint, **arguments)
    for user in people:
        context = {
            "topic": topic,
            "url": url,
            "obligation": topic.row if topic.obligation_id else None,
            **facts,
        }
        post(kind, user, key=f"{kind}:{subject}:{user.id}", now=now, context=context)


def _post_part(
    kind: str, people: Iterable[User], part: Part, subject: Any, now: datetime, **facts: Any
) -> None:
    url = absolute_url("obligations.part", obligation_id=part.obligation_id, part_id=part.id)
    for user in people:
        context = {"part": part, "obligation": part.obligation, "url": url, **facts}
        post(kind, user, key=f"{kind}:{subject}:{user.id}", now=now, context=context)


def _post_presentation(kind: str, people: Iterable[User], presentation: Presentation, now: datetime) -> None:
    obligation = presentation.obligation
    url = absolute_url("obligations.show", obligation_id=obligation.id)
    for user in people:
        context = {"presentation": presentation, "obligation": obligation, "url": url}
        post(kind, user, key=f"{kind}:{presentation.id}:{user.id}", now=now, context=context)


def _post_obligation(kind: str, obligation: Obligation, subject: Any, now: datetime, **facts: Any) -> None:
    url = absolute_url("obligations.show", obligation_id=obligation.id)
    for user in active_people(obligation.agency_id, *_OFFICERS):
        context = {"obligation": obligation, "url": url, **facts}
        post(
            kind,
            user,
            key=f"{kind}:{subject}:{user.id}",
            now=now,
            context=context,
            obligation_id=obligation.id,
        )
