"""Which clauses are header, text, signature, recipients or appendix.

A plan may be enacted by a decision: then the decision comes first, with a signature of its own, and the
plan behind it is the text. What follows the signature of the plan is never read for duties.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.planreader.layout import is_caps
from app.planreader.outline import Clause
from app.planreader.patterns import document as p


@dataclass(frozen=True, slots=True)
class Zones:
    """Indexes into the list of clauses. `header` ends where `title` begins; `body` ends at `closing`."""

    decision: int | None  # the clause «QUYẾT ĐỊNH», where a decision enacts the plan
    kind: int | None  # the clause «KẾ HOẠCH» of the plan
    body: int  # first clause of the text
    end: int  # signature, recipients or appendix begin
    signature: int | None
    recipients: int | None
    appendix: int


def zones_of(clauses: list[Clause]) -> Zones:
    kinds = [
        c.index
        for c in clauses
        if _is_kind(c) and not (c.index and _LABEL.fullmatch(whole(clauses[c.index - 1])))
    ]
    decisions = [c.index for c in clauses if p.DECISION.fullmatch(whole(c).strip()) and _upper(c)]
    decision = decisions[0] if decisions and (not kinds or decisions[0] < kinds[0]) else None
    kind = None
    if decision is not None:
        # the plan behind the signature of the decision, if the text has it
        signed = _first(clauses, decision, _ends_text)
        behind = [k for k in kinds if signed is not None and k > signed]
        kind = behind[0] if behind else None
    elif kinds:
        kind = kinds[0]
    body = kind + 1 if kind is not None else (decision + 1 if decision is not None else 0)
    end = _first(clauses, body, _ends_text)
    end = len(clauses) if end is None else end
    last = _first(clauses, body, lambda c: bool(p.LAST_MARK.search(c.text)))
    if last is not None and last + 1 < end <= last + 26:
        end = last + 1  # «./.» closes a document; what follows is its foot
    recipients = _first(clauses, body, lambda c: bool(p.RECIPIENTS.match(whole(c))))
    signature = _first(clauses, body, lambda c: bool(p.SIGNATURE.match(whole(c)) or _signs(c)))
    appendix = _first(clauses, min(end, len(clauses)), lambda c: bool(p.APPENDIX.match(whole(c))))
    if decision is not None:
        # names and recipients of the decision serve where the plan has none of its own
        if recipients is None:
            recipients = _first(clauses, decision, lambda c: bool(p.RECIPIENTS.match(whole(c))))
        if signature is None:
            signature = _first(clauses, decision, lambda c: bool(p.SIGNATURE.match(whole(c)) or _signs(c)))
    return Zones(
        decision, kind, body, end, signature, recipients, len(clauses) if appendix is None else appendix
    )


_LABEL = re.compile(r"Loại\s+(?:văn\s+bản|VB)\s*:?\s*", re.IGNORECASE)  # of the catalogue of a law portal


def whole(clause: Clause) -> str:
    """The words of a clause with its mark."""
    return clause.mark.text if clause.mark is not None else clause.text


def _upper(clause: Clause) -> bool:
    return whole(clause).upper() == whole(clause)


def _is_kind(clause: Clause) -> bool:
    text = whole(clause).strip()
    return bool(p.KIND.fullmatch(text)) and (_upper(clause) or clause.index < 12)


def _signs(clause: Clause) -> bool:
    """A position alone in capitals: «PHÓ CHỦ TỊCH»."""
    text = whole(clause)
    return len(text) < 60 and is_caps(text) and bool(p.POSITION.match(text)) and "NHÂN DÂN" not in text


def _ends_text(clause: Clause) -> bool:
    text = whole(clause)
    return bool(
        p.RECIPIENTS.match(text)
        or p.SIGNATURE.match(text)
        or _signs(clause)
        or (p.APPENDIX.match(text) and len(text) < 200)
    )


def _first(clauses: list[Clause], start: int, test: object) -> int | None:
    assert callable(test)
    return next((c.index for c in clauses[start:] if test(c)), None)
