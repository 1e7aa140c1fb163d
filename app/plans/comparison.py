"""«So với Kế hoạch số …»: the difference and its effect, as the review page and the page of the difference show it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import sqlalchemy as sa

from app.assignments.queries import assigned_agencies
from app.extensions import db
from app.i18n import _, language
from app.obligations.models import Obligation
from app.organisations.models import Agency
from app.plans import lineage, outlines
from app.plans.abolition import ended_by
from app.plans.contents import rule_of
from app.plans.differences import Difference, Outline, Pair, Rule, Task, changed_words, compare
from app.plans.models import Plan
from app.plans.preview import Preview, Setting
from app.plans.rules import why_not_amend
from app.plans.takeover import Owed, sort_out

MOST_DAYS = 12


@dataclass(frozen=True, slots=True)
class DayMove:
    """So many obligations of one title go from one day to another."""

    title: str
    old_day: date
    new_day: date
    count: int


@dataclass(frozen=True, slots=True)
class Body:
    name: str
    pairs: tuple[Pair[Task], ...]

    @property
    def is_new(self) -> bool:
        return all(pair.sort == "added" for pair in self.pairs)

    @property
    def is_over(self) -> bool:
        return all(pair.sort == "dropped" for pair in self.pairs)


@dataclass(frozen=True, slots=True)
class Comparison:
    plan: Plan
    old: Plan
    difference: Difference
    counts: dict[str, int]
    days: tuple[DayMove, ...] = ()
    why_not: Any = None
    ended: Mapping[str, str] = field(default_factory=dict)  # what an amendment ends → its words that say so
    chosen: frozenset[str] = frozenset()  # keys of new items whose pair a person has chosen

    @property
    def bodies(self) -> list[Body]:
        """The bodies for which something differs, with what does."""
        found: dict[str, list[Pair[Task]]] = {}
        for pair in self.difference.tasks:
            if self._shows(pair):
                found.setdefault(pair.item.body, []).append(pair)
        return [Body(pairs[0].item.body_name, tuple(pairs)) for pairs in found.values()]

    @property
    def reports(self) -> list[Pair[Any]]:
        return [pair for pair in self.difference.reports if self._shows(pair)]

    @property
    def movements(self) -> list[Pair[Any]]:
        return [pair for pair in self.difference.movements if self._shows(pair)]

    @property
    def projects(self) -> list[Pair[Any]]:
        return [pair for pair in self.difference.projects if self._shows(pair)]

    @property
    def is_empty(self) -> bool:
        return not (self.bodies or self.reports or self.movements or self.projects)

    @property
    def kept(self) -> int:
        """What an amendment does not name: it stays in the old plan."""
        return len(self.difference.dropped - set(self.ended)) if self.plan.amends else 0

    @property
    def unnamed(self) -> list[Pair[Any]]:
        """Duties and reports of the old plan that the new one does not go on with: what an amendment may end."""
        pairs = (*self.difference.tasks, *self.difference.reports)
        return [pair for pair in pairs if pair.sort == "dropped"]

    def old_items(self, pair: Pair[Any]) -> list[Any]:
        """What the new item of a pair may continue: duties of the same body, or any report."""
        if isinstance(pair.item, Task):
            same = [
                p.old for p in self.difference.tasks if p.old is not None and p.old.body == pair.item.body
            ]
            return [task for task in same if task is not None]
        return [p.old for p in self.difference.reports if p.old is not None]

    def _shows(self, pair: Pair[Any]) -> bool:
        if self.plan.amends and pair.sort == "dropped":
            return pair.old is not None and pair.old.key in self.ended
        return pair.sort != "same"


def amended_agencies(plan: Plan) -> list[tuple[Agency, bool]]:
    """Whom the plan that this one amends assigns; nobody where it amends none."""
    old = _old_of(plan)
    return assigned_agencies(old) if old is not None and plan.amends else []


def in_review(plan: Plan, outcome: Preview, setting: Setting) -> Comparison | None:
    """What confirming the drafts would change; None where the plan stands by itself or has no day of issue yet."""
    old = _old_of(plan)
    if old is None or outcome.missing_day:
        return None
    family = lineage.family_of(old)
    after, sources = outlines.of_drafts(plan, plan.drafts, outcome, setting)
    before = outlines.of_plans(family, setting)
    chosen = outlines.chosen_pairs(plan.drafts)
    difference = compare(before, after, chosen)
    ended = {key: words for key, words in ended_by(plan, before).items() if key in difference.dropped}
    ids = [one.id for one in family]
    owed = db.session.scalars(sa.select(Obligation).where(Obligation.plan_id.in_(ids))).all()
    fates = sort_out(
        [Owed.of(obligation) for obligation in owed],
        sources,
        difference.continued,
        difference.dropped,
        amends=plan.amends,
        today=setting.today,
        ended=frozenset(ended),
    )
    titles = {obligation.id: obligation.title for obligation in owed}
    days = [(titles[m.owed.id], m.owed.deadline_on, m.turn.due_on) for m in fates.moves if m.has_new_day]
    reason = why_not_amend(plan, old, lineage.replacement_of(old))
    counts, settled = fates.counts, frozenset(chosen)
    return Comparison(plan, old, difference, counts, _grouped(days), reason, ended, settled)


def afterwards(plan: Plan) -> Comparison | None:
    """What confirming the plan did change; None where it stood by itself."""
    amendment = lineage.amendment_of(plan)
    if amendment is None:
        return None
    days = [
        (
            row["title"],
            date.fromisoformat(row["extended_to"] or row["due_on"]),
            date.fromisoformat(row["moved_to"]),
        )
        for row in amendment.moved
        if row["due_on"] != row["moved_to"]
    ]
    difference = compare(
        Outline.from_json(amendment.before),
        Outline.from_json(amendment.after),
        amendment.undo.get("chosen"),
    )
    old = db.session.get_one(Plan, amendment.old_plan_id)
    ended = amendment.undo.get("ends") or {}
    return Comparison(plan, old, difference, amendment.counts, _grouped(days), ended=ended)


def words_of_rule(rule: Rule | None, kind: str | None = None) -> str:
    """The rule in the page's language: «trước 15/06 hằng năm»."""
    found = rule_of(rule)
    return found.in_words(language(), kind) if found is not None else str(_("không hạn"))


def comparison_facts() -> dict[str, Any]:
    """Functions that the templates of a comparison use."""
    return {"words_of_rule": words_of_rule, "changed_words": changed_words}


def _old_of(plan: Plan) -> Plan | None:
    return db.session.get(Plan, plan.supersedes_id) if plan.supersedes_id is not None else None


def _grouped(days: Iterable[tuple[str, date, date]]) -> tuple[DayMove, ...]:
    counted = Counter(days)
    return tuple(
        DayMove(*facts, count)
        for facts, count in sorted(counted.items(), key=lambda row: (row[0][2], row[0][0]))
    )
