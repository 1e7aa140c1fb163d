"""Signing in and out, language, one's own password."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import current_app, flash, redirect, render_template, request, session, url_for
from flask_login import current_user, login_required, login_user, logout_user

from app import clock
from app.access import public
from app.accounts import operations, queries
from app.accounts.forms import PasswordForm, SignInForm
from app.accounts.passwords import DEMONSTRATION_PASSWORD, is_password
from app.accounts.views import bp
from app.errors import Refused
from app.extensions import db, limiter
from app.i18n import LANGUAGES, _


@bp.route("/account/sign-in", methods=["GET", "POST"])
@limiter.limit(lambda: current_app.config["SIGN_IN_RATE"], methods=["POST"])
@public
def sign_in():
    if current_user.is_authenticated:
        return redirect(_next_page())
    form = SignInForm()
    if form.validate_on_submit():
        now = clock.now()
        user = queries.user_by_email(form.email.data)
        if is_password(user.password_hash if user else None, form.password.data) and user.is_active:
            language = session.get("language")
            session.clear()  # nothing from before the sign-in lives on in the session
            login_user(user)
            session.permanent = True
            operations.sign_in(user, now=now)
            if language and language != user.language:
                operations.set_language(user, language, now=now)
            db.session.commit()
            return redirect(_next_page())
        operations.note_failed_sign_in(form.email.data, user, now=now)
        db.session.commit()
        form.password.errors = [
            _("Địa chỉ thư hoặc mật khẩu chưa đúng. Kiểm tra phím Caps Lock và bộ gõ tiếng Việt.")
        ]
    demonstration = queries.demonstration_people() if current_app.config["DEMONSTRATION"] else []
    return render_template(
        "accounts/sign_in.html",
        form=form,
        demonstration=demonstration,
        demonstration_password=DEMONSTRATION_PASSWORD if demonstration else None,
    )


@bp.before_app_request
def _change_one_time_password():
    """A password that somebody else has seen opens nothing but the page where it is changed."""
    if (
        current_user.is_authenticated
        and current_user.must_change_password
        and request.endpoint not in _OPEN_WITH_ONE_TIME_PASSWORD
    ):
        return redirect(url_for("accounts.password"))
    return None


_OPEN_WITH_ONE_TIME_PASSWORD = {
    "accounts.password",
    "accounts.sign_out",
    "accounts.set_language",
    "health.live",
    "health.ready",
    "static",
}


@bp.post("/account/sign-out")
@login_required
def sign_out():
    operations.sign_out(current_user, now=clock.now())
    db.session.commit()
    logout_user()
    session.clear()
    return redirect(url_for("accounts.sign_in"))


@bp.post("/account/language")
@public
def set_language():
    chosen = request.form.get("lang", "vi")
    if chosen in LANGUAGES:
        session["language"] = chosen
        if current_user.is_authenticated:
            operations.set_language(current_user, chosen, now=clock.now())
            db.session.commit()
    return redirect(_own_path(request.form.get("next")) or url_for("home"))


@bp.route("/account/password", methods=["GET", "POST"])
@login_required
def password():
    form = PasswordForm()
    if form.validate_on_submit():
        if not is_password(current_user.password_hash, form.current.data):
            form.current.errors = [_("Mật khẩu hiện tại chưa đúng.")]
        else:
            try:
                operations.set_password(current_user, form.new.data, actor=current_user, now=clock.now())
            except Refused as refusal:
                form.new.errors = [refusal.reason]
            else:
                db.session.commit()
                # The person behind the proxy: the proxy itself would look for itself without end.
                login_user(current_user._get_current_object())  # this session goes on, all others have ended
                flash(_("Đã đổi mật khẩu. Các phiên đăng nhập khác đã kết thúc."), "success")
                return redirect(url_for("home"))
    return render_template("accounts/password.html", form=form)


def _next_page() -> str:
    return _own_path(request.args.get("next")) or url_for("home")


def _own_path(target: str | None) -> str | None:
    """A path of this site, or None: a link from outside must not send people elsewhere after signing in."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")) or "\\" in target:
        return None
    parts = urlsplit(target)
    return target if not parts.scheme and not parts.netloc else None
