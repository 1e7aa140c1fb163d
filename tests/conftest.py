"""What every test can ask for: an application on a fresh database, the cast, a browser, a mail server."""

from __future__ import annotations

import itertools
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from flask_login import FlaskLoginClient

from app import clock, create_app
from app.accounts.models import User
from app.accounts.sessions import open_session
from app.audit.models import AuditEntry
from app.audit.vocabulary import NAMES, TECHNICAL
from app.documents.ocr import ocr_available
from app.documents.office import office_available
from app.extensions import db
from tests import postgres
from tests.cast import NOW, Cast, make_cast

# -- what this machine lacks is left out, and said ------------------------------------------------------

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


def _reads_vietnamese() -> bool:
    with tempfile.TemporaryDirectory() as folder:
        return ocr_available(Path(folder)) is None


def _gives_networks() -> bool:
    command = ["unshare", "--map-root-user", "--net", "true"]
    return (
        bool(shutil.which("unshare")) and subprocess.run(command, stderr=subprocess.DEVNULL).returncode == 0
    )


_MISSING = {
    "postgresql": ("PostgreSQL (initdb)", postgres.binaries() is not None),
    "browser": ("Chromium", CHROMIUM is not None),
    "ocr": ("Tesseract with Vietnamese", _reads_vietnamese()),
    "namespaces": ("networks of one's own (user namespaces)", _gives_networks()),
    "libreoffice": ("LibreOffice Writer", office_available() is None),
}
_left_out: dict[str, int] = {}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    kept, dropped = [], []
    for item in items:
        lacking = [
            m for m, (_name, present) in _MISSING.items() if not present and item.get_closest_marker(m)
        ]
        for marker in lacking:
            _left_out[marker] = _left_out.get(marker, 0) + 1
        (dropped if lacking else kept).append(item)
    if dropped:
        config.hook.pytest_deselected(items=dropped)
        items[:] = kept


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for name, present in _MISSING.values():
        if not present:
            terminalreporter.write_line(f"LEFT OUT: every test that needs {name}, which is not installed.")


# -- what the trail records can be read ------------------------------------------------------------------


@sa.event.listens_for(AuditEntry, "before_insert")
def _name_what_is_recorded(_mapper: object, _connection: object, entry: AuditEntry) -> None:
    """Whatever a test does: each name before and after its act has words, or is marked as kept for machines."""
    unknown = (
        {name for facts in (entry.before, entry.after) for name in _names(facts)} - NAMES.keys() - TECHNICAL
    )
    assert not unknown, f"{entry.act} records {sorted(unknown)}: put them into app/audit/vocabulary.py"


def _names(facts: Any) -> Iterator[str]:
    if isinstance(facts, dict):
        yield from (name for name in facts if not name.isdecimal())
        facts = list(facts.values())
    for inner in facts if isinstance(facts, list) else ():
        yield from _names(inner)


# -- the application on a database of its own -----------------------------------------------------------

both_engines = pytest.mark.parametrize(
    "engine_name", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)]
)
_numbers = itertools.count(1)


@pytest.fixture
def engine_name() -> str:
    """SQLite, unless a test is marked with `both_engines`."""
    return "sqlite"


@pytest.fixture(scope="session")
def postgres_cluster() -> Iterator[postgres.Cluster]:
    with postgres.cluster() as server:
        yield server


def settings_for(folder: Path, url: str) -> dict[str, object]:
    return {
        "TESTING": True,
        "SECRET_KEY": "for tests only",
        "SQLALCHEMY_DATABASE_URI": url,
        "INSTANCE_PATH": str(folder),
        "FILES_FOLDER": str(folder / "files"),
        "MAIL_FOLDER": str(folder / "mail"),
        "MAIL_SERVER": "",
        "OFFICE_NAME": "UBND tỉnh Lam Giang",
        "PUBLIC_URL": "http://dunghan.test",
        "MAIL_DEFAULT_SENDER": "Đúng Hạn <nhac@dunghan.test>",
        "WTF_CSRF_ENABLED": False,  # tests/test_security.py turns it on
        "RATELIMIT_ENABLED": False,  # so is this
        "LOG_LEVEL": "WARNING",
        "DEMONSTRATION": False,
        # Cheap hashes: what is tested is who comes in, not how long an attacker would compute.
        "ARGON2_PASSES": 1,
        "ARGON2_MEMORY_KIB": 8,
        "ARGON2_LANES": 1,
    }


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database with the schema, made once and copied for every test."""
    path = tmp_path_factory.mktemp("template") / "empty.db"
    app = create_app(settings_for(path.parent, f"sqlite:///{path}"))
    with app.app_context():
        db.create_all()
        db.engine.dispose()
    return path


@pytest.fixture(scope="session")
def postgres_template(postgres_cluster: postgres.Cluster, tmp_path_factory: pytest.TempPathFactory) -> str:
    postgres_cluster.run_sql("CREATE DATABASE template_office")
    app = create_app(settings_for(tmp_path_factory.mktemp("pg"), postgres_cluster.url("template_office")))
    with app.app_context():
        db.create_all()
        db.engine.dispose()
    return "template_office"


@pytest.fixture
def database_url(engine_name: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a database with the schema and nothing in it, dropped after the test."""
    if engine_name == "sqlite":
        path = tmp_path / "test.db"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    server: postgres.Cluster = request.getfixturevalue("postgres_cluster")
    template = request.getfixturevalue("postgres_template")
    name = f"test_{next(_numbers)}"
    server.run_sql(f"CREATE DATABASE {name} TEMPLATE {template}")
    yield server.url(name)
    server.run_sql(f"DROP DATABASE {name} WITH (FORCE)")


class OfficeClient(FlaskLoginClient):
    """Gives each request an application context of its own, as a server does: nothing of the test's session or
    of the person signed in before leaks into it, and the test reads back what the request wrote."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        db.session.commit()
        kwargs.setdefault("buffered", True)  # the whole answer is read, and the file behind it closed
        with self.application.app_context():
            response = super().open(*args, **kwargs)
        response.request.environ["wsgi.input"].close()  # a big body is a temporary file
        db.session.expire_all()
        return response


@pytest.fixture
def frozen() -> Iterator[time_machine.Coordinates]:
    """The clock stands at the cast's hour; `frozen.move_to(…)` moves it."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> dict[str, object]:
    """The settings of the test's application; a test's own fixture may change them before `app` is made."""
    return settings_for(tmp_path, database_url)


@pytest.fixture
def app(settings: dict[str, object], frozen: time_machine.Coordinates) -> Iterator[Flask]:
    application = create_app(settings)
    application.test_client_class = OfficeClient
    with application.app_context():
        yield application
        db.session.remove()
        for engine in db.engines.values():
            engine.dispose()


@pytest.fixture
def now(app: Flask) -> datetime:
    return NOW


@pytest.fixture
def cast(app: Flask) -> Cast:
    return make_cast()


@pytest.fixture
def client_of(app: Flask) -> Callable[[User | None], FlaskClient]:
    """A client that is signed in as this person (or as nobody), in a session of its own that begins now."""

    def make(user: User | None) -> FlaskClient:
        if user is None:
            return app.test_client()
        open_session(user, network="127.0.0.1", agent="", now=clock.now())
        db.session.commit()
        return app.test_client(user=user)

    return make


@pytest.fixture
def count_queries(app: Flask) -> Iterator[list[str]]:
    """The SQL statements since the list was last cleared."""
    statements: list[str] = []

    def note(_conn: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    sa.event.listen(db.engine, "before_cursor_execute", note)
    yield statements
    sa.event.remove(db.engine, "before_cursor_execute", note)
