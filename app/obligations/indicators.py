"""What a report's structured form asks for, and what was filled in. Reads only; see operations/indicators.py."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from app.audit.models import AuditEntry
from app.deadlines import Period, PeriodError
from app.extensions import db
from app.obligations.models import Accrual, Indicator, IndicatorValue, Obligation, SourceKind, Submission


def indicators_of(source_kind: SourceKind, source_id: int, *, with_retired: bool = False) -> list[Indicator]:
    """The indicators that a source asks for now, in their order; with those no longer asked for where wanted."""
    query = (
        sa.select(Indicator)
        .where(Indicator.source_kind == source_kind, Indicator.source_id == source_id)
        .order_by(Indicator.position, Indicator.id)
    )
    if not with_retired:
        query = query.where(Indicator.retired_at.is_(None))
    return list(db.session.scalars(query))


def values_of(submission_ids: Iterable[int]) -> dict[int, dict[int, Decimal]]:
    """What these submissions say: submission id → indicator id → value. Blank indicators are left out."""
    rows = db.session.execute(
        sa.select(IndicatorValue.submission_id, IndicatorValue.indicator_id, IndicatorValue.value).where(
            IndicatorValue.submission_id.in_(list(submission_ids))
        )
    )
    found: dict[int, dict[int, Decimal]] = defaultdict(dict)
    for submission_id, indicator_id, value in rows:
        found[submission_id][indicator_id] = value
    return dict(found)


def submissions_in_force(
    obligation_ids: Iterable[int], *, accepted_only: bool = False
) -> dict[int, Submission]:
    """The version that counts for each obligation: the newest accepted one (a correction replaces what it
    corrects), else the one under review unless only what was accepted is wanted."""
    counts = Submission.accepted_at.is_not(None)
    if not accepted_only:
        counts = sa.or_(
            counts, sa.and_(Submission.returned_at.is_(None), Submission.correction_reason.is_(None))
        )
    found = db.session.scalars(
        sa.select(Submission)
        .where(Submission.obligation_id.in_(list(obligation_ids)), Submission.withdrawn_at.is_(None), counts)
        .order_by(Submission.version)
    )
    return {submission.obligation_id: submission for submission in found}


def accrued_before(obligation: Obligation, indicators: Iterable[Indicator]) -> dict[int, Decimal]:
    """What the earlier periods of the same agency and source add up to, for the indicators that accrue.

    Counts the version in force of each period before this one: since January of this period's year, or since the
    plan began. What is due in January for the year before belongs to that year.
    """
    adding = {indicator.id: indicator.accrual for indicator in indicators if indicator.cumulative}
    if not adding:
        return {}
    earlier = db.session.execute(
        sa.select(Obligation.id, Obligation.period, Obligation.nominal_on).where(
            Obligation.source_kind == obligation.source_kind,
            Obligation.source_id == obligation.source_id,
            Obligation.agency_id == obligation.agency_id,
            Obligation.nominal_on < obligation.nominal_on,
            Obligation.first_submitted_at.is_not(None),
        )
    )
    years = {obligation_id: _year(period, nominal_on) for obligation_id, period, nominal_on in earlier}
    this_year = _year(obligation.period, obligation.nominal_on)
    in_force = submissions_in_force(years)
    values = values_of(submission.id for submission in in_force.values())
    sums: dict[int, Decimal] = defaultdict(Decimal)
    for obligation_id, submission in in_force.items():
        same_year = years[obligation_id] == this_year
        for indicator_id, value in values.get(submission.id, {}).items():
            accrual = adding.get(indicator_id)
            if accrual is Accrual.PLAN or (accrual is Accrual.YEAR and same_year):
                sums[indicator_id] += value
    return dict(sums)


def newest_change(source: Any) -> int:
    """The id of the last recorded change to what a source asks for, 0 where none is: what a form was made from."""
    if source is None:
        return 0
    return db.session.scalar(sa.select(sa.func.max(AuditEntry.id)).where(*_about(source))) or 0


def changes_since(source: Any, seen: int) -> list[AuditEntry]:
    """What has been changed since a form was made, oldest first."""
    if source is None:
        return []
    query = sa.select(AuditEntry).where(*_about(source), AuditEntry.id > seen).order_by(AuditEntry.id)
    return list(db.session.scalars(query))


def _about(source: Any) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        AuditEntry.subject_type == source.__tablename__,
        AuditEntry.subject_id == source.id,
        AuditEntry.act.like("indicator.%"),
    )


def _year(period: str, nominal_on: date) -> int:
    try:
        return Period.parse(period).year
    except PeriodError:
        return nominal_on.year
