"""One's own account: the page about it, the password, the second factor, the sessions."""

from __future__ import annotations

from flask import Response, flash, redirect, render_template, url_for
from flask_login import current_user, login_required, logout_user

from app import clock
from app.access import refuse_if
from app.accounts import factors, methods, operations, posts, rules, sessions
from app.accounts.forms import CodeForm, PasswordForm
from app.accounts.passwords import is_password
from app.accounts.views import bp
from app.accounts.views.guard import asks_again, enter, present_session
from app.errors import Refused
from app.extensions import db
from app.i18n import _


@bp.get("/account")
@login_required
def account():
    now = clock.now()
    return render_template(
        "accounts/account.html",
        roles=rules.ROLE_LABELS,
        open_sessions=len(sessions.open_sessions(current_user, now)),
        me=current_user.account,
        posts=posts.rows_of(current_user),
        codes_left=factors.codes_left(current_user.account),
        factor_required=_factor_required(),
    )


@bp.route("/account/password", methods=["GET", "POST"])
@login_required
def password():
    refuse_if(None if methods.has_password() else methods.why_no_password())
    form = PasswordForm()
    if form.validate_on_submit():
        now = clock.now()
        user, acting = current_user.account, current_user._get_current_object()  # the person behind the proxy
        if not is_password(user.password_hash, form.current.data):
            form.current.errors = [_("Mật khẩu hiện tại chưa đúng.")]
        else:
            try:
                operations.set_password(user, form.new.data, actor=user, now=now)
            except Refused as refusal:
                form.new.errors = [refusal.reason]
            else:
                enter(
                    acting, now=now
                )  # this browser goes on under a new token, all other sessions have ended
                db.session.commit()
                flash(_("Đã đổi mật khẩu. Các phiên đăng nhập khác đã kết thúc."), "success")
                return redirect(url_for("home"))
    return render_template("accounts/password.html", form=form)


@bp.route("/account/second-factor", methods=["GET", "POST"])
@login_required
@asks_again
def second_factor():
    """Its state; while it is set up, the picture for the app and the field for the first code."""
    form = CodeForm()
    user = current_user.account
    if form.validate_on_submit():
        try:
            codes = factors.finish_setup(user, form.code.data, here=present_session(), now=clock.now())
        except Refused as refusal:
            db.session.rollback()
            form.code.errors = [refusal.reason]
        else:
            db.session.commit()
            return _codes_page(codes)
    secret = factors.secret_in_setup(user) if user.second_factor_since is None else None
    return render_template(
        "accounts/second_factor.html",
        form=form,
        secret=secret,
        picture=factors.picture_of(factors.address_of(secret, user)) if secret else None,
        codes_left=factors.codes_left(user),
        required=_factor_required(),
        me=user,
    )


@bp.post("/account/second-factor/begin")
@login_required
@asks_again
def begin_second_factor():
    factors.begin_setup(current_user.account, now=clock.now())
    db.session.commit()
    return redirect(url_for("accounts.second_factor"))


@bp.post("/account/second-factor/off")
@login_required
@asks_again
def turn_off_second_factor():
    if _factor_required():
        raise Refused(_("Vai trò này bắt buộc dùng mã xác thực. Mất điện thoại thì nhờ quản trị đặt lại."))
    user = current_user.account
    factors.turn_off(user, actor=user, now=clock.now())
    db.session.commit()
    flash(_("Đã tắt mã xác thực. Từ nay chỉ hỏi mật khẩu."), "success")
    return redirect(url_for("accounts.account"))


@bp.post("/account/second-factor/codes")
@login_required
@asks_again
def renew_recovery_codes():
    codes = factors.renew_codes(current_user.account, now=clock.now())
    db.session.commit()
    return _codes_page(codes)


def _factor_required() -> bool:
    """One of the person's roles demands it: whoever may switch to that role needs it at once."""
    return any(factors.is_required(row.role) for row in posts.rows_of(current_user))


def _codes_page(codes: list[str]) -> str:
    """The codes stand in this answer and nowhere else."""
    return render_template("accounts/recovery_codes.html", codes=codes)


@bp.get("/account/sessions")
@login_required
def own_sessions():
    rows = [(row, sessions.ends_at(row)) for row in sessions.open_sessions(current_user, clock.now())]
    return render_template("accounts/sessions.html", rows=rows, here=present_session())


@bp.post("/account/sessions/<int:session_id>/end")
@login_required
def end_session(session_id: int) -> Response:
    ended = sessions.end_one(current_user, session_id, now=clock.now())
    here = ended.id == present_session().id
    db.session.commit()
    if here:
        logout_user()
        return redirect(url_for("accounts.sign_in"))
    flash(_("Đã đăng xuất khỏi thiết bị đó."), "success")
    return redirect(url_for("accounts.own_sessions"))


@bp.post("/account/sessions/end-others")
@login_required
def end_other_sessions() -> Response:
    ended = sessions.end_others(current_user, actor=current_user, now=clock.now(), but=present_session())
    db.session.commit()
    flash(_("Đã đăng xuất khỏi %(n)s thiết bị khác.", n=ended), "success")
    return redirect(url_for("accounts.own_sessions"))
