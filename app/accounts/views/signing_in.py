"""Signing in with a password, the code of the second factor after it, and proving again who one is."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from flask import current_app, flash, redirect, render_template, request, session, url_for
from flask_login import current_user, login_required, logout_user

from app import clock
from app.access import public, refuse_if
from app.accounts import factors, identities, methods, operations, queries, sessions, throttle
from app.accounts.forms import CodeForm, ConfirmForm, SignInForm
from app.accounts.models import User
from app.accounts.passwords import DEMONSTRATION_PASSWORD, is_password
from app.accounts.views import bp
from app.accounts.views.guard import (
    enter,
    next_page,
    own_path,
    present_session,
    second_factor_elsewhere,
    wait_words,
)
from app.extensions import db, limiter
from app.i18n import LANGUAGES, _

# How long a right password waits for its code.
_CODE_WITHIN = timedelta(minutes=10)


def sign_in_rate() -> str:
    return current_app.config["SIGN_IN_RATE"]


@bp.route("/account/sign-in", methods=["GET", "POST"])
@limiter.limit(sign_in_rate, methods=["POST"])
@public
def sign_in():
    if current_user.is_authenticated:
        return redirect(next_page())
    form = SignInForm()
    if request.method == "POST":
        refuse_if(None if methods.has_password() else methods.why_no_password())
    if form.validate_on_submit():
        now = clock.now()
        counters = [throttle.of_account(form.email.data), throttle.of_network(request.remote_addr)]
        until = throttle.begin(counters, now=now)
        db.session.commit()  # the attempt counts before the password is looked at
        if until is not None:
            form.password.errors = [wait_words(until, now)]
        elif user := _known(form, counters, now):
            return go_on(user, next_page(), now=now)
        else:
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


def go_on(user: User, target: str, *, now: datetime, via: str = "local") -> Any:
    """After the first factor: in, or to the page that asks for the code. Commits."""
    if user.second_factor_since is None or second_factor_elsewhere(via):
        enter(user, now=now, via=via)
        db.session.commit()
        return redirect(_held_or(target))
    # Signed by us; it opens nothing but the page of the code, and only while the password stays the same.
    session["awaiting_code"] = [user.id, now.isoformat(), _version(user), via]
    db.session.commit()
    return redirect(url_for("accounts.code", next=target))


@bp.route("/account/code", methods=["GET", "POST"])
@limiter.limit(sign_in_rate, methods=["POST"])
@public
def code():
    if current_user.is_authenticated:
        return redirect(next_page())
    now = clock.now()
    user = _awaiting_code(now)
    if user is None:
        flash(_("Nhập lại địa chỉ thư và mật khẩu trước khi nhập mã xác thực."), "info")
        return redirect(url_for("accounts.sign_in", next=own_path(request.args.get("next"))))
    form = CodeForm()
    if form.validate_on_submit():
        if error := _why_not_code(user, form.code.data, now):
            form.code.errors = [error]
        else:
            enter(user, now=now, via=session["awaiting_code"][3])
            left = factors.codes_left(user)
            db.session.commit()
            if left <= 3:
                flash(_("Còn %(n)s mã dự phòng. Tạo bộ mã mới ở trang Tài khoản.", n=left), "warning")
            return redirect(_held_or(next_page()))
    return render_template("accounts/code.html", form=form)


@bp.post("/account/sign-out")
@login_required
def sign_out():
    through = present_session().via
    sessions.sign_out(present_session(), now=clock.now())
    db.session.commit()
    logout_user()
    session.clear()
    by_provider = through == "oidc" and methods.has_oidc()
    return redirect(url_for("accounts.signed_out" if by_provider else "accounts.sign_in"))


@bp.route("/account/confirm", methods=["GET", "POST"])
@limiter.limit(sign_in_rate, methods=["POST"])
@login_required
def confirm_identity():
    """The password once more before a sensitive act: an unlocked machine is not yet the person."""
    form = ConfirmForm()
    if form.validate_on_submit():
        now = clock.now()
        counters = [throttle.of_account(current_user.mail_address), throttle.of_network(request.remote_addr)]
        until = throttle.begin(counters, now=now)
        db.session.commit()
        if until is not None:
            form.password.errors = [wait_words(until, now)]
        elif is_password(current_user.account.password_hash, form.password.data):
            throttle.forgive(counters, now=now)
            sessions.confirm(present_session(), now=now)
            db.session.commit()
            return redirect(next_page())
        else:
            _note_failure(current_user.mail_address, current_user.account, counters[0], now)
            form.password.errors = [_("Mật khẩu chưa đúng.")]
    return render_template(
        "accounts/confirm.html",
        form=form,
        by_password=current_user.account.password_hash is not None,
        by_provider=methods.has_oidc() and bool(identities.identities_of(current_user)),
    )


@bp.post("/account/language")
@public
def set_language():
    chosen = request.form.get("lang", "vi")
    if chosen in LANGUAGES:
        session["language"] = chosen
        if current_user.is_authenticated:
            operations.set_language(current_user, chosen, now=clock.now())
            db.session.commit()
    return redirect(own_path(request.form.get("next")) or url_for("home"))


def _known(form: SignInForm, counters: list[throttle.Counter], now: datetime) -> User | None:
    """Whose password this is; a wrong one is recorded."""
    user = queries.user_by_email(form.email.data)
    if is_password(user.password_hash if user else None, form.password.data) and user and user.is_active:
        throttle.forgive(counters, now=now)
        operations.renew_hash(user, form.password.data)
        return user
    _note_failure(form.email.data, user, counters[0], now)
    return None


def _why_not_code(user: User, typed: str, now: datetime) -> str | None:
    """Take the code, or say why not; guessing codes makes wait like guessing passwords."""
    counters = [throttle.of_codes(user), throttle.of_network(request.remote_addr)]
    until = throttle.begin(counters, now=now)
    db.session.commit()
    if until is not None:
        return wait_words(until, now)
    if factors.take_code(user, typed, now=now):
        throttle.forgive(counters, now=now)
        return None
    _note_failure(user.mail_address, user, counters[0], now)
    return _("Mã chưa đúng hoặc đã dùng. Chờ mã tiếp theo trên ứng dụng rồi nhập lại.")


def _note_failure(address: str, user: User | None, counter: throttle.Counter, now: datetime) -> None:
    locked = throttle.blocked_until([counter], now=now) is not None
    operations.note_failed_sign_in(address, user, locked=locked, now=now)
    db.session.commit()


def _awaiting_code(now: datetime) -> User | None:
    waiting = session.get("awaiting_code")
    if not waiting or now - datetime.fromisoformat(waiting[1]) > _CODE_WITHIN:
        return None
    user = db.session.get(User, waiting[0])
    if user is None or not user.is_active or user.second_factor_since is None or _version(user) != waiting[2]:
        return None
    return user


def _version(user: User) -> str:
    """Changes with the password."""
    return user.password_changed_at.isoformat() if user.password_changed_at else ""


def _held_or(target: str) -> str:
    """First to what was typed when the session had ended, if something waits."""
    return url_for("accounts.held_form") if session.get("held") else target
