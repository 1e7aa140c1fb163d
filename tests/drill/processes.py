"""`flask` commands as processes of their own, which can be killed, on a clock that can be set."""

from __future__ import annotations

import multiprocessing
import os
import sys
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from importlib import import_module
from multiprocessing.process import BaseProcess
from pathlib import Path

from app import FEATURES, cli

# Loaded once in the process from which all others are forked: a `flask` command then starts in a moment.
for _name in (*FEATURES, *cli.MODULES):
    import_module(_name)

_FORKING = multiprocessing.get_context("forkserver")
_FORKING.set_forkserver_preload(["tests.drill.processes"])


# Seconds to end in after SIGTERM; much, since a busy machine is no process that does not listen.
_PATIENCE = 180


class Clock:
    """What all processes of one run take for the time. Setting it is at once true for all of them."""

    def __init__(self, path: Path, now: datetime):
        self.path = path
        self.set(now)

    def set(self, now: datetime) -> None:
        unfinished = self.path.with_suffix(".new")
        unfinished.write_text(str(now.timestamp() - time.time()))
        unfinished.replace(self.path)

    def now(self) -> datetime:
        return _shifted(self.path)

    def jump(self, by: timedelta) -> None:
        self.set(self.now() + by)


def _shifted(path: Path) -> datetime:
    return datetime.fromtimestamp(time.time() + float(path.read_text()), UTC)


def _run_flask(
    environment: Mapping[str, str], clock_file: Path, log: Path, arguments: tuple[str, ...]
) -> None:
    """The body of a process: the real command, with our clock in place of the machine's."""
    with log.open("a") as output:
        os.dup2(output.fileno(), 1)
        os.dup2(output.fileno(), 2)
    os.environ.update(environment)
    from flask.cli import FlaskGroup

    from app import clock, create_app

    clock.now = lambda: _shifted(clock_file)
    sys.exit(FlaskGroup(create_app=create_app, load_dotenv=False).main(arguments, "flask"))


class Processes:
    """The processes of one run; all of them have ended when the block ends."""

    def __init__(self, environment: Mapping[str, str], clock: Clock, log: Path):
        self._environment, self._clock, self.log = dict(environment), clock, log
        self._all: list[BaseProcess] = []
        self._stopping = threading.Event()
        self._keepers: list[threading.Thread] = []

    def __enter__(self) -> Processes:
        return self

    def __exit__(self, *_failure: object) -> None:
        self.stop()

    def start(self, *arguments: str) -> BaseProcess:
        process = _FORKING.Process(
            target=_run_flask, args=(self._environment, self._clock.path, self.log, arguments)
        )
        process.start()
        self._all.append(process)
        return process

    def run(self, *arguments: str) -> int:
        """Run one to its end; how it ended."""
        process = self.start(*arguments)
        process.join()
        return process.exitcode or 0

    def keep(self, *arguments: str, pause: float = 0.2) -> None:
        """Start it again whenever it ends, as a supervisor does, until everything is stopped."""

        def again() -> None:
            while not self._stopping.is_set():
                process = self.start(*arguments)
                while process.is_alive() and not self._stopping.is_set():
                    process.join(0.1)
                if process.is_alive():
                    return
                self._stopping.wait(pause)

        keeper = threading.Thread(target=again, daemon=True)
        keeper.start()
        self._keepers.append(keeper)

    def stop(self) -> list[int]:
        """Ask all to end (SIGTERM), wait; how each ended. Whoever does not listen is killed and shown as -9."""
        self._stopping.set()
        for keeper in self._keepers:
            keeper.join()
        for process in self._all:
            if process.is_alive():
                process.terminate()
        for process in self._all:
            process.join(_PATIENCE)
            if process.is_alive():
                process.kill()
                process.join()
        codes = [process.exitcode or 0 for process in self._all]
        for process in self._all:
            with suppress(ValueError):
                process.close()
        self._all, self._keepers = [], []
        return codes


def wait_until(done: Callable[[], bool], seconds: float, what: str) -> None:
    """
    Raises:
        TimeoutError: it did not happen in time.
    """
    end = time.monotonic() + seconds
    while not done():
        if time.monotonic() > end:
            raise TimeoutError(f"{what} did not happen within {seconds:.0f} s")
        time.sleep(0.05)
