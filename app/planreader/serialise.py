"""A reading as JSON: the exact shape that commands, the API and the review page share."""

from __future__ import annotations

from typing import Any

from app.deadlines.rules import DueRule
from app.planreader.messages import Language, message
from app.planreader.models import Duty, PlanReading, Report, Warning

Json = dict[str, Any]


def reading_as_dict(
    reading: PlanReading,
    source_name: str = "",
    pages: int = 1,
    characters: int | None = None,
    lang: Language = "vi",
) -> Json:
    """Everything in a reading; `characters` is the length of the text that was read."""
    return {
        "source": {
            "name": source_name,
            "pages": pages,
            "characters": reading.characters if characters is None else characters,
        },
        "number": reading.number,
        "issued_on": reading.issued_on.isoformat() if reading.issued_on else None,
        "issuer": reading.issuer,
        "title": reading.title,
        "period": list(reading.period) if reading.period else None,
        "signer": {"name": reading.signer.name, "position": reading.signer.position}
        if reading.signer
        else None,
        "basis": [
            {
                "number": b.number,
                "issued_on": b.issued_on.isoformat() if b.issued_on else None,
                "span": list(b.span),
            }
            for b in reading.basis
        ],
        "assignments": [
            {
                "agency": a.agency,
                "resolved": a.resolved,
                "request": a.request,
                "section": a.section,
                "span": list(a.span),
                "duties": [_duty(d) for d in a.duties],
            }
            for a in reading.assignments
        ],
        "reports": [_report(r) for r in reading.reports],
        "registrations": [
            {"what": r.what, "to": list(r.to), "due": r.due, "span": list(r.span)}
            for r in reading.registrations
        ],
        "awards": [
            {"form": a.form, "collectives": a.collectives, "individuals": a.individuals, "span": list(a.span)}
            for a in reading.awards
        ],
        "components": [
            {
                "name": c.name,
                "lead": c.lead,
                "supports": list(c.supports),
                "budget": _number(c.budget),
                "unit": c.unit,
                "sources": [[name, _number(amount)] for name, amount in c.sources],
                "span": list(c.span),
                "parent": c.parent,
            }
            for c in reading.components
        ],
        "other_deadlines": [
            {"text": o.text, "agency": o.agency, "span": list(o.span)} for o in reading.other_deadlines
        ],
        "recipients": list(reading.recipients),
        "unread": [list(span) for span in reading.unread],
        "warnings": [warning_as_dict(w, lang) for w in reading.warnings],
    }


def warning_as_dict(warning: Warning, lang: Language = "vi") -> Json:
    return {
        "code": warning.code,
        "message": message(warning.code, lang, **warning.params),
        "span": list(warning.span) if warning.span else None,
    }


def due_as_dict(due: DueRule) -> Json:
    return {
        "day": due.day,
        "month": due.month,
        "quarter": due.quarter,
        "year": due.year,
        "qualifier": str(due.qualifier),
    }


def _duty(duty: Duty) -> Json:
    due = {**due_as_dict(duty.due), "text": duty.due_text} if duty.due else None
    return {
        "text": duty.text,
        "span": list(duty.span),
        "role": duty.role,
        "supports": list(duty.supports),
        "due": due,
    }


def _report(report: Report) -> Json:
    return {
        "kind": report.kind,
        **due_as_dict(report.due),
        "text": report.text,
        "span": list(report.span),
        "reporters": list(report.reporters),
        "to": report.to,
        "via": report.via,
    }


def _number(amount: float | None) -> float | int | None:
    return int(amount) if amount is not None and amount == int(amount) else amount
