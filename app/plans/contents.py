"""The content of a draft: JSON that a form edits. What it holds, what it still lacks, how it is called.

A body is a *reference*: `{"phrase": words of the plan, "agency_id": …, "group_id": …}` with both ids null while
nobody has said which body is meant. A due rule is a `deadlines.DueRule` in JSON, or null. Contents by kind:

assignment    a reference, and request, section, duties: [{text, span, role, supports, due}]
deadline      a reference, and request, text, due (a dated duty that is no report, outside every assignment)
report        kind, title, due, reporters: [reference], all_assigned, receiver: reference, via
registration  title, due, receivers: [reference], award_form, quota_collective, quota_individual
component     name, lead, supports, budget, unit, sources: [[name, amount]]
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from app.deadlines import DueRule, DueRuleError
from app.i18n import _, _l
from app.plans.models import Draft, DraftKind
from app.schedules.models import ReportKind

Content = dict[str, Any]
Reference = dict[str, Any]

REPORT_TITLES = {
    ReportKind.MONTHLY: _l("Báo cáo tháng"),
    ReportKind.QUARTERLY: _l("Báo cáo quý"),
    ReportKind.HALF_YEAR: _l("Báo cáo 6 tháng"),
    ReportKind.NINE_MONTH: _l("Báo cáo 9 tháng"),
    ReportKind.ANNUAL: _l("Báo cáo năm"),
    ReportKind.MIDTERM_REVIEW: _l("Sơ kết"),
    ReportKind.FINAL_REVIEW: _l("Tổng kết"),
    ReportKind.OTHER: _l("Báo cáo khác"),
}
# Prefix of the number that ties a draft to its words in the margin: 3, R2, Đ1, T1, H1.
PREFIXES = {
    DraftKind.ASSIGNMENT: "",
    DraftKind.REPORT: "R",
    DraftKind.REGISTRATION: "Đ",
    DraftKind.DEADLINE: "H",
    DraftKind.COMPONENT: "T",
}
KIND_NAMES = {
    DraftKind.ASSIGNMENT: _l("Phân công"),
    DraftKind.REPORT: _l("Thời hạn báo cáo"),
    DraftKind.REGISTRATION: _l("Đăng ký thi đua"),
    DraftKind.DEADLINE: _l("Nhiệm vụ có hạn"),
    DraftKind.COMPONENT: _l("Dự án, tiểu dự án"),
}


def reference(phrase: str, agency_id: int | None = None, group_id: int | None = None) -> Reference:
    return {"phrase": phrase, "agency_id": agency_id, "group_id": group_id}


def is_resolved(ref: Reference) -> bool:
    return ref.get("agency_id") is not None or ref.get("group_id") is not None


def references(draft: Draft) -> Iterator[Reference]:
    """Every body that this draft needs before its plan can be confirmed."""
    content = draft.content
    match draft.kind:
        case DraftKind.ASSIGNMENT | DraftKind.DEADLINE:
            yield content
        case DraftKind.REPORT:
            yield content["receiver"]
            if not content["all_assigned"]:
                yield from content["reporters"]
        case DraftKind.REGISTRATION:
            yield from content["receivers"]


def unresolved(draft: Draft) -> list[str]:
    """The words of the bodies that nobody has placed yet."""
    return [ref["phrase"] for ref in references(draft) if not is_resolved(ref)]


def flaws(draft: Draft) -> list[Any]:
    """What keeps this draft from being accepted, in sentences; empty where nothing does."""
    content = draft.content
    found = [
        _(
            "«%(phrase)s» chưa rõ là cơ quan nào. Chọn cơ quan trước khi duyệt.",
            phrase=phrase or _("Chưa ghi tên"),
        )
        for phrase in unresolved(draft)
    ]
    if draft.kind is DraftKind.REPORT:
        if rule_of(content["due"]) is None:
            found.append(_("Báo cáo chưa có thời hạn. Nhập ngày, hoặc bỏ mục này."))
        if not content["all_assigned"] and not content["reporters"]:
            found.append(
                _("Chưa có cơ quan nào phải báo cáo. Chọn cơ quan hoặc chọn mọi cơ quan được giao việc.")
            )
    if draft.kind is DraftKind.DEADLINE:
        if rule_of(content["due"]) is None:
            found.append(_("Nhiệm vụ chưa có thời hạn. Nhập ngày, hoặc bỏ mục này."))
        if not content["text"].strip():
            found.append(_("Nhập nội dung nhiệm vụ."))
    if draft.kind is DraftKind.ASSIGNMENT and not any(d["text"].strip() for d in content["duties"]):
        found.append(_("Phân công chưa có nhiệm vụ nào. Nhập nhiệm vụ, hoặc bỏ mục này."))
    if draft.kind is DraftKind.COMPONENT and not content["name"].strip():
        found.append(_("Nhập tên dự án."))
    return found


def rule_of(due: Any) -> DueRule | None:
    """The due rule of a JSON object; None for null, and for what names no possible day."""
    if not due or not due.get("qualifier"):
        return None
    try:
        return DueRule.from_dict(due)
    except DueRuleError:
        return None


def span_of(value: Any) -> tuple[int, int] | None:
    """A span from JSON: null and the empty span mean that no words are known."""
    return (value[0], value[1]) if value and value[1] > value[0] else None


def draft_span(draft: Draft) -> tuple[int, int] | None:
    return span_of([draft.span_start, draft.span_end]) if draft.span_start is not None else None


def dated_duties(draft: Draft) -> list[tuple[Content, DueRule]]:
    """The duties of an assignment, or the one of a deadline, that owe something on a day."""
    if draft.kind is DraftKind.DEADLINE:
        rule = rule_of(draft.content["due"])
        return [(draft.content, rule)] if rule else []
    if draft.kind is not DraftKind.ASSIGNMENT:
        return []
    return [(duty, rule) for duty in draft.content["duties"] if (rule := rule_of(duty["due"]))]


def undated_duties(draft: Draft) -> int:
    if draft.kind is not DraftKind.ASSIGNMENT:
        return 0
    return sum(1 for duty in draft.content["duties"] if rule_of(duty["due"]) is None)


def name_of(draft: Draft) -> str:
    """How a person calls this draft."""
    content = draft.content
    match draft.kind:
        case DraftKind.ASSIGNMENT:
            return content["phrase"]
        case DraftKind.REPORT:
            return content["title"] or str(REPORT_TITLES[ReportKind(content["kind"])])
        case DraftKind.REGISTRATION:
            return content["title"]
        case DraftKind.COMPONENT:
            return content["name"]
        case _:
            return shorten(content["text"])


def shorten(text: str, longest: int = 90) -> str:
    words = " ".join(text.split())
    return words if len(words) <= longest else words[:longest].rsplit(" ", 1)[0] + "…"


def numbers(drafts: list[Draft]) -> dict[int, str]:
    """The number of each draft, counted within its kind and in the order of the plan: "3", "R2"."""
    counted: dict[DraftKind, int] = {}
    found = {}
    for draft in drafts:
        counted[draft.kind] = counted.get(draft.kind, 0) + 1
        found[draft.id] = f"{PREFIXES[draft.kind]}{counted[draft.kind]}"
    return found
