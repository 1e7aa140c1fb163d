"""What planning, the digest and the pages about reminders read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa

from app.clock import VIETNAM, vietnam_day
from app.extensions import db
from app.obligations.models import Obligation, OfficerInCharge
from app.outbox.models import Message
from app.plans.models import Plan
from app.reminders.keeping import among
from app.reminders.models import Reminder, ReminderRule, ReminderState, ReminderWish
from app.reminders.people import answering, audiences_of
from app.reminders.planning import Facts, Rule, Step, Wish, is_pressing
from app.reminders.scopes import OFFICE, Level, RuleBook, Scope

__all__ = ["answering", "audiences_of"]  # asked of this module by the digest

# -- rules ------------------------------------------------------------------------------------------------------


def rule_book() -> RuleBook:
    """All steps that are kept, each found for what it holds."""
    return RuleBook(db.session.scalars(sa.select(ReminderRule).order_by(ReminderRule.id)))


def rule_rows(scope: Scope = OFFICE) -> list[ReminderRule]:
    """The steps kept for exactly this scope, in the order of their days."""
    named = {
        Level.SCHEDULE: ReminderRule.schedule_id,
        Level.PLAN: ReminderRule.plan_id,
        Level.PROGRAMME: ReminderRule.committee_id,
    }
    query = sa.select(ReminderRule).order_by(ReminderRule.offset, ReminderRule.audience)
    for level, column in named.items():
        query = query.where(column == scope.id if level is scope.level else column.is_(None))
    return list(db.session.scalars(query))


def rules_of(plan_id: int, schedule_id: int | None = None) -> list[Rule]:
    """The rules in force for one plan, or for one of its schedules."""
    plan = db.session.get_one(Plan, plan_id)
    return list(rule_book().rules(plan.committee_id, plan_id, schedule_id))


# -- obligations ------------------------------------------------------------------------------------------------


def facts_of(row: Any) -> Facts:
    """What planning knows of an obligation, from a row of `walk.columns`."""
    return Facts(
        obligation_id=row.id,
        version=row.version,
        day=row.day,
        owed=not row.suspended,
        is_request=row.is_request,
        # The mail about the return names the reason and the new day.
        told_on=vietnam_day(row.told_at) if row.told_at is not None else None,
    )


def facts_of_part(part: Any) -> Facts:
    """What planning knows of a supporting agency's part, from a row of `walk.blocking_parts`."""
    return Facts(
        obligation_id=part.obligation_id,
        version=part.due_on.toordinal(),
        day=part.due_on,
        is_request=not part.commanded,
        part_id=part.id,
    )


def in_charge(obligation_ids: Sequence[int]) -> dict[int, tuple[int, ...]]:
    """To whom the agencies have given these obligations: the ids alone, as
    `obligations.queries.officers_in_charge` finds them."""
    given = OfficerInCharge
    direct = sa.and_(given.obligation_id == Obligation.id, given.agency_id == Obligation.agency_id)
    of_source = sa.and_(
        given.source_kind == sa.cast(Obligation.source_kind, sa.String(40)),
        given.source_id == Obligation.source_id,
        given.agency_id == Obligation.agency_id,
    )
    found: dict[int, tuple[int, ...]] = {}
    if db.session.scalar(sa.select(given.id).where(given.ended_at.is_(None)).limit(1)) is None:
        return found
    for joined in (direct, of_source):
        own: dict[int, list[int]] = {}
        rows = db.session.execute(
            sa.select(Obligation.id, given.officer_id)
            .join(given, joined)
            .where(among(Obligation.id, obligation_ids), given.ended_at.is_(None))
            .order_by(given.id)
        )
        for obligation_id, officer_id in rows:
            own.setdefault(obligation_id, []).append(officer_id)
        for obligation_id, officers in own.items():
            found.setdefault(obligation_id, tuple(dict.fromkeys(officers)))
    return found


# -- what was said ------------------------------------------------------------------------------------------------

Said = dict[tuple[int, int], dict[int, Step]]


def newest_said(obligation_ids: Sequence[int]) -> Said:
    """By obligation and version: the newest step recorded for each person, parts apart."""
    return _newest(Reminder.obligation_id, obligation_ids, Reminder.part_id.is_(None))


def newest_said_of_parts(part_ids: Sequence[int]) -> Said:
    return _newest(Reminder.part_id, part_ids, Reminder.part_id.is_not(None))


def _newest(thing: Any, ids: Sequence[int], which: sa.ColumnElement[bool]) -> Said:
    if not ids:
        return {}
    newest = (
        sa.select(
            thing.label("thing"),
            Reminder.version,
            Reminder.user_id,
            Reminder.step,
            Reminder.step_on,
            sa.func.row_number()
            .over(
                partition_by=(thing, Reminder.version, Reminder.user_id),
                order_by=(Reminder.step_on.desc(), Reminder.id.desc()),
            )
            .label("place"),
        )
        .where(among(thing, ids), which)
        .subquery()
    )
    found: Said = {}
    query = sa.select(newest).where(newest.c.place == 1)
    for number, version, user_id, code, on, _place in db.session.execute(query):
        found.setdefault((number, version), {})[user_id] = Step(on, code)
    return found


# -- wishes -------------------------------------------------------------------------------------------------------


def wish_of(user_id: int) -> Wish:
    row = db.session.get(ReminderWish, user_id)
    return Wish(row.daily, row.hour, row.hears_from) if row else Wish()


def had_digest_on(user_id: int, day: date) -> bool:
    """Whether something planned was put into a mail for this person on this day in Vietnam."""
    start = datetime.combine(day, time(), VIETNAM)
    query = sa.select(Message.id).where(
        Message.user_id == user_id,
        Message.key.startswith(f"digest:{user_id}:"),
        Message.created_at >= start,
        Message.created_at < start + timedelta(days=1),
    )
    return db.session.scalar(query.limit(1)) is not None


# -- reminders that wait for a mail ------------------------------------------------------------------------------


def people_to_tell() -> list[int]:
    """Ids of everybody for whom something was planned that stands in no mail yet."""
    return list(
        db.session.scalars(
            sa.select(Reminder.user_id).where(*_WAITING).group_by(Reminder.user_id).order_by(Reminder.user_id)
        )
    )


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something that is to stand in a person's next mail."""

    id: int
    key: str
    is_pressing: bool


def waiting_for(user_id: int) -> list[Waiting]:
    """What is to stand in this person's next mail; on PostgreSQL held for this transaction."""
    rows = db.session.execute(
        sa.select(Reminder.id, Reminder.key, Reminder.step)
        .where(Reminder.user_id == user_id, *_WAITING)
        .order_by(Reminder.key)
        .with_for_update(skip_locked=True)
    )
    return [Waiting(id_, key, is_pressing(step)) for id_, key, step in rows]


_WAITING = (
    Reminder.message_id.is_(None),
    # Written as text so that both engines see that the partial index serves.
    sa.text("reminder.state = 'posted'"),
)


def reminders_in(message_id: int) -> list[Reminder]:
    """What a digest was to say: everything that has not been overtaken since."""
    return list(
        db.session.scalars(
            sa.select(Reminder)
            .where(Reminder.message_id == message_id, Reminder.state == ReminderState.POSTED)
            .order_by(Reminder.id)
        )
    )
