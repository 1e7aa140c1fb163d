"""When the chain over the trail was last checked. The scheduler knows; pages that show it do not know the scheduler."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Checks:
    """The last check that found the trail whole, and the last that failed (a fault, or it could not be made)."""

    good_at: datetime | None
    failed_at: datetime | None

    @property
    def failing(self) -> bool:
        return self.failed_at is not None and (self.good_at is None or self.good_at < self.failed_at)


_known_by: list[Callable[[], Checks]] = []


def known_by(ask: Callable[[], Checks]) -> None:
    """Whoever records the runs of jobs registers here."""
    _known_by[:] = [ask]


def last_checks() -> Checks:
    return _known_by[0]() if _known_by else Checks(None, None)
