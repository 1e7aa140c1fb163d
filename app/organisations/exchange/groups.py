"""Groups as a table: one row a membership, a rule, or the name of a group alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from app.errors import Refused
from app.extensions import db
from app.i18n import _l
from app.organisations import operations, rules
from app.organisations.exchange.kinds import Cells, Column, Kind, Take, Taken, register
from app.organisations.exchange.lookup import agency_named, group_named, named_for_export
from app.organisations.models import Agency, AgencyGroup

COLUMNS = (
    Column("group", _l("Nhóm"), required=True, width=40),
    Column("member", _l("Thành viên"), width=40),
    Column("kind", _l("Mọi cơ quan loại"), width=22),
    Column("level", _l("Mọi cơ quan cấp"), width=16),
    Column("parent", _l("Mọi cơ quan trực thuộc"), width=36),
    Column("valid_from", _l("Từ ngày"), width=13),
    Column("valid_to", _l("Đến hết ngày"), width=13),
)


def _rows() -> Iterator[list[Any]]:
    named = named_for_export(list(db.session.scalars(sa.select(Agency))))
    query = sa.select(AgencyGroup).order_by(AgencyGroup.name_key)
    for group in db.session.scalars(
        query.options(selectinload(AgencyGroup.members), selectinload(AgencyGroup.rules))
    ):
        if not group.members and not group.rules:
            yield [group.name, None, None, None, None, None, None]
        for rule in group.rules:
            yield [
                group.name, None, str(rules.KIND_LABELS[rule.kind]) if rule.kind else None,
                str(rules.LEVEL_LABELS[rule.level]) if rule.level else None, named.get(rule.parent_id or 0),
                rule.valid_from, rule.valid_to,
            ]  # fmt: skip
        for member in group.members:
            yield [group.name, named[member.agency_id], None, None, None, member.valid_from, member.valid_to]


class _Taker:
    def __init__(self, actor: Any, now: datetime):
        self._act = {"actor": actor, "now": now}

    def __call__(self, cells: Cells, line: int) -> Taken:
        name = cells.need("group")
        if len(name) > 300:
            raise Refused(_l("Tên nhóm dài quá 300 ký tự."))
        member = cells.text("member")
        kind, level = cells.one_of("kind", rules.KIND_LABELS), cells.one_of("level", rules.LEVEL_LABELS)
        above = cells.text("parent")
        if member and (kind or level or above):
            raise Refused(_l("Một dòng ghi hoặc một thành viên, hoặc một quy tắc; không ghi cả hai."))
        agency = agency_named(member) if member else None
        parent = agency_named(above) if above else None
        group, is_new = group_named(name), False
        if group is None:
            group, is_new = operations.add_group(name, **self._act), True
        if agency is not None:
            return self._member(group, agency, cells, is_new)
        if not (kind or level or parent):
            return group.name, [], is_new
        first, last = cells.day("valid_from"), cells.day("valid_to")
        for rule in group.rules:
            if (rule.kind, rule.level, rule.parent_id) == (kind, level, parent.id if parent else None) and (
                rule.valid_from == first
            ):
                changes = _new_end(rule, last)
                rule.valid_to = last
                return group.name, changes, is_new
        rule = operations.add_rule(
            group, kind=kind, level=level, parent=parent, valid_from=first, valid_to=last, **self._act
        )
        return f"{group.name}: {rules.rule_in_words(rule)}", [], True

    def _member(self, group: AgencyGroup, agency: Agency, cells: Cells, is_new: bool) -> Taken:
        first, last = cells.day("valid_from"), cells.day("valid_to")
        name = f"{group.name}: {agency.name}"
        for row in group.members:
            if row.agency_id == agency.id and row.valid_from == first:
                if row.valid_to == last:
                    return name, [], is_new
                for other in group.members:
                    if other is not row and other.agency_id == agency.id and rules.overlap(
                        (other.valid_from, other.valid_to), (first, last)
                    ):  # fmt: skip
                        raise Refused(rules.why_overlapping(other))
                changes = _new_end(row, last)
                operations.set_end(row, last, **self._act)
                return name, changes, False
        operations.add_member(group, agency, valid_from=first, valid_to=last, **self._act)
        return name, [], True


def _new_end(row: Any, last: Any) -> list[tuple[Any, Any, Any]]:
    def said(day: Any) -> str | None:
        return f"{day:%d/%m/%Y}" if day else None

    return [] if row.valid_to == last else [(_l("Đến hết ngày"), said(row.valid_to), said(last))]


def _taker(actor: Any, now: datetime) -> Take:
    return _Taker(actor, now)


register(
    Kind(
        "groups",
        _l("Nhóm cơ quan"),
        COLUMNS,
        _rows,
        _taker,
        notes=(_l("Mỗi dòng ghi một thành viên, hoặc một quy tắc ở ba cột «Mọi cơ quan …»."),),
    )
)
