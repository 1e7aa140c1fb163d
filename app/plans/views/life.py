"""Confirming a plan, taking that back, ending it, dropping what was never confirmed."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, render_template, request, stream_with_context, url_for
from flask_login import current_user

from app import clock
from app.errors import Refused
from app.extensions import db
from app.files.zipping import stream_zip
from app.i18n import _
from app.obligations.calendar import office_calendar
from app.obligations.rules import standing
from app.plans import archive as archiving
from app.plans import operations
from app.plans.forms import CloseForm
from app.plans.models import Plan, PlanState
from app.plans.rules import why_not_close
from app.plans.views.blueprint import bp, plan_to_run

MOST_LISTED = 200


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


@bp.route("/<int:plan_id>/close", methods=["GET", "POST"])
def close(plan_id: int) -> Any:
    """What is still open, and ending the plan: the rest is cancelled, settled first, or left for a reason."""
    plan, today = plan_to_run(plan_id), clock.today()
    if reason := why_not_close(plan):
        raise Refused(reason)
    form = CloseForm()
    if not form.is_submitted():
        form.revision.data = plan.revision
        return _closing_page(plan, form)
    if not form.validate():
        return _closing_page(plan, form), 422
    try:
        cancelled = operations.close(
            plan,
            actor=current_user,
            now=clock.now(),
            today=today,
            revision=form.revision.data,
            left_reason=form.reason.data or "",
        )
    except Refused as refusal:
        db.session.rollback()
        form.form_errors.append(refusal.reason)
        return _closing_page(plan, form), 409
    db.session.commit()
    flash(_("Đã kết thúc kế hoạch. %(n)s nghĩa vụ chưa đến hạn được bãi bỏ.", n=cancelled), "success")
    return redirect(url_for(".show", plan_id=plan_id))


def _closing_page(plan: Plan, form: CloseForm) -> str:
    today = clock.today()
    work = operations.open_work(plan, today)
    return render_template(
        "plans/close.html",
        plan=plan,
        form=form,
        ahead=work.ahead,
        left=[(o, standing(o, today, office_calendar())) for o in work.left[:MOST_LISTED]],
        left_count=len(work.left),
    )


@bp.get("/<int:plan_id>/archive.zip")
def archive(plan_id: int) -> Response:
    """The whole plan in one file, sent while it is written; that it was taken is recorded."""
    plan = plan_to_run(plan_id)
    if plan.state is PlanState.IN_REVIEW:
        raise Refused(_("Kế hoạch chưa được xác nhận nên chưa có hồ sơ để lưu trữ."))
    now = clock.now()
    archiving.record_taken(plan, actor=current_user, now=now)
    db.session.commit()
    pieces = stream_zip(archiving.entries(plan.id, now=now), now.astimezone(clock.VIETNAM))
    response = Response(stream_with_context(pieces), mimetype="application/zip")
    response.headers.set("Content-Disposition", "attachment", filename=archiving.file_name(plan))
    return response


@bp.post("/<int:plan_id>/drop")
def drop(plan_id: int) -> Any:
    operations.drop_plan(plan_to_run(plan_id), actor=current_user, now=clock.now())
    db.session.commit()
    flash(_("Đã bỏ bản đọc. Tải lại tệp nếu cần đọc lại."), "success")
    return redirect(url_for(".list_"))
