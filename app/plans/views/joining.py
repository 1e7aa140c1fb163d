"""Newcomers of a group: offered on the page of the plan and of the group, chosen by the standing agency."""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa
from flask import current_app, flash, redirect, render_template, request, url_for
from flask_login import current_user

from app import clock
from app.assignments.models import Assignment
from app.errors import Refused
from app.extensions import db
from app.i18n import _
from app.obligations.calendar import office_calendar, office_reading
from app.organisations import panels
from app.organisations.models import AgencyGroup
from app.plans.joiners import add_joiners, joiners_of
from app.plans.models import Plan, PlanState
from app.plans.queries import visible_plans
from app.plans.views.blueprint import bp, plan_to_run
from app.schedules.models import ReportSchedule, ScheduleReporter

_MOST_PLANS = 30


@bp.app_context_processor
def _newcomers() -> dict[str, Any]:
    return {"newcomers_of": lambda plan: joiners_of(plan, clock.today())}


@bp.route("/<int:plan_id>/joiners", methods=["GET", "POST"])
def joiners(plan_id: int) -> Any:
    plan = plan_to_run(plan_id)
    refusal = None
    if request.method == "POST":
        try:
            count = add_joiners(
                plan, request.form.getlist("agency", type=int), actor=current_user, now=clock.now(),
                today=clock.today(), until_days=current_app.config["ROLL_FORWARD_DAYS"],
                calendar=office_calendar(), reading=office_reading(),
            )  # fmt: skip
        except Refused as error:
            db.session.rollback()
            refusal = error.reason
        else:
            db.session.commit()
            flash(_("Đã giao thêm cho %(n)s đơn vị; các đơn vị nhận thư báo.", n=count), "success")
            return redirect(url_for(".show", plan_id=plan_id))
    page = render_template(
        "plans/joiners.html", plan=plan, joiners=joiners_of(plan, clock.today()), refusal=refusal
    )
    return (page, 422) if refusal else page


def plans_in_progress(group: AgencyGroup, user: Any, today: date) -> panels.Panel | None:
    """The running plans that address the group, as far as this person sees them, with who is not reached yet."""
    named = sa.or_(
        Plan.id.in_(sa.select(Assignment.plan_id).where(Assignment.group_id == group.id)),
        Plan.id.in_(
            sa.select(ReportSchedule.plan_id)
            .join(ScheduleReporter)
            .where(ScheduleReporter.group_id == group.id)
        ),
    )
    plans = db.session.scalars(
        visible_plans(user)
        .where(Plan.state == PlanState.IN_FORCE, named)
        .order_by(Plan.id.desc())
        .limit(_MOST_PLANS)
    ).all()
    if not plans:
        return None
    lines = [(plan, joiners_of(plan, today, group_id=group.id)) for plan in plans]
    return panels.Panel(
        "plans/_group_plans.html",
        {"lines": lines, "runs": {plan.id for plan in plans if plan.standing_agency_id == user.agency_id}},
    )


panels.beside_group(plans_in_progress)
