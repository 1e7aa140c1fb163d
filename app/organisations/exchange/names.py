"""Other spellings as a table: one row a spelling."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from app.errors import Refused
from app.extensions import db
from app.i18n import _l
from app.organisations import operations
from app.organisations.exchange.kinds import Cells, Column, Kind, Take, Taken, register
from app.organisations.exchange.lookup import agency_named, group_named, named_for_export
from app.organisations.models import Agency, AgencyAlias
from app.organisations.queries import alias_owner
from app.planreader import fold

COLUMNS = (
    Column("spelling", _l("Tên gọi khác"), required=True, width=46),
    Column("owner", _l("Của cơ quan hoặc nhóm"), required=True, width=46),
)


def _rows() -> Iterator[list[Any]]:
    named = named_for_export(list(db.session.scalars(sa.select(Agency))))
    for alias in db.session.scalars(
        sa.select(AgencyAlias).order_by(AgencyAlias.key).options(joinedload(AgencyAlias.group))
    ):
        yield [alias.spelling, alias.group.name if alias.group else named[alias.agency_id]]


def _taker(actor: Any, now: datetime) -> Take:
    lines: dict[str, int] = {}

    def take(cells: Cells, line: int) -> Taken:
        spelling, named = cells.need("spelling"), cells.need("owner")
        if len(spelling) > 300:
            raise Refused(_l("Tên gọi dài quá 300 ký tự."))
        owner = group_named(named) or agency_named(named)
        key = fold(spelling)
        if key in lines:
            raise Refused(_l("Trùng với dòng %(line)s.", line=lines[key]))
        is_new = alias_owner(key) is not owner
        if is_new:
            operations.add_alias(owner, spelling, actor=actor, now=now)
        lines[key] = line
        return spelling, [], is_new

    return take


register(Kind("aliases", _l("Tên gọi khác"), COLUMNS, _rows, _taker,
              notes=(_l("Một tên gọi chỉ thuộc một cơ quan hoặc một nhóm."),)))  # fmt: skip
