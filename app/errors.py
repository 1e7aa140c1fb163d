"""The two ways in which the application says no. Views, the API and commands each show them in their manner."""

from __future__ import annotations

from typing import Any


class Refused(Exception):
    """A rule's "no". `reason` is a translatable sentence for people: what is refused and what to do instead."""

    def __init__(self, reason: Any):
        self.reason = reason
        super().__init__(reason)

    def __str__(self) -> str:
        return str(self.reason)


class Stale(Refused):
    """The page was made from a state that somebody has changed since."""


class NotVisible(Exception):
    """What was asked for does not exist for this person. Always answered as 404, so existence never leaks."""
