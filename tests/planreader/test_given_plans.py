"""Fifteen real plans of five provinces, districts and cities, read as a clerk reads them.

The floors are what the reader has reached: a change that loses one of them is seen here.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import Any

import pytest

from app.planreader import Directory, PlanReading, fold, read_plan
from app.planreader.annotate import Mark, segments
from tests.planreader.conftest import GIVEN

GOLD = sorted((GIVEN / "gold").glob("*.gold.json"))
REPORT_FIELDS = ("kind", "day", "month", "quarter", "year", "qualifier")


def plain(text: str | None) -> str:
    return " ".join(re.sub(r"[^\w/]+", " ", fold(text or "")).split())


def read(name: str, directory: Directory) -> tuple[str, PlanReading]:
    text = (GIVEN / "plans" / name).read_bytes().decode("utf-8")
    return text, read_plan(text, directory)


def f1(expected: Counter[Any], got: Counter[Any]) -> float:
    if not expected and not got:
        return 1.0
    return 2 * (expected & got).total() / (expected.total() + got.total())


def scores(gold: dict[str, Any], reading: PlanReading) -> dict[str, float]:
    wanted = [(plain(row["agency"]), row["request"]) for row in gold["assignments"]]
    named = [(plain(row.agency), row.request) for row in reading.assignments]
    counts = [(plain(row["agency"]), row["duties"], plain(row["first_words"])) for row in gold["assignments"]]
    had = [
        (
            plain(row.agency),
            len(row.duties),
            " ".join(plain(row.duties[0].text).split()) if row.duties else "",
        )
        for row in reading.assignments
    ]
    fits = sum(any(w[:2] == h[:2] and h[2].startswith(w[2]) for h in had) for w in counts)
    reports = [tuple(row[field] for field in REPORT_FIELDS) for row in gold["reports"]]
    made = [
        (r.kind, r.due.day, r.due.month, r.due.quarter, r.due.year, str(r.due.qualifier))
        for r in reading.reports
    ]
    return {
        "agencies": f1(Counter(wanted), Counter(named)),
        "duties": fits / len(counts) if counts else 1.0,
        "reports": f1(Counter(reports), Counter(made)),
    }


EACH = [pytest.param(json.loads(path.read_text("utf-8")), id=path.name[:3]) for path in GOLD]


@pytest.mark.parametrize("gold", EACH)
def test_a_real_plan_keeps_its_floor(gold: dict[str, Any], directory: Directory) -> None:
    _, reading = read(gold["document"], directory)
    found = scores(gold, reading)
    assert min(found.values()) >= 0.95, found


def test_all_real_plans_together_keep_their_floor(directory: Directory) -> None:
    golds = [json.loads(path.read_text("utf-8")) for path in GOLD]
    all_scores = [scores(gold, read(gold["document"], directory)[1]) for gold in golds]
    means = {field: sum(s[field] for s in all_scores) / len(all_scores) for field in all_scores[0]}
    assert all(mean >= 0.99 for mean in means.values()), means


@pytest.mark.parametrize("gold", EACH)
def test_the_head_of_a_real_plan_is_read(gold: dict[str, Any], directory: Directory) -> None:
    _, reading = read(gold["document"], directory)
    assert plain(reading.number) == plain(gold["number"])
    assert (reading.issued_on and reading.issued_on.isoformat()) == gold["issued_on"]
    assert plain(reading.issuer) == plain(gold["issuer"])
    assert plain(gold["title_contains"]) in plain(reading.title)


@pytest.mark.parametrize("gold", EACH)
def test_every_draft_of_a_real_plan_can_be_shown_in_its_text(
    gold: dict[str, Any], directory: Directory
) -> None:
    text, reading = read(gold["document"], directory)
    marks = [Mark(*d.span, "duty", f"{i}") for i, a in enumerate(reading.assignments) for d in a.duties]
    marks += [Mark(*r.span, "report", "r") for r in reading.reports]
    assert all(plain(text[m.start : m.end]) for m in marks)
    assert "".join(text[s.start : s.end] for s in segments(text, marks)) == text


def test_the_components_of_a_programme_carry_their_money(directory: Directory) -> None:
    gold = json.loads((GIVEN / "gold" / "004.gold.json").read_text("utf-8"))
    _, reading = read("004.txt", directory)
    want = [(c["name"], c["lead"], c["budget_million_vnd"]) for c in gold["components"]]
    assert [(c.name, c.lead, c.budget) for c in reading.components] == want
