"""The door of the library: `read_plan` tells the story, each step in a module of its own."""

from __future__ import annotations

import re
from datetime import date

from app.planreader.classified import find_classification
from app.planreader.directory import Directory
from app.planreader.drafts.assignments import Given, handed_out
from app.planreader.drafts.details import role_of, supports_of
from app.planreader.drafts.document import document_of
from app.planreader.drafts.kinds import single_job
from app.planreader.drafts.programme import awards, components, registrations
from app.planreader.drafts.remains import doubts, relative_deadlines, unread
from app.planreader.drafts.reports import dated, due_of
from app.planreader.drafts.zones import zones_of
from app.planreader.mentions.dates import is_day
from app.planreader.mentions.heads import head_of
from app.planreader.models import Assignment, Duty, PlanReading, Registration, Warning
from app.planreader.outline import clauses_of
from app.planreader.resolve import Resolver
from app.planreader.text import Span, clean, fold


def read_plan(text: str, directory: Directory, issued_on: date | None = None) -> PlanReading:
    """Read a plan. Never refuses a text: what finds no place comes back as unread, doubts as warnings.

    `issued_on` stands in where the text has no full date of issue (a person knows it); the day chooses
    which agencies of the directory lived then.
    """
    source = clean(text)
    _, clauses = clauses_of(source, _names_a_body)
    zones = zones_of(clauses)
    document = document_of(clauses, zones, issued_on)
    given = handed_out(clauses, zones.body, zones.end)
    times = dated(
        clauses, given, zones.body, zones.end, None if single_job(document.title) else document.period
    )
    resolver = Resolver(directory, document.issuer, document.issued_on)
    warnings = list(document.warnings)
    assignments = [row for g in given for row in _assignments(g, resolver, warnings)]
    if not assignments:
        warnings.append(Warning("no_assignments"))
    entered = registrations(clauses, zones.body, zones.end)
    honours = awards(clauses, zones.body, zones.end)
    projects, sums = components(clauses, zones.body, zones.end)
    later, offsets = relative_deadlines(given)
    reports = [r for r in times.reports if not _inside(r.span, entered, text)]
    others = [o for o in times.others if not _inside(o.span, entered, text)]
    others = sorted([*others, *later], key=lambda o: o.span)
    warnings += [*sums, *offsets, *doubts(clauses, zones, given, reports)]
    warnings += [
        Warning("registration_without_date", e.span, {"words": e.what}) for e in entered if e.due is None
    ]
    warnings += [Warning("invalid_date", r.span, {"words": r.text}) for r in reports if not is_day(r.due)]
    secret = find_classification(text)
    if secret:
        warnings.insert(0, Warning("classified", None, {"level": secret}))
    used = [x.span for group in (reports, others, entered, honours, projects) for x in group]
    return PlanReading(
        number=document.number,
        issued_on=document.issued_on,
        issuer=_spelled(document.issuer, directory),
        title=document.title,
        period=document.period,
        signer=document.signer,
        basis=tuple(document.basis),
        assignments=tuple(assignments),
        reports=tuple(reports),
        registrations=tuple(entered),
        awards=tuple(honours),
        components=tuple(projects),
        other_deadlines=tuple(others),
        recipients=tuple(document.recipients),
        unread=tuple(unread(clauses, zones, given, used)),
        warnings=tuple(warnings),
        characters=len(text),
    )


def _spelled(issuer: str | None, directory: Directory) -> str | None:
    """The letterhead is in capitals; the directory knows «Bộ Công Thương» with its two capitals."""
    spellings = {e.name for e in directory.named(issuer) if fold(e.name) == fold(issuer)} if issuer else set()
    return spellings.pop() if len(spellings) == 1 else issuer


_SENTENCE_OVER = re.compile(r"[.;]\s|\n\s*\n")


def _inside(span: Span, entered: list[Registration], text: str) -> bool:
    """Whether a date lies in a registration, or right behind it in the same sentence."""
    return any(
        start <= span[0] <= end + 120 and not _SENTENCE_OVER.search(text, end, max(end, span[0]))
        for start, end in (one.span for one in entered)
    )


def _names_a_body(text: str) -> bool:
    """An unmarked paragraph that is only the name of an agency, or begins with it and a colon, heads what follows."""
    if not text[:1].isupper():
        return False
    label = text.split(":", 1)[0]
    if len(label) > 160 or (":" not in text and text.rstrip().endswith((".", ";", ","))):
        return False
    head = head_of(text)
    return head is not None and (head.shape == "alone" or (head.shape == "colon" and len(label) <= 110))


def _assignments(given: Given, resolver: Resolver, warnings: list[Warning]) -> list[Assignment]:
    duties: list[Duty] = []
    for item in given.items:
        words = item.words.text.strip()
        said = item.words.said.strip()
        time = " ".join(d.text for d in item.details)
        due = due_of(words) or due_of(time)
        duties.append(
            Duty(
                said,
                item.words.span(),
                role_of(words),
                supports_of(words),
                due[0] if due else None,
                due[1] if due else None,
            )
        )
    rows: list[Assignment] = []
    for name, (start, end) in zip(given.head.names, given.head.places, strict=True):
        span = given.clause.words.span(start, end)
        if name == given.clause.text[start:end]:
            name = given.clause.words.said[start:end]  # as the plan spells it
        match = resolver(name)
        if match.entry is None:
            code = "ambiguous_agency" if match.candidates else "unresolved_agency"
            warnings.append(Warning(code, span, {"name": name, "candidates": ", ".join(match.candidates)}))
        elif match.today:
            told = ", ".join(f"{s.name} ({s.subject})" if s.subject else s.name for s in match.today)
            code = "split_succession" if len(match.today) > 1 else "succeeded_agency"
            warnings.append(Warning(code, span, {"name": name, "successors": told}))
        found = match.entry.members_on(resolver.on) if match.entry else None
        if match.stated and found and match.stated != found:
            warnings.append(
                Warning("group_count", span, {"name": name, "stated": match.stated, "found": found})
            )
        if not duties:
            warnings.append(Warning("no_duties", span, {"name": name}))
        rows.append(
            Assignment(
                agency=name,
                span=span,
                request=given.head.request,
                section=given.clause.path(),
                duties=tuple(duties),
                resolved=match.entry.name if match.entry else None,
                candidates=match.candidates,
                is_group=bool(match.entry and match.entry.is_group),
                today=tuple(s.name for s in match.today),
            )
        )
    return rows
