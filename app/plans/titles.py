"""What a report is called, from the plan's own words before its day."""

from __future__ import annotations

import re

from app.i18n import writing_in
from app.plans.contents import REPORT_TITLES, shorten
from app.schedules.models import ReportKind

# «…; báo cáo kết quả rà soát hộ nghèo | chậm nhất ngày 26/11»: the clause that ends where the day begins.
_CLAUSE_END = re.compile(r"[.;:!?\n](?=\s|$)")
_NAMED = re.compile(
    r"\b(?:báo cáo|đề xuất|tổng hợp|đánh giá|kết quả)\b(?!.*\b(?:báo cáo|đề xuất)\b)", re.I | re.S
)
_BRACKETS = re.compile(r"\([^()]*\)|\($")
_LOOSE_END = re.compile(r"[\s,(\-–]+(?:về|cho|gửi|và|trong|thực hiện|hoàn thành|xong)?[\s,(\-–]*$", re.I)
_IN_GENERAL = "Báo cáo"
_LONGEST = 90
_SHORTEST = 12  # «báo cáo» alone says nothing


def report_title(kind: ReportKind, text: str, start: int, words: str) -> str:
    """The name of the report whose day stands at `start` of `text`; `words` are those of the day."""
    if kind is not ReportKind.OTHER:
        return kind_title(kind)
    before = _CLAUSE_END.split(text[max(0, start - 400) : start])[-1]
    found = _NAMED.search(before)
    name = " ".join(_BRACKETS.sub(" ", before[found.start() :]).split()) if found else ""
    name = _LOOSE_END.sub("", name)
    if len(name) < _SHORTEST:
        return f"{_IN_GENERAL} {words[:1].lower()}{shorten(words[1:], 60)}"
    name = shorten(name, _LONGEST)
    return name[0].upper() + name[1:]


def kind_title(kind: ReportKind) -> str:
    """The name of a recurring report. It is kept with the plan, so it is Vietnamese whoever reads the plan in."""
    with writing_in("vi"):
        return str(REPORT_TITLES[kind])
