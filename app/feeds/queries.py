"""What stands in a feed or on the calendar page: always through what its owner may see."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from app.accounts.models import User
from app.accounts.tokens import digest
from app.extensions import db
from app.feeds.models import CalendarFeed, FeedScope
from app.obligations.models import Extension, Obligation
from app.obligations.queries import may_hold, whole_to
from app.organisations.models import Agency
from app.plans.models import Plan

_INSTANTS = (
    Obligation.acknowledged_at,
    Obligation.first_submitted_at,
    Obligation.submitted_at,
    Obligation.returned_at,
    Obligation.settled_at,
    Obligation.suspended_at,
    Obligation.handed_over_at,
)


def feed_by_token(token: str) -> CalendarFeed | None:
    """The living feed behind an address; None where it is unknown or revoked, or its owner's account closed."""
    return db.session.scalar(
        sa.select(CalendarFeed)
        .join(User)
        .where(
            CalendarFeed.token_hash == digest(token),
            CalendarFeed.revoked_at.is_(None),
            User.closed_at.is_(None),
        )
        .options(sa.orm.contains_eager(CalendarFeed.user))
    )


def feeds_of(user: User) -> list[CalendarFeed]:
    """The living feeds of a person, newest first."""
    return list(
        db.session.scalars(
            sa.select(CalendarFeed)
            .where(CalendarFeed.user_id == user.id, CalendarFeed.revoked_at.is_(None))
            .order_by(CalendarFeed.created_at.desc(), CalendarFeed.id.desc())
        )
    )


def in_scope(user: User, scope: FeedScope, plan_id: int | None = None) -> sa.Select[tuple[Obligation]]:
    """What this person sees under this scope; never more than `whole_to`."""
    query = whole_to(user)
    if scope is FeedScope.OWN:
        return query.where(Obligation.agency_id == user.agency_id)
    return query.where(Obligation.plan_id == plan_id) if scope is FeedScope.PLAN else query


def first_day(today: date) -> date:
    """Feeds begin with last year: what is older is history, and a calendar is not an archive."""
    return date(today.year - 1, 1, 1)


def entries_of(feed: CalendarFeed, since: date) -> Sequence[Any]:
    """Everything in a feed, one row an obligation, in the order of days."""
    decided = (
        sa.select(Extension.obligation_id, sa.func.max(Extension.decided_at).label("at"))
        .where(Extension.granted_until.is_not(None))  # a refusal changes nothing in a calendar
        .group_by(Extension.obligation_id)
        .subquery()
    )
    query = (
        in_scope(feed.user, feed.scope, feed.plan_id)
        .join(Agency, Agency.id == Obligation.agency_id)
        .join(Plan, Plan.id == Obligation.plan_id)
        .outerjoin(decided, decided.c.obligation_id == Obligation.id)
        .where(Obligation.deadline_on >= since)
        .order_by(Obligation.deadline_on, Obligation.id)
    )
    return db.session.execute(
        query.with_only_columns(
            Obligation.id,
            Obligation.source_kind,
            Obligation.source_id,
            Obligation.agency_id,
            Obligation.first_agency_id,
            Obligation.period,
            Obligation.title,
            Obligation.words,
            Obligation.owed_on,
            Obligation.nominal_on,
            Obligation.due_on,
            Obligation.extended_to,
            Obligation.rework_until,
            Obligation.suspended_from,
            Obligation.suspended_until,
            Obligation.version,
            Obligation.outcome,
            *_INSTANTS,
            decided.c.at.label("decided_at"),
            sa.func.coalesce(Agency.short_name, Agency.name).label("agency"),
            Plan.number.label("plan_number"),
            Plan.confirmed_at.label("confirmed_at"),
        )
    ).all()


def fingerprint(feed: CalendarFeed, since: date, *more: str) -> str:
    """Changes whenever a byte of the feed would: from one grouped query, without rendering anything.

    Counts, versions, the newest instant of every kind and the revisions of the plans stand for the facts; `more`
    is what else the text depends on (language, addresses). Only the renaming of another agency is seen late, with
    the next change of a fact.
    """
    query = in_scope(feed.user, feed.scope, feed.plan_id).join(Plan, Plan.id == Obligation.plan_id)
    facts = db.session.execute(
        query.where(Obligation.deadline_on >= since).with_only_columns(
            sa.func.count(),
            sa.func.max(Obligation.id),
            sa.func.sum(Obligation.version),
            *(sa.func.max(column) for column in _INSTANTS),
            *(sa.func.count(column) for column in _INSTANTS),  # two acts may fall into one instant
            sa.func.count(sa.distinct(Plan.id)),
            sa.func.sum(Plan.revision),
        )
    ).one()
    parts = [
        str(feed.id),
        str(feed.user.agency_id),
        str(feed.user.role),
        since.isoformat(),
        *more,
        *map(str, facts),
    ]
    return hashlib.sha256("|".join(parts).encode()).hexdigest()[:32]


def on_calendar(user: User, scope: FeedScope, first: date, last: date, *, limit: int) -> list[Obligation]:
    """Obligations whose day, or whose rework day, lies between two days; at most `limit`."""
    return list(
        db.session.scalars(
            in_scope(user, scope)
            .where(
                sa.or_(
                    Obligation.deadline_on.between(first, last),
                    sa.and_(
                        Obligation.returned_at.is_not(None), Obligation.rework_until.between(first, last)
                    ),
                )
            )
            .options(sa.orm.joinedload(Obligation.plan), sa.orm.joinedload(Obligation.agency))
            .order_by(Obligation.deadline_on, Obligation.id)
            .limit(limit)
        )
    )


def count_open(user: User, scope: FeedScope) -> int:
    query = in_scope(user, scope).where(Obligation.settled_at.is_(None), Obligation.submitted_at.is_(None))
    return db.session.scalar(query.with_only_columns(sa.func.count())) or 0


def next_after(user: User, scope: FeedScope, day: date) -> Obligation | None:
    """The nearest open obligation after a day, for an empty month."""
    return db.session.scalar(
        in_scope(user, scope)
        .where(Obligation.settled_at.is_(None), Obligation.deadline_on > day)
        .order_by(Obligation.deadline_on, Obligation.id)
        .limit(1)
    )


def plans_in_sight(user: User) -> list[Plan]:
    """Plans under which this person sees something, for a feed of one plan."""
    return list(
        db.session.scalars(
            sa.select(Plan).where(may_hold(user, Plan)).order_by(Plan.issued_on.desc(), Plan.id)
        )
    )


def changed_at(row: Any, midnight: datetime) -> datetime:
    """The last change of any fact of a row of `entries_of`; `midnight` begins the day on which it was owed."""
    instants = (
        row.acknowledged_at, row.first_submitted_at, row.submitted_at, row.returned_at, row.settled_at,
        row.decided_at, row.confirmed_at, row.handed_over_at,
    )  # fmt: skip
    return max((at for at in instants if at is not None), default=midnight)
