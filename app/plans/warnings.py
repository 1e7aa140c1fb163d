"""What a clerk should know about a document or its reading, in words: the libraries' sentences and our own."""

from __future__ import annotations

from typing import Any

from app.documents import DocumentRefused, Notice
from app.i18n import _, language
from app.planreader import message
from app.plans.models import ReadingTask

SAME_NUMBER = "same_number"
PREDECESSOR = "predecessor"  # the plan that the text replaces or amends, found and proposed
NO_PREDECESSOR = "no_predecessor"  # … named by the text, and not in the office


def sentence(warning: dict[str, Any]) -> str:
    """One stored warning in the language of the page."""
    if warning["of"] == "document":
        return Notice(warning["code"], warning["params"]).message(language())
    if warning["code"] == SAME_NUMBER:
        return _(
            "Đã có kế hoạch khác mang số %(number)s. Kiểm tra xem có phải bản thay thế.", **warning["params"]
        )
    if warning["code"] in (PREDECESSOR, NO_PREDECESSOR):
        return _of_predecessor(warning["code"] == PREDECESSOR, **warning["params"])
    return message(warning["code"], language(), **warning["params"])


def _of_predecessor(found: bool, number: str, amends: bool) -> str:
    if found and amends:
        return _("Văn bản sửa đổi, bổ sung Kế hoạch số %(n)s: đã chọn ở thông tin kế hoạch.", n=number)
    if found:
        return _("Văn bản thay thế Kế hoạch số %(n)s: đã chọn ở thông tin kế hoạch.", n=number)
    return _("Văn bản thay thế hoặc sửa đổi Kế hoạch số %(n)s, chưa có trong hệ thống.", n=number)


def refusal_of(task: ReadingTask) -> str:
    """Why a document was not read, in the language of the page; empty where it was not refused."""
    if task.refusal is None:
        return ""
    return DocumentRefused(task.refusal, **(task.refusal_params or {})).message(language())


def about(warnings: list[dict[str, Any]], span: tuple[int, int] | None) -> list[dict[str, Any]]:
    """The warnings whose words lie inside `span`."""
    if span is None:
        return []
    return [w for w in warnings if w["span"] and span[0] <= w["span"][0] and w["span"][1] <= span[1]]
