"""Dated reports, dated reviews, and other dated duties."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from app.deadlines.rules import DueRule
from app.planreader.drafts.assignments import Given, Item
from app.planreader.drafts.kinds import kind_of
from app.planreader.mentions.bodies import bodies_at
from app.planreader.mentions.dates import DateMention, cues, dates_in
from app.planreader.mentions.sentences import receiver, sentences, subject_of
from app.planreader.models import OtherDeadline, Report, ReportKind
from app.planreader.outline import Clause
from app.planreader.patterns import agencies as pa
from app.planreader.patterns import dates as p
from app.planreader.patterns import document as pd


@dataclass(frozen=True, slots=True)
class Context:
    """What a clause is known to belong to: its agencies, and whether it stands under a head."""

    agencies: tuple[str, ...]
    duty: bool
    heading: str = ""
    until: int = 0  # where the names of a head end in its own clause


@dataclass(slots=True)
class Dated:
    reports: list[Report]
    others: list[OtherDeadline]


def dated(
    clauses: list[Clause], given: list[Given], body: int, end: int, period: tuple[int, int] | None
) -> Dated:
    """Everything dated in the text of the plan, in the order of the text."""
    contexts = _contexts(given)
    details = {d.index: item for g in given for item in g.items for d in item.details}
    owner = {id(item): g for g in given for item in g.items}
    result = Dated([], [])
    for clause in clauses[body:end]:
        if clause.cell or _is_basis(clause):
            continue
        item = details.get(clause.index)
        if item is not None and not _says_report(clause.text):
            _time_line(clause, item, owner[id(item)], result)
            continue
        context = contexts.get(clause.index) or Context((), False, _heading(clause))
        if item is not None:
            context = Context(owner[id(item)].head.names, True)
        elif pd.TIME_LINE.match(clause.text) and not _says_report(clause.text):
            _loose_time_line(clause, result)
            continue
        _sentences(clause, context, result, period)
    return result


def _says_report(text: str) -> bool:
    """«Thời gian gửi báo cáo: Báo cáo 6 tháng trước ngày 05/6; …»: a time line that is all about reports."""
    return bool(re.match(r"(?i)(?:-\s*)?thời\s+(?:gian|hạn|điểm)\s+(?:gửi\s+|nộp\s+)?báo\s+cáo", text))


def _contexts(given: list[Given]) -> dict[int, Context]:
    found: dict[int, Context] = {}
    for g in given:
        context = Context(g.head.names, True)
        found[g.clause.index] = Context(g.head.names, True, until=g.head.places[-1][1])
        for item in g.items:
            for clause in item.clause.walk():
                found.setdefault(clause.index, context)
    return found


_CITES = re.compile(
    r"(?:-\s*)?(?:Căn cứ (?:Luật|Nghị|Quyết|Thông|Chỉ|Kế|Công|Chương|Hướng|Kết|Văn|Đề)|Xét đề nghị|Theo đề nghị)"
    r"(?![^,;]{0,40}(?:\snày|nêu trên))"
)


def _is_basis(clause: Clause) -> bool:
    return bool(_CITES.match(clause.text))


def _heading(clause: Clause) -> str:
    texts: list[str] = []
    parent = clause.parent
    while parent is not None:
        texts.append(parent.text[:160])
        parent = parent.parent
    return " / ".join(texts)


_MAY_DATE = re.compile(r"\d|[Qq][Uu][ýíYÝyi]")  # no date is without: found much faster than a date


def _sentences(clause: Clause, context: Context, result: Dated, period: tuple[int, int] | None) -> None:
    text = clause.text
    if not _MAY_DATE.search(text) or not p.DATE.search(text):
        return
    reports_here = False
    last_subject: tuple[str, ...] = ()
    above = clause.parent.text if clause.parent is not None and p.REPORT.search(clause.parent.text) else ""
    if above and not context.duty:
        last_subject = subject_of(above)
    carried = bool(p.REPORT.search(context.heading) or p.REVIEW.search(context.heading)) and not context.duty
    for start, stop in sentences(text):
        part = text[start:stop]
        here = bool(p.REPORT.search(part) or p.REVIEW.search(part))
        goes_on = reports_here and part.lstrip()[:1].islower()
        dates = _staged(part, dates_in(part))
        # «Các sở, ngành; UBND các huyện … báo cáo»: a mark between the names cuts no subject in two
        subject = context.agencies if start < context.until else subject_of(part)
        if subject:
            last_subject = subject
        timed = pd.TIME_LINE.match(part.strip())
        if timed and start and dates and not here:
            # «…, báo cáo kết quả gửi Sở Tài chính. Thời gian hoàn thành: Trước ngày 31/5/2026.»
            add_time(part, text[:start], context.agencies, clause, start, result, context.duty)
            continue
        for i, mention in enumerate(dates):
            previous = dates[i - 1].end if i else 0
            kind = kind_of(part, mention, previous, dates, i, period, text, start)
            evidence = here or goes_on or carried
            named = carried and not here and bool(_PERIOD_LABEL.match(part[: mention.start]))
            if evidence and _is_report(part, mention, kind, goes_on or named):
                result.reports.append(
                    _report(clause, context, start, part, mention, kind or "other", last_subject)
                )
            elif _is_deadline(part, mention, context):
                words = part[mention.start : mention.end].strip()
                span = clause.words.span(start + mention.start, start + mention.end)
                agency = ", ".join(last_subject or context.agencies) or None
                result.others.append(OtherDeadline(words, agency, span, mention.rule))
        reports_here = here or goes_on


_STAGE_YEAR = re.compile(r"\W*$")


def _staged(part: str, dates: list[DateMention]) -> list[DateMention]:
    """«Năm 2025: tổ chức tổng kết trong quý III»: the year in front belongs to the dates behind it."""
    if len(dates) < 2 or not _is_bare_year(dates[0].rule) or not _STAGE_YEAR.match(part[: dates[0].start]):
        return dates
    if not part[dates[0].end :].lstrip().startswith(":"):
        return dates
    year = dates[0].rule.year
    return [
        one if one.rule.year or one.returns or one.per else replace(one, rule=replace(one.rule, year=year))
        for one in dates[1:]
    ]


def _is_bare_year(rule: DueRule) -> bool:
    return rule.day is None and rule.month is None and rule.quarter is None


_OTHER_ACT = re.compile(
    r"(?i)(?<!\w)(?:hoàn thành|ban hành|xây dựng|thành lập|đăng ký|tổ chức|phê duyệt|lập|phân bổ|triển khai)\s"
)


# «CHẾ ĐỘ BÁO CÁO» / «- 6 tháng: trước ngày 05/6»: under a heading on reports a period is enough
_PERIOD_LABEL = re.compile(
    r"(?i)\W*(?:cả\s+|hằng\s+|hàng\s+)?(?:(?:0?[369]|sáu|chín|0?1|một)\s+)?(?:tháng|quý(?:\s+[IV]+)?|năm)(?:\s+(?:đầu|cuối)\s+năm)?"
    r"[\s:,(]*(?:gửi\s+)?$"
)


def _is_report(part: str, mention: DateMention, kind: ReportKind | None, goes_on: bool = False) -> bool:
    rule = mention.rule
    review = kind in ("midterm_review", "final_review")
    before = part[: mention.start]
    cue = [m.end() for m in p.REPORT.finditer(part)] + [m.end() for m in p.REVIEW.finditer(part)]
    if p.TARGET.search(before[-60:]) and not cue:
        return False
    if rule.day is None and rule.month is None and rule.quarter is None:
        # a bare year: «Báo cáo giữa kỳ (năm 2030)», «sơ kết vào năm 2023»
        stage = not before.strip() and part[mention.end :].lstrip().startswith(
            ":"
        )  # «Năm 2024: Tổ chức sơ kết»
        rewards = re.search(r"(?i)khen\s+thưởng", before)  # «Khen thưởng sơ kết (năm 2023): …»
        return review and not rewards and (mention.explicit or mention.bracketed or stage)
    if rule.day is None and not mention.explicit and not mention.bracketed:
        return bool(cue) and (review or bool(p.REVIEW.search(part)))
    if rule.day is not None and not mention.explicit:
        # a bare day needs a kind of its own, or brackets: «(ngày 15/5 đối với báo cáo 6 tháng …)»
        following = p.FOR_KIND.match(part, mention.end)
        return (
            bool(following)
            or mention.bracketed
            or mention.returns
            or bool(re.search(r"(?:vào|định kỳ)\s*(?:ngày)?\s*$", before))
        )
    if goes_on and not cue:
        # «… học kỳ I trước ngày 15/01; cả năm trước ngày 25/5»
        return not _OTHER_ACT.search(before)
    return _governs(part, mention)


_ONLY_PERIOD = re.compile(
    r"(?i)(?:^|[,;:.(])\s*(?:và\s+)?(?:(?:định\s+kỳ|hằng|hàng|mỗi|cả|đầu|cuối|năm|tháng|quý|0?6|0?9|0?3|0?1)[\s,]*)*$"
)


def _governs(part: str, mention: DateMention) -> bool:
    """Whether the date belongs to the report and not to another act of the same sentence."""
    before, after = part[: mention.start], part[mention.end :]
    last = max((m.start() for m in [*p.REPORT.finditer(before), *p.REVIEW.finditer(before)]), default=-1)
    if last >= 0:
        between = before[last:]
        other = re.search(
            r";\s|,\s(?:hoàn thành|xây dựng|ban hành|tổ chức|triển khai|phân bổ|thành lập|đăng ký)\s",
            between,
        )
        return not other or bool(re.search(r"báo cáo|sơ kết|tổng kết", between[other.end() :]))
    following = re.search(r"báo cáo|sơ kết|tổng kết|Báo cáo", after[:140])
    if following and p.DATE.search(after[following.end() :]) and not _ONLY_PERIOD.search(before):
        return (
            False  # «Sửa xong trước ngày 30/6 và báo cáo trước ngày 12/7»: the report has a date of its own
        )
    return bool(following) and not re.search(
        r"(?i)(?:hoàn thành|ban hành|xây dựng|thành lập|đăng ký)\s[^,;]*$", before[-80:]
    )


def _is_deadline(part: str, mention: DateMention, context: Context) -> bool:
    rule = mention.rule
    if not mention.explicit or (rule.day is None and rule.month is None and rule.quarter is None):
        return False
    if p.TARGET.search(part[max(0, mention.start - 50) : mention.start]) or re.search(r"\d\s*%", part):
        return False
    if rule.day is None and rule.qualifier == "in":
        return context.duty and bool(p.DUE_WORDS.search(part)) and (mention.returns or rule.year is not None)
    return bool(p.DUE_WORDS.search(part)) and (context.duty or rule.qualifier in ("before", "by"))


def _report(
    clause: Clause,
    context: Context,
    offset: int,
    part: str,
    mention: DateMention,
    kind: ReportKind,
    subject: tuple[str, ...],
) -> Report:
    words = part[mention.start : mention.end].strip()
    span = clause.words.span(offset + mention.start, offset + mention.end)
    to, via = receiver(part)
    if to is None and via is None and clause.parent is not None and p.REPORT.search(clause.parent.text):
        to, via = receiver(clause.parent.text)
    reporters = subject or context.agencies
    event = kind in ("midterm_review", "final_review") and not p.REPORT.search(part)
    return Report(kind, mention.rule, words, span, reporters, to, via, event)


def _time_line(clause: Clause, item: Item, given: Given, result: Dated) -> None:
    """«Thời gian hoàn thành: Trước ngày 31/5/2026» under a duty."""
    duty = item.words.text
    add_time(clause.text, duty, given.head.names, clause, 0, result, True)


def add_time(
    text: str,
    duty: str,
    agencies: tuple[str, ...],
    clause: Clause,
    offset: int,
    result: Dated,
    assigned: bool,
) -> None:
    head = pd.TIME_LINE.match(text)
    at = head.end() if head else 0
    mentions = dates_in(text)
    span_all = clause.words.span(offset + at, offset + len(text))
    words = text[at:].strip(" .;:")
    if re.search(r"kết thúc|thường xuyên|các năm tiếp theo", words, re.I):
        return
    closing = re.match(r"(?i)từ\s+ngày\s+.{4,30}?\s+đến\s+(?:hết\s+)?ngày\s+", words)
    if closing and not mentions:
        result.others.append(OtherDeadline(words, ", ".join(agencies) or None, span_all, None))
        return
    for mention in mentions:
        if mention.rule.day is None and mention.rule.month is None and mention.rule.quarter is None:
            continue
        reports = assigned and _asks_report(duty)
        where = clause.words.span(offset + mention.start, offset + mention.end)
        said = text[mention.start : mention.end].strip()
        if reports and mention.rule.qualifier in ("before", "by", "on"):
            to, via = receiver(duty)
            told = [c[2] for c in cues(duty)] if re.search(r"định kỳ|hằng|hàng", duty) else []
            result.reports.append(
                Report(told[-1] if told else "other", mention.rule, said, where, agencies, to, via)
            )
        else:
            result.others.append(OtherDeadline(said, ", ".join(agencies) or None, where, mention.rule))
        break


_ASKS = re.compile(
    r"(?<!\w)[Bb]áo cáo\s+(?:kết quả|tình hình|tiến độ|công tác|đánh giá|việc|về|bằng|gửi|định kỳ|theo|cơ quan|cấp"
    r"|UBND|Ủy|Sở|Bộ"
    r"|Phòng|Ban|Chính|Thủ|Hội|Chủ|[Tt]ỉnh|[Tt]hành|sơ kết|tổng kết|tổng hợp)|(?<!\w)[Bb]áo cáo\s*(?:\(|\.|$)"
)


def _asks_report(duty: str) -> bool:
    return bool(_ASKS.search(duty))


def _loose_time_line(clause: Clause, result: Dated) -> None:
    """A time line in the contents: the body is the subject of the paragraph before it, if it names one."""
    siblings = clause.parent.children if clause.parent else []
    place = siblings.index(clause)
    for sibling in siblings:
        told = pd.IN_CHARGE.match(sibling.text)
        bodies = bodies_at(sibling.text, told.end()) if told else None
        if bodies:
            add_time(
                clause.text, "", tuple(sibling.text[s:e] for s, e in bodies.names), clause, 0, result, False
            )
            return
    texts = [s.text for s in reversed(siblings[:place])] + ([clause.parent.text] if clause.parent else [])
    agency: tuple[str, ...] = ()
    for text in texts[:2]:
        for start, stop in sentences(text):
            agency = subject_of(text[start:stop]) or agency
        if agency:
            break
    if pa.NO_BODY.match(clause.text) and re.search(r"(?i)sơ kết|tổng kết|báo cáo", clause.text):
        return
    add_time(clause.text, "", agency, clause, 0, result, False)


def due_of(text: str) -> tuple[DueRule, str] | None:
    """The due date that a duty itself names, if it names exactly one that is explicit."""
    found = [d for d in dates_in(text) if d.explicit and (d.rule.day or d.rule.month or d.rule.quarter)]
    found = [d for d in found if not p.TARGET.search(text[max(0, d.start - 50) : d.start])]
    if len(found) != 1:
        return None
    return found[0].rule, text[found[0].start : found[0].end].strip()
