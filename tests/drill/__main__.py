"""`python -m tests.drill [SCENE …]`: run the drill and print the table; 1 where a promise was not kept."""

from __future__ import annotations

import argparse
import signal
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

from tests import postgres
from tests.drill.counting import Tally, table
from tests.drill.place import POSTGRESQL, SQLITE, Office
from tests.drill.scenes import SCENES, runs_on


def main(arguments: list[str]) -> int:
    options = _read(arguments)
    seed = options.seed if options.seed is not None else int(time.time())
    print(f"seed {seed}", flush=True)
    tallies: list[Tally] = []
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="dunghan-drill-")))
        there = postgres.binaries() is not None
        cluster = stack.enter_context(postgres.cluster()) if there else None
        office = Office(folder, cluster, obligations=3000, officers=options.officers)
        engines = [name for name in (SQLITE, POSTGRESQL) if there or name == SQLITE]
        for engine in engines if options.engine is None else [options.engine]:
            for name in options.scenes or SCENES:
                if runs_on(engine, name):
                    tallies.append(_run(name, office, engine, seed, options.kills))
                    print(table(tallies[-1:]).splitlines()[-1], flush=True)
    print()
    print(table(tallies))
    if not there:
        print("LEFT OUT: PostgreSQL (initdb), which is not installed.")
    return 0 if all(tally.held for tally in tallies) else 1


def _run(name: str, office: Office, engine: str, seed: int, kills: int) -> Tally:
    more: dict[str, Any] = {"kills": kills} if name == "kill" else {}
    started = time.monotonic()
    tally = SCENES[name][0](office, engine, Random(f"{seed}:{name}:{engine}"), **more)
    return replace(tally, seconds=time.monotonic() - started)


def _read(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.drill", description=__doc__)
    parser.add_argument("scenes", nargs="*", choices=[*SCENES, []], help="all of them where none is named")
    parser.add_argument("--seed", type=int, help="of an earlier run, to do the same again")
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--officers", type=int, default=25, help="of each agency; 25 make some 2,000 mails")
    parser.add_argument("--engine", choices=[SQLITE, POSTGRESQL], help="both where it is not named")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    # Ended from outside it still stops the processes that it started and removes its databases.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    sys.exit(main(sys.argv[1:]))
