"""Where benchmarks run: a database of each engine with an office in it, and the web server over it."""

from __future__ import annotations

import http.client
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import sqlalchemy as sa
from flask import Flask

from app import create_app
from app.accounts.models import User
from app.extensions import db
from benchmarks.office import OfficeFacts, make_office
from tests import postgres

PROJECT = Path(__file__).resolve().parent.parent
SQLITE, POSTGRESQL = "sqlite", "postgresql"


@dataclass(frozen=True)
class Place:
    """A database with the tables in it, and the settings with which an application opens it."""

    engine: str
    settings: dict[str, Any]
    environment: dict[str, str]

    def application(self) -> Flask:
        return create_app(self.settings)


class Ground:
    """Makes databases when they are first asked for and removes everything at the end.

    `engines` are those of this machine; `left_out` says what it lacks.
    """

    def __init__(self) -> None:
        self._stack = ExitStack()
        self.folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="dunghan-bench-")))
        self._cluster: postgres.Cluster | None = None
        self._offices: dict[tuple[str, int], tuple[Place, OfficeFacts]] = {}
        self._made = 0
        has_postgresql = postgres.binaries() is not None
        self.engines = (SQLITE, POSTGRESQL) if has_postgresql else (SQLITE,)
        self.left_out = (
            [] if has_postgresql else ["PostgreSQL (initdb) is not installed: its rows are left out."]
        )

    def __enter__(self) -> Ground:
        return self

    def __exit__(self, *failure: object) -> None:
        self._stack.close()

    def empty(self, engine: str) -> Place:
        """A new database with the tables and nothing in them."""
        self._made += 1
        folder = self.folder / f"{engine}-{self._made}"
        folder.mkdir()
        place = _place(engine, self._url(engine, folder), folder)
        app = place.application()
        with app.app_context():
            db.create_all()
            db.session.commit()
            db.engine.dispose()
        return place

    def office(self, engine: str, obligations: int, now: datetime) -> tuple[Place, OfficeFacts]:
        """An office of this size, shared by all benchmarks that only read it."""
        key = (engine, obligations)
        if key not in self._offices:
            place = self.empty(engine)
            self._offices[key] = (place, fill(place, obligations, now))
        return self._offices[key]

    def _url(self, engine: str, folder: Path) -> str:
        if engine == SQLITE:
            return f"sqlite:///{folder / 'bench.db'}"
        if self._cluster is None:
            self._cluster = self._stack.enter_context(postgres.cluster())
        name = f"bench_{self._made}"
        self._cluster.run_sql(f"CREATE DATABASE {name}")
        return self._cluster.url(name)


def fill(place: Place, obligations: int, now: datetime, **facts: Any) -> OfficeFacts:
    """Generate an office into an empty place, with the statistics that a running database would have."""
    app = place.application()
    with app.app_context():
        made = make_office(obligations, now=now, **facts)
        db.session.commit()
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            if place.engine == POSTGRESQL:
                connection.execute(sa.text("VACUUM ANALYZE"))  # what autovacuum does within minutes
        db.session.remove()
        db.engine.dispose()
    return made


def _place(engine: str, url: str, folder: Path) -> Place:
    environment = {
        "INSTANCE_PATH": str(folder),
        "DATABASE_URL": url,
        "SECRET_KEY": "for benchmarks only",
        "LOG_LEVEL": "WARNING",
        "MAIL_SENDER": "Đúng Hạn <nhac@dunghan.example>",
        "PUBLIC_URL": "http://127.0.0.1",
        "DEMONSTRATION": "0",
        "PYTHONPATH": str(PROJECT),
    }
    settings = {
        "INSTANCE_PATH": str(folder),
        "SQLALCHEMY_DATABASE_URI": url,
        "SECRET_KEY": environment["SECRET_KEY"],
        "FILES_FOLDER": str(folder / "files"),
        "MAIL_FOLDER": str(folder / "mail"),
        "MAIL_SERVER": "",
        "MAIL_DEFAULT_SENDER": environment["MAIL_SENDER"],
        "PUBLIC_URL": environment["PUBLIC_URL"],
        "LOG_LEVEL": environment["LOG_LEVEL"],
        "DEMONSTRATION": False,
    }
    return Place(engine, settings, environment)


# -- the web server --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Server:
    port: int
    process_id: int

    def worker_ids(self) -> list[int]:
        """The processes that answer; the first one only watches over them."""
        children = Path(f"/proc/{self.process_id}/task/{self.process_id}/children")
        return [int(number) for number in children.read_text("ascii").split()] if children.exists() else []


@contextmanager
def server(place: Place) -> Iterator[Server]:
    """gunicorn as `make run` starts it, with one worker, over this place; `benchmarks.floor` beside the pages."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--workers", "1", "--threads", "4",
        "--no-control-socket", "--log-level", "warning", "benchmarks.floor:app",
    ]  # fmt: skip
    process = subprocess.Popen(command, cwd=PROJECT, env={**os.environ, **place.environment})
    try:
        _wait_until_answering(port, process)
        yield Server(port, process.pid)
    finally:
        process.terminate()
        process.wait(20)


def _wait_until_answering(port: int, process: subprocess.Popen[bytes]) -> None:
    for _attempt in range(300):
        if process.poll() is not None:
            raise RuntimeError("gunicorn ended before it answered; the lines above say why")
        try:
            with Client(port) as client:
                client.get("/floor/bare/")
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("gunicorn did not answer within 30 seconds")


class Client:
    """A browser's part: one kept connection and its cookies. Every answer must be the one expected."""

    def __init__(self, port: int):
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._cookies: dict[str, str] = {}

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *failure: object) -> None:
        self._connection.close()

    def get(self, path: str, status: int = 200, headers: dict[str, str] | None = None) -> bytes:
        return self.ask("GET", path, status, headers)[1]

    def sign_in(self, email: str, password: str) -> None:
        page = self.get("/account/sign-in").decode()
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
        if token is None:
            raise RuntimeError("the sign-in page has no token in its form")
        form = {"csrf_token": token[1], "email": email, "password": password}
        self.ask(
            "POST",
            "/account/sign-in",
            302,
            {"Content-Type": "application/x-www-form-urlencoded"},
            urlencode(form),
        )

    def ask(
        self,
        method: str,
        path: str,
        status: int,
        headers: dict[str, str] | None = None,
        body: str | None = None,
    ) -> tuple[http.client.HTTPResponse, bytes]:
        sent = {**(headers or {})}
        if self._cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        self._connection.request(method, path, body, sent)
        response = self._connection.getresponse()
        content = response.read()
        if response.status != status:
            raise RuntimeError(f"{method} {path} answered {response.status}, not {status}")
        for cookie in response.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.partition(";")[0].partition("=")
            self._cookies[name] = value
        return response, content


def email_of(place: Place, user_id: int) -> str:
    app = place.application()
    with app.app_context():
        email = db.session.get_one(User, user_id).email
        db.session.remove()
        db.engine.dispose()
    return email
