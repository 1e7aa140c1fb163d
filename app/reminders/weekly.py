"""The steering committee's week: what is overdue, at which agencies, for how long, and what changed in a week.

`summed` is pure. Bodies that are asked and not commanded are never called late, so they have no line here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from app.accounts.models import Role, User
from app.accounts.queries import active_people
from app.clock import VIETNAM, vietnam_day
from app.extensions import db
from app.obligations.models import Obligation
from app.obligations.queries import counting_day
from app.organisations.models import Agency
from app.plans.models import Plan, PlanState
from app.reminders.notifications import notify_week

MOST_AGENCIES = 30


@dataclass(frozen=True, slots=True)
class Late:
    """An overdue obligation: whose, since when, and when it was handed in or settled, if it was."""

    agency: str
    day: date
    ended_on: date | None = None


@dataclass(frozen=True, slots=True)
class AgencyLine:
    agency: str
    overdue: int
    longest: int  # calendar days of the oldest
    new: int  # fell overdue within the week


@dataclass(frozen=True, slots=True)
class Week:
    """`came`: fell overdue since the same day of the week before, and still is; `went`: was overdue then and is
    not any more."""

    code: str  # 2026-W48
    committee: Agency
    lines: tuple[AgencyLine, ...]
    hidden: int
    overdue: int
    came: int
    went: int


def summed(found: Iterable[Late], today: date) -> tuple[list[AgencyLine], int, int]:
    """Lines by agency, worst first; how many came and how many went within the week."""
    week_ago = today - timedelta(days=7)
    open_, went = [], 0
    for late in found:
        if late.ended_on is None and late.day < today:
            open_.append(late)
        elif late.ended_on is not None and week_ago <= late.ended_on <= today and late.day < week_ago:
            went += 1
    by_agency: dict[str, list[Late]] = {}
    for late in open_:
        by_agency.setdefault(late.agency, []).append(late)
    lines = [
        AgencyLine(
            agency,
            len(own),
            max((today - late.day).days for late in own),
            sum(late.day >= week_ago for late in own),
        )
        for agency, own in by_agency.items()
    ]
    lines.sort(key=lambda line: (-line.overdue, -line.longest, line.agency))
    return lines, sum(line.new for line in lines), went


def week_of(committee: Agency, today: date) -> Week | None:
    """None where nothing is overdue and nothing was a week ago."""
    lines, came, went = summed(_late(committee, today), today)
    if not lines and not went:
        return None
    year, number, _weekday = today.isocalendar()
    return Week(
        code=f"{year}-W{number:02d}",
        committee=committee,
        lines=tuple(lines[:MOST_AGENCIES]),
        hidden=max(0, len(lines) - MOST_AGENCIES),
        overdue=sum(line.overdue for line in lines),
        came=came,
        went=went,
    )


def tell_committees(now: datetime) -> int:
    """Post this week's mail to every member of every committee with plans in force; how many mails are new.

    The caller commits. Run again within the week it posts nothing.
    """
    today = vietnam_day(now)
    having = sa.select(Plan.committee_id).where(Plan.state == PlanState.IN_FORCE)
    posted = 0
    for committee in db.session.scalars(sa.select(Agency).where(Agency.id.in_(having)).order_by(Agency.id)):
        members: Sequence[User] = active_people(committee.id, Role.COMMITTEE_MEMBER)
        if members and (week := week_of(committee, today)):
            posted += sum(notify_week(user, week, now=now) for user in members)
    return posted


def _late(committee: Agency, today: date) -> list[Late]:
    """What is overdue now, and what was until it was handed in or settled within the week."""
    week_ago = now_of(today - timedelta(days=7))
    ended = sa.func.coalesce(Obligation.submitted_at, Obligation.settled_at)
    waiting = sa.and_(Obligation.settled_at.is_(None), Obligation.submitted_at.is_(None))
    rows = db.session.execute(
        sa.select(Agency.name, Agency.short_name, counting_day(), sa.case((sa.not_(waiting), ended)))
        .join(Agency, Agency.id == Obligation.agency_id)
        .join(Plan, Plan.id == Obligation.plan_id)
        .where(
            Obligation.committee_id == committee.id,
            Obligation.is_request.is_(False),
            Plan.state == PlanState.IN_FORCE,
            Obligation.due_on < today,
            counting_day() < today,
            sa.or_(waiting, Obligation.submitted_at >= week_ago, Obligation.settled_at >= week_ago),
            sa.or_(
                Obligation.suspended_at.is_(None),
                Obligation.suspended_from > today,
                Obligation.suspended_until < today,
            ),
        )
    )
    return [
        Late(short or name, day, vietnam_day(ended_at) if ended_at else None)
        for name, short, day, ended_at in rows
    ]


def now_of(day: date) -> datetime:
    """The first instant of a day in Vietnam."""
    return datetime(day.year, day.month, day.day, tzinfo=VIETNAM)
