"""The line of weeks and the reasons of a day."""

from __future__ import annotations

from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest
from flask import Flask

from app.deadlines import DueRule, Reading, WorkCalendar
from app.obligations import timeline
from app.obligations.models import Extension, Obligation
from app.obligations.reasons import label_of_period, passage_of, steps_of
from app.schedules.models import ReportSchedule

TODAY, CALENDAR = date(2026, 11, 25), WorkCalendar()


def test_near_and_returned_days_are_amber() -> None:
    days = [(date(2026, 11, 30), False, 1), (date(2026, 12, 9), False, 2), (date(2026, 12, 15), True, 1)]
    assert [dot.tone for dot in timeline.dots(days, TODAY, CALENDAR, 5)] == ["soon", "upcoming", "soon"]


def test_only_holidays_are_hatched_and_named() -> None:
    runs = timeline.runs_off(CALENDAR, date(2026, 11, 23), date(2027, 2, 14), "vi")
    assert [(first, last) for first, last, _name in runs] == [
        (date(2026, 11, 24), date(2026, 11, 24)),
        (date(2027, 1, 1), date(2027, 1, 3)),
        (date(2027, 2, 4), date(2027, 2, 10)),
    ]
    assert runs[-1][2] == "Tết"


def test_the_summary_says_what_the_line_shows(app: Flask) -> None:
    days = timeline.dots([(date(2026, 11, 30), False, 2), (date(2026, 12, 9), False, 1)], TODAY, CALENDAR, 5)
    assert timeline.summary(days, 12) == "12 tuần tới. 30/11/2026: 2 việc; 09/12/2026: 1 việc."
    assert timeline.summary([], 12) == "Không có việc nào đến hạn trong 12 tuần tới."


def schedule() -> ReportSchedule:
    made = ReportSchedule()
    made.due_rule = BEFORE_15
    return made


def owed(**facts: object) -> Obligation:
    return Obligation(nominal_on=date(2026, 11, 15), due_on=date(2026, 11, 16), period="2026", **facts)


BEFORE_15 = DueRule(15, 11, qualifier="before", words="trước ngày 15 tháng 11")


def test_the_steps_lead_from_the_words_to_the_granted_day() -> None:
    granted = Extension(
        asked_until=date(2026, 11, 30), granted_until=date(2026, 11, 30),
        asked_at=datetime(2026, 11, 12, 2, tzinfo=UTC), decided_at=datetime(2026, 11, 12, 18, tzinfo=UTC),
    )  # fmt: skip
    refused = Extension(asked_until=date(2026, 12, 30), decided_at=datetime(2026, 11, 20, tzinfo=UTC))
    steps = steps_of(owed(), schedule(), [granted, refused], CALENDAR, Reading(), "vi")
    assert [step.day.day for step in steps] == [15, 14, 16, 30]
    assert steps[-1].text == "Đồng ý ngày 13/11/2026, theo đề nghị ngày 12/11/2026."  # the day in Vietnam


def test_no_steps_are_told_that_would_end_on_another_day() -> None:
    assert steps_of(owed(), None, [], CALENDAR, Reading(), "vi") == []
    declared = WorkCalendar({date(2026, 11, 16): "off"})  # settled before the day was declared
    assert steps_of(owed(), schedule(), [], declared, Reading(), "vi") == []


@pytest.mark.parametrize(
    ("key", "label"), [("2026-H1", "6 tháng đầu năm 2026"), ("2026", "năm 2026"), ("once", "")]
)
def test_a_period_is_named(key: str, label: str) -> None:
    assert label_of_period(key, "vi") == label


TEXT = "Mục tiêu.\n\n- Khám bệnh.\n\n- Sở Y tế gửi kết quả\ntrước ngày 15 tháng 11 để tổng hợp. Câu sau."
PLAN_TEXT = SimpleNamespace(text=TEXT, pages=[[0, 1], [20, 7]])


def source(words: str) -> SimpleNamespace:
    start = TEXT.index(words)
    return SimpleNamespace(span_start=start, span_end=start + len(words))


def test_the_words_are_marked_in_their_sentence() -> None:
    for span in ("trước ngày 15 tháng 11", "Sở Y tế gửi kết quả\ntrước ngày 15 tháng 11 để tổng hợp."):
        passage = passage_of(source(span), "trước ngày 15 tháng 11", PLAN_TEXT)
        assert passage is not None
        assert (passage.before, passage.marked, passage.after, passage.page) == (
            "Sở Y tế gửi kết quả ", "trước ngày 15 tháng 11", " để tổng hợp.", 7,
        )  # fmt: skip


def test_words_that_are_not_in_the_text_leave_the_sentence_unmarked() -> None:
    passage = passage_of(source("Khám bệnh."), "trước ngày 1/1", PLAN_TEXT)
    assert passage is not None and passage.marked == "" and "Khám bệnh." in passage.after
    assert passage_of(None, "x", PLAN_TEXT) is None
    assert passage_of(source("Khám bệnh."), "x", None) is None
