"""Báo cáo tổng hợp: who, when, how; sums and averages; the files."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from docx import Document
from flask.testing import FlaskClient
from openpyxl import load_workbook

from app.accounts.models import User
from app.deadlines import Reading, WorkCalendar
from app.extensions import db
from app.obligations.models import Accrual, Indicator, Obligation, SourceKind, SubmissionKind
from app.obligations.operations import accept, waive
from app.oversight.consolidation import Result, consolidate
from app.schedules.models import ReportSchedule
from app.schedules.operations import roll_forward
from tests.cast import NOW, Cast
from tests.make import make_file, make_plan, make_schedule, make_submission

ClientOf = Callable[[User | None], FlaskClient]
DAY = date(2026, 12, 20)


@pytest.fixture
def schedule(cast: Cast, now: datetime) -> ReportSchedule:
    """Due 09/12/2026. Sở Y tế in time (4.180 hộ), Sở Tài chính late and waiting (20 hộ), the first commune nothing,
    the second exempted, the third silent; all through Sở Nội vụ."""
    made = make_schedule(
        make_plan(cast), reporters=[cast.health, cast.finance, cast.communes_group], receiver=cast.province,
        via_body=cast.home_affairs,
    )  # fmt: skip
    poor = Indicator(
        source_kind=SourceKind.SCHEDULE, source_id=made.id, position=1, name="Số hộ nghèo", unit="hộ",
        target=Decimal(5000), accrual=Accrual.NONE,
    )  # fmt: skip
    db.session.add(poor)
    db.session.flush()
    roll_forward(date(2026, 12, 31), now=now, calendar=WorkCalendar(), reading=Reading())
    owed = {o.agency_id: o for o in db.session.scalars(sa.select(Obligation))}

    def hand_in(agency_id: int, actor: User, value: int | None, **facts: Any) -> Obligation:
        figures = {poor.id: Decimal(value)} if value is not None else {}
        make_submission(owed[agency_id], actor, figures=figures, **facts)
        return owed[agency_id]

    first = hand_in(
        cast.health.id, cast.hanh, 4180, files=[make_file("Báo cáo năm.pdf"), make_file("báo cáo năm.pdf")]
    )
    accept(first, actor=cast.toan, now=now)
    hand_in(cast.finance.id, cast.tam, 20, now=NOW + timedelta(days=16), text="Sai số: =1+1")
    nothing = hand_in(cast.communes[0].id, cast.mai, None, kind=SubmissionKind.NOTHING)
    accept(nothing, actor=cast.toan, now=now)
    waive(owed[cast.communes[1].id], reason="Công văn 15/SNN.", actor=cast.toan, now=now)
    db.session.commit()
    return made


def test_the_five_outcomes_are_told_apart(cast: Cast, schedule: ReportSchedule) -> None:
    found = consolidate(schedule.id, "2026", cast.toan, DAY)
    assert [(line.obligation.agency.display_name, line.result, line.late) for line in found.lines] == [
        ("Sở Y tế", Result.ON_TIME, 0),
        ("Sở Tài chính", Result.LATE, 2),
        ("Xã Kim Điền", Result.NOTHING, 0),
        ("Xã Bình Lâm", Result.WAIVED, 0),
        ("Phường Bến Đò", Result.MISSING, 11),
    ]
    assert found.own is not None and found.own.agency_id == cast.home_affairs.id


def test_what_was_confirmed_enters_and_a_person_chooses_otherwise(
    cast: Cast, schedule: ReportSchedule
) -> None:
    (figure,) = consolidate(schedule.id, "2026", cast.toan, DAY).figures
    assert (figure.count, figure.total, figure.average) == (1, Decimal(4180), Decimal(4180))
    both = {cast.health.id, cast.finance.id, cast.communes[0].id}
    (figure,) = consolidate(schedule.id, "2026", cast.toan, DAY, both).figures
    assert (figure.count, figure.total, figure.average) == (2, Decimal(4200), Decimal(2100))


def test_who_may_consolidate(cast: Cast, schedule: ReportSchedule, client_of: ClientOf) -> None:
    address = f"/schedules/{schedule.id}/consolidation/2026"
    for ending in ("", ".xlsx", ".docx", ".zip"):
        for user in (cast.toan, cast.duc, cast.binh):
            assert client_of(user).get(address + ending).status_code == 200, (ending, user.name)
        for user in (cast.hanh, cast.mai, cast.khoa, cast.ha, cast.outsider):
            assert client_of(user).get(address + ending).status_code == 404, (ending, user.name)
    assert client_of(cast.toan).get(f"/schedules/{schedule.id}/consolidation/2031").status_code == 404
    assert client_of(cast.toan).get("/schedules/999/consolidation/2026").status_code == 404


def test_the_workbook_holds_who_and_the_figures_as_numbers_and_no_formula(
    cast: Cast, schedule: ReportSchedule, client_of: ClientOf
) -> None:
    chosen = f"?choose=1&in={cast.health.id}&in={cast.finance.id}"
    answer = client_of(cast.toan).get(f"/schedules/{schedule.id}/consolidation/2026.xlsx{chosen}")
    book = load_workbook(io.BytesIO(answer.data))
    assert book.sheetnames == ["Tình hình gửi", "Chỉ tiêu", "1. Số hộ nghèo", "Nội dung"]
    values = {row[0]: row[1] for row in book["1. Số hộ nghèo"].iter_rows(min_row=5, values_only=True)}
    assert values == {"Sở Y tế": 4180, "Sở Tài chính": 20, "Tổng": 4200, "Bình quân": 2100}
    assert all(cell.data_type != "f" for sheet in book for row in sheet.iter_rows() for cell in row)


def test_the_report_is_drafted_with_its_tables_filled_in(
    cast: Cast, schedule: ReportSchedule, client_of: ClientOf
) -> None:
    answer = client_of(cast.binh).get(f"/schedules/{schedule.id}/consolidation/2026.docx")
    document = Document(io.BytesIO(answer.data))
    text = "\n".join(p.text for p in document.paragraphs)
    cells = {cell.text for table in document.tables for row in table.rows for cell in row.cells}
    assert (
        "BÁO CÁO" in text and "Sở Nội vụ tổng hợp như sau" in text and "Toàn tỉnh còn 4.180 hộ nghèo." in text
    )
    assert {"Số hộ nghèo", "4.180", "5.000", "Ủy ban nhân dân phường Bến Đò", "Chưa gửi, còn hạn"} <= cells


def test_all_files_come_as_one_zip_that_checks_itself(
    cast: Cast, schedule: ReportSchedule, client_of: ClientOf
) -> None:
    answer = client_of(cast.toan).get(f"/schedules/{schedule.id}/consolidation/2026.zip")
    packed = zipfile.ZipFile(io.BytesIO(answer.data))
    assert packed.testzip() is None
    assert packed.namelist() == [
        "01. Sở Y tế/Báo cáo năm.pdf", "01. Sở Y tế/báo cáo năm-2.pdf", "index.xlsx", "index.html", "SHA256SUMS",
    ]  # fmt: skip
    for line in packed.read("SHA256SUMS").decode().splitlines():
        digest, _space, name = line.partition("  ")
        assert hashlib.sha256(packed.read(name)).hexdigest() == digest
    assert "B%C3%A1o%20c%C3%A1o" in packed.read("index.html").decode()


def test_the_page_shows_sums_with_each_agency_behind_them(
    cast: Cast, schedule: ReportSchedule, client_of: ClientOf
) -> None:
    page = client_of(cast.binh).get(f"/schedules/{schedule.id}/consolidation/2026").text
    assert "3 trên 5 cơ quan đã gửi" in page and "4.180" in page and "Công văn 15/SNN." in page
    assert "chờ xác nhận" in page and "Sai số" not in page, "what waits does not enter by itself"
    with_it = client_of(cast.binh).get(
        f"/schedules/{schedule.id}/consolidation/2026?choose=1&in={cast.finance.id}"
    )
    assert "Sai số: =1+1" in with_it.text
