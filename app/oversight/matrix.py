"""Agencies × plans, composed from counted rows. Pure: no database, no request, no words for people.

The square of an agency under a plan shows the worst of what it owes there. Bodies that are only requested (đề
nghị) stand apart and are never ranked; the others are ordered by how much is late, then by protocol.
"""

from __future__ import annotations

import enum
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date


class BoardState(enum.StrEnum):
    """What a square of the map can say, worst first."""

    LATE = "late"
    NO_RESPONSE = "no_response"  # a requested body past its day: never late
    SOON = "soon"
    RUNNING = "running"
    WAITING = "waiting"  # handed in, not yet confirmed
    SUSPENDED = "suspended"  # not owed meanwhile: neither late nor counted as running
    DONE_LATE = "done_late"
    ON_TIME = "on_time"


_WORST_FIRST = list(BoardState)


@dataclass(frozen=True, slots=True)
class Tally:
    """How many obligations of one agency under one plan are in one state; `nearest`: the earliest day that counts."""

    agency_id: int
    plan_id: int
    state: BoardState
    is_request: bool
    count: int
    nearest: date


@dataclass(frozen=True, slots=True)
class AgencyFacts:
    id: int
    name: str
    protocol_order: int
    is_commune: bool


@dataclass(frozen=True, slots=True)
class Cell:
    """One square. `days`: late by, or left, for the states that show a number. `count`: obligations behind it."""

    state: BoardState
    count: int
    days: int = 0
    late: int = 0

    @property
    def look(self) -> str:
        """The square's drawing: what waits for confirmation or is suspended is drawn as running."""
        running = {BoardState.WAITING, BoardState.SUSPENDED}
        return "running" if self.state in running else str(self.state)


@dataclass(frozen=True, slots=True)
class Row:
    agency: AgencyFacts
    cells: Mapping[int, Cell]  # by plan

    @property
    def late(self) -> int:
        return sum(cell.late for cell in self.cells.values())


@dataclass(frozen=True, slots=True)
class Map:
    departments: list[Row] = field(default_factory=list)
    communes: list[Row] = field(default_factory=list)
    requested: list[Row] = field(default_factory=list)

    @property
    def rows(self) -> list[Row]:
        return [*self.departments, *self.communes, *self.requested]

    @property
    def late_agencies(self) -> int:
        return sum(1 for row in self.rows if row.late)


@dataclass(frozen=True, slots=True)
class Totals:
    """The leaders' four counts, of ordered bodies only, and what stands apart from them."""

    late: int = 0
    running: int = 0  # in time: due later, due soon, or handed in and waiting
    on_time: int = 0
    done_late: int = 0
    waiting: int = 0  # the part of `running` that waits for confirmation
    no_response: int = 0
    suspended: int = 0

    def minus(self, other: Totals) -> Totals:
        return Totals(*(getattr(self, name) - getattr(other, name) for name in self.__slots__))


def totals(tallies: Iterable[Tally]) -> Totals:
    ordered: Counter[BoardState] = Counter()
    no_response = 0
    for tally in tallies:
        if not tally.is_request:
            ordered[tally.state] += tally.count
        elif tally.state is BoardState.NO_RESPONSE:
            no_response += tally.count
    return Totals(
        late=ordered[BoardState.LATE],
        running=ordered[BoardState.SOON] + ordered[BoardState.RUNNING] + ordered[BoardState.WAITING],
        on_time=ordered[BoardState.ON_TIME],
        done_late=ordered[BoardState.DONE_LATE],
        waiting=ordered[BoardState.WAITING],
        no_response=no_response,
        suspended=ordered[BoardState.SUSPENDED],
    )


def compose(tallies: Iterable[Tally], agencies: Mapping[int, AgencyFacts], day: date) -> Map:
    """The map of `day`. Agencies that the mapping does not know are left out."""
    by_agency: dict[int, dict[int, list[Tally]]] = defaultdict(lambda: defaultdict(list))
    for tally in tallies:
        by_agency[tally.agency_id][tally.plan_id].append(tally)
    found = Map()
    for agency_id, plans in by_agency.items():
        agency = agencies.get(agency_id)
        if agency is None:
            continue
        row = Row(agency, {plan_id: _cell(parts, day) for plan_id, parts in plans.items()})
        if all(tally.is_request for parts in plans.values() for tally in parts):
            found.requested.append(row)
        elif agency.is_commune:
            found.communes.append(row)
        else:
            found.departments.append(row)
    for rows in (found.departments, found.communes):
        rows.sort(key=lambda row: (-row.late, row.agency.protocol_order, row.agency.name, row.agency.id))
    found.requested.sort(key=lambda row: (row.agency.protocol_order, row.agency.name, row.agency.id))
    return found


def _cell(parts: list[Tally], day: date) -> Cell:
    worst = min((tally.state for tally in parts), key=_WORST_FIRST.index)
    nearest = min(tally.nearest for tally in parts if tally.state is worst)
    return Cell(
        worst,
        count=sum(tally.count for tally in parts),
        days=abs((day - nearest).days),
        late=sum(tally.count for tally in parts if tally.state is BoardState.LATE),
    )
