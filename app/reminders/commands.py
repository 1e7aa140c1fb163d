"""`flask remind`: plan by hand, tell what will be said, go through a span of days."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime

import click
from flask.cli import with_appcontext

from app import clock
from app.accounts.models import User
from app.extensions import db
from app.i18n import full_day, writing_in
from app.obligations.calendar import office_calendar, office_reading
from app.obligations.models import Obligation
from app.reminders import jobs, wording
from app.reminders.preview import Coming, obligations_of, people_of, preview
from app.reminders.simulation import Told, simulate

_DAY = click.DateTime(["%Y-%m-%d"])
_MOST_NAMES = 6


@click.command("remind")
@click.option("--dry-run", is_flag=True, help="Only tell what would be said, to whom and why.")
@click.option("--on", type=_DAY, help="With --dry-run: on this day instead of today.")
@click.option("--days", default=0, help="With --dry-run: and on so many days after it.")
@click.option(
    "--simulate", "span", type=_DAY, nargs=2, help="Go from one day to another: who is told what when."
)
@click.option("--language", type=click.Choice(["vi", "en"]), default="vi", show_default=True)
@with_appcontext
def remind_command(
    dry_run: bool, on: datetime | None, days: int, span: tuple[datetime, datetime] | None, language: str
) -> None:
    """Plan what should have been said by now, at any hour, and queue it; sending is `deliver`."""
    now = clock.now()
    with writing_in(language):
        if span:
            _go_through(span[0].date(), span[1].date())
        elif dry_run:
            _tell(now, on.date() if on else clock.vietnam_day(now), days)
        elif on or days:
            raise click.UsageError("--on and --days need --dry-run: what is queued is queued for now.")
        else:
            _say("remind", jobs.plan_reminders(now, at_any_hour=True))


def _tell(now: datetime, first: date, days: int) -> None:
    if first < clock.vietnam_day(now):
        raise click.UsageError(f"{first} has passed; what was said then stands in the log of mails.")
    last = date.fromordinal(first.toordinal() + days)
    lines = preview(now, last, first=first, calendar=office_calendar(), reading=office_reading())
    obligations, people = obligations_of(lines), people_of(lines)
    for line in lines:
        names = ", ".join(f"{people[n].name} <{people[n].mail_address}>" for n in line.people) or "?"
        click.echo(f"{full_day(line.on)}  {_about(obligations[line.obligation_id])}\n"
                   f"            {wording.step_words(line.step)}{_part(line)} → {names}")  # fmt: skip
    _say("dry-run", {"reminders": len(lines)})


def _go_through(first: date, last: date) -> None:
    if last < first:
        raise click.UsageError("The second day lies before the first.")
    told = list(simulate(first, last, calendar=office_calendar(), reading=office_reading()))
    together: dict[tuple[date, int, str, str], list[Told]] = {}
    obligations = {one.obligation_id: db.session.get_one(Obligation, one.obligation_id) for one in told}
    people = {one.user_id: db.session.get_one(User, one.user_id) for one in told}
    for one in told:
        about = obligations[one.obligation_id]
        key = (one.on, about.plan_id, about.title, one.step.code)
        together.setdefault(key, []).append(one)
    for (on, _plan, _title, code), group in sorted(together.items(), key=lambda item: item[0]):
        about = obligations[group[0].obligation_id]
        plan = f"{about.plan.display_number}: {about.title} ({full_day(about.deadline_on)})"
        names = list(dict.fromkeys(people[one.user_id].name for one in group))
        more = f" +{len(names) - _MOST_NAMES}" if len(names) > _MOST_NAMES else ""
        agencies = len({obligations[one.obligation_id].agency_id for one in group})
        click.echo(
            f"{full_day(on)}  {wording.step_words(code)} · {plan} · {agencies} → "
            f"{', '.join(names[:_MOST_NAMES])}{more}"
        )
    by_day = Counter((one.on, one.user_id) for one in told)
    _say(
        "simulated",
        {"days": len({on for on, _user in by_day}), "mails": len(by_day), "reminders": len(told), "twice": 0},
    )


def _about(obligation: Obligation) -> str:
    return (
        f"{obligation.agency.display_name}: {obligation.title} "
        f"({full_day(obligation.deadline_on)}, {obligation.plan.display_number})"
    )


def _part(line: Coming) -> str:
    return f" ({wording.part_words()})" if line.part_agency else ""


def _say(name: str, counts: dict[str, int]) -> None:
    click.echo(
        f"{name}: " + (", ".join(f"{key} {value}" for key, value in counts.items()) or "nothing to do")
    )


COMMANDS = [remind_command]
