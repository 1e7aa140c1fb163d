"""Giving duties to agencies, and what agencies say of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from textwrap import shorten
from typing import Any

import sqlalchemy as sa

from app.accounts.models import User
from app.assignments.models import (
    Assignment,
    AssignmentMember,
    Duty,
    DutyRole,
    DutySupport,
    ProgressNote,
    ProgressNoteFile,
)
from app.assignments.queries import assignments_of, later_members, owed_and_not_begun
from app.audit.operations import record
from app.clock import vietnam_day
from app.deadlines import DueRule, Reading, ReportKind, WorkCalendar, occurrences
from app.errors import Refused
from app.extensions import db
from app.i18n import _l
from app.obligations.attachments import Upload, keep_all
from app.obligations.models import SourceKind
from app.obligations.operations import Owed, continued_line, keys_owed, owe_many, start
from app.obligations.rules import occasion
from app.organisations.models import Agency, AgencyGroup
from app.organisations.queries import members_of, successor_of

# A yearly duty of a plan without a last year is owed this far ahead.
_AHEAD = timedelta(days=400)
_TITLE = 240  # characters of a duty's text that stand as the title of what is owed
_MAX_NOTE = 5_000


@dataclass(frozen=True, slots=True)
class NewDuty:
    """A duty as the reviewer confirmed it. `supports`: (agency or None, its name as the plan writes it)."""

    text: str
    role: DutyRole = DutyRole.LEAD
    span: tuple[int, int] | None = None
    rule: DueRule | None = None
    supports: Sequence[tuple[Agency | None, str]] = field(default=())


def assign(
    plan: Any,
    *,
    agency: Agency | None = None,
    group: AgencyGroup | None = None,
    phrase: str,
    is_request: bool,
    section: str = "",
    span: tuple[int, int] | None = None,
    duties: Sequence[NewDuty] = (),
    position: int,
    now: datetime,
) -> Assignment:
    """Give duties to an agency, or to the members that a group had on the plan's day.

    Whoever has ended since is reached through its successor. The caller records the confirmation of the plan.
    """
    today = vietnam_day(now)
    named = [agency] if agency is not None else members_of(group, plan.issued_on or today)
    reached = {a.id: a for a in (successor_of(a, today) or a for a in named)}
    start, end = span or (None, None)
    assignment = Assignment(
        plan_id=plan.id,
        position=position,
        agency=agency,
        group=group,
        phrase=phrase,
        is_request=is_request,
        section=section,
        span_start=start,
        span_end=end,
        members=[AssignmentMember(agency=a) for a in reached.values()],
        duties=[_duty(duty, n) for n, duty in enumerate(duties, 1)],
    )
    db.session.add(assignment)
    db.session.flush()
    return assignment


def _duty(given: NewDuty, position: int) -> Duty:
    start, end = given.span or (None, None)
    duty = Duty(
        position=position,
        text=given.text,
        role=given.role,
        span_start=start,
        span_end=end,
        supports=[DutySupport(agency=agency, phrase=phrase) for agency, phrase in given.supports],
    )
    duty.due_rule = given.rule
    return duty


def owe_dated_duties(
    plan: Any,
    *,
    now: datetime,
    today: date,
    calendar: WorkCalendar,
    reading: Reading,
    until: date | None = None,
) -> int:
    """Make each agency owe what the plan's dated duties ask of it; how many obligations are new.

    Only leads owe: a supporting agency sends its part to the lead. Repeating duties of a plan without a last year
    are owed until `until` (400 days ahead unless said).
    """
    until = until or today + _AHEAD
    return len(owe_many(_owed_under(plan, today, until, calendar, reading), now=now))


def _owed_under(
    plan: Any, today: date, until: date, calendar: WorkCalendar, reading: Reading
) -> Iterator[Owed]:
    issued_on = plan.issued_on or today
    horizon = None if plan.period_to else until
    joined = later_members(plan.id)
    for assignment in assignments_of(plan):
        answering = (successor_of(m.agency, today, plan_id=plan.id) or m.agency for m in assignment.members)
        agencies = {a.id: a for a in answering}
        for duty in assignment.duties:
            if duty.due_rule is None or duty.role is not DutyRole.LEAD or duty.ended_on is not None:
                continue
            kept = _kept(duty)
            for occurrence in occurrences(
                ReportKind.OTHER,
                duty.due_rule,
                issued_on,
                plan.period_from,
                plan.period_to,
                horizon,
                calendar,
                reading,
            ):
                for agency in agencies.values():
                    if (agency.id, occasion(occurrence.period.key)) in kept:
                        continue
                    if occurrence.due_on < joined.get(agency.id, occurrence.due_on):
                        continue  # it was due before the agency came to the group
                    yield Owed(
                        SourceKind.DUTY,
                        duty.id,
                        plan,
                        agency,
                        occurrence.period.key,
                        title_of(duty),
                        duty.due_words,
                        occurrence.nominal_on,
                        occurrence.due_on,
                        plan.standing_agency,
                        assignment.is_request,
                    )


def title_of(duty: Duty) -> str:
    """What stands as the title of the obligations that a duty makes owed."""
    return shorten(duty.text, _TITLE, placeholder=" …")


def _kept(duty: Duty) -> set[tuple[int, str]]:
    """(agency, occasion) of what is owed or was settled under the duty of an older plan that this one goes on
    from: the past stays there and is not asked for twice."""
    older = [one.id for one in continued_line(duty)]
    kept = keys_owed(SourceKind.DUTY, older, cancelled=False)
    return {(agency_id, occasion(period)) for _source, agency_id, period in kept}


def acknowledge_plan(plan: Any, *, actor: User, now: datetime) -> int:
    """Note that the actor's agency has taken the plan's assignments in hand; how many were not noted before."""
    waiting = db.session.scalars(
        sa.select(AssignmentMember)
        .join(AssignmentMember.assignment)
        .where(
            Assignment.plan_id == plan.id,
            AssignmentMember.agency_id == actor.agency_id,
            AssignmentMember.acknowledged_at.is_(None),
        )
    ).all()
    for member in waiting:
        member.acknowledged_at = now
    if waiting:
        record(
            "assignment.acknowledged",
            waiting[0].assignment,
            actor=actor,
            now=now,
            name=f"{actor.agency.display_name}, {plan.display_number}",
            plan_id=plan.id,
        )
    return len(waiting)


def note_progress(
    duty: Duty, *, text: str, files: Sequence[Upload] = (), actor: User, now: datetime
) -> ProgressNote:
    """Say how a duty goes, with files that show it; the same words again without a file are the same note. What the
    agency owes under the duty is worked on from then.

    Raises Refused where nothing is said, or too much; FileRefused as for reports.
    """
    text = text.strip()
    if not text:
        raise Refused(_l("Ghi nội dung tiến độ: đã làm gì, còn vướng gì."))
    if len(text) > _MAX_NOTE:
        raise Refused(_l("Nội dung dài quá %(n)s ký tự. Rút gọn lại.", n=_MAX_NOTE))
    newest = db.session.scalars(
        sa.select(ProgressNote)
        .where(ProgressNote.duty_id == duty.id, ProgressNote.agency_id == actor.agency_id)
        .order_by(ProgressNote.at.desc(), ProgressNote.id.desc())
    ).first()
    if newest is not None and newest.text == text and not files:
        return newest  # the same form, sent twice
    kept = keep_all(files, now=now)
    note = ProgressNote(
        duty=duty,
        agency=actor.agency,
        text=text,
        by=actor,
        at=now,
        files=[ProgressNoteFile(name=name, file=stored) for name, stored in kept],
    )
    db.session.add(note)
    for obligation in owed_and_not_begun(duty, actor.agency_id):
        start(obligation, actor=actor, now=now)
    record(
        "duty.progress_noted",
        duty,
        actor=actor,
        now=now,
        name=shorten(duty.text, 120, placeholder=" …"),
        plan_id=duty.assignment.plan_id,
    )
    return note
