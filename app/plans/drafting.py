"""From what the reader found to drafts for a clerk: one draft a head, a report, a movement, a project.

The same day must not be owed twice: a report or a dated duty that the reader found inside a duty of an
assignment is asked for in one place only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from app.deadlines import DueRule
from app.i18n import _
from app.planreader import fold
from app.planreader.models import Assignment, Award, Duty, OtherDeadline, PlanReading, Registration, Report
from app.plans.contents import Content, Reference, reference, shorten
from app.plans.models import DraftKind
from app.plans.titles import report_title
from app.schedules.models import ReportKind

Span = tuple[int, int]
Place = Callable[[str], Reference]  # words of the plan → reference, resolved where the directory is sure


@dataclass(frozen=True, slots=True)
class Proposal:
    kind: DraftKind
    span: Span | None
    content: Content


def proposals(reading: PlanReading, text: str, place: Place, standing: Reference) -> list[Proposal]:
    """Everything that was read in `text`, in the order of the plan's words."""
    reported = [(report.span, report.due) for report in reading.reports]
    found = [
        *(_assignment(a, place, reading.other_deadlines, reported) for a in reading.assignments),
        *(_report(r, text, place, standing) for r in reading.reports),
        *_movements(reading, place),
        *(
            _deadline(d, place)
            for d in reading.other_deadlines
            if not _is_inside_a_duty(d, reading.assignments)
        ),
        *(_component(c) for c in reading.components),
    ]
    order = {kind: n for n, kind in enumerate(DraftKind)}
    return sorted(found, key=lambda p: (p.span[0] if p.span else 0, order[p.kind]))


def rule_json(due: Any) -> dict[str, Any] | None:
    """A due rule of the reader, or of `deadlines`, in JSON."""
    if due is None:
        return None
    return {
        "day": due.day,
        "month": due.month,
        "quarter": due.quarter,
        "year": due.year,
        "qualifier": str(due.qualifier),
        "text": due.words,
    }


def duty_content(
    text: str, span: Span | None = None, role: str = "lead", supports: Iterable[str] = (), due: Any = None
) -> Content:
    return {
        "text": text,
        "span": list(span) if span else None,
        "role": role,
        "supports": list(supports),
        "due": rule_json(due) if not isinstance(due, dict) else due,
    }


def _assignment(
    read: Assignment, place: Place, deadlines: Iterable[OtherDeadline], reported: list[tuple[Span, Any]]
) -> Proposal:
    duties = [_duty(duty, deadlines, reported) for duty in read.duties]
    content = {
        **place(read.agency),
        "request": read.request,
        "section": read.section,
        "duties": duties,
    }
    if not read.request and _asks(content):
        content["request"] = True
    return Proposal(DraftKind.ASSIGNMENT, _span(read.span), content)


def _asks(ref: Reference) -> bool:
    """A body that is not under command is asked, whatever the wording: the office's own flag of the agency."""
    return bool(ref.get("requested"))


def _duty(duty: Duty, deadlines: Iterable[OtherDeadline], reported: list[tuple[Span, Any]]) -> Content:
    due = duty.due
    if due is None:
        within = [d.due for d in deadlines if d.due is not None and _lies_in(d.span, duty.span)]
        due = within[0] if within else None
    if due is not None and any(_lies_in(span, duty.span) and _same_day(due, rule) for span, rule in reported):
        due = None  # the report schedule asks for it
    return duty_content(duty.text, _span(duty.span), duty.role, duty.supports, due)


def _is_inside_a_duty(deadline: OtherDeadline, assignments: Iterable[Assignment]) -> bool:
    return deadline.due is not None and any(
        _lies_in(deadline.span, duty.span) for assignment in assignments for duty in assignment.duties
    )


def _report(read: Report, text: str, place: Place, standing: Reference) -> Proposal:
    reporters = [place(name) for name in read.reporters]
    # «các cơ quan, đơn vị liên quan» are those that the plan names elsewhere (domain handbook §2.2).
    general = not reporters or any(_is_general(ref) for ref in reporters)
    receiver = _receiver(read, place, standing)
    kind = ReportKind(read.kind)
    content = {
        "kind": kind.value,
        "title": report_title(kind, text, read.span[0], read.text),
        "due": rule_json(read.due) | {"text": read.due.words or read.text},
        "reporters": [] if general else reporters,
        "all_assigned": general,
        "receiver": receiver,
        "via": read.via or "",
    }
    return Proposal(DraftKind.REPORT, _span(read.span), content)


