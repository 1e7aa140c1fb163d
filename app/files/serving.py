"""Sending a stored file to a browser, after the feature that owns it has asked its rule."""

from __future__ import annotations

from flask import Response, send_file

from app.files.models import StoredFile
from app.files.operations import path_of

# Shown inside the page; everything else is offered for download, whatever it claims to be.
SHOWN_INLINE = {"application/pdf", "image/png", "image/jpeg"}


def send_stored(stored: StoredFile, name: str, inline: bool = False) -> Response:
    """The file under its original name, never sniffed, never kept by a cache, sandboxed if shown."""
    inline = inline and stored.media_type in SHOWN_INLINE
    response = send_file(
        path_of(stored),
        mimetype=stored.media_type,
        as_attachment=not inline,
        download_name=name,
        etag=stored.sha256,
    )
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response
