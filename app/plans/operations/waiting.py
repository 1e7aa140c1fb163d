"""Documents that take minutes to read: put aside at the upload, read by the scheduler page by page, then a plan."""

from __future__ import annotations

import hashlib
import io
import os
import secrets
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO

import sqlalchemy as sa
from flask import current_app

from app.accounts.models import User
from app.audit.operations import record
from app.documents import Document, DocumentRefused, needs_background, read_document_safely
from app.errors import Refused
from app.extensions import db
from app.i18n import _
from app.organisations.models import Agency
from app.plans.models import Plan, ReadingState, ReadingTask
from app.plans.operations.intake import incoming, limits, refuse_known, take_in

# One page is drawn and recognised twice at most, each time within `Limits.page_seconds`; whoever has said nothing for
# so long is dead.
STALE_AFTER = timedelta(minutes=20)
MOST_TRIES = 3  # a document on which so many workers died is not tried again
_LOST_AFTER = timedelta(hours=1)
# What another try may read though this one did not: the office has installed a program meanwhile, had a quieter hour.
WORTH_ANOTHER_TRY = frozenset(
    {"gave_up", "timeout", "too_heavy", "ocr_missing", "office_missing", "unreadable_scan"}
)
KEPT_FOR = timedelta(days=7)  # the bytes of a document that is worth another try


class AlreadyWaiting(Refused):
    """This very file waits or is being read; `task` is where."""

    def __init__(self, task: ReadingTask):
        self.task = task
        super().__init__(_("Tệp này đang được đọc. Mở trang theo dõi để xem tiến độ."))


def receive(
    stream: BinaryIO, filename: str, *, standing_agency: Agency, actor: User | None, now: datetime
) -> Plan | ReadingTask:
    """Take an upload in: a plan where reading is quick, a task for the scheduler where it takes minutes.

    Raises:
        DocumentRefused: the document cannot be read, or is classified. Nothing is stored.
        AlreadyThere, AlreadyWaiting: the same bytes came before. Nothing is stored.
    """
    data, filename = incoming(stream, filename)
    sha256 = hashlib.sha256(data).hexdigest()
    refuse_known(sha256, standing_agency)
    if (task := _task_of(sha256, standing_agency)) is not None and task.is_open:
        raise AlreadyWaiting(task)
    if needs_background(data, filename, limits()):
        return queue(data, filename, standing_agency=standing_agency, actor=actor, now=now)
    document = read_document_safely(data, filename, limits())
    return take_in(
        document, io.BytesIO(data), filename, standing_agency=standing_agency, actor=actor, now=now
    )


def queue(
    data: bytes, filename: str, *, standing_agency: Agency, actor: User | None, now: datetime
) -> ReadingTask:
    """Put a document aside for the scheduler. What was refused earlier is tried anew.

    Raises:
        AlreadyWaiting: the same bytes wait already.
    """
    sha256 = hashlib.sha256(data).hexdigest()
    db.session.execute(
        sa.delete(ReadingTask).where(
            ReadingTask.standing_agency_id == standing_agency.id,
            ReadingTask.sha256 == sha256,
            ReadingTask.state.in_((ReadingState.REFUSED, ReadingState.READ)),
        )
    )  # bytes of an earlier try are lost now, and `forget_lost` removes them
    place = _put_aside(data)
    task = ReadingTask(
        file_name=filename,
        sha256=sha256,
        place=place,
        standing_agency=standing_agency,
        created_by=actor,
        created_at=now,
        state=ReadingState.WAITING,
        tries=0,
        pages_done=0,
        pages_total=0,
    )
    try:
        with db.session.begin_nested():
            db.session.add(task)
    except sa.exc.IntegrityError:  # sent twice at the same moment
        forget(place)
        if (first := _task_of(sha256, standing_agency)) is None:
            raise
        raise AlreadyWaiting(first) from None
    record("reading.queued", task, actor=actor, now=now, name=filename)
    return task


