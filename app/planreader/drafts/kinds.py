"""Which kind of report a date is for: told by the words around it, by its place among others, by the day itself."""

from __future__ import annotations

import re

from app.planreader.mentions.dates import DateMention, cues
from app.planreader.models import ReportKind
from app.planreader.patterns import dates as p

_BARE_KINDS: dict[str, ReportKind] = {"năm": "annual", "quý": "quarterly", "tháng": "monthly"}


def kind_of(
    part: str,
    mention: DateMention,
    previous: int,
    dates: list[DateMention],
    position: int,
    period: tuple[int, int] | None,
    text: str,
    offset: int,
) -> ReportKind | None:
    if mention.per == "quarter":
        return "quarterly"
    if mention.per == "month":
        return "monthly"
    following = p.FOR_KIND.match(part, mention.end)
    if following:
        told = cues(following["what"])
        if told:
            return told[0][2]
        bare = _BARE_KINDS.get(following["what"].strip().lower())
        if bare:
            return bare
    marks = cues(part)
    if not p.REVIEW.search(part) and (
        _TERM_OF_SCHOOL.search(part, previous, mention.start) or _EACH_TERM.search(part)
    ):
        return "other"
    near = [c for c in marks if previous <= c[0] and c[1] <= mention.start]
    if near:
        pick = _nearest(near, mention)
        listed = _listed(marks, dates)
        return listed[position] if listed else pick
    listed = _listed(marks, dates)
    if listed:
        return listed[position]
    after = [c for c in marks if mention.end <= c[0] <= mention.end + 40 and position == len(dates) - 1]
    if mention.rule.day is None and mention.rule.month is None and mention.rule.quarter is None:
        ahead = [c for c in marks if c[1] <= mention.start]
        if not ahead and not part[: mention.start].strip():
            ahead = marks[:1]
        return _nearest(ahead, mention) if ahead else None
    marks = [
        c for c in marks if not any(d.per and d.start <= c[0] < d.end for d in dates if d is not mention)
    ]
    return _by_date(
        text[max(0, offset - 200) : offset] + part,
        mention,
        dates,
        position,
        period,
        [c[2] for c in after] + [c[2] for c in marks if c[1] <= mention.start],
    )


_TERM_OF_SCHOOL = re.compile(r"học\s+kỳ\s+(?:I{1,2}|1|2)(?!\w)(?!.*năm\s+học)")
_EACH_TERM = re.compile(r"(?:từng|mỗi|các|theo)\s+học\s+kỳ")


def _nearest(near: list[tuple[int, int, ReportKind]], mention: DateMention) -> ReportKind:
    """The last word wins; but «hằng năm tổng kết, báo cáo trước ngày 15/12» comes back every year."""
    told = [kind for *_, kind in near]
    returns = mention.rule.day is not None and mention.rule.year is None and "annual" in told
    return "annual" if returns and told[-1] in ("midterm_review", "final_review") else told[-1]


def _listed(marks: list[tuple[int, int, ReportKind]], dates: list[DateMention]) -> list[ReportKind] | None:
    """«định kỳ 6 tháng, năm (trước ngày 15/6 và 15/12)»: kinds and dates pair up in their order."""
    if len(dates) < 2 or not marks:
        return None
    kinds: list[ReportKind] = []
    for _, stop, kind in marks:
        if stop <= dates[0].start and kind not in kinds:
            kinds.append(kind)
    if any(dates[0].end <= m[0] <= dates[-1].start for m in marks):
        return None
    if len(kinds) == len(dates):
        return kinds
    if len(dates) == 4:
        return ["quarterly"] * 4
    if len(dates) == 2 and dates[0].rule.month in (5, 6, 7) and dates[1].rule.month in (10, 11, 12, 1):
        return ["half_year", "annual"]
    if (
        len(dates) == 2
        and dates[0].rule.month in (12, 1)
        and dates[1].rule.month in (6, 7)
        and not dates[0].rule.year
    ):
        return ["annual", "half_year"]
    return None


_ROUND = re.compile(r"(?i)(?<!\w)đợt\s+(?:\d|[IV])")  # rounds of a campaign are no halves of a year
_NEXT_YEAR = re.compile(r"năm\s+(?:sau|kế\s+tiếp|tiếp\s+theo|liền\s+kề)")
# A report on one piece of work is no closing report, though it comes at the end of the year.
_SINGLE_JOB = re.compile(
    r"(?i)(?:kết\s+quả|báo\s+cáo)\s+(?:tổng\s+)?(?:rà\s+soát|kiểm\s+kê|điều\s+tra|thẩm\s+định|khảo\s+sát|kiểm\s+tra"
    r"|lập|phê\s+duyệt)"
)


_SINGLE_JOB_TITLE = re.compile(
    r"(?i)(?:kế hoạch\s+)?(?:(?:tổ chức|triển khai|thực hiện|công tác)\s+)*"
    r"(?:tổng\s+)?(?:rà\s+soát|kiểm\s+kê|điều\s+tra|khảo\s+sát)(?!\w)"
)


def single_job(title: str | None) -> bool:
    """A plan for one count or survey: its reports are on that job, none closes a year."""
    return bool(title and _SINGLE_JOB_TITLE.match(title))


def _by_date(
    text: str,
    mention: DateMention,
    dates: list[DateMention],
    position: int,
    period: tuple[int, int] | None,
    told: list[ReportKind],
) -> ReportKind | None:
    rule = mention.rule
    if told:
        return told[-1]
    if _ROUND.search(text):
        return "other"
    if len(dates) == 2 and dates[0].rule.month in (5, 6, 7) and dates[1].rule.month in (10, 11, 12, 1):
        return "half_year" if position == 0 else "annual"
    if len(dates) >= 4:
        return "quarterly"
    if rule.quarter is not None:
        return "annual" if mention.returns else "quarterly"
    one_year = period is not None and period[0] == period[1]
    if rule.year is not None:
        closes = one_year and period is not None and rule.year in (period[0], period[0] + 1)
        late = rule.month in (11, 12) or (
            rule.month == 1 and period is not None and rule.year == period[0] + 1
        )
        return "annual" if closes and late and not _SINGLE_JOB.search(text) else "other"
    if mention.returns or rule.month in (10, 11, 12) or (rule.month == 1 and _NEXT_YEAR.search(text)):
        return "annual"
    return "half_year" if rule.month in (5, 6, 7) and re.search(r"định kỳ", text, re.I) else "other"
