"""How often one caller may ask for what costs the server seconds: files that are put together, drawn or read.

The table stands here rather than at each page, so that it can be reviewed as one.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from flask import Flask, current_app, request
from flask_login import current_user

from app.extensions import limiter

# Put together, searched or taken in anew with every call.
COSTLY = (
    "accounts.data_of_person", "accounts.own_data", "emulation.missing_xlsx", "obligations.download_all",
    "obligations.list_xlsx", "obligations.preview", "organisations.give", "organisations.refused_rows",
    "organisations.table", "oversight.audit_csv", "oversight.audit_xlsx", "oversight.board_docx",
    "oversight.consolidation_docx", "oversight.consolidation_xlsx", "oversight.consolidation_zip",
    "oversight.overdue_xlsx", "plans.archive", "plans.upload", "search.results",
)  # fmt: skip
# A reader who leafs through a document asks for ten of these at once.
PICTURES = ("obligations.preview_page",)


def init_app(app: Flask) -> None:
    """After the blueprints are registered: each view of the tables counts its calls by person."""
    for endpoints, setting in ((COSTLY, "COSTLY_RATE"), (PICTURES, "PICTURE_RATE")):
        for endpoint in endpoints:
            app.view_functions[endpoint] = _counted(app.view_functions[endpoint], setting)


@cache  # the limiter is one for the process: a view wrapped twice would count twice
def _counted(view: Callable[..., Any], setting: str) -> Callable[..., Any]:
    counted = limiter.shared_limit(lambda: current_app.config[setting], scope=setting, key_func=_caller)
    return counted(view)


def _caller() -> str:
    """A whole office may stand behind one address, so people are counted, and only strangers by address."""
    return f"person {current_user.id}" if current_user.is_authenticated else request.remote_addr or ""
