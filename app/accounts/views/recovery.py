"""Pages behind one-time links: accepting an invitation, asking for a new password, setting it."""

from __future__ import annotations

from typing import Any

from flask import current_app, flash, render_template, url_for

from app import clock
from app.access import public, refuse_if
from app.accounts import links, methods, queries
from app.accounts.forms import ForgottenForm, NewPasswordForm
from app.accounts.models import LinkPurpose
from app.accounts.views import bp
from app.accounts.views.guard import leave_other_session
from app.accounts.views.signing_in import go_on, sign_in_rate
from app.errors import Refused
from app.extensions import db, limiter
from app.i18n import _


def _reset_rate() -> str:
    return current_app.config["RESET_RATE"]


@bp.route("/account/forgotten", methods=["GET", "POST"])
@limiter.limit(_reset_rate, methods=["POST"])
@public
def forgotten():
    """The answer is the same whether the address has an account or not; the mail is sent later by another process."""
    refuse_if(None if methods.has_password() else methods.why_no_password())
    form = ForgottenForm()
    if form.validate_on_submit():
        user = queries.user_by_email(form.email.data)
        if user is not None:
            links.ask_reset(user, actor=None, now=clock.now())
        db.session.commit()
        return render_template("accounts/forgotten_sent.html", address=form.email.data.strip())
    return render_template("accounts/forgotten.html", form=form)


@bp.route("/account/invitation/<token>", methods=["GET", "POST"])
@limiter.limit(sign_in_rate, methods=["POST"])
@public
def accept_invitation(token: str):
    return _set_password(token, LinkPurpose.INVITATION)


@bp.route("/account/reset/<token>", methods=["GET", "POST"])
@limiter.limit(sign_in_rate, methods=["POST"])
@public
def reset_password(token: str):
    return _set_password(token, LinkPurpose.RESET)


def _set_password(token: str, purpose: LinkPurpose) -> Any:
    """Opening the link changes nothing: programs that look at mails open links too."""
    now = clock.now()
    link = links.live_link(token, purpose, now)
    if link is None:
        return render_template("accounts/link_ended.html", purpose=purpose), 410
    form = NewPasswordForm()
    if form.validate_on_submit():
        try:
            user = links.accept(link, form.new.data, now=now)
        except Refused as refusal:
            db.session.rollback()
            form.new.errors = [refusal.reason]
        else:
            leave_other_session()
            flash(_("Đã đặt mật khẩu."), "success")
            # In at once, past any wait after wrong attempts: whoever holds the mailbox cannot be kept out by others.
            return go_on(user, url_for("home"), now=now)
    link = links.live_link(token, purpose, now)
    if link is None:
        return render_template("accounts/link_ended.html", purpose=purpose), 410
    return render_template("accounts/set_password.html", form=form, person=link.user, purpose=purpose)
