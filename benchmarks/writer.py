"""Puts sketched plans into the database, with everything that came of them."""

from __future__ import annotations

import io
from collections import Counter
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from app.assignments.models import Assignment, AssignmentMember, Duty, DutyRole
from app.clock import vietnam_day
from app.deadlines import DueRule, Occurrence
from app.emulation.models import (
    EmulationMovement,
    MovementParticipant,
    MovementReceiver,
    Registration,
    RegistrationReceipt,
)
from app.emulation.operations import ONCE
from app.extensions import db
from app.files.operations import keep
from app.obligations.models import Attachment, Extension, Obligation, SourceKind, Submission
from app.planreader import fold
from app.plans.models import Plan, PlanState, PlanText
from app.schedules.models import ReportSchedule, ScheduleReporter
from app.schedules.titles import title_for
from benchmarks.bodies import PROVINCE, Body
from benchmarks.bulk import Loader
from benchmarks.fates import Fate, Teller
from benchmarks.papers import ROLL_DAYS, Head, Movement, PlanSketch, Schedule

BATCH = 50_000  # obligations in memory before they are written
_REPORT_FILE = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj"
)


class Writer:
    """`put` one plan after another; the counts tell what came of it."""

    def __init__(self, loader: Loader, rng: Random, now: datetime):
        self._loader, self._rng = loader, rng
        self._now, self._today = now, vietnam_day(now)
        self._teller = Teller(rng, self._today)
        self._file_id = self._waiting = 0
        self.plans = self.obligations = self.open = self.submissions = 0
        # How many are open, by the agency that owes, by the one that runs the plan, by committee.
        self.open_of_agency: Counter[int] = Counter()
        self.open_of_standing: Counter[int] = Counter()
        self.open_of_committee: Counter[int] = Counter()

    def put(self, sketch: PlanSketch) -> None:
        add = self._loader.add
        self.plans += 1
        number = f"{self._rng.randint(10, 420)}/KH-UBND"
        title = f"Thực hiện công tác {sketch.topic} giai đoạn {sketch.first_year} - {sketch.last_year}"
        confirmed_at = self._morning(sketch.issued_on + timedelta(days=2))
        closed = sketch.last_year + 1 < self._today.year
        self._confirmed_on = sketch.issued_on + timedelta(days=2)
        self._plan_id = plan_id = add(
            Plan,
            number=number,
            title=title,
            title_key=fold(f"{number} {title}"),
            issuer=PROVINCE,
            issued_on=sketch.issued_on,
            period_from=sketch.first_year,
            period_to=sketch.last_year,
            signer_name="Đặng Quốc Thịnh",
            signer_position="Chủ tịch",
            standing_agency_id=sketch.standing.id,
            committee_id=sketch.committee_id,
            state=PlanState.CLOSED if closed else PlanState.IN_FORCE,
            created_by_id=sketch.standing.reviewer_id,
            created_at=confirmed_at - timedelta(hours=1),
            confirmed_by_id=sketch.standing.reviewer_id,
            confirmed_at=confirmed_at,
            closed_at=self._morning(date(sketch.last_year + 1, 3, 31)) if closed else None,
        )
        self._sketch, self._text = sketch, _Text(title)
        for n, head in enumerate(sketch.heads, 1):
            self._head(n, head)
        for n, schedule in enumerate(sketch.schedules, 1):
            self._schedule(len(sketch.heads) + n, schedule)
        if sketch.movement:
            self._movement(sketch.movement)
        text = self._text.whole()
        stored = keep(io.BytesIO(text.encode()), "text/plain", confirmed_at)
        db.session.flush()
        add(
            PlanText, plan_id=plan_id, file_id=stored.id, file_name=f"{number.replace('/', '-')}.txt", text=text,
            pages=[[0, 1]], warnings=[], unread=[],
        )  # fmt: skip
        if self._waiting >= BATCH:
            self._loader.flush()
            self._waiting = 0

    # -- what a plan gives ------------------------------------------------------------------------------

    def _head(self, position: int, head: Head) -> None:
        add = self._loader.add
        span = self._text.line(f"{position}. {head.phrase}")
        assignment_id = add(
            Assignment,
            plan_id=self._plan_id,
            position=position,
            agency_id=None if head.group_id else head.members[0].id,
            group_id=head.group_id or None,
            phrase=head.phrase,
            is_request=head.is_request,
            section=f"IV.{position}",
            span_start=span[0],
            span_end=span[1],
        )
        for member in head.members:
            add(AssignmentMember, assignment_id=assignment_id, agency_id=member.id)
        for n, duty in enumerate(head.duties, 1):
            span = self._text.line(f"- {duty.text}.")
            duty_id = add(
                Duty, assignment_id=assignment_id, position=n, text=duty.text, role=DutyRole.LEAD,
                span_start=span[0], span_end=span[1], **_due(duty.rule),
            )  # fmt: skip
            for occurrence in duty.due:
                for member in head.members:
                    self._owe(
                        SourceKind.DUTY, duty_id, member, self._sketch.standing, occurrence,
                        occurrence.period.key, duty.title, duty.rule, head.is_request,
                    )  # fmt: skip

    def _schedule(self, position: int, schedule: Schedule) -> None:
        span = self._text.line(f"- {schedule.title}: {schedule.rule.words}.")
        schedule_id = self._loader.add(
            ReportSchedule,
            plan_id=self._plan_id,
            position=position,
            kind=schedule.kind,
            title=schedule.title,
            receiver_id=self._sketch.standing.id,
            receiver_words=self._sketch.standing.name,
            all_assigned=not schedule.group_id,
            span_start=span[0],
            span_end=span[1],
            **_due(schedule.rule),
        )
        if schedule.group_id:
            self._loader.add(ScheduleReporter, schedule_id=schedule_id, group_id=schedule.group_id)
        for turn in schedule.turns:
            title = title_for(schedule.title, turn.period)
            for body in schedule.reporters:
                self._owe(
                    SourceKind.SCHEDULE, schedule_id, body, self._sketch.standing, turn, turn.period.key, title,
                    schedule.rule, not body.commanded,
                )  # fmt: skip

    def _movement(self, movement: Movement) -> None:
        add = self._loader.add
        span = self._text.line(f"- {movement.title}: đăng ký {movement.rule.words}.")
        movement_id = add(
            EmulationMovement,
            plan_id=self._plan_id,
            title=movement.title,
            award_form="Bằng khen của Chủ tịch Ủy ban nhân dân tỉnh",
            quota_collective=5,
            quota_individual=5,
            span_start=span[0],
            span_end=span[1],
            **_due(movement.rule),
        )
        for n, receiver in enumerate(movement.receivers):
            add(MovementReceiver, movement_id=movement_id, agency_id=receiver.id, position=n)
        for body in movement.participants:
            add(
                MovementParticipant,
                movement_id=movement_id,
                agency_id=body.id,
                is_request=not body.commanded,
            )
            obligation_id, fate = self._owe(
                SourceKind.MOVEMENT, movement_id, body, movement.receivers[0], movement.due, ONCE,
                f"Đăng ký thi đua: {movement.title}", movement.rule, not body.commanded,
            )  # fmt: skip
            if "submitted_at" in fate.columns:
                self._register(movement_id, movement, body, obligation_id, fate)

    def _register(
        self, movement_id: int, movement: Movement, body: Body, obligation_id: int, fate: Fate
    ) -> None:
        add, at = self._loader.add, fate.columns["submitted_at"]
        registration_id = add(
            Registration,
            movement_id=movement_id,
            agency_id=body.id,
            obligation_id=obligation_id,
            number=f"{self._rng.randint(20, 900)}/ĐK",
            signed_on=vietnam_day(at),
            contents="Tập thể lao động xuất sắc; hoàn thành 100% chỉ tiêu được giao.",
            contact="Văn phòng cơ quan",
            registered_by_id=body.officer_id,
            registered_at=at,
        )
        if "settled_at" in fate.columns:
            for receiver in movement.receivers:
                add(
                    RegistrationReceipt,
                    registration_id=registration_id,
                    receiver_id=receiver.id,
                    received_by_id=receiver.reviewer_id or receiver.officer_id,
                    received_at=fate.columns["settled_at"],
                )

    # -- one obligation ------------------------------------------------------------------------------------

    def _owe(
        self,
        kind: SourceKind,
        source_id: int,
        body: Body,
        receiver: Body,
        due: Occurrence,
        period: str,
        title: str,
        rule: DueRule | None,
        is_request: bool,
    ) -> tuple[int, Fate]:
        add, sketch = self._loader.add, self._sketch
        owed_on = min(due.due_on, max(self._confirmed_on, due.due_on - timedelta(days=ROLL_DAYS)))
        fate = self._teller.tell(
            owed_on=owed_on,
            due_on=due.due_on,
            officer_id=body.officer_id,
            reviewer_id=receiver.reviewer_id,
            paper=kind is not SourceKind.MOVEMENT,
        )
        obligation_id = add(
            Obligation,
            source_kind=kind,
            source_id=source_id,
            plan_id=self._plan_id,
            agency_id=body.id,
            standing_agency_id=sketch.standing.id,
            committee_id=sketch.committee_id,
            receiver_id=receiver.id,
            title=title,
            title_key=self._folded(title),
            words=rule.words if rule else "",
            period=period,
            is_request=is_request,
            owed_on=owed_on,
            nominal_on=due.nominal_on,
            due_on=due.due_on,
            **fate.columns,
        )
        for submission in fate.submissions:
            self._submission(obligation_id, submission)
        if fate.extension:
            add(Extension, obligation_id=obligation_id, **fate.extension)
        self.obligations += 1
        self._waiting += 1
        if fate.is_open:
            self.open += 1
            self.open_of_agency[body.id] += 1
            self.open_of_standing[sketch.standing.id] += 1
            if sketch.committee_id is not None:
                self.open_of_committee[sketch.committee_id] += 1
        return obligation_id, fate

    def _submission(self, obligation_id: int, facts: dict[str, Any]) -> None:
        add = self._loader.add
        self.submissions += 1
        submission_id = add(
            Submission, obligation_id=obligation_id, form_key=f"generated-{self.submissions}", **facts
        )
        if facts["number"] and self._rng.random() < 0.4:
            self._file_id = self._file_id or self._keep_report()
            add(Attachment, submission_id=submission_id, file_id=self._file_id, name="bao-cao.pdf")

    def _keep_report(self) -> int:
        """One file stands for all: what is stored is named by its digest anyway."""
        stored = keep(io.BytesIO(_REPORT_FILE), "application/pdf", self._now)
        db.session.flush()
        return stored.id

    def _folded(self, title: str) -> str:
        if title != getattr(self, "_last_title", None):
            self._last_title, self._last_key = title, fold(title)
        return self._last_key

    def _morning(self, day: date) -> datetime:
        return self._now.replace(
            year=day.year, month=day.month, day=day.day, hour=2, minute=0, second=0, microsecond=0
        )


class _Text:
    """The text of a plan while it grows; each line says where it stands."""

    def __init__(self, title: str):
        self._lines = ["KẾ HOẠCH", title]
        self._end = sum(len(line) + 1 for line in self._lines)

    def line(self, words: str) -> tuple[int, int]:
        start = self._end
        self._lines.append(words)
        self._end += len(words) + 1
        return start, start + len(words)

    def whole(self) -> str:
        return "\n".join(self._lines) + "\n"


def _due(rule: DueRule | None) -> dict[str, Any]:
    """The columns of `DueRuleColumns`."""
    if rule is None:
        return {"due_words": ""}
    return {
        "due_day": rule.day,
        "due_month": rule.month,
        "due_quarter": rule.quarter,
        "due_year": rule.year,
        "due_qualifier": str(rule.qualifier),
        "due_words": rule.words,
    }
