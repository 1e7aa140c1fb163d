"""Who may change the directory, what may be written into it, and the words for its codes."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Any

from app.i18n import _l
from app.organisations.models import (
    Agency,
    AgencyGroup,
    AgencyGroupMember,
    AgencyGroupRule,
    AgencyKind,
    AgencyLevel,
)

KIND_LABELS = {
    AgencyKind.COMMITTEE: _l("Ủy ban nhân dân"),
    AgencyKind.COUNCIL: _l("Hội đồng nhân dân"),
    AgencyKind.DEPARTMENT: _l("Sở, ban, phòng"),
    AgencyKind.OFFICE: _l("Văn phòng"),
    AgencyKind.INSPECTORATE: _l("Thanh tra"),
    AgencyKind.POLICE: _l("Công an"),
    AgencyKind.MILITARY: _l("Quân sự, biên phòng"),
    AgencyKind.VERTICAL: _l("Ngành dọc"),
    AgencyKind.BANK: _l("Ngân hàng"),
    AgencyKind.FRONT: _l("Mặt trận Tổ quốc"),
    AgencyKind.UNION: _l("Hội, đoàn thể"),
    AgencyKind.PARTY: _l("Cơ quan Đảng"),
    AgencyKind.COURT: _l("Tòa án, viện kiểm sát"),
    AgencyKind.MEDIA: _l("Báo, đài"),
    AgencyKind.SERVICE_UNIT: _l("Đơn vị sự nghiệp"),
    AgencyKind.STEERING_COMMITTEE: _l("Ban Chỉ đạo"),
    AgencyKind.EMULATION_COUNCIL: _l("Hội đồng Thi đua - Khen thưởng"),
    AgencyKind.OTHER: _l("Khác"),
}
LEVEL_LABELS = {
    AgencyLevel.CENTRAL: _l("Trung ương"),
    AgencyLevel.PROVINCE: _l("Cấp tỉnh"),
    AgencyLevel.DISTRICT: _l("Cấp huyện (đến 30/06/2025)"),
    AgencyLevel.COMMUNE: _l("Cấp xã"),
}
# Bodies that a people's committee asks (đề nghị) and does not order (giao): domain rule of roles.
REQUESTED_KINDS = frozenset(
    {
        AgencyKind.BANK,
        AgencyKind.COURT,
        AgencyKind.FRONT,
        AgencyKind.MILITARY,
        AgencyKind.PARTY,
        AgencyKind.UNION,
    }
)


def may_manage(user: Any) -> bool:
    """True for the administrator. Accounts know agencies, never the reverse: the role is compared as text."""
    return str(user.role) == "administrator"


def would_circle(agency: Agency, parent: Agency | None) -> bool:
    """True where `parent` is the agency itself or stands somewhere under it."""
    while parent is not None:
        if parent is agency:
            return True
        parent = parent.parent
    return False


def why_not_parent(agency: Agency | None, parent: Agency | None) -> Any | None:
    """The reason why `parent` cannot be the body above `agency`, or None."""
    if agency is not None and would_circle(agency, parent):
        return _l(
            "%(parent)s đang trực thuộc %(agency)s nên không thể là cơ quan cấp trên. Chọn cơ quan khác.",
            parent=parent.name if parent else "",
            agency=agency.name,
        )
    return None


def why_not_validity(first: date | None, last: date | None) -> Any | None:
    """The reason why an agency or a membership cannot hold from `first` to `last`, or None."""
    if first and last and last < first:
        return _l("Ngày cuối sớm hơn ngày đầu. Kiểm tra lại hai ngày.")
    return None


def overlap(one: tuple[date | None, date | None], other: tuple[date | None, date | None]) -> bool:
    """Whether two stretches of days, None where not bounded, share a day."""
    (first, last), (begin, end) = one, other
    return (last is None or begin is None or begin <= last) and (end is None or first is None or first <= end)


def why_overlapping(member: AgencyGroupMember) -> Any:
    """Says since when, and until when, the agency is in the group already."""
    if member.valid_from is None and member.valid_to is None:
        return _l("%(agency)s đã ở trong nhóm này.", agency=member.agency.name)
    return _l(
        "%(agency)s đã ở trong nhóm này %(days)s. Chọn ngày không trùng.",
        agency=member.agency.name,
        days=days_in_words(member.valid_from, member.valid_to),
    )


def days_in_words(first: date | None, last: date | None) -> Any:
    if first and last:
        return _l("từ %(first)s đến hết %(last)s", first=f"{first:%d/%m/%Y}", last=f"{last:%d/%m/%Y}")
    if first:
        return _l("từ %(first)s", first=f"{first:%d/%m/%Y}")
    return _l("đến hết %(last)s", last=f"{last:%d/%m/%Y}") if last else _l("từ trước")


def rule_in_words(rule: AgencyGroupRule) -> str:
    """«Sở, ban, phòng · Cấp tỉnh · trực thuộc Ủy ban nhân dân tỉnh»."""
    parts = [
        str(KIND_LABELS[rule.kind]) if rule.kind else "",
        str(LEVEL_LABELS[rule.level]) if rule.level else "",
        str(_l("trực thuộc %(name)s", name=rule.parent.name)) if rule.parent else "",
    ]
    return " · ".join(filter(None, parts))


def plain_rule(rule: AgencyGroupRule) -> dict[str, Any]:
    """A rule as JSON, for the audit trail."""
    return {
        "kind": str(rule.kind) if rule.kind else None,
        "level": str(rule.level) if rule.level else None,
        "parent": rule.parent.name if rule.parent else None,
    }


EDITABLE = (
    "name",
    "short_name",
    "symbol_code",
    "kind",
    "level",
    "parent_id",
    "commanded",
    "protocol_order",
    "valid_from",
    "valid_to",
)


def facts_of(agency: Agency) -> dict[str, Any]:
    """The editable facts of an agency as JSON values, for the audit trail."""
    values = {name: getattr(agency, name) for name in EDITABLE}
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}


def fingerprint(subject: Agency | AgencyGroup) -> str:
    """Stands in a form as what its page was made from; another value on sending: it was changed since."""
    facts = facts_of(subject) if isinstance(subject, Agency) else {"name": subject.name}
    return hashlib.sha256(repr(sorted(facts.items())).encode()).hexdigest()[:16]
