"""Where features above add to the page of a group: they know groups, groups do not know them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from app.organisations.models import AgencyGroup


@dataclass(frozen=True, slots=True)
class Panel:
    """A template and what it needs."""

    template: str
    facts: dict[str, Any] = field(default_factory=dict)


_beside: list[Callable[[AgencyGroup, Any, date], Panel | None]] = []


def beside_group(make: Callable[[AgencyGroup, Any, date], Panel | None]) -> None:
    """Let `make` (group, user, today) add a card, or nothing, to the page of each group."""
    if make not in _beside:
        _beside.append(make)


def panels_for(group: AgencyGroup, user: Any, today: date) -> list[Panel]:
    return [panel for make in _beside if (panel := make(group, user, today)) is not None]
