"""Closing an account, or ending a further post: what the person has in hand, and to whom it goes."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_login import current_user

from app import clock
from app.access import allow
from app.accounts import rules as account_rules
from app.accounts.models import User
from app.accounts.queries import open_administrators, user_by_id
from app.errors import Refused
from app.extensions import db
from app.i18n import _
from app.obligations import operations
from app.obligations.views import bp


@bp.route("/people/<int:user_id>/close", methods=["GET", "POST"])
def close_person(user_id: int) -> Any:
    """Administrators alone: the head of an agency hands work down and on, and does not close accounts."""
    allow(account_rules.is_administrator(current_user))
    user = user_by_id(user_id)
    error = None
    if request.method == "POST":
        try:
            operations.close_and_hand_over(
                user,
                _chosen(user),
                leave_open="leave_open" in request.form,
                actor=current_user._get_current_object(),
                now=clock.now(),
            )
        except Refused as refusal:
            db.session.rollback()
            error = refusal.reason
        else:
            db.session.commit()
            return _closed(user)
    elif not user.is_active:
        return redirect(url_for("accounts.edit_person", user_id=user.account.id))
    return render_template(
        "obligations/close_person.html",
        person=user,
        error=error,
        why_not=account_rules.why_not_leave_office(user, current_user, open_administrators()),
        holdings=operations.holdings_of(user, clock.today()),
        chosen=request.form,
    ), (409 if error else 200)


def _closed(user: User) -> Any:
    if user.main_id is None:
        flash(
            _("Đã đóng tài khoản của %(name)s. Các phiên đăng nhập đã kết thúc.", name=user.name), "success"
        )
        return redirect(url_for("accounts.people"))
    flash(_("Đã kết thúc kiêm nhiệm tại %(agency)s.", agency=user.agency.name), "success")
    return redirect(url_for("accounts.edit_person", user_id=user.main_id))


def _chosen(user: User) -> dict[int, User]:
    """To whom the work of each row goes, as chosen on the page."""
    found = {}
    for holding in operations.holdings_of(user, clock.today()):
        key = request.form.get(f"to_{holding.user.id}", 0, type=int)
        if colleague := next((one for one in holding.colleagues if one.id == key), None):
            found[holding.user.id] = colleague
    return found
