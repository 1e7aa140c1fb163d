"""Other spellings of agencies and groups; a folded spelling belongs to one of them only."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from app.audit.operations import record
from app.errors import Refused
from app.extensions import db
from app.i18n import _l
from app.organisations import queries
from app.organisations.models import Agency, AgencyAlias, AgencyGroup
from app.planreader import fold


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
