"""Later days, waivers and cancellations. Today is 25/11/2026, the deadline 09/12/2026."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa

from app.clock import vietnam_day
from app.errors import Refused, Stale
from app.extensions import db
from app.obligations import rules
from app.obligations.models import Obligation, Outcome
from app.obligations.operations import accept, acknowledge, ask_extension, cancel, decide_extension, waive
from app.obligations.outcomes import Result, result_of
from app.obligations.queries import extensions_of
from app.outbox.models import Message
from tests.cast import Cast
from tests.make import make_obligation, make_plan, make_submission


@pytest.fixture
def owed(cast: Cast) -> Obligation:
    return make_obligation(make_plan(cast), cast.health)


def ask(owed: Obligation, cast: Cast, now: datetime, until: date = date(2026, 12, 20)) -> object:
    return ask_extension(owed, until=until, reason="Chờ số liệu.", actor=cast.hanh, now=now)


def test_a_granted_day_moves_the_deadline_and_keeps_the_plans_day(
    cast: Cast, owed: Obligation, now: datetime
) -> None:
    extension = ask(owed, cast, now)
    assert owed.extension_asked_until == date(2026, 12, 20)
    decide_extension(extension, granted_until=date(2026, 12, 18), actor=cast.toan, now=now)
    assert (owed.due_on, owed.deadline_on, owed.version) == (date(2026, 12, 9), date(2026, 12, 18), 2)
    assert owed.extension_asked_until is None
    kinds = db.session.execute(sa.select(Message.kind, Message.recipient).order_by(Message.id)).tuples().all()
    assert kinds == [("extension-asked", "toan@lamgiang.test"), ("extension-decided", "hanh@lamgiang.test")]


def test_a_refusal_needs_a_reason_and_leaves_the_day(cast: Cast, owed: Obligation, now: datetime) -> None:
    extension = ask(owed, cast, now)
    with pytest.raises(Refused, match="lý do"):
        decide_extension(extension, granted_until=None, actor=cast.toan, now=now)
    decide_extension(extension, granted_until=None, note="Đã gia hạn chung.", actor=cast.toan, now=now)
    assert (owed.deadline_on, owed.version) == (date(2026, 12, 9), 1)
    ask(owed, cast, now, date(2026, 12, 22))  # another may follow


def test_a_second_request_waits_for_the_first(cast: Cast, owed: Obligation, now: datetime) -> None:
    ask(owed, cast, now)
    with pytest.raises(Refused, match="chưa có quyết định"):
        ask(owed, cast, now)


def test_a_decision_is_made_once(cast: Cast, owed: Obligation, now: datetime) -> None:
    extension = ask(owed, cast, now)
    decide_extension(extension, granted_until=date(2026, 12, 18), actor=cast.toan, now=now)
    with pytest.raises(Stale, match="Lê Văn Toàn vừa đồng ý"):
        decide_extension(extension, granted_until=date(2026, 12, 30), actor=cast.toan, now=now)


@pytest.mark.parametrize("until", [date(2026, 12, 9), date(2026, 11, 30)])
def test_a_day_that_is_no_later_is_refused(cast: Cast, owed: Obligation, now: datetime, until: date) -> None:
    with pytest.raises(Refused, match="phải sau hạn hiện nay, 09/12/2026"):
        ask(owed, cast, now, until)


def test_asking_after_the_day_is_allowed_and_marked(cast: Cast, now: datetime) -> None:
    owed = make_obligation(make_plan(cast), cast.health, due_on=date(2026, 11, 16))
    assert ask(owed, cast, now).asked_late
    with pytest.raises(Refused, match="đã qua"):
        make_late = make_obligation(owed.plan, cast.health, due_on=date(2026, 11, 10))
        ask(make_late, cast, now, date(2026, 11, 20))


def test_what_is_handed_in_needs_no_extension(cast: Cast, owed: Obligation, now: datetime) -> None:
    make_submission(owed, cast.hanh)
    with pytest.raises(Refused, match="Đã nộp"):
        ask(owed, cast, now)


def test_a_waiver_needs_its_basis_and_is_told(cast: Cast, owed: Obligation, now: datetime) -> None:
    with pytest.raises(Refused, match="Ghi căn cứ"):
        waive(owed, reason=" ", actor=cast.toan, now=now)
    waive(owed, reason="Công văn 215/UBND-KT.", actor=cast.toan, now=now)
    assert (owed.outcome, owed.settled_reason) == (Outcome.WAIVED, "Công văn 215/UBND-KT.")
    assert db.session.scalars(sa.select(Message.recipient)).all() == [
        "hanh@lamgiang.test",
        "dung@lamgiang.test",
    ]
    with pytest.raises(Refused, match="đã được miễn"):
        cancel(owed, reason="Bỏ.", actor=cast.toan, now=now)


def test_acknowledging_is_noted_once(cast: Cast, owed: Obligation, now: datetime) -> None:
    acknowledge(owed, actor=cast.hanh, now=now)
    acknowledge(owed, actor=cast.dung, now=now.replace(year=2027))
    assert owed.acknowledged_at == now


def test_an_extension_of_what_is_settled_cannot_be_decided(
    cast: Cast, owed: Obligation, now: datetime
) -> None:
    extension = ask(owed, cast, now)
    cancel(owed, reason="Kế hoạch mới.", actor=cast.toan, now=now)
    with pytest.raises(Refused):
        decide_extension(extension, granted_until=date(2026, 12, 18), actor=cast.toan, now=now)
    assert rules.why_settled(owed)


def test_several_extensions_count_the_newest_and_the_plans_day_is_still_measured(
    cast: Cast, owed: Obligation, now: datetime
) -> None:
    """Two granted days and a refused one: late by none of them, twelve days after the plan's own."""
    for days, granted in ((5, True), (9, False), (15, True)):
        until = owed.due_on + timedelta(days=days)
        asked = ask_extension(owed, until=until, reason="Chờ số liệu", actor=cast.hanh, now=now)
        decide_extension(
            asked, granted_until=until if granted else None, note="Đã xem", actor=cast.toan, now=now
        )
    late = now + timedelta(days=(owed.due_on - vietnam_day(now)).days + 12)
    make_submission(owed, cast.hanh, now=late)
    accept(owed, actor=cast.toan, now=late)
    assert [one.granted_until is not None for one in extensions_of(owed)] == [True, False, True]
    assert (rules.days_late(owed, late.date()), rules.days_late_by_plan(owed, late.date())) == (0, 12)
    assert result_of(owed, late.date()) is Result.BY_EXTENSION
