"""Writing the record. Called by every operation, in the same transaction as the change itself."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Protocol

from app.access import origin
from app.audit.acts import SENTENCES
from app.audit.models import AuditEntry
from app.extensions import db


class Actor(Protocol):
    """Whoever does something: a user, or the system (None)."""

    id: Any
    name: Any


def record(
    act: str,
    subject: Any,
    *,
    actor: Actor | None,
    now: datetime,
    name: str,
    plan_id: int | None = None,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> AuditEntry:
    """Record that `actor` did `act` to `subject` (a model object) at `now`.

    `name` is how a person calls the subject; `before` and `after` hold the changed values as JSON.

    Raises:
        KeyError: the act is not in `acts.SENTENCES`, so that no page could tell it.
    """
    SENTENCES[act]
    db.session.flush()  # the subject's id
    entry = AuditEntry(
        at=now,
        actor_id=actor.id if actor else None,
        actor_name=actor.name if actor else "",
        act=act,
        subject_type=subject.__tablename__ if subject is not None else "",
        subject_id=getattr(subject, "id", None),
        subject_name=name,
        plan_id=plan_id,
        before=before,
        after=after,
        address=origin(),
    )
    db.session.add(entry)
    return entry
