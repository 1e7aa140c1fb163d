"""Will anybody hear? Some days before a date the standing agency learns of obligations of which nobody will.

`silence` is pure: it looks at the people of one agency and says why none of them would read a mail.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import joinedload

from app.accounts.models import Role, User
from app.clock import vietnam_day
from app.deadlines import WorkCalendar
from app.extensions import db
from app.obligations.models import Obligation
from app.obligations.queries import counting_day
from app.outbox.addresses import suspended_addresses
from app.outbox.models import AddressState
from app.plans.models import Plan, PlanState
from app.reminders import notifications
from app.reminders.models import UnheardNotice
from app.reminders.people import People

_READERS = (Role.OFFICER, Role.STANDING_OFFICER, Role.HEAD)
MOST_IN_MAIL = 50


class Reason(enum.StrEnum):
    """Why nobody hears, the gravest first."""

    MISSING = "missing"  # nobody at the agency has ever had an account
    LEFT = "left"  # whoever had one has left
    BOUNCED = "bounced"  # mail to them comes back
    AWAY = "away"  # away, and nobody named who answers instead


@dataclass(frozen=True, slots=True)
class Listener:
    """One person of an agency. `away`: today, without a deputy who hears."""

    left: bool = False
    bounced: bool = False
    away: bool = False

    @property
    def hears(self) -> bool:
        return not (self.left or self.bounced or self.away)


def silence(listeners: Iterable[Listener]) -> tuple[Reason, ...]:
    """Why nobody of these people hears, the gravest reason first; empty where at least one of them does."""
    listeners = list(listeners)
    if any(listener.hears for listener in listeners):
        return ()
    if not listeners:
        return (Reason.MISSING,)
    if still_there := [listener for listener in listeners if not listener.left]:
        bounced = any(listener.bounced for listener in still_there)
        away = any(not listener.bounced for listener in still_there)
        return tuple(r for r, holds in ((Reason.BOUNCED, bounced), (Reason.AWAY, away)) if holds)
    return (Reason.LEFT,)


@dataclass(frozen=True, slots=True)
class Unheard:
    """An obligation of which nobody at its agency will hear."""

    obligation: Obligation
    reasons: tuple[Reason, ...]

    @property
    def key(self) -> str:
        return f"{self.obligation.id}.{self.obligation.version}:{'+'.join(self.reasons)}"


@dataclass(frozen=True)
class Question:
    """What is owed, falls due within so many working days or is past; of all plans, or of one standing agency's."""

    today: date
    last: date
    standing_agency_id: int | None = None

    def where(self) -> list[sa.ColumnElement[bool]]:
        """To be joined with the plan."""
        conditions = [
            Obligation.settled_at.is_(None),
            Obligation.submitted_at.is_(None),
            Obligation.deadline_on <= self.last,
            counting_day() <= self.last,
            Plan.state == PlanState.IN_FORCE,
            sa.or_(
                Obligation.suspended_at.is_(None),
                Obligation.suspended_from > self.today,
                Obligation.suspended_until < self.today,
            ),
        ]
        if self.standing_agency_id is not None:
            conditions.append(Obligation.standing_agency_id == self.standing_agency_id)
        return conditions

    def silent(self) -> dict[int, tuple[Reason, ...]]:
        """The agencies that owe something of it and where nobody hears, with the reasons."""
        owing = sa.select(Obligation.agency_id).join(Plan, Plan.id == Obligation.plan_id).where(*self.where())
        return silent_agencies(db.session.scalars(owing.distinct()).all(), self.today)


def question(
    today: date, calendar: WorkCalendar, days: int, standing_agency_id: int | None = None
) -> Question:
    return Question(today, calendar.add_working_days(today, days), standing_agency_id)


def count_unheard(asked: Question) -> int:
    silent = asked.silent()
    if not silent:
        return 0
    found = sa.select(sa.func.count(Obligation.id)).join(Plan, Plan.id == Obligation.plan_id)
    return db.session.scalar(found.where(Obligation.agency_id.in_(silent), *asked.where())) or 0


