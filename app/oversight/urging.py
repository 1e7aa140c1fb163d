"""Which letters a choice of overdue work asks for. Pure.

One letter speaks of one report of one plan with one day, to everybody who still owes it; bodies under command and
bodies that are only requested never stand in one letter.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.documents.letters import Citation
from app.obligations.rules import day_that_counts
from app.organisations.models import Agency, AgencyKind

# Who signs, by the kind of body that writes: a department with its own head, an office by order of the chairman,
# a committee through its deputy chairman.
_AUTHORITY: dict[AgencyKind, tuple[str, ...]] = {
    AgencyKind.COMMITTEE: ("KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"),
    AgencyKind.OFFICE: ("TL. CHỦ TỊCH", "CHÁNH VĂN PHÒNG"),
    AgencyKind.INSPECTORATE: ("CHÁNH THANH TRA",),
    AgencyKind.STEERING_COMMITTEE: ("TRƯỞNG BAN",),
}


# «UBND tỉnh Lam Giang», «Ủy ban nhân dân xã Kim Điền»: what stands before the name of the place.
_OFFICE_BEFORE_PLACE = re.compile(
    r"^(?:UBND|Ủy ban nhân dân|Uỷ ban nhân dân)\s+(?:(?:tỉnh|thành phố|xã|phường|đặc khu)\s+)?", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Letter:
    plan: Any
    title: str
    words: str
    due_on: date
    is_request: bool
    obligations: tuple[Any, ...]

    @property
    def addressees(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(obligation.agency.name for obligation in self.obligations))


def letters_for(obligations: Iterable[Any]) -> list[Letter]:
    """Ordered bodies first, then by plan and day; addressees in protocol order."""
    piles: dict[tuple[Any, ...], list[Any]] = {}
    for obligation in obligations:
        key = (obligation.is_request, obligation.plan_id, day_that_counts(obligation), obligation.title)
        piles.setdefault(key, []).append(obligation)
    return [
        Letter(
            pile[0].plan,
            title,
            pile[0].words,
            due_on,
            is_request,
            tuple(sorted(pile, key=lambda o: (o.agency.protocol_order, o.agency.name))),
        )
        for (is_request, _plan, due_on, title), pile in sorted(piles.items(), key=lambda item: item[0])
    ]


def citation_of(plan: Any) -> Citation:
    """The plan as a letter names it; its title follows «về», so the type name in front of it falls away."""
    title = re.sub(r"^kế hoạch\s+(?:về\s+)?", "", plan.title.strip(), flags=re.IGNORECASE)
    return Citation(plan.number or "", plan.issued_on, plan.issuer, lower_first(title))


def authority_of(agency: Agency) -> tuple[str, ...]:
    if agency.kind in _AUTHORITY:
        return _AUTHORITY[agency.kind]
    return ("TRƯỞNG PHÒNG",) if agency.name.startswith("Phòng ") else ("GIÁM ĐỐC",)


def place_of(office: str) -> str:
    """«UBND tỉnh Lam Giang» → «Lam Giang»: the place before the date of a letter."""
    return _OFFICE_BEFORE_PLACE.sub("", office.strip())


def lower_first(text: str) -> str:
    """A title inside a sentence: «Báo cáo năm» → «báo cáo năm»; a word in capitals («UBND») stays."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]
