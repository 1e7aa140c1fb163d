"""What people work and talk about: one obligation, or a source (a duty, a schedule) with all that it makes owed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from app.obligations.models import Obligation


@dataclass(frozen=True, slots=True)
class Topic:
    """`agencies`: the bodies whose officers read all of it; `followers`: the bodies whose reviewers do;
    `committee_id`: whose members do. `row` is what the audit trail is told of."""

    row: Any
    name: str
    plan_id: int
    agencies: tuple[int, ...]
    followers: tuple[int, ...]
    committee_id: int | None
    obligation_id: int | None = None
    source_kind: str | None = None
    source_id: int | None = None
    # Its page, for mails: the endpoint and its argument.
    endpoint: str = "obligations.show"
    argument: str = "obligation_id"

    @property
    def page(self) -> tuple[str, dict[str, Any]]:
        return self.endpoint, {self.argument: self.row.id}

    @property
    def key(self) -> dict[str, Any]:
        """The columns of a hand-down or a comment that say what it is about."""
        return {
            "obligation_id": self.obligation_id,
            "source_kind": self.source_kind,
            "source_id": self.source_id,
        }

    def is_of(self, kind: Any) -> sa.ColumnElement[bool]:
        """Rows of `kind` (OfficerInCharge, Comment) that are about this."""
        if self.obligation_id is not None:
            return kind.obligation_id == self.obligation_id
        return sa.and_(kind.source_kind == self.source_kind, kind.source_id == self.source_id)


def topic_of(obligation: Obligation) -> Topic:
    """One obligation: its agency, the standing agency and the receiver, the plan's committee."""
    return Topic(
        row=obligation,
        name=f"{obligation.title} ({obligation.agency.display_name})",
        plan_id=obligation.plan_id,
        agencies=(obligation.agency_id,),
        followers=tuple(dict.fromkeys((obligation.standing_agency_id, obligation.receiver_id))),
        committee_id=obligation.committee_id,
        obligation_id=obligation.id,
    )


def source_topic_of(obligation: Obligation) -> Topic:
    """All that the duty, schedule or movement behind an obligation makes this agency owe."""
    one = topic_of(obligation)
    return replace(
        one, obligation_id=None, source_kind=str(obligation.source_kind), source_id=obligation.source_id
    )
