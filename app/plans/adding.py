"""The content of a draft that a clerk adds: from words of the plan, read as far as they can be read. Pure."""

from __future__ import annotations

import re
from typing import Any

from app.planreader import read_dates
from app.plans.contents import Content, reference, shorten
from app.plans.drafting import duty_content, rule_json
from app.plans.models import DraftKind, Plan
from app.plans.placing import placer, refer
from app.plans.preview import Setting
from app.plans.titles import kind_title
from app.schedules.models import ReportKind

_LONGEST_NAME = 160  # a selection longer than this is no agency's name


def span_of_words(text: str, words: str, start: int | None, end: int | None) -> tuple[int, int] | None:
    """Where the words stand: the selection's offsets, else the first place where the text has these words."""
    if start is not None and end is not None and 0 <= start < end <= len(text):
        while start < end and text[start].isspace():
            start += 1
        while end > start and text[end - 1].isspace():
            end -= 1
        return (start, end) if start < end else None
    if not words.strip():
        return None
    found = re.search(r"\s+".join(re.escape(word) for word in words.split()), text)
    return found.span() if found else None


def new_content(
    kind: DraftKind, words: str, span: tuple[int, int] | None, body: str, plan: Plan, setting: Setting
) -> Content:
    """A content that holds what the words say; what they do not say stays open for the card's form."""
    place = placer(setting.directory, plan.issuer, plan.issued_on, setting.today)
    chosen = setting.directory.by_name(body, setting.today) if body.strip() else None
    named = refer(body.strip(), chosen) if chosen else reference(body.strip())
    standing = reference(plan.standing_agency.name, plan.standing_agency_id)
    due = _due(words)
    match kind:
        case DraftKind.ASSIGNMENT:
            is_name = len(words) <= _LONGEST_NAME and not chosen
            ref = place(words) if is_name else named
            duties = [] if is_name else [duty_content(words, span, due=due)]
            return {**ref, "request": bool(ref.get("requested")), "section": "", "duties": duties}
        case DraftKind.DEADLINE:
            return {**named, "request": bool(named.get("requested")), "text": words, "due": due}
        case DraftKind.REPORT:
            report = kind_of_report(words)
            return {
                "kind": report.value,
                "title": kind_title(report) if report is not ReportKind.OTHER else shorten(words),
                "due": due and {**due, "text": due["text"] or words},
                "reporters": [named] if chosen else [],
                "all_assigned": chosen is None,
                "receiver": standing,
                "via": "",
            }
        case DraftKind.REGISTRATION:
            return {
                "title": shorten(plan.title),
                "what": words,
                "due": due,
                "due_words": (due or {}).get("text", ""),
                "receivers": [standing],
                "award_form": "",
                "quota_collective": None,
                "quota_individual": None,
            }
        case _:
            return {
                "name": words,
                "parent": "",
                "lead": body.strip(),
                "supports": [],
                "budget": None,
                "unit": "triệu đồng",
                "sources": [],
            }


def _due(words: str) -> dict[str, Any] | None:
    """The first day that the words name."""
    found = read_dates(words)
    return rule_json(found[0]) if found else None


_KINDS: list[tuple[str, ReportKind]] = [
    (r"sơ kết", ReportKind.MIDTERM_REVIEW),
    (r"tổng kết", ReportKind.FINAL_REVIEW),
    (r"0?6\s*tháng|sáu tháng", ReportKind.HALF_YEAR),
    (r"0?9\s*tháng|chín tháng", ReportKind.NINE_MONTH),
    (r"\bquý\b", ReportKind.QUARTERLY),
    (r"h[ằà]ng tháng|báo cáo tháng", ReportKind.MONTHLY),
    (r"h[ằà]ng năm|báo cáo năm|\bnăm\b", ReportKind.ANNUAL),
]


def kind_of_report(words: str) -> ReportKind:
    """The kind that these words name first; `other` where they name none."""
    return next(
        (kind for pattern, kind in _KINDS if re.search(pattern, words, re.IGNORECASE)), ReportKind.OTHER
    )
