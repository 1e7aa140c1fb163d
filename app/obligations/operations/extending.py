"""Asking for a later day, and deciding on it."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa

from app.access import refuse_if
from app.accounts.models import User
from app.clock import vietnam_day
from app.errors import Refused
from app.extensions import db
from app.i18n import _l
from app.obligations import notifications, rules
from app.obligations.models import Extension, Obligation
from app.obligations.operations.moves import move, record, stale


def ask_extension(
    obligation: Obligation, *, until: date, reason: str, actor: User, now: datetime
) -> Extension:
    """Ask for a later day, with a reason. After the day it is allowed and marked as late.

    Raises:
        Refused: settled, handed in, another request waits, no reason, or a day that is no extension.
        Stale: somebody else of the agency asked in this moment.
    """
    today = vietnam_day(now)
    refuse_if(rules.why_not_ask_extension(obligation))
    refuse_if(rules.why_not_extend_until(obligation, until, today))
    reason = reason.strip()
    if not reason:
        raise Refused(_l("Ghi lý do xin gia hạn."))
    late = rules.is_late_request(obligation, today)
    move(
        obligation,
        Obligation.extension_asked_until.is_(None),
        Obligation.submitted_at.is_(None),
        Obligation.settled_at.is_(None),
        now=now,
        extension_asked_until=until,
    )
    extension = Extension(
        obligation=obligation, asked_until=until, reason=reason, asked_by=actor, asked_at=now, asked_late=late
    )
    db.session.add(extension)
    record(
        "extension.asked",
        obligation,
        actor=actor,
        now=now,
        after={"until": until.isoformat(), "reason": reason, "late": late},
    )
    notifications.notify_extension_asked(extension, now=now)
    return extension


def decide_extension(
    extension: Extension, *, granted_until: date | None, note: str = "", actor: User, now: datetime
) -> None:
    """Grant a day (the one asked for or another), or refuse with None and a note that says why.

    Raises:
        Refused: a refusal without a reason, or a day that is no extension. Stale: decided already.
    """
    obligation, note = extension.obligation, note.strip()
    refuse_if(rules.why_settled(obligation))
    if granted_until is None and not note:
        raise Refused(_l("Ghi lý do không gia hạn."))
    if granted_until is not None:
        refuse_if(rules.why_not_extend_until(obligation, granted_until, vietnam_day(now)))
    _claim(extension, granted_until, note, actor, now)
    values = {"extension_asked_until": None}
    if granted_until is not None:
        values |= {"extended_to": granted_until, "version": Obligation.version + 1}
    before = obligation.deadline_on
    move(obligation, Obligation.settled_at.is_(None), now=now, **values)
    record(
        "extension.refused" if granted_until is None else "extension.granted",
        obligation,
        actor=actor,
        now=now,
        before={"deadline_on": before.isoformat()},
        after={"deadline_on": obligation.deadline_on.isoformat(), "note": note},
    )
    notifications.notify_extension_decided(extension, now=now)


def _claim(extension: Extension, granted_until: date | None, note: str, actor: User, now: datetime) -> None:
    """Of two deciders at once one decides."""
    update = (
        sa.update(Extension)
        .where(Extension.id == extension.id, Extension.decided_at.is_(None))
        .values(decided_at=now, decided_by_id=actor.id, granted_until=granted_until, decision_note=note)
        .execution_options(synchronize_session=False)
    )
    if db.session.execute(update).rowcount != 1:  # type: ignore[attr-defined]
        raise stale(extension.obligation, now)
    db.session.refresh(extension)
