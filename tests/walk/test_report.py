"""A report from the first word to its correction, in a browser: draft, files in pieces, figures, return, accept."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from app.clock import today
from tests.walk.office import RunningOffice

pytestmark = pytest.mark.browser

_SEED = """
import json
from datetime import timedelta
from decimal import Decimal
from app import clock, create_app
from app.accounts.queries import user_by_email
from app.extensions import db
from app.obligations.models import Accrual, SourceKind
from app.obligations.operations.defining import Definition, add_indicator
from app.deadlines import DueRule
from app.schedules.models import ReportKind
from tests.make import make_obligation
from tests.walk.plans import bring_into_force
from app.plans.models import Plan
from app.schedules.operations import add_schedule
bring_into_force("61/KH-UBND")
with create_app().app_context():
    clerk, officer = user_by_email("toan@lamgiang.example"), user_by_email("hanh@lamgiang.example")
    plan = db.session.query(Plan).filter_by(number="61/KH-UBND").one()
    schedule = add_schedule(plan, kind=ReportKind.ANNUAL, rule=None, title="Báo cáo năm về giảm nghèo",
                            receiver=plan.standing_agency, reporters=[officer.agency], position=90, now=clock.now())
    db.session.flush()
    built = Definition("Nhà đã xây", "nhà", Decimal(500), Accrual.PLAN)
    for what in (built, Definition("Tỷ lệ hộ nghèo", "%", decimals=1)):
        add_indicator(schedule, SourceKind.SCHEDULE, what, actor=clerk, now=clock.now())
    owed = make_obligation(plan, officer.agency, source_id=schedule.id, title="Báo cáo năm về giảm nghèo",
                           due_on=clock.today() + timedelta(days=9), owed_on=clock.today() - timedelta(days=30))
    db.session.commit()
    print(json.dumps([owed.id, schedule.id]))
"""
_DROP = """
([name, text, size]) => {
  const files = new DataTransfer();
  files.items.add(new File([text, new Uint8Array(size).fill(32)], name));
  const box = document.querySelector("[data-drop]");
  const facts = { dataTransfer: files, bubbles: true, cancelable: true };
  for (const kind of ["dragover", "drop"]) box.dispatchEvent(new DragEvent(kind, facts));
}
"""


@pytest.fixture
def report(office: RunningOffice) -> tuple[int, int]:
    owed, schedule = json.loads(office.python(_SEED).splitlines()[-1])
    return owed, schedule


def fill(page: Page, number: str) -> None:
    page.fill("input[name=number]", number)
    page.fill("input[name=signed_on]", f"{today():%d/%m/%Y}")


def test_a_report_is_drafted_dropped_in_returned_accepted_and_corrected(
    office: RunningOffice, report: tuple[int, int], sign_in: Callable[..., Page], tmp_path: Path
) -> None:
    owed, _schedule = report
    address = f"{office.address}/obligations/{owed}"
    hanh, toan = sign_in("hanh"), sign_in("toan")

    # As it is typed, the draft is on the server; another window of the agency sees it.
    hanh.goto(f"{address}/submit")
    fill(hanh, "1318/SYT-NV")
    hanh.get_by_label("Nhà đã xây").fill("1.2")
    hanh.fill("textarea[name=text]", "Toàn tỉnh còn 4.180 hộ nghèo.")
    expect(hanh.locator("[data-desk-state]")).to_contain_text("Đã tự lưu lúc")
    hanh.goto(f"{address}/submit")
    expect(hanh.locator("textarea[name=text]")).to_have_value("Toàn tỉnh còn 4.180 hộ nghèo.")
    expect(hanh.get_by_text("Bản nháp của cơ quan")).to_be_visible()

    # A line that breaks in mid-upload: the piece is sent again and nothing is doubled.
    broken = []

    def breaks_once(route) -> None:
        if not broken and "offset=524288" in route.request.url:
            broken.append(1)
            route.abort()
        else:
            route.continue_()

    hanh.route("**/uploads/**", breaks_once)
    hanh.evaluate(_DROP, ["bieu-so-lieu.csv", "xa,ho\\nKim Dien,31\\n", 1_200_000])
    expect(hanh.locator(".draft-file .digest")).to_contain_text("SHA-256")
    assert broken and hanh.locator(".draft-file").count() == 1
    hanh.evaluate(_DROP, ["la.exe", "MZ", 500])
    expect(hanh.locator("#files-error")).to_contain_text("la.exe")

    # A mistake beside its field; then it is handed in, once.
    hanh.get_by_role("button", name="Nộp báo cáo", exact=True).last.click()
    expect(hanh.locator(".figure.has-error").first).to_contain_text("thí dụ 1.234,5")
    hanh.get_by_label("Nhà đã xây").fill("1.200")
    expect(hanh.locator("output[data-accrued]")).to_have_text("1.200")
    hanh.get_by_label("Tỷ lệ hộ nghèo").fill("17,8")
    hanh.get_by_role("button", name="Nộp báo cáo", exact=True).last.click()
    expect(hanh.get_by_role("heading", name="Biên nhận bản 1")).to_be_visible()
    expect(hanh.locator(".digest")).to_have_count(1)

    # The reviewer reads the file in the page and returns it; the second version shows what is different.
    toan.goto(f"{office.address}/obligations?state=review")
    toan.get_by_role("link", name="Báo cáo năm về giảm nghèo").click()
    expect(toan.locator(".preview-table")).to_contain_text("Kim Dien")
    toan.fill("textarea[name=return_-reason]", "Thiếu xã Kim Điền")
    toan.fill("input[name=return_-until]", f"{today() + timedelta(days=5):%d/%m/%Y}")
    toan.get_by_role("button", name="Trả lại, yêu cầu bổ sung").click()
    hanh.goto(f"{address}/submit")
    fill(hanh, "1330/SYT-NV")
    hanh.get_by_label("Nhà đã xây").fill("1.231")
    hanh.fill("textarea[name=text]", "Toàn tỉnh còn 4.190 hộ nghèo.")
    hanh.get_by_role("button", name="Nộp báo cáo", exact=True).last.click()
    expect(hanh.get_by_role("heading", name="Biên nhận bản 2")).to_be_visible()
    toan.goto(f"{address}/review")
    expect(toan.locator(".review-words ins")).to_have_text("4.190")
    expect(toan.locator(".is-changed ins")).to_have_text("1.231")
    toan.get_by_role("button", name="Xác nhận hoàn thành").click()

    # Accepted, and corrected.
    hanh.goto(address)
    hanh.get_by_role("link", name="Lập bản đính chính").first.click()
    fill(hanh, "1400/SYT-NV")
    hanh.fill("textarea[name=correction_reason]", "Xã Kim Điền báo thiếu 4 nhà")
    hanh.get_by_label("Nhà đã xây").fill("1.235")
    hanh.get_by_role("button", name="Nộp bản đính chính").last.click()
    expect(hanh.get_by_role("heading", name="Biên nhận bản đính chính 3")).to_be_visible()
    toan.goto(f"{address}/review")
    toan.get_by_role("button", name="Xác nhận bản đính chính").click()
    hanh.goto(address)
    expect(hanh.locator("#figures")).to_contain_text("1.235")
    expect(hanh.get_by_text("Xác nhận bản đính chính 3")).to_be_visible()
