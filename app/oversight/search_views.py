"""Tìm: one box for plans, obligations and agencies."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask_login import current_user

from app import access, clock
from app.obligations.calendar import office_calendar
from app.obligations.rules import can_see_whole, standing
from app.oversight.search import SHORTEST, SHOWN, search

bp = Blueprint("search", __name__)
access.require_sign_in(bp)


@bp.get("/search")
def results():
    q = " ".join(request.args.get("q", "").split())[:200]
    today, work = clock.today(), office_calendar()
    found = search(current_user, q) if len(q) >= SHORTEST else None
    return render_template(
        "oversight/search.html",
        q=q,
        found=found,
        shown=SHOWN,
        # Whoever is asked for a part of it is not told how the whole stands.
        standings={
            o.id: standing(o, today, work)
            for o in (found.obligations if found else ())
            if can_see_whole(current_user, o)
        },
    )
