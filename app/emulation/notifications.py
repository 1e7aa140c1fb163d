"""One function for each mail of a movement. A body without officers here gets none: its page still shows it."""

from __future__ import annotations

from datetime import datetime

from app.accounts.models import Role, User
from app.accounts.queries import active_people
from app.clock import vietnam_day
from app.emulation.models import EmulationMovement, Registration
from app.links import absolute_url
from app.organisations.models import Agency
from app.outbox.post import post


def notify_to_confirm(registration: Registration, *, now: datetime, changed: bool) -> None:
    """To the standing officers of each receiver that has not confirmed: a registration waits for them."""
    movement = registration.movement
    got = {receipt.receiver_id for receipt in registration.receipts}
    version = f":{int(now.timestamp())}" if changed else ""
    for receiver in movement.receivers:
        if receiver.agency_id in got:
            continue
        for person in confirming_people(movement, receiver.agency_id):
            if person.id == registration.registered_by_id:
                continue
            post(
                "registration-to-confirm",
                person,
                key=f"registration-to-confirm:{registration.id}{version}:{receiver.agency_id}:{person.id}",
                now=now,
                context={**_facts(registration), "changed": changed},
                obligation_id=registration.obligation_id,
            )


def notify_received(registration: Registration, *, now: datetime) -> None:
    """To the agency: every receiving body has the registration."""
    facts = _facts(registration)
    for person in active_people(registration.agency_id, Role.OFFICER, Role.HEAD, Role.STANDING_OFFICER):
        post(
            "registration-received",
            person,
            key=f"registration-received:{registration.id}:{int(now.timestamp())}:{person.id}",
            now=now,
            context=facts,
            obligation_id=registration.obligation_id,
        )


def notify_missing(
    movement: EmulationMovement, agency: Agency, lacking: list[Agency], *, now: datetime
) -> bool:
    """To an agency: which receiving bodies have no registration of it. False where it was told today already, or
    has nobody here who could be told."""
    day = vietnam_day(now)
    told = [
        post(
            "registration-missing",
            person,
            key=f"registration-missing:{movement.id}:{agency.id}:{day.isoformat()}:{person.id}",
            now=now,
            context={
                "movement": movement,
                "agency": agency,
                "receivers": lacking,
                "plan": movement.plan,
                "url": link_to(movement),
            },
        )
        for person in active_people(agency.id, Role.OFFICER, Role.HEAD, Role.STANDING_OFFICER)
    ]
    return any(message is not None for message in told)


def _facts(registration: Registration) -> dict[str, object]:
    movement = registration.movement
    return {
        "registration": registration,
        "movement": movement,
        "agency": registration.agency,
        "receivers": [receiver.agency for receiver in movement.receivers],
        "plan": movement.plan,
        "url": link_to(movement),
    }


def confirming_people(movement: EmulationMovement, receiver_id: int) -> list[User]:
    """Standing officers of a receiving body; where it has none, those of the plan's standing agency, who then note
    its receipts on its behalf."""
    return active_people(receiver_id, Role.STANDING_OFFICER) or active_people(
        movement.plan.standing_agency_id, Role.STANDING_OFFICER
    )


def link_to(movement: EmulationMovement) -> str:
    return absolute_url("emulation.show", movement_id=movement.id)
