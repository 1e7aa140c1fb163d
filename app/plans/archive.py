"""A whole plan as files that can be read without the system: for handing over to an archive (Luật Lưu trữ 2024).

The entries are made one after the other while the zip is sent; a batch of obligations is all that memory holds.
"""

from __future__ import annotations

import csv
import io
import itertools
import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from app.accounts.models import User
from app.assignments.models import Assignment, Duty, ProgressNote
from app.audit.models import AuditEntry
from app.audit.operations import record
from app.audit.queries import sentence
from app.clock import vietnam_day
from app.deadlines import phrase_of
from app.emulation.models import EmulationMovement, Nomination, Registration
from app.extensions import db
from app.files.operations import path_of
from app.files.zipping import Entry, safe_name
from app.i18n import instant
from app.obligations.figures import write_figure
from app.obligations.models import (
    Attachment,
    Extension,
    IndicatorValue,
    Obligation,
    Outcome,
    Part,
    PartFiling,
    Submission,
)
from app.obligations.rules import days_late, days_late_by_plan
from app.outbox.models import Message
from app.plans.archive_page import Row, page
from app.plans.models import Plan
from app.plans.operations.turns import called

BATCH = 200
OUTCOMES = {
    Outcome.ACCEPTED: "hoàn thành",
    Outcome.NOTHING_AROSE: "không phát sinh",
    Outcome.WAIVED: "được miễn",
    Outcome.CANCELLED: "bãi bỏ",
}


def record_taken(plan: Plan, *, actor: User | None, now: datetime) -> None:
    record("plan.archived", plan, actor=actor, now=now, name=called(plan), plan_id=plan.id)


def file_name(plan: Plan) -> str:
    number = "".join(c if c.isalnum() else "-" for c in plan.number or "").strip("-")
    return f"ho-so-ke-hoach-{number or plan.id}.zip"


def entries(plan_id: int, *, now: datetime) -> Iterator[Entry]:
    """Everything of a plan: its document and text, duties, reports with their files, mails, the record, the index."""
    plan = db.session.get_one(Plan, plan_id)
    today = vietnam_day(now)
    files: list[tuple[str, str]] = []

    def entry(name: str, content: Any, about: str) -> Entry:
        files.append((name, about))
        return Entry(name, content)

    if plan.source is not None:
        original = f"ke-hoach/{safe_name(plan.source.file_name)}"
        yield entry(original, path_of(plan.source.file), "Văn bản kế hoạch, đúng như tệp đã đưa vào")
        yield entry("ke-hoach/loi-van.txt", plan.source.text.encode(), "Lời văn đã đọc từ văn bản")
    yield entry("phan-cong.csv", _csv(_DUTIES, _duties(plan_id)), "Ai làm gì, phối hợp với ai, đến khi nào")
    yield entry("tien-do.csv", _csv(_NOTES, _notes(plan_id)), "Tình hình thực hiện nhiệm vụ")
    yield entry(
        "nghia-vu.csv", _csv(_OBLIGATIONS, _rows(plan_id, today)), "Mọi nghĩa vụ: hạn, ngày nộp, kết quả"
    )
    for batch in _batches(plan_id):
        yield from _papers(batch)
    yield from _registrations(plan_id, entry)
    yield entry("gia-han.csv", _csv(_EXTENSIONS, _extensions(plan_id)), "Các lần xin và quyết định gia hạn")
    yield entry("thu.csv", _csv(_MAILS, _mails(plan_id)), "Thư nhắc và thư báo về các nghĩa vụ")
    yield entry("nhat-ky.csv", _csv(_AUDIT, _audit(plan_id)), "Nhật ký: ai làm gì, lúc nào, trước và sau")
    yield Entry("index.html", page(plan, files, _listed(plan_id, today), now=now))


# -- tables ---------------------------------------------------------------------------------------------------

