"""Accounts of other people: the administrator opens, changes and closes them."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_login import current_user, login_required
from wtforms.fields.choices import SelectChoice

from app import clock
from app.access import allow
from app.accounts import operations, queries, rules
from app.accounts.forms import PersonForm
from app.accounts.models import Role, User
from app.accounts.views import bp
from app.errors import NotVisible, Refused
from app.extensions import db
from app.i18n import LANGUAGES, _
from app.organisations.models import Agency
from app.organisations.queries import agency_choices

PER_PAGE = 50


@bp.get("/people")
@login_required
def people():
    _ask_to_manage()
    q = request.args.get("q", "").strip()
    closed = request.args.get("state") == "closed"
    role, agency_id = _role(), request.args.get("agency", type=int)
    page = db.paginate(queries.people(q, role, agency_id, closed=closed), per_page=PER_PAGE, error_out=False)
    return render_template(
        "accounts/people.html",
        page=page, q=q, role=role, agency_id=agency_id, closed=closed,
        roles=rules.ROLE_LABELS, agencies=agency_choices(clock.today()),
    )  # fmt: skip


@bp.route("/people/new", methods=["GET", "POST"])
@login_required
def new_person():
    _ask_to_manage()
    form = _with_agencies(PersonForm(agency=request.args.get("agency", type=int)))
    if form.validate_on_submit():
        now = clock.now()
        try:
            user = operations.create_user(
                form.email.data, form.name.data, form.chosen_role(), _agency(form),
                actor=current_user, now=now, position=form.position.data or "", language=form.language.data,
            )  # fmt: skip
            password = operations.set_one_time_password(user, actor=current_user, now=now)
        except Refused as refusal:
            db.session.rollback()
            form.form_errors.append(refusal.reason)
        else:
            db.session.commit()
            return render_template(
                "accounts/one_time_password.html", user=user, password=password, is_new=True
            )
    return render_template("accounts/person_form.html", form=form, user=None)


@bp.route("/people/<int:user_id>", methods=["GET", "POST"])
@login_required
def edit_person(user_id: int):
    _ask_to_manage()
    user = _user(user_id)
    form = _with_agencies(
        PersonForm(
            name=user.name, email=user.email, position=user.position, role=user.role.value,
            agency=user.agency_id, language=user.language, seen=rules.fingerprint(user),
        ),
        user.agency,
    )  # fmt: skip
    if form.validate_on_submit():
        values = {
            "email": form.email.data, "name": form.name.data, "position": form.position.data or "",
            "role": form.chosen_role(), "agency": _agency(form), "language": form.language.data,
        }  # fmt: skip
        try:
            operations.change_user(
                user, values, seen=form.seen.data or "", actor=current_user, now=clock.now()
            )
        except Refused as refusal:
            db.session.rollback()
            form.form_errors.append(refusal.reason)
        else:
            db.session.commit()
            flash(_("Đã lưu tài khoản của %(name)s.", name=user.name), "success")
            return redirect(url_for("accounts.people"))
    return render_template(
        "accounts/person_form.html",
        form=form,
        user=user,
        why_not_close=rules.why_not_leave_office(user, current_user, queries.open_administrators()),
    )


@bp.post("/people/<int:user_id>/password")
@login_required
def one_time_password(user_id: int):
    _ask_to_manage()
    user = _user(user_id)
    password = operations.set_one_time_password(user, actor=current_user, now=clock.now())
    db.session.commit()
    # Shown in the answer itself and kept nowhere: neither the session nor a redirect may carry it.
    return render_template("accounts/one_time_password.html", user=user, password=password, is_new=False)


@bp.post("/people/<int:user_id>/close")
@login_required
def close_person(user_id: int):
    _ask_to_manage()
    user = _user(user_id)
    operations.close_user(user, actor=current_user, now=clock.now())
    db.session.commit()
    flash(_("Đã đóng tài khoản của %(name)s. Các phiên đăng nhập đã kết thúc.", name=user.name), "success")
    return redirect(url_for("accounts.people"))


@bp.post("/people/<int:user_id>/reopen")
@login_required
def reopen_person(user_id: int):
    _ask_to_manage()
    user = _user(user_id)
    operations.reopen_user(user, actor=current_user, now=clock.now())
    db.session.commit()
    flash(_("Đã mở lại tài khoản của %(name)s.", name=user.name), "success")
    return redirect(url_for("accounts.edit_person", user_id=user.id))


def _with_agencies(form: PersonForm, present: Agency | None = None) -> PersonForm:
    choices = agency_choices(clock.today())
    if present is not None and present.id not in {key for key, _name in choices}:
        choices.insert(0, (present.id, present.name))  # ended since; the form must still show it
    form.agency.choices = [SelectChoice(key, name) for key, name in choices]
    if not form.language.data:
        form.language.data = next(iter(LANGUAGES))
    return form


def _agency(form: PersonForm) -> Agency:
    agency = db.session.get(Agency, form.agency.data)
    if agency is None:
        raise NotVisible
    return agency


def _user(user_id: int) -> User:
    user = db.session.get(User, user_id)
    if user is None:
        raise NotVisible
    return user


def _role() -> Any:
    value = request.args.get("role", "")
    if value and value not in {role.value for role in Role}:
        abort(404)
    return Role(value) if value else None


def _ask_to_manage() -> None:
    allow(rules.is_administrator(current_user))
