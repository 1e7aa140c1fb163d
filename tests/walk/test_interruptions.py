"""Sessions that end, buttons pressed twice, two windows on one page, no scripts, no mouse: nothing typed is lost, in a
real browser."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.walk.office import RunningOffice
from tests.walk.records import (
    Records,
    button,
    fill,
    office_with_plans,
    post,
    report_docx,
    sign_in_here,
)

pytestmark = pytest.mark.browser

EXPIRED = "Phiên làm việc đã hết"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningOffice]:
    with office_with_plans(tmp_path_factory.mktemp("office")) as running:
        yield running


@pytest.fixture(scope="module")
def records(office: RunningOffice) -> Records:
    return Records(office.folder)


# -- sessions that end, buttons that are pressed twice ------------------------------------------------------


def end_by_cookie(officer: Page, _sign_in: Callable[..., Page], _office: RunningOffice, _user: int) -> None:
    officer.wait_for_load_state("networkidle")  # a page that is still arriving would bring its cookie back
    officer.context.clear_cookies()


def end_by_administrator(
    _officer: Page, sign_in: Callable[..., Page], office: RunningOffice, user: int
) -> None:
    administrator = sign_in("quantri")
    for act in ("close", "reopen"):
        assert post(administrator, f"{office.address}/people/{user}/{act}") == 302


@pytest.mark.parametrize("end", [end_by_cookie, end_by_administrator])
@pytest.mark.parametrize("mistake_first", [False, True], ids=["", "after a mistake"])
def test_a_session_that_ends_in_a_half_filled_form_loses_no_word(
    office: RunningOffice,
    records: Records,
    sign_in: Callable[..., Page],
    end: Callable[..., None],
    mistake_first: bool,
) -> None:
    owed, officer = records.report_of("Sở Y tế"), sign_in("hanh")
    form = f"{office.address}/obligations/{owed}/submit"
    officer.goto(form)
    if mistake_first:
        officer.fill("textarea[name=text]", "Còn 12 hộ")
        button(officer, "Nộp báo cáo").click()
        expect(officer.locator("#number-error")).to_contain_text("Nhập số văn thư")
        officer.wait_for_load_state("networkidle")  # nobody types before the page has arrived
    fill(officer, "412/BC-SYT", "Còn 12 hộ ở nhà tạm.\nBa xã chưa thống nhất.")
    user = records.rows("SELECT id FROM user_account WHERE email = 'hanh@lamgiang.example'")[0][0]
    end(officer, sign_in, office, user)
    button(officer, "Nộp báo cáo").click()
    expect(officer.locator("body")).to_contain_text(EXPIRED)
    assert records.submissions(owed) == []
    if officer.get_by_role("link", name="Mở lại trang").is_visible():
        officer.get_by_role("link", name="Mở lại trang").click()
    sign_in_here(officer, "hanh")
    officer.wait_for_url(form)
    # What the draft had not yet taken comes from this browser; either way the page says whence the words are.
    expect(officer.locator(".kept-note").first).to_contain_text(
        re.compile("Đã lấy lại nội dung đang viết dở|Bản nháp của cơ quan")
    )
    expect(officer.locator("input[name=number]")).to_have_value("412/BC-SYT")
    expect(officer.locator("textarea[name=text]")).to_have_value(
        "Còn 12 hộ ở nhà tạm.\nBa xã chưa thống nhất."
    )
    button(officer, "Nộp báo cáo").click()
    officer.wait_for_url(re.compile("/submissions/1$"))
    assert len(records.submissions(owed)) == 1
    officer.goto(f"{office.address}/work")
    assert officer.evaluate("Object.keys(localStorage).filter(k => !JSON.parse(localStorage[k]).sent)") == []


def test_a_session_that_ends_while_a_draft_is_corrected_loses_no_word(
    office: RunningOffice, records: Records, sign_in: Callable[..., Page]
) -> None:
    clerk = sign_in("toan")
    clerk.goto(f"{office.address}/plans/{records.plan_in_review('72/KH-UBND')}/review?show=all")
    title = open_report(clerk).locator("[name=title]")
    clerk.context.clear_cookies()
    title.fill("Báo cáo tháng về nhà ở")
    title.press("Tab")
    expect(clerk.locator("h1")).to_have_text("Đăng nhập")
    sign_in_here(clerk, "toan")
    expect(open_report(clerk).locator("[name=title]")).to_have_value("Báo cáo tháng về nhà ở")
    expect(open_report(clerk).locator(".draft-saved")).to_contain_text("Đã lưu lúc")
    assert "Báo cáo tháng về nhà ở" in records.titles(records.plan_in_review("72/KH-UBND"))


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_double_click_hands_in_once_and_says_it_once(
    office: RunningOffice, records: Records, sign_in: Callable[..., Page], scripts: bool
) -> None:
    owed, officer = records.report_of("Sở Y tế"), sign_in("hanh", scripts=scripts)
    officer.goto(f"{office.address}/obligations/{owed}/submit")
    fill(officer, "77/BC-SYT", "Không có vướng mắc.")
    button(officer, "Nộp báo cáo").dblclick()
    officer.wait_for_url(re.compile("/submissions/1$"))
    officer.goto(f"{office.address}/obligations/{owed}")
    expect(officer.locator(".submissions tbody tr")).to_have_count(1)
    assert len(records.submissions(owed)) == 1
    assert records.count("message WHERE kind = 'submission-to-review' AND obligation_id = ?", owed) == 1


def test_a_page_that_somebody_else_has_changed_is_refused_by_name(
    office: RunningOffice, records: Records, sign_in: Callable[..., Page]
) -> None:
    owed, officer, clerk = records.report_of("Sở Y tế"), sign_in("hanh"), sign_in("toan")
    address = f"{office.address}/obligations/{owed}"

    def hand_in(number: str) -> None:
        officer.goto(f"{address}/submit")
        fill(officer, number, "Số liệu sơ bộ.")
        button(officer, "Nộp báo cáo").click()
        officer.wait_for_url(re.compile("/submissions/"))

    hand_in("80/BC-SYT")
    clerk.goto(address)
    officer.goto(address)
    officer.locator("[data-open=withdraw]").first.click()
    officer.get_by_role("dialog").get_by_role("button", name="Rút lại bản nộp").click()
    hand_in("81/BC-SYT")
    before = records.count("audit_entry"), records.count("message")
    button(clerk, "Xác nhận hoàn thành").click()
    expect(clerk.locator("main")).to_contain_text(
        re.compile(r"vừa được Nguyễn Thị Hạnh nộp lúc \d\d:\d\d.*Chưa có gì được ghi")
    )
    assert records.count("obligation WHERE id = ? AND settled_at IS NOT NULL", owed) == 0
    assert (records.count("audit_entry"), records.count("message")) == before
    clerk.get_by_role("link", name="Tải lại trang").click()
    expect(clerk.locator(".submissions")).to_contain_text("81/BC-SYT")


def test_of_two_windows_on_one_draft_the_second_is_told_and_overwrites_nothing(
    office: RunningOffice, records: Records, sign_in: Callable[..., Page]
) -> None:
    plan = records.plan_in_review("71/KH-UBND")
    windows = [sign_in("toan"), sign_in("toan")]
    for window in windows:
        window.goto(f"{office.address}/plans/{plan}/review?show=all")
        open_report(window)
    first, second = (open_report(window) for window in windows)
    first.locator("[name=title]").fill("Báo cáo tháng, bản của cửa sổ thứ nhất")
    first.locator("[name=title]").press("Tab")
    expect(first.locator(".draft-saved")).to_contain_text("Đã lưu lúc")
    second.locator("[name=title]").fill("Bản của cửa sổ thứ hai")
    second.locator("[data-approve]").click()
    expect(second.get_by_role("alert")).to_contain_text(re.compile(r"vừa được Lê Văn Toàn sửa lúc \d\d:\d\d"))
    expect(second.locator("[name=title]")).to_have_value("Báo cáo tháng, bản của cửa sổ thứ nhất")
    titles = records.titles(plan)
    assert "Báo cáo tháng, bản của cửa sổ thứ nhất" in titles and "Bản của cửa sổ thứ hai" not in titles


def open_report(page: Page) -> Any:
    """The card of the monthly report, opened."""
    card = page.locator(".draft[data-draft]", has=page.locator("[name=when-day]")).last
    if card.get_attribute("open") is None:
        card.locator("summary.draft-head").click()
    return card


# -- without scripts, without a mouse -----------------------------------------------------------------------


def test_everything_an_officer_needs_works_without_scripts(
    office: RunningOffice, records: Records, sign_in: Callable[..., Page]
) -> None:
    officer = sign_in("hanh", width=390, height=844, scripts=False)
    owed = records.report_of("Sở Y tế")
    officer.goto(f"{office.address}/obligations?state=all")
    officer.goto(str(officer.locator(f"main a[href='/obligations/{owed}']").first.evaluate("a => a.href")))
    officer.locator(f"a[href='/obligations/{owed}/submit']:visible").first.click()
    fill(officer, "95/BC-SYT", "Đã thực hiện.")
    officer.set_input_files("input[type=file]", report_docx())
    button(officer, "Nộp báo cáo").click()
    officer.wait_for_url(re.compile("/submissions/1$"))
    expect(officer.locator("main")).to_contain_text("95/BC-SYT")
    expect(officer.get_by_role("link", name="bao-cao.docx")).to_be_visible()
    officer.set_viewport_size({"width": 1440, "height": 900})
    officer.locator(".user-menu summary").click()
    officer.locator(".user-menu button[name=lang]").click()
    expect(officer.locator("html")).to_have_attribute("lang", "en")
    officer.locator(".user-menu summary").click()
    officer.locator(".user-menu button[name=lang]").click()
    expect(officer.locator("html")).to_have_attribute("lang", "vi")


# What can take the focus on this page, each with a number; of radio buttons of one name, Tab reaches the chosen one.
NUMBER_STOPS = """() => {
  const seen = (e) => e.checkVisibility({ checkVisibilityCSS: true, contentVisibilityAuto: true });
  const all = [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex='0']")];
  const stops = all.filter((e) => !e.disabled && e.tabIndex >= 0 && e.type !== "hidden" && seen(e)
    && (e.type !== "radio" || e.checked));
  stops.forEach((e, n) => { e.dataset.stop = n; });
  return stops.length;
}"""


def test_the_review_is_done_with_the_keyboard_alone(
    office: RunningOffice, records: Records, sign_in: Callable[..., Page]
) -> None:
    clerk = sign_in("toan")
    clerk.goto(f"{office.address}/plans/{records.plan_in_review('90/KH-UBND')}/review?show=all")
    stops = int(clerk.evaluate(NUMBER_STOPS))
    reached = set()
    for _step in range(stops + 5):
        clerk.keyboard.press("Tab")
        reached.add(clerk.evaluate("document.activeElement.dataset.stop ?? ''"))
    missed = clerk.evaluate(
        "got => [...document.querySelectorAll('[data-stop]')].filter(e => !got.includes(e.dataset.stop))"
        ".map(e => e.outerHTML.slice(0, 120))",
        list(reached),
    )
    assert stops > 20 and missed == []


def test_a_plan_is_approved_and_confirmed_without_a_mouse(
    office: RunningOffice, records: Records, sign_in: Callable[..., Page]
) -> None:
    clerk = sign_in("toan")
    plan = records.plan_in_review("73/KH-UBND")
    clerk.goto(f"{office.address}/plans/{plan}/review?show=all")
    cards = clerk.locator(".draft[data-draft]")
    selected = clerk.locator(".draft.is-selected")
    expect(selected).to_have_count(1)
    first = selected.get_attribute("id")
    clerk.keyboard.press("j")
    assert selected.get_attribute("id") != first
    clerk.keyboard.press("k")
    expect(clerk.locator(f"#{first}")).to_have_class(re.compile("is-selected"))
    for approved in range(1, cards.count() + 1):
        clerk.keyboard.press("Enter")
        expect(clerk.locator(".draft-approved")).to_have_count(approved)
    opener = clerk.locator("[data-open=confirm-plan]")
    opener.focus()
    clerk.keyboard.press("Enter")
    dialog = clerk.get_by_role("dialog")
    expect(dialog).to_be_visible()
    for _step in range(4):  # the focus stays inside, or with the browser's own bars
        clerk.keyboard.press("Tab")
        assert clerk.evaluate("document.activeElement.matches('dialog *, body')")
    clerk.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(opener).to_be_focused()
    clerk.keyboard.press("Space")
    expect(dialog).to_be_visible()
    dialog.get_by_role("button", name="Xác nhận và giao việc").focus()
    clerk.keyboard.press("Enter")
    clerk.wait_for_url(re.compile(rf"/plans/{plan}$"))
