"""Numbers are computed as their names say, and kept in the form that others read."""

from __future__ import annotations

import json
import os
import smtplib
from dataclasses import fields
from email.message import EmailMessage
from pathlib import Path

import pytest

from benchmarks.measure import Row, Times, in_own_process, peak_mb, save, table, time_calls, time_in_turn
from benchmarks.sink import mail_sink, taken
from benchmarks.suite import BENCHMARKS, main


def test_median_and_p95_are_those_of_the_repeats() -> None:
    times = Times(tuple(n / 1000 for n in range(100, 0, -1)))
    assert times.median_ms == pytest.approx(50.5)
    assert times.p95_ms == pytest.approx(95)
    assert Times((0.004,)).p95_ms == pytest.approx(4)


def test_only_the_repeats_are_timed_and_not_the_warm_up() -> None:
    ticks, calls = iter(range(100)), []
    times = time_calls(lambda: calls.append(1), repeats=3, warm_up=2, clock=lambda: float(next(ticks)))
    assert len(calls) == 5
    assert times.seconds == (1.0, 1.0, 1.0)


def test_calls_in_turn_alternate() -> None:
    order: list[str] = []
    first, second = time_in_turn([lambda: order.append("a"), lambda: order.append("b")], repeats=2, warm_up=1)
    assert order == ["a", "b"] * 3
    assert len(first.seconds) == len(second.seconds) == 2


def _hold_some_memory(megabytes: int) -> tuple[int, int]:
    held = bytearray(megabytes * 1024 * 1024)
    held[::4096] = b"x" * len(held[::4096])
    return os.getpid(), len(held)


def test_peak_memory_is_that_of_a_process_of_its_own() -> None:
    (process_id, size), peak = in_own_process(_hold_some_memory, 64)
    assert process_id != os.getpid()
    assert peak is not None and peak > size / 1024 / 1024
    assert (own := peak_mb()) is not None and own > 1


def test_a_row_is_kept_with_every_key_and_null_where_nothing_was_measured(tmp_path: Path) -> None:
    path = save("feed", [Row("feed", "sqlite", 10_000, 1.23456, 2.0, 0.5, 2.46912, 810.0)], tmp_path)
    (kept,) = json.loads(path.read_text("utf-8"))
    assert list(kept) == [field.name for field in fields(Row)]
    assert kept == {
        "name": "feed", "database": "sqlite", "size": 10_000, "median_ms": 1.235, "p95_ms": 2.0, "floor_ms": 0.5,
        "ratio": 2.469, "rate": 810.0, "peak_mb": None,
    }  # fmt: skip
    assert list(tmp_path.iterdir()) == [path]


def test_the_table_shows_all_rows_under_one_head() -> None:
    lines = table(
        [Row("board", "postgresql", 10_000, 41.26, ratio=1.5), Row("remind", rate=12_345.6)]
    ).splitlines()
    assert " ".join(lines[0].split()) == "name database size median ms p95 ms floor ms ratio rate/s peak MB"
    assert lines[2].split() == ["board", "postgresql", "10,000", "41.3", "1.50"]
    assert lines[3].split() == ["remind", "12,346"]


def test_every_benchmark_that_is_promised_can_be_asked_for_by_name() -> None:
    promised = {
        "plan_read", "plan_extract", "plan_import", "my_work", "board", "remind", "deliver", "feed", "feed_unchanged",
    }  # fmt: skip
    assert promised <= set(BENCHMARKS)


def test_an_unknown_name_is_answered_with_the_known_ones(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["nothing"]) == 2
    assert "plan_read" in capsys.readouterr().err


def test_the_sink_takes_mails_and_counts_them() -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "a@b.example", "c@d.example", "Đôn đốc"
    mail.set_content("một dòng\n.\nhai dòng\n")
    with mail_sink() as port:
        with smtplib.SMTP("127.0.0.1", port, "localhost") as connection:
            connection.send_message(mail)
            connection.send_message(mail)
        assert taken(port) == 2
