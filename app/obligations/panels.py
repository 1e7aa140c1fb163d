"""Where features above this one add to its pages: they know obligations, obligations do not know them.

A feature registers in its views module:

    panels.beside_my_work(newly_assigned)      # (user, today) → Panel or None
    panels.into_story(reminders_said)          # (obligation) → events of `_macros/ui.html: story`
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from app.accounts.models import User
from app.obligations.models import Obligation
from app.obligations.topics import Topic


@dataclass(frozen=True, slots=True)
class Panel:
    """A template and what it needs; `place` is "side" (a card) or "foot" (a link under the list)."""

    template: str
    facts: dict[str, Any] = field(default_factory=dict)
    place: str = "side"


_beside: list[Callable[[User, date], Panel | None]] = []
_story: list[Callable[[Obligation], Iterable[dict[str, Any]]]] = []


def beside_my_work(make: Callable[[User, date], Panel | None]) -> None:
    if make not in _beside:
        _beside.append(make)


def into_story(tell: Callable[[Obligation], Iterable[dict[str, Any]]]) -> None:
    if tell not in _story:
        _story.append(tell)


@dataclass(frozen=True, slots=True)
class Subject:
    """Something that people talk about: how it is loaded for a person (raises NotVisible), and its page, which takes
    a comment form that came back with mistakes as `comment`."""

    load: Callable[[User, int], Topic]
    page: Callable[..., str]


SUBJECTS: dict[str, Subject] = {}


def talk_about(kind: str, load: Callable[[User, int], Topic], page: Callable[..., str]) -> None:
    SUBJECTS[kind] = Subject(load, page)


_supports: list[Callable[[Obligation], Iterable[Any]]] = []


def suggest_supports(name: Callable[[Obligation], Iterable[Any]]) -> None:
    """(obligation) → the agencies that its source names as cooperating."""
    if name not in _supports:
        _supports.append(name)


def supports_of(obligation: Obligation) -> list[Any]:
    found = {agency.id: agency for name in _supports for agency in name(obligation)}
    return list(found.values())


_on_page: list[Callable[[Obligation, User], Panel | None]] = []


def on_obligation(make: Callable[[Obligation, User], Panel | None]) -> None:
    """A card on the page of an obligation, under why its day is its day."""
    if make not in _on_page:
        _on_page.append(make)


_on_board: list[Callable[[User, date], Panel | None]] = []


def on_board(make: Callable[[User, date], Panel | None]) -> None:
    """A warning at the head of the board, as it stands today."""
    if make not in _on_board:
        _on_board.append(make)


def panels_on_board(user: User, today: date) -> list[Panel]:
    return [panel for make in _on_board if (panel := make(user, today)) is not None]


def panels_on(obligation: Obligation, user: User) -> list[Panel]:
    return [panel for make in _on_page if (panel := make(obligation, user)) is not None]


def panels_for(user: User, today: date) -> list[Panel]:
    return [panel for make in _beside if (panel := make(user, today)) is not None]


def events_about(obligation: Obligation) -> list[dict[str, Any]]:
    return [event for tell in _story for event in tell(obligation)]
