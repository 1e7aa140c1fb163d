"""The acts: prepare a reorganisation, choose who takes what, decide it, carry it out, take it back."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from app.audit.operations import record
from app.clock import vietnam_day
from app.errors import Refused, Stale
from app.extensions import db
from app.i18n import _l, full_day
from app.obligations.models import Obligation, SourceKind
from app.obligations.operations import cancel, owes_the_same
from app.organisations.models import Agency
from app.organisations.queries import alias_owner
from app.organisations.reorganisations import (
    ChoiceScope,
    Reorganisation,
    ReorganisationChoice,
    ReorganisationHeir,
    ReorganisationKind,
    ReorganisationOld,
    ReorganisationState,
)
from app.planreader import fold
from app.plans.models import Plan
from app.reorganisations import holdings, notifications, queries, rules
from app.reorganisations.journal import take_back
from app.reorganisations.moving import Moving, follow_plan

log = logging.getLogger("dunghan.reorganisations")

Heir = tuple[Agency | None, str, str]  # an agency or the name of a new one; the subject, empty for everything


def prepare(
    kind: ReorganisationKind,
    *,
    effective_on: date,
    decision: str,
    olds: Sequence[Agency],
    heirs: Sequence[Heir],
    form_key: str,
    actor: Any,
    now: datetime,
) -> Reorganisation:
    """Write down what is to happen. Nothing holds before `decide`; the same form sent twice is one.

    Raises:
        Refused: who ends, who takes over and how they are named do not make a reorganisation of this kind.
    """
    known = db.session.scalar(sa.select(Reorganisation).where(Reorganisation.form_key == form_key))
    if known is not None:
        return known
    decision = " ".join(decision.split())
    if not decision:
        raise Refused(_l("Ghi số quyết định hoặc nghị quyết, thí dụ 15/NQ-HĐND."))
    if reason := rules.why_not(kind, olds, heirs, effective_on):
        raise Refused(reason)
    for agency, name, _subject in heirs:
        if agency is None and (holder := alias_owner(fold(name))) is not None:
            raise Refused(
                _l("«%(name)s» đang là tên gọi của %(owner)s. Chọn cơ quan đó trong danh mục.", name=name,
                   owner=holder.name)
            )  # fmt: skip
    for old in olds:
        if (other := queries.pending_about(old)) is not None:
            raise Refused(
                _l("%(agency)s đang có trong một quyết định khác chưa thực hiện (%(decision)s).",
                   agency=old.name, decision=other.decision)
            )  # fmt: skip
    change = Reorganisation(
        kind=kind,
        state=ReorganisationState.DRAFT,
        effective_on=effective_on,
        decision=decision,
        form_key=form_key,
        created_at=now,
        created_by=actor.name if actor else "",
        olds=[ReorganisationOld(agency=agency) for agency in olds],
        heirs=[
            ReorganisationHeir(
                agency=agency, new_name="" if agency else " ".join(name.split()), subject=subject.strip()
            )
            for agency, name, subject in heirs
        ],
    )
    db.session.add(change)
    _record("reorganisation.prepared", change, actor, now)
    return change


def choose(
    change: Reorganisation,
    choices: Mapping[tuple[int, ChoiceScope, int], int | None],
    *,
    actor: Any,
    now: datetime,
) -> int:
    """Keep which heir takes what: (old agency, scope, id) → heir id, or None where it ends. A thing that is not
    named follows its plan, or nothing. Returns how many choices stand now.

    Raises:
        Refused: it has been carried out.
    """
    _refuse_unless(change, ReorganisationState.DRAFT, ReorganisationState.WAITING)
    heirs = {heir.id for heir in change.heirs}
    olds = {row.agency_id for row in change.olds}
    standing = {(c.old_agency_id, c.scope, c.subject_id): c for c in change.choices}
    wanted = {
        key: heir for key, heir in choices.items() if key[0] in olds and (heir is None or heir in heirs)
    }
    for key, row in standing.items():
        if key not in wanted:
            change.choices.remove(row)
    for (old_id, scope, subject_id), heir_id in wanted.items():
        row = standing.get((old_id, scope, subject_id))
        if row is None:
            row = ReorganisationChoice(old_agency_id=old_id, scope=scope, subject_id=subject_id)
            change.choices.append(row)
        row.heir_id = heir_id
    db.session.flush()
    db.session.expire(change, ["choices"])
    return len(wanted)


def decide(change: Reorganisation, *, actor: Any, now: datetime) -> None:
    """Carry it out at once where its day has come, else let it wait for the day.

    Raises:
        Refused: something still needs a choice.
        Stale: somebody has decided it already.
    """
    _refuse_unless(change, ReorganisationState.DRAFT)
    if open_questions := queries.unanswered(change):
        raise Refused(
            _l("Còn %(n)s mục chưa chọn cơ quan tiếp nhận. Chọn ở phần «Cần chọn», lưu lại rồi thực hiện.",
               n=open_questions)
        )  # fmt: skip
    if change.effective_on > vietnam_day(now):
        _claim(change, ReorganisationState.WAITING, from_states=[ReorganisationState.DRAFT])
        _record("reorganisation.decided", change, actor, now)
        return
    carry_out(change, actor=actor, now=now)


def carry_out(change: Reorganisation, *, actor: Any, now: datetime) -> int:
    """Do all of it, in the caller's transaction; how many obligations changed hands.

    Raises:
        Stale: somebody else has carried it out, or dropped it, a moment ago.
        Refused: the new agency's name has come to be somebody else's meanwhile.
    """
    _claim(
        change,
        ReorganisationState.DONE,
        from_states=[ReorganisationState.DRAFT, ReorganisationState.WAITING],
        done_at=now,
    )
    told = [user for row in change.olds for user in holdings.people(row.agency)]
    moved = Moving(change, actor=actor, now=now).carry_out()
    db.session.flush()
    _record("reorganisation.done", change, actor, now, after={**_facts(change), "obligations": moved})
    notifications.notify_done(change, told, now=now)
    return moved


def carry_out_due(*, now: datetime) -> int:
    """Carry out what waits for today or an earlier day; how many. Again, or in two processes, does nothing more.

    One that cannot be carried out is left waiting and logged; the others go on.
    """
    done = 0
    for change in queries.waiting_for(vietnam_day(now)):
        try:
            with db.session.begin_nested():
                carry_out(change, actor=None, now=now)
            done += 1
        except Refused as refusal:
            log.warning("a reorganisation could not be carried out: %s", refusal, extra={"id": change.id})
    return done


def drop(change: Reorganisation, *, actor: Any, now: datetime) -> None:
    """Give up what was prepared or waits. Raises Refused where it has been carried out."""
    _refuse_unless(change, ReorganisationState.DRAFT, ReorganisationState.WAITING)
    _record("reorganisation.dropped", change, actor, now, before=_facts(change))
    db.session.delete(change)


def undo(change: Reorganisation, *, actor: Any, now: datetime) -> None:
    """Put everything back as it was: agencies, people, plans, what is owed. What was done since by others stays.

    Raises:
        Refused: a new agency has handed something in for what it took over, or is used elsewhere by now.
    """
    if reason := queries.why_not_undo(change):
        raise Refused(reason)
    olds = [row.agency for row in change.olds]
    heirs = [heir.agency for heir in change.heirs if heir.agency is not None]
    _claim(change, ReorganisationState.UNDONE, from_states=[ReorganisationState.DONE], undone_at=now)

    def when_restored(rows: list[Any]) -> None:
        for row in rows:
            if isinstance(row, Plan):
                follow_plan(row)
        _return_what_arose(olds, heirs, rows, actor=actor, now=now)

    try:
        with db.session.begin_nested():
            take_back(change, when_restored)
    except sa.exc.IntegrityError:
        raise Refused(
            _l(
                "Cơ quan mới đã được dùng ở nơi khác (tài khoản, kế hoạch, nhóm). Chuyển các mục đó đi trước rồi "
                "hoàn tác."
            )
        ) from None
    _record("reorganisation.undone", change, actor, now, before=_facts(change))


def _return_what_arose(
    olds: Sequence[Agency], heirs: Sequence[Agency], restored: Sequence[Any], *, actor: Any, now: datetime
) -> None:
    """Periods that came to be owed by an heir in the old agency's place go to the old agency."""
    back = {row.id for row in restored if isinstance(row, Obligation)}
    for obligation, old in queries.arose_in_place_of(olds, heirs, vietnam_day(now)):
        if obligation.id in back or obligation.source_kind is not SourceKind.SCHEDULE:
            continue
        if owes_the_same(old, obligation):
            cancel(obligation, reason=str(_l("Hoàn tác sắp xếp cơ quan.")), actor=actor, now=now)
        else:
            obligation.agency, obligation.first_agency_id, obligation.handed_over_at = old, None, now
    db.session.flush()


