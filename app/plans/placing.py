"""Words of a plan → a reference to a body, through the office's directory as of the plan's day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from app.organisations.directory import Body, OfficeDirectory, is_committee
from app.organisations.models import Agency, AgencyGroup
from app.plans.contents import Reference, reference


def placer(
    directory: OfficeDirectory, issuer: str | None, issued_on: date | None, today: date
) -> Callable[[str], Reference]:
    """A function from words to a reference: with an id where the directory is sure, open where it is not.

    The reference also says `requested` (a body that is asked, not ordered), `committee` (a People's Committee)
    and `held_by`, the body of the plan's day where another answers for it today.
    """
    find = directory.finder(issuer, issued_on, today)
    known: dict[str, Reference] = {}

    def place(words: str) -> Reference:
        if words not in known:
            match = find(words)
            known[words] = refer(words, match.body)
            if match.held_by is not None:
                known[words]["held_by"] = match.held_by.id
        return dict(known[words])

    return place


def refer(words: str, body: Body | None) -> Reference:
    ref = reference(
        words,
        agency_id=body.id if isinstance(body, Agency) else None,
        group_id=body.id if isinstance(body, AgencyGroup) else None,
    )
    if isinstance(body, Agency) and not body.commanded:
        ref["requested"] = True
    if is_committee(body):
        ref["committee"] = True
    return ref
