"""Reading the record."""

from __future__ import annotations

from typing import Any

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


def search(act: str = "", actor: str = "", subject: str = "") -> sa.Select[tuple[AuditEntry]]:
    """Entries by the beginning of the act ("plan.", "submission.returned"), by part of the actor's name and by part
    of what it happened to."""
    query = sa.select(AuditEntry).order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
    if act:
        query = query.where(AuditEntry.act.startswith(act))
    if actor:
        query = query.where(_says(AuditEntry.actor_name, actor))
    if subject:
        query = query.where(_says(AuditEntry.subject_name, subject))
    return query


def _says(column: Any, words: str) -> sa.ColumnElement[bool]:
    """SQLite ignores the case of ASCII letters only: «ủy ban» is looked for as «Ủy ban» and «ỦY BAN» too."""
    forms = {words, words.lower(), words.upper(), words[:1].upper() + words[1:].lower(), words.title()}
    return sa.or_(*(column.icontains(form, autoescape=True) for form in sorted(forms)))
