"""What stood before and after an act, in words for people: names, codes, days."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from app.audit.vocabulary import NAMES, TECHNICAL, VALUES_OF
from app.i18n import _, full_day

_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_EMPTY: tuple[Any, ...] = (None, "", [], {}, False)


def name_of(key: str) -> str:
    """A recorded name in words."""
    return str(NAMES.get(key, key))


def value_of(value: Any, name: str = "") -> str:
    """A stored JSON value as a person writes it: days as dd/mm/yyyy, codes as words, lists with commas.

    `name` is what the value belongs to: the same code may mean different things.
    """
    if value is None:
        return _("để trống")
    if isinstance(value, bool):
        return _("có") if value else _("không")
    if isinstance(value, list) and value and all(_is_reference(item) for item in value):
        return str(len(value))  # numbers of rows and fingerprints of files tell a reader only how many
    if isinstance(value, list):
        return ", ".join(value_of(item, name) for item in value) or _("không có")
    if isinstance(value, dict) and "qualifier" in value and value.get("text"):
        return str(value["text"])  # a due rule in the plan's own words
    if isinstance(value, dict):
        # Of a nested fact only what is filled in says something; the key of a figure is its indicator's number.
        told = [(k, value_of(v, k)) for k, v in value.items() if k not in TECHNICAL and v not in _EMPTY]
        said = (text if key.isdecimal() else f"{name_of(key)} {text}" for key, text in told)
        return ", ".join(said) or _("không có")
    if isinstance(value, str) and _ISO_DAY.fullmatch(value):
        return full_day(date.fromisoformat(value))
    return str(VALUES_OF.get(name, {}).get(value, value)) if isinstance(value, str) else str(value)


def changes(
    before: Mapping[str, Any] | None, after: Mapping[str, Any] | None
) -> Iterator[tuple[str, str | None, str | None]]:
    """What an act changed: (name, before, after) in words; None on the side that says nothing of it."""
    before, after = before or {}, after or {}
    for name in sorted({*before, *after} - TECHNICAL):
        if name in before and name in after and before[name] == after[name]:
            continue
        # A person's position is a post, a figure's is its place.
        is_place = name == "position" and isinstance(before.get(name, after.get(name)), int)
        yield (
            name_of("order" if is_place else name),
            value_of(before[name], name) if name in before else None,
            value_of(after[name], name) if name in after else None,
        )


def _is_reference(item: Any) -> bool:
    """The number of a row, the fingerprint of a file, or a row's number with its new day."""
    if isinstance(item, list):
        return bool(item) and _is_reference(item[0])
    return isinstance(item, int) or (isinstance(item, str) and _DIGEST.fullmatch(item) is not None)
