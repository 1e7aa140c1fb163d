"""The whole directory in memory, for reading one plan: who is meant by a name on a day, and who answers today.

The plan reader gets it as its own `Directory`; drafts get rows of ours. A name that fits several bodies is never
guessed at: it stays open, with the bodies that come near.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from app.extensions import db
from app.organisations.models import (
    Agency,
    AgencyGroup,
    AgencyGroupMember,
    AgencyKind,
    AgencyLevel,
    Succession,
)
from app.planreader import Directory, fold
from app.planreader.directory import Entry, Successor
from app.planreader.resolve import Resolver

Body = Agency | AgencyGroup
_Days = tuple[date | None, date | None]
# A plan of the province leaves the province's own name out: «Ủy ban Mặt trận Tổ quốc Việt Nam tỉnh».
_OWN_PLACE = re.compile(r"(?P<without>.+ (?:tỉnh|thành phố)) [A-ZÀ-Ỹ].*")
_REMARK = re.compile(r"\s*\([^)]*\)?")  # «Sở Nội vụ (Ban Thi đua - Khen thưởng)»
MOST_CANDIDATES = 4


@dataclass(frozen=True, slots=True)
class Match:
    """What a name means. `body` is None while it is open; `held_by` is the body of the plan's day where another
    answers for it today; `candidates` are the bodies that come near, the likeliest first."""

    body: Body | None = None
    held_by: Agency | None = None
    candidates: tuple[Body, ...] = ()


class OfficeDirectory:
    """Agencies, other spellings, groups and successions of this office, loaded in a handful of queries."""

    def __init__(self, agencies: Iterable[Agency], groups: Iterable[AgencyGroup]):
        self.agencies = {agency.id: agency for agency in agencies}
        self.groups = {group.id: group for group in groups}
        self._bodies: tuple[Body, ...] = (*self.agencies.values(), *self.groups.values())

    @classmethod
    def load(cls) -> OfficeDirectory:
        return cls(
            db.session.scalars(
                sa.select(Agency)
                .options(
                    selectinload(Agency.aliases),
                    selectinload(Agency.successions).joinedload(Succession.new_agency),
                )
                .order_by(Agency.protocol_order, Agency.name_key, Agency.id)
            ).all(),
            db.session.scalars(
                sa.select(AgencyGroup)
                .options(
                    selectinload(AgencyGroup.aliases),
                    selectinload(AgencyGroup.members).joinedload(AgencyGroupMember.agency),
                    selectinload(AgencyGroup.rules),
                )
                .order_by(AgencyGroup.name_key)
            ).all(),
        )

    @cached_property
    def for_reader(self) -> Directory:
        """The same as plain data, as the plan reader takes it; its entries stand in the order of our bodies."""
        return Directory.of(
            _entry_of_agency(body) if isinstance(body, Agency) else self._entry_of_group(body)
            for body in self._bodies
        )

    @cached_property
    def _by_entry(self) -> dict[int, Body]:
        return {id(entry): body for entry, body in zip(self.for_reader.entries, self._bodies, strict=True)}

    def finder(self, issuer: str | None, on: date | None, today: date) -> Callable[[str], Match]:
        """A function from words to the body that a plan of this issuer and day means by them, as it answers today.

        A body that was merged gives way to its successor. Where its work was divided among several, the choice is
        left open, with the successors as candidates.
        """
        resolver = Resolver(self.for_reader, issuer, on)

        def find(words: str) -> Match:
            if not words.strip():
                return Match()
            found = resolver(words)
            if (
                found.entry is None
                and not found.candidates
                and (bare := _REMARK.sub(" ", words).strip()) != words
            ):
                found = resolver(bare)
            if found.entry is not None:
                return self._today(self._by_entry[id(found.entry)], today)
            near = [body for name in found.candidates for body in self._named(name)]
            return Match(candidates=self._answering_each(near, today))

        return find

    def _named(self, name: str) -> list[Body]:
        """The bodies of a candidate's name, which may carry its level in brackets: «Phòng Kinh tế (commune)»."""
        bare = name.rpartition(" (")[0]
        return [body for body in self._bodies if body.name in (name, bare)]

    def _today(self, body: Body, today: date) -> Match:
        if isinstance(body, AgencyGroup):
            return Match(body)
        answering = self.answering(body, today)
        if len(answering) == 1:
            return Match(answering[0], held_by=None if answering[0] is body else body)
        return Match(held_by=body, candidates=tuple(answering))

    def _answering_each(self, bodies: Iterable[Body], today: date) -> tuple[Body, ...]:
        found: dict[tuple[str, int], Body] = {}
        for body in bodies:
            for one in [body] if isinstance(body, AgencyGroup) else self.answering(body, today):
                found.setdefault((type(one).__name__, one.id), one)
        return tuple(found.values())[:MOST_CANDIDATES]

    def answering(self, agency: Agency, today: date) -> list[Agency]:
        """Who answers for `agency` today: itself while it exists, else its successors to the end of the line; the
        one for everything alone, where there is one. Without successors the agency itself."""
        line, passed, found = [agency], set(), []
        while line:
            one = line.pop(0)
            if one.id in passed:
                continue
            passed.add(one.id)
            steps = [] if one.exists_on(today) else [s for s in one.successions if s.effective_on <= today]
            whole = [s for s in steps if not s.subject]
            following = [self.agencies.get(s.new_agency_id, s.new_agency) for s in whole or steps]
            if following:
                line.extend(following)
            elif one not in found:
                found.append(one)
        return found

    def succession(self, old: Agency, new: Agency) -> Succession | None:
        """The step that led from one to the other, to tell people why a name is another body today."""
        return next((s for s in old.successions if s.new_agency_id == new.id), None)

    def members(self, group_id: int, on: date) -> list[Agency]:
        """Who the group meant on this day, in protocol order, each as it stood then."""
        group = self.groups[group_id]
        listed = {member.agency_id for member in group.members if member.holds_on(on)}
        rules = [rule for rule in group.rules if rule.holds_on(on)]
        found = [
            agency
            for agency in self.agencies.values()
            if (agency.id in listed or any(rule.fits(agency) for rule in rules)) and agency.exists_on(on)
        ]
        return sorted(found, key=lambda agency: (agency.protocol_order, agency.name_key, agency.id))

    def _entry_of_group(self, group: AgencyGroup) -> Entry:
        days: dict[tuple[int, _Days], None] = {}
        for member in group.members:
            if member.agency_id in self.agencies:
                agency = self.agencies[member.agency_id]
                days[(agency.id, _shared(_life(member), _life(agency)))] = None
        for rule in group.rules:
            for agency in self.agencies.values():
                if rule.fits(agency):
                    days.setdefault((agency.id, _shared(_life(rule), _life(agency))))
        listed = {key for key, _days in days if _days == (None, None)}  # for good: other rows add nothing
        kept = [d for key, d in days if d == (None, None) or key not in listed]
        return Entry(
            name=group.name,
            aliases=tuple(alias.spelling for alias in group.aliases),
            kind="group",
            is_group=True,
            members=sum(last is None for _first, last in kept),
            member_days=tuple(kept),
        )

    def by_name(self, name: str, today: date) -> Body | None:
        """The body that somebody chose from the list or typed: by name, short name or another spelling."""
        key = fold(name)
        bodies: dict[tuple[str, int], Body] = {}
        for body in self._bodies:
            spellings = [body.name, *(alias.spelling for alias in body.aliases)]
            if isinstance(body, Agency):
                if not body.exists_on(today):
                    continue
                spellings.append(body.short_name or body.name)
            if key and any(fold(spelling) == key for spelling in spellings):
                bodies[(type(body).__name__, body.id)] = body
        return next(iter(bodies.values())) if len(bodies) == 1 else None

    def living(self, today: date) -> list[Agency]:
        return [agency for agency in self.agencies.values() if agency.exists_on(today)]


