"""Mails about reminding itself: what nobody will hear, the committee's week, jobs that have fallen silent."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa

from app.accounts.models import Role, User
from app.extensions import db
from app.links import absolute_url
from app.obligations.rules import day_that_counts
from app.outbox.post import post
from app.reminders import wording
from app.reminders.models import JobRun

if TYPE_CHECKING:
    from app.reminders.hearing import Unheard
    from app.reminders.weekly import Week


def administrators() -> list[User]:
    query = sa.select(User).where(User.role == Role.ADMINISTRATOR, User.closed_at.is_(None))
    return list(db.session.scalars(query.order_by(User.id)))


def notify_unheard(readers: Sequence[User], lines: Sequence[Unheard], total: int, *, now: datetime) -> None:
    """To the standing agency: obligations of which nobody at the agencies will hear."""
    digest = hashlib.sha256("\n".join(line.key for line in lines).encode()).hexdigest()[:32]
    items = [
        {
            "title": line.obligation.title,
            "agency": line.obligation.agency.display_name,
            "plan": line.obligation.plan.display_number,
            "day": day_that_counts(line.obligation),
            "reasons": line.reasons,
            "url": absolute_url("obligations.show", obligation_id=line.obligation.id),
        }
        for line in lines
    ]
    context = {
        "items": items,
        "total": total,
        "hidden": total - len(items),
        "reason_words": wording.reason_words,
        "url": absolute_url("reminders.unheard_list"),
    }
    for user in readers:
        post("nobody-hears", user, key=f"unheard:{digest}:{user.id}", now=now, context=context)


def notify_week(user: User, week: Week, *, now: datetime) -> bool:
    """To a member of a steering committee, once a week; whether it was new."""
    context = {"week": week, "url": absolute_url("oversight.board")}
    key = f"week:{week.code}:{week.committee.id}:{user.id}"
    return post("committee-week", user, key=key, now=now, context=context) is not None


def notify_silence(user: User, jobs: Sequence[JobRun], *, now: datetime) -> bool:
    """To an administrator: jobs that have fallen silent, once for each silence; whether it was new."""
    since = "|".join(f"{job.name}@{job.last_good_at}" for job in jobs)
    key = f"silence:{hashlib.sha256(since.encode()).hexdigest()[:32]}:{user.id}"
    context = {"jobs": jobs, "job_words": wording.job_words, "url": absolute_url("reminders.index")}
    return post("scheduler-silent", user, key=key, now=now, context=context) is not None
