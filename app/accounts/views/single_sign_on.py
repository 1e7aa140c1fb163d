"""Signing in through the office's own system: there, back with its answer, and what is said when that fails."""

from __future__ import annotations

import hmac
from datetime import datetime
from typing import Any

from flask import abort, current_app, flash, redirect, render_template, request, session, url_for
from flask_login import current_user, login_required

from app import clock
from app.access import allow, public
from app.accounts import identities, methods, provider, queries, rules, sessions
from app.accounts.views import bp
from app.accounts.views.guard import leave_other_session, next_page, own_path, present_session
from app.accounts.views.signing_in import go_on, sign_in_rate
from app.extensions import db, limiter
from app.i18n import _
from app.links import absolute_url

# Between two clocks.
_TOLERANCE_SECONDS = 60


@bp.app_context_processor
def _ways_in() -> dict[str, Any]:
    return {"has_password": methods.has_password, "has_oidc": methods.has_oidc}


@bp.get("/account/oidc")
@limiter.limit(sign_in_rate)
@public
def oidc_begin() -> Any:
    if current_user.is_authenticated:
        return redirect(next_page())
    return _to_provider(again=False)


@bp.get("/account/oidc/confirm")
@limiter.limit(sign_in_rate)
@login_required
def oidc_confirm() -> Any:
    """Prove again who one is, at the provider: it asks anew, whatever it remembers."""
    return _to_provider(again=True)


def _to_provider(*, again: bool) -> Any:
    if not methods.has_oidc():
        abort(404)
    try:
        address, state = provider.begin(absolute_url("accounts.oidc_answer"), again=again)
    except provider.ProviderAway:
        return _away()
    session["oidc"] = {
        "state": state, "again": again, "at": clock.now().isoformat(), "next": own_path(request.args.get("next")),
    }  # fmt: skip
    return redirect(address)


@bp.get("/account/oidc/answer")
@limiter.limit(sign_in_rate)
@public
def oidc_answer() -> Any:
    if not methods.has_oidc():
        abort(404)
    begun = session.pop("oidc", None)
    if not begun or not hmac.compare_digest(begun["state"].encode(), request.args.get("state", "").encode()):
        # Begun in another browser, answered already, or sent here by somebody else.
        return _failed(_("Lần đăng nhập này đã cũ hoặc bắt đầu từ trình duyệt khác. Đăng nhập lại."), 400)
    try:
        claims = provider.finish()
    except provider.ProviderAway:
        return _away()
    except provider.ProviderRefused as refusal:
        if refusal.error == "access_denied":
            return _failed(_("Đã dừng đăng nhập ở %(label)s.", label=_label()), 403)
        return _failed(
            _("Không xác minh được kết quả đăng nhập từ %(label)s. Đăng nhập lại.", label=_label()), 400
        )
    now = clock.now()
    if begun["again"]:
        return _confirmed(claims, begun, now)
    try:
        user = identities.person_of(claims, now=now)
    except identities.Unknown as unknown:
        db.session.rollback()
        return _failed(unknown.reason, 403, ask=True)
    leave_other_session()
    return go_on(user, begun["next"] or url_for("home"), now=now, via="oidc")


def _confirmed(claims: dict[str, Any], begun: dict[str, Any], now: datetime) -> Any:
    if not current_user.is_authenticated:
        return redirect(url_for("accounts.sign_in", next=begun["next"]))
    started = datetime.fromisoformat(begun["at"]).timestamp()
    proved = claims.get("auth_time")
    fresh = isinstance(proved, int) and proved >= started - _TOLERANCE_SECONDS
    if not fresh or not identities.is_same(current_user, claims):
        flash(_("%(label)s chưa xác nhận lại đúng người đang đăng nhập.", label=_label()), "warning")
        return redirect(url_for("accounts.confirm_identity", next=begun["next"]))
    sessions.confirm(present_session(), now=now)
    db.session.commit()
    return redirect(begun["next"] or url_for("home"))


@bp.get("/account/signed-out")
@public
def signed_out() -> Any:
    """Signed out here; at the provider the person may still be signed in, which matters on a shared machine."""
    if not methods.has_oidc() or current_user.is_authenticated:
        return redirect(url_for("home"))
    return render_template(
        "accounts/signed_out.html",
        logout=provider.logout_page(absolute_url("accounts.sign_in")),
        label=_label(),
    )


@bp.post("/people/<int:user_id>/unlink")
@login_required
def unlink_identity(user_id: int) -> Any:
    allow(rules.is_administrator(current_user))
    user = queries.account_by_id(user_id)
    identities.unlink(user, actor=current_user._get_current_object(), now=clock.now())
    db.session.commit()
    flash(_("Đã gỡ %(name)s khỏi %(label)s.", name=user.name, label=_label()), "success")
    return redirect(url_for("accounts.edit_person", user_id=user.id))


def _away() -> Any:
    words = _("%(label)s hiện không trả lời. Thử lại sau ít phút.", label=_label()[:1].upper() + _label()[1:])
    return _failed(words, 503)


def _failed(reason: Any, status: int, *, ask: bool = False) -> Any:
    """`ask`: only an administrator can help, and the page says whom to turn to."""
    return render_template("accounts/oidc_failed.html", reason=reason, ask=ask), status


def _label() -> str:
    return str(current_app.config["OIDC_LABEL"])
