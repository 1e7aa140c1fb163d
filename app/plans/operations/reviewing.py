"""What a clerk does with drafts. Of two people who change the same draft at once, the second is told of the first."""

from __future__ import annotations

import copy
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from app.accounts.models import User
from app.audit.operations import record
from app.audit.queries import entries_about
from app.clock import vietnam_day
from app.errors import Refused, Stale
from app.extensions import db
from app.i18n import _, _l, clock_time, full_day
from app.organisations.directory import Body, OfficeDirectory
from app.organisations.models import Agency, AgencyKind, AgencyLevel
from app.organisations.operations import add_agency, add_alias
from app.organisations.queries import alias_owner
from app.planreader import fold
from app.plans import contents
from app.plans.contents import Content
from app.plans.drafting import duty_content
from app.plans.models import Decision, Draft, DraftKind, Plan
from app.plans.placing import placer, refer
from app.plans.rules import why_not_drop, why_not_review

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
    _open(draft.plan)
    if decision is Decision.ACCEPTED and (flaws := contents.flaws(draft)):
        raise Refused(flaws[0])
    _claim(draft, revision, now)
    draft.decision = decision
    draft.decided_by, draft.decided_at = (None, None) if decision is Decision.PENDING else (actor, now)
    _record(_ACTS[decision], draft, actor, now)


def accept_clear(plan: Plan, *, doubtful: set[int], actor: User, now: datetime) -> list[Draft]:
    """Accept every pending draft about which nothing is open. `doubtful`: ids that a person should look at first."""
    _open(plan)
    accepted = [
        draft
        for draft in plan.drafts
        if draft.decision is Decision.PENDING and draft.id not in doubtful and not contents.flaws(draft)
    ]
    for draft in accepted:
        _claim(draft, draft.revision, now)
        draft.decision, draft.decided_by, draft.decided_at = Decision.ACCEPTED, actor, now
    if accepted:
        record(
            "draft.clear_accepted",
            plan,
            actor=actor,
            now=now,
            name=_called(plan),
            plan_id=plan.id,
            after={"drafts": [draft.id for draft in accepted]},
        )
    return accepted


