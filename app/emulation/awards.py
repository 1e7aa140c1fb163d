"""Nominations and the decision on them. Nothing is refused at nomination; the quota acts at the selection."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app.accounts.models import User
from app.audit.operations import record
from app.emulation.models import EmulationMovement, Nomination, NomineeKind
from app.emulation.rules import DOSSIER, why_not_change, why_not_choose, why_not_nominate
from app.errors import Refused
from app.extensions import db
from app.i18n import _l
from app.organisations.models import Agency


def nominate(
    movement: EmulationMovement,
    agency: Agency,
    *,
    kind: NomineeKind,
    name: str,
    achievement: str,
    dossier: dict[str, bool],
    actor: User,
    now: datetime,
) -> Nomination:
    """Put a collective or a person forward on behalf of `agency`.

    Raises:
        Refused: the movement is over, or `agency` has put the same name forward before.
    """
    if reason := why_not_nominate(movement):
        raise Refused(reason)
    name = " ".join(name.split())
    same = [n for n in movement.nominations if n.agency_id == agency.id and n.kind is kind and n.name == name]
    if same:
        raise Refused(_l("Đề nghị này đã có trong danh sách. Mở đề nghị cũ để sửa."))
    last = max((n.ranking for n in movement.nominations if n.kind is kind), default=0)
    nomination = Nomination(
        movement=movement,
        agency=agency,
        kind=kind,
        name=name,
        achievement=achievement.strip(),
        dossier=_papers(dossier),
        ranking=last + 1,
        nominated_by_id=actor.id,
        nominated_at=now,
    )
    db.session.add(nomination)
    _record("nomination.made", nomination, actor, now, after=_facts(nomination))
    return nomination


def revise_nomination(
    nomination: Nomination,
    *,
    kind: NomineeKind,
    name: str,
    achievement: str,
    dossier: dict[str, bool],
    actor: User,
    now: datetime,
) -> None:
    """Correct a nomination on which nothing is decided yet (else Refused)."""
    if reason := why_not_change(nomination):
        raise Refused(reason)
    before = _facts(nomination)
    nomination.kind, nomination.name = kind, " ".join(name.split())
    nomination.achievement, nomination.dossier = achievement.strip(), _papers(dossier)
    _record("nomination.changed", nomination, actor, now, before=before, after=_facts(nomination))


def withdraw(nomination: Nomination, *, actor: User, now: datetime) -> None:
    """Take a nomination back; the record keeps what it was. Refused once it is decided."""
    if reason := why_not_change(nomination):
        raise Refused(reason)
    _record("nomination.withdrawn", nomination, actor, now, before=_facts(nomination))
    movement = nomination.movement
    movement.nominations.remove(nomination)
    db.session.flush()


def rank(
    movement: EmulationMovement, kind: NomineeKind, ids: Sequence[int], *, actor: User, now: datetime
) -> None:
    """Put the nominations of one kind in this order; those not named follow in the order that they had."""
    rows = [n for n in movement.nominations if n.kind is kind]
    wanted = {nomination_id: place for place, nomination_id in enumerate(ids)}
    ordered = sorted(rows, key=lambda n: (wanted.get(n.id, len(wanted)), n.ranking, n.id))
    before = [n.name for n in sorted(rows, key=lambda n: (n.ranking, n.id))]
    for place, nomination in enumerate(ordered, 1):
        nomination.ranking = place
    if before != (after := [n.name for n in ordered]):
        record(
            "nomination.ranked",
            movement,
            actor=actor,
            now=now,
            name=movement.title,
            plan_id=movement.plan_id,
            before={"order": before},
            after={"order": after},
        )


def decide(nomination: Nomination, *, chosen: bool, decision: str, actor: User, now: datetime) -> None:
    """Record what was decided on a nomination, with the number and day of the decision.

    Raises:
        Refused: chosen beyond the plan's places, or chosen without a decision.
    """
    # Two people choosing at once must not pass the limit together: the second waits for the first.
    db.session.scalars(
        sa.select(EmulationMovement).where(EmulationMovement.id == nomination.movement_id).with_for_update()
    ).one()
    db.session.refresh(nomination.movement, ["nominations"])
    if chosen and (reason := why_not_choose(nomination)):
        raise Refused(reason)
    if chosen and not decision.strip():
        raise Refused(_l("Nhập số và ngày của quyết định khen thưởng, thí dụ 215/QĐ-UBND ngày 20/01/2027."))
    before = _facts(nomination)
    nomination.chosen, nomination.decision, nomination.decided_at = chosen, decision.strip()[:200], now
    _record("nomination.decided", nomination, actor, now, before=before, after=_facts(nomination))


def undecide(nomination: Nomination, *, actor: User, now: datetime) -> None:
    """Take a decision back: the nomination waits again."""
    if nomination.chosen is None:
        return
    before = _facts(nomination)
    nomination.chosen, nomination.decision, nomination.decided_at = None, "", None
    _record("nomination.changed", nomination, actor, now, before=before, after=_facts(nomination))


def _papers(dossier: dict[str, bool]) -> dict[str, bool]:
    return {paper: bool(dossier.get(paper)) for paper in DOSSIER}


def _facts(nomination: Nomination) -> dict[str, Any]:
    return {
        "kind": nomination.kind.value,
        "name": nomination.name,
        "dossier": nomination.dossier,
        "chosen": nomination.chosen,
        "decision": nomination.decision or "",
    }


def _record(
    act: str,
    nomination: Nomination,
    actor: User,
    now: datetime,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    record(
        act,
        nomination,
        actor=actor,
        now=now,
        name=f"{nomination.name} ({nomination.agency.name})",
        plan_id=nomination.movement.plan_id,
        before=before,
        after=after,
    )
