"""What a new version says differently from the one before: words, figures, files. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from difflib import SequenceMatcher
from typing import Any

from app.obligations.models import Attachment, Indicator

_WORDS = re.compile(r"\S+|\s+")
_TOO_MANY = 6_000  # words; comparing longer texts word by word would keep a reader waiting


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words: "same", "added" or "removed"."""

    kind: str
    text: str


def of_words(before: str, after: str) -> list[Piece]:
    """The new text with what was added and removed; very long texts are compared line by line."""
    if before == after:
        return [Piece("same", after)] if after else []
    split = _WORDS.findall if len(before) + len(after) < 8 * _TOO_MANY else _lines
    old, new = split(before), split(after)
    pieces: list[Piece] = []
    for what, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what == "equal":
            pieces.append(Piece("same", "".join(new[c:d])))
        else:
            pieces += [
                Piece(kind, text)
                for kind, text in (("removed", "".join(old[a:b])), ("added", "".join(new[c:d])))
                if text
            ]
    return pieces


def _lines(text: str) -> list[str]:
    return text.splitlines(keepends=True)


@dataclass(frozen=True, slots=True)
class Figure:
    """One indicator: its value now, in the last version, and in the last period; None where there is none."""

    indicator: Indicator
    value: Decimal | None
    last_version: Decimal | None
    last_period: Decimal | None

    @property
    def changed(self) -> bool:
        """Whether this version says something else than the one before."""
        return self.value != self.last_version

    @property
    def difference(self) -> Decimal | None:
        """To the last period."""
        return None if self.value is None or self.last_period is None else self.value - self.last_period


def of_figures(
    indicators: Iterable[Indicator],
    now: Mapping[int, Decimal],
    last_version: Mapping[int, Decimal],
    last_period: Mapping[int, Decimal],
) -> list[Figure]:
    """Every indicator that any of them says something for, in the order of the form."""
    return [
        Figure(one, now.get(one.id), last_version.get(one.id), last_period.get(one.id))
        for one in indicators
        if one.retired_at is None or one.id in now or one.id in last_version
    ]


def of_files(before: Sequence[Attachment], after: Sequence[Attachment]) -> list[tuple[Any, str]]:
    """(attachment, "same", "added" or "removed"): the same bytes under the same name are the same file."""
    old = {(one.name, one.file_id) for one in before}
    new = {(one.name, one.file_id) for one in after}
    return [(one, "same" if (one.name, one.file_id) in old else "added") for one in after] + [
        (one, "removed") for one in before if (one.name, one.file_id) not in new
    ]
