"""Reading obligations: always through what the person may see."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from app.accounts.models import Role, User
from app.accounts.rules import is_officer
from app.audit.models import AuditEntry
from app.errors import NotVisible
from app.extensions import db
from app.obligations.models import (
    DAY_THAT_COUNTS,
    Attachment,
    CalendarException,
    CalendarYear,
    Extension,
    Obligation,
    Submission,
)
from app.obligations.workshare import (  # noqa: F401  (questions of this feature, asked of this module)
    blocking_parts,
    given_to,
    given_to_officer,
    hand_downs,
    has_part,
    head_confirms,
    not_suspended,
    officers_in_charge,
    part_of,
    parts_of,
    suspended,
    waiting_presentation,
)
from app.organisations.models import Agency


def row_options() -> tuple[Any, ...]:
    """What a row of a list shows, so that a list costs the same number of queries whatever its length."""
    return joinedload(Obligation.agency), joinedload(Obligation.receiver), joinedload(Obligation.plan)


def list_options() -> tuple[Any, ...]:
    """The same with no more of agencies and plans than the tables of our own pages show."""
    plan = Obligation.plan.property.mapper.class_  # it stands above this feature
    return (
        joinedload(Obligation.agency).load_only(Agency.name, Agency.short_name),
        joinedload(Obligation.receiver).load_only(Agency.name, Agency.short_name),
        joinedload(Obligation.plan).load_only(plan.number, plan.title, plan.issuer),
    )


def visible_to(user: User) -> sa.Select[tuple[Obligation]]:
    """The obligations of which this person sees anything: the same answer as `rules.can_see`, for many rows at once.

    An agency that is asked for a part sees that there is one, and its own part only: pages that show anything else
    ask `whole_to`.
    """
    visible = _visible(user)
    if is_officer(user):
        visible = sa.or_(visible, has_part(user.agency_id))
    return sa.select(Obligation).where(visible)


def whole_to(user: User) -> sa.Select[tuple[Obligation]]:
    """The obligations that this person sees with all that was handed in: as `rules.can_see_whole`."""
    return sa.select(Obligation).where(_visible(user))


def ways_of(user: User) -> list[sa.ColumnElement[bool]]:
    """The ways in which this person comes to see obligations whole: one condition each, and no obligation comes by
    two of them. Each has its index, by day: a list takes its first rows from each way and puts them together."""
    if user.role is Role.COMMITTEE_MEMBER:
        return [Obligation.committee_id == user.agency_id]
    if not is_officer(user):
        return []
    own, run = Obligation.agency_id == user.agency_id, Obligation.standing_agency_id == user.agency_id
    passed_on = sa.and_(_received_by(user), Obligation.agency_id != user.agency_id)
    if user.role is Role.STANDING_OFFICER:
        return [own, sa.and_(run, Obligation.agency_id != user.agency_id), passed_on]
    return [own, passed_on]


def _visible(user: User) -> sa.ColumnElement[bool]:
    return sa.or_(sa.false(), *ways_of(user))


def _received_by(user: User) -> sa.ColumnElement[bool]:
    """What goes to a person's agency although another one runs the plan: as a body between the reporters and the
    plan's receiver, or for a movement."""
    return sa.and_(
        Obligation.receiver_id == user.agency_id,
        Obligation.receiver_id != Obligation.standing_agency_id,
    )


def may_hold(user: User, plan: Any) -> sa.ColumnElement[bool]:
    """Plans that the person's agency runs or follows hold what it sees; of others it must owe or receive some."""
    if user.role is Role.COMMITTEE_MEMBER:
        return plan.committee_id == user.agency_id
    if not is_officer(user):
        return sa.false()
    received = sa.select(Obligation.plan_id).where(ways_of(user)[-1])
    ways = [
        has_one([Obligation.agency_id == user.agency_id], Obligation.plan_id, plan.id),
        plan.id.in_(received),
    ]
    if user.role is Role.STANDING_OFFICER:
        ways.append(sa.and_(plan.standing_agency_id == user.agency_id, plan.confirmed_at.is_not(None)))
    return sa.or_(*ways)


