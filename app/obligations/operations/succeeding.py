"""What becomes of open obligations when the agency that owes them ends."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa

from app.accounts.models import User
from app.clock import vietnam_day
from app.extensions import db
from app.i18n import _
from app.obligations.models import Obligation, Part
from app.obligations.operations.moves import record
from app.obligations.operations.parts import hand_over_part
from app.obligations.operations.reviewing import cancel
from app.obligations.queries import row_options
from app.organisations.models import Agency
from app.organisations.queries import successor_of


def hand_over_ended(*, now: datetime) -> int:
    """Give what ended agencies still owe to whoever answers for them; how many obligations moved.

    Where the successor owes the same for the same period already, the old one is cancelled, so that nothing is
    asked for twice. An agency without a successor keeps what it owes. Settled obligations stay where they are:
    the past is told with the names it had. Again does nothing.
    """
    today = vietnam_day(now)
    ended = sa.select(Agency.id).where(Agency.valid_to < today)
    left = db.session.scalars(
        sa.select(Obligation)
        .where(Obligation.settled_at.is_(None), Obligation.agency_id.in_(ended))
        .order_by(Obligation.id)
        .options(*row_options())
    ).all()
    moved = 0
    for obligation in left:
        old = obligation.agency
        new = successor_of(old, today, plan_id=obligation.plan_id)
        if new is None or new.id == old.id:
            continue
        if owes_the_same(new, obligation):
            if obligation.submitted_at is not None:
                continue  # handed in under the old name, and reviewed under it
            reason = _("%(new)s kế thừa %(old)s và đã có việc này cùng kỳ.", new=new.name, old=old.name)
            cancel(obligation, reason=reason, actor=None, now=now)
            continue
        hand_over(obligation, new, actor=None, now=now)
        moved += 1
    _hand_over_parts(today)
    return moved


def _hand_over_parts(today: date) -> None:
    """Leads wait for the successors of the agencies that they asked."""
    ended = sa.select(Agency.id).where(Agency.valid_to < today)
    waiting = db.session.scalars(
        sa.select(Part)
        .join(Part.obligation)
        .where(
            Part.agency_id.in_(ended),
            Part.filed_at.is_(None),
            Part.called_off_at.is_(None),
            Part.closed_at.is_(None),
            Obligation.settled_at.is_(None),
        )
    ).all()
    for part in waiting:
        new = successor_of(part.agency, today, plan_id=part.obligation.plan_id)
        if new is not None and new.id != part.agency_id:
            hand_over_part(part, new)


def hand_over(obligation: Obligation, new: Agency, *, actor: User | None, now: datetime) -> None:
    """Let `new` owe it from now on. Its day and its version stay, so that nobody is told the same step twice and
    calendars keep the event; `first_agency_id` keeps whose it was."""
    old = obligation.agency
    obligation.first_agency_id = obligation.first_agency_id or old.id
    obligation.agency, obligation.handed_over_at = new, now
    db.session.flush()
    record(
        "obligation.handed_over",
        obligation,
        actor=actor,
        now=now,
        before={"agency": old.name},
        after={"agency": new.name},
    )


def owes_the_same(agency: Agency, obligation: Obligation) -> bool:
    """Whether the agency owes this for the same period already, settled or not."""
    same = sa.select(Obligation.id).where(
        Obligation.agency_id == agency.id,
        Obligation.source_kind == obligation.source_kind,
        Obligation.source_id == obligation.source_id,
        Obligation.period == obligation.period,
    )
    return db.session.scalar(same.limit(1)) is not None
