"""When a mail that was not taken is tried again. Pure."""

from __future__ import annotations

from datetime import timedelta
from random import Random

FIRST = timedelta(minutes=1)
LONGEST = timedelta(hours=8)
# With the waits above about four days, as long as RFC 5321 §4.5.4.1 asks a sender to keep trying.
MOST_TRIES = 20
# Between two looks at a mail server that cannot be reached at all.
AWAY = timedelta(minutes=1)
_JITTER = 0.2


def wait_before_next(tries: int, rng: Random) -> timedelta:
    """How long to wait after the try with this number (from 1): doubled each time up to eight hours, and spread
    by a fifth to both sides, so that mails which failed together do not come back together."""
    doubled = FIRST * 2 ** min(max(tries, 1) - 1, 30)
    return spread(min(doubled, LONGEST), rng)


def spread(wait: timedelta, rng: Random) -> timedelta:
    return wait * rng.uniform(1 - _JITTER, 1 + _JITTER)
