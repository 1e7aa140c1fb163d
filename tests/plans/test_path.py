"""The whole path: a document is uploaded, reviewed, confirmed; agencies owe what it asks; it can be taken back."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date

import pytest
import sqlalchemy as sa

from app.assignments.models import Assignment
from app.audit.models import AuditEntry
from app.emulation.models import EmulationMovement
from app.extensions import db
from app.obligations.models import Obligation, SourceKind, SubmissionKind
from app.obligations.operations import submit
from app.outbox.models import Message, MessageState
from app.plans import operations
from app.plans.models import Decision, Plan, PlanState
from app.plans.preview import preview
from app.plans.views.blueprint import office_setting
from tests.conftest import both_engines
from tests.plans.conftest import draft_named
from tests.plans.texts import WHOLE, WITHOUT_DAY


def obligations() -> list[Obligation]:
    return list(db.session.scalars(sa.select(Obligation).order_by(Obligation.due_on, Obligation.id)))


@both_engines
def test_an_uploaded_plan_becomes_what_agencies_owe(client_of, cast):
    client = client_of(cast.toan)
    answer = client.post("/plans/upload", data={"file": (io.BytesIO(WHOLE.encode()), "ke-hoach.txt")})
    plan = db.session.scalars(sa.select(Plan)).one()
    assert answer.location == f"/plans/{plan.id}/review"
    assert (plan.number, plan.issued_on) == ("61/KH-UBND", date(2026, 3, 2))
    assert (plan.period_from, plan.period_to, plan.state) == (2026, 2028, PlanState.IN_REVIEW)
    assert client.get(f"/plans/{plan.id}/review").status_code == 200
    assert client.post(f"/plans/{plan.id}/accept-clear").status_code == 302
    assert {draft.decision for draft in plan.drafts} == {Decision.ACCEPTED}
    page = client.get(f"/plans/{plan.id}/review").text
    seen = page.partition('name="seen" value="')[2].partition('"')[0]
    assert "31</b> nghĩa vụ sẽ phát sinh cho" in page
    answer = client.post(f"/plans/{plan.id}/confirm", data={"seen": seen})
    assert answer.location == f"/plans/{plan.id}"
    assert (plan.state, plan.confirmed_by) == (PlanState.IN_FORCE, cast.toan)
    owed = obligations()
    # Reports of five agencies in 2026 and 2027 (400 days ahead), and the one dated duty.
    assert sum(o.source_kind is SourceKind.SCHEDULE for o in owed) == 20
    (duty,) = [o for o in owed if o.source_kind is SourceKind.DUTY]
    assert (duty.agency, duty.nominal_on, duty.due_on) == (
        cast.health,
        date(2026, 12, 15),
        date(2026, 12, 14),
    )
    assert {o.receiver for o in owed} == {cast.standing}
    assert {o.agency for o in owed if o.is_request} == {cast.front}
    assert cast.construction not in {o.agency for o in owed}


def test_confirming_counts_what_the_preview_promised(in_review, cast, now, app):
    setting = office_setting()
    until = date(2029, 12, 31)
    promised = preview(in_review, in_review.drafts, replace(setting, until=until))
    app.config["ROLL_FORWARD_DAYS"] = (until - setting.today).days
    operations.accept_clear(in_review, doubtful=set(), actor=cast.toan, now=now)
    made = operations.confirm(in_review, actor=cast.toan, now=now, today=setting.today)
    assert made == promised.total == len(obligations())
    assert promised.agencies == len({o.agency_id for o in obligations()})
    assert promised.past == sum(o.due_on < setting.today for o in obligations())
    per_year = {year: sum(o.due_on.year == year for o in obligations()) for year in promised.per_year}
    assert promised.per_year == per_year


def test_a_movement_is_read_with_both_receivers_and_its_quotas(in_force):
    (movement,) = db.session.scalars(sa.select(EmulationMovement))
    assert [r.agency.name for r in movement.receivers] == ["Sở Nông nghiệp và Môi trường", "Sở Nội vụ"]
    assert (movement.quota_collective, movement.quota_individual) == (5, 5)
    assert {p.agency.name for p in movement.participants} >= {"Sở Y tế", "Ủy ban nhân dân xã Kim Điền"}


def test_each_assigned_agency_is_told_what_it_got_and_what_is_due_first(in_force, cast):
    mails = {
        m.recipient: m for m in db.session.scalars(sa.select(Message).where(Message.kind == "plan-assigned"))
    }
    assert cast.hanh.email in mails and cast.outsider.email not in mails and cast.tam.email not in mails
    mail = mails[cast.hanh.email]
    assert mail.subject == "Kế hoạch 61/KH-UBND giao Sở Y tế 2 nhiệm vụ, hạn đầu 14/12/2026"
    assert "trước ngày 15/12/2026" in mail.body_text and "Sở Nông nghiệp và Môi trường" in mail.body_text
    assert f"http://dunghan.test/plans/{in_force.id}" in mail.body_text
    assert mails[cast.lan.email].subject.startswith("Kế hoạch 61/KH-UBND đề nghị Ủy ban MTTQ tỉnh phối hợp")


def test_confirming_twice_makes_nothing_twice(in_force, client_of, cast):
    before = len(obligations())
    answer = client_of(cast.toan).post(
        f"/plans/{in_force.id}/confirm", data={"seen": ""}, follow_redirects=True
    )
    assert "Kế hoạch đã được xác nhận" in answer.text
    assert len(obligations()) == before


@both_engines
def test_a_failure_in_the_middle_leaves_nothing(in_review, cast, now, monkeypatch):
    operations.accept_clear(in_review, doubtful=set(), actor=cast.toan, now=now)
    db.session.commit()

    def fail(*_args, **_kwargs):
        raise RuntimeError("the machine stops here")

    monkeypatch.setattr("app.plans.operations.confirming.roll_forward", fail)
    with pytest.raises(RuntimeError):
        operations.confirm(in_review, actor=cast.toan, now=now, today=now.date())
    db.session.rollback()
    assert in_review.state is PlanState.IN_REVIEW
    for table in (Obligation, Assignment, EmulationMovement):
        assert db.session.scalar(sa.select(sa.func.count()).select_from(table)) == 0
    assert not db.session.scalars(sa.select(Message)).all()
    assert not db.session.scalars(sa.select(AuditEntry).where(AuditEntry.act == "plan.confirmed")).all()


@both_engines
def test_a_confirmation_can_be_taken_back_until_something_is_handed_in(in_force, client_of, cast, now):
    client = client_of(cast.toan)
    assert client.post(f"/plans/{in_force.id}/reopen").status_code == 302
    assert in_force.state is PlanState.IN_REVIEW and not obligations()
    assert not db.session.scalars(sa.select(Assignment)).all()
    assert {m.state for m in db.session.scalars(sa.select(Message))} == {MessageState.CANCELLED}
    assert {draft.decision for draft in in_force.drafts} == {Decision.ACCEPTED}
    made = operations.confirm(in_force, actor=cast.toan, now=now, today=now.date())
    assert made == len(obligations()) > 0  # nothing of the first time stands in the way
    due = next(o for o in obligations() if o.agency_id == cast.health.id)
    submit(
        due, kind=SubmissionKind.REPORT, number="12/SYT", signed_on=now.date(), text="Xong", form_key="k1",
        actor=cast.hanh, now=now,
    )  # fmt: skip
    db.session.commit()
    answer = client.post(f"/plans/{in_force.id}/reopen")
    assert answer.status_code == 409 and "Đã có cơ quan nộp báo cáo" in answer.text
    assert in_force.state is PlanState.IN_FORCE


def test_a_plan_without_a_day_of_issue_asks_for_it_and_then_confirms(take_in, client_of, cast, now):
    plan = take_in(WITHOUT_DAY)
    client = client_of(cast.toan)
    page = client.get(f"/plans/{plan.id}/review").text
    assert "Nhập ngày ban hành của kế hoạch" in page and plan.issued_on is None
    client.post(
        f"/plans/{plan.id}/head",
        data={
            "revision": plan.revision, "number": "61/KH-UBND", "issued_on": "2026-03-02", "title": plan.title,
            "issuer": plan.issuer, "period_from": "2026", "period_to": "2028",
            "standing_agency": cast.standing.id, "committee": cast.committee.id, "supersedes": 0,
        },
    )  # fmt: skip
    assert (plan.issued_on, plan.committee) == (date(2026, 3, 2), cast.committee)
    operations.accept_clear(plan, doubtful=set(), actor=cast.toan, now=now)
    assert operations.confirm(plan, actor=cast.toan, now=now, today=now.date()) > 0
    assert {o.committee_id for o in obligations()} == {cast.committee.id}


def test_a_plan_without_any_date_confirms_as_duties_without_a_day(take_in, cast, now):
    text = WHOLE.replace(", hoàn thành trước ngày 15/12/2026", "")
    text = text.replace(" trước ngày 15/6 và báo cáo năm trước ngày 15/11 hằng năm", "")
    plan = take_in(text)
    operations.accept_clear(plan, doubtful=set(), actor=cast.toan, now=now)
    for draft in plan.drafts:
        if draft.decision is Decision.PENDING:
            operations.decide_draft(
                draft, Decision.DROPPED, revision=draft.revision, actor=cast.toan, now=now
            )
    assert operations.confirm(plan, actor=cast.toan, now=now, today=now.date()) == 0
    assert plan.state is PlanState.IN_FORCE
    duties = [duty for a in db.session.scalars(sa.select(Assignment)) for duty in a.duties]
    assert len(duties) == 5 and all(duty.due_rule is None for duty in duties)


def test_closing_cancels_what_lies_ahead_and_keeps_what_is_late(in_force, client_of, cast, now):
    client_of(cast.toan).post(
        f"/plans/{in_force.id}/close",
        data={"revision": in_force.revision, "reason": "Chuyển sang kế hoạch mới."},
    )
    assert in_force.state is PlanState.CLOSED
    late = [o for o in obligations() if o.due_on < now.date()]
    assert late and all(o.settled_at is None for o in late)
    assert all(o.outcome == "cancelled" for o in obligations() if o.due_on > now.date())


def test_dropping_takes_a_reading_away_and_the_file_can_come_again(in_review, client_of, cast, take_in):
    plan_id = in_review.id
    client_of(cast.toan).post(f"/plans/{plan_id}/drop")
    assert db.session.get(Plan, plan_id) is None
    assert take_in().drafts


def test_a_plan_in_force_cannot_be_dropped(in_force, client_of, cast):
    assert client_of(cast.toan).post(f"/plans/{in_force.id}/drop").status_code == 409
    assert db.session.get(Plan, in_force.id)


def test_the_duty_that_a_report_schedule_asks_for_is_owed_once(take_in, cast, now):
    """A report that stands inside a duty is a schedule; the duty itself owes nothing beside it."""
    report = "a) Tổng hợp, báo cáo năm trước ngày 10/12 hằng năm về Sở Nội vụ."
    text = WHOLE.replace("a) Chủ trì khám", f"{report}\n\nb) Chủ trì khám")
    plan = take_in(text)
    health = draft_named(plan, "Sở Y tế")
    reports = [d.content["due"] for d in plan.drafts if d.kind == "report" and d.content["due"]["day"] == 10]
    dated = [duty["due"] for duty in health.content["duties"] if duty["due"] and duty["due"]["day"] == 10]
    assert len(reports) + len(dated) == 1
