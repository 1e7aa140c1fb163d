"""Nhắc việc: rules, what will be said next and why, what was delivered or failed; and one's own mails."""

from __future__ import annotations

from flask import Blueprint

from app.access import require_sign_in
from app.outbox import renderers
from app.reminders import digest

bp = Blueprint("reminders", __name__, url_prefix="/reminders")
require_sign_in(bp)
bp.record_once(lambda state: renderers.register(state.app, digest.KIND, digest.render_digest))


@bp.get("/mine")
def mine():
    return ""
