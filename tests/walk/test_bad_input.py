"""Files that cannot be taken, mail servers and schedulers that die, in a real browser: each time a clear sentence,
nothing half-written, nothing lost or said twice."""

from __future__ import annotations

import io
import re
import sqlite3
import zipfile
from collections.abc import Callable, Iterator
from threading import Event

import pytest
from playwright.sync_api import Page, expect

from tests.documents.samples import docx_of, encrypted_docx, pdf_of
from tests.smtp import WAIT_FOREVER, serve
from tests.walk.office import RunningOffice
from tests.walk.records import (
    Records,
    button,
    fill,
    office_with_plans,
    report_docx,
)

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningOffice]:
    with office_with_plans(tmp_path_factory.mktemp("office")) as running:
        yield running


@pytest.fixture(scope="module")
def records(office: RunningOffice) -> Records:
    return Records(office.folder)


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
    before, good = records.count("stored_file"), report_docx()
    officer.goto(f"{office.address}/obligations/{owed}/submit")
    fill(officer, "90/BC-SYT", "Nội dung giữ nguyên.")
    for name, (data, sentence) in BAD_REPORTS.items():
        files = [good, {"name": name, "mimeType": "", "buffer": data}]
        officer.set_input_files("input[type=file]", files)
        expect(officer.locator("#files-error"), name).to_contain_text(sentence)
        expect(officer.locator("#files-error")).to_contain_text(f"«{name}»")
        expect(officer.locator("textarea[name=text]")).to_have_value("Nội dung giữ nguyên.")
    # The good one stands in the draft, once; of the others nothing is kept.
    expect(officer.locator(".draft-file .digest")).to_have_count(1)
    assert records.count("stored_file") == before + 1
    assert records.submissions(owed) == []


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
    asked = [row[0] for row in records.rows("SELECT message_id FROM message WHERE state = 'queued'")]
    waiting, before = len(asked), records.count("message WHERE state = 'sent'")
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
        office.flask("deliver")  # what other jobs had to say meanwhile
        said = server.message_ids()
        assert len(said) == len(set(said)) == records.count("message WHERE state = 'sent'") - before
        assert set(asked) <= set(said)
        assert records.count("message WHERE state IN ('queued', 'sending')") == 0
