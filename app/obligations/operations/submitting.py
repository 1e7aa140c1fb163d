"""Handing in, and taking back before anybody has decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal

import sqlalchemy as sa

from app.access import refuse_if
from app.accounts.models import User
from app.clock import vietnam_day
from app.errors import Refused, Stale
from app.extensions import db
from app.files.models import StoredFile
from app.i18n import _l
from app.obligations import corrections, notifications, queries, rules
from app.obligations.attachments import MAX_FILES, FileRefused, Upload, keep_all
from app.obligations.figures import why_not_value
from app.obligations.indicators import indicators_of
from app.obligations.models import Attachment, IndicatorValue, Obligation, Submission, SubmissionKind
from app.obligations.operations.correcting import move_to_corrected, withdraw_correction
from app.obligations.operations.drafting import discard
from app.obligations.operations.leaving import why_not_leave
from app.obligations.operations.moves import move, record

MAX_TEXT = 50_000


def submit(
    obligation: Obligation,
    *,
    kind: SubmissionKind,
    number: str = "",
    signed_on: date | None = None,
    text: str = "",
    files: Sequence[Upload] = (),
    kept: Sequence[tuple[str, StoredFile]] = (),
    figures: Mapping[int, Decimal] | None = None,
    correction_reason: str = "",
    form_key: str,
    actor: User,
    now: datetime,
    confirmed_by: User | None = None,
) -> Submission:
    """Hand in the next version. The same `form_key` again returns the submission that it made.

    A report needs its official number, the day it was signed, a text, a file or figures, and every figure that its
    form requires (`figures`: indicator id → value); «không phát sinh» needs nothing of it. `kept` are files of the
    draft: (name, stored file). The draft goes with the submission. What was accepted is corrected: a version with
    a `correction_reason` that leaves outcome and lateness as they are. `confirmed_by` is the head who sends it,
    where the agency's reports leave through its head (`present`).

    Raises:
        Refused: it may not be handed in now, or something is missing or not accepted.
        Stale: somebody else of the agency was faster.
    """
    if known := queries.submission_by_form(form_key):
        return _same_form(known, obligation)
    number, text, reason = number.strip(), text.strip(), correction_reason.strip()
    correcting = bool(reason)
    figures = dict(figures or {}) if kind is SubmissionKind.REPORT else {}
    check_ready(
        obligation,
        kind=kind,
        number=number,
        signed_on=signed_on,
        text=text,
        figures=figures,
        file_count=len(files) + len(kept),
        correcting=correcting,
        now=now,
    )
    refuse_if(why_not_leave(obligation, actor, confirmed_by, correcting=correcting))
    attachments = [*kept, *keep_all(files, now=now)]
    if len(attachments) > MAX_FILES:
        raise FileRefused(_l("Nộp tối đa %(n)s tệp một lần. Gộp hoặc nén bớt rồi nộp lại.", n=MAX_FILES))
    try:
        if correcting:
            move_to_corrected(obligation, now=now)
        else:
            _move_to_submitted(obligation, now=now)
    except Stale:
        if known := queries.submission_by_form(form_key):  # the same form, sent twice at once
            return _same_form(known, obligation)
        raise
    submission = Submission(
        obligation=obligation,
        version=_last_version(obligation) + 1,
        kind=kind,
        form_key=form_key,
        number=number,
        signed_on=signed_on,
        text=text,
        correction_reason=reason if correcting else None,
        submitted_by=actor,
        confirmed_by=confirmed_by,
        submitted_at=now,
        attachments=[Attachment(name=name, file=stored) for name, stored in attachments],
        values=[IndicatorValue(indicator_id=key, value=value) for key, value in figures.items()],
    )
    db.session.add(submission)
    db.session.flush()
    discard(obligation)
    after = {
        "version": submission.version,
        "kind": str(kind),
        "number": number,
        "signed_on": signed_on.isoformat() if signed_on else None,
        "files": [stored.sha256 for _name, stored in attachments],
    }
    if figures:
        after["figures"] = {str(key): str(value) for key, value in figures.items()}
    if correcting:
        after["reason"] = reason
    record(
        "correction.made" if correcting else "submission.made", obligation, actor=actor, now=now, after=after
    )
    notifications.notify_received(submission, now=now)
    notifications.notify_to_review(submission, now=now)
    return submission


def check_ready(
    obligation: Obligation,
    *,
    kind: SubmissionKind,
    number: str,
    signed_on: date | None,
    text: str,
    figures: Mapping[int, Decimal],
    file_count: int,
    correcting: bool,
    now: datetime,
) -> None:
    """Raise Refused where it may not be handed in now, or something that it must have is missing or not allowed."""
    today = vietnam_day(now)
    refuse_if(corrections.why_not_correct(obligation) if correcting else rules.why_not_submit(obligation))
    refuse_if(rules.why_suspended(obligation, today))
    has_content = bool(text or file_count or figures)
    refuse_if(_why_incomplete(kind, number, signed_on, text, has_content, today))
    if kind is SubmissionKind.REPORT:
        _check_figures(obligation, figures)


def _move_to_submitted(obligation: Obligation, *, now: datetime) -> None:
    move(
        obligation,
        Obligation.submitted_at.is_(None),
        Obligation.settled_at.is_(None),
        now=now,
        submitted_at=now,
        first_submitted_at=sa.func.coalesce(Obligation.first_submitted_at, sa.literal(now, _instant())),
    )


def _check_figures(obligation: Obligation, figures: Mapping[int, Decimal]) -> None:
    """Every figure that the form requires, and none that it does not ask for or allow."""
    asked = {one.id: one for one in indicators_of(obligation.source_kind, obligation.source_id)}
    for indicator in asked.values():
        if indicator.required and indicator.id not in figures:
            raise Refused(_l("Nhập số liệu của chỉ tiêu «%(name)s».", name=indicator.name))
    for indicator_id, value in figures.items():
        if indicator_id not in asked:
            raise Refused(_l("Biểu số liệu vừa thay đổi. Tải lại trang để xem biểu mới."))
        refuse_if(why_not_value(value, asked[indicator_id]))


def withdraw(obligation: Obligation, *, actor: User, now: datetime) -> Submission:
    """Take the waiting version back. It stays in the history; its day no longer counts as handed in.

    Raises:
        Refused: nothing waits, or it is settled. Stale: it was decided in this moment.
    """
    if obligation.correction_at is not None:
        return withdraw_correction(obligation, actor=actor, now=now)
    refuse_if(rules.why_not_withdraw(obligation))
    submission = queries.waiting_submission(obligation)
    if submission is None:
        raise Refused(_l("Việc này không có bản nộp để rút lại."))
    earlier = [s.submitted_at for s in queries.submissions_of(obligation) if s.returned_at is not None]
    move(
        obligation,
        Obligation.submitted_at == obligation.submitted_at,
        Obligation.settled_at.is_(None),
        now=now,
        submitted_at=None,
        first_submitted_at=min(earlier, default=None),
    )
    submission.withdrawn_at = now
    record("submission.withdrawn", obligation, actor=actor, now=now, before={"version": submission.version})
    return submission


def hand_in(obligation: Obligation, *, actor: User, now: datetime) -> None:
    """Note that what is owed was handed in elsewhere: a registration has its own page and its own papers.

    Again does nothing. `accept` settles it once all receivers have it.
    """
    if obligation.submitted_at is not None or rules.is_settled(obligation):
        return
    move(
        obligation,
        Obligation.submitted_at.is_(None),
        Obligation.settled_at.is_(None),
        now=now,
        submitted_at=now,
        first_submitted_at=sa.func.coalesce(Obligation.first_submitted_at, sa.literal(now, _instant())),
    )
    record("submission.made", obligation, actor=actor, now=now)


def _why_incomplete(
    kind: SubmissionKind, number: str, signed_on: date | None, text: str, has_content: bool, today: date
) -> object:
    if len(text) > MAX_TEXT:
        return _l("Nội dung dài quá %(n)s ký tự. Chuyển phần chi tiết vào tệp kèm theo.", n=MAX_TEXT)
    if signed_on is not None and signed_on > today:
        return _l("Ngày %(day)s chưa đến. Kiểm tra lại ngày.", day=f"{signed_on:%d/%m/%Y}")
    if kind is SubmissionKind.NOTHING:
        return None
    if not number:
        return _l("Nhập số văn thư đã cấp, thí dụ 1318/SYT-NV.")
    if signed_on is None:
        return _l("Nhập ngày ký văn bản, thí dụ 25/11/2026.")
    if not has_content:
        return _l("Nhập nội dung báo cáo hoặc kèm ít nhất một tệp.")
    return None


def _same_form(known: Submission, obligation: Obligation) -> Submission:
    if known.obligation_id != obligation.id:
        raise Refused(_l("Biểu mẫu này đã dùng cho một việc khác. Mở lại trang nộp báo cáo."))
    return known


def _last_version(obligation: Obligation) -> int:
    query = sa.select(sa.func.max(Submission.version)).where(Submission.obligation_id == obligation.id)
    return db.session.scalar(query) or 0


def _instant() -> sa.types.TypeEngine[datetime]:
    return Obligation.first_submitted_at.type