def has_one(
    ways: list[sa.ColumnElement[bool]], column: Any, of: sa.ColumnElement[int]
) -> sa.ColumnElement[bool]:
    """There is one that is seen in one of these ways. Asked way by way, one row each through an index, and not as
    EXISTS, which a planner turns into a walk over every obligation."""
    ones = [
        sa.select(Obligation.id).where(way, column == of).limit(1).scalar_subquery().is_not(None)
        for way in ways
    ]
    return sa.or_(sa.false(), *ones)


def obligation_for(user: User, obligation_id: int) -> Obligation:
    """The obligation, if this person may see it with all that was handed in.

    Raises:
        NotVisible: it does not exist for this person, or only a part of it is asked of the person's agency.
    """
    found = db.session.scalar(
        whole_to(user)
        .where(Obligation.id == obligation_id)
        .options(*row_options(), joinedload(Obligation.standing_agency))
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
                .options(*row_options())
            )
        )
        if not batch:
            return
        after = batch[-1].id  # before the caller commits and the objects expire
        yield batch


def owed_by(agency_id: Any, today: Any) -> sa.Select[tuple[Obligation]]:
    """What an agency still has to hand in and is not suspended on the day, by day. Both may be parameters."""
    return (
        sa.select(Obligation)
        .where(
            Obligation.agency_id == agency_id,
            Obligation.settled_at.is_(None),
            Obligation.submitted_at.is_(None),
            not_suspended(today),
        )
        .order_by(Obligation.deadline_on, Obligation.id)
    )


def waiting_for_review(user: User) -> sa.Select[tuple[Obligation]]:
    """What this person's agency has to accept or return."""
    if not is_officer(user):
        return sa.select(Obligation).where(sa.false())
    mine = (
        sa.or_(Obligation.standing_agency_id == user.agency_id, Obligation.receiver_id == user.agency_id)
        if user.role is Role.STANDING_OFFICER
        else _received_by(user)
    )
    return sa.select(Obligation).where(
        mine,
        Obligation.settled_at.is_(None),
        Obligation.submitted_at.is_not(None),
    )


def counts_for_navigation(
    user: User, today: date, late_and_near: tuple[int, int] | None = None
) -> dict[str, tuple[int, bool]]:
    """Counters of the top bar: name → (count, whether it counts late things).

    "mine": what the agency owes and is late; where nothing is, what is due within seven days. "review": what
    waits for this person's agency to accept or return. `late_and_near` is given by a page that has counted already.
    """
    counts: dict[str, tuple[int, bool]] = {}
    if is_officer(user):
        if late_and_near is None:
            bound = {"agency_id": user.agency_id, "today": today, "until": today + timedelta(days=7)}
            late_and_near = tuple(db.session.execute(_late_and_near(), bound).one())
        late, near = late_and_near
        counts["mine"] = (late or near, late > 0)
    if user.role is Role.STANDING_OFFICER:
        counts["review"] = (db.session.scalar(_waiting_here(), {"agency_id": user.agency_id}) or 0, False)
    return counts


@cache
def _late_and_near() -> sa.Select[tuple[int, int]]:
    """Composed once: every page of an officer asks it."""
    today = sa.bindparam("today", type_=sa.Date)
    late = sa.and_(is_past(today), Obligation.is_request.is_(False))
    near = Obligation.deadline_on.between(today, sa.bindparam("until", type_=sa.Date))
    owed = owed_by(sa.bindparam("agency_id", type_=sa.Integer), today).order_by(None)
    # The day that counts is never before the deadline, and is what the index holds.
    return owed.where(sa.or_(counting_day() < today, near)).with_only_columns(
        sa.func.count().filter(late), sa.func.count().filter(near)
    )


@cache
def _waiting_here() -> sa.Select[tuple[int]]:
    agency_id = sa.bindparam("agency_id", type_=sa.Integer)
    waiting = (Obligation.settled_at.is_(None), Obligation.submitted_at.is_not(None))
    run = sa.select(sa.func.count()).where(Obligation.standing_agency_id == agency_id, *waiting)
    passed_on = sa.select(sa.func.count()).where(
        Obligation.receiver_id == agency_id, Obligation.standing_agency_id != agency_id, *waiting
    )
    return sa.select(run.scalar_subquery() + passed_on.scalar_subquery())


