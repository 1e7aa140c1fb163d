"""What was typed is not lost when the session has ended: it is held until the same person has signed in again.

With scripts the browser keeps most forms itself (js/draft-keeper.js) and says so in the field `_kept`; this is for
all others.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask import flash, redirect, render_template, request, session, url_for
from flask_login import current_user, login_required

from app import clock
from app.accounts import posts, sessions
from app.accounts.models import HeldForm
from app.accounts.views import bp
from app.accounts.views.guard import page_of_form
from app.extensions import db
from app.i18n import _

_KEPT_BY_BROWSER = "_kept"
_HELD_FOR = timedelta(days=1)
_LONGEST = 200_000  # characters of one form
# A form with one of these is about a password or a code, which is written down nowhere.
_SECRET = {"password", "current", "new", "again", "code"}
# Of the form itself, not of the person: sent again where they are, and no reason to hold anything.
_OF_THE_FORM = {"form_key", "revision", "version", "seen", "next"}


def hold_form() -> None:
    """Hold the form of this request, which came after its session had ended by time. Commits."""
    if request.method != "POST" or _KEPT_BY_BROWSER in request.form or request.headers.get("HX-Request"):
        return
    owner = sessions.owner_of_ended(session.get("_user_id", ""))
    if owner is None or _SECRET & request.form.keys():
        return
    fields = [[name, value] for name, value in request.form.items(multi=True) if name != "csrf_token"]
    typed = [value for name, value in fields if name not in _OF_THE_FORM and value.strip()]
    if not typed or sum(map(len, typed)) > _LONGEST:
        return
    now = clock.now()
    _sweep(owner.id)
    held = HeldForm(
        user_id=owner.id,
        path=request.full_path.rstrip("?")[:500],
        page=page_of_form()[:500],
        fields=fields,
        had_files=any(file.filename for file in request.files.values()),
        created_at=now,
    )
    db.session.add(held)
    db.session.commit()
    session["held"] = held.id


@bp.get("/account/held")
@login_required
def held_form():
    """What was typed, to be looked at and sent again."""
    held = _held()
    if held is None:
        session.pop("held", None)
        return redirect(url_for("home"))
    shown = [value for name, value in held.fields if name not in _OF_THE_FORM and value.strip()]
    return render_template("accounts/held.html", held=held, shown=shown)


@bp.post("/account/held/discard")
@login_required
def discard_held_form():
    held = _held()
    page = held.page if held else ""
    if held is not None:
        db.session.delete(held)
        db.session.commit()
    session.pop("held", None)
    flash(_("Đã bỏ nội dung gõ dở."), "info")
    return redirect(page or url_for("home"))


def _held() -> Any:
    """The form that this browser sent, if it was the person's own who is now signed in, and not long ago."""
    held = db.session.get(HeldForm, session.get("held", 0))
    if held is None or held.user_id not in _own_ids() or clock.now() - held.created_at > _HELD_FOR:
        return None
    return held


def _own_ids() -> set[int]:
    return {row.id for row in posts.rows_of(current_user)}


def _sweep(user_id: int) -> None:
    """Nobody's words lie about for longer than a day."""
    old = sa.or_(HeldForm.created_at < clock.now() - _HELD_FOR, HeldForm.user_id == user_id)
    db.session.execute(sa.delete(HeldForm).where(old))
