"""Taking a document in: read it in a worker process, refuse what may not be kept, then file, plan and drafts."""

from __future__ import annotations

import copy
import hashlib
import io
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any, BinaryIO

import sqlalchemy as sa
from flask import current_app

from app.accounts.models import User
from app.audit.operations import record
from app.clock import vietnam_day
from app.documents import Document, DocumentRefused, Limits, read_document_safely, read_document_slowly
from app.errors import Refused
from app.extensions import db
from app.files.models import StoredFile
from app.files.operations import keep
from app.i18n import _
from app.organisations.directory import OfficeDirectory
from app.organisations.models import Agency, AgencyKind
from app.planreader import PlanReading, fold, read_plan, read_predecessor
from app.plans import lineage
from app.plans.contents import reference
from app.plans.drafting import proposals
from app.plans.models import Decision, Draft, Plan, PlanState, PlanText
from app.plans.placing import placer
from app.plans.warnings import NO_PREDECESSOR, PREDECESSOR, SAME_NUMBER

LONGEST_NAME = 255


class AlreadyThere(Refused):
    """This very file was taken in before; `plan` is what became of it."""

    def __init__(self, plan: Plan):
        self.plan = plan
        super().__init__(
            _(
                "Tệp này đã được đưa vào lúc %(when)s, là kế hoạch «%(title)s».",
                when=f"{vietnam_day(plan.created_at):%d/%m/%Y}",
                title=plan.number or plan.title,
            )
        )


def upload(
    stream: BinaryIO,
    filename: str,
    *,
    standing_agency: Agency,
    actor: User | None,
    now: datetime,
    read: Callable[[bytes, str, Limits], Document] = read_document_safely,
) -> Plan:
    """Read a document and keep it as a plan in review, with a draft for everything that was found.

    Raises:
        DocumentRefused: the document cannot be read, or is classified. Nothing is stored.
        AlreadyThere: the same bytes are a plan of this standing agency already. Nothing is stored.
    """
    data, filename = incoming(stream, filename)
    refuse_known(hashlib.sha256(data).hexdigest(), standing_agency)
    document = read(data, filename, limits())
    return take_in(
        document, io.BytesIO(data), filename, standing_agency=standing_agency, actor=actor, now=now
    )


def incoming(stream: BinaryIO, filename: str) -> tuple[bytes, str]:
    """The bytes of an upload, never more than allowed, and its name without folders.

    Raises:
        DocumentRefused: too_big.
    """
    limit_mb = current_app.config["MAX_UPLOAD_MB"]
    data = stream.read(limit_mb * 1024 * 1024 + 1)
    if len(data) > limit_mb * 1024 * 1024:
        raise DocumentRefused("too_big", limit=f"{limit_mb} MB")
    return data, Path(filename.replace("\\", "/")).name[-LONGEST_NAME:] or "ke-hoach"


def limits() -> Limits:
    return Limits(max_bytes=current_app.config["MAX_UPLOAD_MB"] * 1024 * 1024)


def take_in(
    document: Document,
    stream: BinaryIO,
    filename: str,
    *,
    standing_agency: Agency,
    actor: User | None,
    now: datetime,
) -> Plan:
    """Keep a document that was read as a plan in review. Raises as `upload` does."""
    today = vietnam_day(now)
    directory = OfficeDirectory.load()
    reading = read_plan(document.text, directory.for_reader)
    _refuse_classified(reading)
    stored = keep(stream, document.media_type, now)
    plan = _plan(reading, filename, standing_agency, directory, document.text, actor, now)
    predecessor = _name_predecessor(plan, document.text)
    db.session.add(plan)
    db.session.flush()
    # Sent twice at the same moment: whoever comes second finds the first one's plan here.
    db.session.scalars(sa.select(StoredFile).where(StoredFile.id == stored.id).with_for_update()).one()
    refuse_known(stored.sha256, standing_agency)
    plan.source = PlanText(
        file=stored,
        file_name=filename,
        text=document.text,
        pages=[[mark.offset, mark.number] for mark in document.pages],
        warnings=[*_warnings(document, reading, plan), *predecessor],
        unread=[list(span) for span in reading.unread if not _is_in_head(document.text[slice(*span)], plan)],
    )
    plan.drafts = _drafts(reading, document.text, directory, standing_agency, today)
    record(
        "plan.uploaded",
        plan,
        actor=actor,
        now=now,
        name=plan.number or plan.title,
        plan_id=plan.id,
        after={"file": filename, "sha256": stored.sha256, "drafts": len(plan.drafts)},
    )
    return plan


def import_file(path: Path, *, standing_agency: Agency, actor: User | None, now: datetime) -> Plan:
    """`upload` for a file on this machine, however long it takes. Raises OSError where it cannot be read."""
    with path.open("rb") as stream:
        return upload(
            stream,
            path.name,
            standing_agency=standing_agency,
            actor=actor,
            now=now,
            read=read_document_slowly,
        )


