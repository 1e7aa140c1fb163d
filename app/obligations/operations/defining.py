"""What a report's form asks for: indicators are added, changed, put in order, no longer asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from app.accounts.models import User
from app.audit.operations import record
from app.errors import Refused
from app.extensions import db
from app.i18n import _l
from app.obligations.figures import MAX_DECIMALS, write_figure
from app.obligations.indicators import indicators_of
from app.obligations.models import Accrual, Indicator, IndicatorValue, SourceKind

MAX_INDICATORS = 200


@dataclass(frozen=True, slots=True)
class Definition:
    """What one indicator asks for. `target` is the plan's chỉ tiêu in the unit."""

    name: str
    unit: str = ""
    target: Decimal | None = None
    accrual: Accrual = Accrual.NONE
    required: bool = True
    decimals: int = 0
    minimum: Decimal | None = None
    maximum: Decimal | None = None


def add_indicator(
    source: Any, kind: SourceKind, what: Definition, *, actor: User, now: datetime
) -> Indicator:
    """Ask for one more figure under a source, after those that it has.

    Raises:
        Refused: no name, a name that is taken, bounds that exclude every value, or too many.
    """
    there = indicators_of(kind, source.id, with_retired=True)
    if sum(one.retired_at is None for one in there) >= MAX_INDICATORS:
        raise Refused(_l("Một biểu có tối đa %(n)s chỉ tiêu.", n=MAX_INDICATORS))
    _check(what, [one for one in there if one.retired_at is None])
    position = max((one.position for one in there), default=0) + 1
    indicator = Indicator(source_kind=kind, source_id=source.id, position=position, **_columns(what))
    db.session.add(indicator)
    _record("indicator.added", indicator, source, actor, now, after=_told(what))
    return indicator


def change_indicator(
    indicator: Indicator, source: Any, what: Definition, *, actor: User, now: datetime
) -> None:
    """Ask differently from now on. What was handed in stays as it was.

    Raises:
        Refused: as in `add_indicator`; or another unit where values in the old one are kept already.
    """
    before = _definition_of(indicator)
    if before == what:
        return
    others = [
        one for one in indicators_of(indicator.source_kind, indicator.source_id) if one.id != indicator.id
    ]
    _check(what, others)
    if what.unit.strip() != indicator.unit and has_values(indicator):
        raise Refused(
            _l("Đã có số liệu theo đơn vị cũ. Ngừng dùng chỉ tiêu này rồi thêm chỉ tiêu mới theo đơn vị mới.")
        )
    for name, value in _columns(what).items():
        setattr(indicator, name, value)
    old, new = _told(before), _told(what)
    moved = [key for key in new if key == "name" or old[key] != new[key]]
    _record(
        "indicator.changed",
        indicator,
        source,
        actor,
        now,
        before={key: old[key] for key in moved},
        after={key: new[key] for key in moved},
    )


def move_indicator(indicator: Indicator, source: Any, *, up: bool, actor: User, now: datetime) -> None:
    """Exchange it with its neighbour; at the end nothing happens."""
    shown = indicators_of(indicator.source_kind, indicator.source_id)
    index = shown.index(indicator)
    other = index - 1 if up else index + 1
    if not 0 <= other < len(shown):
        return
    shown[index], shown[other] = shown[other], shown[index]
    for position, one in enumerate(shown, 1):
        one.position = position
    _record("indicator.moved", indicator, source, actor, now, after={"position": shown.index(indicator) + 1})


def retire_indicator(indicator: Indicator, source: Any, *, actor: User, now: datetime) -> None:
    """Ask for it no more. Its values stay; one that has none yet is taken away altogether only by staying unused."""
    if indicator.retired_at is None:
        indicator.retired_at = now
        _record("indicator.retired", indicator, source, actor, now, before={"name": indicator.name})


def restore_indicator(indicator: Indicator, source: Any, *, actor: User, now: datetime) -> None:
    """Ask for it again, as it was. Raises Refused: another one has its name meanwhile."""
    if indicator.retired_at is None:
        return
    _check(_definition_of(indicator), indicators_of(indicator.source_kind, indicator.source_id))
    indicator.retired_at = None
    _record("indicator.restored", indicator, source, actor, now, after={"name": indicator.name})


def forget_indicators(kind: SourceKind, source_ids: Sequence[int]) -> None:
    """Remove what sources asked for that are themselves removed before anything was handed in."""
    db.session.execute(
        sa.delete(Indicator).where(Indicator.source_kind == kind, Indicator.source_id.in_(source_ids))
    )


def has_values(indicator: Indicator) -> bool:
    query = sa.select(IndicatorValue.id).where(IndicatorValue.indicator_id == indicator.id).limit(1)
    return db.session.scalar(query) is not None


def _check(what: Definition, others: Sequence[Indicator]) -> None:
    if not what.name.strip():
        raise Refused(_l("Nhập tên chỉ tiêu, thí dụ: Số hộ nghèo cuối kỳ."))
    if not 0 <= what.decimals <= MAX_DECIMALS:
        raise Refused(_l("Số chữ số sau dấu phẩy là từ 0 đến %(n)s.", n=MAX_DECIMALS))
    if what.minimum is not None and what.maximum is not None and what.minimum > what.maximum:
        raise Refused(_l("Mức thấp nhất lớn hơn mức cao nhất. Kiểm tra lại hai mức."))
    if any(one.name.casefold() == what.name.strip().casefold() for one in others):
        raise Refused(_l("Biểu đã có chỉ tiêu «%(name)s». Đặt tên khác.", name=what.name.strip()))


def _columns(what: Definition) -> dict[str, Any]:
    return {
        "name": what.name.strip(),
        "unit": what.unit.strip(),
        "target": what.target,
        "accrual": what.accrual,
        "required": what.required,
        "decimals": what.decimals,
        "minimum": what.minimum,
        "maximum": what.maximum,
    }


def _definition_of(indicator: Indicator) -> Definition:
    return Definition(
        indicator.name,
        indicator.unit,
        indicator.target,
        indicator.accrual,
        indicator.required,
        indicator.decimals,
        indicator.minimum,
        indicator.maximum,
    )


def _told(what: Definition) -> dict[str, Any]:
    """The same as the trail keeps it: figures in Vietnamese writing, so that it reads as people typed it."""
    return {
        key: write_figure(value) if isinstance(value, Decimal) else str(value) if value is not None else None
        for key, value in _columns(what).items()
    }


def _record(act: str, indicator: Indicator, source: Any, actor: User, now: datetime, **facts: Any) -> None:
    """About the source, so that «what has changed since this page was made» is one query."""
    record(act, source, actor=actor, now=now, name=indicator.name, plan_id=source.plan_id, **facts)
