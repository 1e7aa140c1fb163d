"""What a plan changes in the one it replaces or amends: assignment by assignment, date by date. Pure: values in.

Both plans come as an `Outline` of plain values (`outlines.py` makes them of rows and of drafts). Items are paired by
the body that they concern and by the likeness of their words; what finds no partner is added or dropped. Comparing
the other way round gives the same pairs with their sides exchanged.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from difflib import SequenceMatcher
from types import MappingProxyType
from typing import Any, Generic, TypeVar

# Shares of words in common from which two texts are the same item in other words. A report of a named kind
# («6 tháng», «năm») has little in its title but the kind, which has to be the same anyway.
ALIKE = 0.6
ALIKE_REPORTS = 0.5

Rule = dict[str, Any]  # day, month, quarter, year, qualifier of a due rule; never its words


@dataclass(frozen=True, slots=True)
class Task:
    """One duty of one body. `key` names where it comes from, `agencies` are the ids that it reaches."""

    key: str
    body: str  # "agency:5", "group:2"
    body_name: str
    agencies: tuple[int, ...]
    text: str
    role: str = "lead"
    is_request: bool = False
    rule: Rule | None = None
    supports: tuple[str, ...] = ()
    section: str = ""  # where it stands in its plan: «III.1», and the how manieth it is there, from 0
    nth: int = 0


@dataclass(frozen=True, slots=True)
class Report:
    key: str
    kind: str
    title: str
    agencies: tuple[int, ...]  # who report, ids
    reporters: tuple[str, ...]  # … and their names, as a page lists them
    receiver: str
    via: str = ""
    rule: Rule | None = None


@dataclass(frozen=True, slots=True)
class Movement:
    key: str
    title: str
    agencies: tuple[int, ...]
    receivers: tuple[str, ...]
    award_form: str = ""
    quota_collective: int | None = None
    quota_individual: int | None = None
    rule: Rule | None = None


@dataclass(frozen=True, slots=True)
class Project:
    """A component of a programme: its money stands as text, so that JSON keeps it exactly."""

    key: str
    name: str
    parent: str = ""
    lead: str = ""
    supports: tuple[str, ...] = ()
    budget: str = ""
    unit: str = ""
    sources: tuple[str, ...] = ()  # «ngân sách trung ương: 4180»
    agencies: tuple[int, ...] = ()  # it makes nobody owe anything


Item = Task | Report | Movement | Project
T = TypeVar("T", Task, Report, Movement, Project)


@dataclass(frozen=True, slots=True)
class Outline:
    tasks: tuple[Task, ...] = ()
    reports: tuple[Report, ...] = ()
    movements: tuple[Movement, ...] = ()
    projects: tuple[Project, ...] = ()

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Outline:
        return cls(
            tuple(Task(**_tuples(row)) for row in value["tasks"]),
            tuple(Report(**_tuples(row)) for row in value["reports"]),
            tuple(Movement(**_tuples(row)) for row in value["movements"]),
            tuple(Project(**_tuples(row)) for row in value.get("projects", ())),
        )


@dataclass(frozen=True, slots=True)
class Pair(Generic[T]):
    """An item of the old plan, of the new one, or of both; `changed` names the facts that differ."""

    old: T | None
    new: T | None
    changed: tuple[str, ...] = ()

    @property
    def sort(self) -> str:
        if self.old is None:
            return "added"
        if self.new is None:
            return "dropped"
        return "changed" if self.changed else "same"

    @property
    def item(self) -> T:
        """The item as it stands now, or stood last."""
        found = self.new if self.new is not None else self.old
        assert found is not None
        return found


@dataclass(frozen=True, slots=True)
class Difference:
    tasks: tuple[Pair[Task], ...] = ()
    reports: tuple[Pair[Report], ...] = ()
    movements: tuple[Pair[Movement], ...] = ()
    projects: tuple[Pair[Project], ...] = ()

    @property
    def pairs(self) -> tuple[Pair[Any], ...]:
        """Of all that somebody owes; projects are only compared."""
        return (*self.tasks, *self.reports, *self.movements)

    def count(self, sort: str) -> int:
        return sum(pair.sort == sort for pair in self.pairs)

    @property
    def is_empty(self) -> bool:
        return all(pair.sort == "same" for pair in (*self.pairs, *self.projects))

    @property
    def continued(self) -> dict[str, str]:
        """Key of each old item that goes on → key of the new one."""
        return {p.old.key: p.new.key for p in self.pairs if p.old is not None and p.new is not None}

    @property
    def dropped(self) -> frozenset[str]:
        return frozenset(p.old.key for p in self.pairs if p.old is not None and p.new is None)


# Key of a new item → key of the old one that a person says it continues; None: it continues none.
Chosen = Mapping[str, str | None]


def compare(old: Outline, new: Outline, chosen: Chosen | None = None) -> Difference:
    """What differs; pairs that a person has `chosen` go before every likeness."""
    said = chosen or {}
    return Difference(
        tuple(_tasks(old.tasks, new.tasks, said)),
        tuple(_pairs(old.reports, new.reports, _like_reports, _REPORT, said)),
        tuple(_movements(old.movements, new.movements)),
        tuple(_pairs(old.projects, new.projects, _like_projects, _PROJECT)),
    )


def _tasks(old: Sequence[Task], new: Sequence[Task], chosen: Chosen) -> list[Pair[Task]]:
    """Body by body, in the order of the new plan; bodies of which only the old one speaks follow."""
    bodies = dict.fromkeys(task.body for task in (*new, *old))
    return [
        pair
        for body in bodies
        for pair in _pairs(
            [task for task in old if task.body == body],
            [task for task in new if task.body == body],
            lambda one, other: likeness(one.text, other.text, ALIKE),
            _TASK,
            chosen,
        )
    ]


def _like_reports(one: Report, other: Report) -> float:
    if one.kind != other.kind:
        return 0.0
    return likeness(one.title, other.title, ALIKE if one.kind == "other" else ALIKE_REPORTS)


def _like_projects(one: Project, other: Project) -> float:
    """Projects of the same place in the programme; «Dự án 1» of another parent is another project."""
    if bool(one.parent) != bool(other.parent) or (
        one.parent and not likeness(one.parent, other.parent, ALIKE)
    ):
        return 0.0
    return likeness(one.name, other.name, ALIKE)


def _movements(old: Sequence[Movement], new: Sequence[Movement]) -> list[Pair[Movement]]:
    """A plan mostly has one movement, named after the plan: then the two belong together whatever their names."""
    alone = len(old) == len(new) == 1
    return _pairs(
        old,
        new,
        lambda one, other: 1.0 if alone else likeness(one.title, other.title, ALIKE_REPORTS),
        _MOVEMENT,
    )


def _pairs(
    old: Sequence[T],
    new: Sequence[T],
    like: Callable[[T, T], float],
    facts: dict[str, Callable[[T], Any]],
    chosen: Chosen = MappingProxyType({}),
) -> list[Pair[T]]:
    """The likeliest pairs first; of equally likely ones those that stand at the same place of their plans."""
    scored = sorted(
        ((-score, abs(i - j), i + j, i, j)
         for i, one in enumerate(old) for j, other in enumerate(new) if (score := like(one, other)) > 0)
    )  # fmt: skip
    of_old: dict[int, int] = {}
    of_new: dict[int, int] = {}
    places = {one.key: i for i, one in enumerate(old)}
    for j, other in enumerate(new):
        at = places.get(chosen.get(other.key) or "")
        if at is not None and at not in of_old:
            of_old[at], of_new[j] = j, at
    alone = {j for j, other in enumerate(new) if other.key in chosen}
    for _score, _distance, _sum, i, j in scored:
        if i not in of_old and j not in of_new and j not in alone:
            of_old[i], of_new[j] = j, i
    found = []
    for j, other in enumerate(new):
        before = old[of_new[j]] if j in of_new else None
        found.append(Pair(before, other, _changed(before, other, facts) if before is not None else ()))
    return [*found, *(Pair(one, None) for i, one in enumerate(old) if i not in of_old)]


def _changed(old: T, new: T, facts: dict[str, Callable[[T], Any]]) -> tuple[str, ...]:
    return tuple(name for name, value in facts.items() if value(old) != value(new))


# What makes an item another: name of the fact → its value as compared.
_TASK: dict[str, Callable[[Task], Any]] = {
    "text": lambda task: _words(task.text),
    "rule": lambda task: task.rule,
    "role": lambda task: task.role,
    "request": lambda task: task.is_request,
    "supports": lambda task: sorted(" ".join(_words(name)) for name in task.supports),
}
_REPORT: dict[str, Callable[[Report], Any]] = {
    "title": lambda report: _words(report.title),
    "rule": lambda report: report.rule,
    "reporters": lambda report: sorted(report.agencies),
    "receiver": lambda report: report.receiver,
    "via": lambda report: _words(report.via),
}
_MOVEMENT: dict[str, Callable[[Movement], Any]] = {
    "title": lambda movement: _words(movement.title),
    "rule": lambda movement: movement.rule,
    "receivers": lambda movement: sorted(movement.receivers),
    "award_form": lambda movement: _words(movement.award_form),
    "quotas": lambda movement: (movement.quota_collective, movement.quota_individual),
}


_PROJECT: dict[str, Callable[[Project], Any]] = {
    "name": lambda project: _words(project.name),
    "lead": lambda project: _words(project.lead),
    "supports": lambda project: sorted(" ".join(_words(name)) for name in project.supports),
    "budget": lambda project: (project.budget, project.unit if project.budget else ""),
    "sources": lambda project: project.sources,
}


# -- words ------------------------------------------------------------------------------------------------


def likeness(one: str, other: str, least: float = 0.0) -> float:
    """How far two texts have the same words in the same order, from 0 to 1; 0 below `least`.

    Case, blanks and the marks at the end of words are of no account. The order of the two is of none either.
    """
    a, b = sorted((_words(one), _words(other)))
    if a == b:
        return 1.0
    matcher = SequenceMatcher(None, a, b, autojunk=False)
    if matcher.real_quick_ratio() < least or matcher.quick_ratio() < least:
        return 0.0
    ratio = matcher.ratio()
    return ratio if ratio >= least else 0.0


def changed_words(old: str, new: str) -> list[tuple[str, str]]:
    """The new text beside the old one, in runs: ("same" | "gone" | "come", words)."""
    a, b = old.split(), new.split()
    matcher = SequenceMatcher(None, [_bare(word) for word in a], [_bare(word) for word in b], autojunk=False)
    runs: list[tuple[str, str]] = []
    for what, i, i_end, j, j_end in matcher.get_opcodes():
        if what == "equal":
            runs.append(("same", " ".join(b[j:j_end])))
            continue
        if i_end > i:
            runs.append(("gone", " ".join(a[i:i_end])))
        if j_end > j:
            runs.append(("come", " ".join(b[j:j_end])))
    return runs


def _words(text: str) -> list[str]:
    return [word for word in (_bare(word) for word in text.split()) if word]


def _bare(word: str) -> str:
    return word.casefold().strip(".,;:…")


def _tuples(row: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in row.items()}


def concerned(pair: Pair[Any], sort: str) -> Iterable[int]:
    """Ids of the agencies for which this pair is added, dropped or changed: a report that goes on with other
    reporters is new for some and over for others."""
    before = set(pair.old.agencies) if pair.old is not None else set()
    after = set(pair.new.agencies) if pair.new is not None else set()
    if sort == "added":
        return after - before
    if sort == "dropped":
        return before - after
    return before & after if set(pair.changed) - {"reporters"} else set()
