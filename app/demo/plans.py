"""Five sample plans of tỉnh Lam Giang, written for the demonstration, as .docx files.

They carry what real plans carry: agencies one by one and side by side, groups, requests, half-year and annual
reports, reviews in a quarter and before a day, registration with two bodies, quotas, components with budgets; one
has no deadline at all, and one went through text recognition and lost its number, its day and some letters.

The words stand in texts/*.txt, one paragraph a line:

    # heading     ~ italic     *lead| text: a lead in bold     | a | b |: a table row     anything else: text
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from app.documents import letters

PROVINCE = "Ủy ban nhân dân tỉnh Lam Giang"
STANDING_AGENCY = "Sở Nông nghiệp và Môi trường"

_TEXTS = Path(__file__).with_name("texts")
_HEAD_OF_PROVINCE = letters.Signature(("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"), "Đặng Quốc Thịnh")
_DEPUTY = letters.Signature(("TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"), "Lương Thị Minh Hà")
_RECIPIENTS = (
    "Thường trực Tỉnh ủy, Thường trực HĐND tỉnh (b/c)",
    "Chủ tịch, các PCT UBND tỉnh",
    "Ủy ban MTTQ Việt Nam tỉnh",
    "Các sở, ban, ngành, đoàn thể tỉnh",
    "UBND 16 xã, phường",
    "Lưu: VT, NNMT",
)


@dataclass(frozen=True, slots=True)
class SamplePlan:
    """One sample plan on disk.

    key: a stable name of the sample. number: as printed, "" where the text lost it.
    issued_on: the true day of issue; `date_complete` is False where the text shows month and year only, so that a
    person has to fill it in at the review.
    period: first and last year. registers: whether it launches an emulation movement.
    """

    key: str
    path: Path
    number: str
    issued_on: date
    title: str
    period: tuple[int, int]
    issuer: str = PROVINCE
    standing_agency: str = STANDING_AGENCY
    date_complete: bool = True
    registers: bool = False


def build_sample_plans(today: date, folder: Path) -> list[SamplePlan]:
    """Write the five plans into `folder` (made if missing) and say what they are. Same day, same bytes.

    today: the day of the demonstration in Vietnam. The yearly plans are those of its year (of the year before, in
    January and February), and one plan asks for reports eight days before, four days and six weeks after it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    year = today.year if today.month > 2 else today.year - 1
    return [
        _yearly_plan(year, folder),
        _directive(today, folder),
        _movement(year, folder),
        _reviews(year - 1, folder),
        _programme(year - 1, folder),
    ]


def _yearly_plan(year: int, folder: Path) -> SamplePlan:
    """Many agencies, a request, and no deadline."""
    issued = date(year, 1, 12)
    lines = (f"Thực hiện công tác giảm nghèo bền vững năm {year}", "trên địa bàn tỉnh Lam Giang")
    return _write(
        folder, "giam_ngheo_nam", 18, issued, lines, {"B": year, "B1": year - 1}, (year, year), _DEPUTY
    )  # fmt: skip


def _directive(today: date, folder: Path) -> SamplePlan:
    """Requests to five unions in one sentence, money «trong tháng 01 hằng năm», reports around today."""
    issued = today - timedelta(days=45)
    words = {
        "Y": issued.year,
        "Y1": issued.year - 1,
        "Y4": issued.year + 4,
        "past": f"{today - timedelta(days=8):%d/%m/%Y}",
        "soon": f"{today + timedelta(days=4):%d/%m/%Y}",
        "later": f"{today + timedelta(days=42):%d/%m/%Y}",
    }
    lines = (
        "Triển khai Chỉ thị về việc tăng cường chỉ đạo",
        f"thực hiện Chương trình giảm nghèo bền vững giai đoạn {issued.year} - {issued.year + 4}",
    )
    period = (issued.year, issued.year + 4)
    return _write(folder, "chi_thi_nhieu_nam", 172, issued, lines, words, period, _HEAD_OF_PROVINCE)


def _movement(year: int, folder: Path) -> SamplePlan:
    """An emulation movement: 15/5 and 15/12, registration with two bodies, 05 collectives and 05 individuals."""
    lines = ("Phát động Phong trào thi đua", f"“Lam Giang chung sức giảm nghèo” năm {year}")
    return _write(
        folder, "thi_dua", 47, date(year, 2, 24), lines, {"B": year}, (year, year), _DEPUTY, registers=True
    )  # fmt: skip


