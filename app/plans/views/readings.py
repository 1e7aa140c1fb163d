"""Documents on their way to becoming plans: how far their reading is, and why one was refused."""

from __future__ import annotations

from typing import Any

from flask import flash, make_response, redirect, render_template, request, url_for
from flask_login import current_user

from app import access, clock
from app.errors import Refused
from app.extensions import db
from app.i18n import _
from app.plans import operations, queries, rules, warnings
from app.plans.models import ReadingState
from app.plans.operations import waiting
from app.plans.views.blueprint import bp


@bp.get("/reading/<int:task_id>")
def reading(task_id: int) -> Any:
    """The page that the upload leads to; asked again and again by itself, it answers with its middle alone."""
    task = queries.reading_for(current_user, task_id)
    if task.state is ReadingState.READ:
        return _go(url_for(".review", plan_id=task.plan_id))
    name = "plans/_reading.html" if _is_partial() else "plans/reading.html"
    why_not = None if task.is_open else operations.why_not_retry(task)
    return render_template(name, task=task, why=warnings.refusal_of, why_not_retry=why_not, now=clock.now())


@bp.get("/reading")
def readings() -> Any:
    """The documents on their way, above the list of plans. `open`: how many were so when the page was made; once one
    has become a plan, the list itself must be made anew."""
    access.allow(rules.can_upload(current_user))
    tasks = queries.readings_of(current_user)
    if not _is_partial() or len(tasks) != request.args.get("open", type=int):
        return _go(url_for(".list_"))
    return render_template("plans/_readings.html", readings=tasks, why=warnings.refusal_of)


@bp.post("/reading/<int:task_id>/retry")
def retry(task_id: int) -> Any:
    """Read a refused document again, from the bytes that are still here."""
    task = queries.reading_for(current_user, task_id)
    try:
        operations.retry(task, actor=current_user, now=clock.now())
    except Refused as refusal:
        db.session.rollback()
        flash(refusal.reason, "error")
    else:
        db.session.commit()
        flash(_("Tệp đã vào hàng chờ để đọc lại."), "success")
    return redirect(url_for(".reading", task_id=task_id))


@bp.post("/reading/<int:task_id>/withdraw")
def withdraw(task_id: int) -> Any:
    task = queries.reading_for(current_user, task_id)
    if task.state is ReadingState.READ:  # became a plan meanwhile, which is dropped on its own page
        return redirect(url_for(".review", plan_id=task.plan_id))
    name = task.file_name
    place = operations.withdraw(task, actor=current_user, now=clock.now())
    db.session.commit()
    waiting.forget(place)
    flash(_("Đã bỏ tệp «%(name)s».", name=name), "success")
    return redirect(url_for(".list_"))


def _is_partial() -> bool:
    return request.headers.get("HX-Request") == "true"


def _go(address: str) -> Any:
    """Lead the whole page there, also where htmx asked for a part of it."""
    if not _is_partial():
        return redirect(address)
    answer = make_response("")
    answer.headers["HX-Redirect"] = address
    return answer
