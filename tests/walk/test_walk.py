"""The whole path with two people: a plan is read and confirmed, a report is reminded of, handed in, returned, handed
in again and accepted; list, board and calendar follow."""

from __future__ import annotations

import re
import urllib.request
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import icalendar
import pytest
from playwright.sync_api import Page, expect

from app.clock import today
from app.demo.plans import build_sample_plans
from app.demo.report_file import report_file
from tests.smtp import MailServer
from tests.walk.office import RunningOffice

pytestmark = pytest.mark.browser
TITLE = "Báo cáo việc ban hành kế hoạch triển khai"


@pytest.fixture
def plan_file(tmp_path: Path) -> Path:
    """A plan that asks for a report eight days before today, and for another four days after it."""
    samples = {sample.key: sample for sample in build_sample_plans(today(), tmp_path / "plans")}
    return samples["chi_thi_nhieu_nam"].path


def test_a_plan_becomes_a_report_that_is_accepted(
    office: RunningOffice,
    mails: tuple[MailServer, int],
    sign_in: Callable[..., Page],
    plan_file: Path,
    tmp_path: Path,
) -> None:
    clerk = sign_in("toan")
    confirm_plan(clerk, office, plan_file)

    officer = sign_in("hanh", width=390, height=844)
    officer.goto(f"{office.address}/work")
    expect(officer.get_by_role("heading", name="1 việc quá hạn")).to_be_attached()
    overdue_before = overdue_count(sign_in("duc"), office)
    assert overdue_before > 0

    office.flask("remind")  # at any hour, also on a Sunday
    office.flask("deliver")
    reminder = mail_to(mails[0], "hanh@lamgiang.example", "quá hạn")
    assert TITLE in reminder

    hand_in(officer, office, "412/BC-SYT", report(tmp_path))
    expect(officer.locator("main")).to_contain_text("412/BC-SYT")
    member = sign_in("duc")
    assert overdue_count(member, office) == overdue_before - 1

    return_it(clerk, office)
    officer.goto(f"{office.address}/work")
    officer.get_by_role("link", name="Sửa và nộp lại").first.click()
    expect(officer.locator("main")).to_contain_text("Thiếu số liệu của hai xã.")
    fill_report(officer, "415/BC-SYT", report(tmp_path))
    accept_it(clerk, office)

    feed = subscribe(officer, office)
    event = next(e for e in feed.walk("VEVENT") if TITLE in str(e["SUMMARY"]))
    assert event["UID"]
    member.goto(f"{office.address}/board/overdue")
    expect(member.locator("main table")).not_to_contain_text("Sở Y tế")
    office.flask("deliver")
    assert mail_to(mails[0], "hanh@lamgiang.example", "cần bổ sung")


def confirm_plan(clerk: Page, office: RunningOffice, plan_file: Path) -> None:
    clerk.goto(f"{office.address}/plans/upload")
    clerk.set_input_files("input[type=file]", plan_file)
    clerk.get_by_role("button", name="Đọc kế hoạch").click()
    clerk.wait_for_url(re.compile(r"/plans/\d+/review"))
    choose_committee(clerk)
    clerk.get_by_role("button", name=re.compile("Duyệt tất cả")).click()
    expect(clerk.get_by_role("button", name=re.compile("Duyệt tất cả"))).to_have_count(0)
    clerk.get_by_role("button", name="Xác nhận kế hoạch").first.click()
    clerk.get_by_role("button", name="Xác nhận và giao việc").click()
    clerk.wait_for_url(re.compile(r"/plans/\d+$"))


def choose_committee(clerk: Page) -> None:
    """Ban Chỉ đạo follows the plan from now on: a fact of the head that no document states."""
    clerk.locator("#head summary").click()
    chosen = clerk.locator("#head select[name$=committee]")
    chosen.select_option(index=chosen.locator("option").count() - 1)
    clerk.get_by_role("button", name="Lưu thông tin").click()
    expect(clerk.get_by_role("button", name=re.compile("Duyệt tất cả"))).to_be_visible()


def overdue_count(member: Page, office: RunningOffice) -> int:
    member.goto(f"{office.address}/board")
    found = re.match(r"\d+", member.locator("h1").inner_text())
    return int(found[0]) if found else 0


def report(folder: Path) -> Path:
    path = folder / "bao-cao.docx"
    path.write_bytes(report_file("Sở Y tế", "412/BC-SYT", today(), TITLE, ["Đã ban hành kế hoạch."]).read())
    return path


def hand_in(officer: Page, office: RunningOffice, number: str, file: Path) -> None:
    officer.goto(f"{office.address}/work")
    officer.get_by_role("link", name="Nộp báo cáo").first.click()
    fill_report(officer, number, file)


def fill_report(officer: Page, number: str, file: Path) -> None:
    officer.fill("input[name=number]", number)
    officer.fill("input[name=signed_on]", f"{today():%d/%m/%Y}")
    officer.set_input_files("input[type=file]", file)
    expect(officer.locator("main")).to_contain_text("SHA-256")
    officer.get_by_role("button", name="Nộp báo cáo").click()
    officer.wait_for_url(lambda url: "/submit" not in url)


def open_in_queue(clerk: Page, office: RunningOffice) -> None:
    clerk.goto(f"{office.address}/obligations")
    clerk.get_by_role("link", name=re.compile(TITLE)).first.click()


def return_it(clerk: Page, office: RunningOffice) -> None:
    open_in_queue(clerk, office)
    clerk.fill("textarea[name=return_-reason]", "Thiếu số liệu của hai xã.")
    clerk.fill("input[name=return_-until]", f"{next_monday():%d/%m/%Y}")
    clerk.get_by_role("button", name=re.compile("^Trả lại")).click()
    expect(clerk.locator("body")).to_contain_text("Đã trả lại")


def next_monday() -> date:
    return today() + timedelta(days=7 - today().weekday())


def accept_it(clerk: Page, office: RunningOffice) -> None:
    open_in_queue(clerk, office)
    clerk.get_by_role("button", name="Xác nhận hoàn thành").click()
    expect(clerk.locator("body")).to_contain_text("Đã xác nhận hoàn thành")


def subscribe(officer: Page, office: RunningOffice) -> icalendar.Calendar:
    officer.goto(f"{office.address}/calendar/subscribe")
    officer.get_by_role("button", name="Tạo đường dẫn riêng").click()
    address = officer.locator("#feed-url").input_value()
    with urllib.request.urlopen(address, timeout=20) as answer:
        return icalendar.Calendar.from_ical(answer.read())


def mail_to(server: MailServer, address: str, words: str) -> str:
    """The text of the newest mail to this person whose subject has these words."""
    for mail in reversed(server.mails):
        if mail["To"].addresses[0].addr_spec == address and words in str(mail["Subject"]):
            body = mail.get_body(("plain",))
            assert body is not None
            return body.get_content()
    raise AssertionError(
        [str(mail["Subject"]) for mail in server.mails if address == mail["To"].addresses[0].addr_spec]
    )
