"""The columns in which a due rule is stored, kept as the plan says it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.deadlines import DueDate, DueRule, Period, Reading, WorkCalendar, resolve
from app.extensions import db


class DueRuleColumns:
    """Mixin of every table whose rows may say when something is due. `due_rule` is None where no day is named."""

    due_day: Mapped[int | None]
    due_month: Mapped[int | None]
    due_quarter: Mapped[int | None]
    due_year: Mapped[int | None]  # null: every year
    due_qualifier: Mapped[str | None] = mapped_column(sa.String(10))
    due_words: Mapped[str] = mapped_column(sa.Text, default="")

    @property
    def due_rule(self) -> DueRule | None:
        if self.due_qualifier is None:
            return None
        return DueRule(
            day=self.due_day,
            month=self.due_month,
            quarter=self.due_quarter,
            year=self.due_year,
            qualifier=self.due_qualifier,
            words=self.due_words or "",
        )

    @due_rule.setter
    def due_rule(self, rule: DueRule | None) -> None:
        self.due_day = rule.day if rule else None
        self.due_month = rule.month if rule else None
        self.due_quarter = rule.quarter if rule else None
        self.due_year = rule.year if rule else None
        self.due_qualifier = str(rule.qualifier) if rule else None
        if rule:
            self.due_words = rule.words

    def due_of(
        self, obligation: Any, calendar: WorkCalendar, reading: Reading, period: Period | None = None
    ) -> DueDate | None:
        """How this rule comes to the day of an obligation that it made arise; None without a rule. A table whose
        bodies have different days says so itself."""
        if self.due_rule is None:
            return None
        return resolve(self.due_rule, obligation.nominal_on, calendar, reading, period=period)


# Schedules, duties and movements stand above this feature and carry the columns; their tables are found by name.
_TABLES = {
    "schedule": "report_schedule",
    "duty": "duty",
    "movement": "emulation_movement",
    "status": "status_request",
}


def sources(source_kind: str, ids: Iterable[int]) -> dict[int, Any]:
    """What made obligations arise: id → row with its `due_rule`, `span_start` and `span_end`."""
    for source in DueRuleColumns.__subclasses__():
        if source.__tablename__ == _TABLES[source_kind]:  # type: ignore[attr-defined]
            rows = db.session.scalars(sa.select(source).where(source.id.in_(list(ids))))  # type: ignore[attr-defined]
            return {row.id: row for row in rows}
    raise LookupError(source_kind)
