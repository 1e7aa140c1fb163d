"""What should have been said by now, to which audience, and what comes next. Pure: values in, values out.

The question is always "now or earlier, and not said", never "exactly today": an outage loses nothing. Of several
steps that were missed only the latest is said, and nothing is said of work that is settled, suspended or waits for
confirmation. A reminder's key names obligation, version, step and person; the version is raised whenever the day
moves, so the steps arm again for the new day and never twice for the same one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from app.clock import VIETNAM
from app.deadlines import Reading, WorkCalendar
from app.reminders.models import Audience

_WEEK = timedelta(days=7)
# A requested body (đề nghị) is asked, not pressed: nothing goes over its officers' heads.
_ASKED = frozenset({Audience.IN_CHARGE, Audience.OFFICERS})
# The lead waits for a part: it is the business of the agency that is asked for it, and of its head.
_OF_A_PART = _ASKED | {Audience.HEAD}


@dataclass(frozen=True, slots=True)
class Rule:
    """So many working days before (negative) or after the day that counts, to whom; again every Monday after."""

    offset: int
    audience: Audience
    repeat_weekly: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """What planning knows of an obligation, or of the part of it that a supporting agency is asked for.

    `day` is the day that counts now. `owed`: open, in the hands of the agency, and not suspended. `told_on`: the
    day on which a notice of its own told everybody of this very day (work was returned); steps up to it need not
    be said. The version of a part is the number of its day.
    """

    obligation_id: int
    version: int
    day: date
    owed: bool = True
    is_request: bool = False
    told_on: date | None = None
    part_id: int | None = None


class Step(NamedTuple):
    on: date  # the day on which it is to be said
    code: str  # before-5, on-day, after-1, weekly-2026-W49


class Due(NamedTuple):
    """One step for one audience. `overtaken` are earlier steps that this one makes needless; `last`: no later step
    follows for this audience, so nobody can do without it."""

    step: Step
    audience: Audience
    offset: int
    last: bool = False
    overtaken: tuple[Step, ...] = ()


class Hearing(NamedTuple):
    """One step for one person."""

    user_id: int
    step: Step
    overtaken: tuple[Step, ...] = ()


class Planned(NamedTuple):
    """One step for one person. `say` is False for a step that a later one has overtaken: recorded, not said."""

    key: str
    obligation_id: int
    version: int
    part_id: int | None
    user_id: int
    step: Step
    say: bool


def due_reminders(
    facts: Facts, rules: Sequence[Rule], calendar: WorkCalendar, reading: Reading, today: date
) -> Sequence[Due]:
    """The latest step of each audience that has come by `today`, with the steps that it overtakes.

    Whether it was said already is `unsaid`'s question, since people join and leave an audience.
    """
    return Timetable(rules, calendar, reading, today).due(facts)


def upcoming(
    facts: Facts, rules: Sequence[Rule], calendar: WorkCalendar, reading: Reading, today: date, until: date
) -> list[Due]:
    """Every step after `today`, up to `until`, in the order of their days, if nothing changes meanwhile."""
    if not facts.owed:
        return []
    furthest = _furthest(rules, facts)
    found = {
        Due(step, rule.audience, rule.offset, rule.offset == furthest[rule.audience])
        for rule in rules
        if speaks_of(facts, rule)
        for step in _steps(rule, facts, calendar, reading, until)
        if step.on > max(today, facts.told_on or today)
    }
    return sorted(found)


class Timetable:
    """What a set of rules says by one day. Each deadline is worked out once, however many obligations share it."""

    def __init__(self, rules: Sequence[Rule], calendar: WorkCalendar, reading: Reading, today: date):
        self.rules, self._calendar, self._reading, self._today = tuple(rules), calendar, reading, today
        self._known: dict[tuple[date, bool, date | None, bool], tuple[Due, ...]] = {}

    def due(self, facts: Facts) -> tuple[Due, ...]:
        if not facts.owed:
            return ()
        shape = (facts.day, facts.is_request, facts.told_on, facts.part_id is not None)
        known = self._known.get(shape)
        if known is None:
            known = self._known[shape] = tuple(self._work_out(facts))
        return known

    def _work_out(self, facts: Facts) -> Iterator[Due]:
        by_audience: dict[Audience, list[tuple[Step, int]]] = {}
        for rule in self.rules:
            if speaks_of(facts, rule):
                steps = _latest_steps(rule, facts, self._calendar, self._reading, self._today)
                by_audience.setdefault(rule.audience, []).extend(
                    (step, rule.offset) for step in steps if facts.told_on is None or step.on > facts.told_on
                )
        furthest = _furthest(self.rules, facts)
        for audience, steps in by_audience.items():
            if steps:
                *earlier, (latest, offset) = sorted(set(steps))
                # The last Monday says the same as the Mondays before it: a repeat overtakes nothing worth a record.
                fixed = tuple(step for step, _offset in earlier if not step.code.startswith("weekly-"))
                yield Due(latest, audience, offset, offset == furthest[audience], fixed)


def hearings(
    due: Iterable[Due],
    people: Mapping[Audience, Sequence[int]],
    hears_from: Mapping[int, int] | None = None,
) -> list[Hearing]:
    """Who is to hear which step, each person one.

    `people` are user ids by audience; somebody who stands in several hears the latest step of them. `hears_from`
    holds the wishes of people who do not want steps before an offset: the last step of an audience is heard
    whatever they wish.
    """
    wishes = hears_from or {}
    latest: dict[int, Due] = {}
    for reminder in due:
        for user_id in people.get(reminder.audience, ()):
            if not reminder.last and user_id in wishes and reminder.offset < wishes[user_id]:
                continue
            if user_id not in latest or latest[user_id].step < reminder.step:
                latest[user_id] = reminder
    return [Hearing(user_id, reminder.step, reminder.overtaken) for user_id, reminder in latest.items()]


def unsaid(facts: Facts, heard: Iterable[Hearing], said: Mapping[int, Step]) -> list[Planned]:
    """What of this is still to be recorded: the step where it is new, and before it the steps that it overtakes.

    `said` is the newest step recorded for each person, of this version. That step is not said again where the
    calendar has moved it since, and no step of an earlier day is said after it.
    """
    planned: list[Planned] = []
    for user_id, step, overtaken in heard:
        last = said.get(user_id)
        if last is None:
            missed = overtaken
        elif last.on >= step.on or last.code == step.code:
            continue
        else:
            missed = tuple(each for each in overtaken if each.on > last.on and each.code != last.code)
        planned += [_planned(facts, user_id, each, say=False) for each in missed]
        planned.append(_planned(facts, user_id, step, say=True))
    return planned


def _planned(facts: Facts, user_id: int, step: Step, *, say: bool) -> Planned:
    prefix = key_prefix(facts.obligation_id, facts.version, facts.part_id)
    key = f"{prefix}{step.code}:{user_id}"
    return Planned(key, facts.obligation_id, facts.version, facts.part_id, user_id, step, say)


def key_prefix(obligation_id: int, version: int, part_id: int | None = None) -> str:
    """What the keys of all reminders of an obligation begin with as long as its day does not move."""
    return f"remind:{obligation_id}.{version}:" if part_id is None else f"part:{part_id}.{version}:"


# -- steps --------------------------------------------------------------------------------------------------------


def step_day(offset: int, day: date, calendar: WorkCalendar, reading: Reading) -> date:
    """The working day on which a step is said.

    Before the day and on it: counted back from the last day on which somebody is at work, so that nobody reads
    on a Monday of a day that ended on Sunday. After it: counted forward from the day itself.
    """
    if offset > 0:
        return calendar.add_working_days(day, offset)
    return calendar.add_working_days(reading.remind_on(day, calendar), offset)


def step_code(offset: int) -> str:
    if offset == 0:
        return "on-day"
    return f"before-{-offset}" if offset < 0 else f"after-{offset}"


def is_pressing(code: str) -> bool:
    """The day has come or has passed: what cannot wait for tomorrow's mail."""
    return not code.startswith("before-")


