"""The steps of reminding: the installation's, and a plan's own."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import flash, redirect, render_template, request, url_for
from flask_login import current_user

from app import access, clock
from app.accounts.rules import is_administrator
from app.errors import NotVisible, Refused
from app.extensions import db
from app.i18n import _
from app.plans.models import Plan, PlanState
from app.reminders import operations, queries, rules, wording
from app.reminders.forms import RuleForm
from app.reminders.models import ReminderRule
from app.reminders.planning import step_code
from app.reminders.views import bp


@bp.get("/rules")
def rule_list():
    access.allow(rules.can_see_reminders(current_user))
    return _page(_chosen_plan(request.args.get("plan", type=int)), RuleForm(formdata=None))


@bp.post("/rules")
def add_rule():
    plan = _chosen_plan(request.form.get("plan", type=int))
    _ask_to_change(plan)
    form = RuleForm()
    if form.validate_on_submit():
        try:
            if plan is not None and not queries.rule_rows(plan.id):
                operations.use_own_rules(plan, actor=current_user, now=clock.now())
            operations.add_rule(plan, form.rule(), actor=current_user, now=clock.now())
        except Refused as refusal:
            db.session.rollback()
            form.form_errors.append(refusal.reason)
        else:
            db.session.commit()
            flash(_("Đã thêm bước nhắc."), "success")
            return _back(plan)
    return _page(plan, form)


@bp.post("/rules/<int:rule_id>")
def change_rule(rule_id: int):
    row, plan = _rule(rule_id)
    active = request.form.get("active") == "1"
    operations.set_active(row, active, actor=current_user, now=clock.now())
    db.session.commit()
    flash(_("Đã bật bước nhắc.") if active else _("Đã tắt bước nhắc."), "success")
    return _back(plan)


@bp.post("/rules/<int:rule_id>/remove")
def remove_rule(rule_id: int):
    row, plan = _rule(rule_id)
    operations.remove_rule(row, actor=current_user, now=clock.now())
    db.session.commit()
    flash(_("Đã bỏ bước nhắc."), "success")
    return _back(plan)


@bp.post("/plans/<int:plan_id>/own-rules")
def use_own_rules(plan_id: int):
    plan = _chosen_plan(plan_id)
    _ask_to_change(plan)
    operations.use_own_rules(plan, actor=current_user, now=clock.now())
    db.session.commit()
    flash(_("Kế hoạch này có lịch nhắc riêng, bắt đầu từ bản chép của lịch chung."), "success")
    return _back(plan)


@bp.post("/plans/<int:plan_id>/common-rules")
def use_common_rules(plan_id: int):
    plan = _chosen_plan(plan_id)
    _ask_to_change(plan)
    operations.use_common_rules(plan, actor=current_user, now=clock.now())
    db.session.commit()
    flash(_("Kế hoạch này theo lại lịch nhắc chung."), "success")
    return _back(plan)


def _page(plan: Plan | None, form: RuleForm) -> str:
    own = queries.rule_rows(plan.id) if plan else []
    return render_template(
        "reminders/rules.html",
        plan=plan,
        plans=_plans(),
        rows=own or queries.rule_rows(None),
        is_own=bool(own),
        may_change=_may_change(plan),
        form=form,
        wording=wording,
        step_code=step_code,
    )


def _plans() -> list[Plan]:
    """The plans in force whose rules this person may change."""
    if is_administrator(current_user):
        return []
    return list(
        db.session.scalars(
            sa.select(Plan)
            .where(Plan.standing_agency_id == current_user.agency_id, Plan.state == PlanState.IN_FORCE)
            .order_by(Plan.issued_on.desc(), Plan.id.desc())
        )
    )


def _chosen_plan(plan_id: int | None) -> Plan | None:
    if plan_id is None:
        return None
    plan = db.session.get(Plan, plan_id)
    if plan is None or not rules.can_change_rules_of(current_user, plan):
        raise NotVisible
    return plan


def _may_change(plan: Plan | None) -> bool:
    if plan is None:
        return rules.can_change_common_rules(current_user)
    return rules.can_change_rules_of(current_user, plan)


def _ask_to_change(plan: Plan | None) -> None:
    access.allow(_may_change(plan))


def _rule(rule_id: int) -> tuple[ReminderRule, Plan | None]:
    row = db.session.get(ReminderRule, rule_id)
    if row is None:
        raise NotVisible
    plan = _chosen_plan(row.plan_id)
    _ask_to_change(plan)
    return row, plan


def _back(plan: Plan | None) -> Any:
    return redirect(url_for(".rule_list", plan=plan.id if plan else None))
