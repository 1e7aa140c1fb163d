"""What a clerk does with drafts. Of two people who change the same draft at once, the second is told of the first."""

from __future__ import annotations

import copy
from datetime import datetime
from typing import Any

from app.accounts.models import User
from app.audit.operations import record
from app.errors import Refused
from app.extensions import db
from app.organisations.directory import Body
from app.organisations.models import Agency, AgencyKind, AgencyLevel
from app.organisations.operations import add_agency, add_alias
from app.organisations.queries import alias_owner
from app.planreader import fold
from app.plans import contents
from app.plans.contents import Content
from app.plans.models import Decision, Draft, DraftKind, Plan
from app.plans.operations.turns import called, check, claim, open_for_review, record_draft
from app.plans.placing import refer

_ACTS = {
    Decision.ACCEPTED: "draft.accepted",
    Decision.DROPPED: "draft.dropped",
    Decision.PENDING: "draft.restored",
}


def decide_draft(draft: Draft, decision: Decision, *, revision: int, actor: User, now: datetime) -> None:
    """Accept a draft, drop it, or (PENDING) take the decision back.

    Raises:
        Refused: accepted while something about it is open, or the plan is no longer in review.
        Stale: somebody changed the draft after `revision`.
    """
    open_for_review(draft.plan)
    if decision is Decision.ACCEPTED and (flaws := contents.flaws(draft)):
        raise Refused(flaws[0])
    claim(draft, revision, now)
    draft.decision = decision
    draft.decided_by, draft.decided_at = (None, None) if decision is Decision.PENDING else (actor, now)
    record_draft(_ACTS[decision], draft, actor, now)


def accept_clear(plan: Plan, *, doubtful: set[int], actor: User, now: datetime) -> list[Draft]:
    """Accept every pending draft about which nothing is open. `doubtful`: ids that a person should look at first."""
    open_for_review(plan)
    accepted = [
        draft
        for draft in plan.drafts
        if draft.decision is Decision.PENDING and draft.id not in doubtful and not contents.flaws(draft)
    ]
    for draft in accepted:
        claim(draft, draft.revision, now)
        draft.decision, draft.decided_by, draft.decided_at = Decision.ACCEPTED, actor, now
    if accepted:
        record(
            "draft.clear_accepted",
            plan,
            actor=actor,
            now=now,
            name=called(plan),
            plan_id=plan.id,
            after={"drafts": [draft.id for draft in accepted]},
        )
    return accepted


def change_draft(draft: Draft, content: Content, *, revision: int, actor: User, now: datetime) -> None:
    """Put `content` in place of what stood there. What was accepted stays so unless something is open now.

    Raises:
        Refused, Stale: as in `decide_draft`.
    """
    open_for_review(draft.plan)
    if content == draft.content:
        check(draft, revision, now)
        return
    before = draft.content
    claim(draft, revision, now)
    draft.content = content
    if draft.decision is Decision.ACCEPTED and contents.flaws(draft):
        draft.decision, draft.decided_by, draft.decided_at = Decision.PENDING, None, None
    changed = {key for key in content if content.get(key) != before.get(key)}
    record_draft(
        "draft.changed",
        draft,
        actor,
        now,
        before={key: before.get(key) for key in sorted(changed)},
        after={key: content[key] for key in sorted(changed)},
    )


def choose_body(
    draft: Draft, phrase: str, body: Body, *, remember: bool, revision: int, actor: User, now: datetime
) -> int:
    """Say which body the words `phrase` of this draft mean. With `remember`, the words become another spelling of
    it, and every other open draft of the plan that uses them follows. Returns how many followed.

    Raises:
        Refused: the words are a spelling of another body already. Stale: as in `decide_draft`.
    """
    open_for_review(draft.plan)
    changed = placed(draft.content, phrase, refer(phrase, body))
    change_draft(draft, changed, revision=revision, actor=actor, now=now)
    if not remember or alias_owner(fold(phrase)) is body or fold(phrase) == fold(body.name):
        return 0
    add_alias(body, phrase, actor=actor, now=now)
    followed = 0
    for other in draft.plan.drafts:
        content = placed(other.content, phrase, refer(phrase, body))
        if other is not draft and content != other.content:
            change_draft(other, content, revision=other.revision, actor=actor, now=now)
            followed += 1
    return followed


def add_missing_body(
    draft: Draft,
    phrase: str,
    *,
    name: str,
    kind: AgencyKind,
    level: AgencyLevel,
    revision: int,
    actor: User,
    now: datetime,
) -> Agency:
    """Put a body that the directory does not have into it, and say that `phrase` means it.

    Raises:
        Refused: the directory has an agency of this name. Stale: as in `decide_draft`.
    """
    open_for_review(draft.plan)
    check(draft, revision, now)
    agency = add_agency(name, kind, level, actor=actor, now=now)
    choose_body(draft, phrase, agency, remember=True, revision=revision, actor=actor, now=now)
    return agency


def add_draft(
    plan: Plan, kind: DraftKind, content: Content, span: tuple[int, int] | None, *, actor: User, now: datetime
) -> Draft:
    """Add what the reader did not find, at the place of its words. It waits to be accepted like every other."""
    open_for_review(plan)
    after = [d for d in plan.drafts if span and d.span_start is not None and d.span_start <= span[0]]
    position = max((d.position for d in after or plan.drafts), default=-1) + 1
    for other in plan.drafts:
        if other.position >= position:
            other.position += 1
    draft = Draft(
        plan=plan,
        kind=kind,
        position=position,
        span_start=span[0] if span else None,
        span_end=span[1] if span else None,
        proposed=None,
        content=content,
        decision=Decision.PENDING,
        revision=1,
    )
    db.session.add(draft)
    db.session.flush()
    record_draft(
        "draft.added",
        draft,
        actor,
        now,
        after={"kind": kind.value, "words": contents.shorten(contents.name_of(draft))},
    )
    db.session.refresh(plan, ["drafts"])
    return draft


def placed(content: Content, phrase: str, ref: dict[str, Any]) -> Content:
    """The content with every open reference of these words placed."""
    changed = copy.deepcopy(content)

    def settle(one: Any) -> None:
        if (
            one is None
            or "phrase" not in one
            or contents.is_resolved(one)
            or fold(one["phrase"]) != fold(phrase)
        ):
            return
        one.update({key: ref[key] for key in ("agency_id", "group_id")})
        one.pop("held_by", None)
        if ref.get("requested") and "request" in one:
            one["request"] = True

    settle(changed)
    settle(changed.get("receiver"))
    for one in (*changed.get("reporters", ()), *changed.get("receivers", ())):
        settle(one)
    return changed