_DUTIES = (
    "Mục",
    "Cơ quan (lời văn)",
    "Các cơ quan",
    "Đề nghị",
    "Vai trò",
    "Nhiệm vụ",
    "Phối hợp",
    "Hạn (lời văn)",
)
_NOTES = ("Nhiệm vụ", "Cơ quan", "Lúc", "Nội dung")
_OBLIGATIONS = (
    "Mã", "Loại", "Cơ quan", "Tên việc", "Kỳ", "Lời văn", "Ngày nêu", "Hạn theo kế hoạch", "Gia hạn đến",
    "Nộp lần đầu", "Nộp lần cuối", "Kết quả", "Kết thúc", "Quá hạn (ngày)", "Quá hạn so với kế hoạch (ngày)",
    "Căn cứ", "Nơi nhận", "Đề nghị", "Thư mục",
)  # fmt: skip
_EXTENSIONS = (
    "Mã nghĩa vụ",
    "Xin đến",
    "Lý do",
    "Xin lúc",
    "Xin muộn",
    "Quyết định lúc",
    "Đồng ý đến",
    "Ý kiến",
)
_MAILS = ("Mã nghĩa vụ", "Gửi tới", "Địa chỉ", "Tiêu đề", "Tạo lúc", "Gửi lúc", "Tình trạng", "Nội dung")
_AUDIT = ("Lúc", "Ai", "Việc", "Mã việc", "Trước", "Sau")


