"""The pages of report schedules. One blueprint; its views stand in files by what a person comes for."""

from __future__ import annotations

from flask import Blueprint

from app import access

bp = Blueprint("schedules", __name__)
access.require_sign_in(bp)


from app.schedules.views import changing, indicators, pages  # noqa: E402, F401  (they use `bp`)
