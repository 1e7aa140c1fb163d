"""Cancelling and sending again by hand."""

from __future__ import annotations

import pytest

from app.audit.queries import entries_about
from app.errors import Refused
from app.extensions import db
from app.outbox.delivery import claim, deliver
from app.outbox.models import MessageState
from app.outbox.operations import cancel, resend


def test_a_waiting_mail_can_be_cancelled_and_is_then_not_sent(queue, cast, server, now):
    message = queue()
    cancel(message, actor=cast.ha, now=now)
    db.session.commit()
    assert deliver(lambda: now) == {}
    [entry] = entries_about("message", message.id)
    assert (entry.act, entry.actor_name, entry.subject_name) == (
        "message.cancelled",
        "Đặng Thu Hà",
        "a@lamgiang.test",
    )


def test_a_mail_that_is_just_being_sent_cannot_be_cancelled(queue, cast, now):
    message = queue()
    claim(now, "worker")
    with pytest.raises(Refused):
        cancel(message, actor=cast.ha, now=now)


@pytest.mark.parametrize("state", [MessageState.GIVEN_UP, MessageState.CANCELLED])
def test_a_mail_that_was_stopped_goes_back_to_the_queue_with_all_its_tries(queue, cast, server, now, state):
    message = queue(state=state, tries=20, error="550 no such mailbox")
    assert resend(message, actor=cast.ha, now=now) is message
    db.session.commit()
    assert (message.tries, message.error) == (0, None)
    assert deliver(lambda: now) == {"sent": 1}
    assert server.message_ids() == [message.message_id]


def test_of_a_sent_mail_a_copy_goes_out_and_the_record_stays(queue, cast, server, now):
    message = queue(state=MessageState.SENT, sent_at=now, context={"items": [1]})
    copy = resend(message, actor=cast.ha, now=now)
    again = resend(message, actor=cast.ha, now=now)
    db.session.commit()
    assert deliver(lambda: now) == {"sent": 2}
    assert len({message.message_id, copy.message_id, again.message_id}) == 3
    assert (message.state, message.sent_at, copy.body_text) == (MessageState.SENT, now, message.body_text)


@pytest.mark.parametrize("state", [MessageState.QUEUED, MessageState.SENDING, MessageState.SUPERSEDED])
def test_what_waits_or_has_nothing_to_say_is_not_sent_again(queue, cast, now, state):
    with pytest.raises(Refused):
        resend(queue(state=state), actor=cast.ha, now=now)
