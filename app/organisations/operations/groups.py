"""Groups: their names, and who belongs to them, by list or by rule, from when until when."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from app.audit.operations import record
from app.errors import Refused, Stale
from app.extensions import db
from app.i18n import _l
from app.organisations import queries, rules
from app.organisations.models import (
    Agency,
    AgencyGroup,
    AgencyGroupMember,
    AgencyGroupRule,
    AgencyKind,
    AgencyLevel,
)
from app.planreader import fold


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
    group: AgencyGroup,
    agency: Agency,
    *,
    valid_from: date | None,
    valid_to: date | None = None,
    actor: Any,
    now: datetime,
) -> AgencyGroupMember:
    """The group's name means this agency too, from a day on (None: always). Earlier plans stay as they are.

    Raises:
        Refused: it is a member already on some of these days, or the last day lies before the first.
    """
    if reason := rules.why_not_validity(valid_from, valid_to):
        raise Refused(reason)
    for member in group.members:
        if member.agency_id == agency.id and rules.overlap(
            (member.valid_from, member.valid_to), (valid_from, valid_to)
        ):
            raise Refused(rules.why_overlapping(member))
    member = AgencyGroupMember(agency=agency, valid_from=valid_from, valid_to=valid_to)
    group.members.append(member)
    _record(group, actor, now, after={"member": agency.name, **_days(valid_from, valid_to)})
    return member


def end_membership(member: AgencyGroupMember, last_day: date, *, actor: Any, now: datetime) -> None:
    """The group's name means this agency until `last_day`; plans from before keep it.

    Raises:
        Refused: the last day lies before the first.
    """
    set_end(member, last_day, actor=actor, now=now)


def set_end(row: AgencyGroupMember, last_day: date | None, *, actor: Any, now: datetime) -> None:
    """Set the last day of a membership; None: without an end. Raises as `end_membership`."""
    if reason := rules.why_not_validity(row.valid_from, last_day):
        raise Refused(reason)
    row.valid_to = last_day
    _record(
        row.group,
        actor,
        now,
        before={"member": row.agency.name},
        after={"member": row.agency.name, "until": last_day.isoformat() if last_day else None},
    )


def add_rule(
    group: AgencyGroup,
    *,
    kind: AgencyKind | None,
    level: AgencyLevel | None,
    parent: Agency | None,
    valid_from: date | None = None,
    valid_to: date | None = None,
    actor: Any,
    now: datetime,
) -> AgencyGroupRule:
    """Every agency that fits belongs to the group, those that come later too. Confirmed plans stay as they are.

    Raises:
        Refused: the rule asks nothing, stands there already, or its days are the wrong way round.
    """
    if kind is None and level is None and parent is None:
        raise Refused(_l("Chọn ít nhất một điều kiện: loại, cấp hoặc cơ quan cấp trên."))
    if reason := rules.why_not_validity(valid_from, valid_to):
        raise Refused(reason)
    asked = (kind, level, parent.id if parent else None)
    for rule in group.rules:
        if (rule.kind, rule.level, rule.parent_id) == asked and rules.overlap(
            (rule.valid_from, rule.valid_to), (valid_from, valid_to)
        ):
            raise Refused(_l("Nhóm đã có quy tắc này trong cùng thời gian."))
    rule = AgencyGroupRule(kind=kind, level=level, parent=parent, valid_from=valid_from, valid_to=valid_to)
    group.rules.append(rule)
    _record(group, actor, now, after={"rule": rules.plain_rule(rule), **_days(valid_from, valid_to)})
    return rule


def end_rule(rule: AgencyGroupRule, last_day: date, *, actor: Any, now: datetime) -> None:
    """The rule holds until `last_day`. One that held on no day before that is removed.

    What a plan of an earlier day means by the group does not change.
    """
    before, group = rules.plain_rule(rule), rule.group
    if rule.valid_from is not None and rule.valid_from > last_day:
        group.rules.remove(rule)
    else:
        rule.valid_to = last_day
    _record(group, actor, now, before={"rule": before}, after={"until": last_day.isoformat()})


def _days(first: date | None, last: date | None) -> dict[str, str | None]:
    days = {"from": first.isoformat() if first else None}
    return {**days, "until": last.isoformat()} if last else days


def _record(group: AgencyGroup, actor: Any, now: datetime, **facts: Any) -> None:
    record("group.changed", group, actor=actor, now=now, name=group.name, **facts)
