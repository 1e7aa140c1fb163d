"""Whatever is read: no exception, valid spans, the same answer twice, a cost that grows with the length."""

from __future__ import annotations

import random
import time

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.planreader import Directory, find_classification, fold, read_dates, read_plan
from app.planreader.annotate import Mark, segments, sentence_around
from app.planreader.text import clean
from tools.fuzz_reader import ODD, PIECES, fault, mutate, spans_of
from tools.reader_corpus import cases

DOCUMENTS = [case.text for case in cases()]
LINES = sorted({line for text in DOCUMENTS for line in text.splitlines() if line.strip()})
any_text = st.text(max_size=400)
plan_like = st.lists(
    st.one_of(st.sampled_from(LINES), st.sampled_from(PIECES), st.text(alphabet=ODD, max_size=20)),
    max_size=40,
)
relaxed = settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@relaxed
@given(text=any_text)
def test_any_text_is_read_without_an_exception(text: str, directory: Directory) -> None:
    assert fault(text, directory) is None


@relaxed
@given(lines=plan_like)
def test_any_mixture_of_lines_of_plans_is_read_without_an_exception(
    lines: list[str], directory: Directory
) -> None:
    assert fault("\n".join(lines), directory) is None


def test_torn_plans_are_read_without_an_exception(directory: Directory) -> None:
    faults = {}
    for seed in range(150):
        rng = random.Random(seed)
        if found := fault(mutate(rng.choice(DOCUMENTS), rng), directory):
            faults[seed] = found
    assert faults == {}


@relaxed
@given(text=any_text)
def test_every_character_of_a_cleaned_text_knows_where_it_came_from(text: str) -> None:
    passage = clean(text)
    assert len(passage.text) == len(passage.begins) == len(passage.ends)
    assert all(0 <= b < e <= len(text) for b, e in zip(passage.begins, passage.ends, strict=True))
    assert list(passage.begins) == sorted(passage.begins)


@relaxed
@given(text=any_text)
def test_a_search_key_is_stable_and_plain(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    # letters that have no one capital of their own («ß», «ŉ») cannot go there and back
    assert fold(text) == fold(text.upper()) or any(
        len(c.upper()) != 1 or len(c.casefold()) != 1 or c.upper().casefold() != c.casefold() for c in text
    )
    assert fold("Quản lý đô thị") == fold("QUẢN LÝ ĐÔ THỊ") == fold("Quản lý đô thı")


@relaxed
@given(text=any_text)
def test_small_doors_never_raise(text: str) -> None:
    read_dates(text)
    find_classification(text)


@relaxed
@given(
    text=st.text(max_size=80),
    marks=st.lists(
        st.tuples(st.integers(-5, 90), st.integers(-5, 90), st.sampled_from("abc"), st.text(max_size=3)),
        max_size=12,
    ),
)
def test_segments_together_are_the_text(text: str, marks: list[tuple[int, int, str, str]]) -> None:
    found = segments(text, [Mark(*mark) for mark in marks])
    assert "".join(text[s.start : s.end] for s in found) == text
    for segment in found:
        covering = {m[3] for m in marks if m[0] <= segment.start and segment.end <= m[1] and m[0] < m[1]}
        assert set(segment.refs) == covering


@relaxed
@given(text=st.text(max_size=200), start=st.integers(0, 220), length=st.integers(0, 50))
def test_a_sentence_around_a_span_lies_in_the_text(text: str, start: int, length: int) -> None:
    left, right = sentence_around(text, (start, start + length))
    assert 0 <= left <= right <= len(text)


def test_the_cost_grows_with_the_length_only(directory: Directory) -> None:
    plan = next(case.text for case in cases() if case.name == "full_province_2024")
    body = plan[plan.index("II. TỔ CHỨC") : plan.index("Trên đây")]

    def seconds(times: int) -> float:
        text = "KẾ HOẠCH\nThử độ dài\n" + body * times
        start = time.process_time()
        reading = read_plan(text, directory)
        took = time.process_time() - start
        assert len(reading.assignments) == 3 * times
        assert all(0 <= b <= e <= len(text) for b, e in spans_of(reading))
        return took

    seconds(20)
    assert seconds(400) < 40 * max(seconds(20), 0.01)