def withdraw(task: ReadingTask, *, actor: User, now: datetime) -> str:
    """Take a document out of the list, also while it is read: its worker notices at the next page.

    Returns the place of its bytes; `forget` it after the commit.
    """
    record("reading.withdrawn", task, actor=actor, now=now, name=task.file_name)
    db.session.delete(task)
    return task.place


def retry(task: ReadingTask, *, actor: User, now: datetime) -> None:
    """Put a refused document into the queue again, without a new upload.

    Raises:
        Refused: it is not refused, another try would end the same way, or its bytes are gone.
    """
    if reason := why_not_retry(task):
        raise Refused(reason)
    done = db.session.execute(
        sa.update(ReadingTask)
        .where(ReadingTask.id == task.id, ReadingTask.state == ReadingState.REFUSED)
        .values(
            state=ReadingState.WAITING,
            created_at=now,
            claimed_by=None,
            claimed_at=None,
            tries=0,
            pages_done=0,
            pages_total=0,
            refusal=None,
            refusal_params=None,
            ended_at=None,
        )
        .execution_options(synchronize_session=False)
    )
    db.session.refresh(task)
    if done.rowcount == 1:  # type: ignore[attr-defined]
        record("reading.retried", task, actor=actor, now=now, name=task.file_name)


def why_not_retry(task: ReadingTask) -> str | None:
    """What keeps a refused document from being read again as it is; None where nothing does."""
    if task.state is not ReadingState.REFUSED:
        return _("Tệp này đang được đọc. Mở trang theo dõi để xem tiến độ.")
    if task.refusal not in WORTH_ANOTHER_TRY:
        return _("Đọc lại tệp này vẫn cho kết quả như trên. Tải lên tệp khác của văn bản.")
    if not path_of(task.place).exists():
        return _("Tệp không còn trên máy chủ. Tải tệp lên lại để đọc.")
    return None


# -- the worker's side ------------------------------------------------------------------------------------


