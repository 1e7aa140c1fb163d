"""Who is asking. The guard of a whole blueprint, the answer of a rule turned into a page, the origin of a request."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, has_request_context, request
from flask_login import current_user

from app.errors import NotVisible, Refused
from app.extensions import login


def require_sign_in(blueprint: Blueprint) -> None:
    """Every route of the blueprint asks for a signed-in person."""

    @blueprint.before_request
    def _guard() -> Any:
        if not current_user.is_authenticated:
            return login.unauthorized()
        return None

    blueprint.sign_in_required = True  # type: ignore[attr-defined]  # read by tests/test_routes.py


def public(view: Callable[..., Any]) -> Callable[..., Any]:
    """Marks a view that answers without an account; tests hold the marks against one reviewed list."""
    view.is_public = True  # type: ignore[attr-defined]
    return view


def allow(answer: bool) -> None:
    """Turn a rule's answer about *seeing* into a page: what may not be seen does not exist.

    Raises:
        NotVisible: the answer is no.
    """
    if not answer:
        raise NotVisible


def refuse_if(reason: Any) -> None:
    """Raise `Refused` with the reason that a rule gave; None means that nothing stands in the way."""
    if reason is not None:
        raise Refused(reason)


def origin() -> str | None:
    """The network address that the present request came from; None outside a request."""
    return request.remote_addr if has_request_context() else None
