"""Every route asked by every role, held against one reviewed table.

`table.txt` has a line for each method and route and a column for each role:

    y  answered: the page, or the form was looked at
    -  404: for this role the thing does not exist
    s  sent to the sign-in page (a program: 401)
    r  refused openly: the role may know of the thing and may not do this, or the thing stands so that nobody may

A new route, or a route that answers a role otherwise than the table says, fails here. `python -m tests.access` writes
the table anew; every changed letter is then a decision to be reviewed.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.access.matrix import TABLE, Matrix, read_table, routes_of
from tests.access.world import ROLES, World, build, copy_of, office_in


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return build(tmp_path_factory.mktemp("world"))


@pytest.mark.parametrize("role", ROLES)
def test_every_route_answers_this_role_as_the_table_says(role: str, world: World, tmp_path: Path) -> None:
    expected = {route: row[role] for route, row in read_table(TABLE).items()}
    with office_in(copy_of(world, tmp_path)) as app:
        found = Matrix(app, world).column(role)
    wrong = {
        route: f"expected {expected.get(route, 'no line in the table')}, found {letter}"
        for route, letter in found.items()
        if expected.get(route) != letter
    }
    assert wrong == {}


def test_the_table_names_only_routes_that_exist(app) -> None:
    assert set(read_table(TABLE)) == set(routes_of(app))


# What an empty form or a made-up address cannot reach; these are asked in the tests of their own features.
BEYOND_REACH = {
    "/account/oidc/answer", "/account/oidc/confirm", "/account/post", "/agencies/imports", "/duties/acknowledge",
    "/mail/bounces", "/obligations/<int:obligation_id>/draft/files/remove",
    "/obligations/<int:obligation_id>/files/<int:attachment_id>/pages/<int:number>",
    "/obligations/<int:obligation_id>/files/<int:attachment_id>/picture",
    "/plans/<int:plan_id>/drafts/<int:draft_id>/merge", "/plans/<int:plan_id>/ends", "/reminders/rules/switch",
}  # fmt: skip


def test_every_route_is_reached_by_somebody() -> None:
    """Where everybody gets 404, the table would say nothing of who may."""
    unreached = {
        rule
        for (_method, rule), row in read_table(TABLE).items()
        if not {row[role] for role in ROLES if role not in ("closed", "nobody")} & {"y", "r", "s"}
    }
    assert unreached <= BEYOND_REACH


def test_what_the_table_must_never_say() -> None:
    """Read across: whoever has no account or a closed one gets nowhere, and what is hidden from an outsider's agency
    is not shown to the other committee."""
    for (method, rule), row in read_table(TABLE).items():
        assert row["closed"] == row["nobody"], f"{method} {rule}: a closed account is nobody"
        if "<" in rule and row["standing"] == "y" and row["officer"] == "-":
            assert row["outsider"] == row["other"] == "-", (
                f"{method} {rule}: more for strangers than for the owner"
            )
