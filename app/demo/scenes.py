"""Moments of the last weeks in the demonstration office that show how people work together on one report: figures
asked for, parts of other agencies, a word at the right time, a suspension, a report that waits for its head.

Each happens through the operation behind its button, at the hour at which it is told to have happened. What has a
scene of its own is left alone by the story.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

import sqlalchemy as sa
from flask import current_app

from app.accounts.absences import note_absence
from app.accounts.models import Role, User
from app.accounts.operations import create_user
from app.assignments.asking import ask_status
from app.assignments.models import Assignment, AssignmentMember, Duty, DutyRole
from app.assignments.operations import acknowledge_plan, note_progress
from app.clock import VIETNAM, vietnam_day
from app.deadlines import Reading, WorkCalendar
from app.demo.office import Office
from app.extensions import db
from app.obligations.indicators import indicators_of, values_of
from app.obligations.models import Accrual, Obligation, SourceKind, SubmissionKind
from app.obligations.operations import submit
from app.obligations.operations.commenting import comment
from app.obligations.operations.correcting import want_correction
from app.obligations.operations.defining import Definition, add_indicator
from app.obligations.operations.drafting import save_draft
from app.obligations.operations.handing_down import hand_down
from app.obligations.operations.parts import ask_parts, file_part
from app.obligations.operations.presenting import present, set_head_confirms
from app.obligations.operations.suspending import suspend
from app.obligations.topics import topic_of
from app.organisations.models import AgencyLevel
from app.organisations.operations.groups import add_group, add_rule
from app.plans.models import Plan
from app.schedules import changing
from app.schedules.models import ReportKind, ReportSchedule

FIGURES = (
    Definition("Hộ nghèo, hộ cận nghèo được hỗ trợ", unit="hộ", accrual=Accrual.YEAR),
    Definition("Người nghèo có thẻ bảo hiểm y tế", unit="người"),
    Definition("Kinh phí đã giải ngân", unit="triệu đồng", decimals=1, accrual=Accrual.PLAN),
    Definition(
        "Tỷ lệ giải ngân", unit="%", target=Decimal(95), decimals=1, minimum=Decimal(0), maximum=Decimal(100)
    ),
)
# Asked for their part of the health department's survey; the first five have sent theirs.
HELPERS = (
    "Bảo hiểm xã hội tỉnh", "Thống kê tỉnh", "Sở Giáo dục và Đào tạo", "Ủy ban nhân dân xã Kim Điền",
    "Ủy ban nhân dân phường Bến Đò", "Ủy ban nhân dân xã Bình Lâm", "Ủy ban nhân dân xã Thạnh Mỹ",
)  # fmt: skip
FILED = 5


def ask_for_figures(plan: Plan, office: Office, now: datetime) -> None:
    """The plan's annual report gets a form of figures, the day after the plan was taken in."""
    annual = db.session.scalars(
        sa.select(ReportSchedule).where(
            ReportSchedule.plan_id == plan.id, ReportSchedule.kind == ReportKind.ANNUAL
        )
    ).one()
    for figure in FIGURES:
        add_indicator(annual, SourceKind.SCHEDULE, figure, actor=office.standing_officer, now=now)


