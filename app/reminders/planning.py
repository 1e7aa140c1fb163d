"""What should have been said by now, to which audience, and what comes next. Pure: values in, values out.

The question is always "now or earlier, and not said", never "exactly today": an outage loses nothing. Of several
steps that were missed only the latest is said, and nothing is said of work that is settled or waits for
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


@dataclass(frozen=True, slots=True)
class Rule:
    """So many working days before (negative) or after the day that counts, to whom; again every Monday after."""

    offset: int
    audience: Audience
    repeat_weekly: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """What planning knows of an obligation.

    `day` is the day that counts now. `owed`: open, and in the hands of the agency. `told_on`: the day on which a
    notice of its own told everybody of this very day (work was returned); steps up to it need not be said.
    """

    obligation_id: int
    version: int
    day: date
    owed: bool = True
    is_request: bool = False
    told_on: date | None = None


class Step(NamedTuple):
    on: date  # the day on which it is to be said
    code: str  # before-5, on-day, after-1, weekly-2026-W49


@dataclass(frozen=True, slots=True)
class DueReminder:
    """One step for one audience. `overtaken` are earlier steps that this one makes needless."""

    obligation_id: int
    version: int
    step: Step
    audience: Audience
    overtaken: tuple[Step, ...] = ()


class Planned(NamedTuple):
    """One step for one person. `say` is False for a step that a later one has overtaken: recorded, not said."""

    key: str
    obligation_id: int
    user_id: int
    step: Step
    say: bool


def due_reminders(
    facts: Facts, rules: Sequence[Rule], calendar: WorkCalendar, reading: Reading, today: date
) -> list[DueReminder]:
    """The latest step of each audience that has come by `today`, with the steps that it overtakes.

    Whether it was said already is `for_people`'s question, since people join and leave an audience.
    """
    return Timetable(rules, calendar, reading, today).due(facts)


def upcoming(
    facts: Facts, rules: Sequence[Rule], calendar: WorkCalendar, reading: Reading, today: date, until: date
) -> list[DueReminder]:
    """Every step after `today`, up to `until`, in the order of their days, if nothing changes meanwhile."""
    if not facts.owed:
        return []
    found = [
        DueReminder(facts.obligation_id, facts.version, step, rule.audience)
        for rule in rules
        if _speaks_of(facts, rule)
        for step in _steps(rule, facts, calendar, reading, until)
        if step.on > max(today, facts.told_on or today)
    ]
    return sorted(set(found), key=lambda due: (due.step, due.audience))


class Timetable:
    """What a set of rules says by one day. Each deadline is worked out once, however many obligations share it."""

    def __init__(self, rules: Sequence[Rule], calendar: WorkCalendar, reading: Reading, today: date):
        self._rules, self._calendar, self._reading, self._today = rules, calendar, reading, today
        self._known: dict[tuple[date, bool, date | None], list[tuple[Audience, Step, tuple[Step, ...]]]] = {}

    def due(self, facts: Facts) -> list[DueReminder]:
        if not facts.owed:
            return []
        shape = (facts.day, facts.is_request, facts.told_on)
        if shape not in self._known:
            self._known[shape] = self._work_out(facts)
        return [
            DueReminder(facts.obligation_id, facts.version, step, audience, overtaken)
            for audience, step, overtaken in self._known[shape]
        ]

    def _work_out(self, facts: Facts) -> list[tuple[Audience, Step, tuple[Step, ...]]]:
        by_audience: dict[Audience, list[Step]] = {}
        for rule in self._rules:
            if _speaks_of(facts, rule):
                steps = _steps(rule, facts, self._calendar, self._reading, self._today)
                by_audience.setdefault(rule.audience, []).extend(
                    step for step in steps if facts.told_on is None or step.on > facts.told_on
                )
        found = []
        for audience, steps in by_audience.items():
            if steps:
                *earlier, latest = sorted(set(steps))
                # The last Monday says the same as the Mondays before it: a repeat overtakes nothing worth a record.
                fixed = tuple(step for step in earlier if not step.code.startswith("weekly-"))
                found.append((audience, latest, fixed))
        return found


def for_people(
    due: Iterable[DueReminder],
    people: Mapping[Audience, Sequence[int]],
    said: Mapping[str, tuple[int, date]],
) -> list[Planned]:
    """Who is to hear what, each person at most once about an obligation.

    `people` are user ids by audience; somebody who stands in several hears the latest step of them. `said` are
    the keys recorded for this obligation and version, with their person and step day: what was said, or what a
    later step has overtaken, is not said again.
    """
    newest: dict[int, date] = {}
    for user_id, on in said.values():
        newest[user_id] = max(on, newest.get(user_id, on))
    latest: dict[int, DueReminder] = {}
    for reminder in due:
        for user_id in people.get(reminder.audience, ()):
            if user_id not in latest or latest[user_id].step < reminder.step:
                latest[user_id] = reminder
    planned: list[Planned] = []
    for user_id, reminder in latest.items():
        key = key_of(reminder, reminder.step, user_id)
        if key in said or (user_id in newest and newest[user_id] >= reminder.step.on):
            continue
        for step in reminder.overtaken:
            passed_over = key_of(reminder, step, user_id)
            if passed_over not in said and (user_id not in newest or newest[user_id] < step.on):
                planned.append(Planned(passed_over, reminder.obligation_id, user_id, step, False))
        planned.append(Planned(key, reminder.obligation_id, user_id, reminder.step, True))
    return planned


def key_of(reminder: DueReminder, step: Step, user_id: int) -> str:
    return f"{key_prefix(reminder.obligation_id, reminder.version)}{step.code}:{user_id}"


def key_prefix(obligation_id: int, version: int) -> str:
    return f"remind:{obligation_id}.{version}:"


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


def may_speak(now: datetime, calendar: WorkCalendar, first: time, last: time) -> bool:
    """Mails are put together on working days between these hours (Vietnam). What falls due outside waits."""
    local = now.astimezone(VIETNAM)
    return calendar.is_working_day(local.date()) and first <= local.time() < last


def _speaks_of(facts: Facts, rule: Rule) -> bool:
    """A requested body (đề nghị) is asked, not pressed: nothing goes over its officers' heads."""
    return not facts.is_request or rule.audience is Audience.OFFICERS


def _steps(rule: Rule, facts: Facts, calendar: WorkCalendar, reading: Reading, until: date) -> Iterator[Step]:
    """The steps of one rule by `until`: the step itself, and the Mondays after it."""
    first = step_day(rule.offset, facts.day, calendar, reading)
    if first > until:
        return
    yield Step(first, step_code(rule.offset))
    if rule.repeat_weekly and not facts.is_request:
        yield from _mondays(first, until, calendar)


def _mondays(after: date, until: date, calendar: WorkCalendar) -> Iterator[Step]:
    """The repeats. A Monday off is said on the next working day: a repeat looks back, so it may come later."""
    monday = after + timedelta(days=7 - after.weekday())
    while monday <= until:
        on = calendar.next_working_day(monday)
        if on <= until:
            year, week, _weekday = monday.isocalendar()
            yield Step(on, f"weekly-{year}-W{week:02d}")
        monday += _WEEK
