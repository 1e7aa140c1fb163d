"""What the reader returns: drafts, each with the span of the words that it came from.

Spans are offsets `[start, end)` into the text that `read_plan` was given. `None` always means that the
plan does not say. The JSON form of all this is in `serialise.py`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from app.deadlines.rules import DueRule
from app.planreader.text import Span

Role = Literal["lead", "support"]
ReportKind = Literal[
    "half_year", "annual", "quarterly", "monthly", "nine_month", "midterm_review", "final_review", "other"
]


@dataclass(frozen=True, slots=True)
class Reference:
    """A document that the plan rests on: «Quyết định số 90/QĐ-TTg ngày 18 tháng 01 năm 2022»."""

    number: str
    issued_on: date | None
    span: Span


@dataclass(frozen=True, slots=True)
class Signer:
    name: str
    position: str | None
    span: Span


@dataclass(frozen=True, slots=True)
class Duty:
    """One item under an agency: a bullet, a lettered item or a paragraph of its own."""

    text: str
    span: Span
    role: Role
    supports: tuple[str, ...] = ()
    due: DueRule | None = None
    due_text: str | None = None


@dataclass(frozen=True, slots=True)
class Assignment:
    """An agency (or a group, kept as one phrase) with what the plan gives it.

    `resolved` is the canonical name in the directory, or None with the `candidates` that came near.
    `today` names the agency that holds the work now, where the one of the plan's day has a successor.
    """

    agency: str
    span: Span
    request: bool
    section: str
    duties: tuple[Duty, ...]
    resolved: str | None = None
    candidates: tuple[str, ...] = ()
    is_group: bool = False
    today: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """A dated report, or a dated review (sơ kết, tổng kết)."""

    kind: ReportKind
    due: DueRule
    text: str
    span: Span
    reporters: tuple[str, ...] = ()
    to: str | None = None
    via: str | None = None
    is_event: bool = False


@dataclass(frozen=True, slots=True)
class Registration:
    """What is sent in to take part or to be rewarded, with every body that receives it."""

    what: str
    to: tuple[str, ...]
    due: str | None
    span: Span


@dataclass(frozen=True, slots=True)
class Award:
    """A form of commendation with the greatest number of each kind; None where no number is set."""

    form: str
    collectives: int | None
    individuals: int | None
    span: Span


@dataclass(frozen=True, slots=True)
class Component:
    """A project or sub-project of a programme; `budget` in `unit`, as are the sources."""

    name: str
    span: Span
    parent: str | None = None
    lead: str | None = None
    supports: tuple[str, ...] = ()
    budget: float | None = None
    unit: str | None = None
    sources: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class OtherDeadline:
    """A dated duty that is no report."""

    text: str
    agency: str | None
    span: Span
    due: DueRule | None = None


@dataclass(frozen=True, slots=True)
class Warning:
    """Something a person should look at; `messages.message(code, lang, **params)` says it in words."""

    code: str
    span: Span | None = None
    params: dict[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PlanReading:
    """Everything read out of one plan."""

    number: str | None = None
    issued_on: date | None = None
    issuer: str | None = None
    title: str | None = None
    period: tuple[int, int] | None = None
    signer: Signer | None = None
    basis: tuple[Reference, ...] = ()
    assignments: tuple[Assignment, ...] = ()
    reports: tuple[Report, ...] = ()
    registrations: tuple[Registration, ...] = ()
    awards: tuple[Award, ...] = ()
    components: tuple[Component, ...] = ()
    other_deadlines: tuple[OtherDeadline, ...] = ()
    recipients: tuple[str, ...] = ()
    unread: tuple[Span, ...] = ()
    warnings: tuple[Warning, ...] = ()
    characters: int = 0
