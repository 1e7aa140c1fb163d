"""Handing in: through the operation, where two people and two engines can meet."""

from __future__ import annotations

import threading
from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from app.accounts.models import User
from app.audit.queries import entries_about
from app.errors import Refused, Stale
from app.extensions import db
from app.files.operations import path_of
from app.obligations import rules
from app.obligations.models import Obligation, Outcome, SourceKind, Submission, SubmissionKind
from app.obligations.operations import accept, hand_in, return_submission, submit, withdraw
from app.outbox.models import Message
from tests.cast import Cast
from tests.conftest import both_engines
from tests.make import make_file, make_obligation, make_plan, make_submission


@pytest.fixture
def owed(cast: Cast) -> Obligation:
    obligation = make_obligation(make_plan(cast), cast.health)
    db.session.commit()
    return obligation


def mails() -> list[tuple[str, str]]:
    return sorted(db.session.execute(sa.select(Message.kind, Message.recipient)).tuples())


@both_engines
def test_a_report_is_kept_with_its_files_told_and_receipted(
    cast: Cast, owed: Obligation, now: datetime
) -> None:
    made = make_submission(
        owed, cast.hanh, files=[make_file("báo cáo.pdf"), make_file("bieu.csv", b"xa,ho\nA,3\n")]
    )
    assert (made.version, owed.submitted_at, owed.first_submitted_at) == (1, now, now)
    assert [(a.name, a.file.media_type) for a in made.attachments] == [
        ("báo cáo.pdf", "application/pdf"),
        ("bieu.csv", "text/csv"),
    ]
    assert path_of(made.attachments[0].file).read_bytes().startswith(b"%PDF")
    assert mails() == [
        ("submission-received", "hanh@lamgiang.test"),
        ("submission-to-review", "toan@lamgiang.test"),
    ]
    receipt = db.session.scalar(sa.select(Message).where(Message.kind == "submission-received"))
    assert made.attachments[0].file.sha256 in receipt.body_text
    assert f"/obligations/{owed.id}" in receipt.body_text
    entry = entries_about("obligation", owed.id)[0]
    assert (entry.act, entry.actor_name, entry.after["version"]) == ("submission.made", "Nguyễn Thị Hạnh", 1)


@both_engines
def test_the_same_form_sent_twice_is_one_submission(cast: Cast, owed: Obligation) -> None:
    first = make_submission(owed, cast.hanh, form_key="the-same-form")
    again = make_submission(owed, cast.hanh, form_key="the-same-form")
    assert again is first
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Submission)) == 1
    assert len(mails()) == 2


def test_a_form_of_another_obligation_is_refused(cast: Cast, owed: Obligation) -> None:
    make_submission(owed, cast.hanh, form_key="the-same-form")
    other = make_obligation(owed.plan, cast.health)
    with pytest.raises(Refused):
        make_submission(other, cast.hanh, form_key="the-same-form")


@both_engines
@pytest.mark.parametrize("same_form", [True, False])
def test_of_two_officers_at_once_one_hands_in(
    app: Flask, cast: Cast, owed: Obligation, same_form: bool
) -> None:
    """Both have read that nothing is handed in; the database decides. The same form twice is no conflict."""
    ids = (owed.id, [cast.hanh.id, cast.hanh.id if same_form else cast.dung.id])
    db.session.remove()
    start, results = threading.Barrier(2), []

    def officer(user_id: int, form_key: str) -> None:
        with app.app_context():
            obligation, user = db.session.get_one(Obligation, ids[0]), db.session.get_one(User, user_id)
            start.wait()
            try:
                made = make_submission(obligation, user, form_key=form_key)
                db.session.commit()
                results.append(made.version)
            except Refused as refusal:
                db.session.rollback()
                results.append(str(refusal))

    keys = ["one-form", "one-form" if same_form else "another-form"]
    threads = [threading.Thread(target=officer, args=pair) for pair in zip(ids[1], keys, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Submission)) == 1
    if same_form:
        assert results == [1, 1]
    else:
        assert 1 in results
        refusal = next(result for result in results if result != 1)
        assert "nộp" in refusal


@pytest.mark.parametrize(
    ("facts", "says"),
    [
        ({"number": " "}, "Nhập số văn thư"),
        ({"signed_on": None}, "Nhập ngày ký"),
        ({"signed_on": date(2026, 11, 28)}, "Ngày 28/11/2026 chưa đến"),
        ({"text": " "}, "ít nhất một tệp"),
        ({"text": "x" * 50_001}, "quá 50000 ký tự"),
    ],
)
def test_what_is_missing_is_named(cast: Cast, owed: Obligation, facts: dict[str, object], says: str) -> None:
    with pytest.raises(Refused, match=says):
        make_submission(owed, cast.hanh, **facts)
    assert owed.submitted_at is None


