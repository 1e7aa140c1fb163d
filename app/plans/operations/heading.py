"""The head of a plan in review, and dropping a plan that was never confirmed."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from app.accounts.models import User
from app.audit.operations import record
from app.clock import vietnam_day
from app.errors import Refused, Stale
from app.extensions import db
from app.i18n import _l
from app.organisations.directory import OfficeDirectory
from app.planreader import fold
from app.plans import contents
from app.plans.models import Plan
from app.plans.operations.reviewing import change_draft, placed
from app.plans.operations.turns import called, open_for_review, raise_revision, who_changed
from app.plans.placing import placer
from app.plans.rules import why_not_drop

HEAD = ("number", "title", "issuer", "issued_on", "period_from", "period_to")


def change_head(plan: Plan, values: dict[str, Any], *, revision: int, actor: User, now: datetime) -> bool:
    """Set head facts (`HEAD`, and standing_agency, committee, supersedes_id, amends). Bodies that were open are looked
    up again where the day of issue changes. Returns whether anything changed.

    Raises:
        Refused: the plan is no longer in review. Stale: somebody changed the head after `revision`.
    """
    open_for_review(plan)
    before = _head(plan)
    if plan.revision != revision:
        raise Stale(who_changed("plan", plan.id, now, _l("Thông tin kế hoạch")))
    for name, value in values.items():
        setattr(plan, name, value)
    db.session.flush()
    after = _head(plan)
    changed = {name for name in after if after[name] != before[name]}
    if not changed:
        return False
    raise_revision(plan, revision, now)
    plan.title_key = fold(f"{plan.number or ''} {plan.title}")
    if changed & {"issued_on", "issuer"}:
        _place_again(plan, vietnam_day(now), actor, now)
    record(
        "plan.changed",
        plan,
        actor=actor,
        now=now,
        name=called(plan),
        plan_id=plan.id,
        before={name: before[name] for name in sorted(changed)},
        after={name: after[name] for name in sorted(changed)},
    )
    return True


def drop_plan(plan: Plan, *, actor: User, now: datetime) -> None:
    """Take a plan in review away with its drafts. The record keeps that it was there; so does the stored file.

    Raises:
        Refused: the plan is confirmed or closed.
    """
    if reason := why_not_drop(plan):
        raise Refused(reason)
    record("plan.dropped", plan, actor=actor, now=now, name=called(plan), plan_id=plan.id, before=_head(plan))
    db.session.delete(plan)
    db.session.flush()


def _place_again(plan: Plan, today: date, actor: User, now: datetime) -> None:
    place = placer(OfficeDirectory.load(), plan.issuer, plan.issued_on, today)
    for draft in plan.drafts:
        for phrase in contents.unresolved(draft):
            ref = place(phrase)
            if contents.is_resolved(ref):
                changed = placed(draft.content, phrase, ref)
                change_draft(draft, changed, revision=draft.revision, actor=actor, now=now)


def _head(plan: Plan) -> dict[str, Any]:
    values = {name: getattr(plan, name) for name in HEAD}
    values["standing_agency"] = plan.standing_agency.name
    values["committee"] = plan.committee.name if plan.committee else None
    values["supersedes_id"] = plan.supersedes_id
    values["amends"] = plan.amends
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}