def refuse_known(sha256: str, standing_agency: Agency) -> None:
    """Raises AlreadyThere: these bytes are a plan of this standing agency."""
    known = db.session.scalar(
        sa.select(Plan)
        .join(Plan.source)
        .join(PlanText.file)
        .where(StoredFile.sha256 == sha256, Plan.standing_agency_id == standing_agency.id)
        .limit(1)
    )
    if known is not None:
        raise AlreadyThere(known)


def _refuse_classified(reading: PlanReading) -> None:
    """A document marked Mật, Tối mật or Tuyệt mật must not enter this system, nor leave a trace of its content."""
    for warning in reading.warnings:
        if warning.code == "classified":
            raise DocumentRefused("classified", marking=str(warning.params.get("level", "Mật")))


def _plan(
    reading: PlanReading,
    filename: str,
    standing_agency: Agency,
    directory: OfficeDirectory,
    text: str,
    actor: User | None,
    now: datetime,
) -> Plan:
    title = (reading.title or Path(filename).stem).strip()
    number = reading.number[:60] if reading.number else None
    period = reading.period or (None, None)
    return Plan(
        number=number,
        title=title,
        title_key=fold(f"{number or ''} {title}"),
        issuer=(reading.issuer or current_app.config["OFFICE_NAME"])[:300],
        issued_on=reading.issued_on,
        period_from=period[0],
        period_to=period[1],
        signer_name=(reading.signer.name if reading.signer else None),
        signer_position=(reading.signer.position if reading.signer else None),
        standing_agency=standing_agency,
        committee=_committee(directory, text, vietnam_day(now)),
        state=PlanState.IN_REVIEW,
        created_by=actor,
        created_at=now,
        revision=1,
    )


def _committee(directory: OfficeDirectory, text: str, today: date) -> Agency | None:
    """The steering committee that the plan names, or the office's only one. A clerk corrects it on the page."""
    committees = [a for a in directory.living(today) if a.kind is AgencyKind.STEERING_COMMITTEE]
    folded = fold(text)
    named = [
        c for c in committees if any(fold(n) in folded for n in (c.name, *(x.spelling for x in c.aliases)))
    ]
    found = named or committees
    return found[0] if len(found) == 1 else None


def _warnings(document: Document, reading: PlanReading, plan: Plan) -> list[dict[str, Any]]:
    found = [{"code": n.code, "params": n.params, "span": None, "of": "document"} for n in document.warnings]
    found += [
        {"code": w.code, "params": dict(w.params), "span": list(w.span) if w.span else None, "of": "reading"}
        for w in reading.warnings
    ]
    if plan.number and (other := _same_number(plan)):
        found.append(
            {
                "code": SAME_NUMBER,
                "params": {"number": plan.number, "plan_id": other.id},
                "span": None,
                "of": "plan",
            }
        )
    return found


def _name_predecessor(plan: Plan, text: str) -> list[dict[str, Any]]:
    """Propose the plan that the text says it replaces or amends; the clerk decides. What was found, as a warning."""
    named = read_predecessor(text, plan.number)
    if named is None:
        return []
    old = lineage.plan_numbered(named.number, plan.standing_agency.id)
    if old is not None:
        plan.supersedes_id, plan.amends = old.id, named.amends
    return [
        {
            "code": PREDECESSOR if old is not None else NO_PREDECESSOR,
            "params": {"number": named.number, "amends": named.amends},
            "span": list(named.span),
            "of": "plan",
        }
    ]


def _is_in_head(words: str, plan: Plan) -> bool:
    """Words that the head of the plan holds are read, though they stand in no draft."""
    return fold(words) in fold(f"{plan.title} {plan.issuer}")


def _same_number(plan: Plan) -> Plan | None:
    return db.session.scalar(
        sa.select(Plan)
        .where(
            Plan.number == plan.number,
            Plan.standing_agency_id == plan.standing_agency_id,
            Plan.id != plan.id,
        )
        .order_by(Plan.id.desc())
        .limit(1)
    )


def _drafts(
    reading: PlanReading, text: str, directory: OfficeDirectory, standing: Agency, today: date
) -> list[Draft]:
    place = placer(directory, reading.issuer, reading.issued_on, today)
    return [
        Draft(
            kind=proposal.kind,
            position=position,
            span_start=proposal.span[0] if proposal.span else None,
            span_end=proposal.span[1] if proposal.span else None,
            proposed=copy.deepcopy(proposal.content),
            content=proposal.content,
            decision=Decision.PENDING,
            revision=1,
        )
        for position, proposal in enumerate(
            proposals(reading, text, place, reference(standing.name, standing.id))
        )
    ]
