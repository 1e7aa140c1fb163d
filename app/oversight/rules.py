"""Who may follow what, and what stands in the way of urging."""

from __future__ import annotations

from datetime import date
from typing import Any

from app.accounts.models import User
from app.accounts.rules import is_administrator, runs_plans
from app.i18n import _l
from app.obligations.models import Obligation
from app.obligations.rules import can_urge, day_that_counts, is_suspended

# Acts whose details are what an agency reported: the administrator is told that they happened, no more.
_CONTENT_ACTS = (
    "submission.",
    "correction.",
    "registration.",
    "nomination.",
    "extension.",
    "duty.",
    "part.",
    "comment.",
    "presentation.",
    "hand_down.",
    "draft.",
    "obligation.waived",
)


def can_read_audit(user: User) -> bool:
    """The administrator reads all acts; a standing officer those on its plans."""
    return is_administrator(user) or runs_plans(user)


def shows_details(user: User, act: str) -> bool:
    """Whether before and after of an act may be shown: no report content by virtue of the administrator's role."""
    return not (is_administrator(user) and act.startswith(_CONTENT_ACTS))


def why_not_urge(user: User, obligation: Obligation, today: date) -> Any | None:
    """The reason why this work cannot be urged now, or None."""
    if is_suspended(obligation, today):
        return _l("%(title)s đang tạm hoãn nên không đôn đốc.", title=obligation.title)
    if not can_urge(user, obligation):
        return _l(
            "%(title)s đã nộp hoặc đã xong nên không cần đôn đốc. Tải lại danh sách.", title=obligation.title
        )
    if day_that_counts(obligation) >= today:
        return _l("%(title)s chưa quá hạn nên chưa đôn đốc.", title=obligation.title)
    return None
