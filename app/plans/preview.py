"""What confirming would make arise: how many obligations, for whom, when. Pure: drafts and a directory in.

It counts by the same rules as `assignments.operations`, `schedules.operations` and `emulation.operations` owe, to
the end of the plan's period, or as far ahead as schedules are rolled where the plan names no end.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from app.deadlines import (
    DueRule,
    Occurrence,
    PeriodEndBeforeStart,
    Reading,
    ReportKind,
    WorkCalendar,
    occurrences,
)
from app.organisations.directory import OfficeDirectory
from app.organisations.models import Agency
from app.plans import contents
from app.plans.models import Decision, Draft, DraftKind, Plan


@dataclass(frozen=True, slots=True)
class Line:
    """One draft that owes something: so many agencies, so many times. `label` is how the summary calls it."""

    draft_id: int
    kind: DraftKind
    label: str
    agencies: tuple[Agency, ...]
    turns: tuple[Occurrence, ...]
    key: str = ""  # names the draft, and the duty within it
    is_dated: bool = True

    @property
    def days(self) -> tuple[date, ...]:
        """Last compliant day of each turn, after the roll over days off."""
        return tuple(turn.due_on for turn in self.turns)

    @property
    def nominal(self) -> tuple[date, ...]:
        return tuple(turn.nominal_on for turn in self.turns)

    @property
    def periods(self) -> tuple[str, ...]:
        return tuple(turn.period.key for turn in self.turns)

    @property
    def count(self) -> int:
        return len(self.agencies) * len(self.days)


@dataclass(frozen=True, slots=True)
class Preview:
    lines: tuple[Line, ...] = ()
    all_lines: tuple[Line, ...] = ()  # with those of which nothing arises
    undated: int = 0  # duties without a day: followed, never urged
    requested: tuple[Agency, ...] = ()  # bodies that are asked (đề nghị): never late
    total: int = 0
    agencies: int = 0
    per_year: dict[int, int] = field(default_factory=dict)
    past: int = 0  # obligations whose day lies before today
    first: tuple[date, Line] | None = None
    missing_day: bool = False  # the plan has no day of issue, so nothing can be counted

    def line_of(self, draft_id: int) -> list[Line]:
        return [line for line in self.lines if line.draft_id == draft_id]


@dataclass(frozen=True, slots=True)
class Setting:
    """What counting needs besides the drafts."""

    directory: OfficeDirectory
    calendar: WorkCalendar
    reading: Reading
    today: date
    until: date  # how far ahead plans without an end are counted


def key_of(draft: Draft, duty: int | None = None) -> str:
    return f"draft:{draft.id}" if duty is None else f"draft:{draft.id}:{duty}"


def preview(
    plan: Plan, drafts: Iterable[Draft], setting: Setting, amended: Iterable[tuple[Agency, bool]] = ()
) -> Preview:
    """Count what the drafts that are not dropped would make arise under this plan. `amended` are the agencies that
    the plan which this one amends assigns, each with whether it is requested: «các cơ quan» means them too."""
    kept = [draft for draft in drafts if draft.decision is not Decision.DROPPED]
    undated = sum(contents.undated_duties(draft) for draft in kept)
    assigned = _assigned(plan, kept, setting, amended)
    requested = tuple(agency for agency, is_request in assigned.values() if is_request)
    if plan.issued_on is None:
        return Preview(undated=undated, requested=requested, missing_day=True)
    everybody = [agency for agency, _is_request in assigned.values()]
    all_lines = tuple(line for draft in kept for line in _lines(plan, draft, everybody, setting))
    lines = tuple(line for line in all_lines if line.count)
    per_year: Counter[int] = Counter()
    for line in lines:
        for day in line.days:
            per_year[day.year] += len(line.agencies)
    days = [(day, line) for line in lines for day in line.days]
    coming = [pair for pair in days if pair[0] >= setting.today]
    return Preview(
        lines=lines,
        all_lines=all_lines,
        undated=undated,
        requested=requested,
        total=sum(line.count for line in lines),
        agencies=len({agency.id for line in lines for agency in line.agencies}),
        per_year=dict(sorted(per_year.items())),
        past=sum(len(line.agencies) for day, line in days if day < setting.today),
        first=min(coming or days, key=lambda pair: pair[0], default=None),
    )


def _lines(plan: Plan, draft: Draft, everybody: list[Agency], setting: Setting) -> Iterator[Line]:
    content = draft.content
    if draft.kind is DraftKind.REPORT:
        bodies = everybody if content["all_assigned"] else reached(plan, content["reporters"], setting)
        receiver = content["receiver"].get("agency_id")
        reporters = [agency for agency in bodies if agency.id != receiver]
        via = via_body(plan, content["via"], setting.directory, setting.today)
        if reporters and via is not None and via.id != (receiver or plan.standing_agency_id):
            reporters = [*(agency for agency in reporters if agency.id != via.id), via]  # it sums up
        rule = contents.rule_of(content["due"])
        yield _line(plan, draft, content["kind"], rule, reporters, contents.name_of(draft), setting)
    elif draft.kind is DraftKind.REGISTRATION and content["receivers"]:
        ids = {ref.get("agency_id") for ref in content["receivers"]}
        participants = [agency for agency in everybody if len(ids) > 1 or agency.id not in ids]
        rule = contents.rule_of(content["due"])
        yield _line(plan, draft, "other", rule, participants, contents.name_of(draft), setting, once=True)
    else:
        duties = content["duties"] if draft.kind is DraftKind.ASSIGNMENT else [content]
        for n, duty in enumerate(duties if draft.kind is not DraftKind.COMPONENT else []):
            rule = contents.rule_of(duty["due"])
            if rule is not None and duty.get("role") != "support":
                body = reached(plan, [content], setting)
                yield _line(plan, draft, "other", rule, body, contents.shorten(duty["text"]), setting, duty=n)


def via_body(plan: Plan, words: str, directory: OfficeDirectory, today: date) -> Agency | None:
    """The body that reports go through («qua Sở …»), as it answers today; None where the words name no single one."""
    found = directory.finder(plan.issuer, plan.issued_on, today)(words)
    return found.body if isinstance(found.body, Agency) else None


def _line(
    plan: Plan,
    draft: Draft,
    kind: str,
    rule: DueRule | None,
    agencies: list[Agency],
    label: str,
    setting: Setting,
    *,
    once: bool = False,
    duty: int | None = None,
) -> Line:
    turns = _turns(plan, kind, rule, setting)[: 1 if once else None]
    return Line(
        draft.id,
        draft.kind,
        label,
        tuple(agencies),
        tuple(turns),
        key_of(draft, duty),
        rule is not None,
    )


def _turns(plan: Plan, kind: str, rule: DueRule | None, setting: Setting) -> list[Occurrence]:
    assert plan.issued_on is not None
    if rule is None:
        return []
    until = None if plan.period_to else setting.until
    try:
        return occurrences(
            ReportKind(kind),
            rule,
            plan.issued_on,
            plan.period_from,
            plan.period_to,
            until,
            setting.calendar,
            setting.reading,
        )
    except PeriodEndBeforeStart:
        return []  # said as a flaw of the plan's head


def _assigned(
    plan: Plan, kept: list[Draft], setting: Setting, amended: Iterable[tuple[Agency, bool]]
) -> dict[int, tuple[Agency, bool]]:
    """Everybody whom the plan would assign: agency → whether every head only requests it."""
    found = {agency.id: (agency, is_request) for agency, is_request in amended}
    for draft in kept:
        if draft.kind in (DraftKind.ASSIGNMENT, DraftKind.DEADLINE):
            for agency in reached(plan, [draft.content], setting):
                is_request = bool(draft.content["request"]) and found.get(agency.id, (agency, True))[1]
                found[agency.id] = (agency, is_request)
    return dict(sorted(found.items(), key=lambda item: (item[1][0].protocol_order, item[0])))


def reached(plan: Plan, refs: Iterable[dict[str, Any]], setting: Setting) -> list[Agency]:
    """The agencies that answer today for these references; a group means its members of the plan's day."""
    directory, found = setting.directory, {}
    for ref in refs:
        if ref.get("group_id") in directory.groups:
            named = directory.members(ref["group_id"], plan.issued_on or setting.today)
        elif ref.get("agency_id") in directory.agencies:
            named = [directory.agencies[ref["agency_id"]]]
        else:
            named = []
        for agency in named:
            answering = directory.answering(agency, setting.today)
            one = answering[0] if len(answering) == 1 else agency
            found[one.id] = one
    return list(found.values())
