"""What the reader could not place, and what a person should look at: unread clauses, vague dates, lost tables."""

from __future__ import annotations

import re

from app.planreader.drafts.assignments import Given
from app.planreader.drafts.zones import Zones
from app.planreader.models import OtherDeadline, Report, Warning
from app.planreader.outline import Clause
from app.planreader.patterns import dates as pt
from app.planreader.patterns import document as pd
from app.planreader.text import Span

_ASKS = re.compile(
    r"báo\s+cáo\s+(?:kết\s+quả|tình\s+hình|đánh\s+giá|về|Ủy|UBND|Sở|Phòng|Ban|Bộ|Thường|Thành|Tỉnh)",
    re.IGNORECASE,
)


def unread(clauses: list[Clause], zones: Zones, given: list[Given], used: list[Span]) -> list[Span]:
    """Spans of the text from which nothing was taken; neighbours are put together.

    Headings, header, basis and signature are the frame of the document, not content.
    """
    placed = {c.index for g in given for c in g.clause.walk() if g.items}
    found: list[Span] = []
    last = -2
    marks = sorted(used)
    for clause in clauses[zones.body : zones.end]:
        if clause.index in placed or not clause.text.strip() or _frame(clause):
            continue
        span = clause.mark.span() if clause.mark else clause.words.span()
        if span == (0, 0) or _holds(marks, span):
            continue
        if last == clause.index - 1 and found:
            found[-1] = (found[-1][0], span[1])
        else:
            found.append(span)
        last = clause.index
    return found


def _frame(clause: Clause) -> bool:
    text = clause.text.strip()
    if clause.style == "caps" or (clause.children and len(text) < 200):
        return True
    return bool(pd.BASIS.match(text) and re.match(r"(?:Căn cứ|Xét|Theo đề nghị)", text)) or bool(
        pd.ISSUING.search(text[:200])
    )


def _holds(marks: list[Span], span: Span) -> bool:
    return any(start < span[1] and end > span[0] for start, end in marks)


def relative_deadlines(given: list[Given]) -> tuple[list[OtherDeadline], list[Warning]]:
    """«trong thời hạn 10 ngày kể từ ngày nhận Kế hoạch»: a deadline whose first day a person has to find."""
    found: list[OtherDeadline] = []
    warnings: list[Warning] = []
    for g in given:
        for item in g.items:
            for clause in (item.words, *(d.words for d in item.details)):
                for m in pt.RELATIVE.finditer(clause.text):
                    if not re.match(r"(?i)trong|sau|chậm", m[0]) and "kể từ" not in m[0]:
                        continue
                    words = m[0].strip()
                    span = clause.span(m.start(), m.start() + len(words))
                    found.append(OtherDeadline(words, ", ".join(g.head.names), span))
                    warnings.append(Warning("relative_date", span, {"words": words}))
    return found, warnings


def doubts(clauses: list[Clause], zones: Zones, given: list[Given], reports: list[Report]) -> list[Warning]:
    """Reports without a day, tables that were lost, numbers that jump."""
    warnings: list[Warning] = []
    dated = sorted(r.span for r in reports)
    for g in given:
        for item in g.items:
            text = item.words.text
            vague = pt.VAGUE.search(text)
            if vague and _ASKS.search(text) and not _holds(dated, item.words.span()):
                start = vague.start()
                span = item.words.span(start, vague.end())
                warnings.append(Warning("report_without_date", span, {"words": vague[0]}))
    for clause, following in zip(
        clauses[zones.body : zones.end], clauses[zones.body + 1 : zones.end], strict=False
    ):
        announces = re.search(r"(?:như sau|sau đây|cụ thể)\s*:\s*$", clause.text)
        outer = following.style in ("roman", "part", "upper", "caps", "number")
        if (
            announces
            and outer
            and not clause.children
            and clause.index > zones.body + 4
            and clause.style != "caps"
        ):
            start = _whole_words(clause.text, 60)
            words = clause.text[start:].strip()
            told = f"…{words}" if start else words
            warnings.append(Warning("lost_table", clause.words.span(start), {"words": told}))
    return warnings


def _whole_words(text: str, longest: int) -> int:
    """Where the last words of a text begin that are no longer than this, the first of them whole."""
    start = max(0, len(text.rstrip()) - longest)
    if start == 0 or text[start - 1].isspace():
        return start
    blank = text.find(" ", start)
    return blank + 1 if blank != -1 else start
