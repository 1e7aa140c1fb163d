"""Reading who does the work: officers in charge, parts of supporting agencies. Used through `queries`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from app.accounts.models import User
from app.extensions import db
from app.obligations.models import AgencyPractice, Obligation, OfficerInCharge, Part, PartFiling, Presentation


def hand_downs(obligation_ids: Iterable[int]) -> dict[int, list[OfficerInCharge]]:
    """The hand-downs in force inside the agency that owes each of these: of the obligation itself, else those of
    the duty or schedule that it comes from. Obligations that nobody was given are left out."""
    ids = list(obligation_ids)
    found: dict[int, list[OfficerInCharge]] = defaultdict(list)
    own = (
        sa.select(Obligation.id, OfficerInCharge)
        .join(OfficerInCharge, OfficerInCharge.obligation_id == Obligation.id)
        .where(OfficerInCharge.agency_id == Obligation.agency_id)
    )
    for obligation_id, row in db.session.execute(_in_force(own, ids)):
        found[obligation_id].append(row)
    missing = [one for one in ids if one not in found]
    if missing:
        of_source = (
            sa.select(Obligation.id, OfficerInCharge)
            .join(
                OfficerInCharge,
                sa.and_(
                    OfficerInCharge.source_kind == sa.cast(Obligation.source_kind, sa.String(40)),
                    OfficerInCharge.source_id == Obligation.source_id,
                ),
            )
            .where(OfficerInCharge.agency_id == Obligation.agency_id)
        )
        for obligation_id, row in db.session.execute(_in_force(of_source, missing)):
            found[obligation_id].append(row)
    return dict(found)


def _in_force(query: sa.Select, ids: list[int]) -> sa.Select:
    return (
        query.where(Obligation.id.in_(ids), OfficerInCharge.ended_at.is_(None))
        .order_by(OfficerInCharge.id)
        .options(joinedload(OfficerInCharge.officer))
    )


def given_to(user: User) -> sa.ColumnElement[bool]:
    """The obligation, or the duty or schedule that it comes from, is handed down to this person inside the agency
    that owes it."""
    return given_to_officer(user.id, user.agency_id)


def given_to_officer(officer_id: Any, agency_id: Any) -> sa.ColumnElement[bool]:
    """The same by ids, or by parameters of a statement that is composed once."""
    mine = sa.select(OfficerInCharge).where(
        OfficerInCharge.officer_id == officer_id, OfficerInCharge.ended_at.is_(None)
    )
    of_source = (
        mine.where(
            OfficerInCharge.source_kind == sa.cast(Obligation.source_kind, sa.String(40)),
            OfficerInCharge.source_id == Obligation.source_id,
        )
        .correlate(Obligation)
        .exists()
    )
    itself = Obligation.id.in_(
        mine.with_only_columns(OfficerInCharge.obligation_id).where(
            OfficerInCharge.obligation_id.is_not(None)
        )
    )
    return sa.and_(Obligation.agency_id == agency_id, sa.or_(itself, of_source))


def officers_in_charge(obligation_ids: Iterable[int]) -> dict[int, list[User]]:
    """Whom the agency that owes it has given each obligation, with an open account; others are left out."""
    people = {
        obligation_id: [row.officer for row in rows if row.officer.is_active]
        for obligation_id, rows in hand_downs(obligation_ids).items()
    }
    return {obligation_id: officers for obligation_id, officers in people.items() if officers}


def blocking_parts(obligation_ids: Iterable[int]) -> dict[int, list[Part]]:
    """The parts that the lead waits for, by obligation, each with its agency, soonest day first.

    A part blocks from the moment it is asked for until it is filed, called off by the lead or closed over by name;
    a part that was returned blocks again. Only open obligations in the lead's hands have any: what is handed in or
    settled waits for nobody. Whether a part is late is its own `due_on` against the day; of a suspended obligation
    (`rules.is_suspended`) nobody is asked anything.
    """
    query = (
        sa.select(Part)
        .join(Part.obligation)
        .where(
            Part.obligation_id.in_(list(obligation_ids)),
            Part.filed_at.is_(None),
            Part.called_off_at.is_(None),
            Part.closed_at.is_(None),
            Obligation.settled_at.is_(None),
            Obligation.submitted_at.is_(None),
        )
        .order_by(Part.due_on, Part.id)
        .options(joinedload(Part.agency))
    )
    found: dict[int, list[Part]] = defaultdict(list)
    for part in db.session.scalars(query):
        found[part.obligation_id].append(part)
    return dict(found)


def parts_of(obligation: Obligation) -> list[Part]:
    """All parts that were asked for, in protocol order of their agencies, with filings and files."""
    query = (
        sa.select(Part)
        .where(Part.obligation_id == obligation.id)
        .options(
            joinedload(Part.agency),
            joinedload(Part.closed_by),
            selectinload(Part.filings).selectinload(PartFiling.files),
            selectinload(Part.filings).joinedload(PartFiling.filed_by),
        )
    )
    parts = list(db.session.scalars(query))
    return sorted(parts, key=lambda part: (part.agency.protocol_order, part.agency.name_key, part.id))


def part_of(obligation_id: int, agency_id: int) -> Part | None:
    """What this agency is asked for, unless it was called off."""
    return db.session.scalar(
        sa.select(Part).where(
            Part.obligation_id == obligation_id,
            Part.agency_id == agency_id,
            Part.called_off_at.is_(None),
        )
    )


def has_part(agency_id: int) -> sa.ColumnElement[bool]:
    """An agency is asked for a part of the obligation: it sees that there is one, and its own part."""
    return Obligation.id.in_(
        sa.select(Part.obligation_id).where(Part.agency_id == agency_id, Part.called_off_at.is_(None))
    )


def head_confirms(agency_id: int) -> bool:
    """Whether what officers of this agency hand in leaves through its head."""
    practice = db.session.get(AgencyPractice, agency_id)
    return practice is not None and practice.head_confirms


def waiting_presentation(obligation: Obligation) -> Presentation | None:
    """The report that waits for the head's word."""
    return db.session.scalar(
        sa.select(Presentation)
        .where(Presentation.obligation_id == obligation.id, Presentation.decided_at.is_(None))
        .options(joinedload(Presentation.by), selectinload(Presentation.files))
    )


def suspended(today: date) -> sa.ColumnElement[bool]:
    """`rules.is_suspended`, for many rows at once."""
    return sa.and_(
        Obligation.suspended_at.is_not(None),
        sa.or_(Obligation.suspended_from.is_(None), Obligation.suspended_from <= today),
        sa.or_(Obligation.suspended_until.is_(None), Obligation.suspended_until >= today),
    )


def not_suspended(today: Any) -> sa.ColumnElement[bool]:
    """The opposite, written out so that nulls are no trap."""
    return sa.or_(
        Obligation.suspended_at.is_(None),
        Obligation.suspended_from > today,
        Obligation.suspended_until < today,
    )
