"""What steps of reminding can be kept for: the office, a programme, a plan, a schedule; and who may change which."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from app.accounts.models import User
from app.accounts.rules import is_administrator
from app.errors import NotVisible
from app.extensions import db
from app.i18n import _
from app.organisations.models import Agency
from app.plans.models import Plan, PlanState
from app.reminders import rules
from app.reminders.operations import Subject
from app.reminders.scopes import OFFICE, Level, Scope, chain
from app.schedules.models import ReportSchedule

_NAMES = {Level.PROGRAMME: "programme", Level.PLAN: "plan", Level.SCHEDULE: "schedule"}


@dataclass(frozen=True, slots=True)
class Chosen:
    """A scope as a page shows it: its name, the scopes that it stands in (narrowest first), and what it is about."""

    scope: Scope
    chain: list[Scope]
    title: str
    may_change: bool
    plan: Plan | None = None
    programme: Agency | None = None
    schedule: ReportSchedule | None = None

    @property
    def code(self) -> str:
        return code_of(self.scope)

    @property
    def subject(self) -> Subject:
        return Subject(self.scope, self.title, self.plan.id if self.plan else None)


def code_of(scope: Scope) -> str:
    """ "plan-12", as an address has it; empty for the installation."""
    return f"{_NAMES[scope.level]}-{scope.id}" if scope.level in _NAMES else ""


def chosen(user: User, code: str) -> Chosen:
    """
    Raises:
        NotVisible: there is no such scope for this person.
    """
    name, _dash, number = code.partition("-")
    if not code:
        return Chosen(
            OFFICE, chain(None), _("Lịch chung của cả hệ thống"), rules.can_change_common_rules(user)
        )
    if number.isdecimal():
        match name:
            case "programme":
                return _programme(user, db.session.get(Agency, int(number)))
            case "plan":
                return _plan(user, db.session.get(Plan, int(number)))
            case "schedule":
                return _schedule(user, db.session.get(ReportSchedule, int(number)))
    raise NotVisible


def options(user: User, current: Chosen) -> list[tuple[str, str]]:
    """What this person can choose from: code → words. Schedules are offered once their plan is chosen."""
    plans = _plans_of(user)
    committees = {plan.committee_id: plan.committee for plan in plans if plan.committee}
    if is_administrator(user):
        committees = {agency.id: agency for agency in _committees_with_plans()}
    found = [("", _("Lịch chung của cả hệ thống"))]
    for committee in sorted(committees.values(), key=lambda agency: agency.name_key):
        scope = Scope(Level.PROGRAMME, committee.id)
        found.append((code_of(scope), _("Chương trình: %(name)s", name=committee.display_name)))
    for plan in plans:
        found.append((code_of(Scope(Level.PLAN, plan.id)), _short(plan)))
        if current.plan is plan:
            for schedule in _schedules_of(plan):
                scope = Scope(Level.SCHEDULE, schedule.id)
                found.append((code_of(scope), _("Kỳ báo cáo: %(title)s", title=schedule.title)))
    return found


def _programme(user: User, committee: Agency | None) -> Chosen:
    plans = _plans_under(committee) if committee else []
    if committee is None or not plans:
        raise NotVisible
    standing = {plan.standing_agency_id for plan in plans}
    if not (is_administrator(user) or user.agency_id in standing):
        raise NotVisible
    title = _("Chương trình: %(name)s", name=committee.display_name)
    may = rules.can_change_rules_of_programme(user, standing)
    return Chosen(Scope(Level.PROGRAMME, committee.id), chain(committee.id), title, may, programme=committee)


def _plan(user: User, plan: Plan | None) -> Chosen:
    if plan is None or not rules.can_change_rules_of(user, plan):
        raise NotVisible
    scopes = chain(plan.committee_id, plan.id)
    return Chosen(scopes[0], scopes, _("Kế hoạch %(number)s", number=plan.display_number), True, plan=plan)


def _schedule(user: User, schedule: ReportSchedule | None) -> Chosen:
    if schedule is None or not rules.can_change_rules_of(user, schedule.plan):
        raise NotVisible
    scopes = chain(schedule.plan.committee_id, schedule.plan_id, schedule.id)
    title = _("Kỳ báo cáo: %(title)s", title=schedule.title)
    return Chosen(scopes[0], scopes, title, True, plan=schedule.plan, schedule=schedule)


def _short(plan: Plan) -> str:
    title = plan.title if len(plan.title) <= 60 else f"{plan.title[:59].rstrip()}…"
    return _("KH %(number)s: %(title)s", number=plan.display_number, title=title)


def _plans_of(user: User) -> list[Plan]:
    """The plans in force whose steps this person may change."""
    if is_administrator(user):
        return []
    return list(
        db.session.scalars(
            sa.select(Plan)
            .where(Plan.standing_agency_id == user.agency_id, Plan.state == PlanState.IN_FORCE)
            .order_by(Plan.issued_on.desc(), Plan.id.desc())
        )
    )


def _plans_under(committee: Agency) -> list[Plan]:
    query = sa.select(Plan).where(Plan.committee_id == committee.id, Plan.state == PlanState.IN_FORCE)
    return list(db.session.scalars(query))


def _committees_with_plans() -> list[Agency]:
    having = sa.select(Plan.committee_id).where(Plan.state == PlanState.IN_FORCE)
    return list(db.session.scalars(sa.select(Agency).where(Agency.id.in_(having))))


def _schedules_of(plan: Plan) -> list[ReportSchedule]:
    query = sa.select(ReportSchedule).where(
        ReportSchedule.plan_id == plan.id, ReportSchedule.closed_on.is_(None)
    )
    return list(db.session.scalars(query.order_by(ReportSchedule.position, ReportSchedule.id)))
