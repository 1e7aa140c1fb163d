"""Beginning to work on what is owed, suspending it by a letter, resuming it."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import sqlalchemy as sa

from app.access import refuse_if
from app.accounts.models import User
from app.clock import vietnam_day
from app.deadlines import WorkCalendar
from app.errors import Refused
from app.extensions import db
from app.i18n import _l
from app.obligations import rules, worknotices, workrules
from app.obligations.models import Extension, Obligation, Suspension
from app.obligations.operations.moves import move, record


def start(obligation: Obligation, *, actor: User, now: datetime) -> None:
    """The agency works on it: said so, or its first words are written. Again does nothing."""
    if obligation.started_at is not None or not rules.is_owed(obligation):
        return
    obligation.started_at = now
    record("obligation.started", obligation, actor=actor, now=now)


def suspend(
    obligation: Obligation,
    *,
    from_on: date,
    until_on: date | None,
    reason: str,
    actor: User,
    now: datetime,
) -> Suspension:
    """Suspend it from a day to a day (both included; null: until it is resumed), by a letter that `reason` names.

    The deadline does not move: whoever resumes it decides whether the days are given back.

    Raises:
        Refused: no basis, suspended already, handed in, settled, or days that cannot be.
        Stale: handed in or settled in this moment.
    """
    today = vietnam_day(now)
    reason = reason.strip()
    if not reason:
        raise Refused(_l("Ghi căn cứ: số, ngày văn bản và người quyết định tạm hoãn."))
    if workrules.has_suspension(obligation, today):
        raise Refused(_l("Việc này đang tạm hoãn. Cho tiếp tục trước khi tạm hoãn lại."))
    refuse_if(workrules.why_not_suspend(obligation, from_on, until_on, today))
    move(
        obligation,
        Obligation.submitted_at.is_(None),
        Obligation.settled_at.is_(None),
        now=now,
        suspended_at=now,
        suspended_from=from_on,
        suspended_until=until_on,
        suspended_reason=reason,
    )
    suspension = Suspension(
        obligation=obligation, from_on=from_on, until_on=until_on, reason=reason, by=actor, at=now
    )
    db.session.add(suspension)
    record(
        "obligation.suspended",
        obligation,
        actor=actor,
        now=now,
        after={
            "reason": reason,
            "from": from_on.isoformat(),
            "until": until_on.isoformat() if until_on else None,
        },
    )
    worknotices.notify_suspended(suspension, now=now)
    return suspension


def resume(
    obligation: Obligation, *, extend_to: date | None = None, note: str = "", actor: User, now: datetime
) -> None:
    """Let it go on from today; with `extend_to`, its deadline moves there as a granted extension.

    A suspension that ran out by its own day is over already: resuming it gives back its days, or says that none are.

    Raises:
        Refused: it was not suspended, or a day that is no extension.
    """
    if obligation.suspended_at is None:
        raise Refused(_l("Việc này không tạm hoãn. Tải lại trang để xem."))
    today = vietnam_day(now)
    ran = workrules.has_suspension(obligation, today)
    suspension = newest_suspension(obligation)
    if ran and suspension is not None:
        suspension.ended_at, suspension.ended_by_id = now, actor.id
    values: dict[str, object] = {
        "suspended_at": None,
        "suspended_from": None,
        "suspended_until": None,
        "suspended_reason": None,
    }
    before = obligation.deadline_on
    if extend_to is not None:
        refuse_if(rules.why_not_extend_until(obligation, extend_to, today))
        values |= {"extended_to": extend_to, "version": Obligation.version + 1}
    else:
        values |= {"version": Obligation.version + 1}  # what was passed over while it rested is said again
    move(obligation, Obligation.settled_at.is_(None), now=now, **values)
    record(
        "obligation.resumed",
        obligation,
        actor=actor,
        now=now,
        before={"deadline_on": before.isoformat()},
        after={"deadline_on": obligation.deadline_on.isoformat(), "note": note.strip()},
    )
    if extend_to is not None:
        # Asked for by nobody: the letter that suspended it is why. History and statistics know it as an extension.
        db.session.add(
            Extension(
                obligation=obligation,
                asked_until=extend_to,
                reason=suspension.reason if suspension else "",
                asked_by=actor,
                asked_at=now,
                decided_by=actor,
                decided_at=now,
                granted_until=extend_to,
                decision_note=note.strip(),
            )
        )
    db.session.flush()
    worknotices.notify_resumed(obligation, actor=actor, now=now)


def newest_suspension(obligation: Obligation) -> Suspension | None:
    return db.session.scalars(
        sa.select(Suspension).where(Suspension.obligation_id == obligation.id).order_by(Suspension.id.desc())
    ).first()


def offered_day(obligation: Obligation, today: date, calendar: WorkCalendar) -> date | None:
    """The day that gives back what the suspension took; None where it took nothing.

    The working days that were left when it began count on from its end (from its last day, or from yesterday where
    it is resumed today). A suspension that began after the day, or only today, took none.
    """
    if obligation.suspended_at is None or obligation.suspended_from is None:
        return None
    day, first = rules.day_that_counts(obligation), max(obligation.suspended_from, obligation.owed_on)
    last = today - timedelta(days=1)
    if obligation.suspended_until is not None:
        last = min(last, obligation.suspended_until)
    left = calendar.working_days_between(first - timedelta(days=1), day)
    if last < first or left <= 0:
        return None
    offered = calendar.add_working_days(last, left)
    return offered if offered > obligation.deadline_on and offered >= today else None
