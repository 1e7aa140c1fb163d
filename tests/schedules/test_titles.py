"""What the report of one period is called."""

import pytest

from app.deadlines import Period
from app.schedules.titles import title_for


@pytest.mark.parametrize(
    ("title", "key", "called"),
    [
        ("Báo cáo năm về giảm nghèo", "2026", "Báo cáo năm 2026 về giảm nghèo"),
        ("Báo cáo hằng năm", "2026", "Báo cáo năm 2026"),
        ("Báo cáo 6 tháng", "2026-H1", "Báo cáo 6 tháng đầu năm 2026"),
        ("Báo cáo định kỳ 6 tháng", "2026-H2", "Báo cáo 6 tháng cuối năm 2026"),
        ("Báo cáo quý", "2026-Q3", "Báo cáo quý III năm 2026"),
        ("Báo cáo hằng tháng", "2026-M05", "Báo cáo tháng 5 năm 2026"),
        ("Báo cáo 9 tháng", "2026-9M", "Báo cáo 9 tháng đầu năm 2026"),
        ("Báo cáo sơ kết", "review-2028-midterm", "Báo cáo sơ kết"),
        ("Báo cáo kết quả thực hiện", "2026", "Báo cáo kết quả thực hiện, năm 2026"),
        ("Báo cáo năm 2026", "2026", "Báo cáo năm 2026"),
    ],
)
def test_the_period_stands_where_the_title_speaks_of_it(title: str, key: str, called: str) -> None:
    assert title_for(title, Period.parse(key)) == called
