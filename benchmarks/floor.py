"""The server that page benchmarks ask: the application with two pages beside it that do as little as possible.

`/floor/page` is a signed-in page of our own, with the frame of every page and 25 constant rows, that asks the
database nothing by itself. `/floor/bare/` is a Flask application without anything of ours; its `/feed` joins the
lines of a text that the benchmark leaves in the instance folder. All of them exist here only.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

from flask import Blueprint, Flask, Response, render_template
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from app import create_app
from app.access import require_sign_in

ROWS = tuple(
    (f"Báo cáo quý {n} về giảm nghèo bền vững", f"{n:02d}/12/2026", "Sở Nông nghiệp và Môi trường")
    for n in range(1, 26)
)
floor = Blueprint("floor", __name__, template_folder="templates")
require_sign_in(floor)


@floor.get("/floor/page")
def page() -> str:
    return render_template("floor/page.html", rows=ROWS)


bare = Flask("bare")


@bare.get("/")
def answer() -> str:
    return "<!doctype html><title>bare</title><p>bare"


@bare.get("/feed")
def joined() -> Response:
    return Response("\r\n".join(_lines()), mimetype="text/calendar")


@cache
def _lines() -> list[str]:
    return (Path(os.environ["INSTANCE_PATH"]) / "floor.ics").read_bytes().decode().split("\r\n")


def with_floor(app: Flask) -> Flask:
    app.register_blueprint(floor)
    app.wsgi_app = DispatcherMiddleware(app.wsgi_app, {"/floor/bare": bare})  # type: ignore[method-assign]
    return app


def __getattr__(name: str) -> Flask:
    """`app` for gunicorn, made when it is asked for and not when a test reads this module."""
    if name == "app":
        return with_floor(create_app())
    raise AttributeError(name)
