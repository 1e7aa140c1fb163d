"""Absences: who may note them for whom, and the acts. The caller commits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from app.accounts.models import Absence, Role, User
from app.accounts.rules import is_administrator, may_stand_in
from app.audit.operations import record
from app.errors import Refused
from app.extensions import db
from app.i18n import _l


def can_note_for(actor: User, user: User) -> bool:
    """One's own; the head those of the agency's people; the administrator everybody's."""
    if actor.id == user.id or is_administrator(actor):
        return True
    return actor.role is Role.HEAD and actor.agency_id == user.agency_id


def deputies_for(user: User, people: Sequence[User]) -> list[User]:
    """Who of these may answer for this person: somebody of the same agency who sees the same."""
    return [
        other
        for other in people
        if other.id != user.id
        and other.is_active
        and other.agency_id == user.agency_id
        and may_stand_in(other.role, user.role)
    ]


def note_absence(
    user: User,
    *,
    first: date,
    last: date,
    deputy: User | None,
    note: str,
    actor: User,
    now: datetime,
    today: date,
) -> Absence:
    """From the first to the last day the deputy gets this person's reminders.

    Raises:
        Refused: the days are the wrong way round or past, the deputy would not see the same, or another absence of
            the same person covers one of the days.
    """
    if last < first:
        raise Refused(_l("Ngày cuối phải từ ngày đầu trở đi."))
    if last < today:
        raise Refused(_l("Các ngày này đã qua. Chọn ngày từ hôm nay trở đi."))
    if deputy is not None and not deputies_for(user, [deputy]):
        raise Refused(_l("Người thay phải cùng cơ quan và xem được các việc của người vắng."))
    overlapping = db.select(Absence).where(
        Absence.user_id == user.id, Absence.from_day <= last, Absence.to_day >= first
    )
    if other := db.session.scalar(overlapping.limit(1)):
        raise Refused(
            _l(
                "Đã ghi vắng mặt từ %(first)s đến %(last)s. Bỏ lần đó trước nếu cần ghi lại.",
                first=f"{other.from_day:%d/%m/%Y}",
                last=f"{other.to_day:%d/%m/%Y}",
            )
        )
    absence = Absence(
        user=user, from_day=first, to_day=last, deputy=deputy, note=note.strip(), created_at=now
    )
    db.session.add(absence)
    record("absence.noted", user, actor=actor, now=now, name=user.name, after=_facts(absence))
    return absence


def remove_absence(absence: Absence, *, actor: User, now: datetime) -> None:
    """Back earlier, or noted by mistake."""
    record(
        "absence.removed", absence.user, actor=actor, now=now, name=absence.user.name, before=_facts(absence)
    )
    db.session.delete(absence)


def _facts(absence: Absence) -> dict[str, str | None]:
    return {
        "from": absence.from_day.isoformat(),
        "to": absence.to_day.isoformat(),
        "deputy": absence.deputy.name if absence.deputy else None,
        "note": absence.note,
    }