def days_with_news(
    rules: Iterable[Rule],
    calendar: WorkCalendar,
    reading: Reading,
    first: date,
    last: date,
    *,
    after: date,
    by: date,
) -> list[tuple[date, date]]:
    """The deadlines from `first` to `last` of which some step has come after the day `after`, up to the day `by`;
    as spans of days, both ends included."""
    rules = set(rules)
    spans: list[tuple[date, date]] = []
    for day in (first + timedelta(days=n) for n in range((last - first).days + 1)):
        facts = Facts(0, 0, day)
        if any(
            after < step.on for rule in rules for step in _latest_steps(rule, facts, calendar, reading, by)
        ):
            if spans and spans[-1][1] == day - timedelta(days=1):
                spans[-1] = (spans[-1][0], day)
            else:
                spans.append((day, day))
    return spans


def speaks_of(facts: Facts, rule: Rule) -> bool:
    if facts.is_request:
        return rule.audience in _ASKED
    return facts.part_id is None or rule.audience in _OF_A_PART


def _furthest(rules: Iterable[Rule], facts: Facts) -> dict[Audience, int]:
    found: dict[Audience, int] = {}
    for rule in rules:
        if speaks_of(facts, rule):
            found[rule.audience] = max(rule.offset, found.get(rule.audience, rule.offset))
    return found