def test_nothing_arose_needs_no_letter(cast: Cast, owed: Obligation, now: datetime) -> None:
    submit(owed, kind=SubmissionKind.NOTHING, form_key="nothing", actor=cast.hanh, now=now)
    accept(owed, actor=cast.toan, now=now)
    assert owed.outcome is Outcome.NOTHING_AROSE


def test_what_waits_or_is_settled_cannot_be_handed_in_again(
    cast: Cast, owed: Obligation, now: datetime
) -> None:
    make_submission(owed, cast.hanh)
    with pytest.raises(Refused, match="đang chờ xác nhận"):
        make_submission(owed, cast.dung)
    accept(owed, actor=cast.toan, now=now)
    with pytest.raises(Refused, match="đã được xác nhận hoàn thành"):
        make_submission(owed, cast.dung)


def test_a_registration_is_handed_in_at_its_movement(cast: Cast, now: datetime) -> None:
    owed = make_obligation(make_plan(cast), cast.health, source_kind=SourceKind.MOVEMENT)
    with pytest.raises(Refused, match="phong trào"):
        make_submission(owed, cast.hanh)
    hand_in(owed, actor=cast.hanh, now=now)
    hand_in(owed, actor=cast.hanh, now=now + timedelta(hours=1))
    assert owed.submitted_at == now
    accept(owed, actor=None, now=now)
    assert owed.outcome is Outcome.ACCEPTED


@both_engines
def test_a_returned_report_keeps_its_first_day_and_comes_back_as_the_next_version(
    cast: Cast, owed: Obligation, now: datetime
) -> None:
    make_submission(owed, cast.hanh)
    return_submission(owed, reason="Thiếu biểu 02.", until=date(2026, 12, 15), actor=cast.toan, now=now)
    assert (owed.submitted_at, owed.first_submitted_at, owed.version) == (None, now, 2)
    later = now + timedelta(days=19)  # 14/12: after the deadline, inside the rework day
    again = make_submission(owed, cast.dung, now=later)
    assert again.version == 2
    accept(owed, actor=cast.toan, now=later)
    assert not rules.completed_late(owed)
    returned = [m for m in mails() if m[0] == "submission-returned"]
    assert [who for _kind, who in returned] == ["dung@lamgiang.test", "hanh@lamgiang.test"]


def test_what_was_withdrawn_never_counts_as_handed_in(cast: Cast, owed: Obligation, now: datetime) -> None:
    first = make_submission(owed, cast.hanh)
    withdraw(owed, actor=cast.hanh, now=now)
    assert (owed.submitted_at, owed.first_submitted_at) == (None, None)
    assert first.withdrawn_at == now
    later = now + timedelta(days=30)
    assert make_submission(owed, cast.hanh, now=later).version == 2
    assert owed.first_submitted_at == later


def test_withdrawing_after_a_return_keeps_the_first_day(cast: Cast, owed: Obligation, now: datetime) -> None:
    make_submission(owed, cast.hanh)
    return_submission(owed, reason="Thiếu.", until=date(2026, 12, 15), actor=cast.toan, now=now)
    make_submission(owed, cast.hanh, now=now + timedelta(days=1))
    withdraw(owed, actor=cast.hanh, now=now + timedelta(days=1))
    assert owed.first_submitted_at == now


def test_accepting_what_was_just_withdrawn_names_who_did(cast: Cast, owed: Obligation, now: datetime) -> None:
    made = make_submission(owed, cast.hanh)
    withdraw(owed, actor=cast.dung, now=now)
    with pytest.raises(Stale, match=r"Võ Quốc Dũng rút lại lúc 09:00"):
        accept(owed, actor=cast.toan, now=now, version=made.version)


@both_engines
def test_accepting_and_returning_at_once_does_one_of_them(
    app: Flask, cast: Cast, owed: Obligation, now: datetime
) -> None:
    make_submission(owed, cast.hanh)
    db.session.commit()
    obligation_id, user_id = owed.id, cast.toan.id
    db.session.remove()
    start, done = threading.Barrier(2), []

    def reviewer(returns: bool) -> None:
        with app.app_context():
            obligation, user = (
                db.session.get_one(Obligation, obligation_id),
                db.session.get_one(User, user_id),
            )
            start.wait()
            try:
                if returns:
                    return_submission(
                        obligation, reason="Thiếu.", until=date(2026, 12, 1), actor=user, now=now, version=1
                    )
                else:
                    accept(obligation, actor=user, now=now, version=1)
                db.session.commit()
                done.append(returns)
            except Stale:
                db.session.rollback()

    threads = [threading.Thread(target=reviewer, args=(returns,)) for returns in (True, False)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(done) == 1
    stored = db.session.get_one(Obligation, obligation_id)
    assert (stored.outcome is None) == done[0]
