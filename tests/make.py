"""Small makers with valid defaults: say only what the test is about. Shared by all tests."""

from __future__ import annotations

import io
import itertools
from datetime import date, datetime
from typing import Any

from app.accounts.models import User
from app.deadlines import DueRule
from app.extensions import db
from app.obligations.attachments import Upload
from app.obligations.models import Indicator, Obligation, SourceKind, Submission, SubmissionKind
from app.obligations.operations import submit
from app.obligations.operations.defining import Definition, add_indicator
from app.organisations.models import Agency
from app.planreader import fold
from app.plans.models import Plan, PlanState
from app.schedules.models import ReportKind, ReportSchedule
from app.schedules.operations import add_schedule
from tests.cast import NOW, TODAY, Cast

_numbers = itertools.count(1)


def make_plan(cast: Cast, **facts: Any) -> Plan:
    """A plan in force of the cast's standing agency, issued on 12/05/2026 for 2026 to 2030."""
    number = facts.setdefault("number", f"{next(_numbers) + 100}/KH-UBND")
    title = facts.setdefault("title", "Kế hoạch giảm nghèo bền vững")
    plan = Plan(
        title_key=fold(f"{number} {title}"),
        issuer="Ủy ban nhân dân tỉnh Lam Giang",
        **{
            "issued_on": date(2026, 5, 12),
            "period_from": 2026,
            "period_to": 2030,
            "standing_agency": cast.standing,
            "committee": cast.committee,
            "state": PlanState.IN_FORCE,
            "created_by": cast.toan,
            "created_at": NOW,
            "confirmed_by": cast.toan,
            "confirmed_at": NOW,
            **facts,
        },
    )
    db.session.add(plan)
    db.session.flush()
    return plan


def make_schedule(plan: Plan, **facts: Any) -> ReportSchedule:
    """A yearly report «trước ngày 10/12» of everybody assigned, to the standing agency."""
    facts.setdefault("kind", ReportKind.ANNUAL)
    facts.setdefault("rule", DueRule(10, 12, qualifier="before", words="trước ngày 10/12"))
    facts.setdefault("title", "Báo cáo năm về giảm nghèo")
    facts.setdefault("receiver", plan.standing_agency)
    facts.setdefault("position", next(_numbers))
    facts.setdefault("now", NOW)
    return add_schedule(plan, **facts)


def make_obligation(plan: Plan, agency: Agency, **facts: Any) -> Obligation:
    """Something that `agency` owes under `plan`; `due_on` is 09/12/2026 unless said."""
    due_on = facts.pop("due_on", date(2026, 12, 9))
    obligation = Obligation(
        plan=plan,
        agency=agency,
        standing_agency_id=plan.standing_agency_id,
        committee_id=plan.committee_id,
        due_on=due_on,
        **{
            "source_kind": SourceKind.SCHEDULE,
            "source_id": next(_numbers) + 100_000,
            "receiver": plan.standing_agency,
            "title": "Báo cáo năm 2026 về giảm nghèo",
            "words": "trước ngày 10/12",
            "period": "2026",
            "owed_on": min(TODAY, due_on),
            "nominal_on": due_on,
            "is_request": False,
            "version": 1,
            **facts,
        },
    )
    db.session.add(obligation)
    db.session.flush()
    return obligation


def make_submission(obligation: Obligation, actor: User, *, now: datetime = NOW, **facts: Any) -> Submission:
    """The obligation handed in as a complete report."""
    facts.setdefault("kind", SubmissionKind.REPORT)
    facts.setdefault("number", "1318/SYT-NV")
    facts.setdefault("signed_on", now.date())
    facts.setdefault("text", "Toàn tỉnh còn 4.180 hộ nghèo.")
    facts.setdefault("form_key", f"form-{next(_numbers)}")
    return submit(obligation, actor=actor, now=now, **facts)


def make_file(name: str = "bao-cao.pdf", data: bytes = b"%PDF-1.7\nbao cao\n%%EOF\n") -> Upload:
    return Upload(name, io.BytesIO(data))


def make_indicator(
    schedule: ReportSchedule, actor: User, name: str = "Số hộ nghèo cuối kỳ", **facts: Any
) -> Indicator:
    """A whole number in households that every report under the schedule must give."""
    facts.setdefault("unit", "hộ")
    return add_indicator(schedule, SourceKind.SCHEDULE, Definition(name, **facts), actor=actor, now=NOW)
