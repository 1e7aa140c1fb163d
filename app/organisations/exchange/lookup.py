"""Agencies and groups by the names in cells."""

from __future__ import annotations

from collections import Counter

import sqlalchemy as sa

from app.errors import Refused
from app.extensions import db
from app.i18n import _l
from app.organisations.exchange.kinds import Later
from app.organisations.models import Agency, AgencyAlias, AgencyGroup
from app.planreader import fold


def agency_named(text: str) -> Agency:
    """The agency of a cell: its full name, another spelling, or «#12», its number in this directory.

    Raises:
        Later: nobody has this name (yet).
        Refused: several have it, or there is no such number.
    """
    if text.startswith("#"):
        found = db.session.get(Agency, int(text[1:])) if text[1:].isdigit() else None
        if found is None:
            raise Refused(_l("Không có cơ quan mã %(code)s.", code=text))
        return found
    key = fold(text)
    agencies = db.session.scalars(sa.select(Agency).where(Agency.name_key == key).limit(20)).all()
    if not agencies:
        alias = db.session.scalar(sa.select(AgencyAlias).where(AgencyAlias.key == key))
        agencies = [alias.agency] if alias is not None and alias.agency is not None else []
    living = [agency for agency in agencies if agency.valid_to is None] or list(agencies)
    if not living:
        raise Later(
            _l("Không có cơ quan «%(name)s» trong danh mục hoặc ở dòng nhập được của tệp.", name=text)
        )
    if len(living) > 1:
        codes = ", ".join(f"#{agency.id}" for agency in living)
        raise Refused(
            _l("Có %(n)s cơ quan cùng tên «%(name)s». Ghi mã thay cho tên: %(codes)s.", n=len(living), name=text,
               codes=codes)
        )  # fmt: skip
    return living[0]


def named_for_export(agencies: list[Agency]) -> dict[int, str]:
    """How each agency is written in a cell: its name, or its number where several share the name."""
    shared = Counter(agency.name_key for agency in agencies)
    return {a.id: f"#{a.id}" if shared[a.name_key] > 1 else a.name for a in agencies}


def group_named(text: str) -> AgencyGroup | None:
    return db.session.scalar(sa.select(AgencyGroup).where(AgencyGroup.name_key == fold(text)))
