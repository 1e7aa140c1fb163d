"""What whoever runs the machine can do when nobody is signed in."""

from __future__ import annotations

import re

from app.accounts import queries
from app.extensions import db
from tests.accounts.test_second_factor import set_up
from tests.cast import PASSWORD

TWICE = {"new": "trăng sáng vườn chè", "again": "trăng sáng vườn chè"}


def run(app, *arguments):
    db.session.commit()
    result = app.test_cli_runner().invoke(args=["accounts", *arguments])
    db.session.expire_all()
    return result


def path_in(output: str) -> str:
    return re.search(r"http://dunghan\.test(/\S+)", output)[1]


def test_the_first_administrator_comes_in_by_a_printed_link(app, cast, client_of):
    made = run(
        app, "create-administrator", "quantri@lamgiang.com", "Lý Thị Quản", "Ủy ban nhân dân tỉnh Lam Giang"
    )
    assert made.exit_code == 0 and "02/12/2026 09:00" in made.output
    client = client_of(None)
    client.post(path_in(made.output), data=TWICE)
    assert client.get("/people").status_code == 200
    again = run(
        app, "create-administrator", "quantri@lamgiang.com", "Lý Thị Quản", "Ủy ban nhân dân tỉnh Lam Giang"
    )
    assert again.exit_code == 1 and "đã có tài khoản" in again.output


def test_an_agency_that_does_not_exist_is_named(app, cast):
    assert (
        "no agency is called" in run(app, "create-administrator", "a@lamgiang.com", "A", "Sở Không Có").output
    )
    assert queries.user_by_email("a@lamgiang.com") is None


def test_a_link_is_printed_for_a_person_whose_mailbox_is_lost(app, cast, client_of):
    printed = run(app, "link", cast.hanh.email)
    client = client_of(None)
    client.post(path_in(printed.output), data=TWICE)
    assert client.get("/account").status_code == 200
    assert run(app, "link", "ai.do@lamgiang.test").exit_code == 1


def test_a_lost_factor_of_the_only_administrator_is_taken_away(app, cast, client_of, try_sign_in):
    client = client_of(cast.ha)
    set_up(client)
    assert run(app, "reset-factor", cast.ha.email).exit_code == 0
    assert client.get("/account").status_code == 302
    assert try_sign_in(cast.ha, PASSWORD).location == "/"
