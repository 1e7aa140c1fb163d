"""What the review page shows, put together once: cards, counts, the outcome, and what to heed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from app.i18n import _, full_day
from app.organisations.directory import Body, OfficeDirectory
from app.organisations.models import Agency, AgencyGroup
from app.plans import comparison, contents, warnings
from app.plans.heeds import Heed, Sum, heeds, per_year_words, sums
from app.plans.models import Decision, Draft, DraftKind, Plan
from app.plans.operations.confirming import review_stamp
from app.plans.preview import Line, Preview, Setting, preview
from app.plans.rules import why_not_confirm
from app.plans.source import page_of

# The tabs over the drafts: which kinds each shows; «look» shows whatever waits for a decision.
TABS: dict[str, frozenset[DraftKind]] = {
    "look": frozenset(DraftKind),
    "assignments": frozenset({DraftKind.ASSIGNMENT, DraftKind.DEADLINE}),
    "reports": frozenset({DraftKind.REPORT, DraftKind.REGISTRATION}),
    "all": frozenset(DraftKind),
}
# Warnings about a draft that a person should see before it is accepted together with others.
DOUBTS = frozenset({"group_count", "invalid_date", "past_date", "report_without_reporter", "budget_mismatch"})


@dataclass(frozen=True, slots=True)
class Candidate:
    """A body that words may mean, and why it is proposed."""

    body: Body
    why: str

    @property
    def value(self) -> str:
        return f"{'group' if isinstance(self.body, AgencyGroup) else 'agency'}:{self.body.id}"


@dataclass(frozen=True, slots=True)
class Card:
    """One draft as the list shows it. `open_names` are the words that still need a body, with candidates."""

    draft: Draft
    number: str
    page: int | None
    lines: tuple[Line, ...]
    agencies: tuple[Agency, ...]
    flaws: tuple[Any, ...]
    said: tuple[str, ...]  # warnings about its words
    doubtful: bool
    open_names: tuple[tuple[str, tuple[Candidate, ...]], ...] = ()
    held_by: Agency | None = None  # the body of the plan's day, where another answers today

    @property
    def first_day(self) -> date | None:
        return min((day for line in self.lines for day in line.days), default=None)


@dataclass(frozen=True, slots=True)
class ReviewPage:
    plan: Plan
    setting: Setting
    cards: tuple[Card, ...]
    outcome: Preview
    blocking: tuple[str, ...]
    stamp: str
    tab: str
    counts: dict[str, int] = field(default_factory=dict)
    compared: comparison.Comparison | None = None  # with the plan that it replaces or amends

    @property
    def shown(self) -> list[Card]:
        kinds = TABS[self.tab]
        cards = [card for card in self.cards if card.draft.kind in kinds]
        if self.tab == "look":
            return [card for card in cards if card.draft.decision is Decision.PENDING]
        return cards

    @property
    def decided(self) -> int:
        return sum(card.draft.decision is not Decision.PENDING for card in self.cards)

    @property
    def next(self) -> Card | None:
        """The draft to look at first: what is unclear, then whatever waits."""
        waiting = [card for card in self.cards if card.draft.decision is Decision.PENDING]
        return next((card for card in waiting if card.open_names), waiting[0] if waiting else None)

    @property
    def clear(self) -> list[Card]:
        """What «Duyệt tất cả mục đã rõ» would accept."""
        pending = (card for card in self.cards if card.draft.decision is Decision.PENDING)
        return [card for card in pending if not card.flaws and not card.doubtful]

    @property
    def numbers(self) -> dict[int, str]:
        return {card.draft.id: card.number for card in self.cards}

    @property
    def sums(self) -> list[Sum]:
        return sums(self.outcome)

    @property
    def per_year_words(self) -> str:
        return per_year_words(self.outcome)

    @property
    def heeds(self) -> list[Heed]:
        return heeds(self.plan, self.cards, self.outcome, self.blocking)

    @property
    def doubtful_ids(self) -> set[int]:
        return {card.draft.id for card in self.cards if card.doubtful}

    def card(self, draft_id: int) -> Card:
        return next(card for card in self.cards if card.draft.id == draft_id)


def review_page(plan: Plan, setting: Setting, tab: str = "") -> ReviewPage:
    outcome = preview(plan, plan.drafts, setting, comparison.amended_agencies(plan))
    compared = comparison.in_review(plan, outcome, setting)
    blocking = why_not_confirm(plan)
    if compared is not None and compared.why_not:
        blocking.append(str(compared.why_not))
    numbers = contents.numbers(plan.drafts)
    cards = tuple(_card(plan, draft, numbers[draft.id], outcome, setting) for draft in plan.drafts)
    pending = sum(card.draft.decision is Decision.PENDING for card in cards)
    counts = {name: sum(card.draft.kind in kinds for card in cards) for name, kinds in TABS.items()}
    counts["look"] = pending
    return ReviewPage(
        plan=plan,
        setting=setting,
        cards=cards,
        outcome=outcome,
        blocking=tuple(blocking),
        compared=compared,
        stamp=review_stamp(plan),
        tab=tab if tab in TABS else "look" if pending else "all",
        counts=counts,
    )


def _card(plan: Plan, draft: Draft, number: str, outcome: Preview, setting: Setting) -> Card:
    directory = setting.directory
    lines = tuple(outcome.line_of(draft.id))
    agencies = {agency.id: agency for line in lines for agency in line.agencies}
    span = contents.draft_span(draft)
    about = (
        []
        if plan.source is None
        else [w for s in _spans(draft) for w in warnings.about(plan.source.warnings, s)]
    )
    about = [w for n, w in enumerate(about) if w not in about[:n]]
    open_names = list(dict.fromkeys(contents.unresolved(draft)))
    find = directory.finder(plan.issuer, plan.issued_on, setting.today)
    return Card(
        draft=draft,
        number=number,
        page=page_of(plan.source.pages, span[0]) if span and plan.source else None,
        lines=lines,
        agencies=tuple(agencies.values()),
        flaws=tuple(contents.flaws(draft)),
        # An open name is said by the card itself, with its candidates.
        said=tuple(warnings.sentence(w) for w in about if w["code"] not in _SAID_BY_CARD),
        doubtful=any(w["code"] in DOUBTS for w in about),
        open_names=tuple((words, tuple(_candidates(find(words), directory))) for words in open_names),
        held_by=directory.agencies.get(draft.content.get("held_by") or 0),
    )


_SAID_BY_CARD = frozenset({"unresolved_agency", "ambiguous_agency", "split_succession", "succeeded_agency"})


def _spans(draft: Draft) -> list[tuple[int, int]]:
    spans = [contents.draft_span(draft)]
    if draft.kind is DraftKind.ASSIGNMENT:
        spans += [contents.span_of(duty.get("span")) for duty in draft.content["duties"]]
    return [span for span in spans if span is not None]


def _candidates(match: Any, directory: OfficeDirectory) -> Iterable[Candidate]:
    for body in match.candidates:
        why = ""
        if match.held_by is not None and isinstance(body, Agency):
            step = directory.succession(match.held_by, body)
            if step is not None:
                why = _("Kế thừa %(old)s từ %(day)s", old=match.held_by.name, day=full_day(step.effective_on))
                if step.subject:
                    why += _(", phần việc: %(subject)s", subject=step.subject)
        elif isinstance(body, AgencyGroup):
            why = _("Nhóm cơ quan")
        yield Candidate(body, why)
