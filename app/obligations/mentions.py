"""«@Nguyễn Thị Hạnh»: whom a text names, and whom half a name may mean. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from app.planreader import fold

# A sign of naming stands at the beginning of a word; the one in an address of mail does not.
_SIGN = re.compile(r"(?<![\w@.])@(?=\w)")
_WORD = re.compile(r"\w+")
_LONGEST = 8  # words of a name
SUGGESTED = 8


def found_in(text: str, people: Sequence[Any]) -> tuple[list[Any], list[str]]:
    """The people whom the text names, each once, in its order; and the names that are nobody's or several people's.

    After the sign a full name counts, or as many of its last words as only one of the people has; diacritics and
    case do not matter. Of several readings the longest is taken.
    """
    named: dict[int, Any] = {}
    unclear: list[str] = []
    for sign in _SIGN.finditer(text):
        words = _words_after(text, sign.end())
        person = _meant(words, people)
        if person is None:
            unclear.append(" ".join(words[:2]))
        else:
            named.setdefault(person.id, person)
    return list(named.values()), unclear


def suggestions(half: str, people: Iterable[Any]) -> list[Any]:
    """Those of whose names a word begins with what has been typed; diacritics do not matter."""
    keys = fold(half).split()
    found = [person for person in people if _begins(keys, fold(person.name).split())]
    return found[:SUGGESTED]


def half_named(text: str) -> str | None:
    """What stands after the last sign, where it may still be a name being typed."""
    signs = list(re.finditer(r"(?<![\w@.])@([\w ]{0,60})$", text))
    return signs[-1].group(1) if signs else None


def _begins(keys: list[str], words: list[str]) -> bool:
    """Each key begins a word of the name, in the name's order."""
    place = 0
    for key in keys:
        while place < len(words) and not words[place].startswith(key):
            place += 1
        if place == len(words):
            return False
        place += 1
    return True


def _words_after(text: str, start: int) -> list[str]:
    """The words that follow each other with nothing but single spaces between them."""
    words, place = [], start
    while len(words) < _LONGEST and (found := _WORD.match(text, place)):
        words.append(found[0])
        if text[found.end() : found.end() + 1] != " ":
            break
        place = found.end() + 1
    return words


def _meant(words: list[str], people: Sequence[Any]) -> Any | None:
    for count in range(len(words), 0, -1):
        said = [fold(word) for word in words[:count]]
        full = [person for person in people if fold(person.name).split() == said]
        last = full or [person for person in people if fold(person.name).split()[-count:] == said]
        if len(last) == 1:
            return last[0]
        if last:
            return None
    return None
