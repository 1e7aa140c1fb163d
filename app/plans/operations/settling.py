"""What a clerk settles about the plan that this one replaces or amends: what continues what, and what is over."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from datetime import datetime

from app.accounts.models import User
from app.audit.operations import record
from app.errors import Refused, Stale
from app.i18n import _l
from app.plans.models import Draft, Plan
from app.plans.operations.reviewing import change_draft
from app.plans.operations.turns import called, open_for_review, raise_revision, who_changed
from app.plans.outlines import continuing


def choose_continued(
    draft: Draft, key: str, old: str | None, *, revision: int, actor: User, now: datetime
) -> None:
    """Say which item of the old plan the item `key` of this draft continues: its key, "" for none, None to let the
    likeness of the words decide again.

    Raises:
        Refused: the draft has no such item. Stale: somebody changed the draft after `revision`.
    """
    open_for_review(draft.plan)
    content = copy.deepcopy(draft.content)
    names = [name for name, _part in continuing(draft)]
    if key not in names:
        raise Refused(_l("Không tìm thấy mục cần ghép. Tải lại trang."))
    duties = content.get("duties")
    part = duties[names.index(key)] if duties is not None else content
    part.pop("continues", None)
    if old is not None:
        part["continues"] = old
    change_draft(draft, content, revision=revision, actor=actor, now=now)


def set_ends(plan: Plan, ends: Sequence[str], *, revision: int, actor: User, now: datetime) -> None:
    """Settle which items of the amended plan end with this one, by their keys; whatever its words propose.

    Raises:
        Refused: the plan amends none. Stale: somebody changed the plan's head after `revision`.
    """
    open_for_review(plan)
    if not plan.amends or plan.supersedes_id is None:
        raise Refused(_l("Chỉ văn bản sửa đổi, bổ sung mới bãi bỏ từng mục của kế hoạch khác."))
    if plan.revision != revision:
        raise Stale(who_changed("plan", plan.id, now, _l("Thông tin kế hoạch")))
    raise_revision(plan, revision, now)
    before, plan.ends = plan.ends, sorted(set(ends))
    record(
        "plan.ends_settled",
        plan,
        actor=actor,
        now=now,
        name=called(plan),
        plan_id=plan.id,
        before={"ends": before},
        after={"ends": plan.ends},
    )
