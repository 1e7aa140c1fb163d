"""A new person's first day in a browser: the invitation, a password, an authenticator app, and in again with a code."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pyotp
import pytest
from playwright.sync_api import Page, expect

from tests.smtp import MailServer, body_of
from tests.walk.office import RunningOffice, running_office

pytestmark = pytest.mark.browser
ADDRESS, PASSWORD = "thu@lamgiang.example.com", "trăng sáng vườn chè"


@pytest.fixture
def office(tmp_path: Path, mails: tuple[MailServer, int]) -> Iterator[RunningOffice]:
    """Officers of this office need a second factor."""
    with running_office(tmp_path, mails[1], REQUIRE_TOTP_ROLES="officer", PASSWORD_MINIMUM="10") as running:
        yield running


def test_from_the_invitation_to_signing_in_with_a_code(
    office: RunningOffice, mails: tuple[MailServer, int], sign_in: Callable[..., Page]
) -> None:
    administrator = sign_in("quantri")
    administrator.goto(f"{office.address}/people/new")
    administrator.fill("input[name=name]", "Cao Thị Thu")
    administrator.fill("input[name=email]", ADDRESS)
    administrator.select_option("select[name=role]", "officer")
    administrator.select_option("select[name=agency]", label="Sở Y tế")
    administrator.get_by_role("button", name="Thêm người dùng").click()
    expect(administrator.locator(".toast")).to_contain_text(f"Đã gửi thư mời tới {ADDRESS}")
    expect(administrator.locator("body")).to_contain_text("Thư đang chờ gửi")
    office.flask("deliver")
    administrator.reload()
    expect(administrator.locator("body")).to_contain_text("Thư đã gửi đi")

    new = administrator.context.browser.new_context(viewport={"width": 390, "height": 844}).new_page()  # type: ignore[union-attr]
    new.goto(link_in(mails[0]))
    new.fill("input[name=new]", PASSWORD)
    new.fill("input[name=again]", PASSWORD)
    new.get_by_role("button", name="Đặt mật khẩu và vào").click()

    new.wait_for_url(f"{office.address}/account/second-factor")  # before anything else
    new.get_by_role("button", name="Bắt đầu thiết lập").click()
    expect(new.locator(".qr svg")).to_be_visible()
    app = pyotp.TOTP(new.locator(".secret").inner_text().replace(" ", ""))
    first = app.now()
    new.fill("input[name=code]", first)
    new.get_by_role("button", name="Bật mã xác thực").click()
    expect(new.locator("#codes li")).to_have_count(10)
    recovery = new.locator("#codes li").first.inner_text()
    with new.expect_download() as download:
        new.get_by_role("link", name="Tải về").click()
    assert recovery in Path(download.value.path()).read_text("utf-8")
    new.get_by_role("link", name="Đã cất giữ").click()
    new.wait_for_url(f"{office.address}/work")

    sign_out(new)
    with_password(new, office)
    new.fill("input[name=code]", first)  # it was taken once
    new.get_by_role("button", name="Đăng nhập").click()
    expect(new.locator("#code-error")).to_contain_text("đã dùng")
    # The next half minute's code is taken too: nobody waits for it here.
    new.fill("input[name=code]", app.at(int(time.time()) + 30))
    new.get_by_role("button", name="Đăng nhập").click()
    new.wait_for_url(f"{office.address}/work")

    sign_out(new)
    with_password(new, office)
    new.fill("input[name=code]", recovery)
    new.get_by_role("button", name="Đăng nhập").click()
    new.wait_for_url(f"{office.address}/work")
    new.goto(f"{office.address}/account/sessions")
    expect(new.locator("tbody tr")).to_have_count(1)
    expect(new.locator("tbody")).to_contain_text("Chrome, Linux")
    new.context.close()


def link_in(server: MailServer) -> str:
    text = next(body_of(mail) for mail in server.mails if ADDRESS in str(mail["To"]))
    found = re.search(r"http://\S+/account/invitation/\S+", text)
    assert found
    return found[0]


def sign_out(page: Page) -> None:
    page.goto(page.url.partition("/work")[0] + "/account")
    page.locator("details.tab-more summary").click()
    page.locator(".tabs").get_by_role("button", name="Đăng xuất").click()
    page.wait_for_url(re.compile("/account/sign-in"))


def with_password(page: Page, office: RunningOffice) -> None:
    page.fill("input[name=email]", ADDRESS)
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(re.compile("/account/code"))
