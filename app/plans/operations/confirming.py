"""Confirming a plan and taking it back. One transaction: either everything arises, or nothing does."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from flask import current_app

from app.accounts.models import User
from app.assignments.models import Assignment, DutyRole
from app.assignments.operations import NewDuty, assign, owe_dated_duties
from app.assignments.queries import assigned_agencies
from app.audit.operations import record
from app.clock import vietnam_day
from app.emulation.models import EmulationMovement, Registration
from app.emulation.operations import end_movements, owe_registrations, start_movement
from app.errors import Refused, Stale
from app.extensions import db
from app.i18n import _l
from app.obligations.calendar import office_calendar, office_reading
from app.obligations.models import Obligation, SourceKind
from app.obligations.operations.defining import forget_indicators
from app.organisations.directory import OfficeDirectory
from app.organisations.models import Agency, AgencyGroup
from app.outbox.models import Message, MessageState
from app.plans import contents, lineage, notifications
from app.plans.contents import draft_span, rule_of, span_of
from app.plans.models import Component, Decision, Draft, DraftKind, Plan, PlanState
from app.plans.operations import amending
from app.plans.preview import Setting, via_body
from app.plans.rules import why_not_confirm, why_not_reopen, why_not_touch
from app.schedules.models import ReportKind, ReportSchedule
from app.schedules.operations import add_schedule, roll_forward
from app.schedules.queries import schedules_of


def review_stamp(plan: Plan) -> str:
    """Changes with everything that a reviewer can change: what was confirmed is what was seen."""
    return f"{plan.revision}.{len(plan.drafts)}.{sum(draft.revision for draft in plan.drafts)}"


def confirm(plan: Plan, *, actor: User | None, now: datetime, today: date, seen: str | None = None) -> int:
    """Turn the accepted drafts into assignments, schedules, movements and components, and owe what follows.

    `seen` is the `review_stamp` of the page. Returns how many obligations came to be owed now; schedules go on
    rolling forward. Assigned agencies are told by mail.

    Raises:
        Refused: something is open, with the first reason. Stale: a draft was changed after the page was made.
    """
    db.session.scalars(sa.select(Plan).where(Plan.id == plan.id).with_for_update()).one()
    db.session.refresh(plan, ["state", "revision", "drafts"])
    if reasons := why_not_confirm(plan):
        raise Refused(reasons[0])
    if seen is not None and seen != review_stamp(plan):
        raise Stale(_l("Bản đọc vừa được người khác sửa. Tải lại để xem số nghĩa vụ mới trước khi xác nhận."))
    directory, calendar, reading = OfficeDirectory.load(), office_calendar(), office_reading()
    until = today + timedelta(days=current_app.config["ROLL_FORWARD_DAYS"])
    setting = Setting(directory, calendar, reading, today, until)
    old = amending.before(plan, setting)
    _take_up(plan, now)
    kept = [draft for draft in plan.drafts if draft.decision is Decision.ACCEPTED]
    for draft in kept:  # assignments first: schedules and movements ask whom the plan assigns
        if draft.kind in (DraftKind.ASSIGNMENT, DraftKind.DEADLINE):
            _assign(plan, draft, directory, now)
    for draft in kept:
        if draft.kind is DraftKind.REPORT:
            _schedule(plan, draft, directory, actor, now)
        elif draft.kind is DraftKind.REGISTRATION:
            _movement(plan, draft, directory, now)
        elif draft.kind is DraftKind.COMPONENT:
            plan.components.append(_component(draft))
    plan.confirmed_by, plan.confirmed_at = actor, now
    db.session.flush()
    taken = amending.take_over(plan, old, setting, actor=actor, now=now) if old is not None else None
    made = owe_dated_duties(plan, now=now, today=today, calendar=calendar, reading=reading)
    made += owe_registrations(plan, now=now, today=today, calendar=calendar, reading=reading)
    # «Các cơ quan» of an amended plan means those that the amendment assigns too.
    for one in (plan, *lineage.read_with(plan)):
        made += roll_forward(until, now=now, calendar=calendar, reading=reading, plan=one)
    record(
        "plan.confirmed",
        plan,
        actor=actor,
        now=now,
        name=_called(plan),
        plan_id=plan.id,
        after={"drafts": len(kept), "obligations": made},
    )
    if taken is None:
        notifications.notify_assigned(plan, now=now, today=today)
    else:
        taken.amendment.counts = {**taken.amendment.counts, "new": made}
        notifications.notify_amended(plan, taken, now=now)
    return made


def _take_up(plan: Plan, now: datetime) -> None:
    """Move the plan on, if nobody has done so at this very moment."""
    done = db.session.execute(
        sa.update(Plan)
        .where(Plan.id == plan.id, Plan.state == PlanState.IN_REVIEW, Plan.revision == plan.revision)
        .values(state=PlanState.IN_FORCE, revision=Plan.revision + 1)
        .execution_options(synchronize_session=False)
    )
    db.session.refresh(plan, ["state", "revision"])
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise Stale(_l("Kế hoạch vừa được người khác xác nhận hoặc sửa. Tải lại để xem."))


def _assign(plan: Plan, draft: Draft, directory: OfficeDirectory, now: datetime) -> Assignment:
    content = draft.content
    agency, group = _body(content, directory)
    given = (
        content["duties"]
        if draft.kind is DraftKind.ASSIGNMENT
        else [{**content, "role": "lead", "supports": []}]
    )
    return assign(
        plan,
        agency=agency,
        group=group,
        phrase=content["phrase"],
        is_request=bool(content["request"]),
        section=content.get("section") or "",
        span=draft_span(draft),
        duties=[_duty(plan, duty, directory, now) for duty in given if duty["text"].strip()],
        position=draft.position,
        now=now,
    )


def _duty(plan: Plan, duty: dict[str, Any], directory: OfficeDirectory, now: datetime) -> NewDuty:
    find = directory.finder(plan.issuer, plan.issued_on, vietnam_day(now))
    supports = [(find(name).body, name) for name in duty["supports"]]
    return NewDuty(
        text=duty["text"].strip(),
        role=DutyRole(duty["role"]),
        span=span_of(duty.get("span")),
        rule=rule_of(duty["due"]),
        supports=[(body if isinstance(body, Agency) else None, name) for body, name in supports],
    )


def _schedule(
    plan: Plan, draft: Draft, directory: OfficeDirectory, actor: User | None, now: datetime
) -> ReportSchedule:
    content = draft.content
    receiver, _group = _body(content["receiver"], directory)
    reporters = [agency or group for agency, group in (_body(ref, directory) for ref in content["reporters"])]
    return add_schedule(
        plan,
        kind=ReportKind(content["kind"]),
        rule=rule_of(content["due"]),
        title=content["title"],
        receiver=receiver or plan.standing_agency,
        receiver_words=content["receiver"]["phrase"],
        reporters=[] if content["all_assigned"] else [body for body in reporters if body is not None],
        all_assigned=content["all_assigned"],
        words=content["due"]["text"],
        via=content["via"],
        via_body=via_body(plan, content["via"], directory, vietnam_day(now)),
        span=draft_span(draft),
        position=draft.position,
        now=now,
        actor=actor,
    )


def _movement(plan: Plan, draft: Draft, directory: OfficeDirectory, now: datetime) -> EmulationMovement:
    content = draft.content
    receivers = [agency for agency, _group in (_body(ref, directory) for ref in content["receivers"])]
    return start_movement(
        plan,
        title=content["title"],
        receivers=[agency for agency in receivers if agency is not None],
        rule=rule_of(content["due"]),
        quota_collective=content["quota_collective"],
        quota_individual=content["quota_individual"],
        award_form=content["award_form"],
        span=draft_span(draft),
        participants=assigned_agencies(plan),
        now=now,
        position=draft.position,
    )


def _component(draft: Draft) -> Component:
    content = draft.content
    span = draft_span(draft) or (None, None)
    return Component(
        position=draft.position,
        name=content["name"],
        parent=content.get("parent") or "",
        lead=content["lead"] or None,
        supports=content["supports"],
        budget=Decimal(content["budget"]) if content["budget"] else None,
        unit=content["unit"],
        sources=content["sources"],
        span_start=span[0],
        span_end=span[1],
    )


def _body(ref: dict[str, Any], directory: OfficeDirectory) -> tuple[Agency | None, AgencyGroup | None]:
    agency = directory.agencies.get(ref.get("agency_id") or 0)
    group = directory.groups.get(ref.get("group_id") or 0)
    return agency, None if agency else group


# -- taking it back, and ending it --------------------------------------------------------------------------


def handed_in(plan: Plan) -> bool:
    """Some agency has submitted a report or registered under this plan."""
    submitted = sa.select(Obligation.id).where(
        Obligation.plan_id == plan.id, Obligation.first_submitted_at.is_not(None)
    )
    registered = (
        sa.select(Registration.id)
        .join(EmulationMovement)
        .where(EmulationMovement.plan_id == plan.id, Registration.registered_at >= plan.confirmed_at)
    )
    return bool(db.session.scalar(sa.select(sa.or_(submitted.exists(), registered.exists()))))


def reopen(plan: Plan, *, actor: User, now: datetime) -> None:
    """Take the confirmation back: the plan is in review again, its drafts as they were decided, and nothing that it
    made arise is left. Mails that were not sent yet are not sent.

    Raises:
        Refused: an agency has handed something in. Stale: somebody took it back at this moment.
    """
    db.session.scalars(sa.select(Plan).where(Plan.id == plan.id).with_for_update()).one()
    db.session.refresh(plan, ["state", "revision"])
    if reason := why_not_reopen(plan, handed_in(plan)) or why_not_touch(lineage.latest_on(plan)):
        raise Refused(reason)
    joined = {agency.id for agency, _request in assigned_agencies(plan)}
    rest = lineage.read_with(plan)
    amending.undo(plan, actor=actor, now=now)
    obligations = db.session.scalars(sa.select(Obligation).where(Obligation.plan_id == plan.id)).all()
    _cancel_mails(plan, [obligation.id for obligation in obligations])
    for obligation in obligations:
        db.session.delete(obligation)
    db.session.flush()
    schedules = schedules_of(plan)
    forget_indicators(SourceKind.SCHEDULE, [schedule.id for schedule in schedules])
    for schedule in schedules:
        db.session.delete(schedule)
    end_movements(plan.id)
    for assignment in db.session.scalars(sa.select(Assignment).where(Assignment.plan_id == plan.id)).all():
        db.session.delete(assignment)
    plan.components.clear()
    plan.state, plan.confirmed_by, plan.confirmed_at = PlanState.IN_REVIEW, None, None
    db.session.flush()
    for one in rest:
        _forget_general_reports(one, joined - {agency.id for agency, _request in assigned_agencies(one)})
    plan.revision += 1
    record(
        "plan.reopened",
        plan,
        actor=actor,
        now=now,
        name=_called(plan),
        plan_id=plan.id,
        before={"obligations": len(obligations)},
    )


def _forget_general_reports(plan: Plan, agency_ids: set[int]) -> None:
    """These agencies reported under the plan only because an amendment, now taken back, assigned them."""
    general = sa.select(ReportSchedule.id).where(
        ReportSchedule.plan_id == plan.id, ReportSchedule.all_assigned
    )
    owed = db.session.scalars(
        sa.select(Obligation).where(
            Obligation.source_kind == SourceKind.SCHEDULE,
            Obligation.source_id.in_(general),
            Obligation.agency_id.in_(agency_ids),
            Obligation.first_submitted_at.is_(None),
            Obligation.settled_at.is_(None),
        )
    ).all()
    _cancel_mails(plan, [obligation.id for obligation in owed], about_plan=False)
    for obligation in owed:
        db.session.delete(obligation)


def _cancel_mails(plan: Plan, obligation_ids: list[int], *, about_plan: bool = True) -> None:
    about: list[sa.ColumnElement[bool]] = [Message.obligation_id.in_(obligation_ids)]
    if about_plan:
        about += [Message.key.startswith(f"{kind}:{plan.id}:") for kind in ("plan-assigned", "plan-amended")]
    db.session.execute(
        sa.update(Message)
        .where(Message.state == MessageState.QUEUED, sa.or_(*about))
        .values(state=MessageState.CANCELLED)
        .execution_options(synchronize_session="fetch")
    )


def _called(plan: Plan) -> str:
    return plan.number or contents.shorten(plan.title)
