"""Ending a plan and taking it away as files."""

from __future__ import annotations

import csv
import io
import subprocess
import tracemalloc
import zipfile
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from app.accounts.models import User
from app.audit.models import AuditEntry
from app.errors import Refused, Stale
from app.extensions import db
from app.files.models import StoredFile
from app.files.operations import keep
from app.files.zipping import Entry, free_name, stream_zip
from app.obligations.models import Obligation, Outcome
from app.obligations.operations import accept, return_submission
from app.plans import archive
from app.plans.models import Plan, PlanState, PlanText
from app.plans.operations import close, open_work
from tests.cast import NOW, TODAY, Cast
from tests.conftest import both_engines
from tests.make import make_file, make_obligation, make_plan, make_submission
from tests.plans.texts import WHOLE

ClientOf = Callable[[User | None], FlaskClient]


@pytest.fixture
def plan(cast: Cast, app: Flask, now: datetime) -> Plan:
    """With its text, an accepted report with a file, one that waits, one that is late and one still to come."""
    made = make_plan(cast, number="187/KH-UBND")
    stored: StoredFile = keep(io.BytesIO(b"ke hoach"), "text/plain", now)
    made.source = PlanText(
        file=stored, file_name="Kế hoạch 187.txt", text="1. Sở Y tế", pages=[], warnings=[], unread=[]
    )
    done = make_obligation(made, cast.health, title="Báo cáo A/B: «quý»")
    make_submission(done, cast.hanh, files=[make_file("Báo cáo quý.pdf"), make_file("../../etc/passwd.pdf")])
    accept(done, actor=cast.toan, now=now)
    make_submission(make_obligation(made, cast.finance), cast.tam, text="=HYPERLINK(1)")
    make_obligation(made, cast.communes[0], due_on=date(2026, 11, 1))
    make_obligation(made, cast.communes[1], due_on=date(2027, 3, 1))
    db.session.commit()
    return made


def state_of(plan: Plan) -> dict[str, Outcome | None]:
    rows = db.session.scalars(sa.select(Obligation).where(Obligation.plan_id == plan.id))
    return {o.agency.display_name: o.outcome for o in rows}


def test_what_is_late_or_waits_has_to_be_left_for_a_reason(cast: Cast, plan: Plan, now: datetime) -> None:
    work = open_work(plan, TODAY)
    assert [o.agency.display_name for o in work.left] == ["Xã Kim Điền", "Sở Tài chính"]
    with pytest.raises(Refused, match="Còn 2 việc"):
        close(plan, actor=cast.toan, now=now, today=TODAY)
    assert close(plan, actor=cast.toan, now=now, today=TODAY, left_reason="Chuyển hồ sơ sang năm sau.") == 1
    assert plan.state is PlanState.CLOSED
    assert state_of(plan) == {
        "Sở Y tế": Outcome.ACCEPTED, "Sở Tài chính": None, "Xã Kim Điền": None, "Xã Bình Lâm": Outcome.CANCELLED,
    }  # fmt: skip
    left = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.act == "obligation.left_open")).all()
    assert {entry.after["reason"] for entry in left if entry.after} == {"Chuyển hồ sơ sang năm sau."}
    assert len(left) == 2


def test_a_returned_report_is_not_cancelled_by_the_end_of_the_plan(
    cast: Cast, plan: Plan, now: datetime
) -> None:
    later = make_obligation(plan, cast.communes[2], due_on=date(2027, 5, 1))
    sent = make_submission(later, cast.mai)
    return_submission(later, reason="Thiếu số liệu.", until=date(2027, 5, 1), actor=cast.toan, now=now)
    assert sent.returned_at is not None and later in open_work(plan, TODAY).left


@both_engines
def test_of_two_who_end_a_plan_the_second_is_told(cast: Cast, plan: Plan, now: datetime) -> None:
    with pytest.raises(Stale):
        close(plan, actor=cast.toan, now=now, today=TODAY, left_reason="Lý do.", revision=plan.revision - 1)


def test_the_page_lists_what_is_open_before_anything_ends(
    cast: Cast, plan: Plan, client_of: ClientOf
) -> None:
    page, address = client_of(cast.toan), f"/plans/{plan.id}/close"
    shown = page.get(address).text
    assert "1 nghĩa vụ chưa đến hạn sẽ được bãi bỏ" in shown and "Xã Kim Điền" in shown
    refused = page.post(address, data={"revision": plan.revision, "reason": " "})
    assert refused.status_code == 409 and "Còn 2 việc" in refused.text
    done = page.post(address, data={"revision": plan.revision, "reason": "Chuyển sang năm sau."})
    assert done.location.endswith(f"/plans/{plan.id}")
    assert client_of(cast.hanh).post(address, data={"revision": 1}).status_code == 409
    assert client_of(cast.outsider).get(address).status_code == 404