@dataclass
class Scenes:
    office: Office
    now: datetime
    calendar: WorkCalendar
    reading: Reading

    def __post_init__(self) -> None:
        self.today = vietnam_day(self.now)
        self.health = self.office.agencies["Sở Y tế"]
        self.school = self.office.agencies["Sở Giáo dục và Đào tạo"]
        self.hanh = self.office.officers[self.health.id]
        self.clerk = self.office.standing_officer
        self.presented: Obligation | None = None
        self.played: set[int] = set()  # the obligations that have their scene

    def play(self, directive: Plan, yearly: Plan) -> None:
        """What comes before the story: it leaves these obligations alone."""
        self._through_a_body(directive)
        self._one_survey_many_hands()
        self._a_report_half_written()
        self.presented = self._coming(self.school.id)
        self._a_storm()
        self._away()
        self._wards()
        self._how_is_it_going(yearly)

    def take_in_hand(self, plans: Iterable[Plan]) -> None:
        """The plans that came long ago were noted as taken in hand; the newest still waits for that."""
        for plan in plans:
            for officer in (self.clerk, self.hanh):
                acknowledge_plan(plan, actor=officer, now=plan.confirmed_at + timedelta(days=1))

    def play_on(self) -> None:
        """What comes after the story: it needs reports that were accepted, and holds back what comes later."""
        self._corrections()
        self._a_report_before_its_head()

    # -- the scenes ---------------------------------------------------------------------------------------

    def _through_a_body(self, directive: Plan) -> None:
        """The survey goes to the province through the standing agency, which sums it up five working days later."""
        survey = self._survey(directive)
        facts = changing.facts_of(survey) | {
            "receiver_id": self.office.province.id, "via_id": self.office.standing.id, "via_offset": 5,
        }  # fmt: skip
        until = self.today + timedelta(days=current_app.config["ROLL_FORWARD_DAYS"])
        setting = changing.Setting(self.calendar, self.reading, self.today, until)
        changing.change(
            survey,
            facts,
            setting,
            revision=survey.revision,
            seen=None,
            actor=self.clerk,
            now=self._at(-30, 9),
        )
        # What it owes in turn is not handed in before the others have sent theirs.
        self.played |= set(
            db.session.scalars(
                sa.select(Obligation.id).where(
                    Obligation.source_kind == SourceKind.SCHEDULE,
                    Obligation.source_id == survey.id,
                    Obligation.agency_id == self.office.standing.id,
                )
            )
        )

    def _one_survey_many_hands(self) -> None:
        """The head hands the survey down with an inner day; seven agencies are asked for their part."""
        survey = self._coming(self.health.id)
        if survey is None:
            return
        head = db.session.scalars(
            sa.select(User).where(User.agency_id == self.health.id, User.role == Role.HEAD)
        ).one()
        mai = self._join("mai", "Trần Thị Mai", Role.OFFICER, self.health.id, "Chuyên viên")
        topic, inner = topic_of(survey), self._inner_day(survey)
        hand_down(
            topic, officers=[self.hanh, mai], agency_id=self.health.id, deadline=survey.due_on, inner_due_on=inner,
            note="Mai tổng hợp số thẻ bảo hiểm y tế, Hạnh viết báo cáo.", actor=head, now=self._at(-7, 8),
        )  # fmt: skip
        parts = ask_parts(
            survey, [self.office.agencies[name] for name in HELPERS], due_on=inner, actor=self.hanh,
            now=self._at(-6, 9), words="Số người nghèo, cận nghèo đã cấp thẻ bảo hiểm y tế đến hết tháng trước.",
        )  # fmt: skip
        for n, part in enumerate(parts[:FILED]):
            file_part(
                part, text=f"Đã rà soát, có {(n + 3) * 137} người được cấp thẻ, {n + 2} trường hợp chờ bổ sung hồ sơ.",
                form_key=f"demo-part-{n}", actor=self.office.officers[part.agency_id], now=self._at(-1 - n % 3, 10 + n),
            )  # fmt: skip
        says = (
            (self.clerk, False, -5, "@Nguyễn Thị Hạnh số liệu lấy đến hết tháng trước, theo biểu 03."),
            (self.hanh, False, -5, "Đã rõ, sẽ gửi theo biểu 03."),
            (self.hanh, True, -1, "@Trần Thị Mai nhắc giúp hai xã chưa gửi phần của mình."),
        )
        for n, (who, internal, days, text) in enumerate(says):
            comment(
                topic, text=text, internal=internal, agency_id=self.health.id, form_key=f"demo-word-{n}",
                actor=who, now=self._at(days, 14, n * 7),
            )  # fmt: skip
        note_absence(
            mai, first=self.today - timedelta(days=1), last=self.today + timedelta(days=5), deputy=self.hanh,
            note="Tập huấn tại trung ương", actor=mai, now=self._at(-3, 16), today=self.today,
        )  # fmt: skip

    def _a_report_half_written(self) -> None:
        """The report that is late has a draft: its number, and two of its figures."""
        annual = db.session.scalar(
            self._open(self.health.id)
            .where(Obligation.due_on < self.today)
            .order_by(Obligation.due_on.desc(), Obligation.id.desc())
        )
        asked = indicators_of(SourceKind.SCHEDULE, annual.source_id) if annual else []
        if annual is None or len(asked) < 2:
            return
        typed = {
            "kind": "report", "number": "1318/SYT-NV", "signed_on": f"{self.today:%d/%m/%Y}",
            "text": "Đã cấp thẻ bảo hiểm y tế cho toàn bộ người nghèo; đang rà soát người cận nghèo mới phát sinh.",
            f"figure_{asked[0].id}": "1.265", f"figure_{asked[1].id}": "17.965",
        }  # fmt: skip
        save_draft(annual, typed=typed, given={}, actor=self.hanh, now=self.now - timedelta(minutes=40))

    def _corrections(self) -> None:
        """What was accepted turns out wrong: one agency is asked to correct it, another has sent its correction."""
        accepted = sa.select(Obligation).where(
            Obligation.outcome == "accepted",
            Obligation.source_kind == SourceKind.SCHEDULE,
            Obligation.settled_at <= self.now - timedelta(days=3),
            Obligation.receiver_id == self.office.standing.id,
        ).order_by(Obligation.due_on.desc(), Obligation.id)  # fmt: skip
        for name in ("Sở Tài chính", "Sở Tư pháp"):
            agency = self.office.agencies[name]
            report = db.session.scalar(accepted.where(Obligation.agency_id == agency.id).limit(1))
            if report is None:
                continue
            want_correction(
                report,
                reason="Tổng số hộ được hỗ trợ ở biểu 02 lệch với thuyết minh; rà lại và gửi đính chính.",
                until=self.calendar.add_working_days(self.today, 4),
                actor=self.clerk,
                now=self._at(-2, 15),
            )
            if name == "Sở Tư pháp":
                last = report.submissions[-1]
                submit(
                    report, kind=SubmissionKind.REPORT, number=last.number, signed_on=last.signed_on,
                    text="Đã thống nhất lại số hộ theo danh sách phê duyệt cuối kỳ.",
                    figures=values_of([last.id]).get(last.id, {}),
                    correction_reason="Biểu 02 cộng trùng một xã.", form_key="demo-correction",
                    actor=self.office.officers[agency.id], now=self._at(-1, 10),
                )  # fmt: skip

    def _a_report_before_its_head(self) -> None:
        """What this department hands in leaves through its head; one report waits for her."""
        head = self._join("lan", "Vũ Thị Lan", Role.HEAD, self.school.id, "Phó Giám đốc")
        set_head_confirms(self.school, True, actor=head, now=self._at(-20, 9))
        if self.presented is not None:
            present(
                self.presented, kind=SubmissionKind.REPORT, number="1204/SGDĐT-KHTC",
                signed_on=self.today - timedelta(days=1),
                text="Kết quả rà soát học sinh thuộc hộ nghèo, hộ cận nghèo tại các trường; kèm danh sách theo xã.",
                form_key="demo-presented", actor=self.office.officers[self.school.id], now=self._at(-1, 15),
            )  # fmt: skip

    def _a_storm(self) -> None:
        """A commune is let off for some weeks, by a letter."""
        report = self._coming(self.office.agencies["Ủy ban nhân dân xã Sơn Đông"].id)
        if report is not None:
            suspend(
                report, from_on=self.today - timedelta(days=2), until_on=self.today + timedelta(days=18),
                reason="Công văn số 1130/UBND-KT: tạm hoãn để khắc phục thiệt hại do bão.",
                actor=self.clerk, now=self._at(-2, 11),
            )  # fmt: skip

    def _away(self) -> None:
        """The only officer of a ward is away and nobody answers instead: its reminders would reach nobody."""
        officer = self.office.officers[self.office.agencies["Ủy ban nhân dân phường Hòa Bình"].id]
        note_absence(
            officer, first=self.today - timedelta(days=1), last=self.today + timedelta(days=20), deputy=None,
            note="Nghỉ ốm", actor=self.office.administrator, now=self._at(-1, 9), today=self.today,
        )  # fmt: skip

    def _wards(self) -> None:
        """A group that follows from what agencies are, so that new ones join it by themselves."""
        group = add_group("Các cơ quan cấp xã", actor=self.office.administrator, now=self._at(-60, 9))
        add_rule(
            group, kind=None, level=AgencyLevel.COMMUNE, parent=self.office.province,
            actor=self.office.administrator, now=self._at(-60, 9, 5),
        )  # fmt: skip

    def _how_is_it_going(self, plan: Plan) -> None:
        """A duty without a day: the agency has noted how far it is, and is asked once more."""
        duty = db.session.scalar(
            sa.select(Duty)
            .join(Duty.assignment)
            .where(
                Assignment.plan_id == plan.id,
                Duty.role == DutyRole.LEAD,
                Assignment.members.any(AssignmentMember.agency_id == self.health.id),
            )
            .order_by(Duty.id)
            .limit(1)
        )
        if duty is None:
            return
        note_progress(
            duty, text="14 trên 16 trạm y tế đã khám, chữa bệnh bằng thẻ; hai trạm chờ bố trí bác sĩ.",
            actor=self.hanh, now=self._at(-40, 10),
        )  # fmt: skip
        self.played |= {
            owed.id
            for owed in ask_status(
                plan, duty=duty, until=self.calendar.add_working_days(self.today, 8),
                note="Nêu rõ trạm nào chưa khám, chữa bệnh bằng thẻ và khi nào xong.", actor=self.clerk,
                now=self._at(-4, 9), calendar=self.calendar, reading=self.reading,
            )
        }  # fmt: skip

    # -- who and what -------------------------------------------------------------------------------------

    def _coming(self, agency_id: int) -> Obligation | None:
        """The agency's nearest report ahead; from now on it has its scene."""
        found = db.session.scalar(
            self._open(agency_id)
            .where(Obligation.due_on > self.today)
            .order_by(Obligation.due_on, Obligation.id)
        )
        if found is not None:
            self.played.add(found.id)
        return found

    def _open(self, agency_id: int) -> sa.Select[tuple[Obligation]]:
        return sa.select(Obligation).where(
            Obligation.agency_id == agency_id,
            Obligation.source_kind == SourceKind.SCHEDULE,
            Obligation.settled_at.is_(None),
            Obligation.submitted_at.is_(None),
        )

    def _survey(self, directive: Plan) -> ReportSchedule:
        """The report of the directive that falls due in a few days."""
        return db.session.scalars(
            sa.select(ReportSchedule)
            .where(ReportSchedule.plan_id == directive.id)
            .order_by(ReportSchedule.position)
        ).all()[1]

    def _inner_day(self, obligation: Obligation) -> date:
        """The working day before the last, so that there is time to put things together."""
        return max(self.today, self.calendar.add_working_days(obligation.due_on, -1))

    def _join(self, address: str, name: str, role: Role, agency_id: int, position: str) -> User:
        body = next(body for body in self.office.agencies.values() if body.id == agency_id)
        user = create_user(
            f"{address}@lamgiang.example",
            name,
            role,
            body,
            actor=None,
            now=self._at(-300, 9),
            position=position,
        )
        user.password_hash = self.hanh.password_hash
        return user

    def _at(self, days: int, hour: int, minute: int = 0) -> datetime:
        """An office hour so many days from today, in any case before now."""
        at = datetime.combine(self.today + timedelta(days=days), time(hour, minute), VIETNAM)
        return min(at, self.now - timedelta(minutes=5))
