"""What a role may do, apart from any one thing."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

from app.accounts.models import Role, User
from app.i18n import _l
from app.organisations.models import Agency, AgencyKind


def is_officer(user: User) -> bool:
    """Acts for the agency: submits, registers, asks for extension. A standing officer does so for its own."""
    return user.role in {Role.OFFICER, Role.HEAD, Role.STANDING_OFFICER}


def runs_plans(user: User) -> bool:
    """May upload, review and confirm plans of its agency."""
    return user.role is Role.STANDING_OFFICER


def is_committee_member(user: User) -> bool:
    return user.role is Role.COMMITTEE_MEMBER


def is_administrator(user: User) -> bool:
    return user.role is Role.ADMINISTRATOR


def can_follow(user: User) -> bool:
    """May see the board and the log of mails of its plans."""
    return user.role in {Role.STANDING_OFFICER, Role.COMMITTEE_MEMBER}


def may_stand_in(deputy: Role, absent: Role) -> bool:
    """Whether somebody in the one role sees what somebody in the other is told of, at the same agency."""
    acting = {Role.OFFICER, Role.HEAD, Role.STANDING_OFFICER}
    return deputy in acting if absent in {Role.OFFICER, Role.HEAD} else deputy is absent


ROLE_LABELS = {
    Role.OFFICER: _l("Chuyên viên"),
    Role.HEAD: _l("Lãnh đạo cơ quan"),
    Role.STANDING_OFFICER: _l("Cán bộ cơ quan thường trực"),
    Role.COMMITTEE_MEMBER: _l("Thành viên Ban Chỉ đạo"),
    Role.ADMINISTRATOR: _l("Quản trị"),
}


def role_from(values: Iterable[str], mapping: Iterable[str]) -> Role | None:
    """The first pair `theirs=ours` of the mapping whose left side is among these values."""
    said = set(values)
    for pair in mapping:
        theirs, _equals, ours = pair.partition("=")
        if theirs.strip() in said:
            return Role(ours.strip())
    return None


def why_not_role(role: Role, agency: Agency) -> Any | None:
    """The reason why nobody can have this role at this agency, or None: members belong to steering committees,
    everybody else to a body that works."""
    is_committee = agency.kind is AgencyKind.STEERING_COMMITTEE
    if role is Role.COMMITTEE_MEMBER and not is_committee:
        return _l("Thành viên Ban Chỉ đạo phải thuộc một Ban Chỉ đạo. Chọn lại cơ quan.")
    if role is not Role.COMMITTEE_MEMBER and is_committee:
        return _l("Ban Chỉ đạo chỉ có thành viên. Chọn vai trò Thành viên Ban Chỉ đạo hoặc cơ quan khác.")
    return None


def why_not_leave_office(user: User, actor: User, administrators: int) -> Any | None:
    """The reason why `actor` cannot close this account or take its role away, or None.

    `administrators` counts the people who have that role.
    """
    if user.account.id == actor.account.id:
        return _l("Không thể tự đóng tài khoản hoặc tự đổi vai trò của mình. Nhờ quản trị khác.")
    if user.role is Role.ADMINISTRATOR and user.is_active and administrators <= 1:
        return _l("Đây là tài khoản quản trị cuối cùng. Tạo tài khoản quản trị khác trước.")
    return None


def own_words(user: User) -> list[str]:
    """What somebody who knows the person tries first as a password: name, address, agency."""
    agency = user.agency
    return [
        user.name,
        *user.mail_address.replace("@", ".").split("."),
        *filter(None, (agency.name, agency.short_name, agency.symbol_code)),
    ]


EDITABLE = ("email", "name", "position", "role", "agency_id", "language")


def facts_of(user: User) -> dict[str, Any]:
    """The editable facts of an account as JSON values, for the audit trail."""
    return {name: getattr(user, name) for name in EDITABLE} | {"role": user.role.value}


def fingerprint(user: User) -> str:
    """Stands in a form as what its page was made from; another value on sending: it was changed since."""
    return hashlib.sha256(repr(sorted(facts_of(user).items())).encode()).hexdigest()[:16]
