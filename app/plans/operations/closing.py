"""Ending a plan: what lies ahead is cancelled; what is overdue or waits is settled first, or left for a reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from app.accounts.models import User
from app.audit.operations import record
from app.errors import Refused, Stale
from app.extensions import db
from app.i18n import _, _l
from app.obligations.models import Obligation
from app.obligations.operations import cancel
from app.obligations.queries import row_options
from app.plans.models import Plan, PlanState
from app.plans.operations.turns import called
from app.plans.rules import why_not_close
from app.schedules.operations import close_schedule
from app.schedules.queries import schedules_of


@dataclass(frozen=True, slots=True)
class OpenWork:
    """What is not settled under a plan. `ahead`: still to come and not handed in; `left`: everything else."""

    ahead: list[Obligation]
    left: list[Obligation]


def open_work(plan: Plan, today: date) -> OpenWork:
    """By day; what falls due today may still come today, so it is left."""
    rows = db.session.scalars(
        sa.select(Obligation)
        .where(Obligation.plan_id == plan.id, Obligation.settled_at.is_(None))
        .order_by(Obligation.deadline_on, Obligation.id)
        .options(*row_options())
    ).all()
    ahead = [o for o in rows if o.submitted_at is None and o.returned_at is None and o.deadline_on > today]
    kept = {o.id for o in ahead}
    return OpenWork(ahead, [o for o in rows if o.id not in kept])


def close(
    plan: Plan, *, actor: User, now: datetime, today: date, left_reason: str = "", revision: int | None = None
) -> int:
    """End a plan: nothing more arises from it. What lies ahead is cancelled; what is overdue, returned or waits for
    review stays owed, and `left_reason` says why. Returns how many were cancelled.

    Raises:
        Refused: not in force, or something is left and no reason is given. Stale: changed since `revision`.
    """
    db.session.scalars(sa.select(Plan).where(Plan.id == plan.id).with_for_update()).one()
    db.session.refresh(plan, ["state", "revision"])
    if reason := why_not_close(plan):
        raise Refused(reason)
    if revision is not None and revision != plan.revision:
        raise Stale(_l("Kế hoạch vừa được người khác sửa. Tải lại để xem việc còn mở trước khi kết thúc."))
    work, left_reason = open_work(plan, today), left_reason.strip()
    if work.left and not left_reason:
        raise Refused(
            _l(
                "Còn %(n)s việc quá hạn hoặc chờ xác nhận. Xử lý các việc này trước, hoặc ghi lý do để lại.",
                n=len(work.left),
            )
        )
    for schedule in schedules_of(plan):
        close_schedule(schedule, actor=actor, now=now)
    over = _("Kế hoạch %(plan)s đã kết thúc.", plan=called(plan))
    for obligation in work.ahead:
        cancel(obligation, reason=over, actor=actor, now=now)
    for obligation in work.left:
        record(
            "obligation.left_open",
            obligation,
            actor=actor,
            now=now,
            name=f"{obligation.title} ({obligation.agency.display_name})",
            plan_id=plan.id,
            after={"reason": left_reason},
        )
    plan.state, plan.closed_at = PlanState.CLOSED, now
    plan.revision += 1
    after: dict[str, object] = {"cancelled": len(work.ahead)}
    if work.left:
        after |= {"left": len(work.left), "reason": left_reason}
    record("plan.closed", plan, actor=actor, now=now, name=called(plan), plan_id=plan.id, after=after)
    return len(work.ahead)
