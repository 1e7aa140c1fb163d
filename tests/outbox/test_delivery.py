"""The queue empties into a real mail server, on both databases, whatever goes wrong on the way."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import timedelta
from random import Random

import pytest
import sqlalchemy as sa

from app import create_app
from app.extensions import db
from app.outbox import backoff, renderers
from app.outbox.delivery import STALE_AFTER, claim, deliver, sweep
from app.outbox.models import Message, MessageState
from tests.conftest import both_engines
from tests.smtp import HANG_UP, TAKE_AND_HANG_UP, WAIT_FOREVER

pytestmark = both_engines


def at(moment):
    return lambda: moment


def reload(message):
    db.session.expire_all()
    return db.session.get(Message, message.id)


def test_a_queued_mail_is_sent_once_and_recorded(queue, server, now):
    message = queue()
    assert deliver(at(now)) == {"sent": 1}
    assert deliver(at(now)) == {}
    assert server.recipients() == ["a@lamgiang.test"]
    assert server.message_ids() == [message.message_id]
    sent = reload(message)
    assert (sent.state, sent.sent_at, sent.tries, sent.claimed_by) == (MessageState.SENT, now, 1, None)


def test_many_mails_go_over_one_connection(queue, server, now):
    for n in range(5):
        queue(f"p{n}")
    assert deliver(at(now)) == {"sent": 5}
    assert server.connections == 1


def test_a_connection_is_renewed_before_a_server_grows_tired_of_it(queue, server, app, now):
    app.config["MAIL_PER_CONNECTION"] = 2
    for n in range(5):
        queue(f"p{n}")
    assert deliver(at(now)) == {"sent": 5}
    assert server.connections == 3


def test_at_most_the_limit_is_sent_in_one_go(queue, server, now):
    for n in range(3):
        queue(f"p{n}")
    assert deliver(at(now), 2) == {"sent": 2}
    assert deliver(at(now), 2) == {"sent": 1}


def test_the_mail_in_hand_is_finished_when_told_to_stop(queue, server, now):
    queue("first"), queue("second")
    assert deliver(at(now), should_stop=lambda: True) == {"sent": 1}
    assert claim(now, "w")[0].recipient == "second@lamgiang.test"


def test_what_is_due_later_waits(queue, server, now):
    queue(next_try_at=now + timedelta(seconds=1))
    assert deliver(at(now)) == {}


def test_a_passing_refusal_is_tried_again_later_with_the_same_message_id(queue, server, now):
    message = queue()
    server.fault = lambda command, *_: "451 4.7.1 greylisted, come back" if command == "RCPT" else None
    assert deliver(at(now), rng=Random(1)) == {"retry": 1}
    waiting = reload(message)
    assert waiting.state is MessageState.QUEUED
    assert "greylisted" in waiting.error
    assert now + timedelta(seconds=40) < waiting.next_try_at < now + timedelta(seconds=80)
    assert deliver(at(now + timedelta(seconds=30))) == {}
    server.fault = lambda *_: None
    assert deliver(at(now + timedelta(minutes=2))) == {"sent": 1}
    assert server.message_ids() == [message.message_id]
    assert reload(message).error is None


@pytest.mark.parametrize("command", ["RCPT", "DATA"])
def test_a_final_refusal_is_given_up_at_once_and_shows_the_servers_words(queue, server, now, command):
    message = queue("gone")
    server.fault = lambda asked, *_: "550 5.1.1 no such mailbox" if asked == command else None
    assert deliver(at(now)) == {"given_up": 1}
    given_up = reload(message)
    assert given_up.state is MessageState.GIVEN_UP
    assert given_up.error == "550 5.1.1 no such mailbox"


def test_one_refused_mail_does_not_hold_up_the_others(queue, server, now):
    queue("good"), queue("bad"), queue("better")
    server.fault = lambda _command, address, _taken: "550 no" if address.startswith("bad") else None
    assert deliver(at(now)) == {"sent": 2, "given_up": 1}
    assert server.recipients() == ["good@lamgiang.test", "better@lamgiang.test"]


@pytest.mark.parametrize("behaviour", [HANG_UP, WAIT_FOREVER, "421 4.3.2 closing"])
def test_a_broken_conversation_is_tried_again_and_the_next_mail_gets_a_new_connection(
    queue, server, now, behaviour
):
    queue("first"), queue("second")
    server.fault = lambda command, address, _taken: (
        behaviour if command == "DATA" and address.startswith("first") else None
    )
    assert deliver(at(now)) == {"retry": 1, "sent": 1}
    server.fault = lambda *_: None
    assert deliver(at(now + timedelta(minutes=2))) == {"sent": 1}
    assert sorted(server.recipients()) == ["first@lamgiang.test", "second@lamgiang.test"]


def test_after_a_taken_mail_whose_answer_was_lost_the_copy_has_the_same_message_id(queue, server, now):
    """The one window in which a mail can repeat: a reader's mail program then recognises the copy."""
    message = queue()
    server.fault = lambda command, _address, taken: (
        TAKE_AND_HANG_UP if command == "DATA" and not taken else None
    )
    assert deliver(at(now)) == {"retry": 1}
    assert deliver(at(now + timedelta(minutes=2))) == {"sent": 1}
    assert server.message_ids() == [message.message_id] * 2


