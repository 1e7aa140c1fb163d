"""Who sees which obligation: the rule and the query give the same answer."""

from __future__ import annotations

from dataclasses import fields
from datetime import date, datetime

import pytest

from app.accounts.models import User
from app.errors import NotVisible
from app.extensions import db
from app.obligations import queries, rules
from app.obligations.models import Obligation
from app.obligations.operations import waive
from tests.cast import TODAY, Cast
from tests.conftest import both_engines
from tests.make import make_obligation, make_plan, make_submission


def people(cast: Cast) -> list[User]:
    return [value for field in fields(cast) if isinstance(value := getattr(cast, field.name), User)]


@pytest.fixture
def obligations(cast: Cast) -> list[Obligation]:
    """Of two standing agencies, with another receiver, without a committee, owed by the standing agency itself."""
    plan = make_plan(cast)
    other = make_plan(cast, standing_agency=cast.home_affairs, committee=cast.other_committee)
    free = make_plan(cast, standing_agency=cast.home_affairs, committee=None)
    return [
        make_obligation(plan, cast.health),
        make_obligation(plan, cast.front, is_request=True),
        make_obligation(plan, cast.standing, receiver=cast.province),
        make_obligation(plan, cast.communes[0], receiver=cast.home_affairs),
        make_obligation(other, cast.health),
        make_obligation(free, cast.finance),
    ]


@both_engines
def test_the_query_finds_exactly_what_the_rule_allows(cast: Cast, obligations: list[Obligation]) -> None:
    db.session.commit()
    for user in people(cast):
        allowed = {o.id for o in obligations if rules.can_see(user, o)}
        assert {o.id for o in db.session.scalars(queries.visible_to(user))} == allowed, user.name
        for obligation in obligations:
            if obligation.id in allowed:
                assert queries.obligation_for(user, obligation.id) is obligation
            else:
                with pytest.raises(NotVisible):
                    queries.obligation_for(user, obligation.id)


def test_the_outsider_and_the_administrator_see_nothing(cast: Cast, obligations: list[Obligation]) -> None:
    for user in (cast.outsider, cast.ha):
        assert not any(rules.can_see(user, o) for o in obligations)


@pytest.mark.parametrize(
    ("name", "may"),
    [
        ("hanh", []),
        ("duc", [0, 1, 2, 3]),
        ("khoa", [4]),
        ("toan", [0, 1, 2, 3]),
        ("binh", [4, 5]),
        ("ha", []),
    ],
)
def test_standing_agency_and_committee_may_urge(
    cast: Cast, obligations: list[Obligation], name: str, may: list[int]
) -> None:
    user = getattr(cast, name)
    assert [n for n, o in enumerate(obligations) if rules.can_urge(user, o)] == may


def test_nobody_urges_what_is_handed_in(cast: Cast, obligations: list[Obligation]) -> None:
    make_submission(obligations[0], cast.hanh)
    assert not rules.can_urge(cast.duc, obligations[0])


def test_a_committee_decides_on_extensions_of_what_is_due_to_itself(cast: Cast) -> None:
    plan = make_plan(cast)
    to_committee, to_agency = (
        make_obligation(plan, cast.health, receiver=cast.committee),
        make_obligation(plan, cast.health),
    )
    assert rules.can_decide_extension(cast.duc, to_committee) and not rules.can_decide_extension(
        cast.duc, to_agency
    )
    assert rules.can_decide_extension(cast.toan, to_agency)


@both_engines
def test_the_walk_over_open_obligations_meets_each_once(cast: Cast, now: datetime) -> None:
    plan = make_plan(cast)
    made = [make_obligation(plan, cast.health) for _n in range(7)]
    waive(made[3], reason="Công văn.", actor=cast.toan, now=now)
    seen: list[int] = []
    for batch in queries.open_in_batches(2):
        seen += [o.id for o in batch]
        if len(seen) == 2:  # the caller works between batches
            waive(made[0], reason="Công văn.", actor=cast.toan, now=now)
        db.session.commit()
    assert seen == [o.id for o in made if o is not made[3]]


def test_the_counters_of_the_bar(cast: Cast) -> None:
    plan = make_plan(cast)
    assert queries.counts_for_navigation(cast.hanh, TODAY) == {"mine": (0, False)}
    make_obligation(plan, cast.health, due_on=date(2026, 12, 1))
    make_obligation(plan, cast.health, due_on=date(2027, 6, 1))
    assert queries.counts_for_navigation(cast.hanh, TODAY) == {"mine": (1, False)}
    make_obligation(plan, cast.health, due_on=date(2026, 11, 1), is_request=True)
    make_obligation(plan, cast.health, due_on=date(2026, 11, 1))
    make_submission(make_obligation(plan, cast.health, due_on=date(2026, 11, 1)), cast.hanh)
    assert queries.counts_for_navigation(cast.hanh, TODAY) == {"mine": (1, True)}
    assert queries.counts_for_navigation(cast.toan, TODAY) == {"mine": (0, False), "review": (1, False)}
    assert queries.counts_for_navigation(cast.ha, TODAY) == {}
