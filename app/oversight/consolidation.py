"""One report for one period, from all who owe it: who has sent it, how, and what it comes to (báo cáo tổng hợp)."""

from __future__ import annotations

import enum
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from app.accounts.models import Role, User
from app.deadlines import phrase_of
from app.errors import NotVisible
from app.extensions import db
from app.i18n import _l
from app.obligations import rules
from app.obligations.indicators import indicators_of, submissions_in_force, values_of
from app.obligations.models import (
    Attachment,
    Indicator,
    Obligation,
    Outcome,
    SourceKind,
    Submission,
    SubmissionKind,
)
from app.obligations.queries import row_options, whole_to
from app.schedules.demands import title_of_period
from app.schedules.models import ReportSchedule
from app.schedules.queries import schedule_by_id


class Result(enum.StrEnum):
    """The five honest outcomes, and what is not over yet."""

    ON_TIME = "on_time"
    LATE = "late"
    NOTHING = "nothing"  # không phát sinh
    WAIVED = "waived"
    MISSING = "missing"  # past its day
    AHEAD = "ahead"  # not sent, and there is time
    SUSPENDED = "suspended"


RESULT_LABELS = {
    Result.ON_TIME: _l("Đúng hạn"),
    Result.LATE: _l("Quá hạn"),
    Result.NOTHING: _l("Không phát sinh"),
    Result.WAIVED: _l("Được miễn"),
    Result.MISSING: _l("Chưa gửi, đã quá hạn"),
    Result.AHEAD: _l("Chưa gửi, còn hạn"),
    Result.SUSPENDED: _l("Tạm hoãn"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One agency. `late` days are measured against the newest granted day, `late_by_plan` against the plan's own."""

    obligation: Obligation
    result: Result
    late: int
    late_by_plan: int
    submission: Submission | None
    values: dict[int, Decimal]
    enters: bool

    @property
    def waits(self) -> bool:
        """Sent and not confirmed yet."""
        return self.submission is not None and self.submission.accepted_at is None


@dataclass(frozen=True, slots=True)
class Figure:
    """What an indicator comes to over the lines that enter. `average` is over those that gave a value."""

    indicator: Indicator
    count: int
    total: Decimal | None
    average: Decimal | None
    missing: tuple[str, ...]  # who enters and gave none


@dataclass(frozen=True, slots=True)
class Consolidation:
    schedule: ReportSchedule
    period: str
    title: str
    lines: tuple[Line, ...]
    figures: tuple[Figure, ...]
    own: Obligation | None  # the report that sums up, where a body between owes one
    today: date

    @property
    def entering(self) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if line.enters)

    @property
    def counts(self) -> dict[Result, int]:
        return {result: sum(line.result is result for line in self.lines) for result in Result}

    def period_words(self, lang: str) -> str:
        return phrase_of(self.period, lang) or self.period


def consolidate(
    schedule_id: int, period: str, user: User, today: date, chosen: Collection[int] | None = None
) -> Consolidation:
    """What this person may see of it. `chosen`: ids of agencies whose reports enter; None: all that were accepted.

    Raises:
        NotVisible: nothing of it is due to this person's agency or committee.
    """
    schedule = schedule_by_id(schedule_id)
    if schedule is None:
        raise NotVisible
    rows = db.session.scalars(
        whole_to(user)
        .where(
            Obligation.source_kind == SourceKind.SCHEDULE,
            Obligation.source_id == schedule_id,
            Obligation.period == period,
            Obligation.outcome.is_distinct_from(Outcome.CANCELLED),
        )
        .options(*row_options())
    ).all()
    reports = [o for o in rows if not schedule.consolidates(o) and _reads(user, o)]
    if not reports:
        raise NotVisible
    reports.sort(key=lambda o: (o.agency.protocol_order, o.agency.name_key, o.id))
    submissions = submissions_in_force([o.id for o in reports])
    _load(submissions)
    values = values_of([s.id for s in submissions.values()])
    lines = tuple(_line(o, submissions.get(o.id), values, today, chosen) for o in reports)
    asked = [
        indicator
        for indicator in indicators_of(SourceKind.SCHEDULE, schedule_id, with_retired=True)
        if indicator.retired_at is None or any(indicator.id in line.values for line in lines)
    ]
    return Consolidation(
        schedule,
        period,
        title_of_period(schedule, period),
        lines,
        tuple(_figure(indicator, lines) for indicator in asked),
        next((o for o in rows if schedule.consolidates(o)), None),
        today,
    )


def _reads(user: User, obligation: Obligation) -> bool:
    """Whoever may review it, and the plan's committee; an agency's own report alone makes no consolidation."""
    return rules.can_review(user, obligation) or (
        user.role is Role.COMMITTEE_MEMBER and rules.can_see(user, obligation)
    )


def _load(submissions: dict[int, Submission]) -> None:
    """Files and people of all of them at once."""
    ids = [submission.id for submission in submissions.values()]
    db.session.scalars(
        sa.select(Submission)
        .where(Submission.id.in_(ids))
        .options(
            selectinload(Submission.attachments).joinedload(Attachment.file),
            joinedload(Submission.submitted_by),
        )
        .execution_options(populate_existing=True)
    ).all()


def _line(
    obligation: Obligation,
    submission: Submission | None,
    values: dict[int, dict[int, Decimal]],
    today: date,
    chosen: Collection[int] | None,
) -> Line:
    may_enter = submission is not None and submission.kind is not SubmissionKind.NOTHING
    accepted = submission is not None and submission.accepted_at is not None
    return Line(
        obligation,
        result_of(obligation, submission, today),
        rules.days_late(obligation, today),
        rules.days_late_by_plan(obligation, today),
        submission,
        values.get(submission.id, {}) if submission else {},
        may_enter and (accepted if chosen is None else obligation.agency_id in chosen),
    )


def result_of(obligation: Obligation, submission: Submission | None, today: date) -> Result:
    """How it stands. A «không phát sinh» that came late is late all the same."""
    if obligation.outcome is Outcome.WAIVED:
        return Result.WAIVED
    if obligation.submitted_at is not None:
        if rules.days_late(obligation, today):
            return Result.LATE
        nothing = submission is not None and submission.kind is SubmissionKind.NOTHING
        return Result.NOTHING if nothing or obligation.outcome is Outcome.NOTHING_AROSE else Result.ON_TIME
    if getattr(obligation, "suspended_at", None) is not None:
        return Result.SUSPENDED
    return Result.MISSING if rules.day_that_counts(obligation) < today else Result.AHEAD


def _figure(indicator: Indicator, lines: tuple[Line, ...]) -> Figure:
    entering = [line for line in lines if line.enters]
    found = [line.values[indicator.id] for line in entering if indicator.id in line.values]
    total = sum(found, Decimal(0)) if found else None
    average = None
    if total is not None:
        places = Decimal(1).scaleb(-min(6, indicator.decimals + 2))
        average = (total / len(found)).quantize(places, ROUND_HALF_UP)
    if indicator.unit.strip().startswith("%"):
        total = None  # rates of several bodies do not add up
    missing = tuple(
        line.obligation.agency.display_name for line in entering if indicator.id not in line.values
    )
    return Figure(indicator, len(found), total, average, missing)


def files_of(found: Consolidation) -> list[tuple[Line, Any]]:
    """(line, attachment) of every report that was sent, in the order of the lines."""
    return [(line, a) for line in found.lines if line.submission for a in line.submission.attachments]
