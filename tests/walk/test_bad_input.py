"""What goes wrong in an ordinary week, in a real browser: each time a clear sentence, nothing half-written, nothing
typed that is lost."""

from __future__ import annotations

import io
import json
import re
import sqlite3
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from app.accounts.passwords import DEMONSTRATION_PASSWORD
from app.clock import today
from app.demo.report_file import report_file
from tests.documents.samples import docx_of, encrypted_docx, pdf_of
from tests.smtp import WAIT_FOREVER, serve
from tests.walk.office import RunningOffice, running_office

pytestmark = pytest.mark.browser
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
EXPIRED = "Phiên làm việc đã hết"


class Records:
    """What stands in the database and in the folder of files, read beside the running office."""

    def __init__(self, folder: Path):
        self._folder, self._taken = folder, {0}

    def rows(self, query: str, *values: object) -> list[Any]:
        with sqlite3.connect(f"file:{self._folder / 'dunghan.db'}?mode=ro", uri=True) as connection:
            return connection.execute(query, values).fetchall()

    def count(self, query: str, *values: object) -> int:
        return int(self.rows(f"SELECT count(*) FROM {query}", *values)[0][0])

    def files(self) -> set[str]:
        return {path.name for path in (self._folder / "files").rglob("*") if path.is_file()}

    def report_of(self, agency: str) -> int:
        """A monthly report that this agency still owes, another one at each call."""
        query = """SELECT obligation.id FROM obligation JOIN agency ON agency.id = agency_id
                   WHERE agency.name = ? AND submitted_at IS NULL AND title LIKE 'Báo cáo tháng%' ORDER BY due_on"""
        found = next(row[0] for row in self.rows(query, agency) if row[0] not in self._taken)
        self._taken.add(found)
        return int(found)

    def submissions(self, obligation: int) -> list[Any]:
        return self.rows("SELECT number, text FROM submission WHERE obligation_id = ?", obligation)

    def titles(self, plan: int) -> list[str]:
        contents = self.rows("SELECT content FROM draft WHERE plan_id = ?", plan)
        return [json.loads(row[0]).get("title", "") for row in contents]

    def plan_in_review(self, number: str) -> int:
        return int(self.rows("SELECT id FROM plan WHERE number = ?", number)[0][0])


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningOffice]:
    """One office for all tests of this file, each of which takes reports and plans of its own. Its mail server is
    away unless a test starts one."""
    with serve() as (_server, free):
        pass
    with running_office(tmp_path_factory.mktemp("office"), free, MAX_UPLOAD_MB="1") as running:
        running.python(
            "from tests.walk.plans import bring_into_force, leave_in_review; bring_into_force('61/KH-UBND');"
            "leave_in_review('71/KH-UBND', '72/KH-UBND', '73/KH-UBND')"
        )
        yield running


@pytest.fixture(scope="module")
def records(office: RunningOffice) -> Records:
    return Records(office.folder)


def button(page: Page, name: str) -> Any:
    return page.get_by_role("button", name=name, exact=True)


def fill(page: Page, number: str, text: str = "") -> None:
    page.fill("input[name=number]", number)
    page.fill("input[name=signed_on]", f"{today():%d/%m/%Y}")
    page.fill("textarea[name=text]", text)


def sign_in_here(page: Page, name: str) -> None:
    page.fill("input[name=email]", f"{name}@lamgiang.example")
    page.fill("input[name=password]", DEMONSTRATION_PASSWORD)
    page.press("input[name=password]", "Enter")


def post(page: Page, address: str, **form: str) -> int:
    """Send a form of this window's person without a page for it."""
    token = page.locator("meta[name=csrf-token]").get_attribute("content") or ""
    return page.request.post(address, form={"csrf_token": token, **form}, max_redirects=0).status


def report_docx() -> dict[str, Any]:
    made = report_file("Sở Y tế", "412/BC-SYT", today(), "Báo cáo tháng", ["Đã thực hiện."])
    return {"name": "bao-cao.docx", "mimeType": WORD, "buffer": made.read()}


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
    expect(officer.locator(".kept-note")).to_contain_text("Đã lấy lại nội dung đang viết dở")
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


