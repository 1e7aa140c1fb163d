"""Finding reorganisations, and what still stands between them and being done or taken back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from app.errors import NotVisible
from app.extensions import db
from app.i18n import _l
from app.obligations.models import Obligation, SourceKind
from app.obligations.queries import row_options
from app.organisations.models import Agency
from app.organisations.reorganisations import (
    Reorganisation,
    ReorganisationHeir,
    ReorganisationOld,
    ReorganisationState,
)
from app.reorganisations import holdings
from app.reorganisations.choices import Choices
from app.schedules.demands import demands_of
from app.schedules.models import ReportSchedule
from app.schedules.operations import plan_day_of


def listed(state: ReorganisationState | None = None) -> sa.Select[tuple[Reorganisation]]:
    """All of them, the latest day first."""
    query = (
        sa.select(Reorganisation)
        .order_by(Reorganisation.effective_on.desc(), Reorganisation.id.desc())
        .options(
            selectinload(Reorganisation.olds).joinedload(ReorganisationOld.agency),
            selectinload(Reorganisation.heirs).joinedload(ReorganisationHeir.agency),
        )
    )
    return query if state is None else query.where(Reorganisation.state == state)


def reorganisation(key: int) -> Reorganisation:
    """Raises:
    NotVisible: there is none.
    """
    found = db.session.scalar(listed().where(Reorganisation.id == key))
    if found is None:
        raise NotVisible
    return found


def waiting_for(today: date) -> Sequence[Reorganisation]:
    """What was decided for a day that has come, in the order of the days."""
    return db.session.scalars(
        sa.select(Reorganisation)
        .where(Reorganisation.state == ReorganisationState.WAITING, Reorganisation.effective_on <= today)
        .order_by(Reorganisation.effective_on, Reorganisation.id)
    ).all()


def pending_about(agency: Agency) -> Reorganisation | None:
    """A reorganisation that would end this agency and is not done yet."""
    return db.session.scalar(
        sa.select(Reorganisation)
        .join(Reorganisation.olds)
        .where(
            ReorganisationOld.agency_id == agency.id,
            Reorganisation.state.in_([ReorganisationState.DRAFT, ReorganisationState.WAITING]),
        )
        .limit(1)
    )


def unanswered(change: Reorganisation) -> int:
    """How many plans and people nothing was chosen for."""
    choices = Choices(change)
    if not choices.needed:
        return 0
    return sum(
        choices.of_plan(row.agency_id, plan.id).is_open
        for row in change.olds
        for plan in holdings.plans_touched(row.agency)
    ) + sum(
        choices.of_person(row.agency_id, user.id).is_open
        for row in change.olds
        for user in holdings.people(row.agency)
    )


def why_not_undo(change: Reorganisation) -> Any | None:
    """The reason why it cannot be taken back any more, or None."""
    if change.state is not ReorganisationState.DONE:
        return _l("Chỉ hoàn tác được việc sắp xếp đã thực hiện.")
    olds = [row.agency_id for row in change.olds]
    heirs = [heir.agency_id for heir in change.heirs if heir.agency_id is not None]
    if (handed_in := holdings.handed_in_since(olds, heirs, change.done_at)) is not None:
        return _l(
            "%(agency)s đã nộp «%(title)s» sau khi tiếp nhận, nên không hoàn tác được nữa.",
            agency=handed_in.agency.name,
            title=handed_in.title,
        )
    later = db.session.scalar(
        sa.select(Reorganisation)
        .join(Reorganisation.olds)
        .where(
            ReorganisationOld.agency_id.in_(heirs),
            Reorganisation.state == ReorganisationState.DONE,
            Reorganisation.id != change.id,
        )
        .limit(1)
    )
    if later is not None:
        return _l("Cơ quan tiếp nhận đã được sắp xếp tiếp theo %(decision)s. Hoàn tác việc đó trước.",
                  decision=later.decision)  # fmt: skip
    return None


def arose_in_place_of(
    olds: Sequence[Agency], heirs: Sequence[Agency], today: date
) -> Iterator[tuple[Obligation, Agency]]:
    """(obligation, old agency) of what an heir owes under a schedule that, as things stand again, asks the old one
    and not the heir: periods that arose meanwhile. Nothing that was handed in."""
    rows = db.session.scalars(
        sa.select(Obligation)
        .where(
            Obligation.agency_id.in_([agency.id for agency in heirs]),
            Obligation.source_kind == SourceKind.SCHEDULE,
            Obligation.settled_at.is_(None),
            Obligation.first_submitted_at.is_(None),
        )
        .order_by(Obligation.source_id, Obligation.id)
        .options(*row_options())
    ).all()
    asked: dict[int, set[int]] = {}
    for obligation in rows:
        if obligation.source_id not in asked:
            schedule = db.session.get(
                ReportSchedule, obligation.source_id, options=[joinedload(ReportSchedule.plan)]
            )
            asked[obligation.source_id] = (
                {d.agency.id for d in demands_of(schedule, plan_day_of(schedule.plan, today), today)}
                if schedule is not None
                else set()
            )
        bodies = asked[obligation.source_id]
        if obligation.agency_id in bodies:
            continue
        for old in olds:
            if old.id in bodies:
                yield obligation, old
                break
