"""Real Chromium, two people side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from app.accounts.passwords import DEMONSTRATION_PASSWORD
from tests.conftest import CHROMIUM
from tests.smtp import MailServer, serve
from tests.walk.office import RunningOffice, running_office

FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
expect.set_options(timeout=15_000)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def mails() -> Iterator[tuple[MailServer, int]]:
    with serve() as running:
        yield running


@pytest.fixture
def office(tmp_path: Path, mails: tuple[MailServer, int]) -> Iterator[RunningOffice]:
    with running_office(tmp_path, mails[1]) as running:
        yield running


@pytest.fixture
def sign_in(browser: Browser, office: RunningOffice) -> Iterator[Callable[..., Page]]:
    """Open a window of its own and sign in. Any error in the page's scripts fails the test."""
    troubles: list[str] = []
    contexts = []

    def open_window(name: str, width: int = 1440, height: int = 900, scripts: bool = True) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": height}, accept_downloads=True, java_script_enabled=scripts
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on(
            "console",
            lambda note: troubles.append(note.text) if "Content Security Policy" in note.text else None,
        )
        page.goto(f"{office.address}/account/sign-in")
        page.fill("input[name=email]", f"{name}@lamgiang.example")
        page.fill("input[name=password]", DEMONSTRATION_PASSWORD)
        page.press("input[name=password]", "Enter")
        page.wait_for_url(lambda url: "/sign-in" not in url)
        return page

    yield open_window
    for context in contexts:
        context.close()
    assert troubles == []
