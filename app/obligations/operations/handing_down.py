"""Handing down inside the agency: to one or more officers, with an inner day beside the real one; on, and back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

import sqlalchemy as sa

from app.access import refuse_if
from app.accounts.models import User
from app.accounts.rules import is_officer
from app.audit.operations import record as record_act
from app.clock import vietnam_day
from app.errors import Refused
from app.extensions import db
from app.i18n import _l
from app.obligations import worknotices, workrules
from app.obligations.models import OfficerInCharge
from app.obligations.topics import Topic


def hand_down(
    topic: Topic,
    *,
    officers: Sequence[User],
    agency_id: int,
    deadline: date | None,
    inner_due_on: date | None,
    note: str,
    actor: User,
    now: datetime,
) -> list[OfficerInCharge]:
    """Give it to these officers of the agency; who has it already gets the new day and note. New rows are returned.

    `deadline` is the real day, null where there is none; the inner day never lies behind it.

    Raises:
        Refused: nobody chosen, somebody of another agency or with a closed account, or a day that cannot be.
    """
    if not officers:
        raise Refused(_l("Chọn ít nhất một người để giao."))
    for officer in officers:
        if officer.agency_id != agency_id or not officer.is_active or not is_officer(officer):
            raise Refused(_l("%(name)s không còn làm việc tại cơ quan. Chọn người khác.", name=officer.name))
    refuse_if(workrules.why_not_inner_day(inner_due_on, deadline, vietnam_day(now)))
    note = note.strip()
    if len(note) > workrules.MAX_NOTE:
        raise Refused(_l("Ghi chú dài quá %(n)s ký tự. Rút gọn lại.", n=workrules.MAX_NOTE))
    given = []
    for officer in dict.fromkeys(officers):
        held = _held_by(topic, officer)
        if held is not None and (held.inner_due_on, held.note) == (inner_due_on, note):
            continue  # the same, said twice
        if held is not None:
            _end(held, actor, now)
        row = OfficerInCharge(
            **topic.key,
            agency_id=agency_id,
            officer=officer,
            inner_due_on=inner_due_on,
            note=note,
            by=actor,
            at=now,
        )
        db.session.add(row)
        _record("hand_down.given", row, topic, actor, now)
        worknotices.notify_handed_down(row, topic, now=now)
        given.append(row)
    return given


def hand_on(
    given: OfficerInCharge,
    topic: Topic,
    *,
    officer: User,
    deadline: date | None,
    note: str,
    actor: User,
    now: datetime,
) -> OfficerInCharge:
    """Give on to a colleague what one was given, by the same inner day. Raises Refused as `hand_down`."""
    if officer.id == given.officer_id:
        raise Refused(_l("Việc này đang do chính người đó làm. Chọn người khác."))
    _end(given, actor, now)
    today = vietnam_day(now)
    inner = max(given.inner_due_on, today) if given.inner_due_on else None
    made = hand_down(
        topic,
        officers=[officer],
        agency_id=given.agency_id,
        deadline=deadline,
        inner_due_on=inner,
        note=note or given.note,
        actor=actor,
        now=now,
    )
    return made[0] if made else _held_by(topic, officer) or given


def take_back(given: OfficerInCharge, topic: Topic, *, actor: User, now: datetime) -> None:
    """End a hand-down; the officer is told. Again does nothing."""
    if given.ended_at is not None:
        return
    _end(given, actor, now)
    _record("hand_down.taken_back", given, topic, actor, now)
    if given.officer_id != actor.id:
        worknotices.notify_taken_back(given, topic, now=now)


def _end(given: OfficerInCharge, actor: User, now: datetime) -> None:
    given.ended_at, given.ended_by_id = now, actor.id


def _held_by(topic: Topic, officer: User) -> OfficerInCharge | None:
    return db.session.scalar(
        sa.select(OfficerInCharge).where(
            topic.is_of(OfficerInCharge),
            OfficerInCharge.officer_id == officer.id,
            OfficerInCharge.agency_id == officer.agency_id,
            OfficerInCharge.ended_at.is_(None),
        )
    )


def _record(act: str, given: OfficerInCharge, topic: Topic, actor: User, now: datetime) -> None:
    """Inside an agency: recorded without the plan, so that nobody who follows the plan reads it in the trail."""
    record_act(
        act,
        given,
        actor=actor,
        now=now,
        name=f"{topic.name}, {given.officer.name}",
        after={
            "officer": given.officer.name,
            "inner_due_on": given.inner_due_on.isoformat() if given.inner_due_on else None,
            "note": given.note,
        },
    )
