"""Reading obligations: always through what the person may see."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from app.accounts.models import Role, User
from app.accounts.rules import is_officer
from app.errors import NotVisible
from app.extensions import db
from app.obligations.models import Attachment, Obligation, Submission

# What a row of a list shows, so that a list costs the same number of queries whatever its length.
ROW = (
    joinedload(Obligation.agency),
    joinedload(Obligation.receiver),
    joinedload(Obligation.plan),
)


def visible_to(user: User) -> sa.Select[tuple[Obligation]]:
    """The obligations that this person may see: the same answer as `rules.can_see`, for many rows at once."""
    return sa.select(Obligation).where(_visible(user))


def _visible(user: User) -> sa.ColumnElement[bool]:
    if user.role is Role.COMMITTEE_MEMBER:
        return Obligation.committee_id == user.agency_id
    if user.role is Role.STANDING_OFFICER:
        return sa.or_(
            Obligation.agency_id == user.agency_id,
            Obligation.standing_agency_id == user.agency_id,
            Obligation.receiver_id == user.agency_id,
        )
    if is_officer(user):
        return Obligation.agency_id == user.agency_id
    return sa.false()


def obligation_for(user: User, obligation_id: int) -> Obligation:
    """The obligation, if this person may see it.

    Raises:
        NotVisible: it does not exist for this person.
    """
    found = db.session.scalar(
        visible_to(user)
        .where(Obligation.id == obligation_id)
        .options(*ROW, joinedload(Obligation.standing_agency))
    )
    if found is None:
        raise NotVisible
    return found


def open_in_batches(size: int = 500) -> Iterator[list[Obligation]]:
    """All open obligations (not settled), in the order of their id, a batch at a time.

    Each batch is a query of its own that starts after the last id, so the caller may commit between batches and
    nothing is skipped or met twice, whatever is settled or owed meanwhile.
    """
    after = 0
    while True:
        batch = list(
            db.session.scalars(
                sa.select(Obligation)
                .where(Obligation.settled_at.is_(None), Obligation.id > after)
                .order_by(Obligation.id)
                .limit(size)
                .options(*ROW)
            )
        )
        if not batch:
            return
        after = batch[-1].id  # before the caller commits and the objects expire
        yield batch


def owed_by(agency_id: int) -> sa.Select[tuple[Obligation]]:
    """What an agency still has to hand in, by day."""
    return (
        sa.select(Obligation)
        .where(
            Obligation.agency_id == agency_id,
            Obligation.settled_at.is_(None),
            Obligation.submitted_at.is_(None),
        )
        .order_by(Obligation.deadline_on, Obligation.id)
    )


def waiting_for_review(user: User) -> sa.Select[tuple[Obligation]]:
    """What this person's agency has to accept or return."""
    if user.role is not Role.STANDING_OFFICER:
        return sa.select(Obligation).where(sa.false())
    return sa.select(Obligation).where(
        sa.or_(Obligation.standing_agency_id == user.agency_id, Obligation.receiver_id == user.agency_id),
        Obligation.settled_at.is_(None),
        Obligation.submitted_at.is_not(None),
    )


def counts_for_navigation(user: User, today: date) -> dict[str, tuple[int, bool]]:
    """Counters of the top bar: name → (count, whether it counts late things).

    "mine": what the agency owes and is late; where nothing is, what is due within seven days. "review": what
    waits for this person's agency to accept or return.
    """
    counts: dict[str, tuple[int, bool]] = {}
    if is_officer(user):
        late = sa.and_(is_past(today), Obligation.is_request.is_(False))
        near = Obligation.deadline_on.between(today, today + timedelta(days=7))
        owed = owed_by(user.agency_id).order_by(None)
        number_late, number_near = db.session.execute(
            owed.with_only_columns(sa.func.count().filter(late), sa.func.count().filter(near))
        ).one()
        counts["mine"] = (number_late or number_near, number_late > 0)
    if user.role is Role.STANDING_OFFICER:
        waiting = waiting_for_review(user).with_only_columns(sa.func.count())
        counts["review"] = (db.session.scalar(waiting) or 0, False)
    return counts


def is_past(today: date) -> sa.ColumnElement[bool]:
    """`rules.day_that_counts` lies before `today`, for many rows at once."""
    return sa.and_(
        Obligation.deadline_on < today,
        sa.or_(
            Obligation.returned_at.is_(None),
            Obligation.rework_until.is_(None),
            Obligation.rework_until < today,
        ),
    )


def submissions_of(obligation: Obligation) -> list[Submission]:
    """All versions with their people and files, newest first."""
    return list(
        db.session.scalars(
            sa.select(Submission)
            .where(Submission.obligation_id == obligation.id)
            .order_by(Submission.version.desc())
            .options(
                joinedload(Submission.submitted_by),
                joinedload(Submission.reviewed_by),
                selectinload(Submission.attachments).joinedload(Attachment.file),
            )
        )
    )


def waiting_submission(obligation: Obligation) -> Submission | None:
    """The version under review; None where nothing waits or the papers live elsewhere."""
    if obligation.submitted_at is None or obligation.settled_at is not None:
        return None
    return db.session.scalars(
        sa.select(Submission)
        .where(
            Submission.obligation_id == obligation.id,
            Submission.accepted_at.is_(None),
            Submission.returned_at.is_(None),
            Submission.withdrawn_at.is_(None),
        )
        .order_by(Submission.version.desc())
    ).first()


def submission_by_form(form_key: str) -> Submission | None:
    return db.session.scalar(sa.select(Submission).where(Submission.form_key == form_key))
