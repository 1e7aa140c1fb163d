"""Planning what is to be said, gathering it into one mail a person, and changing the rules.

Nothing here commits: planning runs in `jobs.py`, a batch at a time; rules change in views.
"""

from __future__ import annotations

import hashlib
import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from app.accounts.models import User
from app.audit.operations import Actor, record
from app.clock import vietnam_day
from app.deadlines import Reading, WorkCalendar
from app.errors import Refused
from app.extensions import db
from app.i18n import _l
from app.outbox.models import Message
from app.outbox.post import post_digest
from app.plans.models import Plan
from app.reminders import queries
from app.reminders.models import Audience, Reminder, ReminderRule, ReminderState
from app.reminders.planning import Planned, Rule, Timetable, for_people, key_prefix

log = logging.getLogger("dunghan.reminders")

# What an installation begins with: five days and one day before, on the day, one day and five days after, then
# every Monday; the head hears one day after, the standing agency five.
DEFAULT_RULES = (
    Rule(-5, Audience.OFFICERS),
    Rule(-1, Audience.OFFICERS),
    Rule(0, Audience.OFFICERS),
    Rule(1, Audience.OFFICERS),
    Rule(5, Audience.OFFICERS, repeat_weekly=True),
    Rule(1, Audience.HEAD),
    Rule(5, Audience.STANDING_AGENCY),
)
FURTHEST = 60  # working days to either side that a rule may lie from the day


# -- planning ---------------------------------------------------------------------------------------------------


class Round:
    """One walk over what is owed. Rules, calendar and people are read once, at its beginning."""

    def __init__(self, *, now: datetime, calendar: WorkCalendar, reading: Reading):
        self._now = now
        self.today: date = vietnam_day(now)
        rules = queries.rules_by_plan()
        self.last_deadline = queries.horizon(rules, calendar, self.today)
        self._timetables: Mapping[int | None, Timetable] = {
            plan_id: Timetable(own, calendar, reading, self.today) for plan_id, own in rules.items()
        }
        self._people = queries.People(self.today)

    def plan(self, batch: Sequence[sa.Row[Any]]) -> Counter[str]:
        """Record what is to be said of these obligations and was not yet; the counts.

        Running twice, or in two processes at once, records nothing twice: the keys are unique. An obligation
        that cannot be worked out is set aside and logged, and the walk goes on.
        """
        counts: Counter[str] = Counter(obligations=len(batch))
        recorded = queries.recorded_for(row.id for row in batch)
        planned: list[Planned] = []
        for row in batch:
            try:
                planned += self._of_one(row, recorded.get(row.id, {}), counts)
            except Exception:
                counts["set_aside"] += 1
                log.exception("an obligation could not be planned", extra={"obligation": row.id})
        counts.update(self._keep(planned))
        return counts

    def _of_one(
        self, row: sa.Row[Any], recorded: Mapping[str, tuple[int, date]], counts: Counter[str]
    ) -> list[Planned]:
        timetable = self._timetables.get(row.plan_id) or self._timetables[None]
        due = timetable.due(queries.facts_of(row))
        if not due:
            return []
        prefix = key_prefix(row.id, row.version)
        said = {key: value for key, value in recorded.items() if key.startswith(prefix)}
        people = {reminder.audience: self._people.audience(reminder.audience, row) for reminder in due}
        if not people.get(Audience.OFFICERS, [0]):
            counts["nobody_to_tell"] += 1
        return for_people(due, people, said)

    def _keep(self, planned: Sequence[Planned]) -> dict[str, int]:
        counts = {"planned": 0, "overtaken": 0}
        # In the order of the keys, so that two processes that meet wait for each other instead of locking up.
        ordered = sorted(planned)
        rows = [
            {
                "key": item.key,
                "obligation_id": item.obligation_id,
                "user_id": item.user_id,
                "step": item.step.code,
                "step_on": item.step.on,
                "state": ReminderState.POSTED if item.say else ReminderState.SUPERSEDED,
                "created_at": self._now,
            }
            for item in ordered
        ]
        if rows:
            dialect = postgresql if db.session.get_bind().dialect.name == "postgresql" else sqlite
            insert = dialect.insert(Reminder).on_conflict_do_nothing(index_elements=["key"])
            for state in db.session.scalars(insert.returning(Reminder.state), rows):
                counts["planned" if state is ReminderState.POSTED else "overtaken"] += 1
        return counts