def _reviews(first: int, folder: Path) -> SamplePlan:
    """Annual reports before 10/12, reviews in a quarter and before a day; recognised from a scan: no number, no day."""
    lines = (
        f"Thực hiện Kế hoạch số 41-KH/TU ngày 16/6/{first} của Ban Thường vụ Tỉnh ủy",
        f"về công tác giảm nghèo bền vững đến năm {first + 9}",
    )
    words = {"P": first, "P4": first + 4, "P9": first + 9}
    return _write(
        folder, "so_ket_tong_ket", None, date(first, 8, 11), lines, words, (first, first + 9), _DEPUTY
    )  # fmt: skip


def _programme(year: int, folder: Path) -> SamplePlan:
    """Before 15/6 and 15/11 through the standing agency; six components with budgets and an appendix."""
    issued = date(year, 1, 20)
    lines = ("Thực hiện Chương trình giảm nghèo bền vững", f"tỉnh Lam Giang giai đoạn {year} - {year + 4}")
    words = {"B": year, "B1": year - 1, "B4": year + 4}
    after = (
        letters.Appendix(
            f"PHỤ LỤC\nKINH PHÍ CÁC DỰ ÁN GIAI ĐOẠN {year} - {year + 4}",
            f"(Kèm theo Kế hoạch số 25/KH-UBND ngày 20 tháng 01 năm {year} của Ủy ban nhân dân tỉnh)",
        ),
        letters.Text("Đơn vị tính: triệu đồng", italic=True),
        letters.Table(_BUDGET[0], _BUDGET[1:]),
    )
    return _write(
        folder, "chuong_trinh_du_an", 25, issued, lines, words, (year, year + 4), _HEAD_OF_PROVINCE, after=after
    )  # fmt: skip


_BUDGET = (
    (
        "STT",
        "Dự án",
        "Tổng số",
        "Ngân sách địa phương",
        "Vốn vay ưu đãi",
        "Cộng đồng, vốn khác",
        "Xã hội hóa",
    ),
    ("1", "Dự án 1", "9.200", "", "5.000", "4.200", ""),
    ("2", "Dự án 2", "12.400", "9.900", "", "2.500", ""),
    ("3", "Dự án 3", "15.600", "15.600", "", "", ""),
    ("4", "Dự án 4", "86.000", "30.000", "", "", "56.000"),
    ("5", "Dự án 5", "900", "900", "", "", ""),
    ("6", "Dự án 6", "850", "850", "", "", ""),
    ("", "Tổng cộng", "124.950", "57.250", "5.000", "6.700", "56.000"),
)


def _write(
    folder: Path,
    key: str,
    number: int | None,
    issued_on: date,
    title: tuple[str, ...],
    words: Mapping[str, str | int],
    period: tuple[int, int],
    signature: letters.Signature,
    *,
    registers: bool = False,
    after: tuple[letters.Block, ...] = (),
) -> SamplePlan:
    """Write one plan. Without a number it is the scanned one: the day of issue is missing as well."""
    complete = number is not None
    head = letters.Head(
        superior="",
        issuer=PROVINCE,
        number_line=letters.number_line("KH-UBND", number),
        date_line=letters.date_line("Lam Giang", issued_on)
        if complete
        else f"Lam Giang, ngày      tháng {issued_on.month} năm {issued_on.year}",
    )
    body = _blocks((_TEXTS / f"{key}.txt").read_text(encoding="utf-8").format(**words))
    path = folder / f"{key}.docx"
    path.write_bytes(letters.plan_document(head, title, body, signature, _RECIPIENTS, after))
    return SamplePlan(
        key=key,
        path=path,
        number=f"{number}/KH-UBND" if number is not None else "",
        issued_on=issued_on,
        title=" ".join(title),
        period=period,
        date_complete=complete,
        registers=registers,
    )


def _blocks(text: str) -> list[letters.Block]:
    """The lines of a text file as blocks of a document."""
    blocks: list[letters.Block] = []
    for line in filter(None, map(str.strip, text.splitlines())):
        if line.startswith("# "):
            blocks.append(letters.Heading(line[2:]))
        elif line.startswith("~"):
            blocks.append(letters.Text(line[1:], italic=True))
        elif line.startswith("*"):
            lead, _, rest = line[1:].partition("|")
            blocks.append(letters.Text(rest.strip(), lead=lead) if lead else letters.Text(rest.strip()))
        else:
            blocks.append(letters.Text(line))
    return blocks
