"""The draft of a report: saved as it is typed, shared by the agency's officers, gone when it is handed in."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa

from app.access import refuse_if
from app.accounts.models import User
from app.errors import NotVisible, Refused
from app.extensions import db
from app.files.models import StoredFile
from app.i18n import _l
from app.obligations import drafts
from app.obligations.attachments import MAX_FILES, FileRefused, Upload, keep_all
from app.obligations.draft_models import DraftFile, ReportDraft
from app.obligations.merging import Writer, merge
from app.obligations.models import Obligation
from app.obligations.operations.suspending import start

_TRIES = 8


def save_draft(
    obligation: Obligation,
    *,
    typed: Mapping[str, str],
    given: Mapping[str, str],
    actor: User,
    now: datetime,
) -> ReportDraft:
    """Bring what this officer typed together with what stands in the draft (see `merging`).

    `given` is what their page had been given, by field. Saving the same again changes nothing.

    Raises:
        Refused: the report was handed in meanwhile, settled, or somebody else saves without a pause.
    """
    refuse_if(drafts.why_not_write(obligation))
    typed = {name: value[: drafts.MAX_FIELD] for name, value in typed.items()}
    for _try in range(_TRIES):
        draft = drafts.draft_of(obligation) or _begin(obligation, actor, now)
        writer = Writer(actor.id, actor.name, now.isoformat(), draft.revision + 1)
        before = drafts.typed_in(draft)
        after = merge(before, typed, given, writer)
        if after == before or _replace(draft, actor, now, fields=after.fields, others=after.others):
            return draft
    raise Refused(_l("Chưa lưu được vì người khác đang lưu cùng lúc. Đợi vài giây rồi lưu lại."))


def keep_files(
    obligation: Obligation, uploads: Sequence[Upload], *, actor: User, now: datetime
) -> list[DraftFile]:
    """Add whole files to the draft: those that came with the form.

    Raises:
        FileRefused: one is not accepted; none is added then.
    """
    refuse_if(drafts.why_not_write(obligation))
    there = drafts.draft_of(obligation)
    if len(uploads) + (len(there.files) if there else 0) > MAX_FILES:
        raise _too_many()
    kept = keep_all(uploads, now=now)
    return [
        add_file(obligation, name, stored, key=secrets.token_urlsafe(24), actor=actor, now=now)
        for name, stored in kept
    ]


def add_file(
    obligation: Obligation, name: str, stored: StoredFile, *, key: str, actor: User, now: datetime
) -> DraftFile:
    """Add a stored file. The same `key`, and the same file under the same name, add nothing.

    Raises:
        Refused: the report was handed in meanwhile. FileRefused: there are as many files as a report may have.
    """
    refuse_if(drafts.why_not_write(obligation))
    draft = drafts.draft_of(obligation) or _begin(obligation, actor, now)
    for file in draft.files:
        if file.key == key or (file.file_id == stored.id and file.name == name):
            return file
    if len(draft.files) >= MAX_FILES:
        raise _too_many()
    added = DraftFile(draft=draft, file=stored, key=key, name=name, added_by=actor, added_at=now)
    db.session.add(added)
    db.session.flush()
    _touch(draft, actor, now)
    return added


def remove_file(obligation: Obligation, file_id: int, *, actor: User, now: datetime) -> DraftFile:
    """Take a file out of the draft. Raises NotVisible: it is not in it."""
    draft = drafts.draft_of(obligation)
    found = next((file for file in draft.files if file.id == file_id), None) if draft else None
    if draft is None or found is None:
        raise NotVisible
    draft.files.remove(found)
    db.session.flush()
    _touch(draft, actor, now)
    return found


def set_aside(obligation: Obligation, *, field: str, by: int, actor: User, now: datetime) -> None:
    """Forget what `by` typed beside a field, once somebody has chosen. Again does nothing."""
    for _try in range(_TRIES):
        draft = drafts.draft_of(obligation)
        if draft is None:
            return
        left = [other for other in draft.others if (other["field"], other["by"]) != (field, by)]
        if left == draft.others or _replace(draft, actor, now, others=left):
            return


def discard(obligation: Obligation) -> None:
    """Drop the draft with its list of files. The bytes go with the next sweep unless something else has them."""
    for draft in db.session.scalars(sa.select(ReportDraft).where(ReportDraft.obligation_id == obligation.id)):
        db.session.delete(draft)
    db.session.flush()


def _begin(obligation: Obligation, actor: User, now: datetime) -> ReportDraft:
    version = drafts.next_version(obligation)
    try:
        with db.session.begin_nested():
            db.session.execute(  # one that is over
                sa.delete(ReportDraft).where(
                    ReportDraft.obligation_id == obligation.id, ReportDraft.version != version
                )
            )
            draft = ReportDraft(
                obligation=obligation, version=version, revision=0, saved_by=actor, saved_at=now
            )
            db.session.add(draft)
        start(obligation, actor=actor, now=now)  # the first words of a report: the work has begun
        return draft
    except sa.exc.IntegrityError:  # another officer began in this moment
        there = drafts.draft_of(obligation)
        if there is None:
            raise
        return there


def _replace(draft: ReportDraft, actor: User, now: datetime, **values: object) -> bool:
    """Whether nobody else saved since the draft was read."""
    db.session.flush()
    done = db.session.execute(
        sa.update(ReportDraft)
        .where(ReportDraft.id == draft.id, ReportDraft.revision == draft.revision)
        .values(revision=draft.revision + 1, saved_by_id=actor.id, saved_at=now, **values)
        .execution_options(synchronize_session=False)
    ).rowcount  # type: ignore[attr-defined]
    db.session.expire(draft)
    return bool(done == 1)


def _touch(draft: ReportDraft, actor: User, now: datetime) -> None:
    db.session.execute(
        sa.update(ReportDraft)
        .where(ReportDraft.id == draft.id)
        .values(revision=ReportDraft.revision + 1, saved_by_id=actor.id, saved_at=now)
        .execution_options(synchronize_session=False)
    )
    db.session.expire(draft)


def _too_many() -> FileRefused:
    return FileRefused(_l("Nộp tối đa %(n)s tệp một lần. Gộp hoặc nén bớt rồi nộp lại.", n=MAX_FILES))
