"""Files that arrive in pieces.

    POST …/uploads               {"key", "name", "size"}            → {"offset"}: how far it is; again goes on
    POST …/uploads/<key>?offset= piece, header Upload-Checksum      → {"offset"}, at the end {"file"}
    GET  …/uploads/<key>                                            → {"offset"} or {"file"}

A piece is at most 1 MB; its CRC-32 stands in the header as hexadecimal digits. 409 {"offset"} means: go on from
there; 422 and 507 {"reason"} mean: not this file, and no room. Every request may be repeated.
"""

from __future__ import annotations

from typing import Any

from flask import request
from flask_login import current_user

from app import clock
from app.errors import NotVisible, Refused
from app.extensions import db
from app.files import arriving as parts
from app.obligations import drafts
from app.obligations.attachments import FileRefused, NoRoom
from app.obligations.models import Obligation
from app.obligations.operations.arriving import (
    PIECE,
    arrived_before,
    begin_file,
    finish_file,
    forget_file,
    take_piece,
)
from app.obligations.views import bp
from app.obligations.views.drafting import gone, own, told


@bp.post("/obligations/<int:obligation_id>/uploads")
def begin_upload(obligation_id: int) -> Any:
    obligation = own(obligation_id)
    said = request.get_json(silent=True)
    said = said if isinstance(said, dict) else {}
    size, name, key = said.get("size"), said.get("name"), said.get("key")
    if not (isinstance(size, int) and isinstance(name, str) and isinstance(key, str)):
        return {"reason": ""}, 400
    if file := arrived_before(obligation, key):
        return {"file": told(file)}
    try:
        offset = begin_file(obligation, key=key, name=name, size=size, actor=current_user, now=clock.now())
    except Refused as refusal:
        return _refused(obligation, refusal)
    db.session.commit()
    return {"offset": offset}


@bp.get("/obligations/<int:obligation_id>/uploads/<key>")
def upload_so_far(obligation_id: int, key: str) -> Any:
    obligation = own(obligation_id)
    if file := arrived_before(obligation, key):
        return {"file": told(file)}
    return {"offset": parts.arrived(drafts.arriving(obligation, key).key)}


@bp.post("/obligations/<int:obligation_id>/uploads/<key>")
def upload_piece(obligation_id: int, key: str) -> Any:
    obligation = own(obligation_id)
    if known := arrived_before(obligation, key):
        return {"file": told(known)}
    file = drafts.arriving(obligation, key)
    request.max_content_length = PIECE
    try:
        checksum = int(request.headers.get("Upload-Checksum", ""), 16)
        offset = int(request.args.get("offset", ""))
    except ValueError:
        return {"reason": ""}, 400
    try:
        offset = take_piece(file, offset=offset, piece=request.get_data(), checksum=checksum)
        if offset < file.size:
            return {"offset": offset}
        kept = finish_file(obligation, file, actor=current_user, now=clock.now())
        answer = {"file": told(kept)}
        db.session.delete(file)
        db.session.commit()
    except (parts.NotNext, parts.Garbled):
        return {"offset": parts.arrived(key)}, 409
    except Refused as refusal:
        db.session.rollback()
        return _refused(obligation, refusal, key)
    parts.drop(key)
    return answer


def _refused(obligation: Obligation, refusal: Refused, key: str = "") -> Any:
    if isinstance(refusal, NoRoom):
        return {"reason": str(refusal.reason)}, 507  # what has arrived stays, so that it can go on
    if isinstance(refusal, FileRefused):
        if key:
            try:
                forget_file(drafts.arriving(obligation, key))
                db.session.commit()
            except NotVisible:
                pass
        return {"reason": str(refusal.reason)}, 422
    if reason := drafts.why_not_write(obligation):
        return gone(obligation, reason), 409
    return {"reason": str(refusal.reason)}, 422
