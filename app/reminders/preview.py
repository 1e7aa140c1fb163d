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
from app.reminders import queries
from app.reminders.models import Audience
from app.reminders.planning import Timetable, for_people, key_prefix, upcoming

MOST = 20_000  # lines that one preview works out; a longer list helps nobody


@dataclass(frozen=True, slots=True, order=True)
class Coming:
    """One step about one obligation. Nobody in `people`: the step will be heard by nobody."""

    on: date
    obligation_id: int
    step: str
    audiences: tuple[Audience, ...]
    people: tuple[int, ...]


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
    rules = queries.rules_by_plan()
    people = queries.People(today)
    timetables = {plan_id: Timetable(own, calendar, reading, today) for plan_id, own in rules.items()}
    found: list[Coming] = []
    for batch in queries.owed_in_batches(queries.horizon(rules, calendar, last)):
        rows = [row for row in batch if standing_agency_id in (None, row.standing_agency_id)]
        recorded = queries.recorded_for(row.id for row in rows) if first == today else {}
        for row in rows:
            own = rules.get(row.plan_id, rules[None])
            facts = queries.facts_of(row)
            if first == today:
                timetable = timetables.get(row.plan_id, timetables[None])
                found += _today(row, timetable.due(facts), people, recorded.get(row.id, {}), today)
            steps: dict[tuple[date, str], list[Audience]] = {}
            for reminder in upcoming(facts, own, calendar, reading, today, last):
                if reminder.step.on >= first:
                    steps.setdefault(tuple(reminder.step), []).append(reminder.audience)
            for (on, code), audiences in steps.items():
                found.append(_coming(on, row, code, audiences, people))
        if len(found) >= MOST:
            break
    return sorted(found)[:MOST]


def _today(
    row: sa.Row[Any],
    due: Sequence[Any],
    people: queries.People,
    recorded: Mapping[str, tuple[int, date]],
    today: date,
) -> Iterable[Coming]:
    """What is due by now and not said: by step, since people may stand at different ones."""
    prefix = key_prefix(row.id, row.version)
    said = {key: value for key, value in recorded.items() if key.startswith(prefix)}
    audiences = {reminder.audience: people.audience(reminder.audience, row) for reminder in due}
    by_step: dict[str, list[int]] = {}
    for item in for_people(due, audiences, said):
        if item.say:
            by_step.setdefault(item.step.code, []).append(item.user_id)
    for code, user_ids in by_step.items():
        named = tuple(a for a, ids in audiences.items() if set(ids) & set(user_ids))
        yield Coming(today, row.id, code, named, tuple(user_ids))
    for reminder in due:
        if not audiences[reminder.audience] and reminder.audience is Audience.OFFICERS:
            yield Coming(today, row.id, reminder.step.code, (reminder.audience,), ())


def _coming(
    on: date, row: sa.Row[Any], code: str, audiences: Sequence[Audience], people: queries.People
) -> Coming:
    ids = dict.fromkeys(user_id for audience in audiences for user_id in people.audience(audience, row))
    return Coming(on, row.id, code, tuple(audiences), tuple(ids))


def obligations_of(lines: Iterable[Coming]) -> dict[int, Obligation]:
    """The obligations of some lines, by id, with what a list shows."""
    ids = {line.obligation_id for line in lines}
    query = sa.select(Obligation).where(Obligation.id.in_(ids))
    options = (joinedload(Obligation.agency), joinedload(Obligation.plan))
    return {obligation.id: obligation for obligation in db.session.scalars(query.options(*options))}


def people_of(lines: Iterable[Coming]) -> dict[int, User]:
    ids = {user_id for line in lines for user_id in line.people}
    return {user.id: user for user in db.session.scalars(sa.select(User).where(User.id.in_(ids)))}
