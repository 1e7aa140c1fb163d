"""One report from the head's hand-down to the head's word, by five people in a real browser."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.walk.office import RunningOffice

pytestmark = pytest.mark.browser
_OWED = """
from datetime import timedelta
import sqlalchemy as sa
from app import clock, create_app
from app.accounts.models import User
from app.extensions import db
from app.obligations.calendar import office_calendar
from app.obligations.models import Obligation, SourceKind
from app.organisations.models import Agency
from app.plans.models import Plan, PlanState
with create_app().app_context():
    person = lambda name: db.session.scalar(sa.select(User).where(User.email == f"{name}@lamgiang.example"))
    clerk, officer, member = person("toan"), person("hanh"), person("duc")
    today = clock.today()
    due = office_calendar().add_working_days(today, 20)
    plan = Plan(
        number="9/KH-UBND", title="Kế hoạch chung", title_key="9/kh-ubnd ke hoach chung", issuer="UBND tỉnh",
        issued_on=today - timedelta(days=60), period_from=today.year, period_to=today.year + 2,
        standing_agency=clerk.agency, committee=member.agency, state=PlanState.IN_FORCE,
        created_by=clerk, created_at=clock.now(), confirmed_by=clerk, confirmed_at=clock.now(),
    )
    db.session.add(plan)
    db.session.flush()
    db.session.add(Obligation(
        source_kind=SourceKind.SCHEDULE, source_id=900, plan=plan, agency=officer.agency, receiver=clerk.agency,
        standing_agency_id=clerk.agency_id, committee_id=member.agency_id, title="Báo cáo chung của ngành y tế",
        period="once", owed_on=today, nominal_on=due, due_on=due,
    ))
    db.session.commit()
    emails = sa.select(User.email).join(Agency).where(Agency.name.in_(["Sở Tài chính", "Sở Xây dựng"]))
    print(",".join(sorted(db.session.scalars(emails))))
"""


def test_a_report_is_handed_down_shared_and_sent_by_the_head(
    office: RunningOffice, sign_in: Callable[..., Page]
) -> None:
    finance, _construction = (
        address.removesuffix("@lamgiang.example") for address in office.python(_OWED).strip().split(",")
    )
    title = "Báo cáo chung của ngành y tế"

    head = sign_in("dung")
    head.goto(f"{office.address}/work/practice")
    head.get_by_label("Lãnh đạo xác nhận trước khi gửi").check()
    head.get_by_role("button", name="Lưu").click()
    head.goto(f"{office.address}/work")
    head.get_by_role("link", name=title).first.click()
    address = head.url.split("#")[0]
    head.get_by_role("button", name="Giao việc").click()
    head.get_by_label("Nguyễn Thị Hạnh").check()
    head.get_by_role("dialog").get_by_role("button", name="Giao việc").click()
    expect(head.get_by_text("Đã giao cho Nguyễn Thị Hạnh")).to_be_visible()

    officer = sign_in("hanh")
    expect(officer.locator("#mine")).to_contain_text(title)
    officer.goto(address)
    expect(officer.locator("#in-charge")).to_contain_text("giao cho tôi")
    for agency in ("Sở Tài chính", "Sở Xây dựng"):
        officer.get_by_role("button", name="Lấy phần phối hợp").first.click()
        officer.get_by_label("Đơn vị khác").select_option(label=agency)
        officer.get_by_role("button", name="Gửi đề nghị").click()
        expect(officer.locator("#parts")).to_contain_text(agency)
    officer.wait_for_load_state("networkidle")  # names are offered once the page has arrived whole
    officer.get_by_role("textbox", name="Ý kiến").press_sequentially("Nhờ @quoc d")
    officer.locator(".named button").first.click()
    expect(officer.get_by_role("textbox", name="Ý kiến")).to_have_value("Nhờ @Võ Quốc Dũng ")
    officer.get_by_role("button", name="Gửi ý kiến").click()
    expect(officer.locator("#talk")).to_contain_text("Nhờ @Võ Quốc Dũng")

    support = sign_in(finance)
    support.locator("#my-parts").get_by_role("link", name=title).click()
    support.get_by_label("Nội dung").fill("Đã bố trí 4,2 tỷ đồng.")
    support.get_by_role("button", name="Gửi phần phối hợp").click()
    expect(support.get_by_text("Đã gửi phần phối hợp đến")).to_be_visible()

    officer.goto(address)
    expect(officer.locator("#parts")).to_contain_text("1/2 đơn vị đã gửi")
    officer.locator("#parts").get_by_role("link", name="Xem").click()
    expect(officer.locator("#filings")).to_contain_text("Đã bố trí 4,2 tỷ đồng.")
    officer.goto(f"{address}/submit")
    officer.locator("input[name=number]").fill("77/SYT-NV")
    today = "new Date().toLocaleDateString('en-GB', {timeZone: 'Asia/Ho_Chi_Minh'})"
    officer.locator("input[name=signed_on]").fill(officer.evaluate(today))
    officer.locator("textarea[name=text]").fill("Kết quả chung của ba ngành.")
    officer.get_by_label("Gửi không có phần của Sở Xây dựng").check()
    officer.get_by_label("Lý do gửi thiếu").fill("Đơn vị đang sắp xếp lại")
    officer.get_by_role("button", name="Trình lãnh đạo").click()
    expect(officer.locator("#presented")).to_contain_text("Chưa gửi đến")

    clerk = sign_in("toan")
    clerk.goto(address)
    expect(clerk.locator("body")).not_to_contain_text("Kết quả chung của ba ngành")

    head.goto(f"{office.address}/work")
    head.locator("#for-head").get_by_role("link", name=title).click()
    expect(head.locator("#presented")).to_contain_text("Đơn vị đang sắp xếp lại")
    head.get_by_role("button", name="Xác nhận và gửi").click()
    receipt = head.locator("main")
    expect(receipt).to_contain_text("Lãnh đạo xác nhận")
    expect(receipt).to_contain_text("Sở Xây dựng: Đơn vị đang sắp xếp lại")
    clerk.reload()
    expect(clerk.locator("body")).to_contain_text("Kết quả chung của ba ngành")
