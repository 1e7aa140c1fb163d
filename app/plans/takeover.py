"""What becomes of the obligations of a plan when another replaces or amends it. Pure: values in, a list of fates out.

The same rules count for the review page and act at the confirmation. What was handed in, settled or is late stays
with the old plan. What lies ahead moves where its source goes on for the same agency and period; where the new plan
does not ask for it any more it ends.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.deadlines import Occurrence
from app.obligations.models import Outcome
from app.obligations.rules import occasion


@dataclass(frozen=True, slots=True)
class Owed:
    """An obligation as it stands: `source` is the key of what made it arise ("schedule:5")."""

    id: int
    source: str
    agency_id: int
    period: str
    due_on: date
    deadline_on: date
    is_open: bool
    is_begun: bool  # something was handed in, be it returned since
    is_cancelled: bool = False  # a plan asked for it no longer: if the new one asks again, it is owed anew

    @classmethod
    def of(cls, obligation: Any) -> Owed:
        return cls(
            obligation.id,
            key(obligation.source_kind, obligation.source_id),
            obligation.agency_id,
            obligation.period,
            obligation.due_on,
            obligation.deadline_on,
            obligation.settled_at is None,
            obligation.first_submitted_at is not None,
            obligation.outcome is Outcome.CANCELLED,
        )

    def lies_ahead(self, today: date) -> bool:
        return self.is_open and not self.is_begun and self.deadline_on >= today


def key(source_kind: Any, source_id: int) -> str:
    return f"{source_kind}:{source_id}"


@dataclass(frozen=True, slots=True)
class Source:
    """What the new plan asks for in one place: of whom, and its turns by occasion. `arising` are the occasions that
    come to be owed at once, the others later; `is_dated`: it names a day at all."""

    agencies: frozenset[int]
    turns: Mapping[str, Occurrence]
    is_dated: bool = True
    arising: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Move:
    owed: Owed
    to: str  # key of the new source
    turn: Occurrence

    @property
    def has_new_day(self) -> bool:
        return self.turn.due_on != self.owed.due_on


@dataclass(frozen=True, slots=True)
class Takeover:
    moves: tuple[Move, ...] = ()
    ends: tuple[Owed, ...] = ()
    stays: tuple[Owed, ...] = ()  # of what the new plan touches: the past, and what it leaves as it is
    new: int = 0  # what comes to be owed at once beside what moved

    @property
    def days_moved(self) -> int:
        return sum(move.has_new_day for move in self.moves)

    @property
    def counts(self) -> dict[str, int]:
        return {
            "moved": len(self.moves),
            "days_moved": self.days_moved,
            "ended": len(self.ends),
            "stayed": len(self.stays),
            "new": self.new,
        }


def sort_out(
    owed: Iterable[Owed],
    sources: Mapping[str, Source],
    continued: Mapping[str, str],
    dropped: frozenset[str],
    *,
    amends: bool,
    today: date,
    ended: frozenset[str] = frozenset(),
) -> Takeover:
    """The fate of each obligation.

    `sources` are those of the new plan; `continued` leads from an old source to its like among them; `dropped` are
    old sources without one. An amendment leaves what it does not name: dropped sources, and agencies of a continued
    one that it does not speak of; but what it says is over (`ended`) is. What comes from any other source is not
    touched and not told.
    """
    moves: list[Move] = []
    ends: list[Owed] = []
    stays: list[Owed] = []
    taken: dict[str, set[tuple[int, str]]] = {}
    for one in owed:
        to = continued.get(one.source)
        if one.is_cancelled:
            continue
        if to is None:
            if one.source in dropped and (not amends or one.source in ended):
                (ends if one.lies_ahead(today) else stays).append(one)
            continue
        source = sources[to]
        turn = source.turns.get(occasion(one.period))
        taken.setdefault(to, set()).add((one.agency_id, occasion(one.period)))
        if not one.lies_ahead(today):
            stays.append(one)
        elif one.agency_id not in source.agencies:
            (stays if amends else ends).append(one)
        elif not source.is_dated:
            ends.append(one)
        elif turn is not None:
            moves.append(Move(one, to, turn))
        elif all(one.due_on < other.due_on for other in source.turns.values()):
            stays.append(one)  # the new plan begins with a later period; the old one alone asks for this
        else:
            ends.append(one)
    new = sum(
        (agency_id, period) not in taken.get(to, set())
        for to, source in sources.items()
        for period in source.arising
        for agency_id in source.agencies
    )
    return Takeover(tuple(moves), tuple(ends), tuple(stays), new)
