"""Where the drill runs: an office in a database of either engine, copied afresh for each scene."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import cache
from pathlib import Path

import sqlalchemy as sa
from flask import Flask

from app import clock, create_app
from app.deadlines import WorkCalendar
from app.extensions import db
from app.outbox.models import Message, MessageState
from app.reminders.jobs import plan_reminders
from app.reminders.models import Reminder, ReminderState
from benchmarks.office import make_office
from tests import postgres


def _a_working_morning() -> datetime:
    """Nine o'clock in Vietnam on the last working day before today: reminders are planned in working hours, and what
    a scheduler does at once must not lie in the machine's future."""
    calendar, day = WorkCalendar(), clock.today() - timedelta(days=1)
    while not calendar.is_working_day(day):
        day -= timedelta(days=1)
    return datetime.combine(day, time(9), clock.VIETNAM).astimezone(UTC)


NOW = _a_working_morning()
SQLITE, POSTGRESQL = "sqlite", "postgresql"
_EMPTY, _PLANNED = "empty", "planned"

Pair = tuple[int, int]  # an obligation and a person who is to hear of it


@dataclass(frozen=True)
class Place:
    """One database with the office in it. `expected`: who is to hear of what by NOW."""

    engine: str
    folder: Path
    url: str
    expected: frozenset[Pair]
    cluster: postgres.Cluster | None

    def environment(self, mail_port: int, **more: str) -> dict[str, str]:
        return {
            "INSTANCE_PATH": str(self.folder),
            "DATABASE_URL": self.url,
            "SECRET_KEY": "for the drill only",
            "LOG_LEVEL": "ERROR",
            "LOG_FORMAT": "text",
            "MAIL_SERVER": "127.0.0.1",
            "MAIL_PORT": str(mail_port),
            "MAIL_SENDER": "Đúng Hạn <nhac@dunghan.example>",
            "MAIL_TIMEOUT_SECONDS": "60",  # a busy machine is no server that is away
            "MAIL_WORKERS": "2",
            "PUBLIC_URL": "http://127.0.0.1",
            **more,
        }

    @contextmanager
    def reading(self) -> Iterator[None]:
        """The database, to look into; nothing stays open afterwards."""
        with _app(self.folder, self.url).app_context():
            yield
            db.session.remove()
            db.engine.dispose()

    def waiting(self) -> int:
        """How many mails still wait or are being sent."""
        with self.reading():
            return _count(
                sa.select(Message.id).where(Message.state.in_((MessageState.QUEUED, MessageState.SENDING)))
            )

    def unplanned(self) -> int:
        """How many of those who are to hear of something are in no mail yet."""
        with self.reading():
            query = sa.select(Reminder.obligation_id, Reminder.user_id).where(
                Reminder.message_id.is_not(None)
            )
            return len(self.expected - set(db.session.execute(query).tuples()))


class Office:
    """Makes the office once for each engine, with its queue empty and with everything planned; hands out copies."""

    def __init__(
        self,
        folder: Path,
        cluster: postgres.Cluster | None,
        *,
        obligations: int,
        officers: int,
        communes: int = 100,
    ):
        self._folder, self._cluster = folder, cluster
        self._size = {"obligations": obligations, "officers": officers, "communes": communes}
        self._made: dict[str, frozenset[Pair]] = {}
        self._number = 0

    def place(self, engine: str, *, planned: bool) -> Place:
        if engine not in self._made:
            self._made[engine] = self._make(engine)
        self._number += 1
        folder = self._folder / f"{engine}-{self._number}"
        folder.mkdir()
        state = _PLANNED if planned else _EMPTY
        if engine == SQLITE:
            shutil.copyfile(self._folder / f"{state}.db", folder / "drill.db")
            url = f"sqlite:///{folder / 'drill.db'}"
        else:
            url = self._database(f"drill_{self._number}", template=f"drill_{state}")
        return Place(engine, folder, url, self._made[engine], self._cluster)

    def _make(self, engine: str) -> frozenset[Pair]:
        if engine == SQLITE:
            url = f"sqlite:///{self._folder / 'making.db'}"
        else:
            url = self._database("drill_planned")
        with _app(self._folder, url).app_context():
            db.create_all()
            make_office(now=NOW, **self._size)
            db.session.commit()
            self._keep(engine, url, _EMPTY)
            plan_reminders(NOW, at_any_hour=True)
            rows = db.session.execute(
                sa.select(Reminder.obligation_id, Reminder.user_id).where(
                    Reminder.state == ReminderState.POSTED
                )
            )
            expected = frozenset(rows.tuples())
            self._keep(engine, url, _PLANNED)
        return expected

    def _keep(self, engine: str, url: str, state: str) -> None:
        """A copy of the database as it is now, to copy from."""
        db.session.remove()
        if engine == SQLITE:
            with db.engine.connect() as connection:
                connection.execute(sa.text("PRAGMA wal_checkpoint(TRUNCATE)"))
            db.engine.dispose()
            shutil.copyfile(url.removeprefix("sqlite:///"), self._folder / f"{state}.db")
        elif state == _EMPTY:
            db.engine.dispose()
            self._database("drill_empty", template="drill_planned")
        else:
            db.engine.dispose()

    def _database(self, name: str, template: str | None = None) -> str:
        assert self._cluster is not None
        self._cluster.run_sql(f"CREATE DATABASE {name}" + (f" TEMPLATE {template}" if template else ""))
        return self._cluster.url(name)


@cache
def _app(folder: Path, url: str) -> Flask:
    return create_app(
        {
            "INSTANCE_PATH": str(folder),
            "SQLALCHEMY_DATABASE_URI": url,
            "MAIL_DEFAULT_SENDER": "Đúng Hạn <nhac@dunghan.example>",
            "MAIL_FOLDER": str(folder / "mail"),
            "PUBLIC_URL": "http://127.0.0.1",
            "LOG_LEVEL": "ERROR",
            "LOG_FORMAT": "text",
        }
    )


def _count(query: sa.Select[tuple[int]]) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(query.subquery())) or 0
