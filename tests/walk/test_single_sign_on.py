"""The first sign-in through the office's own system in a browser; another post; and out again, there too."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.oidc_provider import CLIENT_ID, SECRET, Provider, serve
from tests.smtp import MailServer
from tests.walk.office import RunningOffice, running_office

pytestmark = pytest.mark.browser
_SECOND_POST = """
from app import clock, create_app
from app.accounts.models import Role, User
from app.accounts.posts import add_post
from app.extensions import db
from app.organisations.models import Agency
with create_app().app_context():
    hanh, admin = (db.session.scalar(db.select(User).where(User.email == f"{name}@lamgiang.example"))
                   for name in ("hanh", "quantri"))
    finance = db.session.scalar(db.select(Agency).where(Agency.name == "Sở Tài chính"))
    add_post(hanh, Role.OFFICER, finance, "Kế toán", actor=admin, now=clock.now())
    db.session.commit()
"""


@pytest.fixture
def provider() -> Iterator[Provider]:
    with serve() as running:
        running.people["hanh"] = {
            "sub": "u-17", "email": "hanh@lamgiang.example", "email_verified": True, "name": "Nguyễn Thị Hạnh",
        }  # fmt: skip
        yield running


@pytest.fixture
def office(tmp_path: Path, mails: tuple[MailServer, int], provider: Provider) -> Iterator[RunningOffice]:
    with running_office(
        tmp_path, mails[1], SIGN_IN_METHODS="both", OIDC_ISSUER=provider.address, OIDC_CLIENT_ID=CLIENT_ID,
        OIDC_CLIENT_SECRET=SECRET, OIDC_LABEL="tài khoản tỉnh",
    ) as running:  # fmt: skip
        running.python(_SECOND_POST)
        yield running


def test_in_through_the_provider_to_another_post_and_out(office: RunningOffice, browser: Browser) -> None:
    page = browser.new_context(viewport={"width": 390, "height": 844}).new_page()
    troubles: list[str] = []
    page.on("console", lambda said: troubles.append(said.text) if "Content Security" in said.text else None)
    page.goto(f"{office.address}/work")
    page.get_by_role("link", name="Đăng nhập bằng tài khoản tỉnh").click()
    expect(page.locator("h1")).to_have_text("Sign-in system")
    page.fill("input[name=who]", "hanh")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{office.address}/work")

    page.locator("details.tab-more summary").click()
    menu = page.locator(".tabs")
    expect(menu).to_contain_text("Sở Y tế")
    menu.get_by_role("button", name="Đổi sang Kế toán, Sở Tài chính").click()
    expect(page.locator(".toast")).to_contain_text("Sở Tài chính")
    page.locator("details.tab-more summary").click()
    expect(menu).to_contain_text("Đang làm việc với tư cách: Kế toán, Sở Tài chính")

    menu.get_by_role("button", name="Đăng xuất").click()
    page.wait_for_url(re.compile("/account/signed-out"))
    page.get_by_role("link", name="Đăng xuất khỏi tài khoản tỉnh").click()
    expect(page.locator("body")).to_contain_text("Signed out of the sign-in system")
    page.goto(f"{office.address}/work")
    expect(page.get_by_role("heading", name="Đăng nhập")).to_be_visible()
    page.context.close()
    assert troubles == []
