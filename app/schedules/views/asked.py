"""What the pages are about: the plan, the report, the office's calendar; and who may see them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import current_app, g
from flask_login import current_user

from app import clock
from app.errors import NotVisible, Refused
from app.i18n import _l
from app.obligations.calendar import office_calendar, office_reading
from app.schedules import queries, rules
from app.schedules.changing import Setting
from app.schedules.models import ReportSchedule


def office_setting() -> Setting:
    today = clock.today()
    until = today + timedelta(days=current_app.config["ROLL_FORWARD_DAYS"])
    return Setting(office_calendar(), office_reading(), today, until)


def plan_seen(plan_id: int) -> Any:
    """The plan, for its standing agency, its committee, and whoever reports under it or receives its reports."""
    plan = queries.plan_by_id(plan_id)
    g.nav_current = "plans.list_"
    if plan is None or plan.state == "in_review":
        raise NotVisible
    if not rules.sees_whole_plan(current_user, plan) and not queries.named_in(current_user, plan.id):
        raise NotVisible
    return plan


def schedule_seen(schedule_id: int) -> ReportSchedule:
    """The report with its plan, as `plan_seen`; an agency sees the reports that concern it."""
    schedule = queries.schedule_by_id(schedule_id)
    if schedule is None:
        raise NotVisible
    plan = plan_seen(schedule.plan_id)
    if not rules.sees_whole_plan(current_user, plan) and schedule.id not in queries.named_in(
        current_user, plan.id
    ):
        raise NotVisible
    return schedule


def must_run(plan: Any) -> None:
    """Others who see the plan are told why the act is not theirs."""
    if not rules.can_run(current_user, plan):
        raise Refused(_l("Việc này của cơ quan thường trực, %(agency)s.", agency=plan.standing_agency.name))
