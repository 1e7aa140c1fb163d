"""Parts of supporting agencies in a reminder mail: what a lead waits for, until when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from app.deadlines import weekday_name
from app.i18n import _, _n, full_day, language
from app.links import absolute_url
from app.obligations.models import Obligation, Part
from app.obligations.rules import is_owed, is_suspended


@dataclass(frozen=True, slots=True)
class PartLine:
    title: str
    lead_words: str
    day_words: str
    state_words: str
    tone: str
    words: str
    url: str


def still_waited_for(part: Part, obligation: Obligation, today: date) -> bool:
    return part.blocks and is_owed(obligation) and not is_suspended(obligation, today)


def line_of(part: Part, obligation: Obligation, today: date) -> PartLine:
    days = (part.due_on - today).days
    # A body that is asked and not commanded is never late.
    late = days < 0 and part.agency.commanded
    return PartLine(
        title=obligation.title,
        lead_words=_("%(agency)s chủ trì", agency=obligation.agency.name),
        day_words=f"{weekday_name(part.due_on, language())}, {full_day(part.due_on)}",
        state_words=_state(days, late),
        tone="late" if late else "soon" if days <= 1 else "calm",
        words=part.words,
        url=absolute_url("obligations.part", obligation_id=obligation.id, part_id=part.id),
    )


def count_words(lines: list[PartLine]) -> str:
    return _n("%(num)s phần phối hợp cần gửi", "%(num)s phần phối hợp cần gửi", len(lines))


def _state(days: int, late: bool) -> str:
    if late:
        return _n("Chậm %(num)s ngày", "Chậm %(num)s ngày", -days)
    if days < 0:
        return _("Chưa có thông tin phản hồi")
    return _n("Còn %(num)s ngày", "Còn %(num)s ngày", days) if days else _("Cần gửi hôm nay")
