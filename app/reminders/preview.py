"""What will be said next, to whom, and by which step, if nothing changes meanwhile."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from app.accounts.models import User
from app.clock import vietnam_day
from app.deadlines import Reading, WorkCalendar
from app.extensions import db
from app.obligations.models import Obligation
from app.reminders import queries, walk
from app.reminders.models import Audience
from app.reminders.planning import Facts, Hearing, Step, hearings, unsaid, upcoming
from app.reminders.rounds import Round

MOST = 20_000  # lines that one preview works out; a longer list helps nobody


@dataclass(frozen=True, slots=True, order=True)
class Coming:
    """One step about one obligation. Nobody in `people`: the step will be heard by nobody. `part_agency`: said to
    this agency, of its part."""

    on: date
    obligation_id: int
    step: str
    audiences: tuple[Audience, ...]
    people: tuple[int, ...]
    part_agency: int = 0


def preview(
    now: datetime,
    last: date,
    *,
    calendar: WorkCalendar,
    reading: Reading,
    first: date | None = None,
    standing_agency_id: int | None = None,
) -> list[Coming]:
    """Everything from `first` (today unless said) to `last`, in the order of days.

    Today holds whatever should have been said by now and was not; a later day holds its own steps. With
    `standing_agency_id` only what that agency's plans ask for.
    """
    today = vietnam_day(now)
    first = max(first or today, today)
    this = Round(now=now, calendar=calendar, reading=reading)
    last_deadline = walk.horizon(this.book.every_rule(), calendar, last)
    found: list[Coming] = []
    for batch in walk.owed_in_batches(today, last_deadline, standing_agency_id):
        rows = [row for row in batch if row.plan_id in this.basis.plans and not row.suspended]
        ids = [row.id for row in rows]
        newest = queries.newest_said(ids) if first == today else {}
        given = queries.in_charge(ids)
        of_row = {row.id: row for row in rows}
        for row in rows:
            in_charge = given.get(row.id, ())

            def people_of(
                audience: Audience, row: Any = row, named: tuple[int, ...] = in_charge
            ) -> Sequence[int]:
                return this.people.audience(audience, row, named)

            facts, heard = this.of_one(row, in_charge)
            said = newest.get((row.id, row.version), {})
            if first == today:
                found += _now(facts, heard, said, today, this, row, people_of)
            found += _later(facts, this, row, today, first, last, people_of, calendar, reading)
        for part in walk.blocking_parts(today, last_deadline, list(of_row)):
            found += _of_part(part, this, today, first, last, calendar, reading)
        if len(found) >= MOST:
            break
    return sorted(found)[:MOST]


def _now(
    facts: Facts, heard: Sequence[Hearing], said: Mapping[int, Step], today: date, this: Round, row: Any,
    people_of: Any, part_agency: int = 0,
) -> Iterable[Coming]:  # fmt: skip
    """What is due by now and not said: by step, since people may stand at different ones."""
    by_step: dict[str, list[int]] = {}
    for item in unsaid(facts, heard, said):
        if item.say:
            by_step.setdefault(item.step.code, []).append(item.user_id)
    due = this.due(row, facts)
    for code, user_ids in by_step.items():
        named = tuple(d.audience for d in due if set(people_of(d.audience)) & set(user_ids))
        yield Coming(today, facts.obligation_id, code, named, tuple(user_ids), part_agency)
    for each in due:
        if each.audience in {Audience.IN_CHARGE, Audience.OFFICERS} and not people_of(each.audience):
            yield Coming(today, facts.obligation_id, each.step.code, (each.audience,), (), part_agency)


def _later(
    facts: Facts, this: Round, row: Any, today: date, first: date, last: date, people_of: Any,
    calendar: WorkCalendar, reading: Reading, part_agency: int = 0,
) -> Iterable[Coming]:  # fmt: skip
    by_step: dict[Step, list[Any]] = {}
    for due in upcoming(facts, this.rules_of(row), calendar, reading, today, last):
        if due.step.on >= first:
            by_step.setdefault(due.step, []).append(due)
    for step, together in by_step.items():
        people = {due.audience: people_of(due.audience) for due in together}
        heard = hearings(together, people, this.people.hears_from)
        if heard or not any(people.values()):
            ids = tuple(one.user_id for one in heard)
            yield Coming(step.on, facts.obligation_id, step.code, tuple(people), ids, part_agency)


def _of_part(
    part: Any, this: Round, today: date, first: date, last: date, calendar: WorkCalendar, reading: Reading
) -> Iterable[Coming]:
    def people_of(audience: Audience) -> Sequence[int]:
        return this.people.of_part(audience, part.agency_id)

    facts, heard = this.of_part(part)
    if first == today:
        said = queries.newest_said_of_parts([part.id]).get((part.id, facts.version), {})
        yield from _now(facts, heard, said, today, this, part, people_of, part.agency_id)
    yield from _later(facts, this, part, today, first, last, people_of, calendar, reading, part.agency_id)


def obligations_of(lines: Iterable[Coming]) -> dict[int, Obligation]:
    """The obligations of some lines, by id, with what a list shows."""
    ids = {line.obligation_id for line in lines}
    query = sa.select(Obligation).where(Obligation.id.in_(ids))
    options = (joinedload(Obligation.agency), joinedload(Obligation.plan))
    return {obligation.id: obligation for obligation in db.session.scalars(query.options(*options))}


def people_of(lines: Iterable[Coming]) -> dict[int, User]:
    ids = {user_id for line in lines for user_id in line.people}
    return {user.id: user for user in db.session.scalars(sa.select(User).where(User.id.in_(ids)))}
