"""A report that leaves the agency through its head: laid before the head, sent or given back.

Until it is sent nothing is handed in: on time is judged by the instant at which the report leaves the agency.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from app.accounts.models import User
from app.audit.operations import record as record_act
from app.errors import Refused
from app.extensions import db
from app.files.models import StoredFile
from app.i18n import _l
from app.obligations import queries, worknotices
from app.obligations.attachments import Upload, keep_all
from app.obligations.models import (
    AgencyPractice,
    Obligation,
    Presentation,
    PresentedFile,
    Submission,
    SubmissionKind,
)
from app.obligations.operations.moves import name_of
from app.obligations.operations.parts import close_over_parts
from app.obligations.operations.submitting import check_ready, submit
from app.organisations.models import Agency


def present(
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
    without: Mapping[int, str] | None = None,
    form_key: str,
    actor: User,
    now: datetime,
) -> Presentation:
    """Lay a report before the agency's head. Takes what `submit` takes, and asks for the same; `without`: parts
    that are closed over when it is sent, as part id → why. The same `form_key` is the same presentation.

    Raises:
        Refused: as `submit`; or another report of this obligation waits for the head already.
    """
    if known := db.session.scalar(sa.select(Presentation).where(Presentation.form_key == form_key)):
        if known.obligation_id != obligation.id:
            raise Refused(_l("Biểu mẫu này đã dùng cho một việc khác. Mở lại trang nộp báo cáo."))
        return known
    if queries.waiting_presentation(obligation) is not None:
        raise Refused(
            _l("Một bản của việc này đang chờ lãnh đạo xác nhận. Rút bản đó về trước khi trình bản khác.")
        )
    figures = dict(figures or {}) if kind is SubmissionKind.REPORT else {}
    stored = [*kept, *keep_all(files, now=now)]
    check_ready(
        obligation,
        kind=kind,
        number=number.strip(),
        signed_on=signed_on,
        text=text.strip(),
        figures=figures,
        file_count=len(stored),
        correcting=bool(correction_reason.strip()),
        now=now,
    )
    if not correction_reason.strip():
        _check_missing(obligation, without or {})
    facts: dict[str, Any] = {
        "kind": str(kind),
        "number": number.strip(),
        "signed_on": signed_on.isoformat() if signed_on else None,
        "text": text.strip(),
        "figures": {str(key): str(value) for key, value in figures.items()},
        "correction_reason": correction_reason.strip(),
        "without": {str(key): reason.strip() for key, reason in (without or {}).items()},
    }
    presentation = Presentation(
        obligation=obligation,
        form_key=form_key,
        facts=facts,
        by=actor,
        at=now,
        files=[PresentedFile(name=name, file=file) for name, file in stored],
    )
    try:
        with db.session.begin_nested():
            db.session.add(presentation)
    except sa.exc.IntegrityError:
        raise Refused(
            _l("Người khác của cơ quan vừa trình một bản của việc này. Tải lại trang để xem bản đó.")
        ) from None
    _record("presentation.made", presentation, actor, now)
    worknotices.notify_to_confirm(presentation, now=now)
    return presentation


def send_presented(presentation: Presentation, *, actor: User, now: datetime) -> Submission:
    """The head's word: the report leaves the agency now, and is handed in by this instant.

    Raises:
        Refused: as `submit`, since things may have changed while it waited; or it was decided already.
    """
    _claim(presentation, True, "", actor, now)
    obligation, facts = presentation.obligation, presentation.facts
    close_over_parts(
        obligation,
        {int(key): reason for key, reason in facts["without"].items()},
        actor=presentation.by,
        now=now,
    )
    submission = submit(
        obligation,
        kind=SubmissionKind(facts["kind"]),
        number=facts["number"],
        signed_on=date.fromisoformat(facts["signed_on"]) if facts["signed_on"] else None,
        text=facts["text"],
        kept=[(file.name, file.file) for file in presentation.files],
        figures={int(key): Decimal(value) for key, value in facts["figures"].items()},
        correction_reason=facts["correction_reason"],
        form_key=presentation.form_key,
        actor=presentation.by,
        confirmed_by=actor,
        now=now,
    )
    _record("presentation.sent", presentation, actor, now, {"version": submission.version})
    return submission


def return_presented(presentation: Presentation, *, reason: str, actor: User, now: datetime) -> None:
    """The head does not send it. Raises Refused: no reason, or decided already."""
    reason = reason.strip()
    if not reason:
        raise Refused(_l("Ghi nội dung cần sửa để người trình biết."))
    _claim(presentation, False, reason, actor, now)
    _record("presentation.given_back", presentation, actor, now, {"reason": reason})
    worknotices.notify_given_back(presentation, now=now)


def take_presentation_back(presentation: Presentation, *, actor: User, now: datetime) -> None:
    """Its author takes it back before the head decided. Raises Refused: decided already."""
    _claim(presentation, False, "", actor, now)
    _record("presentation.taken_back", presentation, actor, now)


def set_head_confirms(agency: Agency, on: bool, *, actor: User, now: datetime) -> None:
    """Let what officers hand in leave through the head, or no longer. What waits goes on waiting for its decision.
    Again does nothing."""
    practice = db.session.get(AgencyPractice, agency.id)
    before = practice is not None and practice.head_confirms
    if before == on:
        return
    if practice is None:
        db.session.add(
            AgencyPractice(agency_id=agency.id, head_confirms=on, changed_at=now, changed_by_id=actor.id)
        )
    else:
        practice.head_confirms, practice.changed_at, practice.changed_by_id = on, now, actor.id
    record_act(
        "agency.practice_changed",
        agency,
        actor=actor,
        now=now,
        name=agency.name,
        before={"head_confirms": before},
        after={"head_confirms": on},
    )


def _check_missing(obligation: Obligation, without: Mapping[int, str]) -> None:
    """Every part that is missing now is named with a reason."""
    for part in queries.blocking_parts([obligation.id]).get(obligation.id, []):
        if not without.get(part.id, "").strip():
            raise Refused(
                _l(
                    "Còn thiếu phần của %(agency)s. Chờ đơn vị gửi, hoặc nêu tên và lý do gửi thiếu.",
                    agency=part.agency.display_name,
                )
            )


def _claim(presentation: Presentation, sent: bool, reason: str, actor: User, now: datetime) -> None:
    """Of two deciders at once one decides."""
    db.session.flush()
    update = (
        sa.update(Presentation)
        .where(Presentation.id == presentation.id, Presentation.decided_at.is_(None))
        .values(decided_at=now, decided_by_id=actor.id, sent=sent, reason=reason)
        .execution_options(synchronize_session=False)
    )
    done = db.session.execute(update).rowcount == 1  # type: ignore[attr-defined]
    db.session.refresh(presentation)
    if not done:
        raise Refused(_l("Bản trình này vừa được quyết định. Tải lại trang để xem."))


def _record(
    act: str, presentation: Presentation, actor: User, now: datetime, after: dict[str, Any] | None = None
) -> None:
    """Inside the agency: recorded without the plan, so that nobody who follows the plan reads it in the trail."""
    record_act(act, presentation, actor=actor, now=now, name=name_of(presentation.obligation), after=after)
