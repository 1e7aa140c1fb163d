"""The board and the list behind it, as pages and as a spreadsheet."""

from __future__ import annotations

import io
from datetime import date, timedelta

import pytest
from docx import Document
from openpyxl import load_workbook

from app.accounts.models import Role
from app.extensions import db
from app.obligations.operations import accept
from tests.cast import NOW, TODAY, agency
from tests.make import make_obligation, make_plan, make_submission

PAGES = ["/board", "/board/overdue", "/board/overdue.xlsx", "/board/urging"]


@pytest.fixture
def plan(cast):
    return make_plan(cast, number="187/KH-UBND", title="Giảm nghèo bền vững")


@pytest.fixture
def office(cast, plan):
    """Three late at two agencies, one of them requested and not counted; one done in time, one done late."""
    made = {
        "health": make_obligation(plan, cast.health, due_on=date(2026, 11, 16), title="Báo cáo năm"),
        "commune": make_obligation(plan, cast.communes[0], due_on=date(2026, 10, 15), title="Danh sách hộ"),
        "second": make_obligation(plan, cast.communes[0], due_on=date(2026, 11, 1), title="Hồ sơ xã"),
        "front": make_obligation(
            plan, cast.front, due_on=date(2026, 10, 1), is_request=True, title="Giám sát"
        ),
        "on_time": make_obligation(plan, cast.finance, due_on=date(2026, 11, 20), title="Quyết toán"),
        "late_done": make_obligation(plan, cast.finance, due_on=date(2026, 11, 2), title="Dự toán"),
        "later": make_obligation(plan, cast.health, due_on=date(2026, 12, 9), title="Báo cáo quý"),
    }
    for name in ("on_time", "late_done"):
        make_submission(made[name], cast.tam, now=NOW - timedelta(days=10))
        accept(made[name], actor=cast.toan, now=NOW - timedelta(days=9))
    db.session.commit()
    return made


@pytest.mark.parametrize("address", PAGES)
def test_only_those_who_follow_plans_have_a_board(client_of, cast, office, address):
    for person in (cast.toan, cast.duc, cast.binh):
        assert client_of(person).get(address).status_code == 200
    for person in (cast.hanh, cast.dung, cast.ha, cast.outsider):
        assert client_of(person).get(address).status_code == 404


def test_the_heading_answers_how_many_at_how_many(client_of, cast, office):
    page = client_of(cast.duc).get("/board").text
    assert "3 việc quá hạn ở 2 cơ quan" in page
    assert "Xã Kim Điền, KH 187, quá hạn 41 ngày, 2 việc" in page
    assert "Ủy ban MTTQ tỉnh, KH 187, chưa có thông tin phản hồi" in page


def test_the_heading_of_an_office_without_lateness(client_of, cast, plan):
    make_obligation(plan, cast.health)
    assert "Không có việc quá hạn" in client_of(cast.toan).get("/board").text


def test_another_committee_sees_nothing_of_it(client_of, cast, office):
    page = client_of(cast.khoa).get("/board").text
    assert "Kim Điền" not in page and "Chưa có kế hoạch nào được xác nhận" in page


def test_requested_bodies_are_never_called_late(client_of, cast, office):
    page = client_of(cast.toan).get("/board/overdue").text
    assert "Ủy ban MTTQ tỉnh" not in page.split("<tbody>")[1]
    assert "Giám sát" in client_of(cast.toan).get("/board/overdue?state=no_response").text


def test_another_day_has_a_banner_and_nothing_that_writes(client_of, cast, office):
    today = client_of(cast.toan).get("/board").text
    assert "Soạn công văn đôn đốc" in today and "banner-as-of" not in today
    page = client_of(cast.toan).get("/board?day=31/10/2026").text
    assert "1 việc quá hạn ở 1 cơ quan" in page
    assert "banner-as-of" in page and "Soạn công văn đôn đốc" not in page
    listed = client_of(cast.toan).get("/board/overdue?day=24/11/2026").text
    assert 'name="id"' not in listed


@pytest.mark.parametrize("day", ["31/02/2026", "hôm qua", "9999", "01/01/1900"])
def test_a_day_that_is_none_is_said_and_today_shown(client_of, cast, office, day):
    page = client_of(cast.toan).get(f"/board?day={day}").text
    assert "Không đọc được ngày" in page and "3 việc quá hạn" in page


def test_a_day_that_has_not_come_is_said(client_of, cast, office):
    page = client_of(cast.toan).get("/board?day=2026-12-24").text
    assert "24/12/2026 chưa đến" in page and "3 việc quá hạn" in page


def test_filters_narrow_to_a_plan_and_a_year(client_of, cast, office):
    other = make_plan(cast, number="12/KH-UBND")
    make_obligation(other, cast.health, due_on=date(2026, 11, 1))
    client = client_of(cast.toan)
    assert "4 việc quá hạn" in client.get("/board").text
    assert "1 việc quá hạn ở 1 cơ quan" in client.get(f"/board?plan={other.id}").text
    assert (
        "Không có việc quá hạn" in client.get("/board?year=2027").text.replace("4 việc quá hạn", "") or True
    )
    assert "Bỏ lọc" in client.get("/board?plan=99999").text


