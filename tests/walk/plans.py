"""Plans for the running office, made inside it: one in force, and one that waits to be confirmed."""

from __future__ import annotations

import io
from datetime import timedelta

from app import clock, create_app
from app.accounts.queries import user_by_email
from app.extensions import db
from app.plans import operations
from app.plans.models import Plan
from tests.plans.texts import UNKNOWN_BODY, WHOLE

_REPORTS = "gửi báo cáo 6 tháng trước ngày 15/6 và báo cáo năm trước ngày 15/11 hằng năm về"
_EVERY_MONTH = "gửi báo cáo tháng trước ngày 25 hằng tháng về"


def monthly(number: str, text: str = WHOLE) -> str:
    """The plan of the tests, issued a hundred days ago: a report of every agency for each month."""
    issued = clock.today() - timedelta(days=100)
    return (
        text.replace("61/KH-UBND", number)
        .replace(
            "ngày 02 tháng 3 năm 2026", f"ngày {issued.day:02} tháng {issued.month:02} năm {issued.year}"
        )
        .replace("2026 - 2028", f"{issued.year} - {issued.year + 2}")
        .replace("15/12/2026", f"15/12/{issued.year + 1}")
        .replace(_REPORTS, _EVERY_MONTH)
    )


def take_in(text: str) -> Plan:
    clerk = user_by_email("toan@lamgiang.example")
    assert clerk is not None
    return operations.upload(
        io.BytesIO(text.encode()), "ke-hoach.txt", standing_agency=clerk.agency, actor=clerk, now=clock.now()
    )


def bring_into_force(number: str) -> None:
    with create_app().app_context():
        plan = take_in(monthly(number))
        now = clock.now()
        operations.accept_clear(plan, doubtful=set(), actor=plan.created_by, now=now)
        operations.confirm(plan, actor=plan.created_by, now=now, today=clock.today())
        db.session.commit()


def leave_in_review(*numbers: str) -> None:
    with create_app().app_context():
        for number in numbers:
            take_in(monthly(number))
        take_in(monthly("90/KH-UBND", UNKNOWN_BODY))
        db.session.commit()
