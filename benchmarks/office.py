"""An office of any size from a seed: agencies, people, plans in force with their texts, obligations over years.

The same seed, size and instant make the same office on both engines. Everything keeps the application's own
constraints and days: rolling the office forward makes nothing new.

    facts = make_office(10_000, seed=1, now=clock.now())     # into an empty database; the caller commits
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

import sqlalchemy as sa

from app.clock import vietnam_day
from app.extensions import db
from app.obligations.calendar import office_calendar, office_reading
from app.organisations.models import Agency
from app.reminders.operations import ensure_default_rules
from benchmarks.bodies import PASSWORD, Province, found_province
from benchmarks.bulk import Loader
from benchmarks.papers import Drawer, plans_owing
from benchmarks.writer import Writer


@dataclass(frozen=True, slots=True)
class OfficeFacts:
    """Who can sign in (user ids; all with `password`) and how big the office came out.

    `officer_id`: of the agency that owes most today; `standing_officer_id`: of the agency whose plans have most
    open obligations; `committee_member_id`: the same of a committee.
    """

    officer_id: int
    standing_officer_id: int
    committee_member_id: int
    administrator_id: int
    agencies: int
    plans: int
    obligations: int
    open: int
    submissions: int
    password: str = PASSWORD


def make_office(
    obligations: int = 10_000,
    seed: int = 1,
    *,
    now: datetime,
    years: float = 5,
    departments: int | None = None,
    communes: int | None = None,
    officers: int = 1,
) -> OfficeFacts:
    """Fill an empty database with exactly so many obligations; the caller commits.

    `years` back the first plans were issued: fewer years leave a greater share open. Departments and communes
    grow with the office up to a whole province (18 and 100) unless their numbers are given. `officers` is how many
    each of them has.

    Raises:
        ValueError: the database has agencies already, or fewer than three departments are asked for.
    """
    if db.session.scalar(sa.select(Agency.id).limit(1)):
        raise ValueError("an office is generated into an empty database")
    if (departments := departments or _between(3, obligations // 200, 18)) < 3:
        raise ValueError("an office has at least three departments")
    rng, today, loader = Random(seed), vietnam_day(now), Loader()
    began = now - timedelta(days=int(years * 365) + 30)
    province = found_province(
        loader,
        rng,
        departments=departments,
        communes=_between(3, obligations // 600, 100) if communes is None else communes,
        officers=officers,
        now=began,
    )
    writer = Writer(loader, rng, now)
    drawer = Drawer(rng, province, today, years, office_calendar(), office_reading())
    for sketch in plans_owing(drawer, obligations):
        writer.put(sketch)
    loader.finish()
    ensure_default_rules(now=now)
    db.session.flush()
    return _facts(province, writer)


def _between(least: int, value: int, most: int) -> int:
    return max(least, min(most, value))


def _facts(province: Province, writer: Writer) -> OfficeFacts:
    bodies, members = {body.id: body for body in province.bodies}, dict(province.committees)
    ordinary = Counter({n: c for n, c in writer.open_of_agency.items() if not bodies[n].reviewer_id})
    return OfficeFacts(
        officer_id=bodies[_busiest(ordinary, province.departments[-1].id)].officer_id,
        standing_officer_id=bodies[_busiest(writer.open_of_standing, province.standing[0].id)].reviewer_id,
        committee_member_id=members[_busiest(writer.open_of_committee, province.committees[0][0])],
        administrator_id=province.administrator_id,
        agencies=len(bodies) + len(members) + 1,
        plans=writer.plans,
        obligations=writer.obligations,
        open=writer.open,
        submissions=writer.submissions,
    )


def _busiest(counts: Counter[int], otherwise: int) -> int:
    return max(counts, key=lambda key: (counts[key], -key), default=otherwise)
