"""Reading what people say of an obligation or a duty, and who could read it."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from app.accounts.models import Role, User
from app.accounts.queries import active_people
from app.errors import NotVisible
from app.extensions import db
from app.obligations import workrules
from app.obligations.models import Comment
from app.obligations.topics import Topic

_OFFICERS = (Role.OFFICER, Role.HEAD, Role.STANDING_OFFICER)


def comments_on(topic: Topic, user: User) -> sa.Select[tuple[Comment]]:
    """What this person may read, oldest first: `workrules.can_read_comment` for many rows at once."""
    query = (
        sa.select(Comment)
        .where(topic.is_of(Comment), _readable(topic, user))
        .order_by(Comment.at, Comment.id)
        .options(joinedload(Comment.by), joinedload(Comment.by_agency), joinedload(Comment.agency))
    )
    return query if workrules.can_comment(user, topic) else query.where(sa.false())


def _readable(topic: Topic, user: User) -> sa.ColumnElement[bool]:
    inside = sa.and_(Comment.internal, Comment.by_agency_id == user.agency_id)
    shared = Comment.internal.is_(False)
    if user.role is not Role.COMMITTEE_MEMBER and not workrules.follows(user, topic):
        shared = sa.and_(shared, sa.or_(Comment.agency_id.is_(None), Comment.agency_id == user.agency_id))
    return sa.or_(inside, shared)


def comment_of(topic: Topic, user: User, comment_id: int) -> Comment:
    """One comment. Raises NotVisible: it is another's, or not this person's to read."""
    found = db.session.scalar(comments_on(topic, user).where(Comment.id == comment_id))
    if found is None:
        raise NotVisible
    return found


def readers(topic: Topic, *, internal: bool, agency_id: int | None, user: User) -> list[User]:
    """Everybody with an open account who would read a comment of this person: whom it may name."""
    if internal:
        return [p for p in active_people(user.agency_id, *_OFFICERS) if workrules.can_comment(p, topic)]
    asked: list[tuple[int, tuple[Any, ...]]] = [
        (agency, _OFFICERS) for agency in (topic.agencies if agency_id is None else (agency_id,))
    ]
    asked += [(agency, _OFFICERS) for agency in topic.followers]
    if topic.committee_id is not None:
        asked.append((topic.committee_id, (Role.COMMITTEE_MEMBER,)))
    if user.agency_id in topic.agencies:
        asked.append((user.agency_id, _OFFICERS))
    people: dict[int, User] = {}
    for agency, roles in asked:
        for person in active_people(agency, *roles):
            if workrules.can_comment(person, topic):
                people.setdefault(person.id, person)
    return sorted(people.values(), key=lambda person: (person.name_key, person.id))