def change_draft(draft: Draft, content: Content, *, revision: int, actor: User, now: datetime) -> None:
    """Put `content` in place of what stood there. What was accepted stays so unless something is open now.

    Raises:
        Refused, Stale: as in `decide_draft`.
    """
    _open(draft.plan)
    if content == draft.content:
        _check(draft, revision, now)
        return
    before = draft.content
    _claim(draft, revision, now)
    draft.content = content
    if draft.decision is Decision.ACCEPTED and contents.flaws(draft):
        draft.decision, draft.decided_by, draft.decided_at = Decision.PENDING, None, None
    changed = {key for key in content if content.get(key) != before.get(key)}
    _record(
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
    _open(draft.plan)
    changed = _placed(draft.content, phrase, refer(phrase, body))
    change_draft(draft, changed, revision=revision, actor=actor, now=now)
    if not remember or alias_owner(fold(phrase)) is body or fold(phrase) == fold(body.name):
        return 0
    add_alias(body, phrase, actor=actor, now=now)
    followed = 0
    for other in draft.plan.drafts:
        content = _placed(other.content, phrase, refer(phrase, body))
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
    _open(draft.plan)
    _check(draft, revision, now)
    agency = add_agency(name, kind, level, actor=actor, now=now)
    choose_body(draft, phrase, agency, remember=True, revision=revision, actor=actor, now=now)
    return agency


def add_draft(
    plan: Plan, kind: DraftKind, content: Content, span: tuple[int, int] | None, *, actor: User, now: datetime
) -> Draft:
    """Add what the reader did not find, at the place of its words. It waits to be accepted like every other."""
    _open(plan)
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
    _record(
        "draft.added",
        draft,
        actor,
        now,
        after={"kind": kind.value, "words": contents.shorten(contents.name_of(draft))},
    )
    db.session.refresh(plan, ["drafts"])
    return draft


def split_duty(draft: Draft, index: int, *, revision: int, actor: User, now: datetime) -> None:
    """Make two duties of one, at the first empty line of its text. The day stays with the part that names it.

    Raises:
        Refused: the text has no empty line.
    """
    _open(draft.plan)
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
    _open(draft.plan)
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


HEAD = ("number", "title", "issuer", "issued_on", "period_from", "period_to")


def change_head(plan: Plan, values: dict[str, Any], *, revision: int, actor: User, now: datetime) -> bool:
    """Set head facts (`HEAD`, and standing_agency, committee, supersedes_id). Bodies that were open are looked up
    again where the day of issue changes. Returns whether anything changed.

    Raises:
        Refused: the plan is no longer in review. Stale: somebody changed the head after `revision`.
    """
    _open(plan)
    before = _head(plan)
    if plan.revision != revision:
        raise Stale(_who_changed("plan", plan.id, now, _l("Thông tin kế hoạch")))
    for name, value in values.items():
        setattr(plan, name, value)
    db.session.flush()
    after = _head(plan)
    changed = {name for name in after if after[name] != before[name]}
    if not changed:
        return False
    _raise_revision(plan, revision, now)
    plan.title_key = fold(f"{plan.number or ''} {plan.title}")
    if changed & {"issued_on", "issuer"}:
        _place_again(plan, vietnam_day(now), actor, now)
    record(
        "plan.changed",
        plan,
        actor=actor,
        now=now,
        name=_called(plan),
        plan_id=plan.id,
        before={name: before[name] for name in sorted(changed)},
        after={name: after[name] for name in sorted(changed)},
    )
    return True


def drop_plan(plan: Plan, *, actor: User, now: datetime) -> None:
    """Take a plan in review away with its drafts. The record keeps that it was there; so does the stored file.

    Raises:
        Refused: the plan is confirmed or closed.
    """
    if reason := why_not_drop(plan):
        raise Refused(reason)
    record(
        "plan.dropped", plan, actor=actor, now=now, name=_called(plan), plan_id=plan.id, before=_head(plan)
    )
    db.session.delete(plan)
    db.session.flush()


# -- one at a time ---------------------------------------------------------------------------------------


def _open(plan: Plan) -> None:
    if reason := why_not_review(plan):
        raise Refused(reason)


def _check(draft: Draft, revision: int, now: datetime) -> None:
    if draft.revision != revision:
        raise Stale(_who_changed("draft", draft.id, now, _l("Mục này")))


def _claim(draft: Draft, revision: int, now: datetime) -> None:
    """Raise the revision, if it still is what the person saw at this very moment."""
    _check(draft, revision, now)
    db.session.flush()
    done = db.session.execute(
        sa.update(Draft)
        .where(Draft.id == draft.id, Draft.revision == revision)
        .values(revision=revision + 1)
        .execution_options(synchronize_session=False)
    )
    db.session.refresh(draft)
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise Stale(_who_changed("draft", draft.id, now, _l("Mục này")))


def _raise_revision(plan: Plan, revision: int, now: datetime) -> None:
    done = db.session.execute(
        sa.update(Plan)
        .where(Plan.id == plan.id, Plan.revision == revision)
        .values(revision=revision + 1)
        .execution_options(synchronize_session=False)
    )
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise Stale(_who_changed("plan", plan.id, now, _l("Thông tin kế hoạch")))
    db.session.refresh(plan, ["revision"])


def _who_changed(subject_type: str, subject_id: int, now: datetime, what: Any) -> str:
    entries = entries_about(subject_type, subject_id)
    if not entries:
        return _("%(what)s vừa được người khác sửa. Tải lại để xem bản mới.", what=what)
    last = entries[0]
    at = clock_time(last.at)
    if vietnam_day(last.at) != vietnam_day(now):
        at += f" {full_day(vietnam_day(last.at))}"
    return _(
        "%(what)s vừa được %(who)s sửa lúc %(at)s. Tải lại để xem bản mới.",
        what=what,
        who=last.actor_name,
        at=at,
    )


# -- parts -----------------------------------------------------------------------------------------------


def _placed(content: Content, phrase: str, ref: dict[str, Any]) -> Content:
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


def _place_again(plan: Plan, today: date, actor: User, now: datetime) -> None:
    place = placer(OfficeDirectory.load(), plan.issuer, plan.issued_on, today)
    for draft in plan.drafts:
        for phrase in contents.unresolved(draft):
            ref = place(phrase)
            if contents.is_resolved(ref):
                changed = _placed(draft.content, phrase, ref)
                change_draft(draft, changed, revision=draft.revision, actor=actor, now=now)


def _cut(plan: Plan, span: list[int] | None, second: str) -> int | None:
    """Where the second part begins in the source; None where its first words are not found there."""
    if not span or plan.source is None:
        return None
    start = " ".join(second.split())[:24]
    at = plan.source.text.find(start, span[0], span[1])
    return at if at > span[0] else None


def _part(span: list[int] | None, start: int | None = None, end: int | None = None) -> tuple[int, int] | None:
    return (start or span[0], end or span[1]) if span else None


def _head(plan: Plan) -> dict[str, Any]:
    values = {name: getattr(plan, name) for name in HEAD}
    values["standing_agency"] = plan.standing_agency.name
    values["committee"] = plan.committee.name if plan.committee else None
    values["supersedes_id"] = plan.supersedes_id
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}


def _called(plan: Plan) -> str:
    return plan.number or contents.shorten(plan.title)


def _record(act: str, draft: Draft, actor: User, now: datetime, **facts: Any) -> None:
    name = contents.shorten(contents.name_of(draft)) or str(contents.KIND_NAMES[draft.kind])
    record(act, draft, actor=actor, now=now, name=name, plan_id=draft.plan_id, **facts)
