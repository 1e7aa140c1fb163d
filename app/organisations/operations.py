"""What happens to the directory. Agencies end and are never deleted: what they did stays under their name."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from app.audit.operations import record
from app.errors import Refused, Stale
from app.extensions import db
from app.i18n import _l
from app.organisations import queries, rules
from app.organisations.models import (
    Agency,
    AgencyAlias,
    AgencyGroup,
    AgencyGroupMember,
    AgencyKind,
    AgencyLevel,
    Succession,
)
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


# -- other spellings -------------------------------------------------------------------------------------


def add_alias(owner: Agency | AgencyGroup, spelling: str, *, actor: Any, now: datetime) -> AgencyAlias:
    """Let plans call an agency or a group by another spelling.

    Raises:
        Refused: the spelling belongs to somebody already; the reason names the owner.
    """
    spelling = " ".join(spelling.split())
    key = fold(spelling)
    if not key:
        raise Refused(_l("Nhập tên gọi khác, thí dụ Sở NN&MT."))
    holder = queries.alias_owner(key)
    if holder is owner:
        raise Refused(_l("«%(spelling)s» đã là tên gọi của cơ quan này.", spelling=spelling))
    if holder is not None:
        raise Refused(
            _l(
                "«%(spelling)s» đang là tên gọi của %(owner)s. Bỏ tên gọi đó ở %(owner)s trước.",
                spelling=spelling,
                owner=holder.name,
            )
        )
    alias = AgencyAlias(spelling=spelling, key=key)
    owner.aliases.append(alias)
    record("alias.added", alias, actor=actor, now=now, name=spelling, after={"of": owner.name})
    return alias


def remove_alias(alias: AgencyAlias, *, actor: Any, now: datetime) -> None:
    owner = alias.agency or alias.group
    record(
        "alias.removed",
        alias,
        actor=actor,
        now=now,
        name=alias.spelling,
        before={"of": owner.name if owner else ""},
    )
    db.session.delete(alias)


# -- groups ----------------------------------------------------------------------------------------------


def add_group(name: str, *, actor: Any, now: datetime) -> AgencyGroup:
    """Raises:
    Refused: the name is an agency's or a group's already.
    """
    name = " ".join(name.split())
    if holder := queries.alias_owner(fold(name)):
        raise Refused(_l("«%(name)s» đang là tên gọi của %(owner)s.", name=name, owner=holder.name))
    group = AgencyGroup(name=name, name_key=fold(name))
    db.session.add(group)
    record("group.created", group, actor=actor, now=now, name=name)
    return group


def rename_group(group: AgencyGroup, name: str, *, seen: str, actor: Any, now: datetime) -> bool:
    """Raises:
    Stale: the group was renamed since the page was made.
    Refused: the name is somebody else's.
    """
    if seen != rules.fingerprint(group):
        raise Stale(_l("Nhóm này vừa được người khác sửa. Tải lại trang để xem bản mới."))
    name = " ".join(name.split())
    if name == group.name:
        return False
    holder = queries.alias_owner(fold(name))
    if holder is not None and holder is not group:
        raise Refused(_l("«%(name)s» đang là tên gọi của %(owner)s.", name=name, owner=holder.name))
    before, group.name, group.name_key = group.name, name, fold(name)
    record(
        "group.changed", group, actor=actor, now=now, name=name, before={"name": before}, after={"name": name}
    )
    return True


def add_member(
    group: AgencyGroup, agency: Agency, *, valid_from: date | None, actor: Any, now: datetime
) -> AgencyGroupMember:
    """The group's name means this agency too, from a day on (None: always). Earlier plans stay as they are.

    Raises:
        Refused: it is a member already.
    """
    for member in group.members:
        if member.agency_id == agency.id and member.valid_to is None:
            raise Refused(_l("%(agency)s đã ở trong nhóm này.", agency=agency.name))
    member = AgencyGroupMember(agency=agency, valid_from=valid_from)
    group.members.append(member)
    record(
        "group.changed",
        group,
        actor=actor,
        now=now,
        name=group.name,
        after={"member": agency.name, "from": valid_from.isoformat() if valid_from else None},
    )
    return member


def end_membership(member: AgencyGroupMember, last_day: date, *, actor: Any, now: datetime) -> None:
    """The group's name means this agency until `last_day`; plans from before keep it.

    Raises:
        Refused: the last day lies before the first.
    """
    if reason := rules.why_not_validity(member.valid_from, last_day):
        raise Refused(reason)
    member.valid_to = last_day
    record(
        "group.changed",
        member.group,
        actor=actor,
        now=now,
        name=member.group.name,
        before={"member": member.agency.name},
        after={"member": member.agency.name, "until": last_day.isoformat()},
    )


# -- what became of agencies -----------------------------------------------------------------------------


def record_succession(
    old: Agency,
    new: Agency,
    *,
    effective_on: date,
    decision: str,
    actor: Any,
    now: datetime,
    subject: str = "",
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
