"""Accounts of other people: the administrator opens, changes and closes them."""

from __future__ import annotations

from typing import Any

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask_login import current_user, login_required
from wtforms.fields.choices import SelectChoice

from app import clock
from app.access import allow
from app.accounts import (
    factors,
    identities,
    links,
    methods,
    notifications,
    operations,
    personal,
    posts,
    queries,
    rules,
    sessions,
    throttle,
)
from app.accounts.forms import PersonForm
from app.accounts.models import LinkPurpose, Role, User
from app.accounts.views import bp
from app.accounts.views.guard import ask_again, asks_again, present_session
from app.accounts.views.posts import post_form
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
        posts=posts.posts_of(user.id for user in page.items),
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
            if form.way.data == "password" and _may_set_passwords():
                password = operations.set_one_time_password(user, actor=current_user, now=now)
            else:
                password = None
                links.invite(user, actor=current_user, now=now)
        except Refused as refusal:
            db.session.rollback()
            form.form_errors.append(refusal.reason)
        else:
            db.session.commit()
            if password:
                return _password_page(user, password, is_new=True)
            flash(_("Đã gửi thư mời tới %(email)s.", email=user.mail_address), "success")
            return redirect(url_for("accounts.edit_person", user_id=user.id))
    return render_template(
        "accounts/person_form.html", form=form, user=None, may_set_passwords=_may_set_passwords()
    )


@bp.route("/people/<int:user_id>", methods=["GET", "POST"])
@login_required
def edit_person(user_id: int):
    _ask_to_manage()
    user = queries.user_by_id(user_id)
    if user.main_id is not None:
        return redirect(url_for("accounts.edit_person", user_id=user.main_id))
    form = _with_agencies(
        PersonForm(
            name=user.name, email=user.mail_address, position=user.position, role=user.role.value,
            agency=user.agency_id, language=user.language, seen=rules.fingerprint(user),
        ),
        user.agency,
    )  # fmt: skip
    if form.validate_on_submit():
        address = (form.email.data or "").strip().lower()
        if address != user.mail_address and not sessions.is_confirmed(present_session(), clock.now()):
            flash(_("Đổi địa chỉ thư cần nhập lại mật khẩu. Nội dung đã gõ được giữ trên máy này."), "info")
            return ask_again()
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
        may_set_passwords=_may_set_passwords(),
        posts=posts.posts_of([user.id]).get(user.id, []),
        post_form=post_form(user) if user.is_active else None,
        roles=rules.ROLE_LABELS,
        **_sign_in_facts(user),
    )


def _sign_in_facts(user: User) -> dict[str, Any]:
    """How the person signs in, for the cards beside the form."""
    now = clock.now()
    counters = [throttle.of_account(user.mail_address), throttle.of_codes(user)]
    invitation = links.open_link(user, LinkPurpose.INVITATION, now)
    return {
        "identities": identities.identities_of(user),
        "invitation": invitation,
        "invitation_mail": queries.mail_of(notifications.key_of(invitation)) if invitation else None,
        "locked_until": throttle.blocked_until(counters, now=now),
        "session_count": len(sessions.open_sessions(user, now)),
        "factor_required": factors.is_required(user.role),
    }


@bp.post("/people/<int:user_id>/password")
@login_required
def one_time_password(user_id: int):
    _ask_to_manage()
    user = queries.account_by_id(user_id)
    password = operations.set_one_time_password(user, actor=current_user, now=clock.now())
    db.session.commit()
    return _password_page(user, password, is_new=False)


def _password_page(user: User, password: str, *, is_new: bool) -> str:
    """Shown in the answer itself and kept nowhere: neither the session nor a redirect may carry it."""
    return render_template("accounts/one_time_password.html", user=user, password=password, is_new=is_new)


@bp.post("/people/<int:user_id>/invite")
@login_required
def invite_person(user_id: int):
    """Send the invitation, or send it again: the link in the former one stops working."""
    _ask_to_manage()
    user = queries.account_by_id(user_id)
    links.invite(user, actor=current_user, now=clock.now())
    return _done(user, _("Đã gửi thư mời tới %(email)s. Đường dẫn cũ hết hiệu lực.", email=user.mail_address))


@bp.post("/people/<int:user_id>/revoke-invitation")
@login_required
def revoke_invitation(user_id: int):
    _ask_to_manage()
    user = queries.account_by_id(user_id)
    links.revoke_invitation(user, actor=current_user, now=clock.now())
    return _done(user, _("Đã thu hồi thư mời của %(name)s.", name=user.name))


@bp.post("/people/<int:user_id>/reset")
@login_required
def send_reset(user_id: int):
    _ask_to_manage()
    user = queries.account_by_id(user_id)
    if links.ask_reset(user, actor=current_user, now=clock.now()) is None:
        raise Refused(_("Đã gửi nhiều thư trong một giờ qua, hoặc tài khoản đang đóng. Thử lại sau."))
    return _done(user, _("Đã gửi thư đặt lại mật khẩu tới %(email)s.", email=user.mail_address))


@bp.post("/people/<int:user_id>/unlock")
@login_required
def unlock_person(user_id: int):
    _ask_to_manage()
    user = queries.account_by_id(user_id)
    operations.unlock(user, actor=current_user, now=clock.now())
    return _done(user, _("Đã mở khóa đăng nhập của %(name)s.", name=user.name))


@bp.post("/people/<int:user_id>/end-sessions")
@login_required
def end_sessions_of(user_id: int):
    _ask_to_manage()
    user = queries.account_by_id(user_id)
    ended = sessions.end_others(user, actor=current_user, now=clock.now())
    return _done(user, _("Đã kết thúc %(n)s phiên đăng nhập của %(name)s.", n=ended, name=user.name))


@bp.post("/people/<int:user_id>/reset-factor")
@login_required
def reset_factor(user_id: int):
    _ask_to_manage()
    return _reset_factor(queries.account_by_id(user_id))


@asks_again
def _reset_factor(user: User) -> Any:
    if user.id == current_user.id:
        raise Refused(_("Mã xác thực của chính mình thì tắt ở trang Tài khoản."))
    factors.turn_off(user, actor=current_user, now=clock.now())
    return _done(user, _("Đã đặt lại mã xác thực của %(name)s.", name=user.name))


@bp.post("/people/<int:user_id>/mask")
@login_required
def mask_person(user_id: int):
    _ask_to_manage()
    return _mask(queries.account_by_id(user_id))


@asks_again
def _mask(user: User) -> Any:
    personal.mask(user, actor=current_user, now=clock.now())
    return _done(user, _("Đã ẩn danh tài khoản số %(id)s.", id=user.id))


def _done(user: User, words: str) -> Any:
    db.session.commit()
    flash(words, "success")
    return redirect(url_for("accounts.edit_person", user_id=user.id))


@bp.post("/people/<int:user_id>/reopen")
@login_required
def reopen_person(user_id: int):
    _ask_to_manage()
    user = queries.account_by_id(user_id)
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


def _role() -> Any:
    value = request.args.get("role", "")
    if value and value not in {role.value for role in Role}:
        abort(404)
    return Role(value) if value else None


def _may_set_passwords() -> bool:
    return current_app.config["ADMIN_SETS_PASSWORDS"] and methods.has_password()


def _ask_to_manage() -> None:
    allow(rules.is_administrator(current_user))
