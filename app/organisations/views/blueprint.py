"""The blueprint of the directory, and what its pages share."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, request
from flask_login import current_user
from wtforms.fields.choices import SelectChoice

from app import access, clock
from app.errors import NotVisible, Refused
from app.extensions import db
from app.i18n import _
from app.organisations import operations, queries, rules
from app.organisations.forms import AliasForm
from app.organisations.models import Agency, AgencyGroup

bp = Blueprint("organisations", __name__, url_prefix="/agencies")
access.require_sign_in(bp)

PER_PAGE = 50


@bp.app_context_processor
def _labels() -> dict[str, Any]:
    return {"agency_kinds": rules.KIND_LABELS, "agency_levels": rules.LEVEL_LABELS}


def added_alias(owner: Agency | AgencyGroup, form: AliasForm) -> bool:
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


def choices() -> list[SelectChoice]:
    return [SelectChoice(key, name) for key, name in queries.agency_choices(clock.today())]


def agency_by_id(agency_id: int) -> Agency:
    agency = db.session.get(Agency, agency_id)
    if agency is None:
        raise NotVisible
    return agency


def group_by_id(group_id: int) -> AgencyGroup:
    group = db.session.get(AgencyGroup, group_id)
    if group is None:
        raise NotVisible
    return group


def ask_to_manage() -> None:
    access.allow(rules.may_manage(current_user))


def one_of(kind: Any, name: str) -> Any:
    value = request.args.get(name, "")
    if not value:
        return None
    try:
        return kind(value)
    except ValueError:
        abort(404)
