"""An office with rules, a mail server beside it, and days that go by."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from app.clock import VIETNAM
from app.extensions import db
from app.outbox.delivery import deliver
from app.plans.models import Plan
from app.reminders.jobs import plan_reminders
from app.reminders.models import Audience, ReminderRule
from app.reminders.operations import Subject
from app.reminders.planning import Rule
from app.reminders.scopes import OFFICE, Level, Scope
from tests.cast import Cast
from tests.make import make_plan
from tests.smtp import MailServer, serve


@pytest.fixture
def mail_server() -> Iterator[tuple[MailServer, int]]:
    with serve() as running:
        yield running


@pytest.fixture
def server(mail_server: tuple[MailServer, int]) -> MailServer:
    return mail_server[0]


@pytest.fixture
def settings(settings: dict[str, Any], mail_server: tuple[MailServer, int]) -> dict[str, Any]:
    return {**settings, "MAIL_SERVER": "127.0.0.1", "MAIL_PORT": mail_server[1], "MAIL_TIMEOUT_SECONDS": 2}


# Few enough steps to follow by eye; the ones that an installation begins with have tests of their own.
SEVEN_STEPS = (
    Rule(-5, Audience.OFFICERS),
    Rule(-1, Audience.OFFICERS),
    Rule(0, Audience.OFFICERS),
    Rule(1, Audience.OFFICERS),
    Rule(5, Audience.OFFICERS, repeat_weekly=True),
    Rule(1, Audience.HEAD),
    Rule(5, Audience.STANDING_AGENCY),
)
WHOLE_OFFICE = Subject(OFFICE, "cả hệ thống")


def keep_steps(rules: tuple[Rule, ...] = SEVEN_STEPS) -> None:
    """The steps of an installation."""
    for rule in rules:
        facts = {"offset": rule.offset, "audience": rule.audience, "repeat_weekly": rule.repeat_weekly}
        db.session.add(ReminderRule(active=True, **facts))
    db.session.flush()


def of_plan(plan: Plan) -> Subject:
    return Subject(Scope(Level.PLAN, plan.id), plan.display_number, plan.id)


@pytest.fixture
def plan(cast: Cast, now: datetime) -> Plan:
    """A plan under an installation of seven steps."""
    keep_steps()
    made = make_plan(cast, number="118/KH-UBND")
    db.session.commit()
    return made


def morning(day: date, hour: int = 8) -> datetime:
    """So many o'clock in Vietnam."""
    return datetime.combine(day, time(hour), VIETNAM).astimezone(UTC)


class Office:
    """Lets time pass as the scheduler does: plan, then deliver."""

    def __init__(self, server: MailServer):
        self.server = server

    def at(self, now: datetime) -> list[tuple[str, str]]:
        """Plan and deliver at this instant; recipients and subjects of what arrived."""
        db.session.commit()
        before = len(self.server.mails)
        plan_reminders(now)
        deliver(lambda: now)
        db.session.expire_all()
        return [
            (str(mail["To"].addresses[0].addr_spec).split("@")[0], str(mail["Subject"]))
            for mail in self.server.mails[before:]
        ]

    def on(self, day: date) -> list[tuple[str, str]]:
        return self.at(morning(day))

    def days(self, first: date, last: date) -> dict[date, list[str]]:
        """Who gets a mail on which day, from first to last."""
        heard = {}
        for n in range((last - first).days + 1):
            day = first + timedelta(days=n)
            if mails := self.on(day):
                heard[day] = sorted(to for to, _subject in mails)
        return heard


@pytest.fixture
def office(server: MailServer) -> Office:
    return Office(server)


@pytest.fixture
def plan_at(app: Any) -> Callable[[date], dict[str, int]]:
    """Plan in the morning of a day, deliver nothing."""

    def run(day: date) -> dict[str, int]:
        db.session.commit()
        counts = plan_reminders(morning(day))
        db.session.expire_all()
        return counts

    return run
