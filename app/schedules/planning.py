"""What a change of a schedule does to what is owed under it. Pure: rows and wishes in, lists out.

Only what lies ahead and was never handed in moves. What is settled, waits for review, was returned or is overdue
stays as it is, and nothing new arises for a day that has passed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from app.obligations.models import Obligation, Outcome
from app.obligations.rules import occasion
from app.organisations.models import Agency


@dataclass(frozen=True, slots=True)
class Wanted:
    """One thing that the schedule asks for."""

    agency: Agency
    receiver: Agency
    is_request: bool
    period: str
    title: str
    words: str
    nominal_on: date
    due_on: date

    @property
    def key(self) -> tuple[int, str]:
        return self.agency.id, occasion(self.period)


@dataclass(frozen=True, slots=True)
class Moved:
    """An obligation that changes: its day, or only to whom it goes and how it is called."""

    obligation: Obligation
    wanted: Wanted

    @property
    def moves_day(self) -> bool:
        return self.obligation.due_on != self.wanted.due_on


@dataclass
class Changes:
    moved: list[Moved] = field(default_factory=list)  # another day
    renamed: list[Moved] = field(default_factory=list)  # the same day, another receiver, title or words
    ended: list[Obligation] = field(default_factory=list)
    revived: list[Moved] = field(default_factory=list)  # ended by an earlier change of this schedule
    new: list[Wanted] = field(default_factory=list)
    stays: list[Obligation] = field(default_factory=list)  # as it should be, and ahead
    kept: list[Obligation] = field(default_factory=list)  # settled, handed in or overdue: never touched

    def __bool__(self) -> bool:
        return any((self.moved, self.renamed, self.ended, self.revived, self.new))

    @property
    def agencies(self) -> set[int]:
        """Whom it concerns enough to be told."""
        rows = [*(m.obligation for m in (*self.moved, *self.revived)), *self.ended]
        return {o.agency_id for o in rows} | {wanted.agency.id for wanted in self.new}

    @property
    def counts(self) -> dict[str, int]:
        names = ("moved", "renamed", "ended", "revived", "new", "kept")
        return {name: len(getattr(self, name)) for name in names}

    @property
    def stamp(self) -> str:
        """Changes with everything that would be done: what is confirmed is what was seen."""
        told: list[Any] = [
            sorted((m.obligation.id, m.wanted.due_on, m.wanted.receiver.id, m.wanted.title) for m in rows)
            for rows in (self.moved, self.renamed, self.revived)
        ]
        told += [sorted(o.id for o in self.ended), sorted((*w.key, w.due_on) for w in self.new)]
        return hashlib.sha256(repr(told).encode()).hexdigest()[:24]


def is_ahead(obligation: Obligation, today: date) -> bool:
    """Still to come and never handed in: what a change may touch."""
    return (
        obligation.settled_at is None
        and obligation.first_submitted_at is None
        and obligation.submitted_at is None
        and obligation.deadline_on >= today
    )


def compare(
    existing: Iterable[Obligation], wanted: Iterable[Wanted], today: date, revivable: Iterable[int] = ()
) -> Changes:
    """What has to be done so that `existing` becomes `wanted`. `revivable`: ids ended by earlier changes."""
    asked = {one.key: one for one in wanted}
    may_return, changes = set(revivable), Changes()
    for obligation in existing:
        key = (obligation.agency_id, occasion(obligation.period))
        one = asked.pop(key, None)
        if obligation.outcome is Outcome.CANCELLED and obligation.id in may_return and one is not None:
            if one.due_on >= today:
                changes.revived.append(Moved(obligation, one))
        elif not is_ahead(obligation, today):
            changes.kept.append(obligation)
        elif one is None:
            changes.ended.append(obligation)
        elif obligation.due_on != one.due_on and one.due_on < today:
            changes.kept.append(obligation)  # its new day has passed already: it keeps the old one
        elif obligation.due_on != one.due_on:
            changes.moved.append(Moved(obligation, one))
        elif _differs(obligation, one):
            changes.renamed.append(Moved(obligation, one))
        else:
            changes.stays.append(obligation)
    changes.new = [one for one in asked.values() if one.due_on >= today]
    return changes


def _differs(obligation: Obligation, wanted: Wanted) -> bool:
    return (
        obligation.receiver_id != wanted.receiver.id
        or obligation.title != wanted.title
        or obligation.words != wanted.words
        or obligation.nominal_on != wanted.nominal_on
        or obligation.period != wanted.period
        or obligation.is_request != wanted.is_request
    )
