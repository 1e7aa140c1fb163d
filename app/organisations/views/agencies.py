"""Agencies: the list, the tree, one agency and its names. Anybody signed in reads, the administrator changes."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_login import current_user
from wtforms.fields.choices import SelectChoice

from app import clock
from app.errors import NotVisible, Refused
from app.extensions import db
from app.i18n import _
from app.organisations import index, operations, queries, rules
from app.organisations.forms import AgencyForm, AliasForm
from app.organisations.models import Agency, AgencyAlias, AgencyKind, AgencyLevel
from app.organisations.views.blueprint import (
    PER_PAGE,
    added_alias,
    agency_by_id,
    ask_to_manage,
    bp,
    choices,
    one_of,
)


@bp.get("")
def list_():
    today = clock.today()
    q = request.args.get("q", "").strip()
    ended = request.args.get("state") == "ended"
    kind, level = one_of(AgencyKind, "kind"), one_of(AgencyLevel, "level")
    page = index.AgencyPage(
        per_page=PER_PAGE,
        error_out=False,
        ids=index.matching_ids(q, kind, level, today=today, ended=ended),
    )
    return render_template(
        "organisations/list.html",
        page=page, q=q, kind=kind, level=level, ended=ended, may_manage=rules.may_manage(current_user),
    )  # fmt: skip


@bp.get("/tree")
def tree():
    """Who stands under whom today, as far as a page can show it; the rest is opened by its own page."""
    return render_template(
        "organisations/tree.html",
        branches=queries.tree(clock.today()),
        may_manage=rules.may_manage(current_user),
    )


@bp.route("/new", methods=["GET", "POST"])
def new():
    ask_to_manage()
    form = _agency_form(AgencyForm())
    if request.method == "GET" and (parent := request.args.get("parent", type=int)):
        form.parent.data = parent
    if form.validate_on_submit():
        try:
            agency = operations.add_agency(
                **form.values(), parent=_parent(form), actor=current_user, now=clock.now()
            )
        except Refused as refusal:
            form.form_errors.append(refusal.reason)
        else:
            db.session.commit()
            flash(_("Đã thêm %(name)s.", name=agency.name), "success")
            return redirect(url_for(".show", agency_id=agency.id))
    return render_template("organisations/agency_form.html", form=form, agency=None)


@bp.get("/<int:agency_id>")
def show(agency_id: int):
    return _agency_page(agency_by_id(agency_id), AliasForm())


@bp.route("/<int:agency_id>/edit", methods=["GET", "POST"])
def edit(agency_id: int):
    ask_to_manage()
    agency = agency_by_id(agency_id)
    form = _agency_form(AgencyForm(obj=agency, seen=rules.fingerprint(agency)), agency)
    if form.validate_on_submit():
        values = {**form.values(), "parent": _parent(form)}
        try:
            operations.change_agency(
                agency, values, seen=form.seen.data or "", actor=current_user, now=clock.now()
            )
        except Refused as refusal:
            db.session.rollback()
            form.form_errors.append(refusal.reason)
        else:
            db.session.commit()
            flash(_("Đã lưu %(name)s.", name=agency.name), "success")
            return redirect(url_for(".show", agency_id=agency.id))
    return render_template("organisations/agency_form.html", form=form, agency=agency)


@bp.post("/<int:agency_id>/aliases")
def add_alias(agency_id: int):
    ask_to_manage()
    agency = agency_by_id(agency_id)
    form = AliasForm()
    if added_alias(agency, form):
        return redirect(url_for(".show", agency_id=agency.id, _anchor="aliases"))
    return _agency_page(agency, form)


@bp.post("/aliases/<int:alias_id>/remove")
def remove_alias(alias_id: int):
    ask_to_manage()
    alias = db.session.get(AgencyAlias, alias_id)
    if alias is None:
        raise NotVisible
    back = (
        url_for(".show", agency_id=alias.agency_id, _anchor="aliases")
        if alias.agency_id
        else url_for(".group", group_id=alias.group_id, _anchor="aliases")
    )
    spelling = alias.spelling
    operations.remove_alias(alias, actor=current_user, now=clock.now())
    db.session.commit()
    flash(_("Đã bỏ tên gọi «%(spelling)s».", spelling=spelling), "success")
    return redirect(back)


def _agency_page(agency: Agency, form: AliasForm):
    return render_template(
        "organisations/show.html",
        agency=agency,
        children=queries.children_of(agency),
        predecessors=queries.predecessors_of(agency),
        memberships=queries.groups_of(agency),
        form=form,
        may_manage=rules.may_manage(current_user),
    )


def _agency_form(form: AgencyForm, agency: Agency | None = None) -> AgencyForm:
    offered = [choice for choice in choices() if agency is None or choice.value != agency.id]
    if (
        agency is not None
        and agency.parent is not None
        and agency.parent_id not in {c.value for c in offered}
    ):
        # It has ended, and stands in the form all the same.
        offered.insert(0, SelectChoice(agency.parent.id, agency.parent.name))
    form.parent.choices = [SelectChoice(0, _("Không có")), *offered]
    if request.method == "GET" and agency is not None:
        form.parent.data = agency.parent_id or 0
        form.kind.data, form.level.data = agency.kind.value, agency.level.value
    return form


def _parent(form: AgencyForm) -> Agency | None:
    return db.session.get(Agency, form.parent.data) if form.parent.data else None