def claim_next(now: datetime, worker: str) -> ReadingTask | None:
    """Take the document that has waited longest, or None. The caller commits, which makes the claim known."""
    first = (
        sa.select(ReadingTask.id)
        .where(ReadingTask.state == ReadingState.WAITING)
        .order_by(ReadingTask.created_at, ReadingTask.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    claim = (
        sa.update(ReadingTask)
        .where(ReadingTask.id == first.scalar_subquery(), ReadingTask.state == ReadingState.WAITING)
        .values(
            state=ReadingState.READING,
            claimed_by=worker,
            claimed_at=now,
            tries=ReadingTask.tries + 1,
            pages_done=0,
            pages_total=0,
        )
        .returning(ReadingTask)
        .execution_options(synchronize_session=False, populate_existing=True)
    )
    return db.session.scalars(claim).one_or_none()


def note_progress(task_id: int, worker: str, done: int, total: int, now: datetime) -> bool:
    """Write how far the reading is and that its worker lives. False: the task is no longer this worker's."""
    return _change(task_id, worker, pages_done=done, pages_total=total, claimed_at=now)


def finish(task_id: int, worker: str, document: Document, stream: BinaryIO, now: datetime) -> Plan | None:
    """Make the plan, in the transaction that ends the task. None: the task is no longer this worker's.

    Raises:
        DocumentRefused, AlreadyThere: as `upload` does.
    """
    task = db.session.scalar(
        sa.select(ReadingTask)
        .where(ReadingTask.id == task_id, *_held_by(worker))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if task is None:
        return None
    plan = take_in(
        document,
        stream,
        task.file_name,
        standing_agency=task.standing_agency,
        actor=task.created_by,
        now=now,
    )
    task.state, task.plan, task.ended_at = ReadingState.READ, plan, now
    return plan


def lead_to(task_id: int, worker: str, plan: Plan, now: datetime) -> bool:
    """The document turned out to be a plan that came in by another way: lead there."""
    return _change(task_id, worker, state=ReadingState.READ, plan_id=plan.id, ended_at=now)


def refuse(task_id: int, worker: str, refusal: DocumentRefused, now: datetime) -> bool:
    """End a task with the reason. False: the task is no longer this worker's."""
    reason: dict[str, Any] = {"refusal": refusal.code, "refusal_params": refusal.params}
    if not _change(task_id, worker, state=ReadingState.REFUSED, ended_at=now, **reason):
        return False
    task = db.session.get_one(ReadingTask, task_id, populate_existing=True)
    record(
        "reading.refused",
        task,
        actor=task.created_by,
        now=now,
        name=task.file_name,
        after={"reason": refusal.code},
    )
    return True


def give_back(task_id: int, worker: str, *, counts: bool) -> bool:
    """Return a document to the queue. `counts`: the try failed, and was not only interrupted."""
    tries = ReadingTask.tries if counts else ReadingTask.tries - 1
    return _change(task_id, worker, state=ReadingState.WAITING, claimed_by=None, claimed_at=None, tries=tries)


def sweep(now: datetime) -> int:
    """Return what dead workers held, and end what killed too many of them; how many. The caller commits."""
    stale = db.session.execute(
        sa.select(ReadingTask.id, ReadingTask.claimed_by, ReadingTask.tries).where(
            ReadingTask.state == ReadingState.READING, ReadingTask.claimed_at < now - STALE_AFTER
        )
    ).all()
    for task_id, worker, tries in stale:
        if tries >= MOST_TRIES:
            refuse(task_id, worker, DocumentRefused("gave_up"), now)
        else:
            give_back(task_id, worker, counts=True)
    return len(stale)


def _held_by(worker: str) -> tuple[sa.ColumnElement[bool], ...]:
    return ReadingTask.state == ReadingState.READING, ReadingTask.claimed_by == worker


def _change(task_id: int, worker: str, **values: Any) -> bool:
    """One conditional UPDATE: what was swept or withdrawn meanwhile is not touched."""
    done = db.session.execute(
        sa.update(ReadingTask)
        .where(ReadingTask.id == task_id, *_held_by(worker))
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    return bool(done.rowcount == 1)  # type: ignore[attr-defined]


def _task_of(sha256: str, standing_agency: Agency) -> ReadingTask | None:
    return db.session.scalar(
        sa.select(ReadingTask).where(
            ReadingTask.sha256 == sha256, ReadingTask.standing_agency_id == standing_agency.id
        )
    )


# -- the bytes that wait ----------------------------------------------------------------------------------


def path_of(place: str) -> Path:
    return _folder() / place


def forget(place: str) -> None:
    """Remove the bytes of a document that waits no longer."""
    path_of(place).unlink(missing_ok=True)


def forget_lost(now: datetime) -> int:
    """Remove bytes that no task needs: a process died between the two, or nobody tried again in time; how many."""
    if not _folder().exists():
        return 0
    known = set(
        db.session.scalars(
            sa.select(ReadingTask.place).where(
                sa.or_(
                    ReadingTask.state.in_((ReadingState.WAITING, ReadingState.READING)),
                    sa.and_(
                        ReadingTask.state == ReadingState.REFUSED,
                        ReadingTask.refusal.in_(WORTH_ANOTHER_TRY),
                        ReadingTask.ended_at > now - KEPT_FOR,
                    ),
                )
            )
        )
    )
    lost = [
        path
        for path in _folder().iterdir()
        if path.name not in known and now.timestamp() - path.stat().st_mtime > _LOST_AFTER.total_seconds()
    ]
    for path in lost:
        path.unlink(missing_ok=True)
    return len(lost)


def _put_aside(data: bytes) -> str:
    """Bytes to disk first, the row after, so that a row never lacks its bytes."""
    _folder().mkdir(parents=True, exist_ok=True)
    place = secrets.token_hex(16)
    with path_of(place).open("xb") as target:
        target.write(data)
        target.flush()
        os.fsync(target.fileno())
    return place


def _folder() -> Path:
    return Path(current_app.config["FILES_FOLDER"]) / "waiting"
