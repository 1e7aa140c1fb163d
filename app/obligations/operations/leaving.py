"""What must hold before a report leaves its agency, besides being ready."""

from __future__ import annotations

from typing import Any

from app.accounts.models import Role, User
from app.accounts.queries import active_people
from app.i18n import _l
from app.obligations import queries, workrules
from app.obligations.models import Obligation
from app.obligations.operations.parts import why_parts_missing


def waits_for_head(user: User, agency_id: int) -> bool:
    """Whether what this person hands in for the agency waits for a head's word."""
    return queries.head_confirms(agency_id) and workrules.goes_through_head(
        user, head_confirms=True, has_head=has_head(agency_id)
    )


def has_head(agency_id: int) -> bool:
    return bool(active_people(agency_id, Role.HEAD))


def why_not_leave(obligation: Obligation, actor: User, confirmed_by: User | None, *, correcting: bool) -> Any:
    """In the way of a report that is ready: a part missing that nobody named, the head's word, or another report
    that waits for it."""
    if not correcting and (reason := why_parts_missing(obligation)):
        return reason
    if confirmed_by is not None:
        return None
    if waits_for_head(actor, obligation.agency_id):
        return _l("Cơ quan đặt lãnh đạo xác nhận trước khi gửi. Trình lãnh đạo để báo cáo được gửi.")
    if queries.waiting_presentation(obligation) is not None:
        return _l("Một bản của việc này đang chờ lãnh đạo xác nhận. Xác nhận hoặc trả lại bản đó trước.")
    return None
