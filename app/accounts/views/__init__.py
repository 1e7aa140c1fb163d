"""Pages of accounts: one's own (own.py) and those of other people (people.py), under one name."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("accounts", __name__)

from app.accounts.views import own, people  # noqa: E402  (they add their routes to bp)

__all__ = ["bp", "own", "people"]
