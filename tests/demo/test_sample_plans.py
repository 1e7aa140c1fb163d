"""The five sample plans say what they are meant to say: as text, and to the plan reader."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path

import pytest

from app.demo.plans import SamplePlan, build_sample_plans
from app.documents import read_document
from app.planreader import Directory, PlanReading, read_plan

DAYS = [date(2026, 11, 25), date(2027, 1, 4), date(2028, 2, 29), date(2027, 7, 1)]
TODAY = DAYS[0]
SHARED = Path(__file__).parents[3] / "shared" / "plans"

SNNMT, STC, SCT, SXD, SYT = (
    "Sở Nông nghiệp và Môi trường", "Sở Tài chính", "Sở Công Thương", "Sở Xây dựng", "Sở Y tế",
)  # fmt: skip
SGDDT, STP, SNV, SKHCN = ("Sở Giáo dục và Đào tạo", "Sở Tư pháp", "Sở Nội vụ", "Sở Khoa học và Công nghệ")
SVHTTDL, SDTTG = "Sở Văn hóa, Thể thao và Du lịch", "Sở Dân tộc và Tôn giáo"
BANK, COMMUNES = "Chi nhánh Ngân hàng Chính sách xã hội tỉnh", "Ủy ban nhân dân các xã, phường"
FRONT, UNIONS = "Ủy ban Mặt trận Tổ quốc Việt Nam tỉnh", "các hội, đoàn thể tỉnh"

# agency → number of duties; a request is marked by a star
ASSIGNMENTS = {
    "giam_ngheo_nam": {
        SNNMT: 2, SCT: 1, STC: 1, SGDDT: 1, SYT: 1, STP: 1, SVHTTDL: 1,
        "Báo và Phát thanh, Truyền hình Lam Giang": 1, "Thống kê tỉnh": 1, BANK: 1, "Ủy ban nhân dân 16 xã, phường": 3,
        "*" + FRONT: 2, "*" + UNIONS: 2,
    },
    "chi_thi_nhieu_nam": {
        SNNMT: 3, SDTTG: 3, SCT: 1, SKHCN: 1, SYT: 1, SGDDT: 1, SXD: 1, STP: 1, SNV: 1,
        "Văn phòng Ủy ban nhân dân tỉnh": 1, STC: 2, "Các sở, ngành liên quan": 1, COMMUNES: 8, "*" + FRONT: 1,
        "*Liên đoàn Lao động tỉnh": 1, "*Hội Liên hiệp Phụ nữ tỉnh": 1, "*Hội Nông dân tỉnh": 1,
        "*Hội Cựu chiến binh tỉnh": 1, "*Tỉnh đoàn Lam Giang": 1,
    },
    "thi_dua": {"Các sở, ban, ngành tỉnh": 1, UNIONS: 1, COMMUNES: 1, SNNMT: 1, "*" + FRONT: 1},
    "so_ket_tong_ket": {
        SNNMT: 3, STC: 1, SCT: 2, SXD: 1, SYT: 1, SGDDT: 1, STP: 1, SVHTTDL: 1, SKHCN: 1, SDTTG: 1, BANK: 1,
        "Các sở, ban, ngành liên quan": 1, "*" + FRONT: 1, "*các tổ chức chính trị - xã hội tỉnh": 1, COMMUNES: 7,
    },
    "chuong_trinh_du_an": {
        SNNMT: 3, SCT: 2, SYT: 3, SXD: 3, SKHCN: 3, SGDDT: 1, SVHTTDL: 2, STC: 1, SNV: 1, STP: 1, BANK: 1, SDTTG: 1,
        "Bảo hiểm xã hội tỉnh": 1, "*" + FRONT: 1, "Các hội, đoàn thể tỉnh": 1, COMMUNES: 3,
    },
}  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("plans")


def plans_of(today: date, folder: Path) -> dict[str, SamplePlan]:
    return {plan.key: plan for plan in build_sample_plans(today, folder / today.isoformat())}


def text_of(plan: SamplePlan) -> str:
    return read_document(plan.path).text


def reading_of(plan: SamplePlan) -> PlanReading:
    return read_plan(text_of(plan), Directory(), None if plan.date_complete else plan.issued_on)


@pytest.mark.parametrize("today", DAYS)
def test_five_plans_are_written_with_their_number_day_title_and_signer(today: date, folder: Path) -> None:
    plans = plans_of(today, folder)
    assert set(plans) == set(ASSIGNMENTS)
    for plan in plans.values():
        text = text_of(plan)
        assert plan.issued_on <= today
        assert plan.title in " ".join(text.split())
        assert "{" not in text
        for words in ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "KẾ HOẠCH", "Nơi nhận:", "Lưu: VT", "CHỦ TỊCH"):
            assert words in text
        if plan.date_complete:
            assert f"Số: {plan.number}" in text
            assert f"năm {plan.issued_on.year}" in text


@pytest.mark.parametrize("key", sorted(ASSIGNMENTS))
def test_the_reader_finds_every_agency_with_its_duties(key: str, folder: Path) -> None:
    reading = reading_of(plans_of(TODAY, folder)[key])
    found = {("*" if row.request else "") + row.agency: len(row.duties) for row in reading.assignments}
    assert found == ASSIGNMENTS[key]


@pytest.mark.parametrize("key", sorted(ASSIGNMENTS))
def test_the_reader_finds_number_day_issuer_title_and_period(key: str, folder: Path) -> None:
    plan = plans_of(TODAY, folder)[key]
    reading = read_plan(text_of(plan), Directory())
    assert (reading.number or "") == plan.number
    assert reading.issued_on == (plan.issued_on if plan.date_complete else None)
    assert reading.issuer == plan.issuer
    assert reading.title == plan.title
    assert reading.period == plan.period


def rules_of(plan: SamplePlan) -> list[tuple[object, ...]]:
    return [
        (
            report.kind,
            report.due.day,
            report.due.month,
            report.due.quarter,
            report.due.year,
            report.due.qualifier,
        )
        for report in reading_of(plan).reports
    ]


@pytest.mark.parametrize("today", DAYS)
def test_the_deadlines_are_those_of_real_plans(today: date, folder: Path) -> None:
    plans = plans_of(today, folder)
    first = plans["so_ket_tong_ket"].issued_on.year
    assert rules_of(plans["giam_ngheo_nam"]) == []
    assert rules_of(plans["thi_dua"]) == [
        ("half_year", 15, 5, None, None, "on"), ("annual", 15, 12, None, None, "on"),
    ]  # fmt: skip
    assert rules_of(plans["chuong_trinh_du_an"]) == [
        ("half_year", 15, 6, None, None, "before"), ("annual", 15, 11, None, None, "before"),
    ]  # fmt: skip
    assert rules_of(plans["so_ket_tong_ket"]) == [
        ("midterm_review", None, None, 4, first + 4, "in"), ("final_review", None, None, 4, first + 9, "in"),
        ("annual", 10, 12, None, None, "before"), ("midterm_review", 15, 9, None, first + 4, "before"),
        ("final_review", 15, 9, None, first + 9, "before"),
    ]  # fmt: skip


@pytest.mark.parametrize("today", DAYS)
def test_on_any_day_something_is_overdue_due_soon_and_later(today: date, folder: Path) -> None:
    plan = plans_of(today, folder)["chi_thi_nhieu_nam"]
    days = [date(rule[4], rule[2], rule[1]) for rule in rules_of(plan)]  # type: ignore[call-overload]
    assert days == [today + timedelta(days=-8), today + timedelta(days=4), today + timedelta(days=42)]
    assert plan.issued_on < days[0]


def test_the_movement_names_two_receivers_and_two_quotas(folder: Path) -> None:
    plan = plans_of(TODAY, folder)["thi_dua"]
    text = text_of(plan)
    assert plan.registers
    assert "gửi đăng ký thi đua về Sở Nông nghiệp và Môi trường" in text
    assert "và Sở Nội vụ (Ban Thi đua - Khen thưởng)" in text
    assert "không quá 05 tập thể và 05 cá nhân" in text


def test_the_budgets_of_the_components_add_up(folder: Path) -> None:
    text = text_of(plans_of(TODAY, folder)["chuong_trinh_du_an"])
    totals: list[int] = []
    for block in text.split("Tổng nhu cầu vốn thực hiện: ")[1:]:
        total, *sources = [int(found.replace(".", "")) for found in re.findall(r"([\d.]+) triệu đồng", block)]
        sources = sources[: len(re.findall(r"triệu đồng[;.]", block.split("\n\n# ")[0]))]
        totals.append(total)
        assert total in {sum(sources[:count]) for count in range(1, len(sources) + 1)}
    assert len(totals) == 8  # six projects, two of them in two sub-projects each
    assert sum(totals) == 124_950
    assert "là 124.950 triệu đồng" in text


def test_the_scanned_plan_lost_number_day_letters_and_whole_sentences(folder: Path) -> None:
    plan = plans_of(TODAY, folder)["so_ket_tong_ket"]
    text = text_of(plan)
    assert (plan.number, plan.date_complete) == ("", False)
    assert "Số:          /KH-UBND" in text
    assert f"ngày      tháng {plan.issued_on.month} năm {plan.issued_on.year}" in text
    assert "minh\n\nbach" in text
    assert {warning.code for warning in read_plan(text, Directory()).warnings} >= {
        "missing_number",
        "incomplete_date",
    }


def test_the_same_day_gives_the_same_bytes(tmp_path: Path) -> None:
    once = [plan.path.read_bytes() for plan in build_sample_plans(TODAY, tmp_path / "one")]
    again = [plan.path.read_bytes() for plan in build_sample_plans(TODAY, tmp_path / "two")]
    assert once == again


def test_sixteen_communes_are_what_the_plans_count(folder: Path) -> None:
    from app.demo.office import COMMUNES as NAMES

    assert len(NAMES) == 16
    assert "Ủy ban nhân dân 16 xã, phường" in text_of(plans_of(TODAY, folder)["giam_ngheo_nam"])


if SHARED.is_dir():

    def test_no_sentence_of_a_real_plan_is_in_ours(folder: Path) -> None:
        ours = " ".join(" ".join(text_of(plan).split()) for plan in plans_of(TODAY, folder).values())
        real = " ".join(" ".join(path.read_text(encoding="utf-8").split()) for path in SHARED.glob("*.txt"))
        long = [sentence for sentence in re.split(r"[.;:]\s", ours) if len(sentence) > 90]
        assert len(long) > 100
        assert [sentence for sentence in long if sentence in real] == []
