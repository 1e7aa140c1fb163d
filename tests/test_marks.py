"""Icons, leaves and chips: written once and kept, and still right in each language, year and place."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask

from app import clock, marks
from app.i18n import writing_in


@pytest.fixture
def page(app: Flask):
    with app.app_context(), app.test_request_context("/"):
        yield


def test_a_kept_chip_is_in_the_language_of_the_page(page):
    for _ in range(2):
        with writing_in("vi"):
            assert "Quá hạn 9 ngày" in marks.chip("overdue", n=9)
        with writing_in("en"):
            assert "Quá hạn" not in marks.chip("overdue", n=9)
            assert "Thứ" not in marks.leaf(date(2026, 12, 4))
        with writing_in("vi"):
            assert "Thứ Sáu" in marks.leaf(date(2026, 12, 4))


def test_every_state_has_words_and_a_drawing(page):
    for code in marks.CHIP_ICONS:
        shown = marks.chip(code, n=2)
        assert marks.chip_words(code, n=2) in shown and f"#{marks.CHIP_ICONS[code]}" in shown


def test_words_from_outside_are_escaped(page):
    assert "<b>" not in marks.chip("returned", text="<b>") and "&lt;b&gt;" in marks.chip(
        "returned", text="<b>"
    )


def test_a_leaf_of_another_year_says_so(page):
    year = clock.today().year
    assert "leaf-year" not in marks.leaf(date(year, 3, 2)) and "leaf-year" in marks.leaf(date(year + 1, 3, 2))


def test_drawings_are_found_where_the_software_is_mounted(app: Flask):
    for root in ("", "/dunghan"):
        with app.app_context(), app.test_request_context("/", environ_overrides={"SCRIPT_NAME": root}):
            assert f'href="{root}/static/' in marks.icon("check")
