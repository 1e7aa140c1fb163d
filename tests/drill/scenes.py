"""The scenes of the drill. Each takes an office, does something bad while reminders go out, and counts."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from multiprocessing.process import BaseProcess
from random import Random

from tests.drill.counting import REFUSED, Tally, count
from tests.drill.place import NOW, POSTGRESQL, Office, Place
from tests.drill.processes import Clock, Processes, wait_until
from tests.smtp import HANG_UP, SLOWLY, MailServer, serve

_PATIENCE = 240.0  # seconds for any one thing to happen


@dataclass
class Stage:
    """A place, its clock, its mail server and its processes."""

    place: Place
    clock: Clock
    server: MailServer
    processes: Processes
    rng: Random

    def taken(self) -> int:
        return len(self.server.mails)

    def finish(self) -> None:
        """Deliver what is left in peace, however long it was put off."""
        self.server.fault = lambda *_: None
        for _hour in range(100):
            if not self.place.waiting():
                return
            self.processes.run("deliver")
            self.clock.jump(timedelta(hours=1))
        raise TimeoutError("the queue does not get empty; " + self.processes.log.read_text()[-2000:])


@contextmanager
def _stage(office: Office, engine: str, rng: Random, *, planned: bool, **settings: str) -> Iterator[Stage]:
    place = office.place(engine, planned=planned)
    clock = Clock(place.folder / "clock", NOW)
    with serve() as (server, port):
        environment = place.environment(port, **settings)
        with Processes(environment, clock, place.folder / "log") as processes:
            yield Stage(place, clock, server, processes, rng)


def killed(office: Office, engine: str, rng: Random, *, kills: int) -> Tally:
    """kill -9 of the delivery worker at random instants: some before its first mail, most in the middle of them."""
    with _stage(office, engine, rng, planned=True) as stage:
        stage.server.fault = lambda command, *_: f"{SLOWLY}0.002" if command == "DATA" else None
        mails, window = stage.place.waiting(), 0.06
        beginning, done = _beginning(stage), 1
        while done < kills and (taken := len(set(stage.server.message_ids()))) < mails:
            process, connections = stage.processes.start("deliver"), stage.server.connections
            if rng.random() < 0.2:
                time.sleep(beginning * rng.random())
            else:
                _wait_for_its_connection(process, stage.server, connections)
                time.sleep(rng.random() * window)
            if process.is_alive():
                process.kill()
                done += 1
            process.join()
            # So that the mails last as long as the kills.
            window *= 1.15 if taken < mails * 0.9 * done / kills else 0.87
            window = min(max(window, 0.005), 0.5)
        stage.finish()
        stage.processes.stop()
        return replace(count("kill -9", stage.place, stage.server, kills=done), done=f"{done} kills")


def _beginning(stage: Stage) -> float:
    """How long a process takes until its first mail arrives; it is killed right then, which is the first kill."""
    stage.processes.run("mail", "servers")  # what all processes share is loaded now
    started = time.monotonic()
    process = stage.processes.start("deliver")
    wait_until(lambda: stage.taken() > 0, _PATIENCE, "the first mail")
    took = time.monotonic() - started
    process.kill()
    process.join()
    return took


def _wait_for_its_connection(process: BaseProcess, server: MailServer, connections: int) -> None:
    end = time.monotonic() + _PATIENCE
    while server.connections == connections and process.is_alive() and time.monotonic() < end:
        time.sleep(0.002)


def crowded(office: Office, engine: str, rng: Random, *, schedulers: int = 3, workers: int = 4) -> Tally:
    """Schedulers and delivery workers at once, from planning to the last mail; then a clean stop."""
    with _stage(office, engine, rng, planned=False) as stage:
        started = [stage.processes.start("scheduler") for _ in range(schedulers)]
        for _worker in range(workers):
            stage.processes.keep("deliver", pause=0.2)
        wait_until(lambda: not stage.place.unplanned(), _PATIENCE, "planning")
        wait_until(lambda: not stage.place.waiting(), _PATIENCE, "delivery")
        alive = sum(scheduler.is_alive() for scheduler in started)
        codes = stage.processes.stop()
        stage.finish()
        done = (
            f"{alive} schedulers, {workers} workers; stopped cleanly" if -9 not in codes else "did not stop"
        )
        return replace(count("crowd", stage.place, stage.server), done=done)


def refused(office: Office, engine: str, rng: Random) -> Tally:
    """A server that refuses three of ten mails: for now, for good, by hanging up, or answers slowly."""
    counts = dict.fromkeys(("4xx", "5xx", "dropped", "slow"), 0)

    def fault(command: str, _address: str, _taken: int) -> str | None:
        if command != "DATA" or rng.random() >= 0.3:
            return None
        kind = rng.choice(list(counts))
        counts[kind] += 1
        return {
            "4xx": "451 4.3.0 not now",
            "5xx": REFUSED,
            "dropped": HANG_UP,
            "slow": f"{SLOWLY}{rng.uniform(0.01, 0.1):.3f}",
        }[kind]

    with _stage(office, engine, rng, planned=True) as stage:
        stage.server.fault = fault
        for _pass in range(12):
            if not stage.place.waiting():
                break
            first, second = stage.processes.start("deliver"), stage.processes.start("deliver")
            first.join(), second.join()
            stage.clock.jump(timedelta(minutes=50))
        stage.finish()
        stage.processes.stop()
        done = ", ".join(f"{number} {kind}" for kind, number in counts.items())
        return replace(count("faulty server", stage.place, stage.server), done=done)


def database_restarted(office: Office, engine: str, rng: Random, *, restarts: int = 3) -> Tally:
    """The database is stopped and started again in mid-run, some times."""
    with _stage(office, engine, rng, planned=True) as stage:
        cluster = stage.place.cluster
        assert cluster is not None
        stage.server.fault = lambda command, *_: f"{SLOWLY}0.002" if command == "DATA" else None
        total = stage.place.waiting()
        for _worker in range(2):
            stage.processes.keep("deliver")
        for number in range(1, restarts + 1):
            share = total * number / (restarts + 1)
            wait_until(lambda share=share: stage.taken() >= share, _PATIENCE, "mails")
            cluster.stop()
            time.sleep(rng.uniform(0.1, 0.6))
            cluster.launch()
        wait_until(lambda: not stage.place.waiting(), _PATIENCE, "delivery")
        stage.processes.stop()
        stage.finish()
        return replace(count("database restarted", stage.place, stage.server), done=f"{restarts} restarts")


def clock_jumped(office: Office, engine: str, rng: Random) -> Tally:
    """The clock jumps three days ahead and back while mails are planned and sent, some of them refused for now."""
    with _stage(office, engine, rng, planned=True) as stage:
        stage.server.fault = lambda command, *_: (
            "451 4.3.0 not now" if command == "RCPT" and rng.random() < 0.1 else None
        )
        total = stage.place.waiting()
        for _worker in range(2):
            stage.processes.keep("deliver")
        wait_until(lambda: stage.taken() >= total / 4, _PATIENCE, "mails")
        stage.clock.jump(timedelta(days=3))
        stage.processes.run("remind")
        stage.processes.run("job", "sweep")
        wait_until(lambda: stage.taken() >= total / 2, _PATIENCE, "mails")
        stage.clock.jump(-timedelta(days=3))
        stage.processes.run("remind")
        stage.processes.run("job", "sweep")
        wait_until(lambda: stage.taken() >= total * 3 / 4, _PATIENCE, "mails")
        stage.processes.stop()
        late = _left_after(stage, timedelta(hours=13))
        stage.finish()
        done = f"+3 days and back; {late} left after 13 hours"
        tally = count("clock jumped", stage.place, stage.server)
        return replace(tally, lost=tally.lost + late, done=done)


def _left_after(stage: Stage, span: timedelta) -> int:
    """How many mails still wait after so long in peace: none may have been put off by three days."""
    stage.server.fault = lambda *_: None
    for _hour in range(int(span / timedelta(hours=1))):
        stage.processes.run("job", "sweep")
        stage.processes.run("deliver")
        if not (left := stage.place.waiting()):
            return 0
        stage.clock.jump(timedelta(hours=1))
    return left


def twice(office: Office, engine: str, rng: Random) -> Tally:
    """The same job run twice at once: planning, then delivery."""
    with _stage(office, engine, rng, planned=False) as stage:
        for command in ("remind", "deliver"):
            both = [stage.processes.start(command) for _ in range(2)]
            for process in both:
                process.join()
        stage.processes.run("remind")
        stage.finish()
        stage.processes.stop()
        return replace(count("same job twice", stage.place, stage.server), done="remind and deliver, 2 each")


# Each scene: its name, what runs it, and whether it needs a database server.
SCENES: dict[str, tuple[Callable[..., Tally], bool]] = {
    "kill": (killed, False),
    "crowd": (crowded, False),
    "faults": (refused, False),
    "restart": (database_restarted, True),
    "clock": (clock_jumped, False),
    "twice": (twice, False),
}


def runs_on(engine: str, name: str) -> bool:
    return engine == POSTGRESQL or not SCENES[name][1]
