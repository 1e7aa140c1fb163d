"""Plans as plain values, for `differences` and `takeover`: from the rows of confirmed plans, or from drafts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from app.assignments.models import Assignment, Duty, DutyRole
from app.assignments.queries import assignments_of
from app.deadlines import DueRule, Occurrence
from app.emulation.models import EmulationMovement
from app.emulation.operations import movements_of, registration_due
from app.obligations.models import SourceKind
from app.obligations.rules import occasion
from app.organisations.directory import OfficeDirectory
from app.organisations.models import Agency
from app.plans import contents, preview
from app.plans.differences import Movement, Outline, Project, Report, Rule, Task
from app.plans.models import Component, Decision, Draft, DraftKind, Plan
from app.plans.preview import Setting
from app.plans.takeover import Source, key
from app.schedules.demands import demands_of
from app.schedules.models import ReportSchedule
from app.schedules.queries import schedules_of, turns, turns_of

FAR = date(2999, 1, 1)


# -- confirmed plans --------------------------------------------------------------------------------------


def of_plans(plans: Iterable[Plan], setting: Setting) -> Outline:
    """Several plans that are read together (a plan with its amendments): what of them still holds."""
    tasks: list[Task] = []
    reports: list[Report] = []
    movements: list[Movement] = []
    projects: list[Project] = []
    for plan in plans:
        for assignment in assignments_of(plan):
            tasks += [
                _task(assignment, duty, nth, setting)
                for nth, duty in enumerate(assignment.duties)
                if duty.ended_on is None
            ]
        reports += [_report(s, plan, setting) for s in schedules_of(plan) if s.closed_on is None]
        movements += [_movement(m) for m in movements_of(plan.id)]
        projects += [_project(component) for component in plan.components]
    return Outline(tuple(tasks), tuple(reports), tuple(movements), tuple(projects))


def _task(assignment: Assignment, duty: Duty, nth: int, setting: Setting) -> Task:
    agency, group = assignment.agency, assignment.group
    now = _answering(agency, setting) if agency is not None else None
    body = key("agency", now.id) if now is not None else key("group", assignment.group_id or 0)
    name = now.name if now is not None else group.name if group is not None else assignment.phrase
    return Task(
        key=key(SourceKind.DUTY, duty.id),
        body=body,
        body_name=name,
        agencies=_ids((member.agency for member in assignment.members), setting),
        text=duty.text,
        role=str(duty.role),
        is_request=assignment.is_request,
        rule=_rule(duty.due_rule),
        supports=tuple(support.phrase for support in duty.supports),
        section=assignment.section,
        nth=nth,
    )


def _report(schedule: ReportSchedule, plan: Plan, setting: Setting) -> Report:
    reporters = reporters_now(schedule, plan, setting)
    return Report(
        key=key(SourceKind.SCHEDULE, schedule.id),
        kind=str(schedule.kind),
        title=schedule.title,
        agencies=tuple(agency.id for agency, _request in reporters),
        reporters=tuple(agency.display_name for agency, _request in reporters),
        receiver=schedule.receiver.name,
        via=schedule.via_words,
        rule=_rule(schedule.due_rule),
    )


def _movement(movement: EmulationMovement) -> Movement:
    return Movement(
        key=key(SourceKind.MOVEMENT, movement.id),
        title=movement.title,
        agencies=tuple(sorted(p.agency_id for p in movement.participants)),
        receivers=tuple(receiver.agency.name for receiver in movement.receivers),
        award_form=movement.award_form,
        quota_collective=movement.quota_collective,
        quota_individual=movement.quota_individual,
        rule=_rule(movement.due_rule),
    )


def _project(component: Component) -> Project:
    return Project(
        key=key("component", component.id),
        name=component.name,
        parent=component.parent,
        lead=component.lead or "",
        supports=tuple(component.supports),
        budget=_amount(component.budget),
        unit=component.unit,
        sources=tuple(f"{name}: {_amount(amount)}" for name, amount in component.sources),
    )


def _amount(amount: Any) -> str:
    """«7860», «1.5»; empty for none. Money that came back from a column has zeros behind the point."""
    return "" if amount is None else f"{Decimal(str(amount)).normalize():f}"


def reporters_now(schedule: ReportSchedule, plan: Plan, setting: Setting) -> list[tuple[Agency, bool]]:
    """Who reports, as they answer today, with the body that sums up: as `schedules.operations` owes."""
    return [
        (demand.agency, demand.is_request)
        for demand in demands_of(schedule, plan.issued_on or setting.today, setting.today)
    ]


def members_now(assignment: Assignment, setting: Setting) -> list[Agency]:
    return list({a.id: a for a in (_answering(m.agency, setting) for m in assignment.members)}.values())


# -- what the plan just confirmed asks for --------------------------------------------------------------------


def schedule_source(schedule: ReportSchedule, plan: Plan, setting: Setting) -> Source:
    found = turns_of(
        schedule,
        _horizon(plan, setting),
        fallback_day=plan.issued_on or setting.today,
        calendar=setting.calendar,
        reading=setting.reading,
    )
    return Source(
        frozenset(agency.id for agency, _request in reporters_now(schedule, plan, setting)),
        _by_occasion(found),
        schedule.due_rule is not None,
    )


def duty_source(duty: Duty, assignment: Assignment, plan: Plan, setting: Setting) -> Source:
    rule = duty.due_rule if duty.role is DutyRole.LEAD else None
    found = turns(
        "other",
        rule,
        plan.issued_on or setting.today,
        plan.period_from,
        plan.period_to,
        _horizon(plan, setting),
        calendar=setting.calendar,
        reading=setting.reading,
    )
    agencies = frozenset(agency.id for agency in members_now(assignment, setting))
    return Source(agencies, _by_occasion(found), rule is not None)


def movement_source(movement: EmulationMovement, plan: Plan, setting: Setting) -> Source:
    due = registration_due(movement, plan, setting.calendar, setting.reading)
    return Source(
        frozenset(participant.agency_id for participant in movement.participants),
        {"once": due} if due is not None and movement.receivers else {},
        due is not None and bool(movement.receivers),
    )


def _horizon(plan: Plan, setting: Setting) -> date:
    """Far enough for whatever the old plan owes already."""
    return FAR if plan.period_to else setting.until.replace(year=setting.until.year + 2, day=1)


def _by_occasion(found: Iterable[Occurrence]) -> dict[str, Occurrence]:
    return {occasion(turn.period.key): turn for turn in found}


# -- drafts -------------------------------------------------------------------------------------------------


def of_drafts(
    plan: Plan, drafts: Iterable[Draft], outcome: preview.Preview, setting: Setting
) -> tuple[Outline, dict[str, Source]]:
    """What the drafts that are not dropped would put into force, and what would come to be owed by it."""
    kept = [draft for draft in drafts if draft.decision is not Decision.DROPPED]
    tasks: list[Task] = []
    reports: list[Report] = []
    movements: list[Movement] = []
    projects: list[Project] = []
    sources = {line.key: _source_of(line, plan, setting) for line in outcome.all_lines}
    for draft in kept:
        match draft.kind:
            case DraftKind.ASSIGNMENT | DraftKind.DEADLINE:
                tasks += _draft_tasks(plan, draft, setting)
            case DraftKind.REPORT:
                line = next(line for line in outcome.all_lines if line.key == preview.key_of(draft))
                reports.append(_draft_report(plan, draft, line, setting.directory))
            case DraftKind.REGISTRATION:
                line = next((one for one in outcome.all_lines if one.key == preview.key_of(draft)), None)
                movements.append(_draft_movement(draft, line, setting.directory))
            case DraftKind.COMPONENT:
                projects.append(_draft_project(draft))
    outline = Outline(tuple(tasks), tuple(reports), tuple(movements), tuple(projects))
    for item in (*outline.tasks, *outline.movements):
        sources.setdefault(item.key, Source(frozenset(item.agencies), {}, False))
    return outline, sources


def _source_of(line: preview.Line, plan: Plan, setting: Setting) -> Source:
    """As far ahead as reports are rolled at once; dated duties and registrations all come to be owed at once."""
    found = dict(zip((occasion(period) for period in line.periods), line.turns, strict=True))
    is_report = line.kind is DraftKind.REPORT
    arising = frozenset(
        period for period, turn in found.items() if not is_report or turn.compliant_on <= setting.until
    )
    agencies = frozenset(agency.id for agency in line.agencies)
    return Source(agencies, found, line.is_dated, arising)


def _draft_tasks(plan: Plan, draft: Draft, setting: Setting) -> list[Task]:
    content = draft.content
    duties = content["duties"] if draft.kind is DraftKind.ASSIGNMENT else [content]
    reached = preview.reached(plan, [content], setting)
    agency = setting.directory.agencies.get(content.get("agency_id") or 0)
    group = setting.directory.groups.get(content.get("group_id") or 0)
    now = _answering(agency, setting) if agency is not None else None
    if now is not None:
        body, name = key("agency", now.id), now.name
    elif group is not None:
        body, name = key("group", group.id), group.name
    else:
        body, name = f"words:{content['phrase']}", content["phrase"]
    return [
        Task(
            key=preview.key_of(draft, n),
            body=body,
            body_name=name,
            agencies=tuple(sorted(one.id for one in reached)),
            text=duty["text"].strip(),
            role=duty.get("role", "lead"),
            is_request=bool(content["request"]),
            rule=_rule(contents.rule_of(duty["due"])),
            supports=tuple(duty.get("supports", ())),
        )
        for n, duty in enumerate(duties)
        if duty["text"].strip()
    ]


def _draft_project(draft: Draft) -> Project:
    content = draft.content
    return Project(
        key=preview.key_of(draft),
        name=content["name"],
        parent=content.get("parent") or "",
        lead=content["lead"] or "",
        supports=tuple(content["supports"]),
        budget=_amount(content["budget"]),
        unit=content["unit"],
        sources=tuple(f"{name}: {_amount(amount)}" for name, amount in content["sources"]),
    )


def chosen_pairs(drafts: Iterable[Draft]) -> dict[str, str | None]:
    """What a person said each draft, or duty of one, continues: key → key of the old item, None for a new one."""
    found: dict[str, str | None] = {}
    for draft in drafts:
        if draft.decision is Decision.DROPPED:
            continue
        for name, part in continuing(draft):
            if "continues" in part:
                found[name] = part["continues"] or None
    return found


def continuing(draft: Draft) -> list[tuple[str, contents.Content]]:
    """(key, the part of the content that holds the choice) of everything in a draft that may continue something."""
    if draft.kind is DraftKind.ASSIGNMENT:
        return [(preview.key_of(draft, n), duty) for n, duty in enumerate(draft.content["duties"])]
    if draft.kind is DraftKind.DEADLINE:
        return [(preview.key_of(draft, 0), draft.content)]
    return [(preview.key_of(draft), draft.content)] if draft.kind is DraftKind.REPORT else []


def confirmed_pairs(
    plan: Plan, confirmed: Outline, outcome: preview.Preview, setting: Setting
) -> dict[str, str | None]:
    """`chosen_pairs` by the keys of the rows that the drafts became: found again by their words."""
    said = chosen_pairs(plan.drafts)
    if not said:
        return {}
    drafted, _sources = of_drafts(plan, plan.drafts, outcome, setting)
    wanted = {_sign(item): said[item.key] for item in (*drafted.tasks, *drafted.reports) if item.key in said}
    return {
        item.key: wanted[_sign(item)]
        for item in (*confirmed.tasks, *confirmed.reports)
        if _sign(item) in wanted
    }


def _sign(item: Task | Report) -> tuple[str, str]:
    return (item.body, item.text.strip()) if isinstance(item, Task) else (item.kind, item.title.strip())


def _draft_report(plan: Plan, draft: Draft, line: preview.Line, directory: OfficeDirectory) -> Report:
    content = draft.content
    receiver = directory.agencies.get(content["receiver"].get("agency_id") or 0) or plan.standing_agency
    return Report(
        key=line.key,
        kind=content["kind"],
        title=content["title"],
        agencies=tuple(agency.id for agency in line.agencies),
        reporters=tuple(agency.display_name for agency in line.agencies),
        receiver=receiver.name,
        via=content["via"],
        rule=_rule(contents.rule_of(content["due"])),
    )


def _draft_movement(draft: Draft, line: preview.Line | None, directory: OfficeDirectory) -> Movement:
    content = draft.content
    receivers = [directory.agencies.get(ref.get("agency_id") or 0) for ref in content["receivers"]]
    return Movement(
        key=preview.key_of(draft),
        title=content["title"],
        agencies=tuple(sorted(agency.id for agency in line.agencies)) if line else (),
        receivers=tuple(dict.fromkeys(agency.name for agency in receivers if agency is not None)),
        award_form=content["award_form"],
        quota_collective=content["quota_collective"],
        quota_individual=content["quota_individual"],
        rule=_rule(contents.rule_of(content["due"])),
    )


# -- both ---------------------------------------------------------------------------------------------------


def _rule(rule: DueRule | None) -> Rule | None:
    """A due rule without its words: the same day said otherwise is the same day."""
    if rule is None:
        return None
    value = rule.to_dict()
    return {name: value[name] for name in ("day", "month", "quarter", "year", "qualifier")}


def _answering(agency: Agency, setting: Setting) -> Agency:
    found = setting.directory.answering(agency, setting.today)
    return found[0] if len(found) == 1 else agency


def _ids(agencies: Iterable[Agency], setting: Setting) -> tuple[int, ...]:
    return tuple(sorted({_answering(agency, setting).id for agency in agencies}))
