"""Timing, peak memory, rows, the one table and the files of results."""

from __future__ import annotations

import json
import math
import multiprocessing
import resource
import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).with_name("results")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table. Times in milliseconds, `rate` in things a second, memory in MB; None: not measured.

    `ratio` is our time over the floor's, for rates the floor's rate over ours: 1.0 is the floor.
    """

    name: str
    database: str | None = None
    size: str | int | None = None
    median_ms: float | None = None
    p95_ms: float | None = None
    floor_ms: float | None = None
    ratio: float | None = None
    rate: float | None = None
    peak_mb: float | None = None


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds of each repeat, in the order in which they were measured."""

    seconds: tuple[float, ...]

    @property
    def median_ms(self) -> float:
        return statistics.median(self.seconds) * 1000

    @property
    def p95_ms(self) -> float:
        """The smallest measured time that 95 of 100 repeats do not exceed (nearest rank)."""
        return sorted(self.seconds)[math.ceil(0.95 * len(self.seconds)) - 1] * 1000


def time_calls(
    call: Callable[[], Any],
    *,
    repeats: int,
    warm_up: int = 1,
    clock: Callable[[], float] = time.perf_counter,
) -> Times:
    """Call so many times after a warm-up. `clock`: `time.process_time` counts only our own processor time."""
    for _ in range(warm_up):
        call()
    seconds = []
    for _ in range(repeats):
        started = clock()
        call()
        seconds.append(clock() - started)
    return Times(tuple(seconds))


def time_in_turn(calls: Sequence[Callable[[], Any]], *, repeats: int, warm_up: int = 5) -> list[Times]:
    """Time several calls one after the other, round after round, so that a busy moment slows all of them alike."""
    seconds: list[list[float]] = [[] for _ in calls]
    for turn in range(warm_up + repeats):
        for kept, call in zip(seconds, calls, strict=True):
            started = time.perf_counter()
            call()
            if turn >= warm_up:
                kept.append(time.perf_counter() - started)
    return [Times(tuple(kept)) for kept in seconds]


def peak_mb(process_id: int | str = "self") -> float | None:
    """The most memory (resident set, MB) that a process has held so far.

    None where the process has ended, or is another than our own on a system without /proc.
    """
    try:
        status = Path(f"/proc/{process_id}/status").read_text("ascii")
    except OSError:
        if process_id != "self":
            return None
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    found = [line.split()[1] for line in status.splitlines() if line.startswith("VmHWM:")]
    return int(found[0]) / 1024 if found else None


def in_own_process(call: Callable[..., Any], *arguments: Any) -> tuple[Any, float | None]:
    """The result of a module's function in a fresh process, and the most memory that it held there.

    Raises:
        RuntimeError: the process ended without a result; its traceback is on standard error.
    """
    receiver, sender = (context := multiprocessing.get_context("spawn")).Pipe(duplex=False)
    process = context.Process(target=_report, args=(sender, call, arguments))
    process.start()
    sender.close()
    try:
        return receiver.recv()
    except EOFError:
        raise RuntimeError(f"{call.__module__}.{call.__qualname__} failed in its process") from None
    finally:
        process.join()


def _report(sender: Any, call: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    sender.send((call(*arguments), peak_mb()))


# -- results ------------------------------------------------------------------------------------------------

_TITLES = ("name", "database", "size", "median ms", "p95 ms", "floor ms", "ratio", "rate/s", "peak MB")


def table(rows: Iterable[Row]) -> str:
    """All rows as one table for people."""
    lines = [_TITLES, *(_cells(row) for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]

    def line(cells: Sequence[str]) -> str:
        padded = (
            cell.ljust(width) if n < 2 else cell.rjust(width)
            for n, (cell, width) in enumerate(zip(cells, widths, strict=True))
        )  # fmt: skip
        return "  ".join(padded).rstrip()

    return "\n".join([line(lines[0]), "  ".join("-" * width for width in widths), *map(line, lines[1:])])


def save(name: str, rows: Sequence[Row], folder: Path = RESULTS) -> Path:
    """Write `<name>.json`: a list of rows, whole or not at all."""
    folder.mkdir(exist_ok=True)
    path = folder / f"{name}.json"
    unfinished = path.with_suffix(".tmp")
    unfinished.write_text(
        json.dumps([_rounded(row) for row in rows], ensure_ascii=False, indent=1) + "\n", "utf-8"
    )
    unfinished.replace(path)
    return path


def _rounded(row: Row) -> dict[str, Any]:
    return {key: round(value, 3) if isinstance(value, float) else value for key, value in asdict(row).items()}


def _cells(row: Row) -> tuple[str, ...]:
    size = f"{row.size:,}" if isinstance(row.size, int) else (row.size or "")
    numbers = (row.median_ms, row.p95_ms, row.floor_ms, row.ratio, row.rate, row.peak_mb)
    return (row.name, row.database or "", size, *map(_number, numbers))


def _number(value: float | None) -> str:
    """Three figures that say something: 0.042, 4.21, 42.1, 421, 4,210."""
    if value is None:
        return ""
    decimals = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2 if abs(value) >= 0.1 else 3
    return f"{value:,.{decimals}f}"
