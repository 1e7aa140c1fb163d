"""Dividing an assignment between two bodies, joining two assignments of one body, and taking that back.

The words of the plan stay where they are: each duty keeps its own span, a divided assignment points at the same head.
What was done can be taken back until somebody changes or decides one of the drafts concerned.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from app.accounts.models import User
from app.errors import Refused
from app.extensions import db
from app.i18n import _l
from app.planreader import fold
from app.plans import contents
from app.plans.contents import Content, Reference
from app.plans.models import Decision, Draft, DraftKind
from app.plans.operations.reviewing import add_draft
from app.plans.operations.turns import check, claim, open_for_review, record_draft

Share = Literal["both", "first", "second"]


def split_draft(
    draft: Draft, second: Reference, shares: Sequence[Share], *, revision: int, actor: User, now: datetime
) -> Draft:
    """Give a second body an assignment of its own, with the duties that `shares` says, one word for each duty.

    Returns the new draft; it waits to be accepted, and so does the old one again.

    Raises:
        Refused: it is no assignment, the body is the same, or one side would have no duty.
        Stale: somebody changed the draft after `revision`.
    """
    open_for_review(draft.plan)
    check(draft, revision, now)
    _assignment(draft)
    if not second["phrase"].strip():
        raise Refused(_l("Nhập tên cơ quan thứ hai."))
    if _same_body(draft.content, second):
        raise Refused(_l("Cơ quan thứ hai trùng với cơ quan của mục này. Chọn cơ quan khác."))
    duties = draft.content["duties"]
    told = [*shares, *["both"] * len(duties)][: len(duties)]
    kept = [duty for duty, share in zip(duties, told, strict=True) if share != "second"]
    given = [duty for duty, share in zip(duties, told, strict=True) if share != "first"]
    if not (kept and given):
        raise Refused(_l("Mỗi cơ quan cần ít nhất một nhiệm vụ. Chọn lại nhiệm vụ của từng cơ quan."))
    before = _state(draft)
    content = copy.deepcopy(draft.content)
    _change(draft, {**content, "duties": kept}, now)
    body: Content = {key: value for key, value in content.items() if key not in _OF_A_BODY}
    made = add_draft(
        draft.plan,
        DraftKind.ASSIGNMENT,
        {
            **body,
            **second,
            "request": bool(second.get("requested")) or content["request"],
            "duties": copy.deepcopy(given),
        },
        contents.draft_span(draft),
        actor=actor,
        now=now,
    )
    _remember(draft, "split", before, made, None)
    record_draft(
        "draft.split", draft, actor, now,
        before={"duties": len(duties)},
        after={"duties": len(kept), "other": made.id, "name": second["phrase"], "others_duties": len(given)},
    )  # fmt: skip
    return made


def merge_drafts(
    draft: Draft, other: Draft, *, revision: int, other_revision: int, actor: User, now: datetime
) -> None:
    """Take the duties of another assignment of the same body over; the other one is dropped. Equal duties stay once.

    Raises:
        Refused: they are not two open assignments of one body, or one is asked and the other ordered.
        Stale: somebody changed one of them.
    """
    open_for_review(draft.plan)
    check(draft, revision, now)
    check(other, other_revision, now)
    _assignment(draft)
    _assignment(other)
    if draft.id == other.id or draft.plan_id != other.plan_id or not _same_body(draft.content, other.content):
        raise Refused(_l("Chỉ gộp được hai mục phân công của cùng một cơ quan trong kế hoạch này."))
    if draft.content["request"] != other.content["request"]:
        raise Refused(_l("Một mục là giao, một mục là đề nghị. Sửa cho giống nhau rồi gộp."))
    before, others_before = _state(draft), _state(other)
    known = {fold(duty["text"]) for duty in draft.content["duties"]}
    added = [copy.deepcopy(duty) for duty in other.content["duties"] if fold(duty["text"]) not in known]
    sections = dict.fromkeys(filter(None, (draft.content["section"], other.content["section"])))
    merged = {
        **copy.deepcopy(draft.content),
        "duties": sorted([*draft.content["duties"], *added], key=_place),
        "section": ", ".join(sections)[:60],
    }
    _change(draft, merged, now)
    claim(other, other_revision, now)
    other.decision, other.decided_by, other.decided_at = Decision.DROPPED, actor, now
    _remember(draft, "merge", before, other, others_before)
    record_draft(
        "draft.merged", draft, actor, now,
        before={"duties": len(before["content"]["duties"])},
        after={"duties": len(merged["duties"]), "other": other.id},
    )  # fmt: skip


def undo_division(draft: Draft, *, revision: int, actor: User, now: datetime) -> None:
    """Take the last split or merge of this draft back: everything is again as it was before.

    Raises:
        Refused: there is none, or one of the drafts was changed or decided since. Stale: as in `split_draft`.
    """
    open_for_review(draft.plan)
    check(draft, revision, now)
    if not can_undo(draft):
        raise Refused(_l("Mục này đã được sửa sau khi tách hoặc gộp nên không hoàn tác được nữa."))
    undo = draft.undo or {}
    other = _other(draft)
    claim(draft, revision, now)
    _restore(draft, undo["before"])
    draft.undo = None
    if other is not None and undo["act"] == "split":
        draft.plan.drafts.remove(other)
        db.session.flush()
    elif other is not None:
        claim(other, other.revision, now)
        _restore(other, undo["other_before"])
    record_draft("draft.undone", draft, actor, now, before={"act": undo["act"], "other": undo["other"]})


def can_undo(draft: Draft) -> bool:
    """Whether a split or merge of this draft can be taken back: nobody touched either draft since."""
    other = _other(draft)
    undo = draft.undo
    return bool(
        undo and other and draft.revision == undo["revision"] and other.revision == undo["other_revision"]
    )


def same_body(draft: Draft) -> list[Draft]:
    """The other open assignments of the body of this draft, in the order of the plan."""
    return [
        other
        for other in draft.plan.drafts
        if other is not draft
        and other.kind is draft.kind is DraftKind.ASSIGNMENT
        and other.decision is not Decision.DROPPED
        and _same_body(draft.content, other.content)
    ]


_OF_A_BODY = frozenset({"phrase", "agency_id", "group_id", "held_by", "requested", "committee"})


def _assignment(draft: Draft) -> None:
    if draft.kind is not DraftKind.ASSIGNMENT or draft.decision is Decision.DROPPED:
        raise Refused(_l("Chỉ tách, gộp được mục phân công chưa bỏ."))


def _same_body(one: Reference, other: Reference) -> bool:
    if contents.is_resolved(one) or contents.is_resolved(other):
        return (one["agency_id"], one["group_id"]) == (other["agency_id"], other["group_id"])
    return fold(one["phrase"]) == fold(other["phrase"])


def _place(duty: Content) -> int:
    """The order of the plan; duties without words of the plan come last."""
    span = contents.span_of(duty.get("span"))
    return span[0] if span else 1 << 40


def _change(draft: Draft, content: Content, now: datetime) -> None:
    claim(draft, draft.revision, now)
    draft.content = content
    draft.decision, draft.decided_by, draft.decided_at = Decision.PENDING, None, None


def _state(draft: Draft) -> dict[str, object]:
    return {
        "content": copy.deepcopy(draft.content),
        "decision": draft.decision.value,
        "by": draft.decided_by_id,
        "at": draft.decided_at.isoformat() if draft.decided_at else None,
    }


def _restore(draft: Draft, state: dict[str, object]) -> None:
    at = state["at"]
    draft.content = state["content"]  # type: ignore[assignment]
    draft.decision = Decision(state["decision"])
    draft.decided_by_id = state["by"]  # type: ignore[assignment]
    draft.decided_at = datetime.fromisoformat(at) if isinstance(at, str) else None


def _remember(
    draft: Draft, act: str, before: dict[str, object], other: Draft, other_before: dict[str, object] | None
) -> None:
    db.session.flush()
    draft.undo = {
        "act": act,
        "before": before,
        "revision": draft.revision,
        "other": other.id,
        "other_before": other_before,
        "other_revision": other.revision,
    }


def _other(draft: Draft) -> Draft | None:
    wanted = (draft.undo or {}).get("other")
    return next((one for one in draft.plan.drafts if one.id == wanted), None)
