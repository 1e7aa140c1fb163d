"""Somebody leaves: the account is closed, and what the person had in hand goes to a colleague of the same agency.

Drafts belong to the agency and stay where they are; what was done stays under the name of who did it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from app.accounts import operations as accounts
from app.accounts import rules as account_rules
from app.accounts.models import Absence, Role, User
from app.accounts.queries import active_people
from app.audit.operations import record
from app.clock import vietnam_day
from app.errors import Refused
from app.extensions import db
from app.i18n import _l
from app.obligations import worknotices
from app.obligations.models import Obligation, OfficerInCharge, Presentation
from app.obligations.topics import Topic, source_topic_of, topic_of


@dataclass
class Holding:
    """What one row of a person (the account, or a further post) has in hand at its agency."""

    user: User
    given: list[
        tuple[OfficerInCharge, Topic | None]
    ]  # the topic is None where nothing arose from the source yet
    presentations: list[Presentation]
    absences: list[Absence]  # of others, for whom the person answers
    waiting_for_head: int  # reports that only this head can send

    @property
    def is_empty(self) -> bool:
        """Nothing that a colleague has to take on."""
        return not (self.given or self.presentations or self.absences)

    @cached_property
    def colleagues(self) -> list[User]:
        return colleagues_of(self.user)


def colleagues_of(user: User) -> list[User]:
    """Who may take the work on: people of the same agency who see the same."""
    return [
        other
        for other in active_people(user.agency_id)
        if other.account.id != user.account.id and account_rules.may_stand_in(other.role, user.role)
    ]


def holdings_of(user: User, today: date) -> list[Holding]:
    """Of an account: its own and that of each of its open posts. Of a post: its own."""
    return [_holding(row, today) for row in accounts.rows_that_close(user)]


def close_and_hand_over(
    user: User, to: Mapping[int, User], *, leave_open: bool, actor: User, now: datetime
) -> list[Holding]:
    """Close an account with its posts, or end one post; what each row has in hand goes to the colleague in `to`
    (by the row's id), who is told in one mail. What nobody takes on is in nobody's hand from now on.

    Raises:
        Refused: something is in hand, nobody was named and `leave_open` was not said; somebody who cannot take it on
            was named; or the account cannot be closed (`accounts.operations.close_user`).
    """
    holdings = holdings_of(user, vietnam_day(now))
    for holding in holdings:
        colleague = to.get(holding.user.id)
        if colleague is not None and colleague not in holding.colleagues:
            raise Refused(_l("%(name)s không nhận bàn giao được. Chọn người khác.", name=colleague.name))
        if colleague is None and not holding.is_empty and not leave_open:
            raise Refused(
                _l(
                    "Chọn người nhận bàn giao tại %(agency)s, hoặc xác nhận để việc trở về cơ quan.",
                    agency=holding.user.agency.name,
                )
            )
    for holding in holdings:
        if not holding.is_empty:
            _hand_over(holding, to.get(holding.user.id), actor, now)
    accounts.close_row_of(user, actor=actor, now=now)
    return holdings


def _hand_over(holding: Holding, to: User | None, actor: User, now: datetime) -> None:
    user = holding.user
    held = _held_by(to) if to is not None else set()
    for given, _topic in holding.given:
        given.ended_at, given.ended_by_id = now, actor.id
        if to is not None and _subject(given) not in held:
            db.session.add(_same_for(given, to, actor, now))
    for presentation in holding.presentations if to is not None else ():
        presentation.by = (
            to  # whoever gets it back when the head does not send it; the trail keeps who made it
        )
    for absence in holding.absences:
        absence.deputy = to if to is not None and to.id != absence.user_id else None
    record(
        "user.handed_over",
        user,
        actor=actor,
        now=now,
        name=f"{user.name} → {to.name}" if to is not None else user.name,
        after={
            "to": to.name if to is not None else None,
            "agency": user.agency.name,
            "in_charge": [name_of(given, topic) for given, topic in holding.given],
            "presentations": [str(one.obligation.title) for one in holding.presentations],
            "deputy_for": [absence.user.name for absence in holding.absences],
        },
    )
    if to is not None:
        worknotices.notify_handed_over(holding, to, actor=actor, now=now)


def name_of(given: OfficerInCharge, topic: Topic | None) -> str:
    return topic.name if topic is not None else f"{given.source_kind} {given.source_id}"


def _holding(user: User, today: date) -> Holding:
    waiting = sa.select(Presentation).where(Presentation.decided_at.is_(None))
    of_agency = waiting.join(Presentation.obligation).where(Obligation.agency_id == user.agency_id)
    heads = active_people(user.agency_id, Role.HEAD)
    only_head = user.role is Role.HEAD and len(heads) == 1
    absences = (
        sa.select(Absence)
        .where(Absence.deputy_id == user.id, Absence.to_day >= today)
        .order_by(Absence.from_day)
        .options(joinedload(Absence.user))
    )
    return Holding(
        user,
        _given_to(user),
        list(db.session.scalars(waiting.where(Presentation.by_id == user.id).order_by(Presentation.id))),
        list(db.session.scalars(absences)),
        len(db.session.scalars(of_agency).all()) if only_head else 0,
    )


def _given_to(user: User) -> list[tuple[OfficerInCharge, Topic | None]]:
    """What is handed down to the row and not settled, with what it is called."""
    rows = db.session.scalars(
        sa.select(OfficerInCharge)
        .outerjoin(OfficerInCharge.obligation)
        .where(
            OfficerInCharge.officer_id == user.id,
            OfficerInCharge.ended_at.is_(None),
            sa.or_(OfficerInCharge.obligation_id.is_(None), Obligation.settled_at.is_(None)),
        )
        .order_by(OfficerInCharge.id)
        .options(joinedload(OfficerInCharge.obligation))
    )
    return [(given, _topic_of(given)) for given in rows]


def _topic_of(given: OfficerInCharge) -> Topic | None:
    if given.obligation is not None:
        return topic_of(given.obligation)
    newest = db.session.scalar(
        sa.select(Obligation)
        .where(
            sa.cast(Obligation.source_kind, sa.String(40)) == given.source_kind,
            Obligation.source_id == given.source_id,
            Obligation.agency_id == given.agency_id,
        )
        .order_by(Obligation.id.desc())
        .limit(1)
    )
    return source_topic_of(newest) if newest is not None else None


def _held_by(user: User) -> set[tuple[int | None, str | None, int | None]]:
    rows = sa.select(OfficerInCharge).where(
        OfficerInCharge.officer_id == user.id, OfficerInCharge.ended_at.is_(None)
    )
    return {_subject(row) for row in db.session.scalars(rows)}


def _subject(given: OfficerInCharge) -> tuple[int | None, str | None, int | None]:
    return given.obligation_id, given.source_kind, given.source_id


def _same_for(given: OfficerInCharge, to: User, actor: User, now: datetime) -> OfficerInCharge:
    """The same work by the same inner day, in a colleague's hand."""
    return OfficerInCharge(
        obligation_id=given.obligation_id,
        source_kind=given.source_kind,
        source_id=given.source_id,
        agency_id=given.agency_id,
        officer=to,
        inner_due_on=given.inner_due_on,
        note=given.note,
        by=actor,
        at=now,
    )
