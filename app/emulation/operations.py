"""Acts in a movement: registering, confirming receipt, reminding. Starting one stands in `starting.py`, awards in
`awards.py`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from app.accounts.models import User
from app.audit.operations import record
from app.clock import vietnam_day
from app.emulation import notifications
from app.emulation.awards import decide, nominate, rank, revise_nomination, undecide, withdraw
from app.emulation.continuing import go_back, go_on_as
from app.emulation.models import (
    EmulationMovement,
    Registration,
    RegistrationReceipt,
)
from app.emulation.rules import (
    is_closed,
    is_received_by_all,
    missing_receivers,
    why_not_register,
    why_not_signed_on,
)
from app.emulation.starting import (
    ONCE,
    end_movements,
    movements_of,
    owe_registrations,
    registration_due,
    start_movement,
)
from app.errors import Refused, Stale
from app.extensions import db
from app.files.models import StoredFile
from app.i18n import _l
from app.obligations.models import Obligation, Outcome, SourceKind
from app.obligations.operations import accept, hand_in
from app.obligations.operations.moves import move
from app.obligations.rules import is_settled
from app.organisations.models import Agency

__all__ = [
    "decide",
    "end_movements",
    "go_back",
    "go_on_as",
    "movements_of",
    "nominate",
    "owe_registrations",
    "rank",
    "receive",
    "register",
    "registration_due",
    "remind",
    "revise_nomination",
    "start_movement",
    "undecide",
    "undo_receipt",
    "withdraw",
]


def register(
    movement: EmulationMovement,
    agency: Agency,
    *,
    number: str,
    signed_on: date | None,
    contents: str,
    contact: str,
    file: StoredFile | None,
    file_name: str,
    actor: User,
    now: datetime,
    registration: Registration | None = None,
) -> Registration:
    """Hand in the registration of `agency`, or, given its `registration`, correct it. A file once sent stays until
    another takes its place. The receiving bodies are told of the first one and of each correction.

    Raises:
        Refused: the plan is over, or every receiver has confirmed already.
        Stale: somebody of the same agency registered in the meantime.
    """
    if reason := why_not_register(movement, registration) or why_not_signed_on(signed_on, vietnam_day(now)):
        raise Refused(reason)
    if registration is None and _registration_of(movement.id, agency.id):
        raise Stale(_l("Cơ quan vừa gửi bản đăng ký từ một trang khác. Tải lại để xem bản đã gửi."))
    values = {
        "number": number.strip(),
        "signed_on": signed_on,
        "contents": contents.strip(),
        "contact": contact.strip(),
    }
    act = "registration.made" if registration is None else "registration.changed"
    before = None if registration is None else _plain({name: getattr(registration, name) for name in values})
    if registration is None:
        registration = Registration(
            movement=movement, agency=agency, registered_by=actor, registered_at=now, file_name="", **values
        )
        db.session.add(registration)
    for name, value in values.items():
        setattr(registration, name, value)
    if file is not None:
        registration.file, registration.file_name = file, file_name[:255]
    obligation = obligation_of(movement.id, agency.id)
    if obligation is not None:
        registration.obligation_id = obligation.id
        hand_in(obligation, actor=actor, now=now)
    db.session.flush()
    record(
        act,
        registration,
        actor=actor,
        now=now,
        name=f"{agency.name}, {movement.title}",
        plan_id=movement.plan_id,
        before=before,
        after=_plain(values),
    )
    notifications.notify_to_confirm(registration, now=now, changed=act == "registration.changed")
    return registration


def receive(
    registration: Registration, receiver: Agency, *, actor: User, now: datetime
) -> RegistrationReceipt | None:
    """`receiver` has the registration in hand. None where it had said so before. When every receiver has, the
    agency's obligation is settled and the agency is told.

    Raises:
        Refused: the agency is no receiver of this movement.
    """
    if receiver.id not in {r.agency_id for r in registration.movement.receivers}:
        raise Refused(_l("Cơ quan này không phải là nơi nhận đăng ký của phong trào."))
    if receiver.id in {receipt.receiver_id for receipt in registration.receipts}:
        return None
    receipt = RegistrationReceipt(
        registration=registration, receiver=receiver, received_by=actor, received_at=now
    )
    db.session.add(receipt)
    db.session.flush()
    if is_received_by_all(registration):
        _settle(registration, actor, now)
        notifications.notify_received(registration, now=now)
    _record_receipt(registration, receiver, actor, now, received=True)
    return receipt


def undo_receipt(registration: Registration, receiver: Agency, *, actor: User, now: datetime) -> None:
    """Take a confirmation back; the obligation is open again."""
    for receipt in list(registration.receipts):
        if receipt.receiver_id == receiver.id:
            registration.receipts.remove(receipt)
            db.session.flush()
            _reopen(registration, now)
            _record_receipt(registration, receiver, actor, now, received=False)


def _record_receipt(
    registration: Registration, receiver: Agency, actor: User, now: datetime, *, received: bool
) -> None:
    record(
        "registration.received" if received else "registration.receipt_undone",
        registration,
        actor=actor,
        now=now,
        name=f"{registration.agency.name}, {registration.movement.title}",
        plan_id=registration.movement.plan_id,
        after={"receiver": receiver.name, "received": received},
    )


def remind(movement: EmulationMovement, agencies: Iterable[Agency], *, actor: User, now: datetime) -> int:
    """Write to agencies whose registration some receiver still lacks; at most once a day to each person. Returns how
    many agencies were written to now.

    Raises:
        Refused: the plan is over.
    """
    if is_closed(movement):
        raise Refused(_l("Kế hoạch đã kết thúc nên không nhắc đăng ký nữa."))
    sent = {registration.agency_id: registration for registration in movement.registrations}
    participants = {participant.agency_id for participant in movement.participants}
    reminded = []
    for agency in agencies:
        registration = sent.get(agency.id)
        if (registration is not None and is_received_by_all(registration)) or agency.id not in participants:
            continue
        missing = (
            [r.agency_id for r in movement.receivers]
            if registration is None
            else missing_receivers(registration)
        )
        lacking = [r.agency for r in movement.receivers if r.agency_id in missing]
        if notifications.notify_missing(movement, agency, lacking, now=now):
            reminded.append(agency)
    if reminded:
        record(
            "movement.reminded",
            movement,
            actor=actor,
            now=now,
            name=movement.title,
            plan_id=movement.plan_id,
            after={"agencies": [agency.name for agency in reminded]},
        )
    return len(reminded)


def obligation_of(movement_id: int, agency_id: int) -> Obligation | None:
    """What the agency owes for this movement; None where the movement has no day."""
    return db.session.scalar(
        sa.select(Obligation).where(
            Obligation.source_kind == SourceKind.MOVEMENT,
            Obligation.source_id == movement_id,
            Obligation.agency_id == agency_id,
            Obligation.period == ONCE,
        )
    )


def _settle(registration: Registration, actor: User, now: datetime) -> None:
    obligation = _obligation(registration)
    if obligation is not None and not is_settled(obligation):
        accept(obligation, actor=actor, now=now)


def _reopen(registration: Registration, now: datetime) -> None:
    obligation = _obligation(registration)
    if obligation is not None and obligation.outcome is Outcome.ACCEPTED:
        move(obligation, Obligation.outcome == Outcome.ACCEPTED, now=now, settled_at=None, outcome=None)


def _obligation(registration: Registration) -> Obligation | None:
    return db.session.get(Obligation, registration.obligation_id) if registration.obligation_id else None


def _registration_of(movement_id: int, agency_id: int) -> Registration | None:
    query = sa.select(Registration)
    return db.session.scalar(
        query.where(Registration.movement_id == movement_id, Registration.agency_id == agency_id)
    )


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}
