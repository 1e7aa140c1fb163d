"""All benchmarks by name: run them all, or some; print one table; keep the rows as JSON."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable

from benchmarks import delivery, directory, extraction, feeds, owing, pages, planning, reading
from benchmarks.measure import Row, save, table
from benchmarks.places import Ground

# A new benchmark is one line here: its name, and a function from the ground to rows.
BENCHMARKS: dict[str, Callable[[Ground], Iterable[Row]]] = {
    "plan_read": reading.plan_read,
    "plan_extract": extraction.plan_extract,
    "plan_import": reading.plan_import,
    "directory": directory.directory,
    "owe": owing.owe,
    "my_work": pages.my_work,
    "review_queue": pages.review_queue,
    "board": pages.board,
    "list_filter": pages.list_filter,
    "remind": planning.remind,
    "deliver": delivery.deliver,
    "feed": feeds.feed,
    "feed_unchanged": feeds.feed_unchanged,
}


def main(arguments: list[str]) -> int:
    names = arguments or list(BENCHMARKS)
    if unknown := [name for name in names if name not in BENCHMARKS]:
        print(
            f"No benchmark is called {', '.join(unknown)}. There are: {', '.join(BENCHMARKS)}.",
            file=sys.stderr,
        )
        return 2
    rows: list[Row] = []
    with Ground() as ground:
        for name in names:
            started = time.monotonic()
            print(f"{name} …", file=sys.stderr, flush=True)
            found: list[Row] = []
            for row in BENCHMARKS[name](ground):
                found.append(row)
                save(name, found)  # what was measured is kept, also where the rest is broken off
            rows += found
            print(f"{name}: {time.monotonic() - started:.0f} s", file=sys.stderr, flush=True)
        print(table(rows))
        for words in ground.left_out:
            print(f"LEFT OUT: {words}")
    return 0
