"""What planning and the page about reminders read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from app.accounts.models import Role, User
from app.clock import vietnam_day
from app.deadlines import WorkCalendar
from app.extensions import db
from app.obligations.models import Obligation
from app.obligations.rules import day_that_counts, is_owed
from app.organisations.models import Agency
from app.organisations.queries import successor_of
from app.plans.models import Plan, PlanState
from app.reminders.models import Audience, Reminder, ReminderRule, ReminderState
from app.reminders.planning import Facts, Rule

# A step so many working days ahead can be a few more days away: one long holiday and its weekends.
_SLACK = timedelta(days=21)

# -- rules ------------------------------------------------------------------------------------------------------


def rule_rows(plan_id: int | None) -> list[ReminderRule]:
    """The rules kept for a plan, or for the whole installation (None), in the order of their days."""
    return list(
        db.session.scalars(
            sa.select(ReminderRule)
            .where(ReminderRule.plan_id == plan_id)
            .order_by(ReminderRule.offset, ReminderRule.audience)
        )
    )


def rules_by_plan() -> dict[int | None, list[Rule]]:
    """The rules in force. A plan with rules of its own follows only them, even where all of them are off; every
    other plan follows the installation's, kept under None."""
    found: dict[int | None, list[Rule]] = {None: []}
    for row in db.session.scalars(
        sa.select(ReminderRule).order_by(ReminderRule.offset, ReminderRule.audience)
    ):
        rules = found.setdefault(row.plan_id, [])
        if row.active:
            rules.append(Rule(row.offset, row.audience, row.repeat_weekly))
    return found


def rules_of(plan_id: int) -> list[Rule]:
    """The rules in force for one plan."""
    rows = rule_rows(plan_id) or rule_rows(None)
    return [Rule(row.offset, row.audience, row.repeat_weekly) for row in rows if row.active]


# -- obligations ------------------------------------------------------------------------------------------------

# Planning needs a few columns of many rows; whole objects would cost ten times as much.
_COLUMNS = (
    Obligation.id,
    Obligation.version,
    Obligation.deadline_on.label("deadline_on"),
    Obligation.returned_at,
    Obligation.rework_until,
    Obligation.submitted_at,
    Obligation.outcome,
    Obligation.is_request,
    Obligation.plan_id,
    Obligation.agency_id,
    Obligation.standing_agency_id,
    Obligation.committee_id,
)


def horizon(rules: Mapping[Any, Sequence[Rule]], calendar: WorkCalendar, until: date) -> date:
    """The last deadline of which anything can be said by `until`."""
    furthest = max((-rule.offset for own in rules.values() for rule in own), default=0)
    return calendar.add_working_days(until, max(furthest, 0)) + _SLACK


def owed_in_batches(last_deadline: date, size: int = 1000) -> Iterator[Sequence[sa.Row[Any]]]:
    """What agencies still have to hand in under plans in force, with a deadline up to this day, by id.

    Each batch is a query of its own that starts after the last id: the caller may commit between them.
    """
    after = 0
    while True:
        rows = db.session.execute(
            sa.select(*_COLUMNS)
            .join(Plan, Plan.id == Obligation.plan_id)
            .where(
                Obligation.id > after,
                Obligation.settled_at.is_(None),
                Obligation.submitted_at.is_(None),
                Obligation.deadline_on <= last_deadline,
                Plan.state == PlanState.IN_FORCE,
            )
            .order_by(Obligation.id)
            .limit(size)
        ).all()
        if not rows:
            return
        yield rows
        after = rows[-1].id


def facts_of(obligation: Any) -> Facts:
    """What planning knows of an obligation, or of a row with its columns."""
    returned = obligation.returned_at is not None and obligation.rework_until is not None
    return Facts(
        obligation_id=obligation.id,
        version=obligation.version,
        day=day_that_counts(obligation),
        owed=is_owed(obligation),
        is_request=obligation.is_request,
        # The mail about the return names the reason and the new day.
        told_on=vietnam_day(obligation.returned_at) if returned else None,
    )


def recorded_for(obligation_ids: Iterable[int]) -> dict[int, dict[str, tuple[int, date]]]:
    """By obligation: the keys of everything recorded, with person and step day."""
    found: dict[int, dict[str, tuple[int, date]]] = {}
    query = sa.select(Reminder.obligation_id, Reminder.key, Reminder.user_id, Reminder.step_on)
    for obligation_id, key, user_id, step_on in db.session.execute(
        query.where(Reminder.obligation_id.in_(list(obligation_ids)))
    ):
        found.setdefault(obligation_id, {})[key] = (user_id, step_on)
    return found


