"""The head of a plan is read whatever became of its two columns on the way to a text."""

from __future__ import annotations

from datetime import date

import pytest

from app.planreader import Directory, read_plan

REST = """

KẾ HOẠCH
Phát triển du lịch cộng đồng giai đoạn 2022 - 2025
__________

Căn cứ Nghị quyết số 10/NQ-HĐND ngày 09/12/2021 của Hội đồng nhân dân tỉnh;

UBND tỉnh ban hành Kế hoạch như sau:

I. TỔ CHỨC THỰC HIỆN

1. Sở Du lịch: Chủ trì thực hiện.

TM. ỦY BAN NHÂN DÂN
KT. CHỦ TỊCH
PHÓ CHỦ TỊCH

Trần Văn Bình
"""

LETTERHEADS = {
    "columns joined line by line": """ỦY BAN NHÂN DÂN CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
TỈNH SÔNG TRÀ Độc lập - Tự do - Hạnh phúc
------- ---------------
Số: 87/KH-UBND Sông Trà, ngày 03 tháng 3 năm 2022""",
    "columns kept by blanks": """     ỦY BAN NHÂN DÂN                CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
      TỈNH SÔNG TRÀ                        Độc lập - Tự do - Hạnh phúc
      Số:  87 /KH-UBND                 Sông Trà, ngày  03 tháng 3  năm 2022""",
    "a table with tags": """| **ỦY BAN NHÂN DÂN<br>TỈNH SÔNG TRÀ**<br>---- | **CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM<br>\
Độc lập - Tự do - Hạnh phúc** |
|---|---|
| Số: 87/KH-UBND | *Sông Trà, ngày 03 tháng 3 năm 2022* |""",
    "bold lines of Markdown": """**ỦY BAN NHÂN DÂN**

**TỈNH SÔNG TRÀ**

**\\-------**

Số: 87/KH-UBND

**CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM**

**Độc lập - Tự do - Hạnh phúc**

*Sông Trà, ngày 03 tháng 3 năm 2022*""",
    "no colon, older spelling": """UỶ BAN NHÂN DÂN
TỈNH SÔNG TRÀ
Số 87/KH-UBND
CỘNG HOÀ XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc
Sông Trà, ngày 3 tháng 03 năm 2022""",
    "a page of a portal": """Kế hoạch 87/KH-UBND năm 2022 về phát triển du lịch cộng đồng

ỦY BAN NHÂN DÂN TỈNH SÔNG TRÀ
--------

CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc
---------------

Số: 87/KH-UBND

Sông Trà, ngày 03 tháng 3 năm 2022""",
}


@pytest.mark.parametrize("letterhead", LETTERHEADS.values(), ids=LETTERHEADS.keys())
def test_the_head_is_read_from_any_layout(letterhead: str, directory: Directory) -> None:
    reading = read_plan(letterhead + REST, directory)
    assert reading.number == "87/KH-UBND"
    assert reading.issued_on == date(2022, 3, 3)
    assert reading.issuer == "Ủy ban nhân dân tỉnh Sông Trà"
    assert reading.title == "Phát triển du lịch cộng đồng giai đoạn 2022 - 2025"
    assert reading.period == (2022, 2025)
    assert reading.signer is not None
    assert (reading.signer.name, reading.signer.position) == ("Trần Văn Bình", "Phó Chủ tịch")
    assert [given.agency for given in reading.assignments] == ["Sở Du lịch"]
    assert reading.warnings == ()


def test_a_department_under_its_committee_issues_its_own_plan(directory: Directory) -> None:
    head = "UBND TỈNH SÔNG TRÀ\nSỞ DU LỊCH\nSố: 87/KH-SDL\nSông Trà, ngày 03/3/2022"
    reading = read_plan(head + REST, directory)
    assert (reading.issuer, reading.number) == ("Sở Du lịch", "87/KH-SDL")


def test_an_empty_number_and_day_are_left_open_and_told(directory: Directory) -> None:
    head = "ỦY BAN NHÂN DÂN\nTỈNH SÔNG TRÀ\n\nSố:       /KH-UBND\n\nSông Trà, ngày      tháng 3 năm 2022"
    reading = read_plan(head + REST, directory)
    assert (reading.number, reading.issued_on) == (None, None)
    assert {warning.code for warning in reading.warnings} == {"missing_number", "incomplete_date"}
