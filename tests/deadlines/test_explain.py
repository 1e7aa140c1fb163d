"""Why this day: the steps, in two languages."""

from __future__ import annotations

import string
from datetime import date

import pytest

from app.deadlines import (
    LANGS,
    DueRule,
    DueRuleError,
    OffsetRule,
    Period,
    Reading,
    Step,
    StepCode,
    WorkCalendar,
    count_of_days,
    explain,
    format_day,
    resolve,
    resolve_offset,
    weekday_and_day,
    weekday_name,
)

CALENDAR = WorkCalendar()
JUNE = DueRule(15, 6, qualifier="before", words="trước ngày 15/6")
NOVEMBER = DueRule(15, 11, qualifier="before", words="trước ngày 15 tháng 11")


def test_the_way_from_the_words_to_the_day_reads_as_one_line() -> None:
    due = resolve(JUNE, 2026, CALENDAR)
    assert due.in_one_line("vi") == (
        "«trước ngày 15/6» → ngày nêu 15/06/2026"
        " → hạn cuối 14/06/2026 (trước ngày không tính ngày nêu)"
        " → Chủ nhật nên tính đến thứ Hai 15/06/2026 (Bộ luật Dân sự 2015, Điều 148)"
    )
    assert due.in_one_line("en") == (
        "«trước ngày 15/6» → named day 15/06/2026"
        " → last day in time 14/06/2026 (“before” leaves out the named day)"
        " → Sunday, so it runs until Monday 15/06/2026 (Civil Code 2015, Article 148)"
    )


def test_the_leaves_of_the_obligation_page_have_headings_and_causes() -> None:
    due = resolve(NOVEMBER, Period.parse("2026"), CALENDAR).extended(
        date(2026, 11, 30), decided_on=date(2026, 11, 13), asked_on=date(2026, 11, 12)
    )
    assert [(f"{step.day:%d/%m}", step.title("vi"), step.cause("vi")) for step in due.steps] == [
        ("15/11", "Ngày ghi trong kế hoạch", "Lặp lại theo kỳ, kỳ này là năm 2026."),
        ("14/11", "«Trước ngày»", "Ngày cuối cùng còn đúng hạn là hôm trước."),
        (
            "16/11",
            "Gặp ngày nghỉ",
            "Thứ Bảy. Chuyển sang ngày làm việc kế tiếp (Bộ luật Dân sự 2015, Điều 148).",
        ),
        ("30/11", "Gia hạn", "Đồng ý ngày 13/11/2026, theo đề nghị ngày 12/11/2026."),
    ]
    assert due.due_on == date(2026, 11, 30)
    assert due.nominal_on == date(2026, 11, 15)


def test_steps_that_change_nothing_are_left_out() -> None:
    plain = resolve(DueRule(15, 12, words="ngày 15/12"), 2026, CALENDAR)
    assert [step.code for step in plain.steps] == [StepCode.NAMED]
    assert plain.steps[-1].day == plain.due_on == date(2026, 12, 15)


def test_a_day_off_that_stays_says_that_the_office_set_it_so() -> None:
    due = resolve(JUNE, 2026, CALENDAR, Reading(late_roll="none"))
    assert due.steps[-1].code is StepCode.KEPT
    assert due.steps[-1].sentence("vi") == "Chủ nhật, hạn giữ nguyên 14/06/2026 theo thiết lập"
    assert due.steps[-1].day == due.due_on


@pytest.mark.parametrize(
    ("rule", "year", "codes"),
    [
        (DueRule(29, 2, words="ngày 29/02"), 2027, ["short_month", "rolled"]),
        (DueRule(30, 2, qualifier="before", words="trước 30/02"), 2028, ["short_month"]),
        (DueRule(month=6, qualifier="before", words="trước tháng 6"), 2027, ["span_start", "day_before"]),
        (DueRule(quarter=4, qualifier="in", words="Quý IV"), 2027, ["span_end"]),
        (DueRule(15, 6, qualifier="before", words="trước 15/6"), 2027, ["named", "day_before"]),
    ],
)
def test_each_way_of_naming_a_day_has_its_first_step(rule: DueRule, year: int, codes: list[str]) -> None:
    assert [str(step.code) for step in explain(rule, year, CALENDAR)] == codes


def test_a_long_holiday_is_told_with_its_ends() -> None:
    tet = explain(DueRule(15, 2, words="ngày 15/2"), 2026, CALENDAR)[-1]
    assert tet.cause("vi") == (
        "Nghỉ từ 15/02/2026 đến 22/02/2026 (Giao thừa Tết Nguyên Đán đến Mùng bốn Tết Nguyên Đán)."
        " Chuyển sang ngày làm việc kế tiếp (Bộ luật Dân sự 2015, Điều 148)."
    )
    one_day = explain(DueRule(24, 11, words="ngày 24/11"), 2026, CALENDAR)[-1]
    assert one_day.sentence("en").startswith("day off Tuesday 24/11/2026 (Vietnam Cultural Day), so it runs")


def test_a_rule_without_the_plans_words_is_told_in_ours_without_quotation_marks() -> None:
    first = explain(DueRule(15, 6, qualifier="before"), 2027, CALENDAR)[0]
    assert first.sentence("vi") == "trước ngày 15/06 hằng năm → ngày nêu 15/06/2027"
    assert first.sentence("en") == "before 15 June of every year → named day 15/06/2027"


