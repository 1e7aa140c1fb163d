"""Which obligations the planning has to look at: those of which something new can be said, and no others.

What is said of an obligation depends on its row, on the day, on rules and calendar, and on the people of its agencies.
Rows that changed carry a mark (`replan`), which is cleared as they are read. For the rest the last walk that came to
its end has kept what it went by: the day (so only deadlines of which a step has come since are read), the rules
(another rule: everything is read) and the people (another officer: that agency's rows are read).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from app.deadlines import Reading, WorkCalendar
from app.extensions import db
from app.obligations.models import Obligation, Part
from app.obligations.queries import counting_day
from app.organisations.models import Agency
from app.plans.models import Plan, PlanState
from app.reminders.keeping import among
from app.reminders.models import ReminderWalk
from app.reminders.people import People
from app.reminders.planning import Rule, days_with_news
from app.reminders.scopes import RuleBook

BATCH = 2000
# A step so many working days ahead can be a few more days away: one long holiday and its weekends.
_SLACK = timedelta(days=21)
_ONE = 1  # the number of the only row

_deadline = sa.func.coalesce(Obligation.extended_to, Obligation.due_on)
# Written as the partial indexes have it, so that both engines see that they serve.
_OPEN = sa.text("obligation.settled_at IS NULL")
_OWED = sa.and_(_OPEN, sa.text("obligation.submitted_at IS NULL"))
_CHANGED = sa.text("obligation.replan")
_UNCHANGED = sa.text("NOT obligation.replan")
_DAILY = sa.text("(obligation.returned_at IS NOT NULL OR obligation.suspended_at IS NOT NULL)")


def columns(today: date) -> tuple[sa.ColumnElement[Any], ...]:
    """What planning needs of an obligation: few columns of many rows; whole objects would cost ten times as much."""
    returned = sa.and_(Obligation.returned_at.is_not(None), Obligation.rework_until.is_not(None))
    return (
        Obligation.id,
        Obligation.version,
        Obligation.source_kind,
        Obligation.source_id,
        Obligation.plan_id,
        Obligation.agency_id,
        Obligation.standing_agency_id,
        Obligation.committee_id,
        Obligation.is_request,
        counting_day().label("day"),
        _deadline.label("deadline"),
        sa.case((returned, Obligation.returned_at)).label("told_at"),
        _suspended(today).label("suspended"),
    )


def _suspended(today: date) -> sa.ColumnElement[bool]:
    """`obligations.rules.is_suspended`, for many rows at once."""
    return sa.and_(
        Obligation.suspended_at.is_not(None),
        sa.or_(Obligation.suspended_from.is_(None), Obligation.suspended_from <= today),
        sa.or_(Obligation.suspended_until.is_(None), Obligation.suspended_until >= today),
    )


def horizon(rules: Iterator[Rule] | Sequence[Rule] | set[Rule], calendar: WorkCalendar, until: date) -> date:
    """The last deadline of which anything can be said by `until`."""
    furthest = max((-rule.offset for rule in rules), default=0)
    return calendar.add_working_days(until, max(furthest, 0)) + _SLACK


@dataclass(frozen=True, slots=True)
class Basis:
    """What a walk goes by besides the rows themselves."""

    day: date
    rules: str
    people: Mapping[str, str]  # by agency
    plans: frozenset[int]  # in force


def basis(today: date, book: RuleBook, calendar: WorkCalendar, reading: Reading, people: People) -> Basis:
    exceptions = sorted((day, str(given)) for day, given in calendar.exceptions.items())
    facts = repr((book.signature(), exceptions, reading)).encode()
    plans = db.session.scalars(sa.select(Plan.id).where(Plan.state == PlanState.IN_FORCE))
    return Basis(today, hashlib.sha256(facts).hexdigest(), people.prints(), frozenset(plans))


def last_basis() -> Basis | None:
    """What the last complete walk went by; None before the first."""
    row = db.session.get(ReminderWalk, _ONE, populate_existing=True)
    return Basis(row.day, row.rules, row.people, frozenset(row.plans["in_force"])) if row else None


def keep_basis(went_by: Basis) -> None:
    """Several walks may end at once; each went by what it says, so any of them may stand."""
    columns = {
        "day": went_by.day,
        "rules": went_by.rules,
        "people": dict(went_by.people),
        "plans": {"in_force": sorted(went_by.plans)},
    }
    dialect = postgresql if db.session.get_bind().dialect.name == "postgresql" else sqlite
    insert = dialect.insert(ReminderWalk).values(id=_ONE, **columns)
    db.session.execute(insert.on_conflict_do_update(index_elements=["id"], set_=columns))


# -- rows ---------------------------------------------------------------------------------------------------------

Rows = Sequence[sa.Row[Any]]


def rows_to_read(
    before: Basis | None,
    now: Basis,
    last_deadline: date,
    book: RuleBook,
    calendar: WorkCalendar,
    reading: Reading,
) -> Iterator[Rows]:
    """Unmarked rows of which something new can be said since the walk `before`; some may come twice."""
    if before is None or before.rules != now.rules:
        yield from _in_batches(now.day, _UNCHANGED, _deadline <= last_deadline)
        return
    if before.day != now.day:
        if (oldest := db.session.scalar(sa.select(sa.func.min(_deadline)).where(_OPEN))) is not None:
            spans = days_with_news(
                book.every_rule(), calendar, reading, oldest, last_deadline, after=before.day, by=now.day
            )
            for first, last in spans:
                yield from _in_batches(now.day, _UNCHANGED, _deadline >= first, _deadline <= last)
        yield from _in_batches(now.day, _UNCHANGED, _DAILY, _deadline <= last_deadline)
    agencies = [int(key) for key, value in now.people.items() if before.people.get(key) != value]
    agencies += [int(key) for key in before.people if key not in now.people]
    for some in _chunks(sorted(agencies)):
        concerned = (Obligation.agency_id, Obligation.standing_agency_id, Obligation.committee_id)
        for column in concerned:
            yield from _in_batches(now.day, _UNCHANGED, column.in_(some), _deadline <= last_deadline)
    for some in _chunks(sorted(now.plans - before.plans)):
        yield from _in_batches(now.day, _UNCHANGED, Obligation.plan_id.in_(some), _deadline <= last_deadline)


def owed_in_batches(
    today: date, last_deadline: date, standing_agency_id: int | None = None
) -> Iterator[Rows]:
    """Everything owed with a deadline up to this day, marked or not; with an agency, what its plans ask for."""
    where = [_deadline <= last_deadline]
    if standing_agency_id is not None:
        where.append(Obligation.standing_agency_id == standing_agency_id)
    return _in_batches(today, *where)


def _in_batches(today: date, *where: sa.ColumnElement[bool]) -> Iterator[Rows]:
    """Each batch is a query of its own that starts after the last row: the caller may commit between them."""
    after: tuple[date, int] | None = None
    while True:
        query = sa.select(*columns(today)).where(_OWED, *where).order_by(_deadline, Obligation.id)
        rows = db.session.execute(query.where(*_behind(after)).limit(BATCH)).all()
        if rows:
            yield rows
        if len(rows) < BATCH:
            return
        after = (rows[-1].deadline, rows[-1].id)


def changed_rows(today: date, last_deadline: date) -> Iterator[Rows]:
    """Rows that carry the mark, which is taken off in the caller's transaction: whoever changes one of them
    meanwhile waits for it, and sets the mark again. Several processes share the work."""
    after: tuple[date, int] | None = None
    while True:
        chosen = (
            sa.select(Obligation.id)
            .where(_OWED, _CHANGED, _deadline <= last_deadline, *_behind(after))
            .order_by(_deadline, Obligation.id)
            .limit(BATCH)
            .with_for_update(skip_locked=True)
        )
        read = (
            sa.update(Obligation)
            .where(Obligation.id.in_(chosen.scalar_subquery()))
            .values(replan=False)
            .returning(*columns(today))
            .execution_options(synchronize_session=False)
        )
        rows = sorted(db.session.execute(read).all(), key=lambda row: (row.deadline, row.id))
        if rows:
            yield rows
        if len(rows) < BATCH:
            return
        after = (rows[-1].deadline, rows[-1].id)


def look_again(obligation_ids: Sequence[int]) -> None:
    """Put the mark back on rows that could not be worked out."""
    if obligation_ids:
        db.session.execute(
            sa.update(Obligation)
            .where(Obligation.id.in_(obligation_ids))
            .values(replan=True)
            .execution_options(synchronize_session=False)
        )


def blocking_parts(today: date, last_day: date, obligation_ids: Sequence[int] | None = None) -> Rows:
    """Parts for which a lead waits, of these obligations or of all: as `obligations.queries.blocking_parts`, with the
    few columns that planning needs."""
    query = (
        sa.select(
            Part.id, Part.obligation_id, Part.agency_id, Part.due_on,
            Agency.commanded, Obligation.plan_id, Obligation.committee_id,
            Obligation.source_kind, Obligation.source_id,
        )
        .join(Obligation, Obligation.id == Part.obligation_id)
        .join(Agency, Agency.id == Part.agency_id)
        .where(
            Part.filed_at.is_(None),
            Part.called_off_at.is_(None),
            Part.closed_at.is_(None),
            Part.due_on <= last_day,
            _OWED,
            sa.not_(_suspended(today)),
        )
        .order_by(Part.id)
    )  # fmt: skip
    if obligation_ids is not None:
        query = query.where(among(Part.obligation_id, obligation_ids))
    return db.session.execute(query).all()


def _behind(after: tuple[date, int] | None) -> tuple[sa.ColumnElement[bool], ...]:
    if after is None:
        return ()
    day, number = after
    return (_deadline >= day, sa.or_(_deadline > day, Obligation.id > number))


def _chunks(ids: Sequence[int], size: int = 500) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), size):
        yield ids[start : start + size]
