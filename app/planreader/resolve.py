"""From the words of a plan to an agency of the directory: one, several or none, never a guess.

The rules of the office: names are folded; the longest alias wins; a place behind the name («Sở Y tế tỉnh
An Giang») is dropped; the level follows from the issuer; a body must have lived on the plan's day. What is
alike but not equal is only a candidate for a person to choose.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches

from app.planreader.directory import Directory, Entry, Successor
from app.planreader.text import fold


@dataclass(frozen=True, slots=True)
class Match:
    """`entry` is the one agency meant, or None; then `candidates` are those that come near."""

    entry: Entry | None
    candidates: tuple[str, ...] = ()
    today: tuple[Successor, ...] = ()
    stated: int | None = None  # the number in «UBND 16 phường, xã»

    @property
    def resolved(self) -> str | None:
        """The canonical name of the one agency meant."""
        return self.entry.name if self.entry else None


def resolve(name: str, directory: Directory, on: date | None = None, issuer: str | None = None) -> Match:
    """What one name means on a day, for callers that ask about single names."""
    return Resolver(directory, issuer, on)(name)


_PLACE = re.compile(
    r"\s+(?:cap\s+)?(?:tinh|thanh pho|tp|huyen|quan|thi xa|xa|phuong|thi tran|dac khu|trung uong)(?:\s+(?!(?:va"
    r"|cac)\b)[^,;]*)?$"
)
_LEVEL_WORD = re.compile(r"\b(tinh|thanh pho|tp|huyen|quan|thi xa|xa|phuong|thi tran|dac khu)\b")
_COMMITTEES = re.compile(
    r"(?:ubnd|uy ban nhan dan)\s+(?:\d+\s+|cac\s+|cap\s+)(?:(?:huyen|quan|thi xa|thanh pho|tp|xa|phuong|thi tran"
    r"|dac khu)(?:\s+va|,|-)?\s*)+"
    r"|(?:ubnd|uy ban nhan dan)\s+(?:(?:huyen|quan|thi xa|thanh pho|xa|phuong|thi tran|dac khu)(?:\s+va|,|-)?\s*){2,}"
)
_COUNT = re.compile(r"\b(\d{1,3})\s+(?=phuong|xa|huyen|thi tran|quan|dac khu|don vi|so)")
_ASKED = re.compile(r"^(?:de nghi|giao|trach nhiem cua)\s+")


class Resolver:
    """Matches names for one plan: its issuer fixes the level, its day who lived."""

    def __init__(self, directory: Directory, issuer: str | None, on: date | None) -> None:
        self.directory = directory
        self.on = on
        self.level = level_of(issuer)
        self.place = _place_of(issuer)
        self._seen: dict[str, Match] = {}

    def __call__(self, name: str) -> Match:
        key = fold(name)
        if key not in self._seen:
            self._seen[key] = self._match(name, key)
        return self._seen[key]

    def _match(self, name: str, key: str) -> Match:
        stated = _COUNT.search(key)
        count = int(stated[1]) if stated else None
        for form in self._forms(key):
            entries = [self.directory.entries[i] for i in self.directory.keys.get(form, ())]
            if not entries:
                continue
            chosen = self._choose(entries)
            if len(chosen) == 1:
                return Match(chosen[0], today=successors(self.directory, chosen[0]), stated=count)
            return Match(None, tuple(dict.fromkeys(_told(e, chosen) for e in chosen)), stated=count)
        group = self._committees(key)
        if group is not None:
            return Match(group, stated=count)
        near = get_close_matches(key, self.directory.keys, n=3, cutoff=0.88) if len(key) < 120 else []
        names = (self.directory.entries[i].name for n in near for i in self.directory.keys[n])
        return Match(None, tuple(dict.fromkeys(names)), stated=count)

    def _forms(self, key: str) -> Iterable[str]:
        """The name as written, then without count, place and level words."""
        key = _ASKED.sub("", key)
        yield key
        bare = _COUNT.sub("", key)
        if bare != key:
            yield bare
        if self.place and bare.endswith(" " + self.place):
            bare = bare[: -len(self.place) - 1].rstrip()
            yield bare
            if (trimmed := re.sub(r"\s+(?:tinh|thanh pho|huyen|quan|thi xa)$", "", bare)) != bare:
                yield trimmed
        short = _PLACE.sub("", bare)
        if short != bare:
            yield short
        for level in _NAMES.get(self.level, ()):
            yield f"{short} {level}"

    def _committees(self, key: str) -> Entry | None:
        """«UBND các xã», «Ủy ban nhân dân 16 phường, xã»: the group of all committees of that tier."""
        if not _COMMITTEES.fullmatch(key):
            return None
        words = set(_LEVEL_WORD.findall(key))
        commune = bool(words & {"xa", "phuong", "thi tran", "dac khu"})
        groups = [
            e for e in self.directory.entries if e.is_group and fold(e.name).startswith("uy ban nhan dan")
        ]
        tier = [
            e
            for e in groups
            if commune == bool(set(_LEVEL_WORD.findall(fold(e.name))) & {"xa", "phuong", "dac khu"})
        ]
        return tier[0] if len(tier) == 1 else None

    def _choose(self, entries: list[Entry]) -> list[Entry]:
        """Those that lived on the plan's day, at the issuer's level first."""
        living = [e for e in entries if e.lives_on(self.on)] or entries
        if len(living) > 1 and self.level:
            own = [e for e in living if e.level == self.level] or [
                e for e in living if e.level in ("union", "party")
            ]
            living = own or living
        return living


_NAMES = {"province": ("tinh",), "district": ("huyen",), "commune": ("xa",)}
_CITIES = (
    "ha noi", "ho chi minh", "hai phong", "da nang", "can tho", "hue", "dong nai",
)  # fmt: skip


def level_of(issuer: str | None) -> str:
    """The level of government of an issuing body: province, district, commune, central or unknown («»).

    «thành phố» is a province for the cities under the centre, else a district.
    """
    key = fold(issuer or "")
    if not key:
        return ""
    if key.startswith(("bo ", "chinh phu", "thu tuong")):
        return "central"
    word = _LEVEL_WORD.search(key)
    if word is None:
        return "province" if key.startswith("so ") else ""
    if word[1] in ("thanh pho", "tp"):
        return "province" if key.endswith(_CITIES) else "district"
    return {"tinh": "province", "huyen": "district", "quan": "district", "thi xa": "district"}.get(
        word[1], "commune"
    )


def _place_of(issuer: str | None) -> str:
    key = fold(issuer or "")
    word = _LEVEL_WORD.search(key)
    return key[word.end() :].strip() if word else ""


def _told(entry: Entry, all_of_them: list[Entry]) -> str:
    same = sum(e.name == entry.name for e in all_of_them)
    return f"{entry.name} ({entry.level})" if same > 1 and entry.level else entry.name


def successors(directory: Directory, entry: Entry, depth: int = 4) -> tuple[Successor, ...]:
    """Who holds the work at the end of the chain; empty where the agency still stands."""
    found: list[Successor] = []
    for step in entry.successors:
        following = directory.named(step.name) if depth else ()
        later = [
            s
            for e in following
            if e is not entry and e.successors
            for s in successors(directory, e, depth - 1)
        ]
        found.extend(
            Successor(s.name, s.on, step.subject or s.subject) for s in later
        ) if later else found.append(step)
    return tuple(dict.fromkeys(found))