@pytest.mark.parametrize(
    ("key", "vi", "en"),
    [
        ("2026", "Lặp lại theo kỳ, kỳ này là năm 2026.", "It repeats; this turn is for the year 2026."),
        ("once-2026", "Chỉ phải thực hiện một lần.", "It is owed once."),
        ("review-2026-midterm", "Sơ kết năm 2026.", "Mid-term review of 2026."),
    ],
)
def test_the_first_step_says_which_turn_it_is(key: str, vi: str, en: str) -> None:
    step = explain(DueRule(15, 6), 2026, CALENDAR, period=Period.parse(key))[0]
    assert (step.cause("vi"), step.cause("en")) == (vi, en)
    dated = explain(DueRule(15, 6, year=2026), 2026, CALENDAR, period=Period.parse("2026-H1"))[0]
    assert dated.cause("vi") == "Kỳ này là 6 tháng đầu năm 2026."
    assert dated.cause("en") == "For the first half of 2026."


def test_an_extension_may_say_which_day_its_reminders_count_towards() -> None:
    due = resolve(NOVEMBER, 2026, CALENDAR)
    sunday, friday = date(2026, 11, 29), date(2026, 11, 27)
    assert due.extended(sunday, date(2026, 11, 13)).remind_on == sunday
    assert due.extended(sunday, date(2026, 11, 13), remind_on=friday).remind_on == friday


def test_the_day_that_an_obligation_keeps_is_enough_to_explain_it() -> None:
    by_day = resolve(NOVEMBER, date(2026, 11, 15), CALENDAR, period=Period.parse("2026"))
    assert by_day == resolve(NOVEMBER, Period.parse("2026"), CALENDAR)
    assert by_day.steps[:1] == explain(NOVEMBER, 2026, CALENDAR, period=Period.parse("2026"))[:1]


@pytest.mark.parametrize(
    ("rule", "key", "kind", "named_on"),
    [
        (DueRule(15, 1, qualifier="before"), "2026", None, date(2027, 1, 15)),
        (DueRule(15, 1, qualifier="before"), "2026", "other", date(2026, 1, 15)),
        (DueRule(20, qualifier="before"), "2026-Q3", None, date(2026, 9, 20)),
        (DueRule(5), "2026-M12", None, date(2027, 1, 5)),
        (DueRule(15), "2026-H2", None, date(2026, 12, 15)),
        (DueRule(31, 3, year=2026), "once-2026", None, date(2026, 3, 31)),
        (DueRule(15, 9), "review-2025-midterm", None, date(2025, 9, 15)),
        (DueRule(20, 10), "2026-9M", None, date(2026, 10, 20)),
    ],
)
def test_the_day_of_a_period_is_found_again(
    rule: DueRule, key: str, kind: str | None, named_on: date
) -> None:
    assert resolve(rule, Period.parse(key), CALENDAR, kind=kind).nominal_on == named_on


def test_a_period_that_the_rule_has_no_day_for_is_refused() -> None:
    with pytest.raises(DueRuleError):
        resolve(DueRule(15, 6), Period.parse("2026-H2"), CALENDAR)
    with pytest.raises(DueRuleError):
        resolve(DueRule(15, 6, year=2025), Period.parse("2026-H1"), CALENDAR)


def _one_of_each() -> list[Step]:
    due = [
        resolve(JUNE, 2026, CALENDAR),
        resolve(JUNE, 2026, CALENDAR, Reading(late_roll="none")),
        resolve(DueRule(29, 2), 2027, CALENDAR),
        resolve(DueRule(month=6, qualifier="before"), 2027, CALENDAR),
        resolve(DueRule(quarter=4, year=2027), 2027, CALENDAR, period=Period.parse("once-2027")),
        resolve(DueRule(quarter=4, year=2027), 2027, CALENDAR).extended(date(2028, 1, 5), date(2027, 12, 1)),
        resolve_offset(OffsetRule(10, "working_day"), date(2026, 11, 2), CALENDAR),
        resolve(JUNE, 2026, CALENDAR).shifted(5, CALENDAR),
        resolve(JUNE, 2026, CALENDAR).shifted(-3, CALENDAR),
    ]
    return [step for one in due for step in one.steps]


def test_every_step_has_its_words_in_both_languages() -> None:
    steps = _one_of_each()
    assert {step.code for step in steps} == set(StepCode), "the sample shows every code"
    for step in steps:
        spoken = {lang: (step.title(lang), step.cause(lang), step.sentence(lang)) for lang in LANGS}
        assert all(text and text == text.strip() for texts in spoken.values() for text in texts)
        assert all("{" not in text and "None" not in text for texts in spoken.values() for text in texts)
        assert spoken["vi"][2] != spoken["en"][2]
        assert format_day(step.day) in spoken["vi"][2] and format_day(step.day) in spoken["en"][2]
        assert set(spoken["en"][0]) <= set(string.printable) | set("«»“”"), "no Vietnamese left in English"


def test_another_language_is_refused_and_a_locale_is_understood() -> None:
    step = explain(JUNE, 2026, CALENDAR)[0]
    assert step.sentence("vi_VN") == step.sentence("vi")
    assert step.sentence("en-GB") == step.sentence("en")
    with pytest.raises(ValueError, match="fr"):
        step.sentence("fr")


def test_days_are_written_as_official_papers_write_them() -> None:
    assert format_day(date(2026, 11, 30), "vi") == format_day(date(2026, 11, 30), "en") == "30/11/2026"
    assert weekday_name(date(2026, 11, 29)) == "Chủ nhật"
    assert weekday_and_day(date(2026, 11, 30), "en") == "Monday 30/11/2026"
    assert count_of_days(5, 3) == "5 ngày, 3 ngày làm việc"
    assert count_of_days(1, 1, "en") == "1 day, 1 working day"
    assert count_of_days(5, lang="en") == "5 days"
