"""The reader on its corpus: every case is read as a careful clerk reads it."""

from __future__ import annotations

import re

import pytest

from app.planreader import Directory, read_plan
from app.planreader.text import clean
from tools.reader_corpus import Case, cases, outline

CASES = list(cases())


def test_the_corpus_is_large_and_varied() -> None:
    assert len(CASES) >= 40
    fields = {field for case in CASES for field in case.expected}
    assert {"assignments", "reports", "registrations", "awards", "components", "basis", "warnings"} <= fields


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_case_is_read_as_expected(case: Case, directory: Directory) -> None:
    got = outline(read_plan(case.text, directory))
    assert {field: got[field] for field in case.expected} == case.expected


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_span_shows_the_words_that_it_stands_for(case: Case, directory: Directory) -> None:
    reading = read_plan(case.text, directory)
    for assignment in reading.assignments:
        assert (
            words(case.text, assignment.span)
            == plain(assignment.agency)[-len(words(case.text, assignment.span)) :]
        )
        for duty in assignment.duties:
            assert words(case.text, duty.span) == plain(duty.text)
    for report in reading.reports:
        assert words(case.text, report.span) == plain(report.text)


def plain(text: str) -> str:
    """Letters and digits only, in one spelling: what cleaning must not change."""
    return "".join(c for c in clean(text).text.casefold() if c.isalnum())


PAGE_NUMBER = re.compile(r"(?m)^\s*\d{1,3}\s*\n")


def words(text: str, span: tuple[int, int]) -> str:
    """What the span shows, without a page number that stands inside a sentence."""
    return plain(PAGE_NUMBER.sub("", text[span[0] : span[1]]))
