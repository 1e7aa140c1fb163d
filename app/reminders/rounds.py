"""One round of planning: record what is to be said of a batch of obligations, and gather it into one mail a person.

Nothing here commits: `jobs.py` does, a batch at a time.
"""

from __future__ import annotations

import hashlib
import logging
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from app.accounts.models import User
from app.clock import vietnam_day
from app.deadlines import Reading, WorkCalendar
from app.extensions import db
from app.obligations.models import SourceKind
from app.outbox.models import Message
from app.outbox.post import post_digest
from app.reminders import keeping, queries, walk
from app.reminders.models import Audience, Reminder, ReminderState
from app.reminders.people import People
from app.reminders.planning import (
    Due,
    Facts,
    Hearing,
    Planned,
    Rule,
    Timetable,
    goes_now,
    hearings,
    unsaid,
)

log = logging.getLogger("dunghan.reminders")

DIGEST = "reminder-digest"
_MOST_KNOWN = 50_000  # combinations of deadline, rules and agencies whose hearers are kept at once


class Round:
    """One walk over what is owed. Rules, calendar and people are read once, at its beginning."""

    def __init__(self, *, now: datetime, calendar: WorkCalendar, reading: Reading):
        self._now, self._calendar, self._reading = now, calendar, reading
        self.today: date = vietnam_day(now)
        self.book = queries.rule_book()
        self.people = People(self.today)
        self.basis = walk.basis(self.today, self.book, calendar, reading, self.people)
        self.last_deadline = walk.horizon(self.book.every_rule(), calendar, self.today)
        self._timetables: dict[int, Timetable] = {}  # by the identity of their rules, which the book keeps
        self._heard: dict[tuple[Any, ...], list[Hearing]] = {}

    def rows_to_read(self) -> Iterable[walk.Rows]:
        """Rows without a mark, where the last walk leaves anything to be said of them."""
        return walk.rows_to_read(
            walk.last_basis(), self.basis, self.last_deadline, self.book, self._calendar, self._reading
        )

    def plan(self, batch: walk.Rows) -> Counter[str]:
        """Record what is to be said of these obligations and was not yet; the counts.

        Running twice, or in two processes at once, records nothing twice: the keys are unique. An obligation
        that cannot be worked out is set aside and logged, and the walk goes on.
        """
        counts: Counter[str] = Counter(obligations=len(batch))
        rows = [row for row in batch if row.plan_id in self.basis.plans and not row.suspended]
        ids = [row.id for row in rows]
        newest = queries.newest_said(ids)
        in_charge = queries.in_charge(ids)
        planned: list[Planned] = []
        failed: list[int] = []
        for row in rows:
            try:
                facts, heard = self.of_one(row, in_charge.get(row.id, ()))
                if not heard and self.is_unheard(row, facts):
                    counts["nobody_to_tell"] += 1
                elif heard:
                    planned += unsaid(facts, heard, newest.get((row.id, row.version), {}))
            except Exception:
                failed.append(row.id)
                log.exception("an obligation could not be planned", extra={"obligation": row.id})
        walk.look_again(failed)
        counts["set_aside"] += len(failed)
        counts.update(keeping.keep(planned, now=self._now))
        counts.update(self.plan_parts(walk.blocking_parts(self.today, self.last_deadline, ids)))
        return counts

    def of_one(self, row: Any, in_charge: Sequence[int]) -> tuple[Facts, list[Hearing]]:
        """What is known of an obligation, and who is to hear which step of it by now."""
        facts = queries.facts_of(row)
        rules = self.rules_of(row)
        share = (facts.day, facts.is_request, facts.told_on, id(rules), row.agency_id, row.standing_agency_id,
                 row.committee_id, in_charge)  # fmt: skip
        heard = self._heard.get(share)
        if heard is None:
            due = self.due(row, facts)
            people = {each.audience: self.people.audience(each.audience, row, in_charge) for each in due}
            if len(self._heard) >= _MOST_KNOWN:
                self._heard.clear()
            heard = self._heard[share] = hearings(due, people, self.people.hears_from)
        return facts, heard

    def is_unheard(self, row: Any, facts: Facts) -> bool:
        """A step has come that the agency itself should hear, and nobody there has an account."""
        desk = {Audience.IN_CHARGE, Audience.OFFICERS}
        return any(each.audience in desk for each in self.due(row, facts)) and not self.people.officers(
            self.people.answering(row.agency_id)
        )

    def rules_of(self, row: Any) -> tuple[Rule, ...]:
        schedule_id = row.source_id if row.source_kind is SourceKind.SCHEDULE else None
        return self.book.rules(row.committee_id, row.plan_id, schedule_id)

    def plan_parts(self, parts: walk.Rows) -> Counter[str]:
        """Record what is to be said of parts for which a lead waits."""
        if not parts:
            return Counter()
        newest = queries.newest_said_of_parts([part.id for part in parts])
        planned: list[Planned] = []
        for part in parts:
            if part.plan_id in self.basis.plans:
                facts, heard = self.of_part(part)
                planned += unsaid(facts, heard, newest.get((part.id, facts.version), {}))
        return Counter(keeping.keep(planned, now=self._now))

    def of_part(self, part: Any) -> tuple[Facts, list[Hearing]]:
        facts = queries.facts_of_part(part)
        due = self.due(part, facts)
        people: Mapping[Audience, Sequence[int]] = {
            each.audience: self.people.of_part(each.audience, part.agency_id) for each in due
        }
        return facts, hearings(due, people, self.people.hears_from)

    def due(self, row: Any, facts: Facts) -> Sequence[Due]:
        """The steps that have come, by audience."""
        return self._timetable(self.rules_of(row)).due(facts)

    def _timetable(self, rules: tuple[Rule, ...]) -> Timetable:
        found = self._timetables.get(id(rules))
        if found is None:
            found = Timetable(rules, self._calendar, self._reading, self.today)
            self._timetables[id(rules)] = found
        return found


# -- one mail a person --------------------------------------------------------------------------------------------


def gather(user_id: int, *, now: datetime) -> Message | None:
    """Put everything that waits for this person into one mail; None where nothing (any more) waits, or not yet.

    The mail has no words yet: it is rendered when it is claimed, from what still holds then. The key comes from
    what it holds, so two processes that gather the same make one mail.
    """
    waiting = queries.waiting_for(user_id)
    if not waiting:
        return None
    ids = [row.id for row in waiting]
    mine = sa.update(Reminder).where(Reminder.id.in_(ids), Reminder.message_id.is_(None))
    mine = mine.execution_options(synchronize_session=False)
    user = db.session.get_one(User, user_id)
    if not user.is_active:
        db.session.execute(mine.values(state=ReminderState.SUPERSEDED))
        return None
    wish = queries.wish_of(user_id)
    had_today = wish.daily and queries.had_digest_on(user_id, vietnam_day(now))
    if not goes_now(wish, now, had_today=had_today, pressing=any(row.is_pressing for row in waiting)):
        return None
    digest = hashlib.sha256("\n".join(row.key for row in waiting).encode()).hexdigest()[:32]
    message = post_digest(
        DIGEST, user, key=f"digest:{user_id}:{digest}", now=now, context={"items": len(ids)}
    )
    if message is None:
        return None  # another process has just gathered the same
    taken = db.session.execute(mine.values(message_id=message.id)).rowcount
    if taken != len(ids):
        raise Overtaken(f"{len(ids) - taken} of {len(ids)} reminders were gathered by another process")
    return message


class Overtaken(Exception):
    """Another process was faster; the transaction is to be rolled back and nothing is lost."""
