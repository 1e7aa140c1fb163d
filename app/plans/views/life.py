"""Confirming a plan, taking that back, ending it, dropping what was never confirmed."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, url_for
from flask_login import current_user

from app import clock
from app.errors import Refused
from app.extensions import db
from app.i18n import _
from app.plans import operations
from app.plans.views.blueprint import bp, plan_to_run


@bp.post("/<int:plan_id>/confirm")
def confirm(plan_id: int) -> Any:
    plan = plan_to_run(plan_id)
    try:
        made = operations.confirm(
            plan, actor=current_user, now=clock.now(), today=clock.today(), seen=request.form.get("seen", "")
        )
    except Refused as refusal:
        db.session.rollback()
        flash(refusal.reason, "error")
        return redirect(url_for(".review", plan_id=plan_id))
    db.session.commit()
    flash(_("Đã xác nhận và giao việc: %(n)s nghĩa vụ đã phát sinh.", n=made), "success")
    return redirect(url_for(".show", plan_id=plan_id))


@bp.post("/<int:plan_id>/reopen")
def reopen(plan_id: int) -> Any:
    operations.reopen(plan_to_run(plan_id), actor=current_user, now=clock.now())
    db.session.commit()
    flash(_("Đã rút xác nhận. Các nghĩa vụ đã phát sinh được bỏ, bản đọc giữ nguyên."), "success")
    return redirect(url_for(".review", plan_id=plan_id))


@bp.post("/<int:plan_id>/close")
def close(plan_id: int) -> Any:
    cancelled = operations.close(
        plan_to_run(plan_id), actor=current_user, now=clock.now(), today=clock.today()
    )
    db.session.commit()
    flash(_("Đã kết thúc kế hoạch. %(n)s nghĩa vụ chưa đến hạn được bãi bỏ.", n=cancelled), "success")
    return redirect(url_for(".show", plan_id=plan_id))


@bp.post("/<int:plan_id>/drop")
def drop(plan_id: int) -> Any:
    operations.drop_plan(plan_to_run(plan_id), actor=current_user, now=clock.now())
    db.session.commit()
    flash(_("Đã bỏ bản đọc. Tải lại tệp nếu cần đọc lại."), "success")
    return redirect(url_for(".list_"))
