"""The directory: anybody who is signed in may read it, the administrator changes it."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_login import current_user
from wtforms.fields.choices import SelectChoice

from app import access, clock
from app.errors import NotVisible, Refused
from app.extensions import db
from app.i18n import _
from app.organisations import operations, queries, rules
from app.organisations.forms import AgencyForm, AliasForm, GroupForm, MemberForm
from app.organisations.models import (
    Agency,
    AgencyAlias,
    AgencyGroup,
    AgencyGroupMember,
    AgencyKind,
    AgencyLevel,
)

bp = Blueprint("organisations", __name__, url_prefix="/agencies")
access.require_sign_in(bp)

PER_PAGE = 50


@bp.app_context_processor
def _labels() -> dict[str, Any]:
    return {"agency_kinds": rules.KIND_LABELS, "agency_levels": rules.LEVEL_LABELS}


@bp.get("")
def list_():
    today = clock.today()
    q = request.args.get("q", "").strip()
    ended = request.args.get("state") == "ended"
    kind, level = _one_of(AgencyKind, "kind"), _one_of(AgencyLevel, "level")
    page = db.paginate(
        queries.directory(q, kind, level, today=today, ended=ended).options(
            sa.orm.selectinload(Agency.aliases),
            sa.orm.selectinload(Agency.parent),
            sa.orm.selectinload(Agency.successions),
        ),
        per_page=PER_PAGE,
        error_out=False,
    )
    return render_template(
        "organisations/list.html",
        page=page, q=q, kind=kind, level=level, ended=ended, may_manage=rules.may_manage(current_user),
    )  # fmt: skip


@bp.route("/new", methods=["GET", "POST"])
def new():
    _ask_to_manage()
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
    return _agency_page(_agency(agency_id), AliasForm())


@bp.route("/<int:agency_id>/edit", methods=["GET", "POST"])
def edit(agency_id: int):
    _ask_to_manage()
    agency = _agency(agency_id)
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
    _ask_to_manage()
    agency = _agency(agency_id)
    form = AliasForm()
    if _added_alias(agency, form):
        return redirect(url_for(".show", agency_id=agency.id, _anchor="aliases"))
    return _agency_page(agency, form)


@bp.post("/aliases/<int:alias_id>/remove")
def remove_alias(alias_id: int):
    _ask_to_manage()
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


@bp.get("/groups")
def groups():
    q = request.args.get("q", "").strip()
    page = db.paginate(
        queries.groups(q).options(sa.orm.selectinload(AgencyGroup.aliases)),
        per_page=PER_PAGE,
        error_out=False,
    )
    counts = queries.counts_of_members([group.id for group in page.items], clock.today())
    return render_template(
        "organisations/groups.html", page=page, q=q, counts=counts, may_manage=rules.may_manage(current_user)
    )


@bp.route("/groups/new", methods=["GET", "POST"])
def new_group():
    _ask_to_manage()
    form = GroupForm()
    if form.validate_on_submit():
        try:
            group = operations.add_group(form.name.data, actor=current_user, now=clock.now())
        except Refused as refusal:
            form.name.errors = [refusal.reason]
        else:
            db.session.commit()
            flash(_("Đã thêm nhóm %(name)s. Thêm các cơ quan thuộc nhóm.", name=group.name), "success")
            return redirect(url_for(".group", group_id=group.id))
    return render_template("organisations/group_form.html", form=form, group=None)


@bp.get("/groups/<int:group_id>")
def group(group_id: int):
    return _group_page(_group(group_id), AliasForm(), MemberForm())


@bp.route("/groups/<int:group_id>/edit", methods=["GET", "POST"])
def edit_group(group_id: int):
    _ask_to_manage()
    group = _group(group_id)
    form = GroupForm(obj=group, seen=rules.fingerprint(group))
    if form.validate_on_submit():
        try:
            operations.rename_group(
                group, form.name.data, seen=form.seen.data or "", actor=current_user, now=clock.now()
            )
        except Refused as refusal:
            form.name.errors = [refusal.reason]
        else:
            db.session.commit()
            flash(_("Đã lưu nhóm %(name)s.", name=group.name), "success")
            return redirect(url_for(".group", group_id=group.id))
    return render_template("organisations/group_form.html", form=form, group=group)


@bp.post("/groups/<int:group_id>/aliases")
def add_group_alias(group_id: int):
    _ask_to_manage()
    group = _group(group_id)
    form = AliasForm()
    if _added_alias(group, form):
        return redirect(url_for(".group", group_id=group.id, _anchor="aliases"))
    return _group_page(group, form, MemberForm(formdata=None))


@bp.post("/groups/<int:group_id>/members")
def add_member(group_id: int):
    _ask_to_manage()
    group = _group(group_id)
    form = MemberForm()
    form.agency.choices = _choices()
    if form.validate_on_submit():
        try:
            operations.add_member(
                group, _agency(form.agency.data), valid_from=form.valid_from.data,
                actor=current_user, now=clock.now(),
            )  # fmt: skip
        except Refused as refusal:
            form.agency.errors = [refusal.reason]
        else:
            db.session.commit()
            flash(_("Đã thêm vào nhóm. Kế hoạch đã xác nhận trước đó giữ nguyên."), "success")
            return redirect(url_for(".group", group_id=group.id, _anchor="members"))
    return _group_page(group, AliasForm(formdata=None), form)


@bp.post("/groups/members/<int:member_id>/end")
def end_member(member_id: int):
    _ask_to_manage()
    member = db.session.get(AgencyGroupMember, member_id)
    if member is None:
        raise NotVisible
    operations.end_membership(member, clock.today(), actor=current_user, now=clock.now())
    db.session.commit()
    flash(
        _("%(agency)s thuộc nhóm đến hết hôm nay. Kế hoạch cũ giữ nguyên.", agency=member.agency.name),
        "success",
    )
    return redirect(url_for(".group", group_id=member.group_id, _anchor="members"))


# -- the parts of the pages ------------------------------------------------------------------------------


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


def _group_page(group: AgencyGroup, alias_form: AliasForm, member_form: MemberForm):
    today = clock.today()
    if member_form.agency.choices is None:
        member_form.agency.choices = _choices()
    rows = queries.member_rows(group)
    return render_template(
        "organisations/group.html",
        group=group,
        members=[row for row in rows if row.valid_to is None or row.valid_to >= today],
        past=[row for row in rows if row.valid_to is not None and row.valid_to < today],
        alias_form=alias_form,
        member_form=member_form,
        may_manage=rules.may_manage(current_user),
    )


def _added_alias(owner: Agency | AgencyGroup, form: AliasForm) -> bool:
    if not form.validate_on_submit():
        return False
    try:
        alias = operations.add_alias(owner, form.spelling.data, actor=current_user, now=clock.now())
    except Refused as refusal:
        form.spelling.errors = [refusal.reason]
        return False
    db.session.commit()
    flash(_("Đã thêm tên gọi «%(spelling)s».", spelling=alias.spelling), "success")
    return True


def _agency_form(form: AgencyForm, agency: Agency | None = None) -> AgencyForm:
    choices = [choice for choice in _choices() if agency is None or choice.value != agency.id]
    if (
        agency is not None
        and agency.parent is not None
        and agency.parent_id not in {c.value for c in choices}
    ):
        # It has ended, and stands in the form all the same.
        choices.insert(0, SelectChoice(agency.parent.id, agency.parent.name))
    form.parent.choices = [SelectChoice(0, _("Không có")), *choices]
    if request.method == "GET" and agency is not None:
        form.parent.data = agency.parent_id or 0
        form.kind.data, form.level.data = agency.kind.value, agency.level.value
    return form


def _choices() -> list[SelectChoice]:
    return [SelectChoice(key, name) for key, name in queries.agency_choices(clock.today())]


def _parent(form: AgencyForm) -> Agency | None:
    return db.session.get(Agency, form.parent.data) if form.parent.data else None


def _agency(agency_id: int) -> Agency:
    agency = db.session.get(Agency, agency_id)
    if agency is None:
        raise NotVisible
    return agency


def _group(group_id: int) -> AgencyGroup:
    group = db.session.get(AgencyGroup, group_id)
    if group is None:
        raise NotVisible
    return group


def _ask_to_manage() -> None:
    access.allow(rules.may_manage(current_user))


def _one_of(kind: Any, name: str) -> Any:
    value = request.args.get(name, "")
    if not value:
        return None
    try:
        return kind(value)
    except ValueError:
        abort(404)
