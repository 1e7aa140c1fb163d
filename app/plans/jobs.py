"""The scheduler's job that reads what takes minutes: claim, commit, read page by page, then plan or reason, commit.

No transaction is open while a page is recognised. Any number of schedulers may run: a claim is one conditional
UPDATE. A worker that dies leaves a claim behind, which the next run returns to the queue.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from app.documents import DocumentRefused, read_document_slowly
from app.extensions import db
from app.outbox.delivery import worker_name
from app.plans.operations import waiting
from app.plans.operations.intake import AlreadyThere, limits

log = logging.getLogger("dunghan.reading")

READ, REFUSED, WITHDRAWN, INTERRUPTED, FAILED = "read", "refused", "withdrawn", "interrupted", "failed"


class _Withdrawn(Exception):
    """The person took the document back, or another worker has it now."""


class _Interrupted(Exception):
    """The scheduler is to stop."""


def read_documents(
    now_fn: Callable[[], datetime], should_stop: Callable[[], bool] = lambda: False, worker: str | None = None
) -> dict[str, int]:
    """Read what waits, one document after the other; the counts by outcome."""
    worker = worker or worker_name()
    counts: Counter[str] = Counter()
    waiting.sweep(now_fn())
    db.session.commit()
    waiting.forget_lost(now_fn())
    while not should_stop():
        task = waiting.claim_next(now_fn(), worker)
        if task is None:
            db.session.commit()
            break
        claim = _Claim(task.id, worker, task.tries, task.place, task.file_name)
        db.session.commit()
        outcome = _read(claim, now_fn, should_stop)
        counts[outcome] += 1
        if outcome == FAILED:  # not again at once, with whatever made it fail
            break
    return dict(counts)


@dataclass(frozen=True, slots=True)
class _Claim:
    """What a worker took, apart from the session: no transaction stays open for it."""

    task_id: int
    worker: str
    tries: int
    place: str
    file_name: str


def _read(claim: _Claim, now_fn: Callable[[], datetime], should_stop: Callable[[], bool]) -> str:
    ours = claim.task_id, claim.worker

    def progress(done: int, total: int) -> None:
        if should_stop() and done < total:
            raise _Interrupted
        still_ours = waiting.note_progress(*ours, done, total, now_fn())
        db.session.commit()
        if not still_ours:
            raise _Withdrawn

    try:
        outcome, ended = READ, _make_plan(claim, now_fn, progress)
    except _Withdrawn:
        outcome, ended = WITHDRAWN, False
    except _Interrupted:
        waiting.give_back(*ours, counts=False)
        outcome, ended = INTERRUPTED, False
    except DocumentRefused as refusal:
        db.session.rollback()
        refused = waiting.refuse(*ours, refusal, now_fn())
        outcome, ended = REFUSED, refused and refusal.code not in waiting.WORTH_ANOTHER_TRY
    except AlreadyThere as known:
        plan = known.plan
        db.session.rollback()
        outcome, ended = READ, waiting.lead_to(*ours, plan, now_fn())
    except Exception:
        db.session.rollback()
        log.exception("document could not be read", extra={"task": claim.task_id})
        _try_later(claim, now_fn())
        outcome, ended = FAILED, False
    db.session.commit()
    if ended:
        waiting.forget(claim.place)
    return outcome


def _make_plan(claim: _Claim, now_fn: Callable[[], datetime], progress: Callable[[int, int], None]) -> bool:
    path = waiting.path_of(claim.place)
    if not path.exists():  # withdrawn between the claim and here
        raise _Withdrawn
    document = read_document_slowly(path, claim.file_name, limits(), progress)
    with path.open("rb") as stream:
        plan = waiting.finish(claim.task_id, claim.worker, document, stream, now_fn())
    if plan is None:
        raise _Withdrawn
    return True


def _try_later(claim: _Claim, now: datetime) -> None:
    """Back to the queue, or, after too many times, an end that a person may undo."""
    if claim.tries < waiting.MOST_TRIES:
        waiting.give_back(claim.task_id, claim.worker, counts=True)
    else:
        waiting.refuse(claim.task_id, claim.worker, DocumentRefused("gave_up"), now)
