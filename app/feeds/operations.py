"""Making and revoking the address of a feed."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from app.accounts.models import User
from app.accounts.tokens import digest, new_token
from app.audit.operations import record
from app.errors import Refused
from app.extensions import db
from app.feeds.models import CalendarFeed, FeedScope
from app.feeds.queries import feeds_of
from app.i18n import _l
from app.plans.models import Plan

MOST_FEEDS = 10
_NOTE_EVERY = timedelta(hours=1)


def create_feed(
    user: User, scope: FeedScope, *, plan: Plan | None = None, now: datetime
) -> tuple[CalendarFeed, str]:
    """A new feed of this person and its token, which is kept nowhere: the address is shown once.

    Raises:
        Refused: the person has as many feeds as anybody needs.
    """
    if len(feeds_of(user)) >= MOST_FEEDS:
        raise Refused(_l("Đã có %(n)s đường dẫn. Thu hồi đường dẫn không dùng nữa trước.", n=MOST_FEEDS))
    token = new_token()
    feed = CalendarFeed(
        user_id=user.id,
        scope=scope,
        plan_id=plan.id if plan else None,
        token_hash=digest(token),
        created_at=now,
    )
    db.session.add(feed)
    record("feed.created", feed, actor=user, now=now, name=user.name, after={"scope": scope.value})
    return feed, token


def revoke_feed(feed: CalendarFeed, *, actor: User, now: datetime) -> None:
    """The address leads nowhere from now on; again does nothing."""
    if feed.revoked_at is None:
        feed.revoked_at = now
        record("feed.revoked", feed, actor=actor, now=now, name=feed.user.name)


def renew_feed(feed: CalendarFeed, *, actor: User, now: datetime) -> tuple[CalendarFeed, str]:
    """Another address for the same feed, for when the old one has been seen by somebody."""
    revoke_feed(feed, actor=actor, now=now)
    return create_feed(feed.user, feed.scope, plan=feed.plan, now=now)


def note_use(feed: CalendarFeed, *, now: datetime) -> bool:
    """Remember that a program read the feed, at most once an hour; True where something was written.

    A conditional UPDATE: of many readers at once only one writes.
    """
    stale = now - _NOTE_EVERY
    done = db.session.execute(
        sa.update(CalendarFeed)
        .where(
            CalendarFeed.id == feed.id,
            sa.or_(CalendarFeed.last_used_at.is_(None), CalendarFeed.last_used_at < stale),
        )
        .values(last_used_at=now)
        .execution_options(synchronize_session=False)
    )
    return bool(done.rowcount)
