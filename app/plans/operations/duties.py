"""Dividing and joining the duties of an assignment."""

from __future__ import annotations

import copy
from datetime import datetime

from app.accounts.models import User
from app.errors import Refused
from app.i18n import _l
from app.plans.drafting import duty_content
from app.plans.models import Draft, Plan
from app.plans.operations.reviewing import change_draft
from app.plans.operations.turns import open_for_review


def split_duty(draft: Draft, index: int, *, revision: int, actor: User, now: datetime) -> None:
    """Make two duties of one, at the first empty line of its text. The day stays with the part that names it.

    Raises:
        Refused: the text has no empty line.
    """
    open_for_review(draft.plan)
    content = copy.deepcopy(draft.content)
    duties = content["duties"]
    if not 0 <= index < len(duties):
        raise Refused(_l("Không tìm thấy nhiệm vụ cần tách. Tải lại trang."))
    duty = duties[index]
    first, _gap, second = duty["text"].strip().partition("\n\n")
    if not (first.strip() and second.strip()):
        raise Refused(_l("Chèn một dòng trống vào chỗ cần tách trong nội dung nhiệm vụ, rồi bấm Tách."))
    words = (duty["due"] or {}).get("text") or ""
    to_second = bool(words) and words in second and words not in first
    cut = _cut(draft.plan, duty["span"], second)
    one = duty_content(
        first.strip(),
        _part(duty["span"], end=cut),
        duty["role"],
        duty["supports"],
        None if to_second else duty["due"],
    )
    other = duty_content(
        second.strip(), _part(duty["span"], start=cut), duty["role"], [], duty["due"] if to_second else None
    )
    duties[index : index + 1] = [one, other]
    change_draft(draft, content, revision=revision, actor=actor, now=now)


def merge_duties(draft: Draft, index: int, *, revision: int, actor: User, now: datetime) -> None:
    """Join a duty with the one after it. Of two days the first stays.

    Raises:
        Refused: there is none after it.
    """
    open_for_review(draft.plan)
    content = copy.deepcopy(draft.content)
    duties = content["duties"]
    if not 0 <= index < len(duties) - 1:
        raise Refused(_l("Không còn nhiệm vụ nào phía sau để gộp."))
    one, other = duties[index], duties[index + 1]
    spans = [span for span in (one["span"], other["span"]) if span]
    joined = duty_content(
        f"{one['text'].strip()}\n{other['text'].strip()}",
        (min(s[0] for s in spans), max(s[1] for s in spans)) if spans else None,
        one["role"],
        list(dict.fromkeys([*one["supports"], *other["supports"]])),
        one["due"] or other["due"],
    )
    duties[index : index + 2] = [joined]
    change_draft(draft, content, revision=revision, actor=actor, now=now)


def _cut(plan: Plan, span: list[int] | None, second: str) -> int | None:
    """Where the second part begins in the source; None where its first words are not found there."""
    if not span or plan.source is None:
        return None
    start = " ".join(second.split())[:24]
    at = plan.source.text.find(start, span[0], span[1])
    return at if at > span[0] else None


def _part(span: list[int] | None, start: int | None = None, end: int | None = None) -> tuple[int, int] | None:
    return (start or span[0], end or span[1]) if span else None
