"""Parts of supporting agencies: asked for, filed, returned, called off, closed over by name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

import sqlalchemy as sa

from app.access import refuse_if
from app.accounts.models import User
from app.audit.operations import record as record_act
from app.clock import vietnam_day
from app.errors import Refused
from app.extensions import db
from app.i18n import _l
from app.obligations import queries, rules, worknotices, workrules
from app.obligations.attachments import Upload, keep_all
from app.obligations.models import Obligation, Part, PartFile, PartFiling
from app.obligations.operations.moves import record
from app.organisations.models import Agency

_MAX_TEXT = 50_000


def ask_parts(
    obligation: Obligation,
    agencies: Iterable[Agency],
    *,
    due_on: date,
    words: str,
    actor: User,
    now: datetime,
) -> list[Part]:
    """Ask these agencies for their part by an inner day of the lead. Who was asked already is asked by the new day;
    what was called off or closed over is asked for again. Parts that are filed stay as they are.

    Raises:
        Refused: it is handed in or settled, nobody is named, the lead itself is, or the day cannot be.
    """
    refuse_if(workrules.why_not_ask_parts(obligation))
    today = vietnam_day(now)
    if rules.is_suspended(obligation, today):
        raise Refused(_l("Việc này đang tạm hoãn nên chưa lấy phần phối hợp."))
    refuse_if(workrules.why_not_inner_day(due_on, rules.day_that_counts(obligation), today))
    asked = list({agency.id: agency for agency in agencies}.values())
    if not asked:
        raise Refused(_l("Chọn ít nhất một đơn vị phối hợp."))
    if any(agency.id == obligation.agency_id for agency in asked):
        raise Refused(
            _l(
                "Cơ quan chủ trì không gửi phần cho chính mình. Bỏ chọn %(name)s.",
                name=obligation.agency.name,
            )
        )
    words = words.strip()[: workrules.MAX_NOTE]
    known = {part.agency_id: part for part in queries.parts_of(obligation)}
    made = []
    for agency in asked:
        part = known.get(agency.id)
        if part is not None and part.filed_at is not None and part.called_off_at is None:
            continue
        if part is None:
            part = Part(obligation=obligation, agency=agency, due_on=due_on, asked_by=actor, asked_at=now)
            db.session.add(part)
        elif part.blocks and (part.due_on, part.words) == (due_on, words):
            continue  # the same, asked twice
        part.asked_by, part.asked_at, part.due_on, part.words = actor, now, due_on, words
        part.called_off_at = part.closed_at = part.closed_by_id = part.closed_reason = None
        made.append(part)
    db.session.flush()
    if made:
        _start(obligation, now)
        record(
            "part.asked",
            obligation,
            actor=actor,
            now=now,
            after={"agencies": [part.agency.display_name for part in made], "due_on": due_on.isoformat()},
        )
    for part in made:
        worknotices.notify_part_asked(part, now=now)
    return made


def file_part(
    part: Part, *, text: str, files: Sequence[Upload] = (), form_key: str, actor: User, now: datetime
) -> PartFiling:
    """Send the agency's part to the lead; again sends a newer version. The same `form_key` is the same filing.

    Raises:
        Refused: neither text nor file, no longer wanted, or the report has left. FileRefused: as for reports.
    """
    if known := db.session.scalar(sa.select(PartFiling).where(PartFiling.form_key == form_key)):
        if known.part_id != part.id:
            raise Refused(_l("Biểu mẫu này đã dùng cho một phần khác. Mở lại trang gửi phần phối hợp."))
        return known
    refuse_if(workrules.why_not_file_part(part))
    text = text.strip()
    if not text and not files:
        raise Refused(_l("Nhập nội dung phần phối hợp hoặc kèm ít nhất một tệp."))
    if len(text) > _MAX_TEXT:
        raise Refused(_l("Nội dung dài quá %(n)s ký tự. Chuyển phần chi tiết vào tệp kèm theo.", n=_MAX_TEXT))
    kept = keep_all(files, now=now)
    filing = PartFiling(
        version=len(part.filings) + 1,
        form_key=form_key,
        text=text,
        filed_by=actor,
        filed_at=now,
        files=[PartFile(name=name, file=stored) for name, stored in kept],
    )
    part.filings.append(filing)
    part.filed_at = now
    part.closed_at = part.closed_by_id = part.closed_reason = None  # it did come, before the report left
    db.session.flush()
    _record_part(
        "part.filed", part, actor, now, {"version": filing.version, "files": [f.sha256 for _n, f in kept]}
    )
    worknotices.notify_part_filed(filing, now=now)
    return filing


def return_part(part: Part, *, reason: str, due_on: date, actor: User, now: datetime) -> None:
    """Give a part back with a reason and another inner day.

    Raises:
        Refused: nothing is filed, no reason, or a day that cannot be.
    """
    refuse_if(workrules.why_not_return_part(part))
    reason = reason.strip()
    if not reason:
        raise Refused(_l("Ghi rõ nội dung cần bổ sung để đơn vị biết phải sửa gì."))
    refuse_if(workrules.why_not_inner_day(due_on, rules.day_that_counts(part.obligation), vietnam_day(now)))
    filing = part.newest
    assert filing is not None
    filing.returned_at, filing.return_reason = now, reason
    part.filed_at, part.returned_at, part.return_reason, part.due_on = None, now, reason, due_on
    _record_part("part.returned", part, actor, now, {"reason": reason, "until": due_on.isoformat()})
    worknotices.notify_part_returned(part, now=now)


def call_off_part(part: Part, *, actor: User, now: datetime) -> None:
    """The lead no longer asks for it; the agency is told. Again does nothing."""
    refuse_if(workrules.why_not_ask_parts(part.obligation))
    if part.called_off_at is not None:
        return
    part.called_off_at = now
    _record_part("part.called_off", part, actor, now, {})
    worknotices.notify_part_called_off(part, now=now)


def close_over_parts(
    obligation: Obligation, reasons: Mapping[int, str], *, actor: User, now: datetime
) -> list[Part]:
    """Let the report leave without these parts: part id → why. What has come in meanwhile is not closed over.

    Raises:
        Refused: a reason is missing.
    """
    closed = []
    for part in queries.blocking_parts([obligation.id]).get(obligation.id, []):
        if part.id not in reasons:
            continue
        reason = reasons[part.id].strip()
        if not reason:
            raise Refused(
                _l("Ghi lý do gửi báo cáo khi thiếu phần của %(agency)s.", agency=part.agency.display_name)
            )
        part.closed_at, part.closed_by_id, part.closed_reason = now, actor.id, reason
        closed.append(part)
    db.session.flush()
    for part in closed:
        record(
            "part.closed_over",
            obligation,
            actor=actor,
            now=now,
            after={"agency": part.agency.display_name, "reason": part.closed_reason},
        )
    return closed


def why_parts_missing(obligation: Obligation) -> object:
    """In the way of handing in: parts that were asked for and neither came nor were closed over by name."""
    if obligation.id is None:
        return None
    missing = queries.blocking_parts([obligation.id]).get(obligation.id)
    if not missing:
        return None
    names = ", ".join(part.agency.display_name for part in missing)
    return _l("Còn thiếu phần của: %(names)s. Chờ đơn vị gửi, hoặc nêu tên và lý do gửi thiếu.", names=names)


def hand_over_part(part: Part, agency: Agency) -> None:
    """The agency that was asked has ended: its successor answers, unless it was asked or leads itself."""
    own = queries.part_of(part.obligation_id, agency.id)
    if own is not None or agency.id == part.obligation.agency_id:
        part.called_off_at = part.called_off_at or part.asked_at
    else:
        part.agency = agency


def _start(obligation: Obligation, now: datetime) -> None:
    """Whoever asks others for their parts is at work."""
    if obligation.started_at is None:
        obligation.started_at = now


def _record_part(act: str, part: Part, actor: User, now: datetime, after: dict[str, object]) -> None:
    """Between two agencies: recorded without the plan, so that whoever follows it does not read it in the trail."""
    record_act(
        act,
        part,
        actor=actor,
        now=now,
        name=f"{part.obligation.title} ({part.agency.display_name})",
        after=after,
    )
