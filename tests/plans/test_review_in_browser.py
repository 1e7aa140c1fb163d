"""The review page in a real browser: choosing by keyboard, saving by itself, words of the text becoming a draft."""

from __future__ import annotations

import threading

import pytest
from playwright.sync_api import expect, sync_playwright
from werkzeug.serving import make_server

from app.extensions import db
from app.plans import jobs
from app.plans.operations import waiting
from tests.cast import PASSWORD
from tests.conftest import CHROMIUM
from tests.plans.conftest import draft_named
from tests.plans.texts import UNKNOWN_BODY

pytestmark = pytest.mark.browser
QUIET = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


@pytest.fixture
def address(app):
    """The application behind a real server; the clock stands still for it too."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def page(address, cast):
    said: list[str] = []
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        tab = browser.new_page(viewport={"width": 1440, "height": 900}, base_url=address)
        tab.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
        tab.on("pageerror", lambda error: said.append(str(error)))
        tab.goto("/account/sign-in")
        tab.fill("[name=email]", cast.toan.email)
        tab.fill("[name=password]", PASSWORD)
        tab.press("[name=password]", "Enter")
        tab.wait_for_url(lambda url: "sign-in" not in url)
        yield tab
        browser.close()
    assert not said  # no script failed, and nothing broke the content security policy


def test_a_clerk_reviews_a_plan_with_the_keyboard_and_by_selecting_words(page, take_in, cast):
    plan = take_in(UNKNOWN_BODY)
    page.goto(f"/plans/{plan.id}/review?show=all")
    # What is unclear comes first, tied to its words; confirming is not possible and says why.
    unclear = page.locator(".draft.is-selected")
    expect(unclear).to_contain_text("Ban Điều phối Nông thôn")
    expect(page.locator("a.m.is-selected").first).to_have_text("Ban Điều phối Nông thôn")
    expect(page.get_by_role("button", name="Xác nhận kế hoạch")).to_be_disabled()
    unclear.locator("[name=other]").fill("Sở Y tế")
    unclear.get_by_role("button", name="Chọn cơ quan này").click()
    expect(page.locator(".draft.is-selected")).to_contain_text("Sở Y tế")
    expect(page.locator(".m-unresolved[data-draft]")).to_have_count(0)
    # J goes on, Enter accepts, and the next one that waits is selected.
    page.keyboard.press("j")
    expect(page.locator(".draft.is-selected")).to_contain_text("Ủy ban nhân dân các xã, phường")
    page.keyboard.press("Enter")
    expect(page.locator("#review-progress")).to_contain_text("1 trên 6")
    # A date saves itself while the focus stays where it is.
    page.locator(".draft-head", has_text="Báo cáo năm").click()
    report = page.locator(".draft.is-selected")
    report.locator("[name=when-day]").fill("20")
    report.locator("[name=when-month]").focus()
    expect(report.locator(".draft-saved")).to_contain_text("Đã lưu lúc 09:00")
    assert page.evaluate("document.activeElement.name") == "when-month"
    # A click on words selects their draft.
    page.locator("a.m-report", has_text="trước ngày 15/6").click()
    expect(page.locator(".draft.is-selected")).to_contain_text("Báo cáo 6 tháng")
    # Words that were selected become a draft.
    page.evaluate("""() => {
        const runs = [...document.querySelectorAll('[data-at]')];
        const run = runs.find(e => e.textContent.includes('Công khai danh sách'));
        const at = run.firstChild.textContent.indexOf('Công khai');
        const range = document.createRange();
        range.setStart(run.firstChild, at);
        range.setEnd(run.firstChild, at + 'Công khai danh sách'.length);
        getSelection().removeAllRanges();
        getSelection().addRange(range);
        run.dispatchEvent(new MouseEvent('mouseup', { bubbles: true }));
    }""")
    page.get_by_role("toolbar").get_by_role("button", name="Nhiệm vụ có hạn").click()
    expect(page.locator(".draft.is-selected .draft-n")).to_have_text("H1")
    db.session.expire_all()
    made = draft_named(plan, "Công khai danh sách")
    assert plan.source.text[made.span_start : made.span_end] == "Công khai danh sách"
    assert draft_named(plan, "Báo cáo năm").content["due"]["day"] == 20


def test_a_plan_is_confirmed_through_the_dialog(page, take_in):
    plan = take_in()
    page.goto(f"/plans/{plan.id}/review")
    page.get_by_role("button", name="Duyệt tất cả 6 mục đã rõ").click()
    page.get_by_role("button", name="Xác nhận kế hoạch").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("31 nghĩa vụ sẽ phát sinh cho 5 cơ quan")
    dialog.get_by_role("button", name="Xác nhận và giao việc").click()
    page.wait_for_url(f"**/plans/{plan.id}")
    expect(page.locator(".toast")).to_contain_text("Đã xác nhận và giao việc: 21 nghĩa vụ đã phát sinh")


def test_the_review_fits_a_phone(page, take_in):
    plan = take_in(UNKNOWN_BODY)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"/plans/{plan.id}/review")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_document_that_takes_minutes_shows_how_far_it_is_and_moves_on_to_its_review(page, cast, now):
    task = waiting.queue(
        UNKNOWN_BODY.encode(), "ban-quet.pdf", standing_agency=cast.standing, actor=cast.toan, now=now
    )
    db.session.commit()
    page.goto(f"/plans/reading/{task.id}")
    expect(page.locator("#reading")).to_contain_text("Đang chờ đến lượt đọc")
    waiting.claim_next(now, "worker")
    waiting.note_progress(task.id, "worker", 2, 9, now)
    db.session.commit()
    expect(page.locator("#reading")).to_contain_text("Đã nhận dạng 2 trên 9 trang")
    waiting.give_back(task.id, "worker", counts=False)
    db.session.commit()
    assert jobs.read_documents(lambda: now) == {"read": 1}
    page.wait_for_url("**/review")
    expect(page.locator("h1")).to_contain_text("61/KH-UBND")
