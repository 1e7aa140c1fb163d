"""What every call of the API shares: who calls, which answer an error gets, how a page of a list is asked for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, TypeVar

import sqlalchemy as sa
from flask import Blueprint, Response, abort, g, jsonify, request
from werkzeug.exceptions import HTTPException

from app import clock
from app.accounts.models import User
from app.accounts.tokens import digest
from app.api import tokens
from app.api.models import ApiToken, TokenScope
from app.errors import NotVisible, Refused, Stale
from app.extensions import csrf, db, limiter
from app.i18n import _

PER_PAGE, MOST_PER_PAGE = 50, 200
_Read = TypeVar("_Read")


def guard(bp: Blueprint) -> None:
    """Every route of the blueprint asks for a living token; cookies count for nothing here, so neither does CSRF."""
    csrf.exempt(bp)
    limiter.limit("600 per minute")(bp)  # of one address, whatever tokens it tries
    limiter.limit("120 per minute", key_func=_caller)(bp)
    bp.before_request(_ask_for_token)
    bp.register_error_handler(NotVisible, _not_found)
    bp.register_error_handler(Refused, _refused)
    bp.register_error_handler(HTTPException, _http_error)
    bp.token_required = True  # type: ignore[attr-defined]  # read by tests/test_routes.py


def person() -> User:
    """Whose token it is: the call carries exactly this person's rights."""
    token: ApiToken = g.api_token
    return token.user


def _ask_for_token() -> Any:
    scheme, _space, value = request.headers.get("Authorization", "").partition(" ")
    found = tokens.living_token(value.strip(), clock.now()) if scheme.lower() == "bearer" and value else None
    if found is None:
        message = _("Cần mã truy cập còn hiệu lực trong tiêu đề Authorization: Bearer.")
        response = _error("unauthorized", message, 401)
        response.headers["WWW-Authenticate"] = 'Bearer realm="api"'
        return response
    if request.method not in ("GET", "HEAD") and found.scope is not TokenScope.WRITE:
        return _error("read_only", _("Mã truy cập này chỉ được đọc."), 403)
    g.api_token, g.person_id = found, found.user_id
    g.language = found.user.language
    if tokens.note_use(found, now=clock.now()):
        db.session.commit()
    return None


def _caller() -> str:
    """Calls are counted by token, of which the counter keeps the digest; whoever has none, by address."""
    value = request.headers.get("Authorization", "")
    return digest(value) if value else request.remote_addr or ""


# -- answers ----------------------------------------------------------------------------------------------------


def page_of(query: sa.Select[Any], present: Callable[[Any], dict[str, Any]]) -> Response:
    """One page of a list: {"items": […], "next": 2}; `next` is null on the last page. Nothing is counted."""
    number = max(asked("page", int, 1), 1)
    size = min(max(asked("per_page", int, PER_PAGE), 1), MOST_PER_PAGE)
    rows = list(db.session.scalars(query.limit(size + 1).offset((number - 1) * size)).unique())
    following = number + 1 if len(rows) > size else None
    return jsonify(items=[present(row) for row in rows[:size]], next=following)


def asked(name: str, read: Callable[[str], _Read], default: Any) -> Any:
    """A parameter of the address; 400 with its name where it cannot be read."""
    text = request.args.get(name, "").strip()
    if not text:
        return default
    try:
        return read(text)
    except ValueError:
        abort(400, _("Tham số %(name)s không đọc được: «%(text)s».", name=name, text=text[:80]))


def body_of_json() -> dict[str, Any]:
    """The body, a JSON object; 400 otherwise."""
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        abort(400, _("Nội dung phải là một đối tượng JSON."))
    return body


def day_in(body: dict[str, Any], name: str) -> date:
    """A day of the body as YYYY-MM-DD; 400 otherwise."""
    try:
        return date.fromisoformat(str(body.get(name, "")))
    except ValueError:
        abort(400, _("%(name)s phải là một ngày dạng YYYY-MM-DD.", name=name))


def _error(code: str, message: Any, status: int) -> Response:
    response = jsonify(error={"code": code, "message": str(message)})
    response.status_code = status
    return response


def _not_found(_error_: NotVisible) -> Response:
    return _error("not_found", _("Không tìm thấy."), 404)


def _refused(refusal: Refused) -> Response:
    db.session.rollback()
    return _error("stale" if isinstance(refusal, Stale) else "refused", refusal.reason, 409)


def _http_error(error: HTTPException) -> Response:
    db.session.rollback()
    response = _error(
        error.name.lower().replace(" ", "_"), error.description or error.name, error.code or 500
    )
    for name, value in error.get_headers():
        if name.lower() == "retry-after":
            response.headers[name] = value
    return response
