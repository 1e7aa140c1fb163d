"""Finding people."""

from __future__ import annotations

import sqlalchemy as sa

from app.accounts.models import Role, User
from app.extensions import db
from app.organisations.models import Agency
from app.organisations.queries import matching
from app.planreader import fold


def user_by_email(email: str) -> User | None:
    return db.session.scalar(sa.select(User).where(User.email == email.strip().lower()))


def user_by_session(identity: str) -> User | None:
    """The person a session belongs to; None where the account is closed or its sessions were ended."""
    key, _, version = identity.partition(".")
    if not (key.isdigit() and version.isdigit()):
        return None
    user = db.session.get(User, int(key))
    return user if user and user.is_active and user.session_version == int(version) else None


def active_people(agency_id: int, *roles: Role) -> list[User]:
    """People with an open account at this agency, in any of these roles (in any role where none is named)."""
    query = sa.select(User).where(User.agency_id == agency_id, User.closed_at.is_(None)).order_by(User.id)
    if roles:
        query = query.where(User.role.in_(roles))
    return list(db.session.scalars(query))


def demonstration_people() -> list[User]:
    """One person of each role, for the sign-in page of the demonstration office."""
    people = db.session.scalars(sa.select(User).where(User.closed_at.is_(None)).order_by(User.id))
    one_each: dict[Role, User] = {}
    for user in people:
        one_each.setdefault(user.role, user)
    return [one_each[role] for role in Role if role in one_each]


def people(
    q: str = "", role: Role | None = None, agency_id: int | None = None, *, closed: bool = False
) -> sa.Select[tuple[User]]:
    """Accounts whose name, address or agency holds every word of `q` (diacritics or not), by agency and name."""
    query = (
        sa.select(User)
        .join(User.agency)
        .options(sa.orm.contains_eager(User.agency))
        .where(User.closed_at.is_not(None) if closed else User.closed_at.is_(None))
        .order_by(Agency.protocol_order, Agency.name_key, User.name_key, User.id)
    )
    for word in q.lower().split():
        if "@" in word:
            query = query.where(User.email.contains(word, autoescape=True))
        else:
            by_name = User.name_key.contains(fold(word), autoescape=True)
            query = query.where(sa.or_(by_name, User.email.startswith(word, autoescape=True), matching(word)))
    if role:
        query = query.where(User.role == role)
    return query.where(User.agency_id == agency_id) if agency_id else query


def open_administrators() -> int:
    """How many accounts can still administer; the last one is never closed or given another role."""
    return (
        db.session.scalar(
            sa.select(sa.func.count()).where(User.role == Role.ADMINISTRATOR, User.closed_at.is_(None))
        )
        or 0
    )
