"""The pages of obligations. One blueprint; its views stand in files by what a person comes for."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app

from app import access

bp = Blueprint("obligations", __name__)
access.require_sign_in(bp)


@bp.app_context_processor
def _pages_there_are() -> dict[str, Any]:
    """So that a link to a page of another feature stands only where that feature is installed."""
    return {"view_functions": current_app.view_functions}


from app.obligations.views import lists, reviewing, settings, show, submitting  # noqa: E402, F401  (they use `bp`)
