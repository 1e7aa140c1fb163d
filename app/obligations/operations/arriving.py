"""Files of a report that arrive in pieces, and can be sent again from where they stopped."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import sqlalchemy as sa

from app.access import refuse_if
from app.accounts.models import User
from app.errors import Refused
from app.extensions import db
from app.files import arriving as parts
from app.files.operations import DiskFull
from app.i18n import _l
from app.obligations import drafts
from app.obligations.attachments import MAX_FILES, FileRefused, Upload, keep_arrived, no_room, why_not_size
from app.obligations.draft_models import ArrivingFile, DraftFile, ReportDraft
from app.obligations.models import Obligation
from app.obligations.operations.drafting import add_file

PIECE = 1024 * 1024  # bytes that a page sends at once, at most
_KEY = re.compile(r"[A-Za-z0-9_-]{16,64}\Z")
# A part to which nothing was added for so long is given up; a draft of what was settled in another way later.
PART_LIVES = timedelta(days=3)
DRAFT_LIVES = timedelta(days=30)


def begin_file(obligation: Obligation, *, key: str, name: str, size: int, actor: User, now: datetime) -> int:
    """Announce a file; how many of its bytes have arrived already. Again continues the same file.

    Raises:
        Refused: nothing may be handed in now. FileRefused: empty, too big, or one file too many.
    """
    refuse_if(drafts.why_not_write(obligation))
    if not _KEY.match(key):
        raise Refused(_l("Mã của tệp đang tải không đúng dạng. Tải lại trang rồi chọn lại tệp."))
    name = Upload(name, None).clean_name  # type: ignore[arg-type]
    if refusal := why_not_size(name, size):
        raise refusal
    known = db.session.scalar(sa.select(ArrivingFile).where(ArrivingFile.key == key))
    if known is not None:
        if (known.obligation_id, known.size) != (obligation.id, size):
            raise Refused(_l("Tệp đang tải dở là tệp khác. Tải lại trang rồi chọn lại tệp."))
        return parts.arrived(key)
    draft = drafts.draft_of(obligation)
    if draft and len(draft.files) >= MAX_FILES:
        raise FileRefused(_l("Nộp tối đa %(n)s tệp một lần. Gộp hoặc nén bớt rồi nộp lại.", n=MAX_FILES))
    db.session.add(
        ArrivingFile(
            key=key, obligation_id=obligation.id, name=name, size=size, started_by_id=actor.id, started_at=now
        )
    )
    db.session.flush()
    return parts.arrived(key)


def take_piece(file: ArrivingFile, *, offset: int, piece: bytes, checksum: int) -> int:
    """Write one piece; how many bytes have arrived then. A piece that came before changes nothing.

    Raises:
        arriving.NotNext, arriving.Garbled: send again from where it stands. FileRefused: the disk is full.
    """
    try:
        return parts.append(file.key, offset, piece, checksum, file.size)
    except DiskFull:
        raise no_room(file.name) from None


def finish_file(obligation: Obligation, file: ArrivingFile, *, actor: User, now: datetime) -> DraftFile:
    """Look at a file that has arrived whole and add it to the draft. The part is dropped by `forget_file`.

    Raises:
        FileRefused: damaged, with a password, classified, of a kind that is not accepted; nothing of it is kept.
        Refused: bytes are missing, or the report was handed in meanwhile.
    """
    if parts.arrived(file.key) != file.size:
        raise Refused(_l("Tệp «%(name)s» chưa tải xong. Tải tiếp phần còn lại.", name=file.name))
    stored = keep_arrived(file.name, parts.part_of(file.key), now=now)
    return add_file(obligation, file.name, stored, key=file.key, actor=actor, now=now)


def forget_file(file: ArrivingFile) -> None:
    """It is in the draft, or was refused: drop what had arrived."""
    parts.drop(file.key)
    db.session.delete(file)


def arrived_before(obligation: Obligation, key: str) -> DraftFile | None:
    """The file of the draft that an upload made, where its answer was lost on the way."""
    draft = drafts.draft_of(obligation)
    return next((file for file in draft.files if file.key == key), None) if draft else None


def sweep_drafts(now: datetime) -> dict[str, int]:
    """Remove what is left of uploads that nobody goes on with, and drafts of what was settled without them.

    Again removes nothing more. A part that is still growing is never touched.
    """
    old = now - PART_LIVES
    swept = parts.sweep_parts(old) + parts.sweep_unfinished(old)
    gone = [
        file
        for file in db.session.scalars(sa.select(ArrivingFile).where(ArrivingFile.started_at < old))
        if not parts.part_of(file.key).exists()
    ]
    for file in gone:
        db.session.delete(file)
    over = db.session.scalars(
        sa.select(ReportDraft)
        .join(ReportDraft.obligation)
        .where(Obligation.settled_at < now - DRAFT_LIVES, ReportDraft.saved_at < now - DRAFT_LIVES)
    ).all()
    for draft in over:
        db.session.delete(draft)
    db.session.flush()
    return {"parts": swept, "uploads": len(gone), "drafts": len(over)}
