"""Comparing plans as plain values: nothing differs from itself, and what one way adds the other way drops."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.plans.differences import Movement, Outline, Report, Task, changed_words, compare, concerned, likeness

WORDS = st.lists(
    st.sampled_from(["chủ", "trì", "lập", "dự", "toán", "rà", "soát", "hộ", "nghèo", "kiểm", "tra", "xã"]),
    min_size=1,
    max_size=9,
).map(" ".join)
RULES = st.none() | st.builds(
    lambda day, month: {"day": day, "month": month, "quarter": None, "year": None, "qualifier": "before"},
    st.integers(1, 28), st.integers(1, 12),
)  # fmt: skip
AGENCIES = st.lists(st.integers(1, 4), unique=True, max_size=3).map(tuple)


def _numbered(rows, name):
    return tuple(row(f"{name}:{n}") for n, row in enumerate(rows))


TASKS = st.lists(
    st.builds(
        lambda body, agencies, text, rule: lambda key: Task(key, body, body, agencies, text, rule=rule),
        st.sampled_from(["agency:1", "agency:2"]), AGENCIES, WORDS, RULES,
    ), max_size=6,
)  # fmt: skip
REPORTS = st.lists(
    st.builds(
        lambda kind, title, agencies, rule: lambda key: Report(key, kind, title, agencies, (), "Sở", rule=rule),
        st.sampled_from(["annual", "half_year", "other"]), WORDS, AGENCIES, RULES,
    ), max_size=4,
)  # fmt: skip
MOVEMENTS = st.lists(
    st.builds(
        lambda title, quota: lambda key: Movement(key, title, (), ("Sở",), quota_collective=quota),
        WORDS, st.none() | st.integers(1, 9),
    ), max_size=3,
)  # fmt: skip
OUTLINES = st.builds(
    lambda tasks, reports, movements: Outline(
        _numbered(tasks, "duty"), _numbered(reports, "schedule"), _numbered(movements, "movement")
    ),
    TASKS, REPORTS, MOVEMENTS,
)  # fmt: skip


@given(OUTLINES)
def test_a_plan_does_not_differ_from_itself(outline):
    found = compare(outline, outline)
    assert found.is_empty and all(pair.old == pair.new for pair in found.pairs)


@given(OUTLINES, OUTLINES)
def test_what_one_way_adds_the_other_way_drops(one, other):
    there, back = compare(one, other), compare(other, one)
    assert {(p.old, p.new) for p in map(_keys, there.pairs)} == {
        (p.new, p.old) for p in map(_keys, back.pairs)
    }
    assert there.count("added") == back.count("dropped") and there.count("changed") == back.count("changed")


@given(OUTLINES, OUTLINES)
def test_every_item_of_both_plans_stands_in_exactly_one_pair(one, other):
    found = compare(one, other)
    for plan, side in ((one, "old"), (other, "new")):
        items = [item.key for item in (*plan.tasks, *plan.reports, *plan.movements)]
        paired = [getattr(pair, side).key for pair in found.pairs if getattr(pair, side) is not None]
        assert sorted(paired) == sorted(items)


@given(OUTLINES)
def test_an_outline_comes_back_from_json_as_it_was(outline):
    assert Outline.from_json(outline.to_json()) == outline


@given(WORDS, WORDS)
def test_changed_words_hold_both_texts(old, new):
    runs = changed_words(old, new)
    assert " ".join(words for what, words in runs if what != "come").split() == old.split()
    assert " ".join(words for what, words in runs if what != "gone").split() == new.split()


def test_case_blanks_and_closing_marks_make_no_difference():
    assert likeness("Lập dự toán  kinh phí;", "lập dự toán kinh phí.") == 1.0
    assert likeness("Lập dự toán kinh phí", "Kiểm tra các xã", 0.6) == 0.0


def test_a_report_that_goes_on_with_other_reporters_is_new_for_some_and_over_for_others():
    old = Report("a", "annual", "Báo cáo năm", (1, 2), (), "Sở")
    new = Report("b", "annual", "Báo cáo năm", (2, 3), (), "Sở")
    (pair,) = compare(Outline(reports=(old,)), Outline(reports=(new,))).reports
    assert pair.changed == ("reporters",)
    told = [sorted(concerned(pair, sort)) for sort in ("added", "dropped", "changed")]
    assert told == [[3], [1], []]


class _Keys:
    def __init__(self, pair):
        self.old = pair.old.key if pair.old is not None else None
        self.new = pair.new.key if pair.new is not None else None


def _keys(pair):
    return _Keys(pair)
