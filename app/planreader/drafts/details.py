"""What a duty says of itself: lead or support, and who supports."""

from __future__ import annotations

import re

from app.planreader.mentions.bodies import bodies_at
from app.planreader.models import Role
from app.planreader.patterns.agencies import AGENCY_START

_LEAD = re.compile(
    r"(?<!\w)(?:chủ\s+trì|đầu\s+mối|chủ\s+động|tham\s+mưu|là\s+cơ\s+quan\s+thường\s+trực)", re.IGNORECASE
)
_TOGETHER = re.compile(
    r"(?<!\w)[Pp]hối\s+hợp(?:\s+chặt\s+chẽ)?(?:\s+(?:cùng\s+với|cùng|với))?\s+", re.UNICODE
)
_SUPPORT = re.compile(
    r"\s*(?:[Tt]hường\s+xuyên\s+|[Tt]ích\s+cực\s+|[Cc]ó\s+trách\s+nhiệm\s+)?[Pp]hối\s+hợp(?!\w)"
)


def role_of(duty: str) -> Role:
    """«Phối hợp với Sở Tài chính …» supports; everything else leads."""
    opens = _SUPPORT.match(duty)
    if opens and not _LEAD.search(duty[: opens.end() + 60]):
        return "support"
    return "lead"


def supports_of(duty: str) -> tuple[str, ...]:
    """The bodies named behind «phối hợp với», in the order of the text, each once."""
    found: list[str] = []
    for together in _TOGETHER.finditer(duty):
        at = together.end()
        if AGENCY_START.match(duty, at):
            bodies = bodies_at(duty, at)
            if bodies:
                found.extend(duty[s:e] for s, e in bodies.names if e - s < 120)
    return tuple(dict.fromkeys(found))