def unpacked(plan: Plan, folder: Path) -> Path:
    path = folder / "ho-so.zip"
    with path.open("wb") as target:
        for piece in stream_zip(archive.entries(plan.id, now=NOW), NOW):
            target.write(piece)
    with zipfile.ZipFile(path) as packed:
        assert packed.testzip() is None
        packed.extractall(folder / "ho-so")
    return folder / "ho-so"


@both_engines
def test_a_plan_is_read_from_its_archive_without_the_system_and_its_checksums_hold(
    cast: Cast, plan: Plan, tmp_path: Path
) -> None:
    folder = unpacked(plan, tmp_path)
    checked = subprocess.run(
        ["sha256sum", "-c", "SHA256SUMS"], cwd=folder, capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr
    files = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    report = next(f for f in files if f.endswith("Báo cáo quý.pdf"))
    assert {
        "index.html",
        "ke-hoach/Kế hoạch 187.txt",
        "ke-hoach/loi-van.txt",
        "nghia-vu.csv",
        "nhat-ky.csv",
    } <= files
    assert report.startswith("bao-cao/") and "Sở Y tế" in report
    assert "1318/SYT-NV" in (folder / report).with_name("noi-dung.txt").read_text("utf-8")
    with (folder / "nghia-vu.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["Cơ quan"] for row in rows][:2] == ["Sở Y tế", "Sở Tài chính"] and rows[0][
        "Kết quả"
    ] == "hoàn thành"
    index = (folder / "index.html").read_text("utf-8")
    assert "187/KH-UBND" in index and "http" not in index and "<script" not in index
    assert "submission.accepted" in (folder / "nhat-ky.csv").read_text("utf-8-sig")


def test_the_archive_is_for_the_standing_agency_and_taking_it_is_recorded(
    cast: Cast, plan: Plan, client_of: ClientOf
) -> None:
    answer = client_of(cast.toan).get(f"/plans/{plan.id}/archive.zip")
    assert (
        answer.mimetype == "application/zip"
        and "ho-so-ke-hoach-187-KH-UBND.zip" in answer.headers["Content-Disposition"]
    )
    assert zipfile.ZipFile(io.BytesIO(answer.data)).testzip() is None
    assert db.session.scalars(sa.select(AuditEntry).where(AuditEntry.act == "plan.archived")).one()
    assert client_of(cast.hanh).get(f"/plans/{plan.id}/archive.zip").status_code == 409
    for user in (cast.outsider, cast.ha, cast.khoa):
        assert client_of(user).get(f"/plans/{plan.id}/archive.zip").status_code == 404


def test_the_command_writes_the_archive_or_says_why_not(
    app: Flask, cast: Cast, plan: Plan, tmp_path: Path
) -> None:
    run = app.test_cli_runner().invoke
    answer = run(args=["plans", "archive", str(plan.id), str(tmp_path / "ra.zip")])
    assert answer.exit_code == 0 and zipfile.ZipFile(tmp_path / "ra.zip").testzip() is None
    assert run(args=["plans", "archive", "999", str(tmp_path / "b.zip")]).exit_code == 1
    missing = run(args=["plans", "archive", str(plan.id), str(tmp_path / "không-có" / "b.zip")])
    assert missing.exit_code == 1 and not (tmp_path / "b.zip").exists()


def test_names_are_safe_on_every_system_and_stay_vietnamese() -> None:
    taken: set[str] = set()
    given = ["a/Báo cáo.pdf", "a/BÁO CÁO.pdf", "../../x/../etc/passwd", "con.txt", "a\x00b\u202e:c?.pdf", "/"]
    given.append("x" * 400 + ".docx")
    names = [free_name(name, taken) for name in given]
    assert names[:5] == ["a/Báo cáo.pdf", "a/BÁO CÁO-2.pdf", "x/etc/passwd", "_con.txt", "a-b--c-.pdf"]
    assert names[5] == "tep" and names[6].endswith(".docx") and len(names[6]) <= 120


def test_a_large_file_is_sent_without_being_held(tmp_path: Path) -> None:
    large = tmp_path / "large.bin"
    with large.open("wb") as stream:
        stream.truncate(64 * 1024 * 1024)
    tracemalloc.start()
    size = sum(len(piece) for piece in stream_zip([Entry("large.bin", large)], NOW + timedelta(0)))
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert size > 0 and peak < 8 * 1024 * 1024


def test_due_days_of_a_document_are_told_with_their_reasons(app: Flask, cast: Cast, tmp_path: Path) -> None:
    file = tmp_path / "ke-hoach.txt"
    file.write_text(WHOLE, "utf-8")
    answer = app.test_cli_runner().invoke(args=["plans", "deadlines", str(file)])
    assert answer.exit_code == 0, answer.output
    assert "ngày nêu" in answer.output and "Bộ luật Dân sự" in answer.output
    english = app.test_cli_runner().invoke(args=["plans", "deadlines", "--lang", "en", str(file)])
    assert "named day" in english.output
