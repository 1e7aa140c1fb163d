"""Agencies come to be, change and end. They are never deleted: what they did stays under their name."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from app.audit.operations import record
from app.errors import Refused, Stale
from app.extensions import db
from app.i18n import _l
from app.organisations import rules
from app.organisations.models import Agency, AgencyKind, AgencyLevel
from app.planreader import fold


def add_agency(
    name: str,
    kind: AgencyKind,
    level: AgencyLevel,
    *,
    actor: Any,
    now: datetime,
    parent: Agency | None = None,
    short_name: str | None = None,
    symbol_code: str | None = None,
    commanded: bool | None = None,
    protocol_order: int = 1000,
    valid_from: date | None = None,
    valid_to: date | None = None,
) -> Agency:
    """Add a body to the directory. `commanded` left open follows the kind: a bank or the Front is requested.

    Raises:
        Refused: an agency of this name stands under the same parent, or the days are the wrong way round.
    """
    if commanded is None:
        commanded = kind not in rules.REQUESTED_KINDS
    agency = Agency(
        name=name.strip(),
        name_key=fold(name),
        short_name=_or_none(short_name),
        symbol_code=_or_none(symbol_code),
        kind=kind,
        level=level,
        parent=parent,
        commanded=commanded,
        protocol_order=protocol_order,
        valid_from=valid_from,
        valid_to=valid_to,
    )
    with db.session.no_autoflush:
        _refuse_wrong(agency, parent)
    db.session.add(agency)
    record("agency.created", agency, actor=actor, now=now, name=agency.name, after=rules.facts_of(agency))
    return agency


def change_agency(agency: Agency, values: dict[str, Any], *, seen: str, actor: Any, now: datetime) -> bool:
    """Set the editable facts to `values` (keys of `rules.EDITABLE`, `parent` instead of `parent_id`).

    Returns whether anything changed.

    Raises:
        Stale: somebody changed the agency after the page with the fingerprint `seen` was made.
        Refused: as in `add_agency`, or the new parent stands under the agency.
    """
    if seen != rules.fingerprint(agency):
        raise Stale(
            _l(
                "Thông tin của %(name)s vừa được người khác sửa. Tải lại trang để xem bản mới.",
                name=agency.name,
            )
        )
    before = rules.facts_of(agency)
    with db.session.no_autoflush:
        parent = values.get("parent", agency.parent)
        if reason := rules.why_not_parent(agency, parent):
            raise Refused(reason)
        for name, value in values.items():
            setattr(agency, name, _or_none(value) if name in {"short_name", "symbol_code"} else value)
        agency.name = agency.name.strip()
        agency.name_key = fold(agency.name)
        agency.parent_id = parent.id if parent else None
        _refuse_wrong(agency, parent)
    after = rules.facts_of(agency)
    changed = {name for name in after if after[name] != before[name]}
    if changed:
        record(
            "agency.changed",
            agency,
            actor=actor,
            now=now,
            name=agency.name,
            before={name: before[name] for name in sorted(changed)},
            after={name: after[name] for name in sorted(changed)},
        )
    return bool(changed)


def _refuse_wrong(agency: Agency, parent: Agency | None) -> None:
    if reason := rules.why_not_validity(agency.valid_from, agency.valid_to):
        raise Refused(reason)
    same = sa.select(Agency.id).where(
        Agency.name_key == agency.name_key,
        Agency.parent_id.is_(None) if parent is None else Agency.parent_id == parent.id,
    )
    if agency.id is not None:
        same = same.where(Agency.id != agency.id)
    if db.session.scalar(same.limit(1)) is not None:
        raise Refused(_l("Đã có %(name)s trong danh mục. Mở cơ quan đó để sửa.", name=agency.name))


def _or_none(text: str | None) -> str | None:
    return (text or "").strip() or None
