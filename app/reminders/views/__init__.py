"""Nhắc việc: what will be said next (coming.py), by which rules (steps.py), what became of the mails (mails.py),
and what was sent to oneself (mine.py)."""

from __future__ import annotations

from flask import Blueprint

from app.access import require_sign_in
from app.audit import checks
from app.obligations import panels
from app.outbox import renderers
from app.reminders import digest, runs
from app.reminders.story import reminders_said

bp = Blueprint("reminders", __name__, url_prefix="/reminders")
require_sign_in(bp)
bp.record_once(lambda state: renderers.register_for_many(state.app, digest.KIND, digest.Digests))
panels.into_story(reminders_said)
checks.known_by(runs.checks_of_trail)

from app.reminders.views import addresses, coming, mails, mine, steps, unheard  # noqa: E402  (they add their routes to bp)

__all__ = ["addresses", "bp", "coming", "mails", "mine", "steps", "unheard"]
