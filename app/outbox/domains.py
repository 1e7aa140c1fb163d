"""A domain that says "too many" gets a pause of its own; mails to all other domains go on."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from random import Random
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from app.extensions import db
from app.outbox.models import MailDomain

FIRST = timedelta(minutes=1)
LONGEST = timedelta(hours=1)
_TOO_MANY = re.compile(
    r"too (many|fast|much)|rate.?limit|throttl|slow down|limit exceeded|exceed\w* .{0,40}limit|unusual rate"
    r"|\b4\.7\.28\b|\b4\.7\.650\b",
    re.IGNORECASE,
)


def domain_of(address: str) -> str:
    return address.rpartition("@")[2].strip().lower()


def says_too_many(reason: str) -> bool:
    """Whether a passing refusal (4yz) is about how much comes, and not about this mail."""
    return reason[:1] == "4" and bool(_TOO_MANY.search(reason))


def pauses(now: datetime) -> dict[str, datetime]:
    """Until when each domain that has a pause is left alone; those that are over are there too."""
    rows = db.session.execute(sa.select(MailDomain.name, MailDomain.paused_until))
    # An instant further off than any pause was written while the clock was ahead.
    return {name: until if until <= now + LONGEST * 2 else now for name, until in rows}


def pause(domain: str, error: str, now: datetime) -> datetime:
    """Leave a domain alone, twice as long as the last time in a row; until when. The caller commits."""
    level = db.session.scalar(sa.select(MailDomain.level).where(MailDomain.name == domain)) or 0
    until = now + min(FIRST * 2 ** min(level, 20), LONGEST)
    values: dict[str, Any] = {"paused_until": until, "level": level + 1, "error": error}
    dialect = postgresql if db.session.get_bind().dialect.name == "postgresql" else sqlite
    insert = dialect.insert(MailDomain).values(name=domain, **values)
    db.session.execute(insert.on_conflict_do_update(index_elements=["name"], set_=values))
    return until


def resume(domain: str) -> None:
    """A mail was taken again after the pause. The caller commits."""
    db.session.execute(
        sa.delete(MailDomain).where(MailDomain.name == domain).execution_options(synchronize_session=False)
    )


def after(until: datetime, now: datetime, rng: Random) -> datetime:
    """An instant in the time after a pause, as long as the pause was: what waited does not come all at once."""
    return until + (until - now) * rng.random()