def test_a_mail_server_that_is_away_costs_no_try_and_leaves_the_rest_of_the_queue_alone(
    queue, server, app, now
):
    first, second = queue("first"), queue("second")
    port, app.config["MAIL_PORT"] = app.config["MAIL_PORT"], 1  # nobody listens there
    assert deliver(at(now)) == {"way_closed": 1}
    assert (reload(first).tries, reload(second).tries) == (0, 0)
    assert "Connection" in reload(first).error
    app.config["MAIL_PORT"] = port
    assert deliver(at(now + timedelta(days=30))) == {"sent": 2}


def test_after_the_last_try_a_mail_is_given_up_with_its_reason(queue, server, now):
    message = queue(tries=backoff.MOST_TRIES - 1)
    server.fault = lambda *_: "452 4.2.2 mailbox full"
    assert deliver(at(now)) == {"given_up": 1}
    assert reload(message).error == "452 4.2.2 mailbox full"


def test_a_worker_that_died_between_claim_and_sending_loses_nothing(queue, server, now):
    message = queue()
    claim(now, "dead worker")
    db.session.commit()
    later = now + STALE_AFTER
    assert deliver(at(later)) == {}
    assert sweep(later) == 0
    later += timedelta(seconds=1)
    assert sweep(later) == 1
    db.session.commit()
    assert deliver(at(later)) == {"sent": 1}
    assert server.message_ids() == [message.message_id]


def test_a_mail_on_which_workers_keep_dying_is_given_up(queue, server, now):
    message = queue(tries=backoff.MOST_TRIES - 1)
    claim(now, "dead worker")
    db.session.commit()
    assert sweep(now + timedelta(hours=1)) == 1
    db.session.commit()
    assert reload(message).state is MessageState.GIVEN_UP


def test_a_worker_that_slept_on_its_claim_sends_nothing(queue, server, app, now):
    message = queue(kind="digest", context={})
    moments = [now]

    def sleep():
        moments.append(now + timedelta(minutes=6))

    renderers.register(app, "digest", lambda *_: sleep() or ("2 việc", "a", None))
    assert deliver(lambda: moments[-1], 1) == {"dropped": 1}
    assert server.mails == []
    assert reload(message).state is MessageState.QUEUED


def test_the_record_of_a_taken_mail_waits_for_the_database_to_come_back(queue, server, now, monkeypatch):
    message = queue()
    away, waits = [True, True], []

    @sa.event.listens_for(db.engine, "before_cursor_execute")
    def fail(_conn, _cursor, statement, *_rest):
        if server.mails and statement.startswith("UPDATE message SET state") and away:
            away.pop()
            raise sa.exc.OperationalError(statement, {}, Exception("the server closed the connection"))

    assert deliver(at(now), wait=waits.append) == {"sent": 1}
    assert len(waits) == 2
    assert reload(message).state is MessageState.SENT
    assert len(server.mails) == 1


def test_several_workers_at_once_send_every_mail_once(queue, server, settings, now):
    for n in range(60):
        queue(f"p{n}")
    counts: list[dict[str, int]] = []

    def work(own):
        with own.app_context():
            counts.append(deliver(at(now), wait=lambda _seconds: None))
            db.session.remove()
            db.engine.dispose()

    workers = [threading.Thread(target=work, args=[create_app(settings)]) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sum((Counter(c) for c in counts), Counter()) == {"sent": 60}
    assert sorted(server.recipients()) == sorted(f"p{n}@lamgiang.test" for n in range(60))


def test_a_digest_is_put_into_words_at_the_claim_and_kept_as_it_was_sent(queue, server, app, now):
    renderers.register(
        app, "digest", lambda message, _now: ("2 việc", f"{message.context['items']}\n", "<p>2</p>")
    )
    message = queue(kind="digest", context={"items": [7, 8]}, subject=None, body_text=None, body_html=None)
    assert deliver(at(now)) == {"sent": 1}
    assert server.mails[0]["Subject"] == "2 việc"
    assert reload(message).body_text == "[7, 8]\n"


def test_a_digest_with_nothing_left_to_say_is_not_sent(queue, server, app, now):
    renderers.register(app, "digest", lambda _message, _now: None)
    message = queue(kind="digest", context={})
    assert deliver(at(now)) == {"superseded": 1}
    assert reload(message).state is MessageState.SUPERSEDED
    assert server.mails == []


def test_a_digest_that_cannot_be_put_into_words_waits_and_the_others_go_out(queue, server, app, now):
    def fail(_message, _now):
        raise ValueError("no such plan")

    renderers.register(app, "digest", fail)
    message = queue("digest", kind="digest", context={})
    queue("other")
    assert deliver(at(now)) == {"retry": 1, "sent": 1}
    assert reload(message).error == "ValueError: no such plan"


def test_a_secret_in_a_mail_is_sent_and_not_kept(queue, server, app, now):
    url = "http://dunghan.test/link/3f9a"
    words = renderers.Rendered("Mời", f"Mở {url}\n", f'<a href="{url}">Mở</a>', secrets=("3f9a",))
    words = renderers.Rendered("Mời", f"Mở {url}\n", f'<a href="{url}">Mở</a>', secrets=("3f9a",))
    renderers.register(app, "link", lambda *_: words)
    message = queue(kind="link", context={})
    assert deliver(at(now)) == {"sent": 1}
    assert url in server.mails[0].get_body(("plain",)).get_content()
    kept = reload(message)
    assert "3f9a" not in kept.body_text + kept.body_html
    assert "•••" in kept.body_text
