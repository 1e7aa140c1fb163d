"""Looking at a file that was handed in without its program."""

from __future__ import annotations

from typing import Any

from flask import Response, current_app, render_template, request
from flask_login import current_user

from app.access import allow
from app.documents import DocumentRefused, Limits
from app.documents.preview import Preview, picture_safely, preview_safely
from app.errors import NotVisible
from app.files.operations import path_of
from app.files.serving import send_stored
from app.i18n import language
from app.obligations import queries, rules
from app.obligations.attachments import MEDIA_TYPES
from app.obligations.models import Attachment, Obligation
from app.obligations.views import bp
from app.obligations.views.marks import mark_navigation

_KINDS = {media_type: kind for kind, media_type in MEDIA_TYPES.items()}
_SHOWN = {"docx", "xlsx", "csv", "pdf", "png", "jpg"}
_SECONDS = 20
PAGES_AT_ONCE = 10


@bp.get("/obligations/<int:obligation_id>/files/<int:attachment_id>/preview")
def preview(obligation_id: int, attachment_id: int) -> Any:
    """A part of the review page for htmx, a page of its own without it."""
    obligation, attachment = _file(obligation_id, attachment_id)
    mark_navigation(obligation)
    kind = _KINDS.get(attachment.file.media_type, "")
    look, refused = Preview(), ""
    if kind in _SHOWN - {"png", "jpg"}:
        try:
            look = preview_safely(path_of(attachment.file).read_bytes(), kind, attachment.name, _limits())
        except DocumentRefused as refusal:
            refused = refusal.message(language())
    part = request.headers.get("HX-Request") == "true"
    first = max(1, request.args.get("page", 1, type=int))
    return render_template(
        "obligations/_preview.html" if part else "obligations/preview.html",
        o=obligation,
        attachment=attachment,
        kind=kind if kind in _SHOWN else "",
        look=look,
        refused=refused,
        numbers=range(first, min(look.pages, first + PAGES_AT_ONCE - 1) + 1),
        rest=max(0, look.pages - (first + PAGES_AT_ONCE - 1)),
    )


@bp.get("/obligations/<int:obligation_id>/files/<int:attachment_id>/pages/<int:number>")
def preview_page(obligation_id: int, attachment_id: int, number: int) -> Response:
    """One page of a PDF as a picture."""
    _obligation, attachment = _file(obligation_id, attachment_id)
    if _KINDS.get(attachment.file.media_type) != "pdf":
        raise NotVisible
    try:
        drawn = picture_safely(path_of(attachment.file).read_bytes(), number, _limits())
    except DocumentRefused:
        raise NotVisible from None
    response = Response(drawn, mimetype="image/png")
    response.headers["Cache-Control"] = "private, max-age=3600"  # the bytes of a stored file never change
    return response


@bp.get("/obligations/<int:obligation_id>/files/<int:attachment_id>/picture")
def preview_picture(obligation_id: int, attachment_id: int) -> Response:
    """An image as it was handed in, shown inside the page."""
    _obligation, attachment = _file(obligation_id, attachment_id)
    if _KINDS.get(attachment.file.media_type) not in ("png", "jpg"):
        raise NotVisible
    return send_stored(attachment.file, attachment.name, inline=True)


def _file(obligation_id: int, attachment_id: int) -> tuple[Obligation, Attachment]:
    obligation = queries.obligation_for(current_user, obligation_id)
    allow(rules.can_see_whole(current_user, obligation))
    return obligation, queries.attachment_of(obligation, attachment_id)


def _limits() -> Limits:
    return Limits(max_bytes=current_app.config["MAX_UPLOAD_MB"] * 1024 * 1024 + 1, wall_seconds=_SECONDS)
