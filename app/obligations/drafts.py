"""Reading the draft of a report."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from app.errors import NotVisible
from app.extensions import db
from app.obligations import corrections, rules
from app.obligations.draft_models import ArrivingFile, DraftFile, ReportDraft
from app.obligations.merging import Typed
from app.obligations.models import Obligation, Submission

MAX_FIELD = 60_000  # characters; a little more than the longest text, so that too long a text is still kept


def draft_of(obligation: Obligation) -> ReportDraft | None:
    """What has been typed for the next version; None where nothing has."""
    return db.session.scalar(
        sa.select(ReportDraft)
        .where(ReportDraft.obligation_id == obligation.id, ReportDraft.version == next_version(obligation))
        .options(
            joinedload(ReportDraft.saved_by),
            selectinload(ReportDraft.files).options(
                joinedload(DraftFile.file), joinedload(DraftFile.added_by)
            ),
        )
    )


def next_version(obligation: Obligation) -> int:
    query = sa.select(sa.func.max(Submission.version)).where(Submission.obligation_id == obligation.id)
    return (db.session.scalar(query) or 0) + 1


def typed_in(draft: ReportDraft | None) -> Typed:
    return Typed(draft.fields, draft.others) if draft else Typed()


def arriving(obligation: Obligation, key: str) -> ArrivingFile:
    """A file that is on its way. Raises NotVisible: none is, or it is another obligation's."""
    found = db.session.scalar(
        sa.select(ArrivingFile).where(ArrivingFile.key == key, ArrivingFile.obligation_id == obligation.id)
    )
    if found is None:
        raise NotVisible
    return found


def why_not_write(obligation: Obligation) -> Any:
    """In the way of writing on: what is written would belong to nothing."""
    if corrections.is_done(obligation):
        return corrections.why_not_correct(obligation)
    return rules.why_not_submit(obligation)
