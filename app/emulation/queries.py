"""Reading movements: which ones a person may see, and how far the registrations of one have come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from app.accounts.models import Role, User
from app.emulation import rules
from app.emulation.models import (
    EmulationMovement,
    MovementParticipant,
    MovementReceiver,
    Nomination,
    Registration,
    RegistrationReceipt,
)
from app.errors import NotVisible
from app.extensions import db
from app.organisations.models import Agency


def visible_movements(user: User) -> sa.Select[tuple[EmulationMovement]]:
    """Movements in which the person's agency takes part, receives, or runs the plan; a committee's own."""
    query = sa.select(EmulationMovement).order_by(
        EmulationMovement.plan_id.desc(), EmulationMovement.position
    )
    if user.role is Role.ADMINISTRATOR:
        return query.where(sa.false())
    if user.role is Role.COMMITTEE_MEMBER:
        return query.where(EmulationMovement.plan.has(committee_id=user.agency_id))
    takes_part = EmulationMovement.participants.any(MovementParticipant.agency_id == user.agency_id)
    if user.role is not Role.STANDING_OFFICER:
        return query.where(takes_part)
    return query.where(
        sa.or_(
            takes_part,
            EmulationMovement.receivers.any(MovementReceiver.agency_id == user.agency_id),
            EmulationMovement.plan.has(standing_agency_id=user.agency_id),
        )
    )


def listed_movements(user: User) -> sa.Select[tuple[EmulationMovement]]:
    """What the list shows: the movements, and with them, in one query each, their plans and receivers."""
    return visible_movements(user).options(
        joinedload(EmulationMovement.plan), selectinload(EmulationMovement.receivers)
    )


def movement_for(user: User, movement_id: int) -> EmulationMovement:
    """The movement with all that its page shows.

    Raises:
        NotVisible: it does not exist for this person.
    """
    query = (
        visible_movements(user)
        .where(EmulationMovement.id == movement_id)
        .options(
            joinedload(EmulationMovement.plan),
            selectinload(EmulationMovement.receivers).joinedload(MovementReceiver.agency),
            selectinload(EmulationMovement.participants).joinedload(MovementParticipant.agency),
            selectinload(EmulationMovement.registrations).options(
                joinedload(Registration.agency),
                selectinload(Registration.receipts).joinedload(RegistrationReceipt.received_by),
            ),
            selectinload(EmulationMovement.nominations).joinedload(Nomination.agency),
        )
    )
    movement = db.session.scalar(query)
    if movement is None:
        raise NotVisible
    return movement


def registration_for(user: User, registration_id: int) -> Registration:
    """A registration that this person may see: its agency's people, and whoever sees all of the movement."""
    registration = db.session.get(Registration, registration_id)
    if registration is None:
        raise NotVisible
    movement = movement_for(user, registration.movement_id)
    if not (rules.sees_all(user, movement) or registration.agency_id == user.agency_id):
        raise NotVisible
    return registration


def nomination_for(user: User, nomination_id: int) -> Nomination:
    nomination = db.session.get(Nomination, nomination_id)
    if nomination is None:
        raise NotVisible
    movement = movement_for(user, nomination.movement_id)
    if not (rules.sees_all(user, movement) or nomination.agency_id == user.agency_id):
        raise NotVisible
    return nomination


@dataclass(frozen=True, slots=True)
class Line:
    """One participant: what it sent and who has confirmed. `receipts` follows the order of the receivers."""

    agency: Agency
    is_request: bool
    registration: Registration | None
    receipts: tuple[RegistrationReceipt | None, ...]

    @property
    def missing(self) -> int:
        return sum(receipt is None for receipt in self.receipts)


@dataclass(frozen=True, slots=True)
class Table:
    """Participants against receivers, those who have done least first."""

    receivers: tuple[Agency, ...]
    absent: list[Line] = field(default_factory=list)  # sent nothing
    partly: list[Line] = field(default_factory=list)  # a receiver has not confirmed
    complete: list[Line] = field(default_factory=list)

    @property
    def lines(self) -> list[Line]:
        return self.absent + self.partly + self.complete

    def received_by(self, receiver: Agency) -> int:
        """How many registrations this receiver has confirmed."""
        place = self.receivers.index(receiver)
        return sum(line.receipts[place] is not None for line in self.lines)


def table(movement: EmulationMovement, only_agency: int | None = None) -> Table:
    """Who registered and who has confirmed. With `only_agency`, that agency's line alone."""
    sent = {registration.agency_id: registration for registration in movement.registrations}
    found = Table(tuple(receiver.agency for receiver in movement.receivers))
    for participant in sorted(movement.participants, key=lambda p: (p.agency.protocol_order, p.agency.name)):
        if only_agency is not None and participant.agency_id != only_agency:
            continue
        line = _line(participant, sent.get(participant.agency_id), movement)
        group = (
            found.absent if line.registration is None else found.partly if line.missing else found.complete
        )
        group.append(line)
    return found


def own_lines(movements: Sequence[EmulationMovement], agency_id: int) -> dict[int, Line]:
    """The agency's line in each of these movements in which it takes part, in three queries for all of them."""
    ids = [movement.id for movement in movements]
    sent = {
        registration.movement_id: registration
        for registration in db.session.scalars(
            sa.select(Registration)
            .where(Registration.movement_id.in_(ids), Registration.agency_id == agency_id)
            .options(selectinload(Registration.receipts))
        )
    }
    participants = db.session.scalars(
        sa.select(MovementParticipant)
        .where(MovementParticipant.movement_id.in_(ids), MovementParticipant.agency_id == agency_id)
        .options(joinedload(MovementParticipant.agency))
    )
    taking_part = {participant.movement_id: participant for participant in participants}
    return {
        movement.id: _line(taking_part[movement.id], sent.get(movement.id), movement)
        for movement in movements
        if movement.id in taking_part
    }


def _line(
    participant: MovementParticipant, registration: Registration | None, movement: EmulationMovement
) -> Line:
    got = {receipt.receiver_id: receipt for receipt in registration.receipts} if registration else {}
    receipts = tuple(got.get(receiver.agency_id) for receiver in movement.receivers)
    return Line(participant.agency, participant.is_request, registration, receipts)


@dataclass(frozen=True, slots=True)
class Progress:
    """What the list shows of one movement."""

    participants: int
    registered: int
    complete: int


def progress_of(movements: Sequence[EmulationMovement]) -> dict[int, Progress]:
    """Counts of several movements in three queries."""
    ids = [movement.id for movement in movements]
    participants = _count(MovementParticipant.movement_id, MovementParticipant.movement_id.in_(ids))
    registered = _count(Registration.movement_id, Registration.movement_id.in_(ids))
    receipts = (
        sa.select(sa.func.count())
        .where(RegistrationReceipt.registration_id == Registration.id)
        .scalar_subquery()
    )
    receivers = (
        sa.select(sa.func.count())
        .where(MovementReceiver.movement_id == Registration.movement_id)
        .scalar_subquery()
    )
    complete = _count(Registration.movement_id, Registration.movement_id.in_(ids), receipts >= receivers)
    return {i: Progress(participants.get(i, 0), registered.get(i, 0), complete.get(i, 0)) for i in ids}


def _count(column: sa.ColumnElement[int], *where: sa.ColumnElement[bool]) -> dict[int, int]:
    rows = db.session.execute(sa.select(column, sa.func.count()).where(*where).group_by(column))
    return {row[0]: row[1] for row in rows}