def gather(user_id: int, *, now: datetime) -> Message | None:
    """Put everything that waits for this person into one mail; None where nothing (any more) waits.

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
    digest = hashlib.sha256("\n".join(row.key for row in waiting).encode()).hexdigest()[:32]
    message = post_digest(
        "reminder-digest", user, key=f"digest:{user_id}:{digest}", now=now, context={"items": len(ids)}
    )
    if message is None:
        return None  # another process has just gathered the same
    taken = db.session.execute(mine.values(message_id=message.id)).rowcount
    if taken != len(ids):
        raise Overtaken(f"{len(ids) - taken} of {len(ids)} reminders were gathered by another process")
    return message


class Overtaken(Exception):
    """Another process was faster; the transaction is to be rolled back and nothing is lost."""


# -- rules ------------------------------------------------------------------------------------------------------


def ensure_default_rules(*, now: datetime) -> int:
    """Give an installation without any rule of its own the default ones; how many were made."""
    if queries.rule_rows(None):
        return 0
    for rule in DEFAULT_RULES:
        _add(None, rule)
    db.session.flush()
    return len(DEFAULT_RULES)


def add_rule(plan: Plan | None, rule: Rule, *, actor: Actor, now: datetime) -> ReminderRule:
    """Add a step, to a plan's own rules or to the installation's.

    Raises:
        Refused: the step is there already, lies too far away, or repeats before the day.
    """
    rows = queries.rule_rows(plan.id if plan else None)
    if any(row.offset == rule.offset and row.audience is rule.audience for row in rows):
        raise Refused(_l("Bước nhắc này đã có cho cùng người nhận."))
    if abs(rule.offset) > FURTHEST:
        raise Refused(_l("Chọn trong khoảng %(n)s ngày làm việc trước hoặc sau hạn.", n=FURTHEST))
    if rule.repeat_weekly and rule.offset <= 0:
        raise Refused(_l("Chỉ nhắc lại hằng tuần sau khi đã quá hạn."))
    row = _add(plan, rule)
    _record(row, plan, actor, now, before=None, after=_values(row))
    return row


def set_active(row: ReminderRule, active: bool, *, actor: Actor, now: datetime) -> None:
    """Turn a step on or off. What was posted stays posted."""
    before = _values(row)
    row.active = active
    _record(row, _plan_of(row), actor, now, before=before, after=_values(row))


def remove_rule(row: ReminderRule, *, actor: Actor, now: datetime) -> None:
    _record(row, _plan_of(row), actor, now, before=_values(row), after=None)
    db.session.delete(row)


def use_own_rules(plan: Plan, *, actor: Actor, now: datetime) -> list[ReminderRule]:
    """Let a plan leave the installation's rules: it begins with a copy of them.

    Raises:
        Refused: it has rules of its own already.
    """
    if queries.rule_rows(plan.id):
        raise Refused(_l("Kế hoạch này đã có lịch nhắc riêng. Tải lại trang để xem."))
    copies = []
    for row in queries.rule_rows(None):
        copy = _add(plan, Rule(row.offset, row.audience, row.repeat_weekly))
        copy.active = row.active
        copies.append(copy)
    db.session.flush()
    record("reminder_rule.changed", plan, actor=actor, now=now, name=plan.display_number, plan_id=plan.id,
           after={"own_rules": len(copies)})  # fmt: skip
    return copies


def use_common_rules(plan: Plan, *, actor: Actor, now: datetime) -> None:
    """Bring a plan back under the installation's rules; its own are removed."""
    rows = queries.rule_rows(plan.id)
    record("reminder_rule.changed", plan, actor=actor, now=now, name=plan.display_number, plan_id=plan.id,
           before={"own_rules": [_values(row) for row in rows]})  # fmt: skip
    for row in rows:
        db.session.delete(row)


def _add(plan: Plan | None, rule: Rule) -> ReminderRule:
    row = ReminderRule(
        plan_id=plan.id if plan else None,
        offset=rule.offset,
        audience=rule.audience,
        repeat_weekly=rule.repeat_weekly,
        active=True,
    )
    db.session.add(row)
    return row


def _plan_of(row: ReminderRule) -> Plan | None:
    return db.session.get(Plan, row.plan_id) if row.plan_id else None


def _values(row: ReminderRule) -> dict[str, Any]:
    return {
        "offset": row.offset,
        "audience": str(row.audience),
        "repeat_weekly": row.repeat_weekly,
        "active": row.active,
    }


def _record(
    row: ReminderRule,
    plan: Plan | None,
    actor: Actor,
    now: datetime,
    *,
    before: dict[str, Any] | None,
    after: dict[str, Any] | None,
) -> None:
    name = plan.display_number if plan else str(_l("cả hệ thống"))
    record("reminder_rule.changed", row, actor=actor, now=now, name=name, plan_id=plan.id if plan else None,
           before=before, after=after)  # fmt: skip