def _is_general(ref: Reference) -> bool:
    words = fold(ref["phrase"])
    return (
        ref["agency_id"] is None
        and ref["group_id"] is None
        and words.startswith(("cac ", "cac,", "tat ca", "thu truong"))
    )


def _receiver(read: Report, place: Place, standing: Reference) -> Reference:
    """Who takes the report in: the body it goes through (qua …), else the one it goes to, else the standing agency.
    A report to the People's Committee is collected by the standing agency (domain handbook §1.4)."""
    for words in (read.via, read.to):
        ref = place(words) if words else None
        if ref and ref["agency_id"] is not None and not ref.get("committee"):
            return reference(read.to or words, ref["agency_id"])
    return reference(read.to or standing["phrase"], standing["agency_id"])


def _movements(reading: PlanReading, place: Place) -> list[Proposal]:
    """One movement for each registration; the awards of the plan belong to the first. Awards without a
    registration still make a movement: nominations against quotas, and nothing to register."""
    awards = reading.awards
    award = awards[0] if awards else None
    made = [
        Proposal(
            DraftKind.REGISTRATION,
            _span(r.span),
            _movement(r, reading.title, award if n == 0 else None, place),
        )
        for n, r in enumerate(_by_words(reading.registrations))
    ]
    if not made and award is not None:
        made = [
            Proposal(DraftKind.REGISTRATION, _span(award.span), _movement(None, reading.title, award, place))
        ]
    return made


def _by_words(registrations: Iterable[Registration]) -> list[Registration]:
    """Registrations of the same thing, read once for each receiving body, are one registration with all of them."""
    merged: dict[str, Registration] = {}
    for r in registrations:
        known = merged.get(fold(r.what))
        if known is None:
            merged[fold(r.what)] = r
        else:
            to = known.to + tuple(name for name in r.to if name not in known.to)
            merged[fold(r.what)] = Registration(known.what, to, known.due or r.due, known.span)
    return list(merged.values())


def _movement(read: Registration | None, title: str | None, award: Award | None, place: Place) -> Content:
    return {
        "title": shorten(title or (read.what if read else award.form if award else ""))
        or _("Phong trào thi đua"),
        "what": read.what if read else "",
        "due": None,
        "due_words": (read.due or "") if read else "",
        "receivers": [place(name) for name in read.to] if read else [],
        "award_form": award.form if award else "",
        "quota_collective": award.collectives if award else None,
        "quota_individual": award.individuals if award else None,
    }


def _deadline(read: OtherDeadline, place: Place) -> Proposal:
    body = place(read.agency) if read.agency else reference("")
    content = {
        **body,
        "request": _asks(body),
        "text": read.text,
        "due": rule_json(read.due),
    }
    return Proposal(DraftKind.DEADLINE, _span(read.span), content)


def _component(read: Any) -> Proposal:
    content = {
        "name": read.name,
        "parent": read.parent or "",
        "lead": read.lead or "",
        "supports": list(read.supports),
        "budget": _amount(read.budget),
        "unit": read.unit or "triệu đồng",
        "sources": [[name, _amount(amount)] for name, amount in read.sources],
    }
    return Proposal(DraftKind.COMPONENT, _span(read.span), content)


def _amount(value: float | None) -> str | None:
    """Money as text, so that JSON keeps it exactly."""
    return None if value is None else str(Decimal(str(value)).normalize().__format__("f"))


def _span(span: Span) -> Span | None:
    return span if span and span[1] > span[0] else None


def _lies_in(inner: Span, outer: Span) -> bool:
    return outer[0] <= inner[0] and inner[1] <= outer[1] and inner[1] > inner[0]


def _same_day(one: Any, other: Any) -> bool:
    return (one.day, one.month, one.quarter, one.year) == (other.day, other.month, other.quarter, other.year)


__all__ = ["DueRule", "Place", "Proposal", "duty_content", "proposals", "rule_json"]
