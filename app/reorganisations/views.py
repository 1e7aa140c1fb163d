"""Reorganisations: the administrator prepares, previews, decides and takes back."""

from __future__ import annotations

import secrets
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_login import current_user

from app import access, clock
from app.errors import Refused
from app.extensions import db
from app.i18n import _, full_day
from app.organisations import rules as organisation_rules
from app.organisations.models import Agency
from app.organisations.queries import agency_by_name, agency_choices
from app.organisations.reorganisations import (
    ChoiceScope,
    Reorganisation,
    ReorganisationKind,
    ReorganisationState,
)
from app.reorganisations import operations, queries, rules
from app.reorganisations.forms import ReorganisationForm
from app.reorganisations.preview import parts_of

bp = Blueprint("reorganisations", __name__, url_prefix="/agencies/changes")
access.require_sign_in(bp)

PER_PAGE = 30


@bp.app_context_processor
def _labels() -> dict[str, Any]:
    return {"reorganisation_kinds": rules.KIND_LABELS, "reorganisation_states": rules.STATE_LABELS}


@bp.get("")
def list_():
    _ask()
    page = db.paginate(queries.listed(), per_page=PER_PAGE, error_out=False)
    return render_template("reorganisations/list.html", page=page)


@bp.route("/new", methods=["GET", "POST"])
def new():
    _ask()
    form = ReorganisationForm()
    if request.method == "GET" and (named := request.args.get("old", type=int)):
        agency = db.session.get(Agency, named)
        form.olds.append_entry(agency.name if agency else None)
    if form.validate_on_submit():
        try:
            change = _prepared(form)
        except Refused as refusal:
            form.form_errors.append(refusal.reason)
        else:
            db.session.commit()
            return redirect(url_for(".show", change_id=change.id))
    form.form_key.data = form.form_key.data or secrets.token_urlsafe(24)
    form.fill_up()
    return render_template(
        "reorganisations/new.html",
        form=form,
        hints=rules.KIND_HINTS,
        agencies=[name for _key, name in agency_choices(clock.today())],
    )


@bp.get("/<int:change_id>")
def show(change_id: int):
    _ask()
    return _page(queries.reorganisation(change_id))


@bp.post("/<int:change_id>/choices")
def choose(change_id: int):
    _ask()
    change = queries.reorganisation(change_id)
    try:
        operations.choose(change, _chosen(), actor=current_user, now=clock.now())
    except Refused as refusal:
        return _page(change, refusal.reason), 409
    db.session.commit()
    left = queries.unanswered(change)
    if left:
        flash(_("Đã lưu. Còn %(n)s mục chưa chọn.", n=left), "success")
    else:
        flash(_("Đã lưu. Mọi mục đã có cơ quan tiếp nhận."), "success")
    return redirect(url_for(".show", change_id=change.id, _anchor="questions"))


@bp.post("/<int:change_id>/decide")
def decide(change_id: int):
    _ask()
    change = queries.reorganisation(change_id)
    try:
        operations.decide(change, actor=current_user, now=clock.now())
    except Refused as refusal:
        db.session.rollback()
        return _page(queries.reorganisation(change_id), refusal.reason), 409
    db.session.commit()
    if change.state is ReorganisationState.WAITING:
        flash(
            _("Đã ghi. Việc chuyển được thực hiện vào ngày %(day)s.", day=full_day(change.effective_on)),
            "success",
        )
    else:
        flash(
            _("Đã thực hiện. Có thể hoàn tác khi chưa có báo cáo nào được nộp theo tổ chức mới."), "success"
        )
    return redirect(url_for(".show", change_id=change.id))


@bp.post("/<int:change_id>/undo")
def undo(change_id: int):
    _ask()
    change = queries.reorganisation(change_id)
    try:
        operations.undo(change, actor=current_user, now=clock.now())
    except Refused as refusal:
        db.session.rollback()
        return _page(queries.reorganisation(change_id), refusal.reason), 409
    db.session.commit()
    flash(_("Đã hoàn tác. Cơ quan, người dùng và việc còn mở trở về như trước."), "success")
    return redirect(url_for(".show", change_id=change.id))


@bp.post("/<int:change_id>/drop")
def drop(change_id: int):
    _ask()
    change = queries.reorganisation(change_id)
    try:
        operations.drop(change, actor=current_user, now=clock.now())
    except Refused as refusal:
        db.session.rollback()
        return _page(queries.reorganisation(change_id), refusal.reason), 409
    db.session.commit()
    flash(_("Đã bỏ việc sắp xếp theo %(decision)s.", decision=change.decision), "success")
    return redirect(url_for(".list_"))


# -- the parts of the pages ------------------------------------------------------------------------------


def _page(change: Reorganisation, refusal: Any = None) -> str:
    pending = change.state in (ReorganisationState.DRAFT, ReorganisationState.WAITING)
    done = change.state is ReorganisationState.DONE
    return render_template(
        "reorganisations/show.html",
        change=change,
        parts=parts_of(change) if pending else [],
        pending=pending,
        unanswered=queries.unanswered(change) if pending else 0,
        why_not_undo=queries.why_not_undo(change) if done else None,
        refusal=refusal,
        today=clock.today(),
    )


def _prepared(form: ReorganisationForm) -> Reorganisation:
    """Raises Refused where a name is no agency's."""
    day = form.effective_on.data
    olds = []
    for name in form.given_olds():
        found = agency_by_name(name, clock.today()) or agency_by_name(name, day)
        if found is None:
            raise Refused(
                _("Không có cơ quan «%(name)s» trong danh mục. Chọn tên trong danh sách gợi ý.", name=name)
            )
        olds.append(found)
    heirs = [(agency_by_name(name, day), name, subject) for name, subject in form.given_heirs()]
    return operations.prepare(
        ReorganisationKind(form.kind.data),
        effective_on=day,
        decision=form.decision.data,
        olds=list(dict.fromkeys(olds)),
        heirs=heirs,
        form_key=form.form_key.data or "",
        actor=current_user,
        now=clock.now(),
    )


def _chosen() -> dict[tuple[int, ChoiceScope, int], int | None]:
    """Fields «<old>-<scope>-<id>»: an heir's id, «ends», or empty where it follows something else."""
    found: dict[tuple[int, ChoiceScope, int], int | None] = {}
    for name, value in request.form.items():
        parts = name.split(":")
        if len(parts) != 3 or not value or parts[1] not in set(ChoiceScope):
            continue
        if not (parts[0].isdigit() and parts[2].isdigit() and (value == "ends" or value.isdigit())):
            continue
        key = (int(parts[0]), ChoiceScope(parts[1]), int(parts[2]))
        found[key] = None if value == "ends" else int(value)
    return found


def _ask() -> None:
    access.allow(organisation_rules.may_manage(current_user))