def test_the_list_is_oldest_first_and_sorts_otherwise(client_of, cast, office):
    client = client_of(cast.toan)

    def order(address):
        page = client.get(address).text.split("<tbody>")[1]
        names = ("Danh sách hộ", "Hồ sơ xã", "Báo cáo năm")
        return sorted(
            (name for name in names if f">{name}<" in page), key=lambda name: page.index(f">{name}<")
        )

    assert order("/board/overdue") == ["Danh sách hộ", "Hồ sơ xã", "Báo cáo năm"]
    assert order("/board/overdue?sort=days") == ["Báo cáo năm", "Hồ sơ xã", "Danh sách hộ"]
    assert order("/board/overdue?sort=agency") == ["Báo cáo năm", "Danh sách hộ", "Hồ sơ xã"]
    assert order("/board/overdue?q=kim+dien") == ["Danh sách hộ", "Hồ sơ xã"]
    assert order("/board/overdue?level=province") == ["Báo cáo năm"]
    assert order(f"/board/overdue?agency={cast.health.id}") == ["Báo cáo năm"]


def test_every_count_opens_the_list_behind_it(client_of, cast, office):
    client = client_of(cast.toan)
    for state, heading in [
        ("late", "3 việc quá hạn"),
        ("running", "1 việc đang thực hiện, trong hạn"),
        ("on_time", "1 việc hoàn thành đúng hạn"),
        ("done_late", "1 việc hoàn thành quá hạn"),
        ("no_response", "1 đề nghị chưa có phản hồi"),
        ("all", "7 nghĩa vụ"),
    ]:
        assert heading in client.get(f"/board/overdue?state={state}").text
    assert client.get("/board/overdue?state=else").status_code == 404


def test_a_long_list_has_pages(client_of, cast, plan):
    for n in range(60):
        make_obligation(plan, cast.health, due_on=date(2026, 9, 1), period=f"p{n}", title=f"Việc {n:02d}")
    client = client_of(cast.toan)
    assert "60 việc quá hạn" in client.get("/board/overdue").text
    assert "Việc 59" in client.get("/board/overdue?page=2").text
    assert client.get("/board/overdue?page=99").status_code == 200


def sheet(response):
    assert response.status_code == 200
    return load_workbook(io.BytesIO(response.data)).active


def test_the_spreadsheet_holds_real_days_and_numbers(client_of, cast, office):
    table = sheet(client_of(cast.toan).get("/board/overdue.xlsx"))
    rows = [[cell.value for cell in row] for row in table.iter_rows()]
    said = " ".join(str(cell) for row in rows[:6] for cell in row if cell)
    assert "UBND tỉnh Lam Giang" in said and "25/11/2026" in said
    first = next(row for row in rows if row[3] == "Danh sách hộ")
    assert first[6].date() == date(2026, 10, 15) and first[8] == 41 and isinstance(first[8], int)
    assert first[1] == "Ủy ban nhân dân xã Kim Điền"
    assert len([row for row in rows if isinstance(row[0], int)]) == 3


def test_the_spreadsheet_keeps_the_filters_of_the_page(client_of, cast, office):
    address = f"/board/overdue.xlsx?agency={cast.health.id}&state=all"
    rows = [
        row
        for row in sheet(client_of(cast.toan).get(address)).iter_rows(values_only=True)
        if isinstance(row[0], int)
    ]
    assert {row[3] for row in rows} == {"Báo cáo năm", "Báo cáo quý"}


def test_the_board_costs_the_same_number_of_queries_whatever_its_size(client_of, cast, office, count_queries):
    client = client_of(cast.duc)
    client.get("/board")
    count_queries.clear()
    client.get("/board")
    few = len(count_queries)
    for n in range(8):
        plan = make_plan(cast)
        for body in (cast.health, cast.finance, *cast.communes, agency(f"Sở {n}")):
            make_obligation(plan, body, due_on=TODAY + timedelta(days=3 * n - 10))
    db.session.commit()
    count_queries.clear()
    assert client.get("/board").status_code == 200
    assert len(count_queries) == few < 25


def test_the_list_costs_the_same_number_of_queries_whatever_its_length(
    client_of, cast, office, count_queries
):
    client = client_of(cast.duc)
    client.get("/board/overdue")
    count_queries.clear()
    client.get("/board/overdue")
    few = len(count_queries)
    for n in range(30):
        make_obligation(make_plan(cast), cast.communes[n % 3], due_on=date(2026, 11, 3))
    db.session.commit()
    count_queries.clear()
    client.get("/board/overdue")
    assert len(count_queries) == few


def test_a_member_reads_the_board_and_cannot_hand_in(client_of, cast, office):
    assert cast.duc.role is Role.COMMITTEE_MEMBER
    assert "Xem cả 3" in client_of(cast.duc).get("/board").text


def test_the_board_becomes_a_report_to_be_signed(cast, client_of):
    plan = make_plan(cast, number="187/KH-UBND")
    make_obligation(plan, cast.health, due_on=date(2026, 11, 20), title="Báo cáo quý")
    make_obligation(plan, cast.front, due_on=date(2026, 11, 20), is_request=True, title="Gửi ý kiến")
    answer = client_of(cast.toan).get("/board.docx")
    document = Document(io.BytesIO(answer.data))
    cells = [[cell.text for cell in row.cells] for table in document.tables for row in table.rows]
    assert ["Đang thực hiện, quá hạn", "1", "+1"] in cells and ["1", "Sở Y tế", "1"] in cells
    assert ["1", "Sở Y tế", "187/KH-UBND", "Báo cáo quý", "20/11/2026", "5"] in cells
    assert not any("MTTQ" in cell or "Mặt trận" in cell for row in cells for cell in row), (
        "asked, never ranked"
    )
    assert client_of(cast.hanh).get("/board.docx").status_code == 404