def counting_day() -> sa.ColumnElement[date]:
    """`rules.day_that_counts`, for many rows at once; the indexes of `models` hold it."""
    return DAY_THAT_COUNTS


def is_past(today: Any) -> sa.ColumnElement[bool]:
    """`rules.day_that_counts` lies before `today`. The deadline stands alone first, since it is indexed."""
    return sa.and_(Obligation.deadline_on < today, counting_day() < today)


def submissions_of(obligation: Obligation) -> list[Submission]:
    """All versions with their people and files, newest first."""
    return list(
        db.session.scalars(
            sa.select(Submission)
            .where(Submission.obligation_id == obligation.id)
            .order_by(Submission.version.desc())
            .options(
                joinedload(Submission.submitted_by),
                joinedload(Submission.reviewed_by).joinedload(User.agency),
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


def waiting_submissions(obligations: Iterable[Obligation]) -> dict[int, Submission]:
    """The version under review of each of these: obligation id → submission with its files."""
    found = db.session.scalars(
        sa.select(Submission)
        .where(
            Submission.obligation_id.in_([o.id for o in obligations]),
            Submission.accepted_at.is_(None),
            Submission.returned_at.is_(None),
            Submission.withdrawn_at.is_(None),
        )
        .order_by(Submission.version)
        .options(joinedload(Submission.submitted_by), selectinload(Submission.attachments))
    )
    return {submission.obligation_id: submission for submission in found}


def previous_submission(obligation: Obligation) -> Submission | None:
    """What the agency handed in for the period before this one under the same source."""
    return db.session.scalars(
        sa.select(Submission)
        .join(Submission.obligation)
        .where(
            Obligation.source_kind == obligation.source_kind,
            Obligation.source_id == obligation.source_id,
            Obligation.agency_id == obligation.agency_id,
            Obligation.nominal_on < obligation.nominal_on,
            Submission.withdrawn_at.is_(None),
        )
        .order_by(Obligation.nominal_on.desc(), Submission.version.desc())
        .limit(1)
        .options(contains_eager(Submission.obligation), selectinload(Submission.attachments))
    ).first()


def attachment_of(obligation: Obligation, attachment_id: int) -> Attachment:
    """A file of this obligation.

    Raises:
        NotVisible: it belongs to another one, or does not exist.
    """
    found = db.session.scalar(
        sa.select(Attachment)
        .join(Attachment.submission)
        .where(Attachment.id == attachment_id, Submission.obligation_id == obligation.id)
        .options(joinedload(Attachment.file))
    )
    if found is None:
        raise NotVisible
    return found


def extensions_of(obligation: Obligation) -> list[Extension]:
    """All requests for a later day, oldest first, with their people."""
    return list(
        db.session.scalars(
            sa.select(Extension)
            .where(Extension.obligation_id == obligation.id)
            .order_by(Extension.asked_at, Extension.id)
            .options(joinedload(Extension.asked_by), joinedload(Extension.decided_by))
        )
    )


def newest_act(obligation: Obligation) -> int:
    """The id of the last recorded act on it, 0 where none is: what a page was made from."""
    query = sa.select(sa.func.max(AuditEntry.id)).where(
        AuditEntry.subject_type == "obligation", AuditEntry.subject_id == obligation.id
    )
    return db.session.scalar(query) or 0


def of_agency(agency_id: int) -> sa.ColumnElement[bool]:
    return Obligation.agency_id == agency_id


def submission_by_form(form_key: str) -> Submission | None:
    return db.session.scalar(sa.select(Submission).where(Submission.form_key == form_key))


def calendar_exceptions() -> list[CalendarException]:
    """All declared days, newest first."""
    return list(db.session.scalars(sa.select(CalendarException).order_by(CalendarException.day.desc())))


def checked_years() -> list[CalendarYear]:
    """The years whose days off were checked against the decision, newest first."""
    return list(db.session.scalars(sa.select(CalendarYear).order_by(CalendarYear.year.desc())))
