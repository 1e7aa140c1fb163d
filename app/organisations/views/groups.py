"""Groups: who belongs to them, by list and by rule."""

from __future__ import annotations

import sqlalchemy as sa
from flask import flash, redirect, render_template, request, url_for
from flask_login import current_user
from wtforms.fields.choices import SelectChoice

from app import clock
from app.errors import NotVisible, Refused
from app.extensions import db
from app.i18n import _
from app.organisations import operations, panels, queries, rules
from app.organisations.forms import AliasForm, GroupForm, MemberForm, RuleForm
from app.organisations.models import AgencyGroup, AgencyGroupMember, AgencyGroupRule, AgencyKind, AgencyLevel
from app.organisations.views.blueprint import (
    PER_PAGE,
    added_alias,
    agency_by_id,
    ask_to_manage,
    bp,
    choices,
    group_by_id,
)


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
    ask_to_manage()
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
    return _group_page(group_by_id(group_id), AliasForm(), MemberForm())


@bp.route("/groups/<int:group_id>/edit", methods=["GET", "POST"])
def edit_group(group_id: int):
    ask_to_manage()
    group = group_by_id(group_id)
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
    ask_to_manage()
    group = group_by_id(group_id)
    form = AliasForm()
    if added_alias(group, form):
        return redirect(url_for(".group", group_id=group.id, _anchor="aliases"))
    return _group_page(group, form, MemberForm(formdata=None))


@bp.post("/groups/<int:group_id>/members")
def add_member(group_id: int):
    ask_to_manage()
    group = group_by_id(group_id)
    form = MemberForm()
    form.agency.choices = choices()
    if form.validate_on_submit():
        try:
            operations.add_member(
                group, agency_by_id(form.agency.data), valid_from=form.valid_from.data,
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
    ask_to_manage()
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


@bp.post("/groups/<int:group_id>/rules")
def add_rule(group_id: int):
    ask_to_manage()
    group = group_by_id(group_id)
    form = _rule_form(RuleForm())
    if form.validate_on_submit():
        try:
            operations.add_rule(
                group,
                kind=AgencyKind(form.kind.data) if form.kind.data else None,
                level=AgencyLevel(form.level.data) if form.level.data else None,
                parent=agency_by_id(form.parent.data) if form.parent.data else None,
                valid_from=form.valid_from.data,
                actor=current_user,
                now=clock.now(),
            )
        except Refused as refusal:
            form.kind.errors = [refusal.reason]
        else:
            db.session.commit()
            flash(_("Đã thêm quy tắc. Kế hoạch đã xác nhận trước đó giữ nguyên."), "success")
            return redirect(url_for(".group", group_id=group.id, _anchor="rules"))
    return _group_page(group, AliasForm(formdata=None), MemberForm(formdata=None), form)


@bp.post("/groups/rules/<int:rule_id>/end")
def end_rule(rule_id: int):
    ask_to_manage()
    rule = db.session.get(AgencyGroupRule, rule_id)
    if rule is None:
        raise NotVisible
    group_id = rule.group_id
    operations.end_rule(rule, clock.today(), actor=current_user, now=clock.now())
    db.session.commit()
    flash(_("Quy tắc áp dụng đến hết hôm nay. Kế hoạch cũ giữ nguyên."), "success")
    return redirect(url_for(".group", group_id=group_id, _anchor="rules"))


def _rule_form(form: RuleForm) -> RuleForm:
    form.parent.choices = [SelectChoice(0, _("Mọi cơ quan")), *choices()]
    return form


def _group_page(
    group: AgencyGroup, alias_form: AliasForm, member_form: MemberForm, rule_form: RuleForm | None = None
) -> str:
    today = clock.today()
    if member_form.agency.choices is None:
        member_form.agency.choices = choices()
    listed = queries.member_rows(group)
    named = {row.agency_id for row in listed if row.holds_on(today)}
    return render_template(
        "organisations/group.html",
        group=group,
        count=len(queries.members_on(group, today)),
        members=[row for row in listed if row.valid_to is None or row.valid_to >= today],
        by_rule=[agency for agency in queries.members_on(group, today) if agency.id not in named],
        past=[row for row in listed if row.valid_to is not None and row.valid_to < today],
        rules_now=[rule for rule in group.rules if rule.valid_to is None or rule.valid_to >= today],
        in_words=rules.rule_in_words,
        days_in_words=rules.days_in_words,
        alias_form=alias_form,
        member_form=member_form,
        rule_form=rule_form or _rule_form(RuleForm(formdata=None)),
        may_manage=rules.may_manage(current_user),
        panels=panels.panels_for(group, current_user, today),
    )
