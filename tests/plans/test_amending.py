"""A plan that replaces or amends another: what differs, what moves, what stays, who is told, and taking it back."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa

from app.assignments.models import Duty
from app.emulation.models import EmulationMovement
from app.errors import Refused
from app.extensions import db
from app.obligations.models import Obligation, Outcome, SubmissionKind
from app.obligations.operations import submit
from app.outbox.models import Message
from app.plans import operations
from app.plans.comparison import afterwards, in_review
from app.plans.models import Plan, PlanState
from app.plans.review_page import review_page
from app.plans.views.blueprint import office_setting
from app.schedules.models import ReportSchedule
from tests.conftest import both_engines
from tests.plans.texts import WHOLE

NUMBER = "Số: 61/KH-UBND"
HEAD = WHOLE.replace(NUMBER, "Số: 140/KH-UBND").replace(
    "ngày 02 tháng 3 năm 2026", "ngày 20 tháng 11 năm 2026"
)
# The annual report ten days later, the examination by the end of January, the Front no longer, finance instead.
REPLACING = (
    HEAD.replace("báo cáo năm trước ngày 15/11", "báo cáo năm trước ngày 25/11")
    .replace("trước ngày 15/12/2026", "trước ngày 31/01/2027")
    .replace("3. Đề nghị Ủy ban Mặt trận Tổ quốc Việt Nam tỉnh vận động", "3. Sở Tài chính vận động")
    .replace("không quá 05 tập thể", "không quá 08 tập thể")
    .replace("Trên đây", "Kế hoạch này thay thế Kế hoạch số 61/KH-UBND ngày 02 tháng 3 năm 2026.\n\nTrên đây")
)
# Names one duty of one body, with another day; everything else of the old plan stays.
AMENDING = """ỦY BAN NHÂN DÂN
TỈNH LAM GIANG

Số: 150/KH-UBND

Lam Giang, ngày 20 tháng 11 năm 2026

KẾ HOẠCH

Sửa đổi, bổ sung Kế hoạch số 61/KH-UBND ngày 02 tháng 3 năm 2026 giai đoạn 2026 - 2028

Ủy ban nhân dân tỉnh ban hành kế hoạch như sau:

I. TỔ CHỨC THỰC HIỆN

1. Sở Y tế

- Chủ trì khám sức khỏe cho người già yếu trong các hộ được hỗ trợ, hoàn thành trước ngày 31/01/2027.

2. Sở Tài chính

- Cân đối kinh phí khám sức khỏe.

