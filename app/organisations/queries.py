"""Finding agencies and groups: by any of their names, as of a day, through their successors."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from app.extensions import db
from app.organisations.finding import matching
from app.organisations.models import (
    Agency,
    AgencyAlias,
    AgencyGroup,
    AgencyGroupMember,
    AgencyGroupRule,
    AgencyKind,
    AgencyLevel,
    Succession,
)
from app.organisations.reorganisations import (
    ChoiceScope,
    Reorganisation,
    ReorganisationChoice,
    ReorganisationHeir,
    ReorganisationState,
)
from app.planreader import fold

__all__ = ["matching"]  # found here by the other features

_PROTOCOL = (Agency.protocol_order, Agency.name_key, Agency.id)
# Levels in the order of the state, not of the alphabet.
_LEVEL_ORDER = sa.case({level: n for n, level in enumerate(AgencyLevel)}, value=Agency.level, else_=9)


def in_force(on: date) -> sa.ColumnElement[bool]:
    """The condition that an agency exists on this day."""
    return sa.and_(
        sa.or_(Agency.valid_from.is_(None), Agency.valid_from <= on),
        sa.or_(Agency.valid_to.is_(None), Agency.valid_to >= on),
    )


def agency_by_name(text: str, on: date) -> Agency | None:
    """The agency that goes by this name or another spelling of it on the day.

    None where no agency does, or where several do: two candidates are never guessed between.
    """
    key = fold(text)
    by_alias = sa.select(AgencyAlias.agency_id).where(
        AgencyAlias.key == key, AgencyAlias.agency_id.is_not(None)
    )
    found = db.session.scalars(
        sa.select(Agency)
        .where(sa.or_(Agency.name_key == key, Agency.id.in_(by_alias)), in_force(on))
        .order_by(*_PROTOCOL)
        .limit(2)
    ).all()
    return found[0] if len(found) == 1 else None


def group_by_name(text: str) -> AgencyGroup | None:
    """The group that goes by this name or another spelling of it."""
    key = fold(text)
    by_alias = sa.select(AgencyAlias.group_id).where(
        AgencyAlias.key == key, AgencyAlias.group_id.is_not(None)
    )
    return db.session.scalar(
        sa.select(AgencyGroup)
        .where(sa.or_(AgencyGroup.name_key == key, AgencyGroup.id.in_(by_alias)))
        .limit(1)
    )


def members_on(group: AgencyGroup, day: date) -> list[Agency]:
    """Who a group's name means on this day, in protocol order: by list and by rule, in one query."""
    return list(
        db.session.scalars(
            sa.select(Agency).where(belongs_on(group.id, day), in_force(day)).order_by(*_PROTOCOL)
        )
    )


def belongs_on(group_id: int | sa.ColumnElement[int], day: date) -> sa.ColumnElement[bool]:
    """The condition that an agency is in the group on the day: it is listed, or one of the rules fits it."""
    member, rule = AgencyGroupMember, AgencyGroupRule
    listed = sa.select(member.id).where(
        member.group_id == group_id, member.agency_id == Agency.id, _held(member, day)
    )
    by_rule = sa.select(rule.id).where(
        rule.group_id == group_id,
        _held(rule, day),
        sa.or_(rule.kind.is_(None), rule.kind == Agency.kind),
        sa.or_(rule.level.is_(None), rule.level == Agency.level),
        sa.or_(rule.parent_id.is_(None), rule.parent_id == Agency.parent_id),
    )
    # Named, since the group may be a column of the query around it.
    return sa.or_(
        listed.correlate(Agency, AgencyGroup).exists(), by_rule.correlate(Agency, AgencyGroup).exists()
    )


def _held(row: Any, day: date) -> sa.ColumnElement[bool]:
    return sa.and_(
        sa.or_(row.valid_from.is_(None), row.valid_from <= day),
        sa.or_(row.valid_to.is_(None), row.valid_to >= day),
    )


members_of = members_on  # the name that plans have known it by


def successor_of(agency: Agency, on: date, subject: str = "", *, plan_id: int | None = None) -> Agency | None:
    """Who answers for `agency` on the day: itself while it exists, else the end of its line of successors.

    An agency can be split by subject (labour to one, poverty reduction to another): what was chosen for this plan is
    taken first, then the succession with this subject, then the one for everything, then the only one there is.
    None where no succession has taken effect, or where several stand side by side and nothing chooses between them.
    """
    passed: set[int] = set()
    while not agency.exists_on(on):
        if agency.id in passed:
            return None  # a circle of successions: nobody answers
        passed.add(agency.id)
        following = _next(agency, on, fold(subject), plan_id)
        if following is None:
            return None
        agency = following
    return agency


def _next(agency: Agency, on: date, subject: str, plan_id: int | None) -> Agency | None:
    steps = [step for step in agency.successions if step.effective_on <= on]
    if len(steps) > 1 and plan_id is not None and (heir := _chosen_for(agency, plan_id)) is not None:
        return heir
    chosen = [step for step in steps if subject and fold(step.subject) == subject]
    chosen = chosen or [step for step in steps if not step.subject] or steps
    return chosen[0].new_agency if len({step.new_agency_id for step in chosen}) == 1 else None