def unheard(asked: Question, offset: int = 0, limit: int | None = None) -> list[Unheard]:
    """What nobody will hear of, by day; some of it."""
    silent = asked.silent()
    if not silent:
        return []
    query = (
        sa.select(Obligation)
        .join(Plan, Plan.id == Obligation.plan_id)
        .where(Obligation.agency_id.in_(silent), *asked.where())
        .order_by(counting_day(), Obligation.agency_id, Obligation.id)
        .options(joinedload(Obligation.agency), joinedload(Obligation.plan))
        .offset(offset)
        .limit(limit)
    )
    return [Unheard(found, silent[found.agency_id]) for found in db.session.scalars(query)]


def silent_agencies(agency_ids: Iterable[int], today: date) -> dict[int, tuple[Reason, ...]]:
    """Those of these agencies where nobody hears, with the reasons."""
    people = People(today)
    heard = _plainly_heard(people)
    answering = {agency_id: people.answering(agency_id) for agency_id in agency_ids}
    answers = {agency_id: answers for agency_id, answers in answering.items() if answers not in heard}
    of_agency: dict[int, list[User]] = {}
    query = sa.select(User).where(User.agency_id.in_(set(answers.values())), User.role.in_(_READERS))
    for user in db.session.scalars(query):
        of_agency.setdefault(user.agency_id, []).append(user)
    everybody = [user for some in of_agency.values() for user in some]
    bad = suspended_addresses(user.mail_address for user in everybody if user.mail_address)
    by_id = {user.id: user for user in everybody}

    def listener(user: User) -> Listener:
        reader: User | None = user
        if user.id in people.away:
            reader = by_id.get(people.away[user.id] or 0)
        address = (reader or user).mail_address
        return Listener(left=not user.is_active, bounced=not address or address in bad, away=reader is None)

    found = {}
    for agency_id, answering_id in answers.items():
        if reasons := silence(listener(user) for user in of_agency.get(answering_id, ())):
            found[agency_id] = reasons
    return found


def _plainly_heard(people: People) -> set[int]:
    """Agencies with somebody who is there and whose own address takes mail: nearly all, and asked in one query."""
    suspended = sa.select(AddressState.address).where(AddressState.suspended_at.is_not(None))
    query = sa.select(User.agency_id).where(
        User.role.in_(_READERS),
        User.closed_at.is_(None),
        User.email.is_not(None),
        User.id.not_in(people.away),
        sa.func.lower(User.email).not_in(suspended),
    )
    return set(db.session.scalars(query.distinct()))


def tell_standing_agencies(now: datetime, calendar: WorkCalendar, days: int) -> int:
    """Mail what is new among what nobody will hear to the standing agencies; how many obligations that were new.

    Each is told once for its version and reasons. The caller commits.
    """
    today = vietnam_day(now)
    new: dict[int, list[Unheard]] = {}
    for line in unheard(question(today, calendar, days)):
        if _note(line, now):
            new.setdefault(line.obligation.standing_agency_id, []).append(line)
    for standing_agency_id, own in new.items():
        notifications.notify_unheard(
            _readers(standing_agency_id, today), own[:MOST_IN_MAIL], len(own), now=now
        )
    return sum(map(len, new.values()))


def _note(line: Unheard, now: datetime) -> bool:
    """False where this was told before, or is being told by another process."""
    dialect = postgresql if db.session.get_bind().dialect.name == "postgresql" else sqlite
    insert = dialect.insert(UnheardNotice).values(key=line.key, obligation_id=line.obligation.id, at=now)
    insert = insert.on_conflict_do_nothing(index_elements=["key"]).returning(UnheardNotice.key)
    return db.session.execute(insert).first() is not None


def _readers(standing_agency_id: int, today: date) -> Sequence[User]:
    """The standing officers; where none of them hears either, the administrators."""
    people = People(today)
    ids = [n for n in people.standing_officers(standing_agency_id) if people.is_known(n)]
    officers = list(db.session.scalars(sa.select(User).where(User.id.in_(ids)).order_by(User.id)))
    bad = suspended_addresses(user.mail_address for user in officers if user.mail_address)
    hearing = [user for user in officers if user.mail_address and user.mail_address not in bad]
    return hearing or notifications.administrators()
