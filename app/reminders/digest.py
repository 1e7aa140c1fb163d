"""The reminder mail, put into words at the moment it is claimed, from what still holds then."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from flask import current_app

from app.accounts.models import User
from app.clock import vietnam_day
from app.extensions import db
from app.i18n import _, full_day, writing_in
from app.links import absolute_url
from app.obligations.models import Obligation, Part, SourceKind
from app.obligations.rules import is_owed, is_suspended
from app.outbox.models import Message
from app.outbox.post import render
from app.outbox.renderers import Rendered
from app.plans.models import Plan, PlanState
from app.reminders import queries, wording
from app.reminders.days import calendar_of
from app.reminders.digest_facts import Facts
from app.reminders.items import Item, Urgency, item_of, urgency_words
from app.reminders.models import Audience, Reminder, ReminderState
from app.reminders.part_lines import PartLine, count_words, line_of, still_waited_for
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
    parts: list[PartLine] = field(default_factory=list)
    about: Obligation | None = None  # the first that it speaks of


def render_digest(message: Message, now: datetime) -> tuple[str, str, str] | None:
    """Subject and both texts, or None where nothing is left to say. Items that fell out are recorded so."""
    digests = Digests([message], now)
    words = digests.render(message)
    digests.finish()
    return None if words is None else (words.subject, words.text, words.html or "")


class Digests:
    """Everything that some digests need, read together in a constant number of queries; then each put into words.

    Whoever shares an agency shares its items, which are put into words once for each language.
    """

    def __init__(self, messages: Sequence[Message], now: datetime):
        self._now, self._today = now, vietnam_day(now)
        self._facts = Facts(messages, self._today)
        self._items: dict[tuple[int, bool, str], Item] = {}
        self._fallen: list[int] = []

    def render(self, message: Message) -> Rendered | None:
        user = self._facts.users[message.user_id]
        obligations, parts = self._still_to_be_said(message, user)
        if not obligations and not parts:
            return None
        with writing_in(message.language):
            digest = self._digest_of(obligations, parts, user, message.language)
            facts = _facts(digest, user, self._now, self._facts)
        about = obligations[0].id if len(obligations) == 1 and not parts else None
        days = calendar_of(digest.own, self._now) if current_app.config["MAIL_CALENDAR"] else None
        return Rendered(*render(KIND, message.language, facts), about, days)

    def finish(self) -> None:
        """Record the reminders that fell out."""
        if self._fallen:
            db.session.execute(
                sa.update(Reminder)
                .where(Reminder.id.in_(self._fallen))
                .values(state=ReminderState.SUPERSEDED)
            )

    # -- what still holds -----------------------------------------------------------------------------------------

    def _still_to_be_said(self, message: Message, user: User) -> tuple[list[Obligation], list[Part]]:
        """The obligations, and the parts of others, of which this mail may still speak."""
        kept: dict[int, Obligation] = {}
        parts: dict[int, Part] = {}
        for reminder in self._facts.reminders.get(message.id, ()):
            obligation = self._facts.obligations[reminder.obligation_id]
            part = self._facts.parts.get(reminder.part_id) if reminder.part_id else None
            if part is not None and self._part_holds(reminder, part, obligation, user):
                parts[part.id] = part
            elif reminder.part_id is None and self._holds(reminder, obligation, user):
                kept[obligation.id] = obligation
            else:
                self._fallen.append(reminder.id)
        return list(kept.values()), list(parts.values())

    def _part_holds(self, reminder: sa.Row[Any], part: Part, obligation: Obligation, user: User) -> bool:
        newest = self._facts.newest.get((obligation.id, part.id, user.id))
        return (
            still_waited_for(part, obligation, self._today)
            and obligation.plan.state is PlanState.IN_FORCE
            and reminder.key.startswith(key_prefix(obligation.id, part.due_on.toordinal(), part.id))
            and (newest is None or newest <= reminder.step_on)
            and user.is_active
            and user.agency_id == queries.answering(part.agency, self._today).id
        )

    def _holds(self, reminder: sa.Row[Any], obligation: Obligation, user: User) -> bool:
        newest = self._facts.newest.get((obligation.id, None, user.id))
        return (
            is_owed(obligation)
            and not is_suspended(obligation, self._today)
            and obligation.plan.state is PlanState.IN_FORCE
            and reminder.key.startswith(
                key_prefix(obligation.id, obligation.version)
            )  # its day has not moved
            and (newest is None or newest <= reminder.step_on)  # no later step waits in another mail
            and bool(queries.audiences_of(user, obligation, self._today))
        )

    # -- in words -------------------------------------------------------------------------------------------------

    def _digest_of(
        self, obligations: Sequence[Obligation], parts: Sequence[Part], user: User, language: str
    ) -> Digest:
        of_part = {part.id: self._facts.obligations[part.obligation_id] for part in parts}
        digest = Digest(about=next(iter([*obligations, *of_part.values()])))
        for part in sorted(parts, key=lambda part: (part.due_on, part.id)):
            digest.parts.append(line_of(part, of_part[part.id], self._today))
        for obligation in obligations:
            own = queries.answering(obligation.agency, self._today).id == user.agency_id
            (digest.own if own else digest.followed).append(self._item(obligation, own, language))
        digest.own.sort(key=_order)
        digest.followed.sort(key=_order)
        return digest

    def _item(self, obligation: Obligation, own: bool, language: str) -> Item:
        key = obligation.id, own, language
        if key not in self._items:
            self._items[key] = item_of(obligation, self._facts.around, own=own)
        return self._items[key]


# -- in words -----------------------------------------------------------------------------------------------------


def _order(item: Item) -> tuple[Urgency, date, int, int]:
    return item.urgency, item.day, item.obligation.agency.protocol_order, item.obligation.id


def _facts(digest: Digest, user: User, now: datetime, known: Facts) -> dict[str, Any]:
    today = vietnam_day(now)
    own_name = user.agency.display_name
    tally = _tally(digest.own)
    followed_line = ""
    if digest.followed:
        agencies = {item.obligation.agency_id for item in digest.followed}
        all_late = all(item.urgency is Urgency.LATE for item in digest.followed)
        followed_line = wording.followed_line(len(digest.followed), len(agencies), all_late=all_late)
    own_words = wording.pieces(tally, today)
    if digest.parts:
        own_words.append(count_words(digest.parts))
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
        "parts": digest.parts,
        "followed": _followed(digest.followed),
        "contacts": _contacts(digest.own, known),
        "only_requests": _only_requests(digest.own),
        "sent_at": now,
        "sent_on": full_day(today),
        "rules_words": _rules_words(digest, user, today, known),
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


def _contacts(items: Sequence[Item], known: Facts) -> list[str]:
    """One person for each standing agency: who confirmed a plan, else its first standing officer."""
    found: dict[int, str] = {}
    for item in items:
        plan: Plan = item.obligation.plan
        if plan.standing_agency_id not in found:
            person = known.contact_of(plan)
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


def _rules_words(digest: Digest, user: User, today: date, known: Facts) -> str:
    """The rules by which this mail was sent: those of the first item's plan for the audiences of the reader."""
    shown = digest.own or digest.followed
    first = shown[0].obligation if shown else digest.about
    audiences = queries.audiences_of(user, first, today)
    if Audience.HEAD in audiences:
        audiences = {Audience.HEAD}
    in_force = known.rules_of(first)
    rules = [rule for rule in in_force if rule.audience in audiences] or in_force
    if first.is_request:
        asked = {Audience.IN_CHARGE, Audience.OFFICERS}
        rules = [replace(rule, repeat_weekly=False) for rule in rules if rule.audience in asked]
    return wording.rules_in_one_line(rules)
