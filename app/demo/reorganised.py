"""Tỉnh Lam Giang in 2025: its agencies of February, a plan in progress, and the reorganisation of that spring and
summer, carried out as an administrator would: mergers, a split by subject, a new name, the end of a district.

What became of which department follows the general pattern of that year (Nghị định 45/2025/NĐ-CP and the
provinces' resolutions); the numbers of the decisions are invented, as the province is.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

import sqlalchemy as sa

from app.accounts.models import Role, User
from app.accounts.operations import create_user
from app.assignments.operations import assign
from app.clock import VIETNAM
from app.deadlines import DueRule
from app.extensions import db
from app.obligations.calendar import office_calendar, office_reading
from app.obligations.models import Obligation
from app.organisations.models import Agency, AgencyGroup, AgencyGroupMember, AgencyKind, AgencyLevel
from app.organisations.reorganisations import ChoiceScope, Reorganisation, ReorganisationKind
from app.planreader import fold
from app.plans.models import Plan, PlanState
from app.reorganisations import operations
from app.reorganisations.choices import suggested
from app.reorganisations.holdings import people, plans_touched
from app.schedules.models import ReportKind
from app.schedules.operations import add_schedule, roll_forward

BEFORE = datetime.combine(date(2025, 2, 3), time(9), VIETNAM)
SPRING, SUMMER = date(2025, 3, 1), date(2025, 7, 1)
LABOUR = "Sở Lao động - Thương binh và Xã hội"
FARMING = "Sở Nông nghiệp và Môi trường"
DISTRICT = "Ủy ban nhân dân huyện An Lạc"
DEPARTMENTS = (
    LABOUR, "Sở Nội vụ", "Sở Nông nghiệp và Phát triển nông thôn", "Sở Tài nguyên và Môi trường",
    "Sở Kế hoạch và Đầu tư", "Sở Tài chính", "Sở Giao thông vận tải", "Sở Xây dựng",
    "Sở Thông tin và Truyền thông", "Sở Khoa học và Công nghệ", "Sở Y tế", "Sở Giáo dục và Đào tạo", "Ban Dân tộc",
)  # fmt: skip
COMMUNES = ("Ủy ban nhân dân xã Kim Điền", "Ủy ban nhân dân xã Bình Lâm")
PLANS = (
    ("18/KH-UBND", "Kế hoạch giảm nghèo bền vững năm 2025", (LABOUR, *DEPARTMENTS[2:6], "Sở Y tế", DISTRICT)),
    ("22/KH-UBND", "Kế hoạch giải quyết việc làm năm 2025", (LABOUR, "Sở Tài chính", "Sở Giáo dục và Đào tạo")),
    ("31/KH-UBND", "Kế hoạch hạ tầng nông thôn năm 2025", ("Sở Giao thông vận tải", "Sở Xây dựng", "Ban Dân tộc",
     "Sở Thông tin và Truyền thông", DISTRICT)),
)  # fmt: skip
# kind, decision, those that end, those that take over with their subjects
CHANGES = (
    (ReorganisationKind.MERGE, "11/NQ-HĐND", SPRING,
     ("Sở Nông nghiệp và Phát triển nông thôn", "Sở Tài nguyên và Môi trường"), ((FARMING, ""),)),
    (ReorganisationKind.MERGE, "12/NQ-HĐND", SPRING, ("Sở Kế hoạch và Đầu tư",), (("Sở Tài chính", ""),)),
    (ReorganisationKind.MERGE, "13/NQ-HĐND", SPRING, ("Sở Giao thông vận tải",), (("Sở Xây dựng", ""),)),
    (ReorganisationKind.MERGE, "14/NQ-HĐND", SPRING, ("Sở Thông tin và Truyền thông",),
     (("Sở Khoa học và Công nghệ", ""),)),
    (ReorganisationKind.SPLIT, "15/NQ-HĐND", SPRING, (LABOUR,),
     (("Sở Nội vụ", "lao động, việc làm, người có công"), (FARMING, "giảm nghèo"),
      ("Sở Y tế", "bảo trợ xã hội, trẻ em"), ("Sở Giáo dục và Đào tạo", "giáo dục nghề nghiệp"))),
    (ReorganisationKind.RENAME, "16/NQ-HĐND", SPRING, ("Ban Dân tộc",), (("Sở Dân tộc và Tôn giáo", ""),)),
    (ReorganisationKind.SPLIT, "40/NQ-HĐND", SUMMER, (DISTRICT,),
     ((COMMUNES[0], "địa bàn Kim Điền"), (COMMUNES[1], "địa bàn Bình Lâm"))),
)  # fmt: skip


@dataclass
class Province2025:
    administrator: User
    agencies: dict[str, Agency]
    plans: list[Plan]
    changes: list[Reorganisation] = field(default_factory=list)

    def open_by_agency(self) -> dict[str, int]:
        """What each agency still owes, by name; those that owe nothing are left out."""
        rows = db.session.execute(
            sa.select(Agency.name, sa.func.count())
            .join(Obligation, Obligation.agency_id == Agency.id)
            .where(Obligation.settled_at.is_(None))
            .group_by(Agency.name)
            .order_by(Agency.name)
        )
        return dict(rows.tuples().all())


def found_before(now: datetime = BEFORE) -> Province2025:
    """The province as it was in February 2025, with everything that falls due that year owed. An empty database;
    the caller commits."""
    top = _agency("Ủy ban nhân dân tỉnh Lam Giang", AgencyKind.COMMITTEE, 1)
    agencies = {top.name: top}
    for order, name in enumerate(DEPARTMENTS, 10):
        agencies[name] = _agency(name, AgencyKind.DEPARTMENT, order, parent=top)
    agencies[DISTRICT] = _agency(DISTRICT, AgencyKind.COMMITTEE, 50, level=AgencyLevel.DISTRICT, parent=top)
    for order, name in enumerate(COMMUNES, 60):
        agencies[name] = _agency(
            name, AgencyKind.COMMITTEE, order, level=AgencyLevel.COMMUNE, parent=top, valid_from=SUMMER
        )
    group = AgencyGroup(name="Các sở, ban, ngành tỉnh", name_key=fold("Các sở, ban, ngành tỉnh"))
    group.members = [AgencyGroupMember(agency=agencies[name]) for name in DEPARTMENTS]
    db.session.add(group)
    administrator = create_user(
        "quantri@lamgiang.example", "Đặng Thu Hà", Role.ADMINISTRATOR, top, actor=None, now=now
    )
    for n, name in enumerate([*DEPARTMENTS, DISTRICT]):
        role = Role.STANDING_OFFICER if name == LABOUR else Role.OFFICER
        create_user(
            f"cv{n}@lamgiang.example", f"Chuyên viên {name}", role, agencies[name], actor=None, now=now,
            position="Phụ trách giảm nghèo" if name == LABOUR else "",
        )  # fmt: skip
    db.session.flush()
    province = Province2025(administrator, agencies, [])
    for number, title, assigned in PLANS:
        province.plans.append(_plan(province, number, title, assigned, now))
    return province


def reorganise(province: Province2025) -> None:
    """Carry every change out on its day; where several take over, each plan and person goes by subject, and what no
    subject names to the first. The caller commits."""
    for kind, decision, on, olds, heirs in CHANGES:
        now = datetime.combine(on, time(0, 20), VIETNAM)
        change = operations.prepare(
            kind,
            effective_on=on,
            decision=decision,
            olds=[province.agencies[name] for name in olds],
            heirs=[(province.agencies.get(name), name, subject) for name, subject in heirs],
            form_key=f"demo-2025:{decision}",
            actor=province.administrator,
            now=now,
        )
        if len(heirs) > 1:
            _choose_by_subject(change, province.administrator, now)
        operations.decide(change, actor=province.administrator, now=now)
        for heir in change.heirs:
            province.agencies[heir.agency.name] = heir.agency
        province.changes.append(change)
        roll_forward(date(2025, 12, 31), now=now, calendar=office_calendar(), reading=office_reading())


def _choose_by_subject(change: Reorganisation, actor: User, now: datetime) -> None:
    old = change.olds[0].agency
    chosen: dict[tuple[int, ChoiceScope, int], int | None] = {}
    for plan in plans_touched(old):
        heir = suggested(change.heirs, plan.title) or change.heirs[0]
        chosen[(old.id, ChoiceScope.PLAN, plan.id)] = heir.id
    for user in people(old):
        heir = suggested(change.heirs, user.position) or change.heirs[0]
        chosen[(old.id, ChoiceScope.PERSON, user.id)] = heir.id
    operations.choose(change, chosen, actor=actor, now=now)


def _plan(province: Province2025, number: str, title: str, assigned: tuple[str, ...], now: datetime) -> Plan:
    plan = Plan(
        number=number,
        title=title,
        title_key=fold(f"{number} {title}"),
        issuer="Ủy ban nhân dân tỉnh Lam Giang",
        issued_on=now.date() - timedelta(days=20),
        period_from=2025,
        period_to=2025,
        standing_agency=province.agencies[LABOUR],
        state=PlanState.IN_FORCE,
        created_at=now,
        confirmed_at=now,
    )
    db.session.add(plan)
    db.session.flush()
    for position, name in enumerate(assigned, 1):
        assign(
            plan, agency=province.agencies[name], phrase=name, is_request=False, position=position, now=now
        )
    for position, (kind, month, what) in enumerate(
        ((ReportKind.HALF_YEAR, 6, "Báo cáo 6 tháng"), (ReportKind.ANNUAL, 12, "Báo cáo năm")), 1
    ):
        rule = DueRule(15, month, qualifier="before", words=f"trước ngày 15/{month}")
        add_schedule(
            plan, kind=kind, rule=rule, title=what, receiver=plan.standing_agency, all_assigned=True,
            position=position, now=now,
        )  # fmt: skip
    roll_forward(date(2025, 12, 31), now=now, calendar=office_calendar(), reading=office_reading(), plan=plan)
    return plan


def _agency(name: str, kind: AgencyKind, order: int, **facts: object) -> Agency:
    facts.setdefault("level", AgencyLevel.PROVINCE)
    made = Agency(name=name, name_key=fold(name), kind=kind, protocol_order=order, **facts)
    db.session.add(made)
    db.session.flush()
    return made