Trên đây là kế hoạch thực hiện./.
"""


@pytest.fixture
def confirm(take_in, cast, now):
    """Take a text in as a plan that replaces (or amends) another, and confirm it."""

    def confirm(text: str, old: Plan, *, amends: bool = False) -> Plan:
        plan = take_in(text, f"{len(text)}.txt")
        plan.supersedes_id, plan.amends = old.id, amends
        operations.accept_clear(plan, doubtful=set(), actor=cast.toan, now=now)
        operations.confirm(plan, actor=cast.toan, now=now, today=now.date())
        db.session.commit()
        return plan

    return confirm


def owed(**facts) -> list[Obligation]:
    return list(db.session.scalars(sa.select(Obligation).filter_by(**facts).order_by(Obligation.id)))


def as_it_stands() -> list[tuple]:
    return sorted(
        (o.id, o.plan_id, str(o.source_kind), o.source_id, o.period, o.title, o.due_on, str(o.outcome))
        for o in owed()
    )


def occasions(plans: list[Plan]) -> list[tuple]:
    """What is open or done, one by one: the same twice would be something asked for twice."""
    return [
        (o.agency_id, o.title, o.period)
        for o in owed()
        if o.outcome is not Outcome.CANCELLED and o.plan_id in {plan.id for plan in plans}
    ]


@both_engines
def test_a_plan_that_replaces_another_moves_what_lies_ahead_and_keeps_the_past(in_force, confirm, cast, now):
    before = {o.id: (o.agency_id, o.period, o.due_on, o.plan_id) for o in owed()}
    plan = confirm(REPLACING, in_force)
    assert in_force.state is PlanState.CLOSED and plan.state is PlanState.IN_FORCE
    assert all(o.plan_id == in_force.id and o.settled_at is None for o in owed() if o.due_on < now.date())
    (duty,) = [o for o in owed(source_kind="duty") if o.agency_id == cast.health.id]
    assert (duty.plan_id, duty.nominal_on, duty.version) == (plan.id, date(2027, 1, 31), 2)
    assert before[duty.id][2] == date(2026, 12, 14)
    annual = [o for o in owed(agency_id=cast.health.id, period="2027") if o.outcome is None]
    assert [(o.plan_id, o.id in before, o.nominal_on) for o in annual] == [
        (plan.id, True, date(2027, 11, 25))
    ]
    assert len(occasions([in_force, plan])) == len(set(occasions([in_force, plan])))
    # Asked for by both plans on different days of this year: the past one stays, and is not asked for again.
    this_year = owed(agency_id=cast.health.id, period="2026")
    assert [(o.plan_id, o.outcome) for o in this_year] == [(in_force.id, None)]


@both_engines
def test_who_is_dropped_owes_nothing_ahead_and_who_is_new_owes_what_is_asked(in_force, confirm, cast, now):
    plan = confirm(REPLACING, in_force)
    front = owed(agency_id=cast.front.id)
    assert {o.outcome for o in front if o.due_on >= now.date()} == {Outcome.CANCELLED}
    assert {o.settled_reason for o in front if o.outcome} == {
        "Thay bằng Kế hoạch 140/KH-UBND, ngày 20/11/2026."
    }
    assert {o.plan_id for o in owed(agency_id=cast.finance.id)} == {plan.id}


@both_engines
def test_what_was_handed_in_stays_with_the_old_plan_and_is_not_owed_again(in_force, confirm, cast, now):
    next_half = next(o for o in owed(agency_id=cast.health.id, period="2027-H1"))
    submit(
        next_half, kind=SubmissionKind.REPORT, number="12/SYT", signed_on=now.date(), text="Xong", form_key="k1",
        actor=cast.hanh, now=now,
    )  # fmt: skip
    db.session.commit()
    confirm(REPLACING, in_force)
    same = owed(agency_id=cast.health.id, period="2027-H1")
    assert [(o.id, o.plan_id, o.due_on) for o in same] == [(next_half.id, in_force.id, next_half.due_on)]


@both_engines
def test_an_amendment_changes_what_it_names_and_leaves_the_rest(in_force, confirm, cast, now):
    before = {row[0]: row for row in as_it_stands()}
    plan = confirm(AMENDING, in_force, amends=True)
    assert in_force.state is PlanState.IN_FORCE
    changed = [row for row in as_it_stands() if row != before.get(row[0])]
    moved = [row for row in changed if row[0] in before]
    assert [(row[1], row[6]) for row in moved] == [(plan.id, date(2027, 2, 1))]
    ended = list(db.session.scalars(sa.select(Duty).where(Duty.ended_on.is_not(None))))
    assert [duty.text[:18] for duty in ended] == ["Chủ trì khám sức k"]
    # Sở Tài chính is of the plan now: its general reports are asked of it too, under the old plan's schedules.
    finance = owed(agency_id=cast.finance.id)
    assert finance and {o.plan_id for o in finance} == {in_force.id}
    assert not list(
        db.session.scalars(sa.select(ReportSchedule).where(ReportSchedule.closed_on.is_not(None)))
    )


@both_engines
@pytest.mark.parametrize(
    ("text", "amends"), [(REPLACING, False), (AMENDING, True)], ids=["replaces", "amends"]
)
def test_taking_the_confirmation_back_restores_the_old_plan(in_force, confirm, cast, now, text, amends):
    before = as_it_stands()
    (movement,) = db.session.scalars(sa.select(EmulationMovement))
    quotas = (movement.plan_id, movement.quota_collective, len(movement.participants))
    plan = confirm(text, in_force, amends=amends)
    assert as_it_stands() != before
    operations.reopen(plan, actor=cast.toan, now=now)
    db.session.commit()
    assert as_it_stands() == before
    assert (in_force.state, plan.state) == (PlanState.IN_FORCE, PlanState.IN_REVIEW)
    (movement,) = db.session.scalars(sa.select(EmulationMovement))
    assert (movement.plan_id, movement.quota_collective, len(movement.participants)) == quotas
    operations.confirm(plan, actor=cast.toan, now=now, today=now.date())
    assert len(occasions([in_force, plan])) == len(set(occasions([in_force, plan])))


def test_a_movement_goes_on_under_the_new_plan_with_its_new_quota(in_force, confirm):
    (movement,) = db.session.scalars(sa.select(EmulationMovement))
    plan = confirm(REPLACING, in_force)
    (after,) = db.session.scalars(sa.select(EmulationMovement))
    assert (after.id, after.plan_id, after.quota_collective) == (movement.id, plan.id, 8)


def test_each_agency_concerned_gets_one_mail_that_tells_its_own_changes(in_force, confirm, cast):
    confirm(AMENDING, in_force, amends=True)
    mails = list(db.session.scalars(sa.select(Message).where(Message.kind == "plan-amended")))
    by_person = {mail.recipient: mail for mail in mails}
    assert len(by_person) == len(mails)
    assert cast.lan.email not in by_person and cast.mai.email not in by_person
    health = by_person[cast.hanh.email]
    assert health.subject.startswith("Kế hoạch 150/KH-UBND sửa đổi, bổ sung Kế hoạch 61/KH-UBND")
    assert "từ 14/12/2026 thành 01/02/2027" in health.body_text
    assert "Cân đối kinh phí" in by_person[cast.tam.email].body_text
    assert not list(db.session.scalars(sa.select(Message).where(Message.key.startswith("plan-assigned:2:"))))


def test_a_plan_on_which_another_stands_cannot_be_taken_back(in_force, confirm, cast, now):
    confirm(AMENDING, in_force, amends=True)
    with pytest.raises(Refused, match="150/KH-UBND"):
        operations.reopen(in_force, actor=cast.toan, now=now)


def test_a_plan_is_replaced_once(in_force, confirm):
    confirm(REPLACING, in_force)
    with pytest.raises(Refused, match="đã được thay bằng Kế hoạch 140/KH-UBND"):
        confirm(AMENDING, in_force)


def test_the_plan_that_a_text_names_is_proposed_with_its_kind(in_force, take_in):
    replacing, amending = take_in(REPLACING, "1.txt"), take_in(AMENDING, "2.txt")
    assert (replacing.supersedes_id, replacing.amends) == (in_force.id, False)
    assert (amending.supersedes_id, amending.amends) == (in_force.id, True)


def test_a_number_that_the_office_does_not_know_is_said_and_nothing_is_chosen(take_in, client_of, cast):
    plan = take_in(REPLACING)
    assert plan.supersedes_id is None
    page = client_of(cast.toan).get(f"/plans/{plan.id}/review").text
    assert "Kế hoạch số 61/KH-UBND, chưa có trong hệ thống" in page


def test_the_review_page_shows_the_difference_that_confirming_then_makes(
    in_force, take_in, client_of, cast, now
):
    plan, client = take_in(REPLACING), client_of(cast.toan)
    page = client.get(f"/plans/{plan.id}/review").text
    assert "So với Kế hoạch số 61/KH-UBND" in page
    promised = in_review(plan, review_page(plan, office_setting()).outcome, office_setting())
    operations.accept_clear(plan, doubtful=set(), actor=cast.toan, now=now)
    known = {o.id for o in owed()}
    operations.confirm(plan, actor=cast.toan, now=now, today=now.date())
    db.session.commit()
    made = afterwards(plan)
    assert [(p.sort, p.changed, p.item.body) for p in promised.difference.tasks] == [
        (p.sort, p.changed, p.item.body) for p in made.difference.tasks
    ]
    assert [(p.sort, p.changed) for p in promised.difference.reports] == [
        (p.sort, p.changed) for p in made.difference.reports
    ]
    assert promised.days == made.days and promised.counts["moved"] == made.counts["moved"] > 0
    assert promised.counts["ended"] == made.counts["ended"] > 0
    assert promised.counts["stayed"] == made.counts["stayed"] > 0
    assert promised.counts["new"] == made.counts["new"] == sum(o.id not in known for o in owed()) > 0
    answer = client.get(f"/plans/{plan.id}/difference")
    assert answer.status_code == 200 and "31/01/2027" in answer.text
    assert "Được thay bằng" in client.get(f"/plans/{in_force.id}").text
    assert client_of(cast.outsider).get(f"/plans/{plan.id}/difference").status_code == 404
