"""What the page of an obligation shows about who does the work, for one person: gathered with few queries."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from app.accounts.models import Role, User
from app.accounts.queries import active_people
from app.deadlines import WorkCalendar
from app.extensions import db
from app.i18n import _
from app.obligations import operations, panels, queries, rules, talk, workrules
from app.obligations.models import Comment, Obligation, OfficerInCharge, Part, Presentation
from app.obligations.topics import Topic, topic_of
from app.obligations.workforms import CommentForm
from app.organisations.models import Agency
from app.organisations.queries import agency_choices

_OFFICERS = (Role.OFFICER, Role.HEAD, Role.STANDING_OFFICER)


@dataclass(frozen=True, slots=True)
class InCharge:
    """Who was given it: those in force, those before them, and what this person may do about it."""

    given: list[OfficerInCharge]
    ended: list[OfficerInCharge]
    colleagues: list[User]
    hands_down: bool
    has_head: bool
    late: set[int]  # rows whose inner day has passed

    def may_take_back(self, row: OfficerInCharge, user: User) -> bool:
        return workrules.can_take_back(user, row, has_head=self.has_head)


def in_charge(topic: Topic, agency_id: int, user: User, today: date) -> InCharge:
    """Of one topic inside one agency; only its own people ask."""
    rows = list(
        db.session.scalars(
            sa.select(OfficerInCharge)
            .where(topic.is_of(OfficerInCharge), OfficerInCharge.agency_id == agency_id)
            .order_by(OfficerInCharge.at, OfficerInCharge.id)
            .options(
                joinedload(OfficerInCharge.officer),
                joinedload(OfficerInCharge.by),
                joinedload(OfficerInCharge.ended_by),
            )
        )
    )
    given = [row for row in rows if row.ended_at is None]
    has_head = operations.has_head(agency_id)
    return InCharge(
        given=given,
        ended=[row for row in reversed(rows) if row.ended_at is not None],
        colleagues=active_people(agency_id, *_OFFICERS),
        hands_down=workrules.can_hand_down(user, agency_id, has_head=has_head),
        has_head=has_head,
        late={row.id for row in given if row.inner_due_on is not None and row.inner_due_on < today},
    )


def inherited(obligation: Obligation) -> list[OfficerInCharge]:
    """Who was given the duty or schedule that it comes from, where nobody was given it itself."""
    if obligation.source_id is None:
        return []
    return [
        row for row in queries.hand_downs([obligation.id]).get(obligation.id, []) if row.obligation_id is None
    ]


@dataclass(frozen=True, slots=True)
class Parts:
    """«7/9 đơn vị đã gửi». `suggested`: bodies that the plan names and that were not asked yet."""

    all: list[Part]
    suggested: list[Agency]
    others: list[tuple[int, str]]
    asks: bool
    why_not_ask: Any
    default_day: date

    @property
    def asked(self) -> list[Part]:
        return [part for part in self.all if part.called_off_at is None]

    @property
    def filed(self) -> int:
        return sum(1 for part in self.asked if part.filed_at is not None)

    @property
    def missing(self) -> list[Part]:
        return [part for part in self.asked if part.blocks]


def parts(obligation: Obligation, user: User, today: date, calendar: WorkCalendar) -> Parts:
    asks = workrules.can_ask_parts(user, obligation)
    why_not = workrules.why_not_ask_parts(obligation)
    known = queries.parts_of(obligation)
    asked = {part.agency_id for part in known if part.called_off_at is None} | {obligation.agency_id}
    suggested = panels.supports_of(obligation) if asks and why_not is None else []
    return Parts(
        all=known,
        suggested=[agency for agency in suggested if agency.id not in asked],
        others=[
            (0, _("Chọn đơn vị khác")),
            *((key, name) for key, name in agency_choices(today) if key not in asked),
        ]
        if asks and why_not is None
        else [],
        asks=asks,
        why_not_ask=why_not,
        default_day=default_part_day(obligation, today, calendar),
    )


def default_part_day(obligation: Obligation, today: date, calendar: WorkCalendar) -> date:
    """Five working days before the day that counts; not before today."""
    day = rules.day_that_counts(obligation)
    return max(today, calendar.add_working_days(day, -workrules.PART_DAYS_AHEAD))


@dataclass(frozen=True, slots=True)
class Talk:
    """What was said, as far as this person may read it, and the form to say more."""

    comments: list[Comment]
    form: CommentForm
    may_be_internal: bool
    own_agency: str
    others: str  # whom a shared comment reaches, in words
    agencies: list[tuple[int, str]]  # of a duty given to many: to whom a follower may speak


def conversation(topic: Topic, user: User, others: str, sent: CommentForm | None = None) -> Talk | None:
    """None where the person has no word in it."""
    if not workrules.can_comment(user, topic):
        return None
    form = sent or CommentForm(formdata=None, prefix="comment-")
    if sent is None:
        form.form_key.data = secrets.token_urlsafe(24)
    internal = workrules.may_be_internal(user)
    form.agency.choices = _threads(topic, user)
    form.to.choices = [
        ("internal", _("Nội bộ %(agency)s", agency=user.agency.display_name)),
        ("shared", _("Trao đổi với %(others)s", others=others)),
    ]
    if sent is None:
        form.to.data = "internal" if internal else "shared"
    return Talk(
        comments=list(db.session.scalars(talk.comments_on(topic, user))),
        form=form,
        may_be_internal=internal,
        own_agency=user.agency.display_name,
        others=others,
        agencies=form.agency.choices,
    )


def _threads(topic: Topic, user: User) -> list[tuple[int, str]]:
    if len(topic.agencies) < 2 or (user.agency_id in topic.agencies and not workrules.follows(user, topic)):
        return []
    rows = db.session.execute(
        sa.select(Agency.id, sa.func.coalesce(Agency.short_name, Agency.name))
        .where(Agency.id.in_(topic.agencies))
        .order_by(Agency.protocol_order, Agency.name_key)
    )
    return [(0, _("Mọi cơ quan được giao")), *((key, name) for key, name in rows)]


def others_of(obligation: Obligation, user: User) -> str:
    """Whom a shared comment on an obligation reaches, besides the person's own agency."""
    if user.agency_id != obligation.agency_id:
        return obligation.agency.display_name
    names = dict.fromkeys((obligation.standing_agency.display_name, obligation.receiver.display_name))
    return ", ".join(name for name in names if name != user.agency.display_name) or _("nơi theo dõi")