# -- files --------------------------------------------------------------------------------------------------


def bomb() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", b"<w:document>" + b" " * 60_000_000)
    return packed.getvalue()


PLAN_LINES = (
    "ỦY BAN NHÂN DÂN",
    "TỈNH LAM GIANG",
    "Số: 99/KH-UBND",
    "KẾ HOẠCH",
    "Thực hiện việc riêng",
    "1. Sở Y tế chủ trì.",
)
BAD_PLANS = {
    "chuong-trinh.exe": (b"MZ\x90\x00" + b"\x00" * 300, "Không đọc được loại tệp này"),
    "trong.docx": (b"", "Tệp không có nội dung"),
    "co-mat-khau.docx": (encrypted_docx(), "Tệp được đặt mật khẩu"),
    "co-mat-khau.pdf": (pdf_of([(72, 700, "secret")], password="1"), "Tệp được đặt mật khẩu"),
    "hong.docx": (docx_of(*PLAN_LINES)[:-400], "bị hỏng"),
    "hong.pdf": (b"%PDF-1.7\n" + b"garbage " * 40, "bị hỏng"),
    "lon.txt": (b"a " * 600_000, "lớn hơn mức cho phép (1 MB)"),
    "bom.docx": (bomb(), "bung ra lớn bất thường"),
    "mat.docx": (docx_of("MẬT", *PLAN_LINES), "dấu chỉ độ mật «Mật»"),
    "toi-mat.docx": (docx_of("TỐI MẬT", *PLAN_LINES), "dấu chỉ độ mật «Tối mật»"),
}  # fmt: skip


def test_a_plan_that_cannot_be_taken_says_why_at_the_field_and_leaves_nothing(
    office: RunningOffice, records: Records, sign_in: Callable[..., Page]
) -> None:
    clerk = sign_in("toan")
    before = (
        records.count("plan"),
        records.count("stored_file"),
        records.count("reading_task"),
        records.files(),
    )
    clerk.goto(f"{office.address}/plans/upload")
    for name, (data, sentence) in BAD_PLANS.items():
        clerk.set_input_files("input[type=file]", {"name": name, "mimeType": "", "buffer": data})
        button(clerk, "Đọc kế hoạch").click()
        expect(clerk.locator("#file-error"), name).to_contain_text(sentence)
        expect(clerk.locator("input[type=file]")).to_have_attribute(
            "aria-describedby", re.compile("file-error")
        )
    # Beyond what the server reads at all: a page of its own, with the way back.
    huge = {"name": "rat-lon.txt", "mimeType": "", "buffer": b"a " * 5_000_000}
    clerk.set_input_files("input[type=file]", huge)
    button(clerk, "Đọc kế hoạch").click()
    expect(clerk.locator("h1")).to_have_text("Tệp quá lớn")
    clerk.get_by_role("link", name="Quay lại biểu mẫu").click()
    expect(button(clerk, "Đọc kế hoạch")).to_be_visible()
    now = records.count("plan"), records.count("stored_file"), records.count("reading_task"), records.files()
    assert now == before
    clerk.goto(f"{office.address}/plans")
    expect(clerk.locator("main")).not_to_contain_text("99/KH-UBND")


BAD_REPORTS = {
    "bang-tinh.xlsx": (b"MZ\x90\x00" + b"\x00" * 300, "không thuộc loại được nhận"),
    "trong.pdf": (b"", "trống"),
    "co-mat-khau.docx": (encrypted_docx(), "được đặt mật khẩu"),
    "hong.docx": (docx_of(*PLAN_LINES)[:-400], "bị hỏng"),
    "lon.csv": (b"a," * 600_000, "lớn hơn 1 MB"),
    "mat.docx": (docx_of("MẬT", *PLAN_LINES), "dấu chỉ độ mật «Mật»"),
    "toi-mat.docx": (docx_of("Độ mật: Tối mật", *PLAN_LINES), "dấu chỉ độ mật «Tối mật»"),
}


