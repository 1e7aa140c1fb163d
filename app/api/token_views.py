"""The page on which a person makes and revokes tokens for programs."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_login import current_user

from app import clock
from app.access import require_sign_in
from app.accounts.views.guard import asks_again
from app.api import tokens
from app.api.forms import TokenForm
from app.api.models import TokenScope
from app.errors import Refused
from app.extensions import db
from app.i18n import _

bp = Blueprint("api_tokens", __name__, url_prefix="/account/tokens")
require_sign_in(bp)


@bp.route("", methods=["GET", "POST"])
@asks_again
def index() -> Any:
    """The tokens, and the form for a new one. The token is shown in the answer to the form and never again."""
    form = TokenForm()
    if not form.is_submitted():
        return _page(form)
    if not form.validate():
        return _page(form), 422
    try:
        _made, token = tokens.create_token(
            current_user._get_current_object(),
            form.name.data or "",
            TokenScope(form.scope.data),
            days=form.days.data,
            now=clock.now(),
        )
    except Refused as refusal:
        form.form_errors.append(refusal.reason)
        return _page(form), 409
    db.session.commit()
    return _page(form, token)


@bp.post("/<int:token_id>/revoke")
def revoke(token_id: int) -> Any:
    tokens.revoke_token(tokens.token_for(current_user, token_id), actor=current_user, now=clock.now())
    db.session.commit()
    flash(_("Đã thu hồi mã. Chương trình dùng mã này không truy cập được nữa."), "success")
    return redirect(url_for(".index"))


def _page(form: TokenForm, token: str | None = None) -> str:
    held = tokens.tokens_of(current_user, clock.now())
    return render_template("api/tokens.html", form=form, token=token, tokens=held)
