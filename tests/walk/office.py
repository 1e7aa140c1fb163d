"""A running office for the browser: web server, database and mail server as real processes, today's real clock.

A browser judges cookies and certificates by its own clock, so these tests do not freeze time; every day in them is
relative to today.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent.parent
_FOUND = """
from app import clock, create_app
from app.demo.office import found_office
from app.extensions import db
from app.reminders.operations import ensure_default_rules
from datetime import timedelta
with create_app().app_context():
    found_office(clock.now() - timedelta(days=100))
    ensure_default_rules(now=clock.now())
    db.session.commit()
"""


class RunningOffice:
    """The agencies and people of the demonstration, and not one plan."""

    def __init__(self, folder: Path, mail_port: int, database_url: str = "", **settings: str):
        self.folder, self.mail_port = folder, mail_port
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.address = f"http://127.0.0.1:{port}"
        self._environment = {
            **{name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}},
            "INSTANCE_PATH": str(folder),
            "DATABASE_URL": database_url,
            "PORT": str(port),
            "PUBLIC_URL": self.address,
            "MAIL_SERVER": "127.0.0.1",
            "MAIL_PORT": str(mail_port),
            "LOG_LEVEL": "WARNING",
            "LOG_FORMAT": "text",
            "SIGN_IN_RATE": "1000 per minute",
            **settings,
        }
        self._web: subprocess.Popen[bytes] | None = None

    def flask(self, *command: str) -> str:
        """Run a command of the application; its output."""
        return self._run([sys.executable, "-m", "flask", "--app", "wsgi", *command])

    def python(self, code: str) -> str:
        """Run Python with the settings of this office; its output."""
        return self._run([sys.executable, "-c", code])

    def begin(self, *command: str) -> subprocess.Popen[bytes]:
        """Start a command of the application and leave it running; whoever starts it ends it."""
        line = [sys.executable, "-m", "flask", "--app", "wsgi", *command]
        return subprocess.Popen(line, cwd=PROJECT, env=self._environment)

    def _run(self, command: list[str]) -> str:
        run = subprocess.run(command, cwd=PROJECT, env=self._environment, capture_output=True, text=True)
        assert run.returncode == 0, run.stdout + run.stderr
        return run.stdout

    def start(self) -> None:
        self.flask("db", "upgrade")
        self.python(_FOUND)
        command = [sys.executable, "-m", "gunicorn", "--bind", self.address.removeprefix("http://"), "--threads", "4",
                   "--no-control-socket", "--log-level", "warning", "wsgi:app"]  # fmt: skip
        self._web = subprocess.Popen(command, cwd=PROJECT, env=self._environment)
        for _attempt in range(20_000):
            try:
                urllib.request.urlopen(f"{self.address}/healthz", timeout=10).close()
                return
            except urllib.error.URLError:
                assert self._web.poll() is None, "the web server ended"
        raise AssertionError("the web server did not answer")

    def stop(self) -> None:
        if self._web:
            self._web.terminate()
            self._web.wait(20)


@contextmanager
def running_office(
    folder: Path, mail_port: int, database_url: str = "", **settings: str
) -> Iterator[RunningOffice]:
    office = RunningOffice(folder, mail_port, database_url, **settings)
    try:
        office.start()
        yield office
    finally:
        office.stop()
