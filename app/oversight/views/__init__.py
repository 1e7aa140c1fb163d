"""Pages of the committee and the standing agency: the board, the list behind it, urging, the audit trail."""

from __future__ import annotations

from flask import Blueprint

from app import access

bp = Blueprint("oversight", __name__)
access.require_sign_in(bp)

from app.oversight.views import audit, board, consolidation, overdue, urging  # noqa: E402  (they add routes)

__all__ = ["audit", "board", "bp", "consolidation", "overdue", "urging"]
