"""Two officers write one report at once: what each typed is brought together, and nothing of either is lost. Pure.

What a page sends is compared with what the page had been given. A field that its reader did not touch follows the
draft; a field that only they touched is theirs; where both did, the newest stands in the field and the other
officer's words are kept beside it, with their name, until somebody chooses.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Typed:
    """A draft's words.

    `fields`: field → {"value", "by", "name", "at", "revision"}; `others`, kept beside them, have "field" as well.
    `by` is the id of whoever typed it, `at` an instant in ISO form, `revision` that of the draft since when it holds.
    """

    fields: dict[str, dict[str, Any]] = field(default_factory=dict)
    others: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Writer:
    """Who types, when, and which revision the draft has after it."""

    by: int
    name: str
    at: str
    revision: int


def merge(draft: Typed, typed: Mapping[str, str], given: Mapping[str, str], writer: Writer) -> Typed:
    """The draft after `writer`, whose page had been given `given`, typed `typed`."""
    fields, others = dict(draft.fields), list(draft.others)
    for name, value in typed.items():
        was = given.get(name, "")
        now = fields[name]["value"] if name in fields else was
        if _same(value, was) or _same(value, now):
            continue
        others = [other for other in others if (other["field"], other["by"]) != (name, writer.by)]
        if not _same(now, was) and fields[name]["by"] != writer.by:
            others.append({"field": name, **fields[name], "revision": writer.revision})
        fields[name] = {
            "value": value,
            "by": writer.by,
            "name": writer.name,
            "at": writer.at,
            "revision": writer.revision,
        }
    return Typed(fields, others)


def unseen(draft: Typed, typed: Mapping[str, str], revision: int, reader: int) -> list[dict[str, Any]]:
    """What others have typed since the page was at `revision`, and which the page does not hold."""
    fields = [
        {"field": name, **entry}
        for name, entry in draft.fields.items()
        if entry["revision"] > revision
        and entry["by"] != reader
        and not _same(entry["value"], typed.get(name, ""))
    ]
    return fields + [
        other for other in draft.others if other["revision"] > revision and other["by"] != reader
    ]


def _same(a: str, b: str) -> bool:
    """A page may write the ends of lines in another way than it was given them."""
    return a.replace("\r\n", "\n").strip() == b.replace("\r\n", "\n").strip()
