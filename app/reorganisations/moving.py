"""Giving what an ending agency has to whoever takes over. Settled things stay where they are, under the old name."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from app.accounts.rules import why_not_role
from app.assignments.models import AssignmentMember
from app.audit.operations import record
from app.emulation.models import Registration
from app.extensions import db
from app.i18n import _
from app.obligations.models import Obligation, SourceKind
from app.obligations.operations import cancel, hand_over, owes_the_same
from app.organisations.models import Agency, AgencyGroupMember, AgencyGroupRule
from app.organisations.operations import record_succession
from app.organisations.reorganisations import Reorganisation, ReorganisationHeir, ReorganisationKind
from app.planreader import fold
from app.plans.models import Plan
from app.reorganisations import holdings
from app.reorganisations.choices import Choices, Fate
from app.reorganisations.journal import Journal, plain_values

_SETTLING = (
    "agency_id", "receiver_id", "first_agency_id", "handed_over_at", "settled_at", "outcome", "settled_reason",
    "extension_asked_until",
)  # fmt: skip


class Moving:
    """One reorganisation, agency by agency. Every row that changes is noted in the journal."""

    def __init__(self, reorganisation: Reorganisation, *, actor: Any, now: datetime):
        self.change, self.actor, self.now = reorganisation, actor, now
        self.choices = Choices(reorganisation)
        self.journal = Journal(reorganisation)
        self.new: set[int] = set()  # agencies that come to be by it
        self.moved = 0

    def carry_out(self) -> int:
        """Do everything; how many obligations changed hands."""
        for heir in self.change.heirs:
            self._found(heir)
        for row in self.change.olds:
            self._end(row.agency)
            self._people(row.agency)
            self._plans(row.agency)
            self._tasks(row.agency)
            self._movements(row.agency)
            self._obligations(row.agency)
        return self.moved

    # -- the directory ------------------------------------------------------------------------------------------

    def _found(self, heir: ReorganisationHeir) -> None:
        """Let a new agency exist: like the first of the old ones, under its new name, from the day on."""
        if heir.agency is not None:
            return
        like = self.change.olds[0].agency
        made = Agency(
            name=heir.new_name,
            name_key=fold(heir.new_name),
            kind=like.kind,
            level=like.level,
            parent_id=like.parent_id,
            commanded=like.commanded,
            protocol_order=like.protocol_order,
            valid_from=self.change.effective_on,
        )
        self.journal.add(made)
        self.new.add(made.id)
        self.journal.put(heir, agency_id=made.id)
        record("agency.created", made, actor=self.actor, now=self.now, name=made.name)

    def _end(self, old: Agency) -> None:
        before = plain_values(old, "valid_to")
        last_day = self.change.effective_on - timedelta(days=1)
        for heir in self.change.heirs:
            step = record_succession(
                old,
                _of(heir),
                effective_on=self.change.effective_on,
                decision=self.change.decision,
                subject=heir.subject if len(self.change.heirs) > 1 else "",
                actor=self.actor,
                now=self.now,
                reorganisation_id=self.change.id,
            )
            self.journal.add(step)
        old.valid_to = last_day
        self.journal.changed(old, before)
        self._groups(old)
        heir_agency = self._whole_heir()
        if heir_agency is None:
            return
        for child in db.session.scalars(sa.select(Agency).where(Agency.parent_id == old.id)).all():
            taken = sa.select(Agency.id).where(
                Agency.parent_id == heir_agency.id, Agency.name_key == child.name_key
            )
            if child.exists_on(self.change.effective_on) and db.session.scalar(taken) is None:
                self.journal.put(child, parent_id=heir_agency.id)
        for rule in db.session.scalars(
            sa.select(AgencyGroupRule).where(AgencyGroupRule.parent_id == old.id)
        ).all():
            self.journal.put(rule, parent_id=heir_agency.id)

    def _groups(self, old: Agency) -> None:
        """Its place in listed groups is the heir's from the day on. Plans of earlier days keep what they meant."""
        first, last = self.change.effective_on, self.change.effective_on - timedelta(days=1)
        joining = [
            _of(heir)
            for heir in self.change.heirs
            if _of(heir).id in self.new
            or self.change.kind in (ReorganisationKind.MERGE, ReorganisationKind.RENAME)
        ]
        for member in holdings.group_memberships(old):
            if not (member.valid_to is None or member.valid_to >= first):
                continue
            for agency in joining:
                if not any(m.agency_id == agency.id and m.holds_on(first) for m in member.group.members):
                    self.journal.add(
                        AgencyGroupMember(
                            group_id=member.group_id,
                            agency_id=agency.id,
                            valid_from=first,
                            valid_to=member.valid_to,
                        )
                    )
                    db.session.expire(member.group, ["members"])
            if member.valid_from is not None and member.valid_from > last:
                self.journal.drop(member)
            else:
                self.journal.put(member, valid_to=last)

    # -- people and plans -----------------------------------------------------------------------------------------

    def _people(self, old: Agency) -> None:
        for user in holdings.people(old):
            fate = self.choices.of_person(old.id, user.id)
            if fate.heir is None or why_not_role(user.role, _of(fate.heir)):
                continue
            new = _of(fate.heir)
            self.journal.put(user, agency_id=new.id)
            record(
                "user.changed",
                user,
                actor=self.actor,
                now=self.now,
                name=user.mail_address,
                before={"agency": old.name},
                after={"agency": new.name},
            )

    def _plans(self, old: Agency) -> None:
        """Plans that it ran are run by the heir, with everything owed under them, settled or not."""
        for plan in holdings.plans_run(old):
            fate = self.choices.of_plan(old.id, plan.id)
            if fate.heir is None:
                continue
            new = _of(fate.heir).id
            if plan.standing_agency_id == old.id:
                self.journal.put(plan, standing_agency_id=new)
            if plan.committee_id == old.id:
                self.journal.put(plan, committee_id=new)
            follow_plan(plan)

    def _tasks(self, old: Agency) -> None:
        """Assignments, supporting parts and schedules: what the coming periods arise from."""
        for member in holdings.memberships_in_assignments(old):
            if new := self._heir(self.choices.of_plan(old.id, member.assignment.plan_id)):
                known = (member.assignment_id, new.id)
                acknowledged, joined = member.acknowledged_at, member.joined_on
                assignment_id = member.assignment_id
                self.journal.drop(member)
                if db.session.get(AssignmentMember, known) is None:
                    self.journal.add(
                        AssignmentMember(
                            assignment_id=assignment_id,
                            agency_id=new.id,
                            acknowledged_at=acknowledged,
                            joined_on=joined,
                        )
                    )
        for support in holdings.supports(old):
            if new := self._heir(self.choices.of_plan(old.id, support.duty.assignment.plan_id)):
                self.journal.put(support, agency_id=new.id)
        for reporter in holdings.reporting(old):
            if new := self._heir(self.choices.of_plan(old.id, reporter.schedule.plan_id)):
                if any(other.agency_id == new.id for other in reporter.schedule.reporters):
                    self.journal.drop(reporter)
                else:
                    self.journal.put(reporter, agency_id=new.id)
        for schedule in holdings.schedules_received(old):
            if new := self._heir(self.choices.of_plan(old.id, schedule.plan_id)):
                if schedule.receiver_id == old.id:
                    self.journal.put(schedule, receiver_id=new.id)
                if schedule.via_id == old.id:
                    self.journal.put(schedule, via_id=new.id)

    def _movements(self, old: Agency) -> None:
        for row in holdings.movements(old):
            if new := self._heir(self.choices.of_plan(old.id, row.movement.plan_id)):
                kind = type(row)
                facts = {
                    name: getattr(row, name) for name in ("is_request", "position") if hasattr(kind, name)
                }
                movement_id = row.movement_id
                self.journal.drop(row)
                if db.session.get(kind, (movement_id, new.id)) is None:
                    self.journal.add(kind(movement_id=movement_id, agency_id=new.id, **facts))

    # -- what is owed -----------------------------------------------------------------------------------------------

    def _obligations(self, old: Agency) -> None:
        for obligation in holdings.received(old):
            if new := self._heir(self.choices.of_plan(old.id, obligation.plan_id)):
                self.journal.put(obligation, receiver_id=new.id)
        for obligation in holdings.owed(old):
            fate = self.choices.of_obligation(old.id, obligation.plan_id, obligation.id)
            if not fate.is_open:
                self._noting(obligation, lambda o, fate=fate: self._pass_on(o, old, fate))
        for part in holdings.parts(old):
            fate = self.choices.of_obligation(old.id, part.obligation.plan_id, part.obligation_id)
            new = self._heir(fate)
            taken = {other.agency_id for other in part.obligation.parts} | {part.obligation.agency_id}
            if new is not None and new.id not in taken:
                self.journal.put(part, agency_id=new.id)
            elif not fate.is_open:
                self.journal.put(
                    part, called_off_at=self.now
                )  # the lead has it, or nobody is left to send it
        for heir in self.change.heirs:  # nobody reports to itself
            for obligation in holdings.owed(_of(heir)):
                if obligation.receiver_id == obligation.agency_id and obligation.submitted_at is None:
                    self._noting(obligation, self._end_reporting_to_itself)

    def _noting(self, obligation: Obligation, act: Callable[[Obligation], None]) -> None:
        before = plain_values(obligation, *_SETTLING)
        act(obligation)
        self.journal.changed(obligation, before)

    def _pass_on(self, obligation: Obligation, old: Agency, fate: Fate) -> None:
        if fate.heir is None:
            reason = _(
                "%(old)s kết thúc hoạt động theo %(decision)s.", old=old.name, decision=self.change.decision
            )
            cancel(obligation, reason=reason, actor=self.actor, now=self.now)
            return
        new = _of(fate.heir)
        if owes_the_same(new, obligation):
            if obligation.submitted_at is not None:
                return  # handed in under the old name, and reviewed under it
            reason = _("%(new)s kế thừa %(old)s và đã có việc này cùng kỳ.", new=new.name, old=old.name)
            cancel(obligation, reason=reason, actor=self.actor, now=self.now)
            return
        hand_over(obligation, new, actor=self.actor, now=self.now)
        if obligation.source_kind is SourceKind.MOVEMENT:
            self._registration(obligation, new)
        self.moved += 1

    def _registration(self, obligation: Obligation, new: Agency) -> None:
        """A registration that still waits for its receipts goes along; one that is settled stays."""
        held = sa.select(Registration).where(Registration.obligation_id == obligation.id)
        there = sa.select(Registration.id).where(
            Registration.movement_id == obligation.source_id, Registration.agency_id == new.id
        )
        registration = db.session.scalar(held)
        if registration is not None and db.session.scalar(there) is None:
            self.journal.put(registration, agency_id=new.id)

    def _end_reporting_to_itself(self, obligation: Obligation) -> None:
        reason = _(
            "Cơ quan nộp và cơ quan nhận nay là một, theo %(decision)s.", decision=self.change.decision
        )
        cancel(obligation, reason=reason, actor=self.actor, now=self.now)

    def _heir(self, fate: Fate) -> Agency | None:
        return None if fate.heir is None else _of(fate.heir)

    def _whole_heir(self) -> Agency | None:
        """The one that takes what no subject decides: the only heir, or the one for everything."""
        fate = self.choices.default
        if fate.heir is None and len(self.change.heirs) == 1:
            return _of(self.change.heirs[0])
        return self._heir(fate)


def follow_plan(plan: Plan) -> None:
    """Let everything owed under a plan be seen by whoever runs the plan now."""
    db.session.execute(
        sa.update(Obligation)
        .where(Obligation.plan_id == plan.id)
        .values(standing_agency_id=plan.standing_agency_id, committee_id=plan.committee_id)
        .execution_options(synchronize_session="fetch")
    )


def _of(heir: ReorganisationHeir) -> Agency:
    """The agency behind an heir; `_found` has made it where it is new."""
    agency = heir.agency
    if agency is None:
        raise LookupError(f"the heir {heir.new_name!r} has not been founded yet")
    return agency
