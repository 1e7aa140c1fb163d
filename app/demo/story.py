"""What happened in the demonstration office until today: reports on time and late, returned, extended, missing.

Everything goes through the same operations that people's clicks go through, each at the hour at which it is told to
have happened. Which agency does what is drawn from a fixed seed, so that the same day always shows the same office.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

import sqlalchemy as sa

from app.accounts.models import User
from app.clock import VIETNAM, vietnam_day
from app.deadlines import WorkCalendar
from app.demo.office import Office
from app.demo.report_file import report_file
from app.emulation.awards import nominate
from app.emulation.models import EmulationMovement, NomineeKind
from app.emulation.operations import receive, register
from app.extensions import db
from app.obligations.attachments import Upload
from app.obligations.indicators import indicators_of
from app.obligations.models import Indicator, Obligation, SourceKind, SubmissionKind
from app.obligations.operations import (
    accept,
    ask_extension,
    decide_extension,
    return_submission,
    submit,
    waive,
)
from app.organisations.models import Agency

SEED = 1945
REPORT_TEXT = "Đã thực hiện các nội dung được giao; số liệu tính đến ngày ký."
FILE_DAYS = 5  # reports handed in within these last days have a file to open

# Of a hundred reports whose day has passed, in the order of the draw.
PAST = (
    ("on_time", 64),
    ("late", 9),
    ("nothing", 5),
    ("extended", 5),
    ("returned_then_accepted", 4),
    ("waived", 2),
    ("missing", 11),
)
COMING = (("nothing_yet", 82), ("waiting", 10), ("asks_extension", 4), ("returned", 4))
# The agency whose officer a visitor signs in as shows every case, newest day first.
SHOWN_PAST = ("missing", "late", "extended", "nothing", "returned_then_accepted")
SHOWN_COMING = ("nothing_yet", "returned", "extended", "waiting", "asks_extension")
LONGEST_MISSING = timedelta(days=100)  # older ones were all urged until they came


@dataclass
class Story:
    office: Office
    now: datetime
    calendar: WorkCalendar
    played: set[int]  # obligations that have a scene of their own

    def __post_init__(self) -> None:
        self.today = vietnam_day(self.now)
        self.draw = random.Random(SEED)  # noqa: S311  (a story, not a secret)
        self.forms: dict[tuple[SourceKind, int], list[Indicator]] = {}

    def tell(self) -> None:
        """Let everything happen that has happened until `now`."""
        shown = self.office.agencies["Sở Y tế"]
        past_of: dict[int, int] = {}
        coming_of: dict[int, int] = {}
        for obligation in self._reports():
            if obligation.id in self.played:
                continue
            is_past = obligation.due_on < self.today
            seen = past_of if is_past else coming_of
            turn = seen[obligation.agency_id] = seen.get(obligation.agency_id, -1) + 1
            cases = SHOWN_PAST if is_past else SHOWN_COMING
            if obligation.agency_id == shown.id and turn < len(cases):
                fate = cases[turn]
            else:
                fate = self._drawn(PAST if is_past else COMING)
            if (
                not is_past
                and obligation.due_on > self.today + timedelta(days=45)
                and obligation.agency_id != shown.id
            ):
                fate = "nothing_yet"
            if fate == "missing" and self.today - obligation.due_on > LONGEST_MISSING:
                fate = "late"
            self._happen(obligation, fate)
        for movement in db.session.scalars(sa.select(EmulationMovement)):
            self._registrations(movement)

    def _reports(self) -> list[Obligation]:
        """Past ones newest first, then the coming ones, the nearest first."""
        found = list(
            db.session.scalars(
                sa.select(Obligation)
                .where(Obligation.source_kind != SourceKind.MOVEMENT)
                .order_by(Obligation.due_on, Obligation.id)
            )
        )
        past = [o for o in found if o.due_on < self.today]
        return past[::-1] + [o for o in found if o.due_on >= self.today]

    def _drawn(self, cases: tuple[tuple[str, int], ...]) -> str:
        return self.draw.choices([name for name, _ in cases], [weight for _, weight in cases])[0]

    # -- one obligation -----------------------------------------------------------------------------------

    def _happen(self, obligation: Obligation, fate: str) -> None:
        officer = self.office.officers.get(obligation.agency_id)
        reviewer = self.office.officers.get(obligation.receiver_id, self.office.standing_officer)
        if officer is None or fate in {"missing", "nothing_yet"}:
            return
        act: Callable[[Obligation, User, User], None] = getattr(self, f"_{fate}")
        act(obligation, officer, reviewer)

    def _on_time(self, obligation: Obligation, officer: User, reviewer: User) -> None:
        day = max(obligation.owed_on, obligation.due_on - timedelta(days=self.draw.randint(0, 7)))
        self._submit(obligation, officer, self._at(day))
        self._accept_later(obligation, reviewer, day)

    def _late(self, obligation: Obligation, officer: User, reviewer: User) -> None:
        day = min(
            self.today - timedelta(days=1), obligation.due_on + timedelta(days=self.draw.randint(1, 12))
        )
        self._submit(obligation, officer, self._at(max(day, obligation.due_on + timedelta(days=1))))
        self._accept_later(obligation, reviewer, day)

    def _nothing(self, obligation: Obligation, officer: User, reviewer: User) -> None:
        day = max(obligation.owed_on, obligation.due_on - timedelta(days=2))
        self._submit(obligation, officer, self._at(day), SubmissionKind.NOTHING)
        self._accept_later(obligation, reviewer, day)

    def _extended(self, obligation: Obligation, officer: User, reviewer: User) -> None:
        asked = max(obligation.owed_on, obligation.due_on - timedelta(days=4))
        until = self.calendar.next_working_day(obligation.due_on + timedelta(days=12))
        extension = ask_extension(
            obligation,
            until=until,
            reason="Số liệu của các xã, phường chưa đủ để tổng hợp.",
            actor=officer,
            now=self._at(asked),
        )
        decide_extension(
            extension, granted_until=until, note="", actor=reviewer, now=self._at(asked, hour=15)
        )
        day = min(until - timedelta(days=1), self.today)
        if day > obligation.due_on and day < self.today:
            self._submit(obligation, officer, self._at(day))
            self._accept_later(obligation, reviewer, day)

    def _returned_then_accepted(self, obligation: Obligation, officer: User, reviewer: User) -> None:
        day = max(obligation.owed_on, obligation.due_on - timedelta(days=3))
        self._submit(obligation, officer, self._at(day))
        back = day + timedelta(days=1)
        if back >= self.today:
            return
        until = self.calendar.next_working_day(max(obligation.due_on, back) + timedelta(days=3))
        self._return(obligation, reviewer, self._at(back), until)
        again = back + timedelta(days=1)
        if again < self.today:
            self._submit(obligation, officer, self._at(again))
            self._accept_later(obligation, reviewer, again)

    def _waived(self, obligation: Obligation, officer: User, reviewer: User) -> None:
        day = max(obligation.owed_on, obligation.due_on - timedelta(days=6))
        waive(
            obligation,
            reason="Công văn số 214/UBND-TH: gộp vào báo cáo chung của tỉnh.",
            actor=reviewer,
            now=self._at(day),
        )

    def _waiting(self, obligation: Obligation, officer: User, reviewer: User) -> None:
        if (day := self._before_today(obligation, 1)) is not None:
            self._submit(obligation, officer, self._at(day))

    def _returned(self, obligation: Obligation, officer: User, reviewer: User) -> None:
        if (day := self._before_today(obligation, 3)) is not None:
            self._submit(obligation, officer, self._at(day))
            until = self.calendar.next_working_day(self.today + timedelta(days=5))
            self._return(obligation, reviewer, self._at(day + timedelta(days=1)), until)

    def _asks_extension(self, obligation: Obligation, officer: User, reviewer: User) -> None:
        if (day := self._before_today(obligation, 1)) is not None:
            until = self.calendar.next_working_day(obligation.due_on + timedelta(days=14))
            ask_extension(
                obligation,
                until=until,
                reason="Chờ kết quả rà soát của các thôn, khu phố.",
                actor=officer,
                now=self._at(day),
            )

    # -- the acts themselves ------------------------------------------------------------------------------

    def _submit(
        self,
        obligation: Obligation,
        officer: User,
        at: datetime,
        kind: SubmissionKind = SubmissionKind.REPORT,
    ) -> None:
        day = vietnam_day(at)
        number = f"{self.draw.randint(40, 1900)}/BC-{obligation.agency.symbol_code or 'UBND'}"
        files, figures = [], {}
        if kind is SubmissionKind.REPORT:
            figures = {one.id: self._figure(one) for one in self._asked(obligation)}
        # A file is read through when it is handed in, which takes its time: the newest reports have one.
        if kind is SubmissionKind.REPORT and self.today - day < timedelta(days=FILE_DAYS):
            files = [Upload(f"bao-cao-{number.split('/')[0]}.docx", self._file(obligation, number, day))]
        submit(
            obligation,
            kind=kind,
            number=number,
            signed_on=day,
            text="" if kind is SubmissionKind.NOTHING else REPORT_TEXT,
            files=files,
            figures=figures,
            form_key=f"demo-{obligation.id}-{len(obligation.submissions) + 1}",
            actor=officer,
            now=at,
        )  # fmt: skip

    def _asked(self, obligation: Obligation) -> list[Indicator]:
        """What the form of this report asks for."""
        source = (obligation.source_kind, obligation.source_id)
        if source not in self.forms:
            self.forms[source] = indicators_of(*source)
        return self.forms[source]

    def _figure(self, indicator: Indicator) -> Decimal:
        """A believable value: shares of a hundred near the top, counts in the hundreds."""
        if indicator.maximum is not None:
            return Decimal(self.draw.randint(780, 995)) / 10
        return Decimal(self.draw.randint(120, 2400))

    def _file(self, obligation: Obligation, number: str, day: date) -> object:
        agency = obligation.agency.name
        return report_file(
            agency,
            number,
            day,
            obligation.title,
            [
                f"Thực hiện kế hoạch, {agency} đã phân công đầu mối, tổ chức triển khai và kiểm tra tại cơ sở.",
                f"Trong kỳ đã tổ chức {self.draw.randint(2, 14)} đợt làm việc "
                f"với {self.draw.randint(5, 60)} thôn, khu phố.",
                "Khó khăn: nguồn lực còn hạn chế, một số nội dung cần hướng dẫn thêm.",
            ],
        )

    def _accept_later(self, obligation: Obligation, reviewer: User, day: date) -> None:
        at = self._at(day + timedelta(days=self.draw.randint(1, 4)), hour=14)
        if at < self.now:
            accept(obligation, actor=reviewer, now=at)

    def _return(self, obligation: Obligation, reviewer: User, at: datetime, until: date) -> None:
        reason = "Biểu số liệu chưa có kết quả của ba xã; bổ sung và giải trình phần giảm so với kỳ trước."
        return_submission(obligation, reason=reason, until=until, actor=reviewer, now=at)

    def _before_today(self, obligation: Obligation, days: int) -> date | None:
        """So many days before today, unless the obligation was not owed then."""
        day = self.today - timedelta(days=days)
        return day if obligation.owed_on <= day else None

    def _at(self, day: date, hour: int = 0) -> datetime:
        """An office hour of that day, in any case before now."""
        hour = hour or self.draw.randint(8, 16)
        at = datetime.combine(day, time(hour, self.draw.randint(0, 59)), VIETNAM)
        return min(at, self.now - timedelta(minutes=5))

    # -- emulation ----------------------------------------------------------------------------------------

    def _registrations(self, movement: EmulationMovement) -> None:
        """Most have registered; some are confirmed by one receiver only, some have not registered."""
        started = movement.plan.issued_on or self.today
        for participant in movement.participants:
            officer = self.office.officers.get(participant.agency_id)
            if officer is None or self.draw.random() < 0.2:
                continue
            day = min(self.today - timedelta(days=3), started + timedelta(days=self.draw.randint(8, 25)))
            registration = register(
                movement,
                participant.agency,
                number=f"{self.draw.randint(40, 900)}/ĐK-{participant.agency.symbol_code or 'UBND'}",
                signed_on=day,
                contents="Tập thể: Bằng khen. Hoàn thành 100 % nhiệm vụ được giao, đúng hạn.",
                contact=f"{officer.name}, {officer.position}",
                file=None,
                file_name="",
                actor=officer,
                now=self._at(day),
            )
            for place, receiver in enumerate(movement.receivers):
                if place and self.draw.random() < 0.25:
                    continue  # the second body has not confirmed yet
                clerk = self.office.officers.get(receiver.agency_id)
                if clerk:
                    receive(registration, receiver.agency, actor=clerk, now=self._at(day + timedelta(days=1)))
        self._nominations(movement)

    def _nominations(self, movement: EmulationMovement) -> None:
        """More collectives than places, so that the quota can be seen at work."""
        bodies: list[Agency] = [
            p.agency for p in movement.participants if p.agency_id in self.office.officers
        ]
        for n, body in enumerate(self.draw.sample(bodies, min(10, len(bodies)))):
            kind = NomineeKind.COLLECTIVE if n < 7 else NomineeKind.INDIVIDUAL
            officer = self.office.officers[body.id]
            nominate(
                movement,
                body,
                kind=kind,
                name=body.name if kind is NomineeKind.COLLECTIVE else officer.name,
                achievement="Dẫn đầu về tiến độ; có cách làm được nơi khác học theo.",
                dossier={"proposal": True, "report": True, "minutes": self.draw.random() < 0.7},
                actor=officer,
                now=self._at(self.today - timedelta(days=2)),
            )