@dataclass(frozen=True, slots=True)
class HeadsWord:
    """The report that waits for the head, and what this person may do with it."""

    presentation: Presentation
    decides: bool
    takes_back: bool
    late_if_sent_now: int


def heads_word(obligation: Obligation, user: User, today: date) -> HeadsWord | None:
    presentation = queries.waiting_presentation(obligation)
    if presentation is None or not rules.can_submit(user, obligation):
        return None
    return HeadsWord(
        presentation,
        decides=workrules.can_confirm(user, obligation.agency_id),
        takes_back=workrules.can_take_presentation_back(user, presentation),
        late_if_sent_now=rules.days_late(obligation, today),
    )


@dataclass(frozen=True, slots=True)
class Cards:
    """Everything of this kind on the page of one obligation."""

    in_charge: InCharge | None  # inside the agency only
    inherited: list[OfficerInCharge]
    parts: Parts
    parts_shown: bool
    talk: Talk | None
    heads_word: HeadsWord | None
    given_back: Presentation | None  # the last report that the head gave back, where none was laid since
    suspends: bool
    suspended: bool
    rests: bool  # suspended now or from a later day: there is something to end
    was_suspended: bool  # ran out by its own day and nobody has said what becomes of the deadline
    offered: date | None
    starts: bool
    panels: list[panels.Panel]


def cards_for(
    obligation: Obligation, user: User, today: date, calendar: WorkCalendar, said: CommentForm | None = None
) -> Cards:
    own = rules.can_submit(user, obligation)
    topic = topic_of(obligation)
    asked = parts(obligation, user, today, calendar)
    rests = workrules.has_suspension(obligation, today) and rules.is_owed(obligation)
    return Cards(
        in_charge=in_charge(topic, obligation.agency_id, user, today) if own else None,
        inherited=inherited(obligation) if own else [],
        parts=asked,
        parts_shown=bool(asked.all) or bool(own and asked.suggested),
        talk=conversation(topic, user, others_of(obligation, user), said),
        heads_word=heads_word(obligation, user, today),
        given_back=_given_back(obligation) if own and rules.is_owed(obligation) else None,
        suspends=workrules.can_suspend(user, obligation) and rules.is_owed(obligation),
        suspended=rules.is_owed(obligation) and rules.is_suspended(obligation, today),
        rests=rests,
        was_suspended=obligation.suspended_at is not None and not rests and rules.is_owed(obligation),
        offered=operations.offered_day(obligation, today, calendar),
        starts=own and obligation.started_at is None and rules.is_owed(obligation, today),
        panels=panels.panels_on(obligation, user),
    )


def _given_back(obligation: Obligation) -> Presentation | None:
    newest = db.session.scalars(
        sa.select(Presentation)
        .where(Presentation.obligation_id == obligation.id)
        .order_by(Presentation.id.desc())
        .options(joinedload(Presentation.decided_by))
        .limit(1)
    ).first()
    return newest if newest is not None and newest.sent is False and newest.reason else None
