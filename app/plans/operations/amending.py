"""Confirming a plan that replaces or amends another: what the old one still asks for ahead goes over, the past stays.

`before` reads the old plan while it still stands alone; `take_over` acts once the new plan's assignments, schedules
and movements are there and before anything is owed under it; `undo` takes it all back.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from app.accounts.models import User
from app.assignments.models import Duty
from app.assignments.operations import title_of
from app.assignments.queries import assignments_of
from app.audit.operations import record
from app.emulation.models import EmulationMovement
from app.emulation.operations import go_back, go_on_as, movements_of
from app.errors import Refused
from app.extensions import db
from app.i18n import _
from app.obligations.models import Obligation, SourceKind
from app.obligations.operations import cancel, give_back, revive
from app.obligations.operations import take_over as move_over
from app.obligations.queries import row_options
from app.plans import lineage, outlines
from app.plans.abolition import ended_by
from app.plans.comparison import amended_agencies
from app.plans.differences import Difference, Outline, compare
from app.plans.models import Plan, PlanAmendment, PlanState
from app.plans.operations.turns import called
from app.plans.preview import Setting, preview
from app.plans.rules import why_not_amend, why_not_undo
from app.plans.takeover import Move, Owed, Source, Takeover, key, sort_out
from app.schedules.demands import demand_at
from app.schedules.models import ReportSchedule
from app.schedules.queries import schedules_of


@dataclass(frozen=True, slots=True)
class Before:
    """The plan that is replaced or amended, with what amends it already, as it read before the confirmation."""

    plan: Plan
    family: tuple[Plan, ...]
    outline: Outline


@dataclass(frozen=True, slots=True)
class Moved:
    """An obligation that went over; its day before and now."""

    obligation: Obligation
    old_day: date
    new_day: date


@dataclass(frozen=True, slots=True)
class TakenOver:
    """What was done, for the record and for the mails."""

    old: Plan
    difference: Difference
    moved: tuple[Moved, ...]
    ended: tuple[Obligation, ...]
    abolished: frozenset[str]  # keys of old items that an amendment ends
    amendment: PlanAmendment


def before(plan: Plan, setting: Setting) -> Before | None:
    """The old plan, locked; None where this plan stands by itself.

    Raises:
        Refused: the old plan is in review, or another plan has taken its place.
    """
    if plan.supersedes_id is None:
        return None
    old = db.session.scalars(
        sa.select(Plan)
        .where(Plan.id == plan.supersedes_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    if reason := why_not_amend(plan, old, lineage.replacement_of(old)):
        raise Refused(reason)
    family = tuple(lineage.family_of(old))
    return Before(old, family, outlines.of_plans(family, setting))


def take_over(plan: Plan, old: Before, setting: Setting, *, actor: User | None, now: datetime) -> TakenOver:
    """Bring the old plan's obligations ahead under the new one or end them, and end or keep the old plan."""
    db.session.flush()
    after = outlines.of_plans([plan], setting)
    outcome = preview(plan, plan.drafts, setting, amended_agencies(plan))
    chosen = outlines.confirmed_pairs(plan, after, outcome, setting)
    difference = compare(old.outline, after, chosen)
    over = {key_: words for key_, words in ended_by(plan, old.outline).items() if key_ in difference.dropped}
    undo: dict[str, Any] = {
        "movements": _carry_movements(difference),
        "plans": [],
        "schedules": [],
        "duties": [],
        "chosen": chosen,
        "ends": over,
    }
    rows = _rows_of(plan)
    continued = {one: _now_called(one, other) for one, other in difference.continued.items()}
    sources = {name: _source(row, plan, setting) for name, row in rows.items()}
    _lead_back(continued, rows)
    owed = _obligations(old.family)
    fates = sort_out(
        [Owed.of(obligation) for obligation in owed.values()],
        sources,
        continued,
        difference.dropped,
        amends=plan.amends,
        today=setting.today,
        ended=frozenset(over),
    )
    given: list[dict[str, Any]] = []
    moved = tuple(
        _move(owed[move.owed.id], move, plan, rows[move.to], setting, given, actor, now)
        for move in fates.moves
    )
    ended = tuple(owed[one.id] for one in fates.ends)
    for obligation in ended:
        cancel(obligation, reason=basis(plan), actor=actor, now=now)
    _end_sources(plan, old, continued, sources, frozenset(over), setting.today, undo)
    if not plan.amends:
        _close(old, undo, now)
    amendment = PlanAmendment(
        plan_id=plan.id,
        old_plan_id=old.plan.id,
        at=now,
        before=old.outline.to_json(),
        after=after.to_json(),
        moved=given,
        ended=[obligation.id for obligation in ended],
        undo=undo,
        counts=fates.counts,
    )
    db.session.add(amendment)
    _record(plan, old, fates, actor, now)
    return TakenOver(old.plan, difference, moved, ended, frozenset(over), amendment)


