"""The door through which a mail server posts bounces, where it cannot pipe them into `flask mail bounce`."""

from __future__ import annotations

import hmac

from flask import Blueprint, abort, current_app, jsonify, request

from app import clock
from app.access import public
from app.extensions import csrf, db, limiter
from app.outbox import addresses
from app.outbox.bounces import take_report
from app.outbox.models import AddressState

bp = Blueprint("outbox", __name__)


@bp.post("/mail/bounces")
@csrf.exempt
@public
@limiter.limit("600 per minute")
def take_bounce():
    """Take a report: the whole mail as the body, `Authorization: Bearer <BOUNCE_TOKEN>`.

    Without the token, and where none is set, this page is not there.
    """
    token = current_app.config["BOUNCE_TOKEN"]
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    if not token or scheme.lower() != "bearer" or not hmac.compare_digest(given.encode(), token.encode()):
        abort(404)
    bounce = take_report(request.get_data(cache=False), now=clock.now())
    db.session.commit()
    return jsonify(taken=bounce is not None)


@bp.app_template_global()
def suspended_address(email: str) -> AddressState | None:
    """What is known of an address to which no mail goes; None where mail does."""
    state = addresses.state_of(email)
    return state if state is not None and state.suspended_at else None
