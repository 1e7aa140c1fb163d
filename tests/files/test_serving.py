"""Whatever was handed in is sent as what it is, under its name, and never runs in a reader's browser."""

from __future__ import annotations

import io

import pytest

from app.files.operations import keep
from app.files.serving import send_stored

SCRIPT = b"<script>alert(1)</script>"


@pytest.fixture
def sent(app, now):
    def send(media_type: str, name: str, *, inline: bool):
        with app.test_request_context("/"):
            response = app.process_response(
                send_stored(
                    keep(io.BytesIO(SCRIPT + media_type.encode()), media_type, now), name, inline=inline
                )
            )
            response.direct_passthrough = False
            response.get_data()
            response.close()
            return response.headers

    return send


@pytest.mark.parametrize("media_type", ["text/html", "image/svg+xml", "text/csv", "application/octet-stream"])
def test_only_pdfs_and_pictures_are_ever_shown_inside_a_page(sent, media_type):
    assert sent(media_type, "bao-cao", inline=True)["Content-Disposition"].startswith("attachment")
    assert sent("application/pdf", "bao-cao.pdf", inline=True)["Content-Disposition"].startswith("inline")


def test_what_is_sent_has_no_rights_of_a_page_and_stays_in_no_cache(sent):
    for inline in (True, False):
        headers = sent("image/png", "anh.png", inline=inline)
        assert headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("name", ['b"; filename="x.html', "Báo cáo quý III.pdf", "a;b=c.pdf"])
def test_a_name_adds_nothing_to_the_header(sent, name):
    disposition = sent("application/pdf", name, inline=False)["Content-Disposition"]
    assert "\r" not in disposition and "\n" not in disposition and disposition.isascii()
    assert disposition.count("filename=") <= 2 and 'filename="x.html"' not in disposition