def undo(plan: Plan, *, actor: User, now: datetime) -> None:
    """Take back what `take_over` did: obligations return to the old plan, which holds as before.

    Raises:
        Refused: the old plan has been ended, or changed by yet another plan, since.
    """
    amendment = db.session.get(PlanAmendment, plan.id)
    if amendment is None:
        return
    old = db.session.scalars(sa.select(Plan).where(Plan.id == amendment.old_plan_id).with_for_update()).one()
    if reason := why_not_undo(plan, old):
        raise Refused(reason)
    facts = amendment.undo
    for row in facts["plans"]:
        closed = db.session.get_one(Plan, row["id"])
        closed.state, closed.closed_at = PlanState(row["state"]), None
        closed.revision += 1
        record("plan.restored", closed, actor=actor, now=now, name=called(closed), plan_id=closed.id)
    for schedule_id in facts["schedules"]:
        db.session.get_one(ReportSchedule, schedule_id).closed_on = None
    for duty_id in facts["duties"]:
        db.session.get_one(Duty, duty_id).ended_on = None
    for before_ in facts["movements"]:
        go_back(db.session.get_one(EmulationMovement, before_["id"]), before_)
    for row in amendment.moved:
        give_back(db.session.get_one(Obligation, row["id"]), row, actor=actor, now=now)
    for obligation_id in amendment.ended:
        revive(db.session.get_one(Obligation, obligation_id), actor=actor, now=now)
    for schedule in schedules_of(plan):
        schedule.continues_id = None
    for assignment in assignments_of(plan):
        for duty in assignment.duties:
            duty.continues_id = None
    db.session.delete(amendment)
    db.session.flush()


def basis(plan: Plan) -> str:
    """Why an obligation of the old plan is over."""
    text = (
        _("Sửa đổi, bổ sung bằng Kế hoạch %(number)s", number=called(plan))
        if plan.amends
        else _("Thay bằng Kế hoạch %(number)s", number=called(plan))
    )
    return f"{text}{_(', ngày %(day)s', day=f'{plan.issued_on:%d/%m/%Y}') if plan.issued_on else ''}."


# -- steps --------------------------------------------------------------------------------------------------


def _carry_movements(difference: Difference) -> list[dict[str, Any]]:
    """A movement that goes on keeps its registrations: it takes the new plan's words and stays the same row."""
    return [
        go_on_as(_movement(pair.old.key), _movement(pair.new.key))
        for pair in difference.movements
        if pair.old is not None and pair.new is not None
    ]


def _movement(name: str) -> EmulationMovement:
    return db.session.get_one(EmulationMovement, int(name.partition(":")[2]))


def _now_called(old: str, new: str) -> str:
    return old if old.startswith(f"{SourceKind.MOVEMENT}:") else new


def _rows_of(plan: Plan) -> dict[str, Any]:
    """Everything of the plan that makes obligations arise, by key."""
    rows: dict[str, Any] = {key(SourceKind.SCHEDULE, s.id): s for s in schedules_of(plan)}
    rows |= {key(SourceKind.DUTY, d.id): d for a in assignments_of(plan) for d in a.duties}
    return rows | {key(SourceKind.MOVEMENT, m.id): m for m in movements_of(plan.id)}


def _source(row: Any, plan: Plan, setting: Setting) -> Source:
    if isinstance(row, ReportSchedule):
        return outlines.schedule_source(row, plan, setting)
    if isinstance(row, Duty):
        return outlines.duty_source(row, row.assignment, plan, setting)
    return outlines.movement_source(row, plan, setting)


