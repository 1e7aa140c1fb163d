"""Finding mails in the outbox: the log of a standing agency and of the administrator, and one's own."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from app.accounts.models import User
from app.accounts.rules import is_administrator, runs_plans
from app.errors import NotVisible
from app.extensions import db
from app.obligations.models import Obligation
from app.outbox.models import AddressState, Bounce, Message, MessageState
from app.planreader import fold
from app.reminders.models import Reminder

WAITING = (MessageState.QUEUED, MessageState.SENDING)
# What the filter of the log offers: name → states.
STATES: dict[str, tuple[MessageState, ...]] = {
    "failed": (MessageState.GIVEN_UP,),
    "waiting": WAITING,
    "sent": (MessageState.SENT,),
    "superseded": (MessageState.SUPERSEDED,),
    "cancelled": (MessageState.CANCELLED,),
}


def visible_mails(user: User) -> sa.Select[tuple[Message]]:
    """Mails about the plans that this person runs; the administrator all, others none; newest first."""
    query = sa.select(Message).order_by(Message.created_at.desc(), Message.id.desc())
    if is_administrator(user):
        return query
    if not runs_plans(user):
        return query.where(sa.false())
    mine = Obligation.standing_agency_id == user.agency_id
    of_notice = sa.select(Obligation.id).where(Obligation.id == Message.obligation_id, mine)
    of_digest = (
        sa.select(Reminder.id)
        .join(Obligation, Obligation.id == Reminder.obligation_id)
        .where(Reminder.message_id == Message.id, mine)
    )
    return query.where(sa.or_(of_notice.exists(), of_digest.exists()))


def log_of(user: User, *, state: str = "", text: str = "") -> sa.Select[tuple[Message]]:
    """The log, narrowed to some states and to readers whose name (diacritics or not) or address holds `text`."""
    query = visible_mails(user)
    if state in STATES:
        query = query.where(Message.state.in_(STATES[state]))
    for word in fold(text).split():
        named = sa.select(User.id).where(
            User.id == Message.user_id, User.name_key.contains(word, autoescape=True)
        )
        query = query.where(sa.or_(named.exists(), Message.recipient.icontains(word, autoescape=True)))
    return query


def counts_of(user: User) -> dict[str, int]:
    """How many mails stand in each group of states."""
    counted = visible_mails(user).with_only_columns(Message.state, sa.func.count()).group_by(Message.state)
    by_state = dict(db.session.execute(counted.order_by(None)).tuples().all())
    return {name: sum(by_state.get(state, 0) for state in states) for name, states in STATES.items()}


def mails_to(user: User) -> sa.Select[tuple[Message]]:
    """What was sent to this person, newest first."""
    return (
        sa.select(Message)
        .where(Message.user_id == user.id, Message.state == MessageState.SENT)
        .order_by(Message.sent_at.desc(), Message.id.desc())
    )


def mail_for(user: User, message_id: int) -> Message:
    """A mail of the log.

    Raises:
        NotVisible: it does not exist for this person.
    """
    found = db.session.scalar(visible_mails(user).where(Message.id == message_id))
    if found is None:
        raise NotVisible
    return found


def own_mail(user: User, message_id: int) -> Message:
    """
    Raises:
        NotVisible: there is no such mail that was sent to this person.
    """
    found = db.session.scalar(mails_to(user).where(Message.id == message_id))
    if found is None:
        raise NotVisible
    return found


def obligations_in(message: Message) -> Sequence[Obligation]:
    """What a mail speaks of."""
    in_digest = sa.select(Reminder.obligation_id).where(Reminder.message_id == message.id)
    return db.session.scalars(
        sa.select(Obligation)
        .where(sa.or_(Obligation.id.in_(in_digest), Obligation.id == message.obligation_id))
        .order_by(Obligation.id)
        .options(joinedload(Obligation.agency), joinedload(Obligation.plan))
    ).all()


def reminders_about(obligation: Obligation) -> Sequence[sa.Row[tuple[Reminder, Message | None, str]]]:
    """What was said about one obligation: reminder, its mail, the reader's name."""
    return db.session.execute(
        sa.select(Reminder, Message, User.name)
        .join(User, User.id == Reminder.user_id)
        .outerjoin(Message, Message.id == Reminder.message_id)
        .where(Reminder.obligation_id == obligation.id)
        .order_by(Reminder.created_at, Reminder.id)
    ).all()


# -- addresses ----------------------------------------------------------------------------------------------------


def suspended_for(user: User) -> Sequence[AddressState]:
    """Suspended addresses to which this person's log has a mail, the latest first."""
    return db.session.scalars(_suspended_for(user)).all()


def address_for(user: User, address_id: int) -> AddressState:
    """
    Raises:
        NotVisible: there is no such address for this person.
    """
    query = sa.select(AddressState).where(AddressState.id == address_id, _wrote_to(user))
    if (found := db.session.scalar(query)) is None:
        raise NotVisible
    return found


def _suspended_for(user: User) -> sa.Select[tuple[AddressState]]:
    return (
        sa.select(AddressState)
        .where(AddressState.suspended_at.is_not(None), _wrote_to(user))
        .order_by(AddressState.suspended_at.desc(), AddressState.id)
    )


def _wrote_to(user: User) -> sa.ColumnElement[bool]:
    if is_administrator(user):
        return sa.true()
    written = visible_mails(user).order_by(None).with_only_columns(Message.id)
    return written.where(sa.func.lower(Message.recipient) == AddressState.address).exists()


def bounces_of(message: Message) -> Sequence[Bounce]:
    """What came back about one mail, in order."""
    return db.session.scalars(
        sa.select(Bounce).where(Bounce.message_row == message.id).order_by(Bounce.id)
    ).all()
