"""The agencies that names are matched with. The caller builds it; the library never looks anything up."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from app.planreader.text import fold


@dataclass(frozen=True, slots=True)
class Successor:
    """Who took over, from which day; `subject` where the work was divided (an agency can split by subject)."""

    name: str
    on: date | None = None
    subject: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One agency or group. `valid_from`, `valid_to`: the days of its life, None where not bounded."""

    name: str
    aliases: tuple[str, ...] = ()
    level: str = ""
    kind: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    successors: tuple[Successor, ...] = ()
    is_group: bool = False
    members: int | None = None  # of a group, where known
    # The same by days: from when until when each member belonged, None where not bounded.
    member_days: tuple[tuple[date | None, date | None], ...] = ()
    commanded: bool = True  # False: only requested («đề nghị»)

    def members_on(self, day: date | None) -> int | None:
        """How many members the group had on the day; without one, how many it has for good."""
        if not self.member_days:
            return self.members
        if day is None:
            return sum(last is None for _first, last in self.member_days)
        return sum(
            (first is None or first <= day) and (last is None or day <= last)
            for first, last in self.member_days
        )

    def lives_on(self, day: date | None) -> bool:
        if day is None:
            return True
        return not ((self.valid_from and day < self.valid_from) or (self.valid_to and day > self.valid_to))


@dataclass(frozen=True)
class Directory:
    entries: tuple[Entry, ...] = ()
    keys: Mapping[str, tuple[int, ...]] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, entries: Iterable[Entry]) -> Directory:
        listed = tuple(entries)
        keys: dict[str, tuple[int, ...]] = {}
        for i, entry in enumerate(listed):
            for name in dict.fromkeys(fold(n) for n in (entry.name, *entry.aliases)):
                keys[name] = (*keys.get(name, ()), i)
        return cls(listed, keys)

    @classmethod
    def from_rows(cls, rows: Iterable[Mapping[str, Any]]) -> Directory:
        """From mappings with the columns of `agencies.csv` (or attributes of the same names, already typed)."""
        return cls.of(entry_from(row) for row in rows)

    def named(self, name: str) -> tuple[Entry, ...]:
        """All entries that have exactly this name or alias, spelling aside."""
        return tuple(self.entries[i] for i in self.keys.get(fold(name), ()))


def entry_from(row: Mapping[str, Any]) -> Entry:
    return Entry(
        name=str(row["name"]).strip(),
        aliases=tuple(_list(row.get("aliases"))),
        level=str(row.get("level") or ""),
        kind=str(row.get("kind") or ""),
        valid_from=_day(row.get("valid_from")),
        valid_to=_day(row.get("valid_to")),
        successors=tuple(_successor(s) for s in _list(row.get("successors"))),
        is_group=_flag(row.get("is_group"), False),
        members=int(row["members"]) if row.get("members") else None,
        commanded=_flag(row.get("commanded"), True),
    )


def _list(value: Any) -> list[Any]:
    if value is None or value == "":
        return []
    if isinstance(value, str):
        return [part.strip() for part in value.split("|") if part.strip()]
    return list(value)


_SUCCESSOR = re.compile(r"(?P<name>[^@]+?)(?:@(?P<on>\d{4}-\d{2}-\d{2})?(?::(?P<subject>.*))?)?")


def _successor(value: Any) -> Successor:
    if isinstance(value, Successor):
        return value
    if isinstance(value, str):
        found = _SUCCESSOR.fullmatch(value.strip())
        if found is None:
            return Successor(value.strip())
        return Successor(found["name"].strip(), _day(found["on"]), (found["subject"] or "").strip() or None)
    if isinstance(value, Mapping):
        return Successor(str(value["name"]), _day(value.get("date") or value.get("on")), value.get("subject"))
    name, on, subject = (*value, None, None)[:3]
    return Successor(str(name), _day(on), subject)


def _day(value: Any) -> date | None:
    if value is None or value == "":
        return None
    return value if isinstance(value, date) else date.fromisoformat(str(value))


def _flag(value: Any, default: bool) -> bool:
    if value is None or value == "":
        return default
    return str(value).strip().lower() in ("1", "true", "yes", "có")
