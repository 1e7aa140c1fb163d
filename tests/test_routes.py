"""Every route is guarded, or stands on the one reviewed list of public ones."""

from __future__ import annotations

from flask import Flask

from app.frame import NAVIGATION

PUBLIC = {
    "static",
    "home",  # sends on to the sign-in page
    "health.live",
    "health.ready",
    "accounts.sign_in",
    "accounts.set_language",
    "accounts.forgotten",  # the same answer whether the address has an account or not
    "accounts.accept_invitation",  # behind a one-time token
    "accounts.reset_password",  # the same
    "accounts.oidc_begin",  # sends on to the office's own sign-in system; not there where none is set
    "accounts.oidc_answer",  # behind the state that this browser was given
    "accounts.signed_out",
    "feeds.feed",  # behind its own revocable token
    "outbox.take_bounce",  # behind the token of the mail server; not there where none is set
}


def test_every_route_sends_a_stranger_to_the_sign_in_page_or_is_on_the_public_list(
    app: Flask, client_of
) -> None:
    stranger = client_of(None)
    for rule in app.url_map.iter_rules():
        if rule.endpoint in PUBLIC:
            continue
        arguments = {
            name: "1" if "int" in type(rule._converters[name]).__name__.lower() else "x"
            for name in rule.arguments
        }
        path = app.url_map.bind("dunghan.test").build(
            rule.endpoint, arguments, method=next(iter(rule.methods or {"GET"}))
        )
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            response = stranger.open(path, method=method)
            if rule.endpoint.startswith("api."):  # a program is told so in its own manner
                assert response.status_code == 401, f"{method} {rule} answered {response.status_code}"
                continue
            assert response.status_code == 302, (
                f"{method} {rule} answered {response.status_code} to a stranger"
            )
            assert "/account/sign-in" in response.location, f"{method} {rule}"


def test_the_public_list_names_only_routes_that_exist(app: Flask) -> None:
    assert set(app.view_functions) >= PUBLIC


def test_every_link_of_the_navigation_leads_somewhere(app: Flask) -> None:
    assert {endpoint for endpoint, *_ in NAVIGATION} <= set(app.view_functions)
