"""Finding people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload

from app.accounts.models import Absence, Role, User
from app.errors import NotVisible
from app.extensions import db
from app.organisations.models import Agency
from app.organisations.queries import matching
from app.outbox.models import Message
from app.planreader import fold


def user_by_email(email: str) -> User | None:
    return db.session.scalar(sa.select(User).where(User.email == email.strip().lower()))


def user_by_id(user_id: int) -> User:
    """Raises:
    NotVisible: nobody has this number.
    """
    user = db.session.get(User, user_id)
    if user is None:
        raise NotVisible
    return user


def account_by_id(user_id: int) -> User:
    """Raises:
    NotVisible: no account has this number; a further post of somebody has none of its own.
    """
    user = user_by_id(user_id)
    if user.main_id is not None:
        raise NotVisible
    return user


def mail_of(key: str) -> Message | None:
    """The mail of this key, to say whether it has gone out."""
    return db.session.scalar(sa.select(Message).where(Message.key == key))


def active_people(agency_id: int, *roles: Role) -> list[User]:
    """People with an open account at this agency, in any of these roles (in any role where none is named)."""
    query = sa.select(User).where(User.agency_id == agency_id, User.closed_at.is_(None)).order_by(User.id)
    if roles:
        query = query.where(User.role.in_(roles))
    return list(db.session.scalars(query))


def demonstration_people() -> list[User]:
    """One person of each role, for the sign-in page of the demonstration office."""
    accounts = sa.select(User).where(User.closed_at.is_(None), User.main_id.is_(None))
    people = db.session.scalars(accounts.order_by(User.id))
    one_each: dict[Role, User] = {}
    for user in people:
        one_each.setdefault(user.role, user)
    return [one_each[role] for role in Role if role in one_each]


def people(
    q: str = "", role: Role | None = None, agency_id: int | None = None, *, closed: bool = False
) -> sa.Select[tuple[User]]:
    """Accounts whose name, address or agency holds every word of `q` (diacritics or not), by agency and name.

    A further post that fits brings its person's account.
    """
    post, of_post = aliased(User), aliased(Agency)

    def or_post(fits: Any, post_fits: Any) -> Any:
        posts = sa.select(post.id).join(of_post, of_post.id == post.agency_id)
        serving = posts.where(post.main_id == User.id, post.closed_at.is_(None), post_fits)
        return sa.or_(fits, serving.exists())

    query = (
        sa.select(User)
        .join(User.agency)
        .options(sa.orm.contains_eager(User.agency))
        .where(User.main_id.is_(None), User.closed_at.is_not(None) if closed else User.closed_at.is_(None))
        .order_by(Agency.protocol_order, Agency.name_key, User.name_key, User.id)
    )
    for word in q.lower().split():
        if "@" in word:
            query = query.where(User.email.contains(word, autoescape=True))
        else:
            by_name = User.name_key.contains(fold(word), autoescape=True)
            fits = sa.or_(by_name, User.email.startswith(word, autoescape=True), matching(word))
            query = query.where(or_post(fits, of_post.name_key.contains(fold(word), autoescape=True)))
    if role:
        query = query.where(or_post(User.role == role, post.role == role))
    return (
        query.where(or_post(User.agency_id == agency_id, post.agency_id == agency_id)) if agency_id else query
    )


def open_administrators() -> int:
    """How many people can still administer; the last one is never closed or given another role."""
    people = sa.select(sa.func.count(sa.distinct(sa.func.coalesce(User.main_id, User.id))))
    return db.session.scalar(people.where(User.role == Role.ADMINISTRATOR, User.closed_at.is_(None))) or 0


# -- who is away ------------------------------------------------------------------------------------------------


def deputies_on(user_ids: Iterable[int], day: date) -> dict[int, User | None]:
    """Those of these people who are away on `day`, each with the person who answers instead.

    A deputy who is away too is followed to the next one. None where nobody was named, or where nobody in the
    line is there: closed accounts and circles lead nowhere.
    """
    ids = set(user_ids)
    away = {absent: deputy for absent, deputy in away_on(day).items() if absent in ids}
    found = {
        user.id: user for user in db.session.scalars(sa.select(User).where(User.id.in_(set(away.values()))))
    }
    return {absent: found.get(deputy) if deputy else None for absent, deputy in away.items()}


def away_on(day: date) -> dict[int, int | None]:
    """Everybody who is away on `day`: user id → id of the one who answers instead, or None."""
    deputy = aliased(User)
    rows = db.session.execute(
        sa.select(Absence.user_id, sa.case((deputy.closed_at.is_(None), deputy.id)))
        .outerjoin(deputy, deputy.id == Absence.deputy_id)
        .where(Absence.from_day <= day, Absence.to_day >= day)
        .order_by(Absence.id)
    )
    named: dict[int, int | None] = {}
    for absent, stands_in in rows:
        named[absent] = stands_in or named.get(absent)  # of two absences of one day the newer deputy counts
    return {absent: _there_instead(absent, named) for absent in named}


def _there_instead(absent: int, named: Mapping[int, int | None]) -> int | None:
    passed = {absent}
    person = named[absent]
    while person is not None and person in named:
        if person in passed:
            return None
        passed.add(person)
        person = named[person]
    return person


def absences_of(agency_id: int, today: date) -> list[Absence]:
    """What is running or still to come for the people of an agency, by its first day."""
    return list(
        db.session.scalars(
            sa.select(Absence)
            .join(User, User.id == Absence.user_id)
            .where(User.agency_id == agency_id, Absence.to_day >= today)
            .order_by(Absence.from_day, Absence.id)
            .options(joinedload(Absence.user), joinedload(Absence.deputy))
        )
    )
