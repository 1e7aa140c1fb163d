"""Addresses for mails and feeds. They come from the setting PUBLIC_URL, never from the Host header of a request,
and can be made where there is no request (the scheduler)."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask import current_app


def absolute_url(endpoint: str, **values: Any) -> str:
    """The full address of a page.

    Raises:
        werkzeug.routing.BuildError: no such endpoint, or a value of its rule is missing.
    """
    public = urlsplit(current_app.config["PUBLIC_URL"])
    adapter = current_app.url_map.bind(
        public.netloc, script_name=public.path or "/", url_scheme=public.scheme
    )
    return adapter.build(endpoint, values, force_external=True)
