"""The list of plans, one plan, its source, and taking a document in."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_login import current_user

from app import access, clock
from app.accounts.rules import is_committee_member
from app.assignments.queries import assignments_of
from app.documents import DocumentRefused
from app.emulation.operations import movements_of
from app.errors import NotVisible
from app.extensions import db
from app.files.serving import send_stored
from app.i18n import _, language
from app.obligations.queries import whole_to
from app.plans import lineage, operations, queries, rules, warnings
from app.plans.forms import ALLOWED, UploadForm
from app.plans.models import Plan, PlanState, ReadingTask
from app.plans.operations.confirming import handed_in
from app.plans.plan_page import plan_page
from app.plans.source import paragraphs
from app.plans.views.blueprint import bp, office_setting

PER_PAGE = 25


@bp.get("")
def list_() -> Any:
    q, state = request.args.get("q", "").strip(), request.args.get("state", "")
    year, sort = request.args.get("year", type=int), request.args.get("sort", "")
    page = db.paginate(
        queries.find_plans(current_user, q=q, state=state, year=year, sort=sort),
        per_page=PER_PAGE,
        error_out=False,
    )
    return render_template(
        "plans/list.html",
        page=page,
        progress=queries.progress_of(page.items, whole_to(current_user), clock.today()),
        year_choices=[("", _("Mọi năm")), *((y, str(y)) for y in queries.years(current_user))],
        q=q,
        state=state,
        year=year,
        can_upload=rules.can_upload(current_user),
        readings=queries.readings_of(current_user),
        why=warnings.refusal_of,
    )


@bp.route("/upload", methods=["GET", "POST"])
def upload() -> Any:
    access.allow(rules.can_upload(current_user))
    form, known = UploadForm(), None
    if form.validate_on_submit():
        try:
            taken = operations.receive(
                form.file.data.stream,
                form.file.data.filename,
                standing_agency=current_user.agency,
                actor=current_user,
                now=clock.now(),
            )
        except DocumentRefused as refusal:
            db.session.rollback()
            form.file.errors = [refusal.message(language())]
        except operations.AlreadyThere as refusal:
            known = refusal.plan.id
            db.session.rollback()
            form.file.errors = [refusal.reason]
        except operations.AlreadyWaiting as refusal:
            task_id = refusal.task.id
            db.session.rollback()
            flash(refusal.reason, "info")
            return redirect(url_for(".reading", task_id=task_id))
        else:
            db.session.commit()
            if isinstance(taken, ReadingTask):
                return redirect(url_for(".reading", task_id=taken.id))
            flash(_("Đã đọc xong: %(n)s mục cần xem.", n=len(taken.drafts)), "success")
            return redirect(url_for(".review", plan_id=taken.id))
        finally:
            form.file.data.close()  # a large upload lies in a temporary file
    status = 422 if form.errors else 200
    return render_template("plans/upload.html", form=form, known=known, allowed=ALLOWED), status


@bp.get("/<int:plan_id>")
def show(plan_id: int) -> Any:
    plan = queries.plan_for(current_user, plan_id)
    if plan.state is PlanState.IN_REVIEW:
        return redirect(url_for(".review", plan_id=plan.id))
    today, visible = clock.today(), whole_to(current_user)
    runs = rules.can_run(current_user, plan)
    return render_template(
        "plans/show.html",
        plan=plan,
        view=plan_page(plan, office_setting(), visible),
        counts=queries.progress_of([plan], visible, today).get(plan.id, queries.Counts()),
        movements=movements_of(plan.id),
        replaced_by=queries.later_plans(plan, current_user),
        replaces=_visible_or_none(plan.supersedes_id),
        runs=runs,
        opens=_opens(runs),
        why_not_reopen=_why_not_reopen(plan) if runs else None,
    )


def _why_not_reopen(plan: Plan) -> Any:
    return rules.why_not_reopen(plan, handed_in(plan)) or rules.why_not_touch(lineage.latest_on(plan))


@bp.get("/<int:plan_id>/source")
def source(plan_id: int) -> Any:
    plan = queries.plan_for(current_user, plan_id)
    if plan.source is None:
        raise NotVisible
    text = plan.source
    return render_template(
        "plans/source.html",
        plan=plan,
        text=text,
        paragraphs=paragraphs(text.text, text.pages, plan.drafts, text.unread),
        at=request.args.get("at", type=int),
        said=[warnings.sentence(w) for w in text.warnings if w["of"] == "document"],
        assigned=bool(assignments_of(plan)),
    )


@bp.get("/<int:plan_id>/file")
def file(plan_id: int) -> Any:
    """The document as it was uploaded."""
    found = queries.source_of(queries.plan_for(current_user, plan_id))
    if found is None:
        raise NotVisible
    return send_stored(found.file, found.file_name)


def _opens(runs: bool) -> Any:
    """Whose progress this person may look into: its own agency's, and everybody's for those who follow the plan."""
    everything = runs or is_committee_member(current_user)
    return lambda line: everything or any(agency.id == current_user.agency_id for agency in line.members)


def _visible_or_none(plan_id: int | None) -> Any:
    if plan_id is None:
        return None
    try:
        return queries.plan_for(current_user, plan_id)
    except NotVisible:
        return None
