"""Finding plans, obligations and agencies by words, with or without diacritics, within what the person may see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from app.accounts.models import User
from app.extensions import db
from app.obligations.models import Obligation
from app.obligations.queries import visible_to
from app.organisations.models import Agency
from app.organisations.queries import find_agencies, matching
from app.planreader import fold
from app.plans.models import Plan
from app.plans.queries import find_plans

SHOWN = 20
SHORTEST = 2  # a single letter finds everything


@dataclass(frozen=True, slots=True)
class Found:
    """The first of each kind, and how many there are."""

    plans: Sequence[Plan]
    obligations: Sequence[Obligation]
    agencies: Sequence[Agency]
    plan_count: int
    obligation_count: int
    agency_count: int

    @property
    def total(self) -> int:
        return self.plan_count + self.obligation_count + self.agency_count


def search(user: User, text: str) -> Found:
    """Three groups. An obligation is found by its title as typed, or by its plan or its agency in any spelling."""
    if not fold(text):
        return Found([], [], [], 0, 0, 0)  # nothing but signs
    plans = find_plans(user, q=text)
    obligations = visible_to(user).where(_obligation_holds(text)).options(
        sa.orm.joinedload(Obligation.plan), sa.orm.joinedload(Obligation.agency)
    ).order_by(Obligation.settled_at.is_not(None), Obligation.deadline_on, Obligation.id)  # fmt: skip
    agencies = find_agencies(text)
    return Found(
        *(list(db.session.scalars(query.limit(SHOWN))) for query in (plans, obligations, agencies)),
        *(_count(query) for query in (plans, obligations, agencies)),
    )


def _obligation_holds(text: str) -> sa.ColumnElement[bool]:
    """Open work first: what is settled is found too, after it."""
    words = fold(text).split()
    plans = sa.select(Plan.id).where(*(Plan.title_key.contains(word, autoescape=True) for word in words))
    agencies = sa.select(Agency.id).where(matching(text))
    return sa.or_(
        Obligation.title.icontains(text.strip(), autoescape=True),
        Obligation.plan_id.in_(plans),
        Obligation.agency_id.in_(agencies),
    )


def _count(query: sa.Select) -> int:
    plain = query.order_by(None).options(sa.orm.noload("*")).with_only_columns(sa.func.count())
    return db.session.scalar(plain) or 0
