"""A page of a list is what the whole search begins with, for everybody, every filter and every order."""

from __future__ import annotations

from datetime import timedelta
from itertools import product

from app.extensions import db
from app.obligations import worklists
from app.obligations.models import Obligation
from app.obligations.outcomes import Result
from app.obligations.worklists import SORTS, Filter, Wanted
from tests.cast import TODAY, Cast
from tests.conftest import both_engines
from tests.make import make_obligation, make_plan, make_submission


def owe(cast: Cast) -> list[Obligation]:
    """Of two standing agencies, received by a third, handed in, of different days."""
    plan = make_plan(cast)
    other = make_plan(cast, standing_agency=cast.home_affairs, committee=cast.other_committee)
    made = [
        make_obligation(plan, cast.health),
        make_obligation(plan, cast.standing, receiver=cast.province),
        make_obligation(plan, cast.communes[0], receiver=cast.home_affairs),
        make_obligation(other, cast.health),
        make_obligation(other, cast.finance),
    ]
    for n, obligation in enumerate(made):
        obligation.title = ("Báo cáo 100% hộ nghèo", "Báo cáo 100 hộ", "Tổng kết quý_IV")[n % 3]
        obligation.due_on += timedelta(days=n % 2)
    make_submission(made[0], cast.hanh)
    db.session.commit()
    return made


@both_engines
def test_a_page_is_what_the_search_begins_with(cast: Cast) -> None:
    made = owe(cast)
    asked = [
        *(Wanted(state=state) for state in Filter),
        *(Wanted(sort=sort) for sort in SORTS),
        *(Wanted(result=result) for result in Result),
        *(Wanted(q=q) for q in ("bao cao", "100%", "quy_iv", "ho ngheo 100", "y te", "nothing/of_it%")),
        Wanted(agency_id=cast.health.id),
        Wanted(agency_id=cast.finance.id, sort="agency"),
        Wanted(plan_id=made[0].plan_id, q="bao"),
    ]
    # Each shape is asked for one person and day after the other: what is kept of it must not keep whose it was.
    people = (cast.hanh, cast.toan, cast.duc, cast.ha)
    days = (TODAY, TODAY + timedelta(days=60))
    # The day counts for states alone, and shapes differ only between people.
    for wanted, user, today in [
        *product(asked, people, days[:1]),
        *product(asked[: len(Filter)], people[:2], days[1:]),
    ]:
        whole = db.session.scalars(worklists.search(user, wanted, today)).all()
        page = worklists.page_of(user, wanted, today, 1, 2)
        assert (page.items, page.total) == (whole[:2], len(whole)), (wanted, user.name, today)
    second = worklists.page_of(cast.toan, Wanted(), TODAY, 2, 2)
    assert second.items == list(db.session.scalars(worklists.search(cast.toan, Wanted(), TODAY)))[2:4]
