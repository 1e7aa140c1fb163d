"""Which items of the old plan an amendment says are over: proposed from its words, settled by the clerk."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import SequenceMatcher

from app.planreader import Abolished, fold, read_abolished
from app.plans.adding import kind_of_report
from app.plans.differences import Outline, likeness
from app.plans.models import Plan
from app.schedules.models import ReportKind

_LETTERS = "abcdđeghiklmnopqrstuvxy"
_ENOUGH_WORDS = 4  # in a row, so that two texts speak of the same thing
_ENOUGH = 0.6  # … and this share of the shorter text


def ended_by(plan: Plan, old: Outline) -> dict[str, str]:
    """Key of each old item that ends with the plan → the words that say so («» where a clerk says it): what the clerk
    settled, or else what the words propose. Only an amendment ends single items."""
    if not plan.amends:
        return {}
    said = proposed(old, read_abolished(plan.source.text)) if plan.source is not None else {}
    if plan.ends is None:
        return said
    return {item.key: said.get(item.key, "") for item in (*old.tasks, *old.reports) if item.key in plan.ends}


def proposed(old: Outline, said: Iterable[Abolished]) -> dict[str, str]:
    """Key of each old item that the new text calls over → the words that say so."""
    found: dict[str, str] = {}
    for one in said:
        for task in old.tasks:
            if _names_place(one, task.section, task.nth) or _names_words(one, task.text):
                found.setdefault(task.key, one.words)
        for report in old.reports:
            if _names_words(one, report.title) or _names_report(one, report.kind):
                found.setdefault(report.key, one.words)
    return found


def _names_place(one: Abolished, section: str, nth: int) -> bool:
    if not one.section or fold(section) != fold(one.section):
        return False
    return not one.letters or (nth < len(_LETTERS) and _LETTERS[nth] in one.letters)


def _names_words(one: Abolished, text: str) -> bool:
    if one.quoted:
        return any(likeness(words, text, _ENOUGH) > 0 or fold(words) in fold(text) for words in one.quoted)
    a, b = fold(one.words).split(), fold(text).split()
    if not a or not b:
        return False
    block = SequenceMatcher(None, a, b, autojunk=False).find_longest_match()
    return block.size >= _ENOUGH_WORDS and block.size >= _ENOUGH * min(len(a), len(b))


def _names_report(one: Abolished, kind: str) -> bool:
    """«bãi bỏ chế độ báo cáo 6 tháng»."""
    told = fold(one.words)
    return "bao cao" in told and kind != ReportKind.OTHER and kind_of_report(one.words) == kind
