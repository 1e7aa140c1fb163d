"""Whom the office's own sign-in system has let in: found by its `sub`, linked once by address, opened by mapping."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import current_app

from app.accounts import links, notifications, operations, queries, rules
from app.accounts.models import ExternalIdentity, Role, User
from app.audit.operations import record
from app.errors import Refused
from app.extensions import db
from app.i18n import _l
from app.organisations.exchange.kinds import Later
from app.organisations.exchange.lookup import agency_named
from app.organisations.models import Agency


class Unknown(Refused):
    """Nobody here is the person whom the provider names."""


def person_of(claims: Mapping[str, Any], *, now: datetime) -> User:
    """Whose account this is; linked at the first sign-in, opened where the installation says so, and with the role
    that the provider names.

    Raises:
        Unknown: no account, one that is closed, or an address that the provider has not verified.
    """
    identity = db.session.scalar(
        sa.select(ExternalIdentity).where(
            ExternalIdentity.issuer == _issuer(), ExternalIdentity.subject == str(claims["sub"])
        )
    )
    if identity is None:
        identity = _link(claims, now)
    user = identity.user
    if not user.is_active:
        raise Unknown(_l("Tài khoản của %(name)s đã đóng.", name=user.name))
    identity.last_used_at = now
    _take_role(user, claims, now)
    return user


def identities_of(user: User) -> list[ExternalIdentity]:
    query = sa.select(ExternalIdentity).where(ExternalIdentity.user_id == user.account.id)
    return list(db.session.scalars(query.order_by(ExternalIdentity.id)))


def is_same(user: User, claims: Mapping[str, Any]) -> bool:
    """Whether the provider names the person who is signed in."""
    subject = str(claims["sub"])
    return any((one.issuer, one.subject) == (_issuer(), subject) for one in identities_of(user))


def unlink(user: User, *, actor: User, now: datetime) -> None:
    """Forget who the person is at the provider; the next sign-in links anew, by the verified address.

    Raises:
        Refused: nothing is linked.
    """
    if not identities_of(user):
        raise Refused(_l("Tài khoản này chưa nối với hệ thống đăng nhập chung."))
    db.session.execute(sa.delete(ExternalIdentity).where(ExternalIdentity.user_id == user.id))
    record("user.identity_unlinked", user, actor=actor, now=now, name=user.mail_address)
    notifications.tell(user, "identity_unlinked", now=now, by=actor.name)


def _link(claims: Mapping[str, Any], now: datetime) -> ExternalIdentity:
    address = str(claims.get("email") or "").strip().lower()
    # Whoever may write any address into their profile there must not become that person here.
    if not address or claims.get("email_verified") is not True:
        raise Unknown(
            _l("Hệ thống đăng nhập chung chưa xác minh địa chỉ thư nên chưa biết đây là tài khoản nào.")
        )
    user = queries.user_by_email(address) or _open_account(address, claims, now)
    if not user.is_active:
        raise Unknown(_l("Tài khoản của %(address)s đã đóng.", address=address))
    if any(one.issuer == _issuer() for one in identities_of(user)):
        raise Unknown(
            _l(
                "Tài khoản của %(address)s đã nối với một người khác ở hệ thống đăng nhập chung.",
                address=address,
            )
        )
    identity = ExternalIdentity(
        user=user, issuer=_issuer(), subject=str(claims["sub"]), linked_at=now, last_used_at=now
    )
    db.session.add(identity)
    links.revoke_all(user, now=now)
    record(
        "user.identity_linked", user, actor=user, now=now, name=user.mail_address, after={"issuer": _issuer()}
    )
    notifications.tell(user, "identity_linked", now=now)
    return identity


def _open_account(address: str, claims: Mapping[str, Any], now: datetime) -> User:
    role = _role_of(claims)
    agency = _agency_of(claims) if current_app.config["OIDC_CREATE_ACCOUNTS"] else None
    if role is None or agency is None:
        raise Unknown(_l("Chưa có tài khoản nào mang địa chỉ %(address)s.", address=address))
    name = str(claims.get("name") or address)[:200]
    try:
        user = operations.create_user(address, name, role, agency, actor=None, now=now)
    except Refused as refusal:
        raise Unknown(refusal.reason) from None
    db.session.flush()
    return user


def _take_role(user: User, claims: Mapping[str, Any], now: datetime) -> None:
    """The provider's word holds where it names a role that the person can have; else the role stays as it is."""
    role, before = _role_of(claims), user.role
    if role is None or role is before or rules.why_not_role(role, user.agency):
        return
    if before is Role.ADMINISTRATOR and queries.open_administrators() <= 1:
        return
    user.role = role
    record(
        "user.role_from_provider",
        user,
        actor=None,
        now=now,
        name=user.mail_address,
        before={"role": before.value},
        after={"role": role.value},
    )


def _role_of(claims: Mapping[str, Any]) -> Role | None:
    config = current_app.config
    said = _claim(claims, config["OIDC_ROLE_CLAIM"]) if config["OIDC_ROLE_CLAIM"] else None
    values = said if isinstance(said, list) else [said]
    return rules.role_from([str(value) for value in values if value], config["OIDC_ROLE_MAP"])


def _agency_of(claims: Mapping[str, Any]) -> Agency | None:
    """By the code in its letters' symbols (SYT), its name or another spelling."""
    said = str(_claim(claims, current_app.config["OIDC_AGENCY_CLAIM"]) or "").strip()
    if not said:
        return None
    coded = db.session.scalars(
        sa.select(Agency)
        .where(sa.func.lower(Agency.symbol_code) == said.lower(), Agency.valid_to.is_(None))
        .limit(2)
    ).all()
    if len(coded) == 1:
        return coded[0]
    try:
        return agency_named(said)
    except (Later, Refused):
        return None


def _claim(claims: Mapping[str, Any], path: str) -> Any:
    """`realm_access.roles` looks for roles in realm_access; a claim whose own name has dots goes first."""
    if path in claims:
        return claims[path]
    found: Any = claims
    for name in path.split("."):
        found = found.get(name) if isinstance(found, Mapping) else None
    return found


def _issuer() -> str:
    return str(current_app.config["OIDC_ISSUER"])
