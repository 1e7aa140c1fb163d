"""Who sees a plan. What may not be seen does not exist."""

from __future__ import annotations

from app.extensions import db
from app.plans import operations
from app.plans.queries import visible_plans

PAGES = ("/plans/{}", "/plans/{}/source", "/plans/{}/file")
ACTS = ("head", "accept-clear", "confirm", "reopen", "close", "drop", "drafts")


def statuses(client, plan) -> set[int]:
    found = set()
    for page in PAGES:
        with client.get(page.format(plan.id)) as answer:
            found.add(answer.status_code)
    return found


def test_those_whom_a_plan_names_see_it_and_others_do_not(in_force, client_of, cast):
    """Assigned, requested, receiving registrations (Sở Nội vụ), named inside a duty (Sở Tài chính)."""
    for user in (cast.toan, cast.hanh, cast.dung, cast.mai, cast.lan, cast.binh, cast.tam):
        assert statuses(client_of(user), in_force) == {200}, user.name
    for user in (cast.outsider, cast.khoa, cast.ha):
        assert statuses(client_of(user), in_force) == {404}, user.name
        assert not db.session.scalars(visible_plans(user)).all()


def test_its_committee_sees_it_once_it_is_confirmed(in_review, client_of, cast, now):
    in_review.committee = cast.committee
    assert statuses(client_of(cast.duc), in_review) == {404}
    operations.accept_clear(in_review, doubtful=set(), actor=cast.toan, now=now)
    operations.confirm(in_review, actor=cast.toan, now=now, today=now.date())
    assert statuses(client_of(cast.duc), in_review) == {200}


def test_a_plan_in_review_is_seen_by_its_own_officers_alone(in_review, client_of, cast):
    for user in (
        cast.hanh,
        cast.dung,
        cast.mai,
        cast.lan,
        cast.binh,
        cast.duc,
        cast.khoa,
        cast.ha,
        cast.outsider,
    ):
        client = client_of(user)
        assert statuses(client, in_review) == {404}, user.name
        assert client.get(f"/plans/{in_review.id}/review").status_code == 404


def test_nobody_else_acts_on_a_plan(in_force, client_of, cast):
    for user in (cast.hanh, cast.outsider, cast.duc, cast.ha):
        client = client_of(user)
        for act in ACTS:
            answer = client.post(f"/plans/{in_force.id}/{act}")
            assert answer.status_code in (404, 409), act
    assert (
        in_force.state == "in_force"
        and in_force.revision == db.session.get(type(in_force), in_force.id).revision
    )


def test_a_draft_of_another_plan_is_not_reached_through_ones_own(in_review, take_in, client_of, cast):
    other = take_in(agency=cast.home_affairs, actor=cast.binh)
    answer = client_of(cast.toan).post(
        f"/plans/{in_review.id}/drafts/{other.drafts[0].id}", data={"act": "drop", "revision": 1}
    )
    assert answer.status_code == 404 and other.drafts[0].decision == "pending"


def test_the_list_searches_without_diacritics_and_filters(in_force, client_of, cast):
    client = client_of(cast.hanh)
    for question, found in [
        ("q=nha+o+kho+khan", True), ("q=61", True), ("q=giao+thong", False), ("state=in_force", True),
        ("state=closed", False), ("year=2027", True), ("year=2030", False), ("sort=-title", True),
    ]:  # fmt: skip
        assert ("cải thiện nhà ở" in client.get(f"/plans?{question}").text) is found, question


def test_the_list_costs_the_same_number_of_queries_for_many_plans(
    in_force, take_in, client_of, cast, count_queries
):
    client = client_of(cast.toan)
    client.get("/plans")
    count_queries.clear()
    client.get("/plans")
    one = len(count_queries)
    for n in range(3):
        take_in(in_force.source.text.replace("61/KH-UBND", f"{70 + n}/KH-UBND"))
    count_queries.clear()
    client.get("/plans")
    assert len(count_queries) <= one


def test_an_officer_sees_progress_of_its_own_agency_only(in_force, client_of, cast):
    assert 'trên <b class="num">21</b>' in client_of(cast.toan).get(f"/plans/{in_force.id}").text
    assert 'trên <b class="num">5</b>' in client_of(cast.hanh).get(f"/plans/{in_force.id}").text