def _lead_back(continued: dict[str, str], rows: dict[str, Any]) -> None:
    """Let each new schedule and duty know the old one that it goes on from."""
    for old, new in continued.items():
        if not new.startswith(f"{SourceKind.MOVEMENT}:"):
            rows[new].continues_id = int(old.partition(":")[2])
    db.session.flush()


def _obligations(family: tuple[Plan, ...]) -> dict[int, Obligation]:
    """What the old plan has made owed, locked against a submission in this very moment."""
    query = (
        sa.select(Obligation)
        .where(Obligation.plan_id.in_([plan.id for plan in family]))
        .order_by(Obligation.id)
        .with_for_update(of=Obligation)
        .options(*row_options())
        .execution_options(populate_existing=True)
    )
    return {obligation.id: obligation for obligation in db.session.scalars(query)}


def _move(
    obligation: Obligation,
    move: Move,
    plan: Plan,
    row: Any,
    setting: Setting,
    given: list[dict[str, Any]],
    actor: User | None,
    now: datetime,
) -> Moved:
    old_day = obligation.deadline_on
    title, receiver = obligation.title, plan.standing_agency
    is_request, period = obligation.is_request, move.turn.period.key
    nominal_on, due_on = move.turn.nominal_on, move.turn.due_on
    if isinstance(row, ReportSchedule):
        asked, day = demand_at(
            row, obligation.agency_id, move.turn, plan.issued_on or setting.today, setting.today,
            setting.calendar, setting.reading,
        )  # fmt: skip
        title, receiver, is_request = day.title, asked.receiver, asked.is_request
        nominal_on, due_on = day.nominal_on, day.due_on
    elif isinstance(row, Duty):
        title, is_request = title_of(row), row.assignment.is_request
    else:
        title = str(_("Đăng ký thi đua: %(title)s", title=row.title))
        receiver, period = row.receivers[0].agency, obligation.period
        is_request = next(p.is_request for p in row.participants if p.agency_id == obligation.agency_id)
    given.append(
        move_over(
            obligation,
            plan=plan,
            source_id=row.id,
            period=period,
            title=title,
            words=row.due_words,
            nominal_on=nominal_on,
            due_on=due_on,
            receiver=receiver,
            is_request=is_request,
            actor=actor,
            now=now,
        )
    )
    given[-1]["moved_to"] = due_on.isoformat()
    return Moved(obligation, old_day, obligation.deadline_on)


def _end_sources(
    plan: Plan,
    old: Before,
    continued: dict[str, str],
    sources: dict[str, Source],
    over: frozenset[str],
    today: date,
    undo: dict[str, Any],
) -> None:
    """Nothing more arises from what goes on elsewhere or is over. Under an amendment a report goes on in the old plan
    for the agencies that the new one does not name, and what the new one does not end stays."""
    for pair in old.outline.reports:
        to = continued.get(pair.key)
        stays = to is None or not set(pair.agencies) <= sources[to].agencies
        if plan.amends and stays and pair.key not in over:
            continue
        schedule = db.session.get_one(ReportSchedule, int(pair.key.partition(":")[2]))
        schedule.closed_on = today
        undo["schedules"].append(schedule.id)
    for task in old.outline.tasks:
        if task.key in continued or task.key in over:
            duty = db.session.get_one(Duty, int(task.key.partition(":")[2]))
            duty.ended_on = today
            undo["duties"].append(duty.id)
    db.session.flush()


def _close(old: Before, undo: dict[str, Any], now: datetime) -> None:
    for plan in old.family:
        if plan.state is PlanState.IN_FORCE:
            undo["plans"].append({"id": plan.id, "state": str(plan.state)})
            plan.state, plan.closed_at = PlanState.CLOSED, now
            plan.revision += 1
    db.session.flush()


def _record(plan: Plan, old: Before, fates: Takeover, actor: User | None, now: datetime) -> None:
    act = "plan.amended" if plan.amends else "plan.replaced"
    told = {name: count for name, count in fates.counts.items() if name != "new"}
    for one in old.family if not plan.amends else [old.plan]:
        record(
            act,
            one,
            actor=actor,
            now=now,
            name=called(one),
            plan_id=one.id,
            after={"by": called(plan), **told},
        )
