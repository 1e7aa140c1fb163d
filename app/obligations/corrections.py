"""Đính chính: correcting what was accepted. Pure rules.

A correction is a new version with a reason. It is accepted or returned like any other version, but it moves neither
the outcome nor how late the work was: those stay what they were on the day of the first acceptance.
"""

from __future__ import annotations

from typing import Any

from app.i18n import _l
from app.obligations.models import Obligation, Outcome, SourceKind
from app.obligations.rules import why_settled


def is_done(obligation: Obligation) -> bool:
    """Handed in and accepted: what can be corrected, not handed in again."""
    return obligation.outcome in {Outcome.ACCEPTED, Outcome.NOTHING_AROSE}


def why_not_correct(obligation: Obligation) -> Any:
    """In the way of handing in a correction."""
    if not is_done(obligation):
        return why_settled(obligation) or _l(
            "Báo cáo chưa được xác nhận nên chưa cần đính chính. Rút lại bản đang chờ để sửa."
        )
    if obligation.source_kind is SourceKind.MOVEMENT:
        return _l("Việc này là đăng ký thi đua. Sửa tại trang của phong trào.")
    if obligation.correction_at is not None:
        return _l("Bản đính chính trước đang chờ xác nhận. Cần sửa thì rút lại bản đó trước.")
    return None


def why_not_want_correction(obligation: Obligation) -> Any:
    """In the way of asking the agency for one."""
    if reason := why_not_correct(obligation):
        return reason
    if obligation.correction_wanted_until is not None:
        return _l("Đã yêu cầu đính chính và đang chờ nơi nộp.")
    return None


def why_not_decide(obligation: Obligation) -> Any:
    """In the way of accepting or returning a correction."""
    if obligation.correction_at is None:
        return _l("Chưa có bản đính chính nào để xem. Bản đó có thể vừa được rút lại.")
    return None