def _csv(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    """Comma-separated, with the mark by which spreadsheets know UTF-8; no cell can become a formula."""
    yield "\ufeff".encode()
    for row in itertools.chain([head], rows):
        text = io.StringIO()
        csv.writer(text, lineterminator="\r\n").writerow([_cell(value) for value in row])
        yield text.getvalue().encode()


def _cell(value: Any) -> Any:
    match value:
        case None:
            return ""
        case bool():
            return "Có" if value else "Không"
        case datetime():
            return instant(value)
        case date():
            return f"{value:%d/%m/%Y}"
        case str() if value[:1] in ("=", "+", "-", "@", "\t", "\r"):
            return "'" + value
        case _:
            return value


def _duties(plan_id: int) -> Iterator[Sequence[Any]]:
    query = (
        sa.select(Assignment)
        .where(Assignment.plan_id == plan_id)
        .order_by(Assignment.position, Assignment.id)
        .options(
            selectinload(Assignment.duties).selectinload(Duty.supports), selectinload(Assignment.members)
        )
    )
    for assignment in db.session.scalars(query):
        members = "; ".join(member.agency.name for member in assignment.members)
        for duty in assignment.duties:
            supports = "; ".join(s.agency.name if s.agency else s.phrase for s in duty.supports)
            role = "chủ trì" if duty.role.value == "lead" else "phối hợp"
            yield (
                assignment.section, assignment.phrase, members, assignment.is_request, role, duty.text, supports,
                duty.due_words,
            )  # fmt: skip


def _notes(plan_id: int) -> Iterator[Sequence[Any]]:
    query = (
        sa.select(ProgressNote)
        .join(ProgressNote.duty)
        .join(Duty.assignment)
        .where(Assignment.plan_id == plan_id)
        .order_by(ProgressNote.at, ProgressNote.id)
        .options(joinedload(ProgressNote.duty), joinedload(ProgressNote.agency))
    )
    for note in db.session.scalars(query):
        yield note.duty.text, note.agency.name, note.at, note.text


def _rows(plan_id: int, today: date) -> Iterator[Sequence[Any]]:
    for batch in _batches(plan_id):
        for o in batch:
            yield (
                o.id, str(o.source_kind), o.agency.name, o.title, phrase_of(o.period) or o.period, o.words,
                o.nominal_on, o.due_on, o.extended_to, o.first_submitted_at, o.submitted_at, result_of(o),
                o.settled_at, days_late(o, today), days_late_by_plan(o, today), o.settled_reason, o.receiver.name,
                o.is_request, folder_of(o) if o.first_submitted_at else "",
            )  # fmt: skip


def _extensions(plan_id: int) -> Iterator[Sequence[Any]]:
    query = sa.select(Extension).join(Extension.obligation).where(Obligation.plan_id == plan_id)
    for e in db.session.scalars(query.order_by(Extension.asked_at, Extension.id)):
        yield (
            e.obligation_id, e.asked_until, e.reason, e.asked_at, e.asked_late, e.decided_at, e.granted_until,
            e.decision_note,
        )  # fmt: skip


def _mails(plan_id: int) -> Iterator[Sequence[Any]]:
    """Notices about single obligations; a digest speaks of many plans and belongs to none."""
    owed = sa.select(Obligation.id).where(Obligation.plan_id == plan_id)
    query = sa.select(Message).where(Message.obligation_id.in_(owed)).order_by(Message.id)
    for m in db.session.scalars(query.execution_options(yield_per=BATCH)):
        yield (
            m.obligation_id, m.recipient_name, m.recipient, m.subject, m.created_at, m.sent_at, str(m.state),
            m.body_text,
        )  # fmt: skip


def _audit(plan_id: int) -> Iterator[Sequence[Any]]:
    query = sa.select(AuditEntry).where(AuditEntry.plan_id == plan_id).order_by(AuditEntry.id)
    for e in db.session.scalars(query.execution_options(yield_per=BATCH)):
        told = [json.dumps(facts, ensure_ascii=False) if facts else "" for facts in (e.before, e.after)]
        yield e.at, e.actor_name or "Đúng Hạn", sentence(e), e.act, *told


def _listed(plan_id: int, today: date) -> Iterator[Row]:
    for batch in _batches(plan_id):
        for o in batch:
            late = days_late(o, today)
            result = f"{result_of(o)}, quá hạn {late} ngày" if late else result_of(o)
            yield Row(
                o.agency.name, o.title, o.deadline_on, result, folder_of(o) if o.first_submitted_at else ""
            )


def result_of(obligation: Obligation) -> str:
    if obligation.outcome is not None:
        return OUTCOMES[obligation.outcome]
    return "chờ xác nhận" if obligation.submitted_at else "chưa nộp"


# -- reports and their files ----------------------------------------------------------------------------------


def folder_of(obligation: Obligation) -> str:
    name = f"{obligation.id:06d}. {obligation.agency.display_name}, {phrase_of(obligation.period) or obligation.period}"
    return f"bao-cao/{safe_name(name)}"


def _batches(plan_id: int) -> Iterator[list[Obligation]]:
    after = 0
    while True:
        batch = list(
            db.session.scalars(
                sa.select(Obligation)
                .where(Obligation.plan_id == plan_id, Obligation.id > after)
                .order_by(Obligation.id)
                .limit(BATCH)
                .options(joinedload(Obligation.agency), joinedload(Obligation.receiver))
            )
        )
        if not batch:
            return
        after = batch[-1].id
        yield batch
        for obligation in batch:
            db.session.expunge(obligation)


def _papers(batch: list[Obligation]) -> Iterator[Entry]:
    """Each version that was handed in: what it said, its figures, its files; and the parts of supporting agencies."""
    owners = {o.id: o for o in batch}
    submissions = db.session.scalars(
        sa.select(Submission)
        .where(Submission.obligation_id.in_(list(owners)))
        .order_by(Submission.obligation_id, Submission.version)
        .options(
            joinedload(Submission.submitted_by),
            selectinload(Submission.attachments).joinedload(Attachment.file),
            selectinload(Submission.values).joinedload(IndicatorValue.indicator),
        )
    ).all()
    for submission in submissions:
        folder = f"{folder_of(owners[submission.obligation_id])}/ban-{submission.version}"
        yield Entry(f"{folder}/noi-dung.txt", _told(owners[submission.obligation_id], submission).encode())
        for attachment in submission.attachments:
            yield Entry(f"{folder}/{safe_name(attachment.name)}", path_of(attachment.file))
    filings = db.session.scalars(
        sa.select(PartFiling)
        .join(PartFiling.part)
        .where(Part.obligation_id.in_(list(owners)))
        .order_by(Part.obligation_id, PartFiling.id)
        .options(joinedload(PartFiling.part).joinedload(Part.agency), selectinload(PartFiling.files))
    ).all()
    for filing in filings:
        part = filing.part
        place = f"{folder_of(owners[part.obligation_id])}/phoi-hop/{safe_name(part.agency.display_name)}"
        place = f"{place}/ban-{filing.version}"
        said = f"{part.agency.name}\n{instant(filing.filed_at)}\n\n{filing.text}\n"
        yield Entry(f"{place}/noi-dung.txt", said.encode())
        for file in filing.files:
            yield Entry(f"{place}/{safe_name(file.name)}", path_of(file.file))


def _told(obligation: Obligation, submission: Submission) -> str:
    kind = "Không phát sinh" if submission.kind.value == "nothing" else "Báo cáo"
    signed = f"{submission.signed_on:%d/%m/%Y}" if submission.signed_on else ""
    lines = [
        obligation.title,
        f"Cơ quan: {obligation.agency.name}",
        f"Kết quả: {kind}",
        f"Số văn bản: {submission.number}",
        f"Ngày ký: {signed}",
        f"Nộp lúc: {instant(submission.submitted_at)}, {submission.submitted_by.name}",
        f"Xác nhận lúc: {instant(submission.accepted_at)}" if submission.accepted_at else "",
        f"Trả lại lúc: {instant(submission.returned_at)}: {submission.return_reason}"
        if submission.returned_at
        else "",
        f"Rút lại lúc: {instant(submission.withdrawn_at)}" if submission.withdrawn_at else "",
        *(
            f"{v.indicator.name}: {write_figure(v.value)} {v.indicator.unit}".rstrip()
            for v in submission.values
        ),
        *(f"Tệp: {a.name} (SHA-256 {a.file.sha256})" for a in submission.attachments),
    ]
    return "\n".join(line for line in lines if line) + f"\n\n{submission.text}\n"


def _registrations(plan_id: int, entry: Any) -> Iterator[Entry]:
    of_plan = sa.select(EmulationMovement.id).where(EmulationMovement.plan_id == plan_id)
    registrations = db.session.scalars(
        sa.select(Registration)
        .where(Registration.movement_id.in_(of_plan))
        .order_by(Registration.id)
        .options(joinedload(Registration.movement), joinedload(Registration.agency))
    ).all()
    nominations = db.session.scalars(
        sa.select(Nomination)
        .where(Nomination.movement_id.in_(of_plan))
        .order_by(Nomination.movement_id, Nomination.ranking, Nomination.id)
        .options(joinedload(Nomination.movement), joinedload(Nomination.agency))
    ).all()
    if registrations:
        head = ("Phong trào", "Cơ quan", "Số văn bản", "Ngày ký", "Đăng ký lúc", "Nội dung", "Tệp")
        rows = [
            (r.movement.title, r.agency.name, r.number, r.signed_on, r.registered_at, r.contents, r.file_name)
            for r in registrations
        ]
        yield entry("thi-dua/dang-ky.csv", _csv(head, rows), "Đăng ký thi đua")
        for r in registrations:
            if r.file is not None:
                yield Entry(f"thi-dua/{r.id:05d}. {safe_name(r.file_name)}", path_of(r.file))
    if nominations:
        head = ("Phong trào", "Cơ quan", "Tập thể, cá nhân", "Tên", "Thành tích", "Được chọn", "Quyết định")
        rows = [
            (n.movement.title, n.agency.name, str(n.kind), n.name, n.achievement, n.chosen, n.decision)
            for n in nominations
        ]
        yield entry("thi-dua/de-nghi.csv", _csv(head, rows), "Đề nghị khen thưởng")
