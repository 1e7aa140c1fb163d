"""One move of an obligation: a conditional update, so that of two people at once exactly one moves it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app.accounts.models import User
from app.audit.operations import record as record_act
from app.audit.queries import entries_about
from app.clock import vietnam_day
from app.errors import Stale
from app.extensions import db
from app.i18n import _l, clock_time, instant
from app.obligations.models import Obligation

_WHO_CHANGED_IT = {
    "submission.made": _l("Báo cáo này vừa được %(who)s nộp lúc %(at)s. Tải lại để xem bản đó."),
    "submission.withdrawn": _l("Bản nộp vừa được %(who)s rút lại lúc %(at)s. Tải lại để xem."),
    "submission.accepted": _l("Báo cáo này vừa được %(who)s xác nhận hoàn thành lúc %(at)s. Tải lại để xem."),
    "submission.returned": _l("Báo cáo này vừa được %(who)s trả lại lúc %(at)s. Tải lại để xem lý do."),
    "correction.made": _l("%(who)s vừa nộp bản đính chính lúc %(at)s. Tải lại để xem bản đó."),
    "correction.accepted": _l("Bản đính chính vừa được %(who)s xác nhận lúc %(at)s. Tải lại để xem."),
    "correction.returned": _l("Bản đính chính vừa được %(who)s trả lại lúc %(at)s. Tải lại để xem lý do."),
    "correction.wanted": _l("%(who)s vừa yêu cầu đính chính lúc %(at)s. Tải lại để xem lý do."),
    "obligation.waived": _l("Việc này vừa được %(who)s cho miễn lúc %(at)s. Tải lại để xem căn cứ."),
    "obligation.cancelled": _l("Việc này vừa được %(who)s bãi bỏ lúc %(at)s. Tải lại để xem căn cứ."),
    "extension.asked": _l("%(who)s vừa xin gia hạn việc này lúc %(at)s. Tải lại để xem."),
    "extension.granted": _l("%(who)s vừa đồng ý gia hạn việc này lúc %(at)s. Tải lại để xem hạn mới."),
    "extension.refused": _l("%(who)s vừa quyết định không gia hạn việc này lúc %(at)s. Tải lại để xem."),
}


def move(obligation: Obligation, *still: sa.ColumnElement[bool], now: datetime, **values: Any) -> None:
    """Set `values` if all of `still` hold in the database at this very moment.

    Raises:
        Stale: they do not; the reason names who changed what.
    """
    db.session.flush()
    update = (
        sa.update(Obligation)
        .where(Obligation.id == obligation.id, *still)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    done = db.session.execute(update).rowcount == 1  # type: ignore[attr-defined]
    db.session.refresh(obligation)
    if not done:
        raise stale(obligation, now)


def stale(obligation: Obligation, now: datetime) -> Stale:
    """The refusal of an act that was meant for an older state."""
    for entry in entries_about("obligation", obligation.id):
        if sentence := _WHO_CHANGED_IT.get(entry.act):
            same_day = vietnam_day(entry.at) == vietnam_day(now)
            at = clock_time(entry.at) if same_day else instant(entry.at)
            return Stale(str(sentence) % {"who": entry.actor_name or "Đúng Hạn", "at": at})
    return Stale(_l("Việc này vừa thay đổi. Tải lại trang để xem."))


def name_of(obligation: Obligation) -> str:
    """How people call it in the record: the title and who owes it."""
    return f"{obligation.title} ({obligation.agency.display_name})"


def record(act: str, obligation: Obligation, *, actor: User | None, now: datetime, **facts: Any) -> None:
    """Every act on an obligation is recorded about the obligation, so that its story is one query."""
    record_act(
        act, obligation, actor=actor, now=now, name=name_of(obligation), plan_id=obligation.plan_id, **facts
    )
