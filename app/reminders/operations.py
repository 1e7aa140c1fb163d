"""Changing the steps of reminding, and one's own wishes. The caller commits."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from app.accounts.models import User
from app.audit.operations import Actor, record
from app.errors import Refused
from app.extensions import db
from app.i18n import _l
from app.reminders import queries
from app.reminders.models import Audience, ReminderRule, ReminderWish
from app.reminders.planning import Rule, Wish
from app.reminders.scopes import OFFICE, Level, Scope

# What an installation begins with, from the desk upwards: ten and five days before whom the agency gave the work;
# three days and one day before, on the day and after it all its officers, then every Monday; its head one day and
# five days after; the standing agency five days after. The committee has its weekly mail.
DEFAULT_RULES = (
    Rule(-10, Audience.IN_CHARGE),
    Rule(-5, Audience.IN_CHARGE),
    Rule(-3, Audience.OFFICERS),
    Rule(-1, Audience.OFFICERS),
    Rule(0, Audience.OFFICERS),
    Rule(1, Audience.OFFICERS),
    Rule(1, Audience.HEAD),
    Rule(5, Audience.OFFICERS, repeat_weekly=True),
    Rule(5, Audience.HEAD),
    Rule(5, Audience.STANDING_AGENCY),
)
FURTHEST = 60  # working days to either side that a rule may lie from the day


class Subject(NamedTuple):
    """What a step holds for, with the name that the audit trail gives it."""

    scope: Scope
    name: str
    plan_id: int | None = None


def ensure_default_rules(*, now: datetime) -> int:
    """Give an installation without any rule of its own the default ones; how many were made."""
    if queries.rule_rows(OFFICE):
        return 0
    for rule in DEFAULT_RULES:
        _add(OFFICE, rule)
    db.session.flush()
    return len(DEFAULT_RULES)


def add_rule(subject: Subject, rule: Rule, *, actor: Actor, now: datetime) -> ReminderRule:
    """Add a step for the whole installation, a programme, a plan or a schedule.

    Raises:
        Refused: the step is there already, lies too far away, or repeats before the day.
    """
    if _own_row(subject.scope, rule.offset, rule.audience):
        raise Refused(_l("Bước nhắc này đã có cho cùng người nhận."))
    if abs(rule.offset) > FURTHEST:
        raise Refused(_l("Chọn trong khoảng %(n)s ngày làm việc trước hoặc sau hạn.", n=FURTHEST))
    if rule.repeat_weekly and rule.offset <= 0:
        raise Refused(_l("Chỉ nhắc lại hằng tuần sau khi đã quá hạn."))
    row = _add(subject.scope, rule)
    _record(row, subject, actor, now, before=None, after=_values(row))
    return row


def switch(subject: Subject, rule: Rule, active: bool, *, actor: Actor, now: datetime) -> ReminderRule:
    """Turn a step on or off. A step of a wider scope is kept there as it is and overruled here. What was posted
    stays posted."""
    row = _own_row(subject.scope, rule.offset, rule.audience)
    before = _values(row) if row else None
    if row is None:
        row = _add(subject.scope, rule)
    row.active = active
    _record(row, subject, actor, now, before=before, after=_values(row))
    return row


def remove_rule(row: ReminderRule, subject: Subject, *, actor: Actor, now: datetime) -> None:
    """Take a step away; where a wider scope has it too, that one counts again."""
    _record(row, subject, actor, now, before=_values(row), after=None)
    db.session.delete(row)


def follow_wider(subject: Subject, *, actor: Actor, now: datetime) -> int:
    """Remove everything that this scope says of its own; how many steps."""
    rows = queries.rule_rows(subject.scope)
    for row in rows:
        remove_rule(row, subject, actor=actor, now=now)
    return len(rows)


def set_wish(user: User, wish: Wish, *, now: datetime) -> ReminderWish:
    """How a person wants to be reminded.

    Raises:
        Refused: the hour is none at which mails go out.
    """
    if wish.hour is not None and not 0 <= wish.hour <= 23:
        raise Refused(_l("Chọn lại giờ nhận thư."))
    row = db.session.get(ReminderWish, user.id) or ReminderWish(user_id=user.id, daily=False)
    before = {"daily": row.daily, "hour": row.hour, "hears_from": row.hears_from}
    row.daily, row.hour, row.hears_from, row.changed_at = wish.daily, wish.hour, wish.hears_from, now
    db.session.add(row)
    record(
        "reminder_wish.changed", user, actor=user, now=now, name=user.name, before=before,
        after={"daily": row.daily, "hour": row.hour, "hears_from": row.hears_from},
    )  # fmt: skip
    return row


def _own_row(scope: Scope, offset: int, audience: Audience) -> ReminderRule | None:
    rows = queries.rule_rows(scope)
    return next((row for row in rows if (row.offset, row.audience) == (offset, audience)), None)


def _add(scope: Scope, rule: Rule) -> ReminderRule:
    row = ReminderRule(
        plan_id=scope.id if scope.level is Level.PLAN else None,
        committee_id=scope.id if scope.level is Level.PROGRAMME else None,
        schedule_id=scope.id if scope.level is Level.SCHEDULE else None,
        offset=rule.offset,
        audience=rule.audience,
        repeat_weekly=rule.repeat_weekly,
        active=True,
    )
    db.session.add(row)
    return row


def _values(row: ReminderRule) -> dict[str, Any]:
    return {
        "offset": row.offset,
        "audience": str(row.audience),
        "repeat_weekly": row.repeat_weekly,
        "active": row.active,
    }


def _record(
    row: ReminderRule,
    subject: Subject,
    actor: Actor,
    now: datetime,
    *,
    before: dict[str, Any] | None,
    after: dict[str, Any] | None,
) -> None:
    record("reminder_rule.changed", row, actor=actor, now=now, name=subject.name, plan_id=subject.plan_id,
           before=before, after=after)  # fmt: skip
