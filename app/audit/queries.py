"""Reading the record."""

from __future__ import annotations

import sqlalchemy as sa

from app.audit.acts import SENTENCES
from app.audit.models import AuditEntry
from app.extensions import db


def sentence(entry: AuditEntry) -> str:
    """What happened, in the language of the page."""
    return str(SENTENCES[entry.act]) % {"subject": entry.subject_name}


def entries_about(subject_type: str, subject_id: int) -> list[AuditEntry]:
    """All acts on one thing, newest first."""
    return list(
        db.session.scalars(
            sa.select(AuditEntry)
            .where(AuditEntry.subject_type == subject_type, AuditEntry.subject_id == subject_id)
            .order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
        )
    )


def search(act: str = "", actor: str = "") -> sa.Select[tuple[AuditEntry]]:
    """Entries by the beginning of the act ("plan.", "submission.returned") and by part of the actor's name."""
    query = sa.select(AuditEntry).order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
    if act:
        query = query.where(AuditEntry.act.startswith(act))
    if actor:
        query = query.where(AuditEntry.actor_name.icontains(actor, autoescape=True))
    return query
