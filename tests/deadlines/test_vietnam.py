"""The calendar of Vietnam: lunar days held against the sky, decided days against the file."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import holidays
import pytest

from app.deadlines import OffCode, WorkCalendar, vietnam
from tests.deadlines.moon import lunar

CALENDAR = WorkCalendar()
YEARS = range(2017, 2037)

# (mùng 1 Tết, 10/3 lunar) as printed on calendars.
PRINTED = {
    2025: (date(2025, 1, 29), date(2025, 4, 7)),
    2026: (date(2026, 2, 17), date(2026, 4, 26)),
    2027: (date(2027, 2, 6), date(2027, 4, 16)),
    2028: (date(2028, 1, 26), date(2028, 4, 4)),
    2029: (date(2029, 2, 13), date(2029, 4, 23)),
    2030: (date(2030, 2, 2), date(2030, 4, 12)),
}


@pytest.mark.parametrize("year", YEARS)
def test_tet_and_gio_to_fall_where_moon_and_sun_put_them_in_vietnam(year: int) -> None:
    tet, gio_to = lunar(year, 1, 1), lunar(year, 3, 10)
    if year in PRINTED:
        assert (tet, gio_to) == PRINTED[year]
    reasons = vietnam.year_of(year).off
    assert reasons[tet].vi == "Tết Nguyên Đán"
    assert "Giỗ Tổ" in reasons[gio_to].vi
    assert reasons[tet - timedelta(days=1)].vi.startswith("Giao thừa")


def test_tet_2030_is_the_vietnamese_one_a_day_before_the_chinese() -> None:
    assert lunar(2030, 1, 1) == date(2030, 2, 2)
    assert "Chinese New Year" in holidays.China(years=2030, language="en_US")[date(2030, 2, 3)]
    assert vietnam.year_of(2030).off[date(2030, 2, 2)].vi == "Tết Nguyên Đán"


@pytest.mark.parametrize("year", YEARS)
def test_tet_takes_five_working_days_or_more_when_days_fall_on_a_weekend(year: int) -> None:
    mung_1 = lunar(year, 1, 1)
    around = CALENDAR.days_off(mung_1 - timedelta(days=3), mung_1 + timedelta(days=8))
    weekdays = [off.day for off in around if off.day.weekday() < 5]
    assert len(weekdays) == 5
    assert weekdays[-1] - weekdays[0] <= timedelta(days=6)


@pytest.mark.parametrize("year", YEARS)
def test_a_year_has_the_statutory_number_of_paid_days_off_on_weekdays(year: int) -> None:
    """Điều 112: 11 days since 2021, 10 before (02/9 one day), 12 with 24/11 from 2026; days in lieu make
    up for those on a weekend, and a swapped weekday is made up by a Saturday."""
    off = [off for off in CALENDAR.days_off(date(year, 1, 1), date(year, 12, 31)) if off.day.weekday() < 5]
    statutory = 10 if year < 2021 else 11 if year < 2026 else 12
    assert len([day for day in off if day.code is not OffCode.SWAPPED]) == statutory


@pytest.mark.parametrize(
    ("off", "worked", "basis"),
    [
        (date(2018, 12, 31), date(2019, 1, 5), "6519/VPCP-KGVX"),
        (date(2019, 4, 29), date(2019, 5, 4), "6519/VPCP-KGVX"),
        (date(2024, 4, 29), date(2024, 5, 4), "2450/VPCP-KGVX"),
        (date(2025, 5, 2), date(2025, 4, 26), "6150/TB-BLĐTBXH"),
        (date(2026, 1, 2), date(2026, 1, 10), "12729/VPCP-KGVX"),
        (date(2026, 8, 31), date(2026, 8, 22), "13/10/2025"),
    ],
)
def test_a_swapped_weekday_is_off_and_its_saturday_worked_by_the_same_decision(
    off: date, worked: date, basis: str
) -> None:
    reason, exchange = CALENDAR.why_off(off), CALENDAR.why_worked(worked)
    assert reason is not None and reason.code is OffCode.SWAPPED and basis in reason.basis
    assert exchange is not None and basis in exchange.basis
    assert CALENDAR.is_working_day(worked) and worked.weekday() == 5
    assert f"{worked:%d/%m/%Y}" in reason.words("vi") and f"{worked:%d/%m/%Y}" in reason.words("en")


@pytest.mark.parametrize(
    ("day", "code", "vi", "en"),
    [
        (date(2026, 6, 14), OffCode.WEEKEND, "Chủ nhật", "Sunday"),
        (date(2026, 6, 13), OffCode.WEEKEND, "Thứ Bảy", "Saturday"),
        (date(2026, 4, 26), OffCode.HOLIDAY, "Ngày Giỗ Tổ Hùng Vương", "Hung Kings' Commemoration Day"),
        (
            date(2026, 4, 27),
            OffCode.COMPENSATORY,
            "Ngày Giỗ Tổ Hùng Vương (nghỉ bù)",
            "Hung Kings' Commemoration Day (observed)",
        ),
        (date(2026, 11, 24), OffCode.HOLIDAY, "Ngày Văn hóa Việt Nam", "Vietnam Cultural Day"),
        (date(2026, 9, 1), OffCode.HOLIDAY, "Quốc khánh", "National Day"),
    ],
)
def test_a_day_off_says_why_in_both_languages(day: date, code: OffCode, vi: str, en: str) -> None:
    reason = CALENDAR.why_off(day)
    assert reason is not None
    assert (reason.code, reason.words("vi"), reason.words("en")) == (code, vi, en)


def test_every_day_off_other_than_a_weekend_names_its_law_or_decision() -> None:
    for off in CALENDAR.days_off(date(2017, 1, 1), date(2036, 12, 31)):
        assert off.words("vi") and off.words("en")
        assert bool(off.basis) is (off.code is not OffCode.WEEKEND)


@pytest.mark.parametrize("year", range(2017, 2027))
def test_the_decided_days_and_the_computed_ones_agree_on_weekdays_off(year: int) -> None:
    """A new release of the library or a slip in the file would show here."""
    path = Path(vietnam.__file__).with_name("vietnam.toml")
    entry = next(item for item in tomllib.loads(path.read_text("utf-8"))["year"] if item["year"] == year)
    computed = {day for day in holidays.Vietnam(years=year) if day.year == year}
    for span in entry["off"]:
        days = [span["from"] + timedelta(days=n) for n in range((span["to"] - span["from"]).days + 1)]
        assert [day for day in days if day.weekday() < 5 and day not in computed] == []
        for outside in (span["from"] - timedelta(days=1), span["to"] + timedelta(days=1)):
            swapped = {swap["off"] for swap in entry.get("swap", ())}
            assert outside.weekday() >= 5 or outside in swapped or CALENDAR.is_working_day(outside)


@pytest.fixture
def decisions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A file of decisions of the test's own, read afresh."""
    path = tmp_path / "vietnam.toml"
    monkeypatch.setattr(vietnam, "_DECISIONS", path)
    kept = (vietnam.year_of, vietnam.decreed_years, vietnam._decided, vietnam._entries)
    for cached in kept:
        cached.cache_clear()
    yield path
    for cached in kept:
        cached.cache_clear()


