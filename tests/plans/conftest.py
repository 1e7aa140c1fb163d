"""Plans of the tests' own words, taken in through the same door as any upload."""

from __future__ import annotations

import io

import pytest

from app.extensions import db
from app.plans import operations
from app.plans.contents import name_of
from tests.plans.texts import WHOLE


@pytest.fixture
def take_in(cast, now):
    """Read a text as an upload of the standing agency's officer."""

    def take(text: str = WHOLE, name: str = "ke-hoach.txt", agency=None, actor=None):
        plan = operations.upload(
            io.BytesIO(text.encode()),
            name,
            standing_agency=agency or cast.standing,
            actor=actor or cast.toan,
            now=now,
        )
        db.session.commit()
        return plan

    return take


@pytest.fixture
def in_review(take_in):
    return take_in()


@pytest.fixture
def in_force(in_review, cast, now):
    operations.accept_clear(in_review, doubtful=set(), actor=cast.toan, now=now)
    operations.confirm(in_review, actor=cast.toan, now=now, today=now.date())
    db.session.commit()
    return in_review


def draft_named(plan, words: str):
    """The draft whose phrase, title or text holds these words."""
    return next(draft for draft in plan.drafts if words in name_of(draft))