def _entry_of_agency(agency: Agency) -> Entry:
    aliases = [alias.spelling for alias in agency.aliases]
    if agency.short_name:
        aliases.append(agency.short_name)
    if agency.level is AgencyLevel.PROVINCE and (placed := _OWN_PLACE.fullmatch(agency.name)):
        aliases.append(placed["without"])
    return Entry(
        name=agency.name,
        aliases=tuple(aliases),
        level=agency.level.value,
        kind=agency.kind.value,
        valid_from=agency.valid_from,
        valid_to=agency.valid_to,
        successors=tuple(
            Successor(step.new_agency.name, step.effective_on, step.subject or None)
            for step in agency.successions
        ),
        commanded=agency.commanded,
    )


def _life(row: Any) -> _Days:
    return row.valid_from, row.valid_to


def _shared(one: _Days, other: _Days) -> _Days:
    """The days that lie in both; the first lies after the last where none does."""
    firsts = [day for day in (one[0], other[0]) if day is not None]
    lasts = [day for day in (one[1], other[1]) if day is not None]
    return max(firsts, default=None), min(lasts, default=None)


def is_committee(body: Body | None) -> bool:
    """A People's Committee, to which reports go through the standing agency."""
    return isinstance(body, Agency) and body.kind is AgencyKind.COMMITTEE
