"""The reminder mail, put into words at the moment it is claimed, from what still holds then."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from app.accounts.models import Role, User
from app.accounts.queries import active_people
from app.clock import vietnam_day
from app.extensions import db
from app.i18n import _, full_day, writing_in
from app.links import absolute_url
from app.obligations.calendar import office_calendar, office_reading
from app.obligations.models import Obligation, SourceKind
from app.obligations.rules import is_owed
from app.outbox.models import Message
from app.outbox.post import render
from app.outbox.renderers import Rendered
from app.plans.models import Plan, PlanState
from app.reminders import queries, wording
from app.reminders.items import Item, Urgency, item_of, surroundings_of, urgency_words
from app.reminders.models import Audience, Reminder, ReminderState
from app.reminders.planning import key_prefix

KIND = "reminder-digest"
MOST_ITEMS = 30  # of one's own in one mail; the rest is one link away
MOST_NAMES = 40  # agencies in one line of what is followed


@dataclass(frozen=True, slots=True)
class Followed:
    """The same thing still owed by several agencies, told to whoever follows the plan."""

    title: str
    source_words: str
    day_words: str
    state_words: str
    tone: str
    agencies: list[str]
    more: int
    url: str


@dataclass(frozen=True, slots=True)
class Digest:
    own: list[Item] = field(default_factory=list)
    followed: list[Item] = field(default_factory=list)


def render_digest(message: Message, now: datetime) -> Rendered | None:
    """Subject and both texts, or None where nothing is left to say. Items that fell out are recorded so."""
    user = db.session.get_one(User, message.user_id)
    today = vietnam_day(now)
    reminders = queries.reminders_in(message.id)
    obligations = _still_to_be_said(reminders, user, today)
    if not obligations:
        return None
    with writing_in(message.language):
        digest = _digest_of(obligations, user, today)
        facts = _facts(digest, user, now)
    return render(KIND, message.language, facts)


# -- what still holds ---------------------------------------------------------------------------------------------


def _still_to_be_said(reminders: Sequence[Reminder], user: User, today: date) -> list[Obligation]:
    """The obligations of which this mail may still speak; the reminders of the others are superseded."""
    ids = [reminder.obligation_id for reminder in reminders]
    obligations = {
        obligation.id: obligation
        for obligation in db.session.scalars(
            sa.select(Obligation)
            .where(Obligation.id.in_(ids))
            .options(
                joinedload(Obligation.agency),
                joinedload(Obligation.receiver),
                joinedload(Obligation.standing_agency),
                joinedload(Obligation.plan),
            )
        )
    }
    newer = _newer_steps(ids, user)
    kept: dict[int, Obligation] = {}
    for reminder in reminders:
        obligation = obligations[reminder.obligation_id]
        if _holds(reminder, obligation, user, today, newer.get(obligation.id)):
            kept[obligation.id] = obligation
        else:
            reminder.state = ReminderState.SUPERSEDED
    return list(kept.values())


def _holds(reminder: Reminder, obligation: Obligation, user: User, today: date, newest: date | None) -> bool:
    return (
        is_owed(obligation)
        and obligation.plan.state is PlanState.IN_FORCE
        and reminder.key.startswith(key_prefix(obligation.id, obligation.version))  # its day has not moved
        and (newest is None or newest <= reminder.step_on)  # no later step waits in another mail
        and bool(queries.audiences_of(user, obligation, today))
    )


def _newer_steps(obligation_ids: Sequence[int], user: User) -> dict[int, date]:
    """The latest step day that is to be said to this person, by obligation."""
    rows = db.session.execute(
        sa.select(Reminder.obligation_id, sa.func.max(Reminder.step_on))
        .where(
            Reminder.obligation_id.in_(obligation_ids),
            Reminder.user_id == user.id,
            Reminder.state == ReminderState.POSTED,
        )
        .group_by(Reminder.obligation_id)
    )
    return dict(rows.tuples().all())


# -- in words -----------------------------------------------------------------------------------------------------


def _digest_of(obligations: Sequence[Obligation], user: User, today: date) -> Digest:
    around = surroundings_of(obligations, today, office_calendar(), office_reading())
    digest = Digest()
    for obligation in obligations:
        own = queries.answering(obligation.agency, today).id == user.agency_id
        (digest.own if own else digest.followed).append(item_of(obligation, around, own=own))
    order = lambda item: (item.urgency, item.day, item.obligation.agency.protocol_order, item.obligation.id)  # noqa: E731
    digest.own.sort(key=order)
    digest.followed.sort(key=order)
    return digest


def _facts(digest: Digest, user: User, now: datetime) -> dict[str, Any]:
    today = vietnam_day(now)
    own_name = user.agency.display_name
    tally = _tally(digest.own)
    followed_line = ""
    if digest.followed:
        agencies = {item.obligation.agency_id for item in digest.followed}
        all_late = all(item.urgency is Urgency.LATE for item in digest.followed)
        followed_line = wording.followed_line(len(digest.followed), len(agencies), all_late=all_late)
    own_words = wording.pieces(tally, today)
    shown, hidden = digest.own[:MOST_ITEMS], digest.own[MOST_ITEMS:]
    return {
        "reader": user,
        "subject": wording.subject(own_name, own_words, followed_line),
        "headline": _headline(digest.own, own_name, tally, today),
        "followed_line": followed_line,
        "groups": [
            (urgency_words(urgency), list(items))
            for urgency, items in groupby(shown, lambda item: item.urgency)
        ],
        "hidden": len(hidden),
        "followed": _followed(digest.followed),
        "contacts": _contacts(digest.own),
        "only_requests": _only_requests(digest.own),
        "sent_at": now,
        "sent_on": full_day(today),
        "rules_words": _rules_words(digest, user, today),
        "list_url": absolute_url("obligations.my_work"),
    }


def _headline(items: Sequence[Item], own_name: str, tally: wording.Tally, today: date) -> str:
    if not items:
        return ""
    if _only_requests(items):
        return wording.request_headline(own_name, tally)
    return wording.headline(own_name, wording.pieces(tally, today, long=True))


def _tally(items: Sequence[Item]) -> wording.Tally:
    counted: dict[str, int] = {}
    for item in items:
        match item.urgency:
            case Urgency.UNANSWERED:
                name = "unanswered"
            case _ if item.obligation.is_request:
                name = "requested"
            case Urgency.LATE:
                report = item.obligation.source_kind is SourceKind.SCHEDULE
                name = "late_reports" if report else "late_others"
            case Urgency.TODAY:
                name = "today"
            case _:
                name = "coming"
        counted[name] = counted.get(name, 0) + 1
    return wording.Tally(
        **counted,
        last_day=max((i.day for i in items if i.urgency is Urgency.COMING), default=None),
    )


def _only_requests(items: Sequence[Item]) -> bool:
    return bool(items) and all(item.obligation.is_request for item in items)


def _followed(items: Sequence[Item]) -> list[Followed]:
    """One line for the same thing, whichever agencies owe it; worst first."""
    together: dict[tuple[int, str, date], list[Item]] = {}
    for item in items:
        together.setdefault((item.obligation.plan_id, item.obligation.title, item.day), []).append(item)
    return [
        Followed(
            title=group[0].obligation.title,
            source_words=group[0].source_words,
            day_words=group[0].day_words,
            state_words=group[0].state_words,
            tone=group[0].tone,
            agencies=[item.obligation.agency.display_name for item in group[:MOST_NAMES]],
            more=max(0, len(group) - MOST_NAMES),
            url=group[0].url
            if len(group) == 1
            else absolute_url("plans.show", plan_id=group[0].obligation.plan_id),
        )
        for group in together.values()
    ]


def _contacts(items: Sequence[Item]) -> list[str]:
    """One person for each standing agency: who confirmed a plan, else its first standing officer."""
    found: dict[int, str] = {}
    for item in items:
        plan: Plan = item.obligation.plan
        if plan.standing_agency_id not in found:
            person = db.session.get(User, plan.confirmed_by_id) if plan.confirmed_by_id else None
            if person is None or not person.is_active or person.agency_id != plan.standing_agency_id:
                person = next(iter(active_people(plan.standing_agency_id, Role.STANDING_OFFICER)), None)
            found[plan.standing_agency_id] = (
                _(
                    "%(name)s, %(agency)s, %(email)s",
                    name=person.name,
                    agency=person.agency.name,
                    email=person.mail_address,
                )
                if person
                else plan.standing_agency.name
            )
    return list(found.values())


def _rules_words(digest: Digest, user: User, today: date) -> str:
    """The rules by which this mail was sent: those of the first item's plan for the audiences of the reader."""
    first = (digest.own or digest.followed)[0].obligation
    audiences = queries.audiences_of(user, first, today)
    if Audience.HEAD in audiences:
        audiences = {Audience.HEAD}
    in_force = queries.rules_of(first.plan_id)
    rules = [rule for rule in in_force if rule.audience in audiences] or in_force
    if first.is_request:
        rules = [replace(rule, repeat_weekly=False) for rule in rules if rule.audience is Audience.OFFICERS]
    return wording.rules_in_one_line(rules)
