"""The head and the end of the document: number, date, issuer, title, period, basis, signer, recipients."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date

from app.planreader.drafts.frame import basis_of, recipients_of, signer_of
from app.planreader.drafts.naming import issuer_of, title_of
from app.planreader.drafts.period import period_of
from app.planreader.drafts.zones import Zones, whole
from app.planreader.models import Reference, Signer, Warning
from app.planreader.outline import Clause
from app.planreader.patterns import document as p


@dataclass(slots=True)
class Document:
    number: str | None = None
    issued_on: date | None = None
    year: int | None = None  # of issue, where only the day is missing
    issuer: str | None = None
    title: str | None = None
    period: tuple[int, int] | None = None
    signer: Signer | None = None
    basis: list[Reference] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    warnings: list[Warning] = field(default_factory=list)


def document_of(clauses: list[Clause], zones: Zones, issued_on: date | None) -> Document:
    found = Document()
    start = zones.decision if zones.decision is not None else zones.kind
    header = clauses[: start if start is not None else min(15, len(clauses))]
    _number(found, clauses, header, zones)
    _date(found, clauses, header, issued_on)
    found.title = title_of(clauses, zones)
    found.issuer = issuer_of(clauses, header, zones)
    found.period = period_of(found.title, found.year, clauses, zones)
    found.basis = basis_of(clauses, zones)
    found.signer = signer_of(clauses, zones)
    found.recipients = recipients_of(clauses, zones)
    for code, missing in (
        ("missing_issuer", not found.issuer),
        ("missing_title", not found.title),
        ("missing_period", not found.period),
    ):
        if missing:
            found.warnings.append(Warning(code))
    return found


# ---- number and date -------------------------------------------------------------------------------


def _number(found: Document, clauses: list[Clause], header: list[Clause], zones: Zones) -> None:
    for clause in header:
        text = whole(clause)
        line = (
            p.NUMBER_LINE.search(text) if not p.BASIS.match(text) and "kèm theo" not in text.lower() else None
        )
        party = p.PARTY_NUMBER.search(text) if line is None and not p.BASIS.match(text) else None
        if party and len(text) < 150:
            found.number = f"{party['number']}-{party['symbol']}"
            return
        if line:
            digits = re.sub(r"[^\d]", "", line["number"])
            if digits:
                found.number = digits + "/" + re.sub(r"\s", "", line["symbol"])
            else:
                found.warnings.append(Warning("missing_number", clause.mark.span() if clause.mark else None))
            return
    own = [m["number"] for c in clauses if (m := p.OWN_CITATION.search(whole(c)))]
    site = p.SITE_TITLE.match(whole(clauses[0])) if clauses else None
    number = site["number"] if site else next((n for n in own if "KH" in n.upper()), own[0] if own else None)
    if number:
        found.number = re.sub(r"\s", "", number)
    else:
        found.warnings.append(Warning("missing_number"))


def _date(found: Document, clauses: list[Clause], header: list[Clause], issued_on: date | None) -> None:
    for clause in header:
        text = whole(clause)
        line = p.PLACE_AND_DATE.match(text) or p.SHORT_PLACE_DATE.match(text)
        if line is None:
            inner = (
                re.search(r"[A-ZĐ][^\d,:;]{1,40}(?:\s\d{1,2})?,\s*ngày\s.{0,30}n[ăa]m\s*\d{4}", text)
                if len(text) < 200
                else None
            )
            line = p.PLACE_AND_DATE.match(inner[0]) if inner else None
        if line is None:
            continue
        day, month, year = (re.sub(r"\D", "", line[g] or "") for g in ("day", "month", "year"))
        found.year = int(year) if len(year) == 4 else None
        if day and month and found.year:
            found.issued_on = _day(found, int(day), int(month), found.year, clause)
        else:
            found.warnings.append(Warning("incomplete_date", clause.words.span(), {"words": line[0].strip()}))
        if found.issued_on:
            return
        break
    if found.issued_on is None and found.year is None:
        found.issued_on = _date_elsewhere(found, clauses)
    if found.issued_on is None:
        if issued_on is not None:
            found.issued_on = issued_on
        elif not any(w.code == "incomplete_date" for w in found.warnings):
            found.warnings.append(Warning("missing_date"))
    if found.issued_on:
        found.year = found.issued_on.year


def _date_elsewhere(found: Document, clauses: list[Clause]) -> date | None:
    """From «(Kèm theo Kế hoạch số 132/KH-UBND ngày 20 tháng 6 năm 2022 …)» or the catalogue of a law portal."""
    for i, clause in enumerate(clauses):
        text = whole(clause)
        if text.rstrip(" :").endswith("Ngày ban hành") and i + 1 < len(clauses):
            text = f"Ngày ban hành: {whole(clauses[i + 1])}"  # one cell a line
        catalogue = p.ISSUED_IN_CATALOGUE.search(text)
        if catalogue:
            return _day(found, int(catalogue[1]), int(catalogue[2]), int(catalogue[3]), clause)
        if (
            found.number
            and (own := p.OWN_CITATION.search(text))
            and re.sub(r"\s", "", own["number"]) == found.number
        ):
            cited = re.search(
                r"ngày\s+(\d{1,2})\s*(?:/|tháng)\s*(\d{1,2})\s*(?:/|năm)\s*(\d{4})", text[own.end() :]
            )
            if cited:
                return _day(found, int(cited[1]), int(cited[2]), int(cited[3]), clause)
    return None


def _day(found: Document, day: int, month: int, year: int, clause: Clause) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        found.warnings.append(
            Warning("invalid_date", clause.words.span(), {"words": f"{day}/{month}/{year}"})
        )
        return None
