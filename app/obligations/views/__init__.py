"""The pages of obligations. One blueprint; its views stand in files by what a person comes for."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app

from app import access
from app.obligations.figures import write_figure, write_size
from app.obligations.views import rowwords

bp = Blueprint("obligations", __name__)
access.require_sign_in(bp)


bp.add_app_template_filter(write_figure, "figure")
bp.add_app_template_filter(write_size, "file_size")
bp.add_app_template_global(rowwords, "rowwords")


@bp.app_context_processor
def _pages_there_are() -> dict[str, Any]:
    """So that a link to a page of another feature stands only where that feature is installed."""
    return {"view_functions": current_app.view_functions}


from app.obligations.views import (  # noqa: E402  (they use `bp`)
    departing,
    drafting,
    lists,
    parts,
    presenting,
    previewing,
    queue,
    reviewing,
    settings,
    show,
    submitting,
    talking,
    uploads,
    working,
)

__all__ = [
    "bp",
    "departing",
    "drafting",
    "lists",
    "parts",
    "presenting",
    "previewing",
    "queue",
    "reviewing",
    "settings",
    "show",
    "submitting",
    "talking",
    "uploads",
    "working",
]
