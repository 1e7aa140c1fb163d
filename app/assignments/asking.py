"""«Tình hình thực hiện»: how duties without a day are going, asked for until a day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from textwrap import shorten
from typing import Any

import sqlalchemy as sa

from app.accounts.models import Role, User
from app.accounts.queries import active_people
from app.assignments.models import Duty, StatusRequest
from app.assignments.queries import undated_leads
from app.audit.operations import record
from app.clock import vietnam_day
from app.deadlines import DueRule, Reading, WorkCalendar
from app.errors import Refused
from app.extensions import db
from app.i18n import _l
from app.links import absolute_url
from app.obligations.models import Obligation, SourceKind
from app.obligations.operations import Owed, owe_many
from app.organisations.models import Agency
from app.organisations.queries import successor_of
from app.outbox.post import post

_OFFICERS = (Role.OFFICER, Role.HEAD, Role.STANDING_OFFICER)
_TITLE = 200
_MAX_NOTE = 2_000


def ask_status(
    plan: Any,
    *,
    duty: Duty | None = None,
    agency: Agency | None = None,
    until: date,
    note: str,
    actor: User,
    now: datetime,
    calendar: WorkCalendar,
    reading: Reading,
) -> list[Obligation]:
    """Ask about one duty, or about all duties of the plan (of one agency) that name no day, until a day; each agency
    that they are given to owes one answer. The obligations that arose are returned: none where the same was asked.

    Raises:
        Refused: a day that has passed, nothing to ask about, or too long a note.
    """
    today, note = vietnam_day(now), note.strip()
    if until <= today:
        raise Refused(
            _l("Ngày %(day)s không còn kịp. Chọn ngày từ ngày mai trở đi.", day=f"{until:%d/%m/%Y}")
        )
    if len(note) > _MAX_NOTE:
        raise Refused(_l("Ghi chú dài quá %(n)s ký tự. Rút gọn lại.", n=_MAX_NOTE))
    duties = undated_leads(plan, duty_id=duty.id if duty else None, agency_id=agency.id if agency else None)
    if not duties:
        raise Refused(_l("Không có nhiệm vụ không hạn nào để hỏi."))
    asked = _request(plan, duty, agency, until, note, duties, actor, now)
    if asked is None:
        return []
    due_on = asked.due_rule.due_on(until, calendar, reading) if asked.due_rule else until
    ids = owe_many(
        [
            Owed(
                SourceKind.STATUS, asked.id, plan, body, "once", _title(given), "", until, due_on,
                plan.standing_agency, all(one.assignment.is_request for one in given),
            )
            for body, given in _by_agency(duties, agency, today)
        ],
        now=now,
    )  # fmt: skip
    record(
        "status.asked",
        asked,
        actor=actor,
        now=now,
        name=f"{plan.display_number}, {_title(duties)}",
        plan_id=plan.id,
        after={"until": until.isoformat(), "duties": len(duties), "note": note},
    )
    owed = list(
        db.session.scalars(sa.select(Obligation).where(Obligation.id.in_(ids)).order_by(Obligation.id))
    )
    for obligation in owed:
        _tell(obligation, asked, now)
    return owed


def _request(
    plan: Any,
    duty: Duty | None,
    agency: Agency | None,
    until: date,
    note: str,
    duties: Sequence[Duty],
    actor: User,
    now: datetime,
) -> StatusRequest | None:
    """None where the same was asked for before, or by somebody else in this moment."""
    key = f"{plan.id}:{duty.id if duty else ''}:{agency.id if agency else ''}:{until.isoformat()}"
    if db.session.scalar(sa.select(StatusRequest.id).where(StatusRequest.key == key)) is not None:
        return None
    asked = StatusRequest(
        plan_id=plan.id, key=key, until_on=until, note=note, by=actor, at=now, duties=list(duties)
    )
    asked.due_rule = DueRule(until.day, until.month, year=until.year, qualifier="by", words="")
    try:
        with db.session.begin_nested():
            db.session.add(asked)
    except sa.exc.IntegrityError:
        return None
    return asked


def _by_agency(duties: Sequence[Duty], only: Agency | None, today: date) -> list[tuple[Agency, list[Duty]]]:
    """Each agency that answers today, with the duties that it is asked about."""
    found: dict[int, tuple[Agency, list[Duty]]] = {}
    for duty in duties:
        for member in duty.assignment.members:
            if only is None or member.agency_id == only.id:
                body = successor_of(member.agency, today) or member.agency
                found.setdefault(body.id, (body, []))[1].append(duty)
    return list(found.values())


def _title(duties: Sequence[Duty]) -> str:
    """Data, not interface: what is owed is called so in every language."""
    if len(duties) == 1:
        return f"Tình hình thực hiện: {shorten(duties[0].text.rstrip(' .;,'), _TITLE, placeholder=' …')}"
    return f"Tình hình thực hiện {len(duties)} nhiệm vụ không hạn"


def _tell(obligation: Obligation, asked: StatusRequest, now: datetime) -> None:
    url = absolute_url("obligations.show", obligation_id=obligation.id)
    for user in active_people(obligation.agency_id, *_OFFICERS):
        post(
            "status-asked",
            user,
            key=f"status-asked:{obligation.id}:{user.id}",
            now=now,
            context={"obligation": obligation, "asked": asked, "url": url},
            obligation_id=obligation.id,
        )
