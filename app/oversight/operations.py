"""Urging. The official act is the letter; the mail is only a notice. Both are recorded at each obligation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from app.accounts.models import User
from app.audit.models import AuditEntry
from app.audit.operations import record
from app.clock import vietnam_day
from app.errors import Refused
from app.extensions import db
from app.i18n import _l
from app.obligations.models import Obligation
from app.organisations.models import Agency
from app.outbox.models import Message
from app.oversight import notifications, rules
from app.oversight.queries import last_urged


@dataclass(frozen=True, slots=True)
class Urged:
    people: int
    agencies: int
    unreachable: tuple[Agency, ...]  # nobody there has an account


def urged_today(obligations: Sequence[Obligation], *, now: datetime) -> list[Obligation]:
    """Those of the obligations that a mail urged already on this day."""
    entries = last_urged([o.id for o in obligations], now + timedelta(seconds=1))  # this very instant counts
    today = vietnam_day(now)
    return [
        o
        for o in obligations
        if (entry := entries.get(o.id))
        and (entry.after or {}).get("by") == "mail"
        and vietnam_day(entry.at) == today
    ]


def urge_by_mail(
    obligations: Sequence[Obligation], *, form_key: str, again: bool, actor: User, now: datetime, today: date
) -> Urged:
    """Mail the agencies that owe these at once, one mail for each agency and person.

    The same form sent twice mails once. `again` confirms a second mail on one day.

    Raises:
        Refused: nothing was chosen, one of them is not overdue any more, or one was urged today and `again` is False.
    """
    _refuse_wrong(obligations, actor, today)
    if _was_sent(form_key):
        return Urged(0, 0, ())
    if not again and (repeated := urged_today(obligations, now=now)):
        raise Refused(
            _l(
                "Hôm nay đã gửi thư đôn đốc %(n)s việc trong số này. Đánh dấu «Gửi thêm lần nữa» nếu vẫn cần gửi.",
                n=len(repeated),
            )
        )
    piles: dict[tuple[int, bool], list[Obligation]] = {}
    for obligation in obligations:
        piles.setdefault((obligation.agency_id, obligation.is_request), []).append(obligation)
    people, reached, unreachable = 0, set(), []
    for pile in piles.values():
        agency = pile[0].agency
        count = notifications.notify_urged(agency, pile, actor=actor, form_key=form_key, now=now, today=today)
        if not count:
            unreachable.append(agency)
            continue
        people += count
        reached.add(agency.id)
        for obligation in pile:
            _record(obligation, {"by": "mail", "people": count}, actor, now)
    return Urged(people, len(reached), tuple(unreachable))


def urge_by_letter(
    obligations: Sequence[Obligation], *, until: date, actor: User, now: datetime, today: date
) -> None:
    """Note that letters were drafted that ask for these until `until`.

    Raises:
        Refused: nothing was chosen, one of them is not overdue any more, or the new day has passed.
    """
    _refuse_wrong(obligations, actor, today)
    if until < today:
        raise Refused(_l("Ngày %(day)s đã qua. Chọn ngày từ hôm nay trở đi.", day=f"{until:%d/%m/%Y}"))
    for obligation in obligations:
        _record(obligation, {"by": "letter", "until": until.isoformat()}, actor, now)


def _refuse_wrong(obligations: Sequence[Obligation], actor: User, today: date) -> None:
    if not obligations:
        raise Refused(_l("Chưa chọn việc nào. Đánh dấu các việc cần đôn đốc trong danh sách."))
    for obligation in obligations:
        if reason := rules.why_not_urge(actor, obligation, today):
            raise Refused(reason)


def _was_sent(form_key: str) -> bool:
    query = (
        sa.select(Message.id).where(Message.key.startswith(f"urged:{form_key}:", autoescape=True)).limit(1)
    )
    return db.session.scalar(query) is not None


def _record(obligation: Obligation, after: dict[str, object], actor: User, now: datetime) -> AuditEntry:
    return record(
        "obligation.urged",
        obligation,
        actor=actor,
        now=now,
        name=f"{obligation.title}, {obligation.agency.name}",
        plan_id=obligation.plan_id,
        after=after,
    )
