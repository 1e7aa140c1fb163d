"""For what a step of reminding holds, and which of several steps counts: the narrowest scope that says something.

A schedule goes before its plan, a plan before its programme (all plans of one steering committee), a programme before
the installation. Each step (so many days, to whom) is looked up on its own: a plan that says nothing of a step follows
the wider scope, and a step that a plan has turned off is off for that plan.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from app.reminders.models import Audience, ReminderRule
from app.reminders.planning import Rule


class Level(enum.IntEnum):
    """From wide to narrow."""

    OFFICE = 0
    PROGRAMME = 1
    PLAN = 2
    SCHEDULE = 3


class Scope(NamedTuple):
    """`id` is that of the committee, the plan or the schedule; 0 for the installation."""

    level: Level
    id: int = 0


OFFICE = Scope(Level.OFFICE)


class Placed(NamedTuple):
    """A step as it is kept: where, and whether it is on."""

    rule: Rule
    active: bool
    scope: Scope
    row_id: int


def scope_of(row: ReminderRule) -> Scope:
    if row.schedule_id is not None:
        return Scope(Level.SCHEDULE, row.schedule_id)
    if row.plan_id is not None:
        return Scope(Level.PLAN, row.plan_id)
    return Scope(Level.PROGRAMME, row.committee_id) if row.committee_id is not None else OFFICE


def chain(
    committee_id: int | None, plan_id: int | None = None, schedule_id: int | None = None
) -> list[Scope]:
    """The scopes that something stands in, narrowest first."""
    named = (
        (Level.SCHEDULE, schedule_id),
        (Level.PLAN, plan_id),
        (Level.PROGRAMME, committee_id),
    )
    return [Scope(level, id_) for level, id_ in named if id_ is not None] + [OFFICE]


def resolved(scopes: Iterable[Scope], kept: Mapping[Scope, Sequence[Placed]]) -> list[Placed]:
    """For each step what the narrowest scope says of it, in the order of days; also where that is "off"."""
    found: dict[tuple[int, Audience], Placed] = {}
    for scope in scopes:
        for placed in kept.get(scope, ()):
            found.setdefault((placed.rule.offset, placed.rule.audience), placed)
    order = list(Audience)
    return sorted(found.values(), key=lambda p: (p.rule.offset, order.index(p.rule.audience)))


class RuleBook:
    """All steps that are kept, by scope."""

    def __init__(self, rows: Iterable[ReminderRule]):
        self._kept: dict[Scope, list[Placed]] = {}
        for row in rows:
            rule = Rule(row.offset, row.audience, row.repeat_weekly)
            scope = scope_of(row)
            self._kept.setdefault(scope, []).append(Placed(rule, row.active, scope, row.id))
        self._resolved: dict[tuple[int | None, int | None, int | None], tuple[Rule, ...]] = {}
        # Only scopes that say something of their own tell obligations apart.
        self._speak = {level: {s.id for s in self._kept if s.level is level} for level in Level}

    def steps(self, scopes: Sequence[Scope]) -> list[Placed]:
        """Every step that these scopes know, on or off, each from the scope that counts."""
        return resolved(scopes, self._kept)

    def rules(
        self, committee_id: int | None, plan_id: int | None, schedule_id: int | None
    ) -> tuple[Rule, ...]:
        """What is in force for an obligation. The same tuple for all that share it."""
        key = (
            committee_id if committee_id in self._speak[Level.PROGRAMME] else None,
            plan_id if plan_id in self._speak[Level.PLAN] else None,
            schedule_id if schedule_id in self._speak[Level.SCHEDULE] else None,
        )
        if key not in self._resolved:
            self._resolved[key] = tuple(placed.rule for placed in self.steps(chain(*key)) if placed.active)
        return self._resolved[key]

    def own(self, scope: Scope) -> list[Placed]:
        return self._kept.get(scope, [])

    def every_rule(self) -> set[Rule]:
        """Whatever can be said anywhere."""
        return {placed.rule for own in self._kept.values() for placed in own if placed.active}

    def signature(self) -> str:
        """Another one wherever another step may count."""
        return repr(sorted((s, p.rule.offset, p.rule.audience, p.rule.repeat_weekly, p.active)
                           for s, own in self._kept.items() for p in own))  # fmt: skip
