"""The planning job: a walk with a commit after each batch, then one mail for each person."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable
from datetime import datetime, time
from itertools import chain

import sqlalchemy as sa
from flask import current_app

from app.extensions import db
from app.obligations.calendar import office_calendar, office_reading
from app.reminders import queries, walk
from app.reminders.planning import may_speak
from app.reminders.rounds import Overtaken, Round, gather

log = logging.getLogger("dunghan.reminders")

TOGETHER = 50  # people whose mails are queued in one transaction


def plan_reminders(
    now: datetime, *, at_any_hour: bool = False, should_stop: Callable[[], bool] = lambda: False
) -> dict[str, int]:
    """Plan everything that should have been said by `now`, and queue one mail for each person; the counts.

    Outside working hours and on days off nothing is planned (`quiet`) unless `at_any_hour`: a mail at night is
    read in the morning anyway, and by then it may have nothing to say. What a run leaves unfinished, the next
    run does.
    """
    calendar = office_calendar()
    if not at_any_hour and not may_speak(now, calendar, *working_hours()):
        return {"quiet": 1}
    counts: Counter[str] = Counter()
    this = Round(now=now, calendar=calendar, reading=office_reading())
    went_by = walk.last_basis()
    if _walk(this, counts, should_stop):
        if went_by is None or went_by != this.basis:
            walk.keep_basis(this.basis)
        db.session.commit()
    counts["mails"] += _gather_all(now)
    return dict(counts)


def _walk(this: Round, counts: Counter[str], should_stop: Callable[[], bool]) -> bool:
    """Look at everything of which something new can be said; whether it came to its end."""
    for batch in chain(this.rows_to_read(), walk.changed_rows(this.today, this.last_deadline)):
        counts += this.plan(batch)
        db.session.commit()
        if should_stop():
            return False
    if walk.last_basis() != this.basis:
        counts += this.plan_parts(walk.blocking_parts(this.today, this.last_deadline))
        db.session.commit()
    return True


def working_hours() -> tuple[time, time]:
    """From REMINDER_HOUR to REMINDER_UNTIL, in Vietnam."""
    settings = current_app.config
    return time.fromisoformat(settings["REMINDER_HOUR"]), time.fromisoformat(settings["REMINDER_UNTIL"])


def _gather_all(now: datetime) -> int:
    """Also what an earlier run planned and did not live to gather. Some people share a commit; where it fails, each
    has one."""
    mails, people = 0, queries.people_to_tell()
    for start in range(0, len(people), TOGETHER):
        some = people[start : start + TOGETHER]
        gathered = _gather(some, now)
        if gathered is None:
            gathered = sum(_gather([one], now) or 0 for one in some)
        mails += gathered
    return mails


def _gather(user_ids: list[int], now: datetime) -> int | None:
    """The mails of these people; None where nothing of it was kept."""
    try:
        mails = sum(gather(user_id, now=now) is not None for user_id in user_ids)
        db.session.commit()
    except (Overtaken, sa.exc.IntegrityError):
        db.session.rollback()
    except Exception:
        db.session.rollback()
        log.exception("a digest could not be queued", extra={"users": user_ids})
    else:
        return mails
    return None
