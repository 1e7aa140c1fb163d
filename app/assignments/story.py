"""A duty's whole story, for one person: who gave it, who took note, notes, obligations with outcomes, parts, comments,
hand-downs, mails. Only what this person may read."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from textwrap import shorten
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from app.accounts.models import User
from app.assignments import queries
from app.assignments.models import Duty, ProgressNote
from app.assignments.topics import topic_of
from app.audit.models import AuditEntry
from app.audit.queries import sentence
from app.extensions import db
from app.i18n import _, _n
from app.obligations import talk
from app.obligations.models import Comment, Obligation, OfficerInCharge, Submission
from app.outbox.models import Message

_MOST = 200
Event = dict[str, Any]
# Acts on obligations that are told here; what is handed in is told from the submissions themselves.
_ACTS = (
    "obligation.waived", "obligation.cancelled", "obligation.suspended", "obligation.resumed",
    "obligation.started", "obligation.urged", "extension.asked", "extension.granted", "extension.refused",
    "part.asked", "part.closed_over",
)  # fmt: skip


def story_of(duty: Duty, user: User) -> list[Event]:
    """Newest first."""
    owed = [*queries.obligations_under(duty, user), *queries.status_obligations(duty, user)]
    events = [
        *_given(duty, user),
        *_notes(duty, user),
        *_comments(duty, user),
        *_hand_downs(duty, user),
        *_handed_in(owed),
        *_acts(owed),
        *_mails(owed),
    ]
    return sorted(events, key=lambda event: event["at"], reverse=True)[:_MOST]


def _given(duty: Duty, user: User) -> list[Event]:
    plan, follows = duty.assignment.plan, queries.follows(user, duty)
    found: list[Event] = []
    if plan.confirmed_at is not None:
        who = plan.confirmed_by.name if plan.confirmed_by else ""
        title = _("Giao theo %(plan)s", plan=plan.display_number)
        found.append(_event("file-text", title, plan.confirmed_at, who=who, kind="system"))
    for member in duty.assignment.members:
        if member.acknowledged_at is not None and (follows or member.agency_id == user.agency_id):
            title = _("%(agency)s ghi nhận đã tiếp nhận", agency=member.agency.display_name)
            found.append(_event("inbox", title, member.acknowledged_at))
    return found


def _notes(duty: Duty, user: User) -> list[Event]:
    notes: list[ProgressNote] = list(db.session.scalars(queries.notes_of(duty, user).limit(_MOST)))
    return [
        _event(
            "note",
            _("%(agency)s ghi tiến độ", agency=note.agency.display_name),
            note.at,
            text=": " + shorten(note.text, 160, placeholder=" …"),
            who=note.by.name,
        )
        for note in notes
    ]


def _comments(duty: Duty, user: User) -> list[Event]:
    comments: list[Comment] = list(db.session.scalars(talk.comments_on(topic_of(duty), user).limit(_MOST)))
    return [
        _event(
            "message",
            _("Ý kiến nội bộ") if one.internal else _("Ý kiến"),
            one.at,
            text="" if one.withdrawn_at else ": " + shorten(one.text, 160, placeholder=" …"),
            who=one.by.name,
        )
        for one in comments
    ]


def _hand_downs(duty: Duty, user: User) -> list[Event]:
    """Inside the person's own agency."""
    rows = db.session.scalars(
        sa.select(OfficerInCharge)
        .where(topic_of(duty).is_of(OfficerInCharge), OfficerInCharge.agency_id == user.agency_id)
        .options(
            joinedload(OfficerInCharge.officer),
            joinedload(OfficerInCharge.by),
            joinedload(OfficerInCharge.ended_by),
        )
    )
    found = []
    for row in rows:
        found.append(
            _event("user-plus", _("Giao cho %(name)s", name=row.officer.name), row.at, who=row.by.name)
        )
        if row.ended_at is not None:
            who = row.ended_by.name if row.ended_by else ""
            title = _("Hết phân công cho %(name)s", name=row.officer.name)
            found.append(_event("user-off", title, row.ended_at, who=who))
    return found


def _handed_in(owed: list[Obligation]) -> list[Event]:
    names = {one.id: one.agency.display_name for one in owed}
    rows = db.session.scalars(
        sa.select(Submission)
        .where(Submission.obligation_id.in_(names))
        .options(joinedload(Submission.submitted_by), joinedload(Submission.reviewed_by))
    )
    found = []
    for row in rows:
        whose, who = names[row.obligation_id], row.reviewed_by.name if row.reviewed_by else ""
        title = _("%(agency)s nộp bản %(n)s", agency=whose, n=row.version)
        found.append(_event("send", title, row.submitted_at, who=row.submitted_by.name))
        if row.accepted_at is not None:
            title = _("Xác nhận hoàn thành bản %(n)s của %(agency)s", n=row.version, agency=whose)
            found.append(_event("circle-check", title, row.accepted_at, who=who))
        if row.returned_at is not None:
            title = _("Trả lại bản %(n)s của %(agency)s", n=row.version, agency=whose)
            text = f". {row.return_reason}" if row.return_reason else ""
            found.append(_event("arrow-back-up", title, row.returned_at, text=text, who=who, kind="returned"))
    return found


def _acts(owed: list[Obligation]) -> list[Event]:
    rows = db.session.scalars(
        sa.select(AuditEntry).where(
            AuditEntry.subject_type == Obligation.__tablename__,
            AuditEntry.subject_id.in_([one.id for one in owed]),
            AuditEntry.act.in_(_ACTS),
        )
    )
    return [_event("file-text", sentence(row), row.at, who=row.actor_name) for row in rows]


def _mails(owed: list[Obligation]) -> list[Event]:
    """One line for all mails about an obligation that were posted together."""
    rows = db.session.execute(
        sa.select(Message.created_at, Message.obligation_id).where(
            Message.obligation_id.in_([one.id for one in owed])
        )
    )
    together: Counter[tuple[datetime, int]] = Counter((at, key) for at, key in rows)
    return [
        {
            "kind": "mail",
            "icon": "mail",
            "text": _n("Thư báo, gửi %(num)s người", "Thư báo, gửi %(num)s người", count),
            "at": at,
            "who": "",
        }
        for (at, _key), count in together.items()
    ]


def _event(icon: str, title: str, at: datetime, *, text: str = "", who: str = "", kind: str = "act") -> Event:
    return {"kind": kind, "icon": icon, "title": title, "text": text, "at": at, "who": who}
