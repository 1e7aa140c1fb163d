"""One at a time: of two people who change the same draft or head, the second is told of the first."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app.accounts.models import User
from app.audit.operations import record
from app.audit.queries import entries_about
from app.clock import vietnam_day
from app.errors import Refused, Stale
from app.extensions import db
from app.i18n import _, _l, clock_time, full_day
from app.plans import contents
from app.plans.models import Draft, Plan
from app.plans.rules import why_not_review


def open_for_review(plan: Plan) -> None:
    if reason := why_not_review(plan):
        raise Refused(reason)


def check(draft: Draft, revision: int, now: datetime) -> None:
    if draft.revision != revision:
        raise Stale(who_changed("draft", draft.id, now, _l("Mục này")))


def claim(draft: Draft, revision: int, now: datetime) -> None:
    """Raise the revision, if it still is what the person saw at this very moment."""
    check(draft, revision, now)
    db.session.flush()
    done = db.session.execute(
        sa.update(Draft)
        .where(Draft.id == draft.id, Draft.revision == revision)
        .values(revision=revision + 1)
        .execution_options(synchronize_session=False)
    )
    db.session.refresh(draft)
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise Stale(who_changed("draft", draft.id, now, _l("Mục này")))


def raise_revision(plan: Plan, revision: int, now: datetime) -> None:
    done = db.session.execute(
        sa.update(Plan)
        .where(Plan.id == plan.id, Plan.revision == revision)
        .values(revision=revision + 1)
        .execution_options(synchronize_session=False)
    )
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise Stale(who_changed("plan", plan.id, now, _l("Thông tin kế hoạch")))
    db.session.refresh(plan, ["revision"])


def who_changed(subject_type: str, subject_id: int, now: datetime, what: Any) -> str:
    entries = entries_about(subject_type, subject_id)
    if not entries:
        return _("%(what)s vừa được người khác sửa. Tải lại để xem bản mới.", what=what)
    last = entries[0]
    at = clock_time(last.at)
    if vietnam_day(last.at) != vietnam_day(now):
        at += f" {full_day(vietnam_day(last.at))}"
    return _(
        "%(what)s vừa được %(who)s sửa lúc %(at)s. Tải lại để xem bản mới.",
        what=what,
        who=last.actor_name,
        at=at,
    )


def record_draft(act: str, draft: Draft, actor: User, now: datetime, **facts: Any) -> None:
    name = contents.shorten(contents.name_of(draft)) or str(contents.KIND_NAMES[draft.kind])
    record(act, draft, actor=actor, now=now, name=name, plan_id=draft.plan_id, **facts)


def called(plan: Plan) -> str:
    return plan.number or contents.shorten(plan.title)
