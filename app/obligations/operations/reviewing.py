"""What the receiving side decides: accept, return, waive, cancel; and the agency's note that it has the task."""

from __future__ import annotations

from datetime import date, datetime

from app.access import refuse_if
from app.accounts.models import User
from app.clock import vietnam_day
from app.errors import Refused
from app.i18n import _l
from app.obligations import notifications, queries, rules
from app.obligations.models import Obligation, Outcome, Submission, SubmissionKind
from app.obligations.operations.correcting import accept_correction, return_correction
from app.obligations.operations.moves import move, record, stale


def accept(obligation: Obligation, *, actor: User | None, now: datetime, version: int | None = None) -> None:
    """Confirm completion. `version` is the submission that the reviewer has read; another one is stale.

    Raises:
        Refused: nothing waits. Stale: it was withdrawn, replaced or decided meanwhile.
    """
    if obligation.correction_at is not None:
        accept_correction(obligation, actor=actor, now=now, version=version)
        return
    submission = _under_review(obligation, version, now)
    nothing = submission is not None and submission.kind is SubmissionKind.NOTHING
    outcome = Outcome.NOTHING_AROSE if nothing else Outcome.ACCEPTED
    move(
        obligation,
        Obligation.submitted_at == obligation.submitted_at,
        Obligation.settled_at.is_(None),
        now=now,
        settled_at=now,
        outcome=outcome,
        extension_asked_until=None,
    )
    if submission is not None:
        submission.accepted_at, submission.reviewed_by = now, actor
    record(
        "submission.accepted",
        obligation,
        actor=actor,
        now=now,
        after={"outcome": str(outcome), "version": submission.version if submission else None},
    )
    if submission is not None:
        notifications.notify_accepted(submission, now=now)


def return_submission(
    obligation: Obligation,
    *,
    reason: str,
    until: date,
    actor: User,
    now: datetime,
    version: int | None = None,
) -> Submission:
    """Send the waiting version back for rework by `until`. The day of the first submission is kept.

    Raises:
        Refused: nothing waits, no reason, or a day that has passed. Stale: as in `accept`.
    """
    if obligation.correction_at is not None:
        return return_correction(
            obligation, reason=reason, until=until, actor=actor, now=now, version=version
        )
    submission = _under_review(obligation, version, now)
    if submission is None:
        raise Refused(_l("Việc này không có bản nộp để trả lại."))
    reason = reason.strip()
    if not reason:
        raise Refused(_l("Ghi rõ nội dung cần bổ sung để nơi nộp biết phải sửa gì."))
    refuse_if(rules.why_not_rework_until(until, vietnam_day(now)))
    move(
        obligation,
        Obligation.submitted_at == obligation.submitted_at,
        Obligation.settled_at.is_(None),
        now=now,
        submitted_at=None,
        returned_at=now,
        rework_until=until,
        version=Obligation.version + 1,  # another day counts now: reminders arm again
    )
    submission.returned_at, submission.reviewed_by, submission.return_reason = now, actor, reason
    record(
        "submission.returned",
        obligation,
        actor=actor,
        now=now,
        after={"version": submission.version, "reason": reason, "rework_until": until.isoformat()},
    )
    notifications.notify_returned(submission, now=now)
    return submission


def waive(obligation: Obligation, *, reason: str, actor: User, now: datetime) -> None:
    """Exempt the agency; `reason` names the basis (which letter, whose decision).

    Raises:
        Refused: no basis, or settled already. Stale: settled in this moment.
    """
    _settle(obligation, Outcome.WAIVED, "obligation.waived", reason, actor, now)
    notifications.notify_waived(obligation, actor=actor, now=now)


def cancel(obligation: Obligation, *, reason: str, actor: User | None, now: datetime) -> None:
    """The plan or the schedule no longer asks for it. Raises as `waive` does."""
    _settle(obligation, Outcome.CANCELLED, "obligation.cancelled", reason, actor, now)


def acknowledge(obligation: Obligation, *, actor: User, now: datetime) -> None:
    """The agency has taken note of what it owes. Again does nothing."""
    if obligation.acknowledged_at is not None or rules.is_settled(obligation):
        return
    move(obligation, Obligation.settled_at.is_(None), now=now, acknowledged_at=now)
    record("obligation.acknowledged", obligation, actor=actor, now=now)


def _settle(
    obligation: Obligation, outcome: Outcome, act: str, reason: str, actor: User | None, now: datetime
) -> None:
    refuse_if(rules.why_settled(obligation))
    reason = reason.strip()
    if not reason:
        raise Refused(_l("Ghi căn cứ: số, ngày văn bản và người quyết định."))
    move(
        obligation,
        Obligation.settled_at.is_(None),
        now=now,
        settled_at=now,
        outcome=outcome,
        settled_reason=reason,
        extension_asked_until=None,
    )
    record(act, obligation, actor=actor, now=now, after={"reason": reason})


def _under_review(obligation: Obligation, version: int | None, now: datetime) -> Submission | None:
    """The waiting submission; None where the papers live elsewhere (a registration)."""
    if version is not None and (obligation.submitted_at is None or rules.is_settled(obligation)):
        raise stale(obligation, now)  # the page showed a submission that was taken back or decided since
    refuse_if(rules.why_not_review(obligation))
    submission = queries.waiting_submission(obligation)
    if version is not None and (submission is None or submission.version != version):
        raise stale(obligation, now)
    return submission
