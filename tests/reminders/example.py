"""The digests that snapshots and pictures show: the office of the cast on Wednesday 25/11/2026, 07:30."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime

import sqlalchemy as sa

from app.deadlines import DueRule
from app.emulation.models import EmulationMovement, MovementReceiver
from app.extensions import db
from app.obligations.models import Obligation, Part, SourceKind
from app.obligations.operations import return_submission
from app.organisations.models import Agency
from app.outbox.models import Message
from app.plans.models import Plan
from app.reminders.jobs import plan_reminders
from app.reminders.models import Audience
from app.reminders.operations import add_rule
from app.reminders.planning import Rule
from tests.cast import Cast
from tests.make import make_obligation, make_plan, make_schedule, make_submission
from tests.reminders.conftest import WHOLE_OFFICE, keep_steps

AT = datetime(2026, 11, 25, 0, 30, tzinfo=UTC)  # 07:30 in Vietnam


def example(cast: Cast, language: str = "vi") -> Iterator[tuple[str, Message, datetime]]:
    """Name, queued digest and instant: an officer's, the standing agency's, a requested body's, a supporting
    agency's."""
    keep_steps()
    for reader in (cast.hanh, cast.toan, cast.lan, cast.tam):
        reader.language = language
    for days in (-7, -3):
        add_rule(WHOLE_OFFICE, Rule(days, Audience.OFFICERS), actor=cast.ha, now=AT)
    poverty = make_plan(cast, number="48/KH-UBND", issued_on=date(2026, 2, 24))
    nutrition = make_plan(cast, number="118/KH-UBND", issued_on=date(2026, 5, 12))
    emulation = make_plan(cast, number="57/KH-UBND", issued_on=date(2026, 3, 3))
    _report(
        poverty,
        cast.health,
        "Báo cáo năm 2026 về giảm nghèo bền vững",
        16,
        11,
        "by",
        "chậm nhất ngày 16 tháng 11",
    )
    for agency in cast.communes[:2]:
        _report(
            poverty,
            agency,
            "Báo cáo năm 2026 về giảm nghèo bền vững",
            16,
            11,
            "by",
            "chậm nhất ngày 16 tháng 11",
        )
    children = "Báo cáo cải thiện dinh dưỡng trẻ em năm 2026"
    returned = _report(nutrition, cast.health, children, 15, 11, "before", "trước ngày 15 tháng 11")
    make_submission(returned, cast.hanh, now=datetime(2026, 11, 13, 3, 0, tzinfo=UTC))
    return_submission(
        returned, reason="biểu 02 chưa có số liệu của 3 xã.", until=date(2026, 11, 26), actor=cast.toan,
        now=datetime(2026, 11, 23, 3, 0, tzinfo=UTC),
    )  # fmt: skip
    returned.extended_to, returned.version = date(2026, 11, 30), 3
    _registration(emulation, cast)
    asked = DueRule(1, 12, qualifier="before", words="trước ngày 01 tháng 12")
    make_obligation(
        poverty, cast.front, title="Giám sát việc thực hiện chính sách giảm nghèo", is_request=True,
        source_kind=SourceKind.DUTY, words=asked.words, nominal_on=date(2026, 12, 1), due_on=date(2026, 11, 30),
    )  # fmt: skip
    _part(returned, cast)
    db.session.commit()
    plan_reminders(AT)
    for name, person in (
        ("officer", cast.hanh),
        ("standing-agency", cast.toan),
        ("requested-body", cast.lan),
        ("supporting-agency", cast.tam),
    ):
        message = db.session.scalars(
            sa.select(Message).where(Message.user_id == person.id, Message.kind == "reminder-digest")
        ).one()
        yield name, message, AT


def _report(
    plan: Plan, agency: Agency, title: str, day: int, month: int, qualifier: str, words: str
) -> Obligation:
    rule = DueRule(day, month, qualifier=qualifier, words=words)
    schedule = make_schedule(plan, rule=rule, title=title, reporters=[])
    # Before 15/11/2026 is Saturday the 14th, so it runs until Monday; by 16/11/2026 is that Monday itself.
    return make_obligation(
        plan, agency, source_id=schedule.id, title=title, words=words, nominal_on=date(2026, month, day),
        due_on=date(2026, 11, 16), owed_on=date(2026, 5, 12),
    )  # fmt: skip


def _part(obligation: Obligation, cast: Cast) -> None:
    """What the lead waits for from another agency, within the days that it was given."""
    part = Part(
        obligation_id=obligation.id, agency_id=cast.finance.id, asked_by_id=cast.hanh.id, asked_at=AT,
        due_on=date(2026, 11, 26), words="Số liệu kinh phí đã giải ngân của 3 xã.",
    )  # fmt: skip
    db.session.add(part)


def _registration(plan: Plan, cast: Cast) -> None:
    rule = DueRule(5, 12, qualifier="before", words="trước ngày 05 tháng 12")
    movement = EmulationMovement(
        plan=plan,
        title="Chung tay vì người nghèo",
        receivers=[
            MovementReceiver(agency=cast.standing, position=0),
            MovementReceiver(agency=cast.home_affairs, position=1),
        ],
    )
    movement.due_rule = rule
    db.session.add(movement)
    db.session.flush()
    make_obligation(
        plan, cast.health, source_kind=SourceKind.MOVEMENT, source_id=movement.id, words=rule.words,
        title="Đăng ký thi đua «Chung tay vì người nghèo» năm 2027", nominal_on=date(2026, 12, 5),
        due_on=date(2026, 12, 4),
    )  # fmt: skip