def _chosen_for(agency: Agency, plan_id: int) -> Agency | None:
    """The heir that a reorganisation gave this plan to."""
    return db.session.scalar(
        sa.select(Agency)
        .join(ReorganisationHeir, ReorganisationHeir.agency_id == Agency.id)
        .join(ReorganisationChoice, ReorganisationChoice.heir_id == ReorganisationHeir.id)
        .join(Reorganisation, Reorganisation.id == ReorganisationChoice.reorganisation_id)
        .where(
            Reorganisation.state == ReorganisationState.DONE,
            ReorganisationChoice.scope == ChoiceScope.PLAN,
            ReorganisationChoice.old_agency_id == agency.id,
            ReorganisationChoice.subject_id == plan_id,
        )
        .order_by(Reorganisation.id.desc())
        .limit(1)
    )


def find_agencies(q: str = "", *, on: date | None = None) -> sa.Select[tuple[Agency]]:
    """Agencies that match `q`, in protocol order; `on`: only those that exist on this day."""
    query = sa.select(Agency).order_by(_LEVEL_ORDER, *_PROTOCOL)
    if q.strip():
        query = query.where(matching(q))
    return query if on is None else query.where(in_force(on))


def directory(
    q: str, kind: AgencyKind | None, level: AgencyLevel | None, *, today: date, ended: bool = False
) -> sa.Select[tuple[Agency]]:
    """The page of agencies: those that exist today, or those that have ended."""
    query = find_agencies(q)
    query = query.where(
        Agency.valid_to < today if ended else sa.or_(Agency.valid_to.is_(None), Agency.valid_to >= today)
    )
    if kind:
        query = query.where(Agency.kind == kind)
    return query.where(Agency.level == level) if level else query


def agency_choices(on: date) -> list[tuple[int, str]]:
    """Existing agencies for a list to choose from: (id, name)."""
    rows = db.session.execute(
        sa.select(Agency.id, Agency.name).where(in_force(on)).order_by(_LEVEL_ORDER, *_PROTOCOL)
    )
    return [(key, name) for key, name in rows]


def children_of(agency: Agency) -> list[Agency]:
    return list(
        db.session.scalars(sa.select(Agency).where(Agency.parent_id == agency.id).order_by(*_PROTOCOL))
    )


@dataclass(frozen=True, slots=True)
class Branch:
    """An agency of the tree with everything right under it."""

    agency: Any  # id, name, short_name, kind, level
    under: tuple[Branch, ...]
    below: int  # how many stand under it, at any depth


def tree(on: date) -> list[Branch]:
    """Every agency of the day under its parent. One whose parent has ended, or stands in a circle that older data
    may hold, is shown at the top: nothing is left out."""
    rows = db.session.execute(
        sa.select(Agency.id, Agency.name, Agency.short_name, Agency.kind, Agency.level, Agency.parent_id)
        .where(in_force(on))
        .order_by(_LEVEL_ORDER, *_PROTOCOL)
    ).all()
    known = {row.id: row for row in rows}
    under: dict[int, list[Any]] = {}
    for row in rows:
        if row.parent_id in known:
            under.setdefault(row.parent_id, []).append(row)
    shown: set[int] = set()

    def branch(row: Any) -> Branch:
        shown.add(row.id)
        children = tuple(branch(child) for child in under.get(row.id, ()) if child.id not in shown)
        return Branch(row, children, sum(1 + child.below for child in children))

    top = [branch(row) for row in rows if row.parent_id not in known]
    return [*top, *(branch(row) for row in rows if row.id not in shown)]


def predecessors_of(agency: Agency) -> list[Succession]:
    """The successions that ended in this agency, newest first."""
    return list(
        db.session.scalars(
            sa.select(Succession)
            .where(Succession.new_agency_id == agency.id)
            .order_by(Succession.effective_on.desc(), Succession.id)
        )
    )


def groups_of(agency: Agency) -> list[AgencyGroupMember]:
    """The memberships of an agency, past ones too."""
    return list(
        db.session.scalars(
            sa.select(AgencyGroupMember)
            .join(AgencyGroup)
            .where(AgencyGroupMember.agency_id == agency.id)
            .order_by(AgencyGroup.name_key)
        )
    )


def groups(q: str = "") -> sa.Select[tuple[AgencyGroup]]:
    query = sa.select(AgencyGroup).order_by(AgencyGroup.name_key)
    for word in fold(q).split():
        query = query.where(AgencyGroup.name_key.contains(word, autoescape=True))
    return query


def alias_owner(key: str) -> Agency | AgencyGroup | None:
    """Whose spelling or name this folded key is already."""
    if alias := db.session.scalar(sa.select(AgencyAlias).where(AgencyAlias.key == key)):
        return alias.agency or alias.group
    return db.session.scalar(sa.select(Agency).where(Agency.name_key == key).limit(1)) or db.session.scalar(
        sa.select(AgencyGroup).where(AgencyGroup.name_key == key)
    )


def member_rows(group: AgencyGroup) -> list[AgencyGroupMember]:
    """All memberships of a group, present and past, in protocol order."""
    return list(
        db.session.scalars(
            sa.select(AgencyGroupMember)
            .join(Agency)
            .where(AgencyGroupMember.group_id == group.id)
            .order_by(*_PROTOCOL, AgencyGroupMember.id)
            .options(sa.orm.contains_eager(AgencyGroupMember.agency))
        )
    )


def counts_of_members(group_ids: list[int], on: date) -> dict[int, int]:
    """How many agencies each group means on this day."""
    rows = db.session.execute(
        sa.select(AgencyGroup.id, sa.func.count(Agency.id))
        .join(Agency, sa.and_(belongs_on(AgencyGroup.id, on), in_force(on)))
        .where(AgencyGroup.id.in_(group_ids))
        .group_by(AgencyGroup.id)
    )
    return {row[0]: row[1] for row in rows}
