"""Whole drafts: an assignment divided between two bodies, two assignments of one body joined, and that taken back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, request, url_for
from flask_login import current_user

from app import clock
from app.errors import Refused
from app.extensions import db
from app.i18n import _
from app.plans import operations, queries
from app.plans.contents import reference
from app.plans.forms import DivideForm
from app.plans.models import Draft, Plan
from app.plans.placing import placer, refer
from app.plans.views.blueprint import bp, office_setting, plan_to_run


@bp.post("/<int:plan_id>/drafts/<int:draft_id>/split")
def split_draft(plan_id: int, draft_id: int) -> Any:
    """`body` names the second body; `duty-N` says whose the duty at place N is: both, first or second."""
    plan = plan_to_run(plan_id)
    draft, form = queries.draft_of(plan, draft_id), DivideForm()
    if not form.validate_on_submit():
        return _back(plan, draft, " ".join(str(said) for found in form.errors.values() for said in found))
    setting = office_setting()
    name = (form.body.data or "").strip()
    chosen = setting.directory.by_name(name, setting.today)
    place = placer(setting.directory, plan.issuer, plan.issued_on, setting.today)
    second = refer(name, chosen) if chosen else place(name) if name else reference("")
    shares = [request.form.get(f"duty-{n}", "both") for n in range(len(draft.content.get("duties", ())))]

    def act() -> None:
        operations.split_draft(
            draft, second, shares, revision=form.revision.data or 0, actor=current_user, now=clock.now()
        )

    return _done(plan, draft, act, _("Đã tách thành hai mục. Xem lại rồi duyệt từng mục."))


@bp.post("/<int:plan_id>/drafts/<int:draft_id>/merge")
def merge_drafts(plan_id: int, draft_id: int) -> Any:
    plan = plan_to_run(plan_id)
    draft = queries.draft_of(plan, draft_id)
    other = queries.draft_of(plan, request.form.get("other", type=int) or 0)

    def act() -> None:
        operations.merge_drafts(
            draft,
            other,
            revision=request.form.get("revision", type=int) or 0,
            other_revision=request.form.get("other_revision", type=int) or 0,
            actor=current_user,
            now=clock.now(),
        )

    return _done(plan, draft, act, _("Đã gộp hai mục. Xem lại rồi duyệt."))


@bp.post("/<int:plan_id>/drafts/<int:draft_id>/undo")
def undo_division(plan_id: int, draft_id: int) -> Any:
    plan = plan_to_run(plan_id)
    draft = queries.draft_of(plan, draft_id)

    def act() -> None:
        revision = request.form.get("revision", type=int) or 0
        operations.undo_division(draft, revision=revision, actor=current_user, now=clock.now())

    return _done(plan, draft, act, _("Đã hoàn tác: các mục trở lại như trước."))


def _done(plan: Plan, draft: Draft, act: Callable[[], None], said: str) -> Any:
    try:
        act()
    except Refused as refusal:
        db.session.rollback()
        return _back(plan, draft, refusal.reason)
    db.session.commit()
    flash(said, "success")
    return redirect(url_for(".review", plan_id=plan.id, show="all", _anchor=f"draft-{draft.id}"))


def _back(plan: Plan, draft: Draft, reason: Any) -> Any:
    flash(reason, "error")
    return redirect(url_for(".review", plan_id=plan.id, show="all", _anchor=f"draft-{draft.id}"))