def _steps(rule: Rule, facts: Facts, calendar: WorkCalendar, reading: Reading, until: date) -> Iterator[Step]:
    """The steps of one rule by `until`: the step itself, and the Mondays after it."""
    first = step_day(rule.offset, facts.day, calendar, reading)
    if first > until:
        return
    yield Step(first, step_code(rule.offset))
    if rule.repeat_weekly and not facts.is_request:
        monday = _monday_after(first)
        while monday <= until:
            if (on := calendar.next_working_day(monday)) <= until:
                yield _weekly(monday, on)
            monday += _WEEK


def _latest_steps(
    rule: Rule, facts: Facts, calendar: WorkCalendar, reading: Reading, until: date
) -> Iterator[Step]:
    """The same, with the latest of the Mondays only."""
    first = step_day(rule.offset, facts.day, calendar, reading)
    if first > until:
        return
    yield Step(first, step_code(rule.offset))
    if rule.repeat_weekly and not facts.is_request:
        monday = until - timedelta(days=until.weekday())
        while monday >= _monday_after(first):
            if (on := calendar.next_working_day(monday)) <= until:
                yield _weekly(monday, on)
                return
            monday -= _WEEK


def _monday_after(day: date) -> date:
    return day + timedelta(days=7 - day.weekday())


def _weekly(monday: date, on: date) -> Step:
    """A Monday off is said on the next working day: a repeat looks back, so it may come later."""
    year, week, _weekday = monday.isocalendar()
    return Step(on, f"weekly-{year}-W{week:02d}")


# -- hours --------------------------------------------------------------------------------------------------------


def may_speak(now: datetime, calendar: WorkCalendar, first: time, last: time) -> bool:
    """Mails are put together on working days between these hours (Vietnam). What falls due outside waits."""
    local = now.astimezone(VIETNAM)
    return calendar.is_working_day(local.date()) and first <= local.time() < last


@dataclass(frozen=True, slots=True)
class Wish:
    """`hour`: of the day in Vietnam from which on this person wants mail; null: the installation's first hour."""

    daily: bool = False
    hour: int | None = None
    hears_from: int | None = None


def goes_now(wish: Wish, now: datetime, *, had_today: bool, pressing: bool) -> bool:
    """Whether what waits for a person becomes a mail now.

    Before the person's hour nothing does. With one mail a day, what comes after that mail waits for the next
    day's, unless it is pressing.
    """
    if wish.hour is not None and now.astimezone(VIETNAM).hour < wish.hour:
        return False
    return not wish.daily or not had_today or pressing
