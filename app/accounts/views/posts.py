"""Kiêm nhiệm: switching between the agencies that one serves; the administrator gives and ends them."""

from __future__ import annotations

from typing import Any

from flask import flash, g, redirect, request, url_for
from flask_login import current_user, login_required
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length

from app import clock
from app.access import allow
from app.accounts import posts, queries, rules, sessions
from app.accounts.models import Role, User
from app.accounts.views import bp
from app.accounts.views.guard import own_path, present_session
from app.errors import NotVisible, Refused
from app.extensions import db
from app.i18n import _, _l
from app.organisations.models import Agency
from app.organisations.queries import agency_choices


class PostForm(FlaskForm):
    """`post_…`: it stands on one page with the form of the person."""

    post_agency = SelectField(_l("Cơ quan"), coerce=int)
    post_role = SelectField(
        _l("Vai trò"), choices=[SelectChoice(role.value, label) for role, label in rules.ROLE_LABELS.items()]
    )
    post_position = StringField(_l("Chức vụ"), [Length(max=200)])


def post_form(user: User) -> PostForm:
    """Offers the agencies that the person does not serve yet."""
    form = PostForm()
    served = {row.agency_id for row in posts.rows_of(user)}
    form.post_agency.choices = [
        SelectChoice(key, name) for key, name in agency_choices(clock.today()) if key not in served
    ]
    return form


@bp.app_context_processor
def _own_posts() -> dict[str, Any]:
    """For the menu of the person: a function, so that only pages that show the menu ask."""

    def own_posts() -> list[User]:
        if "own_posts" not in g:
            g.own_posts = posts.rows_of(current_user)
        return g.own_posts

    return {"own_posts": own_posts}


@bp.post("/account/post")
@login_required
def switch_post() -> Any:
    """Work as another of one's own posts from the next page on."""
    chosen = posts.own_row(current_user, request.form.get("post", 0, type=int))
    if chosen.id != current_user.id:
        sessions.act_as(present_session(), chosen, now=clock.now())
        db.session.commit()
        flash(_("Đang làm việc với tư cách: %(post)s.", post=chosen.agency.display_name), "success")
    return redirect(own_path(request.form.get("next")) or url_for("home"))


@bp.post("/people/<int:user_id>/posts")
@login_required
def add_post(user_id: int) -> Any:
    allow(rules.is_administrator(current_user))
    user = queries.account_by_id(user_id)
    form = post_form(user)
    if not form.validate_on_submit():
        raise Refused(_("Chọn cơ quan, vai trò và ghi chức vụ không quá 200 ký tự."))
    agency = db.session.get(Agency, form.post_agency.data)
    if agency is None:
        raise NotVisible
    posts.add_post(
        user, Role(form.post_role.data), agency, form.post_position.data or "",
        actor=current_user._get_current_object(), now=clock.now(),
    )  # fmt: skip
    db.session.commit()
    flash(_("Đã thêm kiêm nhiệm tại %(agency)s.", agency=agency.name), "success")
    return redirect(url_for("accounts.edit_person", user_id=user.id))
