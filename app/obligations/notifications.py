"""The mails about one obligation. Each is posted once per act and reader, in the same transaction as the act."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app.accounts.models import Role, User
from app.accounts.queries import active_people
from app.extensions import db
from app.links import absolute_url
from app.obligations.models import Extension, Obligation, Submission
from app.outbox.post import post

_OFFICERS = (Role.OFFICER, Role.HEAD, Role.STANDING_OFFICER)


def notify_received(submission: Submission, *, now: datetime) -> None:
    """The receipt, to whoever handed it in."""
    people = [submission.submitted_by]
    _post_all("submission-received", people, submission.obligation, submission.id, now, submission=submission)


def notify_to_review(submission: Submission, *, now: datetime) -> None:
    """To the standing officers who have to accept or return it."""
    people = [user for user in reviewers(submission.obligation) if user.id != submission.submitted_by_id]
    _post_all(
        "submission-to-review", people, submission.obligation, submission.id, now, submission=submission
    )


def notify_returned(submission: Submission, *, now: datetime) -> None:
    """To everybody who can correct it, since whoever sent it may be away."""
    people = active_people(submission.obligation.agency_id, *_OFFICERS)
    _post_all("submission-returned", people, submission.obligation, submission.id, now, submission=submission)


def notify_accepted(submission: Submission, *, now: datetime) -> None:
    people = _at_work(submission.submitted_by, submission.obligation)
    _post_all("submission-accepted", people, submission.obligation, submission.id, now, submission=submission)


def notify_extension_asked(extension: Extension, *, now: datetime) -> None:
    people = [user for user in reviewers(extension.obligation) if user.id != extension.asked_by_id]
    _post_all("extension-asked", people, extension.obligation, extension.id, now, extension=extension)


def notify_extension_decided(extension: Extension, *, now: datetime) -> None:
    people = _at_work(extension.asked_by, extension.obligation)
    _post_all("extension-decided", people, extension.obligation, extension.id, now, extension=extension)


def notify_waived(obligation: Obligation, *, actor: User, now: datetime) -> None:
    people = active_people(obligation.agency_id, *_OFFICERS)
    _post_all("obligation-waived", people, obligation, obligation.id, now, decided_by=actor)


def notify_correction_wanted(obligation: Obligation, *, actor: User, now: datetime) -> None:
    people = active_people(obligation.agency_id, *_OFFICERS)
    key = f"{obligation.id}:{now:%Y%m%d%H%M%S}"  # one may be wanted again after the last was answered
    _post_all("correction-wanted", people, obligation, key, now, decided_by=actor)


def notify_undecreed(year: int, *, now: datetime) -> None:
    """Once to every administrator and standing officer: the days off of this year are computed, not decreed."""
    people = db.session.scalars(
        sa.select(User)
        .where(User.role.in_([Role.ADMINISTRATOR, Role.STANDING_OFFICER]), User.closed_at.is_(None))
        .order_by(User.id)
    )
    for user in people:
        settles = user.role is Role.ADMINISTRATOR
        context = {
            "year": year,
            "settles": settles,
            "url": absolute_url("obligations.settings" if settles else "feeds.calendar"),
        }
        post("calendar-undecreed", user, key=f"calendar-undecreed:{year}:{user.id}", now=now, context=context)


def reviewers(obligation: Obligation) -> list[User]:
    """Standing officers of the receiving body; where it has none, its officers and head, if it is another body than
    the plan's standing agency; else that agency's standing officers."""
    people = active_people(obligation.receiver_id, Role.STANDING_OFFICER)
    if not people and obligation.receiver_id != obligation.standing_agency_id:
        people = active_people(obligation.receiver_id, Role.OFFICER, Role.HEAD)
    return people or active_people(obligation.standing_agency_id, Role.STANDING_OFFICER)


def _at_work(person: User, obligation: Obligation) -> list[User]:
    """The person; the agency's officers where the account has been closed since."""
    return [person] if person.is_active else active_people(obligation.agency_id, *_OFFICERS)


def _post_all(
    kind: str,
    people: Iterable[User],
    obligation: Obligation,
    subject_id: int | str,
    now: datetime,
    **context: Any,
) -> None:
    context |= {
        "obligation": obligation,
        "url": absolute_url("obligations.show", obligation_id=obligation.id),
    }
    for user in people:
        key = f"{kind}:{subject_id}:{user.id}"
        post(kind, user, key=key, now=now, context=context, obligation_id=obligation.id)
