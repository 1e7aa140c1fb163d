"""What became of agencies: who answers for whom from which day."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from app.audit.operations import record
from app.errors import Refused
from app.extensions import db
from app.i18n import _l
from app.organisations import queries
from app.organisations.models import Agency, Succession


def record_succession(
    old: Agency,
    new: Agency,
    *,
    effective_on: date,
    decision: str,
    actor: Any,
    now: datetime,
    subject: str = "",
    reorganisation_id: int | None = None,
) -> Succession:
    """From `effective_on` the new agency answers for the old one: for everything, or for one subject.

    The old agency's last day becomes the day before, where it had none.

    Raises:
        Refused: the two are the same, or the new one already hands over to the old one.
    """
    if old is new:
        raise Refused(_l("Một cơ quan không thể kế thừa chính mình."))
    if queries.successor_of(new, effective_on) is old and new.successions:
        raise Refused(
            _l("%(new)s đã được %(old)s kế thừa. Kiểm tra lại chiều kế thừa.", new=new.name, old=old.name)
        )
    before = {"valid_to": old.valid_to.isoformat() if old.valid_to else None}
    step = Succession(
        old_agency=old,
        new_agency=new,
        effective_on=effective_on,
        decision=decision.strip(),
        subject=subject.strip(),
        reorganisation_id=reorganisation_id,
    )
    db.session.add(step)
    if old.valid_to is None:
        old.valid_to = effective_on - timedelta(days=1)
    record(
        "agency.succeeded",
        old,
        actor=actor,
        now=now,
        name=old.name,
        before=before,
        after={
            "successor": new.name,
            "on": effective_on.isoformat(),
            "decision": step.decision,
            "subject": step.subject,
        },
    )
    return step
