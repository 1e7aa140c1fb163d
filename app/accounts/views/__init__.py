"""Pages of accounts: signing in, one's own account, links in mails, and the accounts of other people."""

from __future__ import annotations

from flask import Blueprint

from app.accounts import (
    exchange,  # noqa: F401  (people as a table)
    notifications,
)
from app.outbox import renderers

bp = Blueprint("accounts", __name__)

from app.accounts.views import absences, guard, held, own, people, personal, posts, recovery, signing_in  # noqa: E402  (add their routes)

for _kind in (notifications.INVITATION, notifications.RESET):
    bp.record_once(lambda state, kind=_kind: renderers.register(state.app, kind, notifications.render_link))
bp.record_once(lambda state: guard.check_settings(state.app))

__all__ = [
    "absences",
    "bp",
    "guard",
    "held",
    "own",
    "people",
    "personal",
    "posts",
    "recovery",
    "signing_in",
]
