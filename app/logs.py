"""Structured logs on standard error: one JSON object a line, with the request's id, and nothing secret.

Only the path of a request is logged, without its query, since feeds and one-time links carry tokens there;
no form field is ever logged.
"""

from __future__ import annotations

import logging
import sys
import time
import uuid
from typing import Any

import sqlalchemy as sa
from flask import Flask, Response, g, has_request_context, request
from pythonjsonlogger.json import JsonFormatter

from app.accounts.models import User

_requests = logging.getLogger("dunghan.request")


class _RequestFacts(logging.Filter):
    """Adds what is known of the request to every line that is written during it."""

    def filter(self, entry: logging.LogRecord) -> bool:
        if has_request_context():
            entry.request_id = g.get("request_id")
        return True


def configure(app: Flask) -> None:
    handler = logging.StreamHandler(sys.stderr)
    if app.config["LOG_FORMAT"] == "json":
        handler.setFormatter(
            JsonFormatter(
                "%(asctime)s %(levelname)s %(name)s %(message)s",
                rename_fields={"asctime": "at", "levelname": "level", "name": "logger"},
                json_ensure_ascii=False,
            )
        )
    else:
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)-7s %(name)s: %(message)s"))
    handler.addFilter(_RequestFacts())
    root = logging.getLogger("dunghan")
    root.handlers[:] = [handler]
    root.setLevel(app.config["LOG_LEVEL"])
    root.propagate = bool(app.testing)
    app.logger.handlers[:] = [handler]
    app.before_request(_begin)
    app.after_request(_finish)


def _begin() -> None:
    g.request_id = uuid.uuid4().hex[:16]
    g.request_began = time.perf_counter()


def _finish(response: Response) -> Response:
    response.headers["X-Request-Id"] = g.get("request_id", "")
    if request.endpoint != "static":
        _requests.info("request", extra=_facts(response))
    return response


def _facts(response: Response) -> dict[str, Any]:
    return {
        "method": request.method,
        # The route, not the address: /feeds/<token>.ics must not put a token into a log.
        "route": request.url_rule.rule if request.url_rule else "(no route)",
        "status": response.status_code,
        "person": _person(),
        "ms": round((time.perf_counter() - g.get("request_began", time.perf_counter())) * 1000, 1),
    }


def _person() -> int | None:
    """The number of the row as which somebody works, or whose token a program has: who met a refusal can be found,
    and no name stands in a log. The database is not asked for anything: it may be away."""
    who = g.get("_login_user")
    identity = sa.inspect(who).identity if isinstance(who, User) else None
    return identity[0] if identity else g.get("person_id")
