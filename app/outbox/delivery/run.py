"""From the queue to the mail server: claim some, commit, put them into words, commit; then send and record one by one.

No transaction is open while a mail server is waited for. Any number of workers may run, in one process and in many.
A worker that dies leaves claims behind, which return to the queue. So nothing is lost, and a mail repeats only if its
worker dies between the server's "250" and the commit that records it: each mail is recorded before the next one is
offered, so that is at most one mail a worker, and the copy has the same Message-ID.
"""

from __future__ import annotations

import contextlib
import logging
import math
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from random import Random

from flask import Flask, current_app

from app.extensions import db
from app.outbox import claims
from app.outbox.delivery.worker import Worker
from app.outbox.liveness import living_worker
from app.outbox.transports import Transport

log = logging.getLogger("dunghan.delivery")

# For so many mails that wait another worker is started, up to MAIL_WORKERS.
_EACH = 10


def deliver(
    now_fn: Callable[[], datetime],
    limit: int = 100_000,
    *,
    workers: int | None = None,
    transport: Transport | None = None,
    rng: Random | None = None,
    should_stop: Callable[[], bool] = lambda: False,
    wait: Callable[[float], None] = time.sleep,
) -> dict[str, int]:
    """Send what is due, at most `limit` mails, over at most `workers` connections (MAIL_WORKERS); counts by outcome.

    Ends early where no mail server can be reached (the rest waits in the queue, untouched) and, after the mails in
    hand, when `should_stop` says so. `wait` sleeps while a database that went away is tried again. With a
    `transport` of its own it is one worker.
    """
    if claims.sweep(now_fn()):
        log.warning("claims of dead workers were returned to the queue")
    most = 1 if transport else workers or current_app.config["MAIL_WORKERS"]
    due = claims.waiting(now_fn(), most * _EACH)
    db.session.commit()
    if not due:
        return {}
    run = Run(now_fn, limit, should_stop, wait, rng or Random())  # noqa: S311  jitter is no secret
    number = min(most, math.ceil(min(due, limit) / _EACH))
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    others = [threading.Thread(target=_beside, args=[app, run], name=f"mail-{n}") for n in range(1, number)]
    for other in others:
        other.start()
    try:
        _work(run, transport)
    except BaseException:
        run.close()
        raise
    finally:
        for other in others:
            other.join()
    if run.failures:
        raise run.failures[0]
    return dict(run.counts)


@dataclass
class Run:
    """What the workers of one call share."""

    now_fn: Callable[[], datetime]
    remaining: int
    should_stop: Callable[[], bool]
    wait: Callable[[float], None]
    rng: Random
    counts: Counter[str] = field(default_factory=Counter)
    failures: list[Exception] = field(default_factory=list)
    _closed: bool = False
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def is_closed(self) -> bool:
        return self._closed

    @property
    def is_over(self) -> bool:
        return self._closed or self.remaining <= 0

    def close(self) -> None:
        """No worker begins anything more."""
        self._closed = True

    def reserve(self, wanted: int) -> int:
        with self._lock:
            granted = min(wanted, self.remaining)
            self.remaining -= granted
            return granted

    def give_back(self, number: int) -> None:
        with self._lock:
            self.remaining += number

    def count(self, kind: str) -> None:
        with self._lock:
            self.counts[kind] += 1

    @contextlib.contextmanager
    def writing(self) -> Iterator[None]:
        """SQLite has one writer: its threads wait for each other here, in order, and not by trying again."""
        if db.engine.dialect.name == "sqlite":
            with _SQLITE:
                yield
        else:
            yield


_SQLITE = threading.Lock()


def _beside(app: Flask, run: Run) -> None:
    with app.app_context():
        try:
            _work(run, None)
        except Exception as failure:
            log.exception("a delivery worker ended")
            run.failures.append(failure)
        finally:
            db.session.remove()


def _work(run: Run, transport: Transport | None) -> None:
    with living_worker() as name, contextlib.ExitStack() as stack:
        Worker(name, run, stack, transport).work()