def test_a_report_file_that_cannot_be_taken_says_why_and_keeps_the_words(
    office: RunningOffice, records: Records, sign_in: Callable[..., Page]
) -> None:
    owed, officer = records.report_of("Sở Y tế"), sign_in("hanh")
    before = records.count("stored_file"), records.files()
    officer.goto(f"{office.address}/obligations/{owed}/submit")
    fill(officer, "90/BC-SYT", "Nội dung giữ nguyên.")
    for name, (data, sentence) in BAD_REPORTS.items():
        files = [report_docx(), {"name": name, "mimeType": "", "buffer": data}]
        officer.set_input_files("input[type=file]", files)
        button(officer, "Nộp báo cáo").click()
        expect(officer.locator("#files-error"), name).to_contain_text(sentence)
        expect(officer.locator("#files-error")).to_contain_text(f"«{name}»")
        expect(officer.locator("textarea[name=text]")).to_have_value("Nội dung giữ nguyên.")
    assert (records.count("stored_file"), records.files()) == before
    assert records.submissions(owed) == []


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


# -- mail servers and schedulers that die -------------------------------------------------------------------


def let_time_pass(office: RunningOffice, minutes: int) -> None:
    """For the queue of mails: what was to be tried again later, or was claimed now, is so much older."""
    with sqlite3.connect(office.folder / "dunghan.db", timeout=20) as connection:
        for column in ("next_try_at", "claimed_at"):
            connection.execute(
                f"UPDATE message SET {column} = datetime({column}, ?) || '.000000' WHERE {column} IS NOT NULL"
                " AND state <> 'sent'",
                (f"-{minutes} minutes",),
            )


def test_a_dead_mail_server_stops_nobody_and_its_mails_go_out_once_when_it_is_back(
    office: RunningOffice, records: Records, sign_in: Callable[..., Page]
) -> None:
    owed, officer = records.report_of("Sở Y tế"), sign_in("hanh")
    assert "sent" not in office.flask("deliver")
    officer.goto(f"{office.address}/obligations/{owed}/submit")
    fill(officer, "99/BC-SYT", "Đã thực hiện.")
    button(officer, "Nộp báo cáo").click()
    officer.wait_for_url(re.compile("/submissions/1$"))
    (key,) = records.rows(
        "SELECT message_id FROM message WHERE kind = 'submission-to-review' AND obligation_id = ?", owed
    )
    assert records.count("message WHERE state = 'sent' AND message_id = ?", *key) == 0
    let_time_pass(office, 10)
    with serve(office.mail_port) as (server, _port):
        office.flask("deliver")
        office.flask("deliver")
        assert server.message_ids().count(key[0]) == 1
        assert len(set(server.message_ids())) == len(server.mails)


def test_a_scheduler_that_is_killed_in_the_middle_says_nothing_twice(
    office: RunningOffice, records: Records
) -> None:
    office.python("from tests.walk.plans import bring_into_force; bring_into_force('85/KH-UBND')")
    waiting = records.count("message WHERE state = 'queued'")
    assert waiting > 10
    with serve(office.mail_port) as (server, _port):
        stuck, last = Event(), Event()

        def wait_at_the_sixth(command: str, _address: str, taken: int) -> str | None:
            if command == "DATA" and taken == 5:
                stuck.set()
                return WAIT_FOREVER
            return None

        def note_the_last(command: str, _address: str, taken: int) -> None:
            if command == "DATA" and taken == waiting - 1:
                last.set()

        server.fault = wait_at_the_sixth
        first = office.begin("scheduler")
        assert stuck.wait(60)
        first.kill()
        first.wait(20)
        server.fault = note_the_last
        let_time_pass(office, 20)  # whoever claimed it is taken for dead
        second = office.begin("scheduler")
        assert last.wait(60)
        second.terminate()  # finishes what is in hand
        assert second.wait(20) == 0
        assert len(server.mails) == len(set(server.message_ids())) == waiting
        assert records.count("message WHERE state IN ('queued', 'sending')") == 0
