"""The page of the difference between a plan and the one it replaces or amends, and what a clerk settles on it."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_login import current_user

from app import clock
from app.errors import NotVisible, Refused
from app.extensions import db
from app.i18n import _
from app.plans import comparison, operations, queries, rules
from app.plans.models import Draft, Plan, PlanState
from app.plans.outlines import continuing
from app.plans.preview import preview
from app.plans.views.blueprint import bp, office_setting, plan_to_run


@bp.get("/<int:plan_id>/difference")
def difference(plan_id: int) -> Any:
    """What the plan changes in the one that it replaces or amends, for whoever may see both."""
    plan = queries.plan_for(current_user, plan_id)
    in_review = plan.state is PlanState.IN_REVIEW
    if in_review:
        setting = office_setting()
        outcome = preview(plan, plan.drafts, setting, comparison.amended_agencies(plan))
        compared = comparison.in_review(plan, outcome, setting)
    else:
        compared = comparison.afterwards(plan)
    if compared is None or not _sees(compared.old.id):
        raise NotVisible
    return render_template(
        "plans/difference.html",
        plan=plan,
        c=compared,
        settles=in_review and rules.can_run(current_user, plan),
        draft_of=_drafts_by_key(plan) if in_review else {},
        **comparison.comparison_facts(),
    )


@bp.post("/<int:plan_id>/drafts/<int:draft_id>/continues")
def choose_continued(plan_id: int, draft_id: int) -> Any:
    """`key` names the new item; `old` the item it continues, "new" for none, "auto" to let the words decide."""
    plan = plan_to_run(plan_id)
    draft = queries.draft_of(plan, draft_id)
    old = {"new": "", "auto": None}.get(chosen := request.form.get("old", "auto"), chosen)
    try:
        operations.choose_continued(
            draft,
            request.form.get("key", ""),
            old,
            revision=request.form.get("revision", type=int) or 0,
            actor=current_user,
            now=clock.now(),
        )
    except Refused as refusal:
        db.session.rollback()
        flash(refusal.reason, "error")
    else:
        db.session.commit()
        flash(_("Đã ghép lại. Số nghĩa vụ chuyển, bãi bỏ và phát sinh mới đã tính lại."), "success")
    return redirect(url_for(".difference", plan_id=plan.id))


@bp.post("/<int:plan_id>/ends")
def set_ends(plan_id: int) -> Any:
    plan = plan_to_run(plan_id)
    try:
        operations.set_ends(
            plan,
            request.form.getlist("ends"),
            revision=request.form.get("revision", type=int) or 0,
            actor=current_user,
            now=clock.now(),
        )
    except Refused as refusal:
        db.session.rollback()
        flash(refusal.reason, "error")
    else:
        db.session.commit()
        flash(_("Đã lưu các mục bãi bỏ. Số nghĩa vụ đã tính lại."), "success")
    return redirect(url_for(".difference", plan_id=plan.id))


def _sees(plan_id: int) -> bool:
    try:
        queries.plan_for(current_user, plan_id)
    except NotVisible:
        return False
    return True


def _drafts_by_key(plan: Plan) -> dict[str, Draft]:
    """Key of a new item → the draft that it stands in."""
    return {key: draft for draft in plan.drafts for key, _part in continuing(draft)}
