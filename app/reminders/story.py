"""Reminders in the story of an obligation."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from app.i18n import _
from app.obligations.models import Obligation
from app.reminders import mails, wording
from app.reminders.models import ReminderState


def reminders_said(obligation: Obligation) -> Iterator[dict[str, Any]]:
    """One event for each step, with everybody who was told; steps that were overtaken are no part of a story."""
    rows = [row for row in mails.reminders_about(obligation) if row[0].state is ReminderState.POSTED]
    for (_version, step), group in groupby(rows, lambda row: (row[0].key.split(":")[1], row[0].step)):
        together = list(group)
        posted = [message for _reminder, message, _name in together if message is not None]
        states = dict.fromkeys(wording.state_words(message.state) for message in posted)
        yield {
            "kind": "mail",
            "icon": "bell",
            "text": _("Thư nhắc: %(step)s", step=wording.step_words(step)),
            "at": min((m.sent_at or m.created_at for m in posted), default=together[0][0].created_at),
            "who": "; ".join([", ".join(name for _reminder, _message, name in together), *states]),
        }
