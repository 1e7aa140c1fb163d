"""Ask every route as one role, and write down how it answered."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from app.accounts.models import User
from app.accounts.sessions import open_session
from app.api import tokens
from app.api.models import TokenScope
from app.extensions import db
from tests.access.world import ROLES, World
from tests.cast import NOW

TABLE = Path(__file__).with_name("table.txt")
Route = tuple[str, str]  # method, rule
# What would end the walk, or what it walks over, is asked last.
_LAST = (
    "plans.confirm", "plans.drop", "obligations.close_person", "accounts.end_sessions_of", "accounts.sign_out",
)  # fmt: skip


def routes_of(app: Flask) -> dict[Route, Rule]:
    """Every method of every route, in the order in which they are asked: reading first, endings last."""
    found = {
        (method, rule.rule): rule
        for rule in app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    }

    def turn(route: Route) -> tuple[Any, ...]:
        endpoint = found[route].endpoint
        last = _LAST.index(endpoint) + 1 if endpoint in _LAST else 0
        return last, route[0] != "GET", route[1], route[0]

    return {route: found[route] for route in sorted(found, key=turn)}


class Matrix:
    """The world as one role meets it, in the present application's database."""

    def __init__(self, app: Flask, world: World):
        self.app, self.values, self.people = app, world.values, world.people

    def column(self, role: str) -> dict[Route, str]:
        """How each route answers this role."""
        user = None if self.people[role] is None else db.session.get(User, self.people[role])
        client, header = self._client(user), self._token(user)
        return {
            route: self._letter(client, route, rule, header if rule.endpoint.startswith("api.") else {})
            for route, rule in routes_of(self.app).items()
        }

    def _client(self, user: User | None) -> FlaskClient:
        if user is None:
            return self.app.test_client()
        open_session(user, network="127.0.0.1", agent="", now=NOW)
        db.session.commit()
        return self.app.test_client(user=user)

    def _token(self, user: User | None) -> dict[str, str]:
        if user is None:
            return {}
        _made, token = tokens.create_token(user, "Ma trận", TokenScope.WRITE, days=30, now=NOW)
        db.session.commit()
        return {"Authorization": f"Bearer {token}"}

    def _letter(self, client: FlaskClient, route: Route, rule: Rule, headers: dict[str, str]) -> str:
        method, _rule = route
        arguments = {name: self._value(rule.endpoint, name) for name in rule.arguments}
        path = self.app.url_map.bind("dunghan.test").build(rule.endpoint, arguments, method=method)
        with client.open(path, method=method, headers=headers) as response:
            if response.status_code == 404:
                return "-"
            if response.status_code == 401 or "/account/sign-in" in response.headers.get("Location", ""):
                return "s"
            wrong = response.status_code >= 500 and rule.endpoint != "health.ready"  # not ready is an answer
            assert not wrong, f"{method} {path} answered {response.status_code}"
            return "r" if response.status_code in (403, 409) else "y"

    def _value(self, endpoint: str, name: str) -> Any:
        try:
            return self.values.get(f"{endpoint}:{name}", self.values.get(name)) or self.values[name]
        except KeyError:
            raise AssertionError(f"{endpoint} wants <{name}>: make one in tests/access/world.py") from None


def read_table(path: Path) -> dict[Route, dict[str, str]]:
    """The reviewed table: route → role → letter."""
    lines = [
        line.split() for line in path.read_text("utf-8").splitlines() if line and not line.startswith("#")
    ]
    return {(method, rule): dict(zip(ROLES, letters, strict=True)) for method, rule, *letters in lines}


def table_lines(columns: dict[str, dict[Route, str]]) -> Iterator[str]:
    """The table as text, sorted by route."""
    routes = sorted(next(iter(columns.values())), key=lambda route: (route[1], route[0]))
    width = max(len(rule) for _method, rule in routes)
    yield "# y answered  - does not exist for this role  s sign in first  r refused"
    yield "# " + " ".join(ROLES)
    for method, rule in routes:
        letters = " ".join(columns[role][method, rule] for role in ROLES)
        yield f"{method:6} {rule:{width}}  {letters}"
