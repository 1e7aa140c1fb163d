"""Kiêm nhiệm: the further agencies that one person serves. Each is a row of its own, so that everything that asks
"whose is this?" needs to know only one agency and one role. The caller commits."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from app.accounts import queries, rules
from app.accounts.models import Role, User, UserSession
from app.audit.operations import record
from app.errors import NotVisible, Refused
from app.extensions import db
from app.i18n import _l
from app.organisations.models import Agency


def rows_of(user: User) -> list[User]:
    """The open rows of the person: the account first, then its posts in the order in which they were given."""
    account = user.account
    return [row for row in (account, *posts_of([account.id]).get(account.id, [])) if row.is_active]


def posts_of(account_ids: Iterable[int]) -> dict[int, list[User]]:
    """The open posts of these accounts."""
    found: dict[int, list[User]] = {}
    query = sa.select(User).where(User.main_id.in_(list(account_ids)), User.closed_at.is_(None))
    for post in db.session.scalars(query.order_by(User.id).options(joinedload(User.agency))):
        found.setdefault(post.main_id or 0, []).append(post)
    return found


def all_rows(user: User) -> list[User]:
    """The account and every post that it ever had, ended ones too."""
    account = user.account
    posts = db.session.scalars(sa.select(User).where(User.main_id == account.id).order_by(User.id))
    return [account, *posts]


def own_row(user: User, row_id: int) -> User:
    """Raises:
    NotVisible: this is no open row of the person.
    """
    for row in rows_of(user):
        if row.id == row_id:
            return row
    raise NotVisible


def add_post(account: User, role: Role, agency: Agency, position: str, *, actor: User, now: datetime) -> User:
    """Let the person serve another agency too. A post there that has ended is taken up again, with its history.

    Raises:
        Refused: the account is closed or itself a post, the person serves the agency already, or nobody can have
            this role at it.
    """
    if account.main_id is not None or not account.is_active:
        raise Refused(_l("Chỉ thêm kiêm nhiệm cho tài khoản chính đang mở."))
    if any(row.agency_id == agency.id for row in rows_of(account)):
        raise Refused(_l("%(name)s đã làm việc tại %(agency)s.", name=account.name, agency=agency.name))
    if reason := rules.why_not_role(role, agency):
        raise Refused(reason)
    former = db.session.scalar(
        sa.select(User).where(User.main_id == account.id, User.agency_id == agency.id).order_by(User.id)
    )
    post = former or User(main=account, agency=agency, created_at=now)
    post.name, post.language = account.name, account.language
    post.role, post.position, post.closed_at = role, position.strip(), None
    db.session.add(post)
    facts = {"role": role.value, "agency": agency.name, "position": post.position}
    record("user.post_added", post, actor=actor, now=now, name=account.mail_address, after=facts)
    return post


def end_post(post: User, *, actor: User, now: datetime) -> None:
    """The person no longer serves this agency; sessions that act as the post go on as the account itself.

    Raises:
        Refused: it is no post, has ended, is the one as which the actor works, or the last that administers.
    """
    if post.main_id is None or not post.is_active:
        raise Refused(_l("Kiêm nhiệm này đã kết thúc."))
    if reason := rules.why_not_leave_office(post, actor, queries.open_administrators()):
        raise Refused(reason)
    close_row(post, now)
    facts = {"role": post.role.value, "agency": post.agency.name}
    record("user.post_ended", post, actor=actor, now=now, name=post.mail_address, before=facts)


def close_row(post: User, now: datetime) -> None:
    post.closed_at = now
    db.session.execute(sa.update(UserSession).where(UserSession.acting_id == post.id).values(acting_id=None))
