"""Đính chính: a correction is asked for, taken back, accepted or returned; what it corrects stays in the history."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa

from app.access import refuse_if
from app.accounts.models import User
from app.clock import vietnam_day
from app.errors import Refused
from app.extensions import db
from app.i18n import _l
from app.obligations import corrections, notifications, rules
from app.obligations.models import Obligation, Submission
from app.obligations.operations.moves import move, record, stale


def want_correction(obligation: Obligation, *, reason: str, until: date, actor: User, now: datetime) -> None:
    """Ask the agency to correct what was accepted. Nothing becomes late by it.

    Raises:
        Refused: not accepted yet, a correction is on its way, no reason, or a day that has passed.
        Stale: somebody else did in this moment.
    """
    refuse_if(corrections.why_not_want_correction(obligation))
    reason = reason.strip()
    if not reason:
        raise Refused(_l("Ghi rõ số liệu nào cần đính chính và vì sao."))
    refuse_if(rules.why_not_rework_until(until, vietnam_day(now)))
    move(
        obligation,
        Obligation.correction_at.is_(None),
        Obligation.correction_wanted_until.is_(None),
        now=now,
        correction_wanted_until=until,
        correction_wanted_why=reason,
    )
    record(
        "correction.wanted",
        obligation,
        actor=actor,
        now=now,
        after={"reason": reason, "until": until.isoformat()},
    )
    notifications.notify_correction_wanted(obligation, actor=actor, now=now)


def move_to_corrected(obligation: Obligation, *, now: datetime) -> None:
    """A correction was handed in and waits. Raises Stale: another one was faster."""
    move(
        obligation,
        Obligation.correction_at.is_(None),
        Obligation.settled_at.is_not(None),
        now=now,
        correction_at=now,
    )


def accept_correction(
    obligation: Obligation, *, actor: User | None, now: datetime, version: int | None = None
) -> None:
    """The correction counts from now on. Outcome, the day of acceptance and lateness stay.

    Raises:
        Refused: none waits. Stale: it was taken back, replaced or decided meanwhile.
    """
    submission = _claim(obligation, version, now)
    submission.accepted_at, submission.reviewed_by = now, actor
    record("correction.accepted", obligation, actor=actor, now=now, after={"version": submission.version})
    notifications.notify_accepted(submission, now=now)


def return_correction(
    obligation: Obligation,
    *,
    reason: str,
    until: date,
    actor: User,
    now: datetime,
    version: int | None = None,
) -> Submission:
    """Do not take the correction; the version accepted before stays in force. A new one is wanted by `until`.

    Raises as `accept_correction`; Refused also without a reason or with a day that has passed.
    """
    reason = reason.strip()
    if not reason:
        raise Refused(_l("Ghi rõ nội dung cần bổ sung để nơi nộp biết phải sửa gì."))
    refuse_if(rules.why_not_rework_until(until, vietnam_day(now)))
    submission = _claim(obligation, version, now, correction_wanted_until=until, correction_wanted_why=reason)
    submission.returned_at, submission.reviewed_by, submission.return_reason = now, actor, reason
    record(
        "correction.returned",
        obligation,
        actor=actor,
        now=now,
        after={"version": submission.version, "reason": reason, "rework_until": until.isoformat()},
    )
    notifications.notify_returned(submission, now=now)
    return submission


def withdraw_correction(obligation: Obligation, *, actor: User, now: datetime) -> Submission:
    """Take the waiting correction back. Raises as `accept_correction`."""
    submission = _claim(
        obligation,
        None,
        now,
        correction_wanted_until=Obligation.correction_wanted_until,
        correction_wanted_why=Obligation.correction_wanted_why,
    )
    submission.withdrawn_at = now
    record("submission.withdrawn", obligation, actor=actor, now=now, before={"version": submission.version})
    return submission


def waiting_correction(obligation: Obligation) -> Submission | None:
    """The correction under review."""
    if obligation.correction_at is None:
        return None
    return db.session.scalars(
        sa.select(Submission)
        .where(
            Submission.obligation_id == obligation.id,
            Submission.correction_reason.is_not(None),
            Submission.accepted_at.is_(None),
            Submission.returned_at.is_(None),
            Submission.withdrawn_at.is_(None),
        )
        .order_by(Submission.version.desc())
    ).first()


def _claim(obligation: Obligation, version: int | None, now: datetime, **values: object) -> Submission:
    """Of two people at once one decides. What was wanted is answered unless `values` say otherwise."""
    if version is not None and obligation.correction_at is None:
        raise stale(obligation, now)
    refuse_if(corrections.why_not_decide(obligation))
    submission = waiting_correction(obligation)
    if submission is None or version not in (None, submission.version):
        raise stale(obligation, now)
    wanted: dict[str, object] = {"correction_wanted_until": None, "correction_wanted_why": None}
    move(
        obligation,
        Obligation.correction_at == obligation.correction_at,
        now=now,
        correction_at=None,
        **(wanted | values),
    )
    return submission