def test_where_a_decision_and_the_computed_calendar_differ_the_decision_holds(decisions: Path) -> None:
    """Tết 2027 is computed as 04/02 to 10/02; suppose that it is decided a day later."""
    decisions.write_text(
        """
        [[year]]
        year = 2027
        off = [{ from = 2027-02-05, to = 2027-02-11, vi = "Tết", en = "Tet", basis = "Thông báo 1" }]
        worked = [{ day = 2027-02-04, basis = "Thông báo 1" }]
        swap = [{ off = 2027-12-31, worked = 2028-01-08, basis = "Công văn 2" }]
        """,
        "utf-8",
    )
    calendar = WorkCalendar()
    assert calendar.is_decreed(2027) and not calendar.is_decreed(2026)
    assert calendar.is_working_day(date(2027, 2, 4))
    assert calendar.next_working_day(date(2027, 2, 5)) == date(2027, 2, 12)
    eve, added = calendar.why_off(date(2027, 2, 5)), calendar.why_off(date(2027, 2, 11))
    assert eve is not None and (eve.vi, eve.basis) == ("Giao thừa Tết Nguyên Đán", "Thông báo 1")
    assert added is not None and (added.vi, added.en, added.basis) == ("Tết", "Tet", "Thông báo 1")
    assert not calendar.is_working_day(date(2027, 12, 31))
    assert calendar.is_working_day(date(2028, 1, 8)), "a swap may reach into the next year"


def test_the_years_up_to_2026_are_decreed_and_2027_is_not() -> None:
    assert [year for year in range(2017, 2037) if CALENDAR.is_decreed(year)] == list(range(2017, 2027))


def test_a_year_that_is_not_decreed_is_announced_sixty_days_ahead() -> None:
    assert CALENDAR.undecreed_ahead(date(2026, 10, 31)) == ()
    assert CALENDAR.undecreed_ahead(date(2026, 11, 1)) == (2027,)
    assert CALENDAR.undecreed_ahead(date(2027, 3, 1)) == (2027,)
    assert WorkCalendar(decreed=[2027]).undecreed_ahead(date(2026, 12, 1)) == ()
