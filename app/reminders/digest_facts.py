"""What the digests of one batch need, read in a number of queries that does not grow with the batch."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cached_property
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from app.accounts.models import Role, User
from app.extensions import db
from app.obligations.calendar import office_calendar, office_reading
from app.obligations.models import Obligation, Part, SourceKind
from app.outbox.models import Message
from app.plans.models import Plan
from app.reminders import queries
from app.reminders.items import Surroundings, surroundings_of
from app.reminders.models import Reminder, ReminderState
from app.reminders.planning import Rule


class Facts:
    """`reminders` by message, `users` and `obligations` by id; `newest`: the latest step day that is to be said of an
    obligation, or of a part of it, to a person; `parts` by id."""

    def __init__(self, messages: Sequence[Message], today: date):
        self._today = today
        ids = [message.id for message in messages]
        people = {message.user_id for message in messages}
        posted = Reminder.state == ReminderState.POSTED
        spoken_of = sa.select(Reminder.obligation_id).where(Reminder.message_id.in_(ids), posted)
        self.reminders = self._reminders(ids, posted)
        self.users = {
            user.id: user
            for user in db.session.scalars(
                sa.select(User).where(User.id.in_(people)).options(joinedload(User.agency))
            )
        }
        self.obligations = {
            obligation.id: obligation
            for obligation in db.session.scalars(
                sa.select(Obligation)
                .where(Obligation.id.in_(spoken_of))
                .options(
                    selectinload(Obligation.agency),
                    selectinload(Obligation.receiver),
                    selectinload(Obligation.standing_agency),
                    selectinload(Obligation.plan),
                )
            )
        }
        rows = db.session.execute(
            sa.select(
                Reminder.obligation_id, Reminder.part_id, Reminder.user_id, sa.func.max(Reminder.step_on)
            )
            .where(Reminder.obligation_id.in_(spoken_of), Reminder.user_id.in_(people), posted)
            .group_by(Reminder.obligation_id, Reminder.part_id, Reminder.user_id)
        )
        self.newest: dict[tuple[int, int | None, int], date] = {
            (one, part, user): on for one, part, user, on in rows
        }
        part_ids = {r.part_id for some in self.reminders.values() for r in some if r.part_id is not None}
        self.parts = {part.id: part for part in self._parts(part_ids)}

    @staticmethod
    def _parts(ids: set[int]) -> Sequence[Part]:
        if not ids:
            return ()
        query = sa.select(Part).where(Part.id.in_(ids)).options(selectinload(Part.agency))
        return db.session.scalars(query).all()

    @staticmethod
    def _reminders(ids: Sequence[int], posted: sa.ColumnElement[bool]) -> dict[int, list[sa.Row[Any]]]:
        found: dict[int, list[sa.Row[Any]]] = {}
        rows = db.session.execute(
            sa.select(
                Reminder.id,
                Reminder.message_id,
                Reminder.obligation_id,
                Reminder.key,
                Reminder.step_on,
                Reminder.part_id,
            )
            .where(Reminder.message_id.in_(ids), posted)
            .order_by(Reminder.id)
        )
        for row in rows:
            found.setdefault(row.message_id, []).append(row)
        return found

    @cached_property
    def around(self) -> Surroundings:
        return surroundings_of(
            list(self.obligations.values()), self._today, office_calendar(), office_reading()
        )

    @cached_property
    def _rule_book(self) -> Any:
        return queries.rule_book()

    def rules_of(self, obligation: Obligation) -> list[Rule]:
        """The rules by which an obligation is reminded of."""
        schedule_id = obligation.source_id if obligation.source_kind is SourceKind.SCHEDULE else None
        return list(self._rule_book.rules(obligation.committee_id, obligation.plan_id, schedule_id))

    def contact_of(self, plan: Plan) -> User | None:
        """Who confirmed a plan, as long as that person is at its standing agency; else its first standing officer."""
        by_id, by_agency = self._contacts
        person = by_id.get(plan.confirmed_by_id or 0)
        if person is not None and person.agency_id == plan.standing_agency_id:
            return person
        return by_agency.get(plan.standing_agency_id)

    @cached_property
    def _contacts(self) -> tuple[dict[int, User], dict[int, User]]:
        plans = {obligation.plan for obligation in self.obligations.values()}
        standing = {plan.standing_agency_id for plan in plans}
        confirmers = {plan.confirmed_by_id for plan in plans if plan.confirmed_by_id}
        people = db.session.scalars(
            sa.select(User)
            .where(
                User.closed_at.is_(None),
                sa.or_(
                    User.id.in_(confirmers),
                    sa.and_(User.agency_id.in_(standing), User.role == Role.STANDING_OFFICER),
                ),
            )
            .order_by(User.id)
            .options(joinedload(User.agency))
        ).all()
        officers: dict[int, User] = {}
        for person in people:
            if person.role is Role.STANDING_OFFICER:
                officers.setdefault(person.agency_id, person)
        return {person.id: person for person in people}, officers