# -- people -----------------------------------------------------------------------------------------------------


class People:
    """Everybody with an open account, by agency and role, read once; and who answers for an ended agency."""

    def __init__(self, today: date):
        self._today = today
        self._by_role: dict[tuple[int, Role], list[int]] = {}
        self._answering: dict[int, int] = {}
        query = (
            sa.select(User.id, User.agency_id, User.role).where(User.closed_at.is_(None)).order_by(User.id)
        )
        for user_id, agency_id, role in db.session.execute(query):
            self._by_role.setdefault((agency_id, role), []).append(user_id)
        self._ended = set(
            db.session.scalars(
                sa.select(Agency.id).where(sa.or_(Agency.valid_to < today, Agency.valid_from > today))
            )
        )

    def audience(self, audience: Audience, obligation: Any) -> list[int]:
        """The people of an audience of an obligation (or of a row with its columns).

        Where an agency has no officer's account its head is addressed; where it has neither, nobody is.
        """
        match audience:
            case Audience.OFFICERS:
                agency_id = self.answering(obligation.agency_id)
                officers = self._with(agency_id, Role.OFFICER, Role.STANDING_OFFICER)
                return officers or self._with(agency_id, Role.HEAD)
            case Audience.HEAD:
                return self._with(self.answering(obligation.agency_id), Role.HEAD)
            case Audience.STANDING_AGENCY:
                return self._with(self.answering(obligation.standing_agency_id), Role.STANDING_OFFICER)
            case Audience.COMMITTEE:
                committee_id = obligation.committee_id
                return self._with(committee_id, Role.COMMITTEE_MEMBER) if committee_id else []

    def answering(self, agency_id: int) -> int:
        if agency_id not in self._ended:
            return agency_id
        if agency_id not in self._answering:
            self._answering[agency_id] = answering(db.session.get_one(Agency, agency_id), self._today).id
        return self._answering[agency_id]

    def _with(self, agency_id: int, *roles: Role) -> list[int]:
        return [user_id for role in roles for user_id in self._by_role.get((agency_id, role), ())]


def audiences_of(user: User, obligation: Obligation, today: date) -> set[Audience]:
    """In which audiences of an obligation this one person stands: the question of `People`, without reading
    everybody. A head counts among the officers, for whom heads stand in."""
    if not user.is_active:
        return set()
    found: set[Audience] = set()
    if user.agency_id == answering(obligation.agency, today).id:
        if user.role in {Role.OFFICER, Role.STANDING_OFFICER, Role.HEAD}:
            found.add(Audience.OFFICERS)
        if user.role is Role.HEAD:
            found.add(Audience.HEAD)
    if (
        user.role is Role.STANDING_OFFICER
        and user.agency_id == answering(obligation.standing_agency, today).id
    ):
        found.add(Audience.STANDING_AGENCY)
    if user.role is Role.COMMITTEE_MEMBER and user.agency_id == obligation.committee_id:
        found.add(Audience.COMMITTEE)
    return found


def answering(agency: Agency, today: date) -> Agency:
    """The agency, or the one that answers for it today; an agency that nobody succeeded keeps its own."""
    return agency if agency.exists_on(today) else successor_of(agency, today) or agency


# -- reminders that wait for a mail ------------------------------------------------------------------------------


def people_to_tell() -> list[int]:
    """Ids of everybody for whom something was planned that stands in no mail yet."""
    return list(
        db.session.scalars(
            sa.select(Reminder.user_id).where(*_WAITING).group_by(Reminder.user_id).order_by(Reminder.user_id)
        )
    )


def waiting_for(user_id: int) -> Sequence[sa.Row[tuple[int, str]]]:
    """Id and key of what is to stand in this person's next mail; on PostgreSQL held for this transaction."""
    return db.session.execute(
        sa.select(Reminder.id, Reminder.key)
        .where(Reminder.user_id == user_id, *_WAITING)
        .order_by(Reminder.key)
        .with_for_update(skip_locked=True)
    ).all()


_WAITING = (
    Reminder.message_id.is_(None),
    # Written as text so that both engines see that the partial index serves.
    sa.text("reminder.state = 'posted'"),
)


def reminders_in(message_id: int) -> list[Reminder]:
    """What a digest was to say: everything that has not been overtaken since."""
    return list(
        db.session.scalars(
            sa.select(Reminder)
            .where(Reminder.message_id == message_id, Reminder.state == ReminderState.POSTED)
            .order_by(Reminder.id)
        )
    )