def _claim(
    change: Reorganisation,
    state: ReorganisationState,
    *,
    from_states: Sequence[ReorganisationState],
    **values: Any,
) -> None:
    """Move on, if it still stands where it was: of two people, or two schedulers, one does it."""
    db.session.flush()
    done = db.session.execute(
        sa.update(Reorganisation)
        .where(Reorganisation.id == change.id, Reorganisation.state.in_(from_states))
        .values(state=state, **values)
        .execution_options(synchronize_session=False)
    )
    db.session.refresh(change)
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise Stale(_l("Việc sắp xếp này vừa được người khác xử lý. Tải lại trang để xem."))


def _refuse_unless(change: Reorganisation, *states: ReorganisationState) -> None:
    if change.state not in states:
        raise Stale(_l("Việc sắp xếp này vừa được người khác xử lý. Tải lại trang để xem."))


def _facts(change: Reorganisation) -> dict[str, Any]:
    return {
        "kind": str(change.kind),
        "on": change.effective_on.isoformat(),
        "decision": change.decision,
        "old": [row.agency.name for row in change.olds],
        "new": [f"{heir.name}: {heir.subject}" if heir.subject else heir.name for heir in change.heirs],
    }


def _record(act: str, change: Reorganisation, actor: Any, now: datetime, **facts: Any) -> None:
    facts = facts or {"after": _facts(change)}
    name = f"{change.decision}, {full_day(change.effective_on)}"
    record(act, change, actor=actor, now=now, name=name, **facts)
