"""Objects as JSON. Days are ISO dates of Vietnam, instants ISO in UTC; every name is an identifier of the model."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from app.accounts.models import User
from app.deadlines import WorkCalendar
from app.obligations import rules
from app.obligations.models import Extension, Obligation, Submission
from app.organisations.models import Agency
from app.plans.models import Plan


def agency(agency: Agency | None) -> dict[str, Any] | None:
    if agency is None:
        return None
    return {"id": agency.id, "name": agency.name, "short_name": agency.display_name}


def agency_in_full(one: Agency) -> dict[str, Any]:
    return {
        **(agency(one) or {}),
        "kind": one.kind.value,
        "level": one.level.value,
        "parent_id": one.parent_id,
        "valid_from": _iso(one.valid_from),
        "valid_to": _iso(one.valid_to),
    }


def person(user: User) -> dict[str, Any]:
    return {"id": user.id, "name": user.name, "position": user.position, "role": user.role.value}


def obligation(o: Obligation, today: date, calendar: WorkCalendar) -> dict[str, Any]:
    """One row of a list. `standing` is computed for today; `days` count as in `rules.Standing`."""
    now_stands = rules.standing(o, today, calendar)
    return {
        "id": o.id,
        "title": o.title,
        "period": o.period,
        "plan": {"id": o.plan_id, "number": o.plan.number},
        "agency": agency(o.agency),
        "receiver": agency(o.receiver),
        "is_request": o.is_request,
        "nominal_on": _iso(o.nominal_on),
        "due_on": _iso(o.due_on),
        "extended_to": _iso(o.extended_to),
        "deadline_on": _iso(rules.day_that_counts(o)),
        "standing": {"state": now_stands.state.value, "days": now_stands.days},
        "outcome": o.outcome.value if o.outcome else None,
        "days_late": rules.days_late(o, today),
        "days_late_by_plan": rules.days_late_by_plan(o, today),
        "submitted_at": _iso(o.submitted_at),
        "settled_at": _iso(o.settled_at),
    }


def submission(made: Submission) -> dict[str, Any]:
    return {
        "version": made.version,
        "kind": made.kind.value,
        "number": made.number,
        "signed_on": _iso(made.signed_on),
        "text": made.text,
        "submitted_by": person(made.submitted_by),
        "submitted_at": _iso(made.submitted_at),
        "accepted_at": _iso(made.accepted_at),
        "returned_at": _iso(made.returned_at),
        "return_reason": made.return_reason,
        "withdrawn_at": _iso(made.withdrawn_at),
        "files": [
            {
                "id": a.id,
                "name": a.name,
                "size": a.file.size,
                "sha256": a.file.sha256,
                "type": a.file.media_type,
            }
            for a in made.attachments
        ],
    }


def extension(asked: Extension) -> dict[str, Any]:
    return {
        "asked_until": _iso(asked.asked_until),
        "reason": asked.reason,
        "asked_at": _iso(asked.asked_at),
        "asked_late": asked.asked_late,
        "decided_at": _iso(asked.decided_at),
        "granted_until": _iso(asked.granted_until),
        "decision_note": asked.decision_note,
    }


def plan(one: Plan) -> dict[str, Any]:
    return {
        "id": one.id,
        "number": one.number,
        "title": one.title,
        "issuer": one.issuer,
        "issued_on": _iso(one.issued_on),
        "period": [one.period_from, one.period_to],
        "state": one.state.value,
        "standing_agency": agency(one.standing_agency),
    }


def _iso(value: date | datetime | None) -> str | None:
    return value.isoformat() if value is not None else None
