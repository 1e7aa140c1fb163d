"""Pages of accounts: signing in, one's own account, links in mails, and the accounts of other people."""

from __future__ import annotations

from flask import Blueprint

from app.accounts import (
    exchange,  # noqa: F401  (people as a table)
    notifications,
    provider,
)
from app.outbox import renderers

bp = Blueprint("accounts", __name__)

from app.accounts.views import (  # noqa: E402  (add their routes)
    absences,
    guard,
    held,
    own,
    people,
    personal,
    posts,
    recovery,
    signing_in,
    single_sign_on,
)

for _kind in (notifications.INVITATION, notifications.RESET):
    bp.record_once(lambda state, kind=_kind: renderers.register(state.app, kind, notifications.render_link))
bp.record_once(lambda state: guard.check_settings(state.app))
bp.record_once(lambda state: provider.init_app(state.app))

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
    "single_sign_on",
]
