"""Several mail servers in order, a limit a minute, a domain that asks for patience, workers side by side."""

from __future__ import annotations

from datetime import timedelta
from random import Random

import pytest
import sqlalchemy as sa

from app.extensions import db
from app.outbox import domains, liveness, servers
from app.outbox.delivery import STALE_AFTER, claim, deliver, sweep
from app.outbox.models import MailServer, Message, MessageState
from config import load
from tests.conftest import both_engines
from tests.smtp import SLOWLY, serve

DEAD_PORT = 1  # nobody listens there


def at(moment):
    return lambda: moment


@pytest.mark.parametrize(
    ("address", "port", "security"),
    [
        ("smtp://mx.lamgiang.test", 25, ""),
        ("smtp+starttls://nhac:m%E1%BA%ADt@mx.lamgiang.test", 587, "starttls"),
        ("smtps://nhac:$RELAY_PASSWORD@mx.lamgiang.test:4650", 4650, "tls"),
    ],
)
def test_a_servers_address_gives_host_port_security_and_credentials(address, port, security):
    server = servers.read_server(address, {"RELAY_PASSWORD": "mật"})
    assert (server.host, server.port, server.security) == ("mx.lamgiang.test", port, security)
    assert (server.username, server.password) == (("nhac", "mật") if "nhac" in address else (None, None))
    assert "mật" not in repr(server)


@pytest.mark.parametrize(
    "address", ["mx.lamgiang.test", "http://mx", "smtp://", "smtp://mx:port", "smtps://u:$NOT_SET@mx"]
)
def test_an_address_that_is_none_is_told_without_its_password(address):
    with pytest.raises(servers.BadServer, match="MAIL_SERVERS"):
        servers.read_server(address, {})


@pytest.mark.parametrize(
    ("environ", "by_hand"),
    [
        ({}, True),
        ({"MAIL_SERVER": " "}, True),
        ({"MAIL_SERVER": "mx.lamgiang.test"}, False),
        ({"MAIL_SERVERS": "smtp://mx.lamgiang.test"}, False),
        ({"MAIL_SERVERS": "smtp://mx.lamgiang.test", "ADMIN_SETS_PASSWORDS": "1"}, True),
    ],
)
def test_passwords_are_set_by_hand_only_where_no_mail_server_is_named(tmp_path, environ, by_hand):
    assert load({"INSTANCE_PATH": str(tmp_path), **environ})["ADMIN_SETS_PASSWORDS"] is by_hand


def test_when_the_first_server_is_away_the_next_takes_the_mails_and_later_the_first_again(queue, app, now):
    with serve() as (first, first_port), serve() as (second, second_port):
        app.config["MAIL_SERVERS"] = f"smtp://127.0.0.1:{DEAD_PORT} smtp://127.0.0.1:{second_port}"
        queue("a"), queue("b")
        assert deliver(at(now)) == {"sent": 2}
        assert len(second.mails) == 2
        away = db.session.get(MailServer, f"127.0.0.1:{DEAD_PORT}")
        assert (away.away_since, "Connection" in away.error) == (now, True)
        app.config["MAIL_SERVERS"] = f"smtp://127.0.0.1:{first_port} smtp://127.0.0.1:{second_port}"
        queue("c")
        assert deliver(at(now)) == {"sent": 1}
        assert len(first.mails) == 1


def test_a_server_that_is_back_is_asked_first_again_and_no_longer_shown_as_away(queue, app, now):
    with serve() as (first, first_port), serve() as (_second, second_port):
        app.config["MAIL_SERVERS"] = f"smtp://127.0.0.1:{first_port} smtp://127.0.0.1:{second_port}"
        name = f"127.0.0.1:{first_port}"
        servers.note_away(servers.servers()[0], "ConnectionRefusedError", now)
        db.session.commit()
        queue("a")
        deliver(at(now))
        assert first.mails == []
        queue("b")
        deliver(at(now + servers.AWAY))
        assert len(first.mails) == 1
        assert db.session.get(MailServer, name, populate_existing=True).away_since is None


def test_where_no_server_can_be_reached_the_queue_is_left_alone(queue, app, now):
    app.config["MAIL_SERVERS"] = f"smtp://127.0.0.1:{DEAD_PORT},smtp://127.0.0.1:{DEAD_PORT + 1}"
    queue("a"), queue("b")
    assert deliver(at(now)) == {"way_closed": 1}
    assert set(db.session.execute(sa.select(Message.state, Message.tries)).tuples()) == {
        (MessageState.QUEUED, 0)
    }


@both_engines
def test_a_server_is_given_no_more_mails_a_minute_than_it_may(queue, server, app, now):
    app.config["MAIL_RATE_PER_MINUTE"] = 5
    for n in range(12):
        queue(f"p{n}")
    assert deliver(at(now)) == {"sent": 5}
    assert deliver(at(now + timedelta(seconds=30))) == {}
    assert deliver(at(now + timedelta(minutes=1))) == {"sent": 5}
    assert deliver(at(now + timedelta(minutes=2))) == {"sent": 2}
    assert len(server.mails) == 12


@both_engines
def test_a_domain_that_says_too_many_waits_and_the_others_go_on(queue, server, app, now):
    for n in range(3):
        queue(f"slow{n}", recipient=f"slow{n}@cham.test")
    queue("other")
    server.fault = lambda command, address, _taken: (
        "450 4.7.1 Too many messages, slow down" if command == "RCPT" and "cham" in address else None
    )
    first = deliver(at(now), rng=Random(1))
    assert (first["sent"], sum(first.values())) == (1, 4)
    queue("later", recipient="later@cham.test")
    assert deliver(at(now), rng=Random(1)) == {"paused": 1}
    server.fault = lambda *_: None
    assert deliver(at(now + timedelta(hours=3))) == {"sent": 4}
    assert domains.pauses(now) == {}


@pytest.mark.parametrize(
    ("reason", "is_about_number"),
    [
        ("421 4.7.28 Gmail has detected an unusual rate of mail", True),
        ("452 4.5.3 Too many recipients", True),
        ("451 4.7.1 Greylisted, try again in 5 minutes", False),
        ("550 5.7.1 Too many messages", False),
    ],
)
def test_only_a_passing_refusal_about_the_number_slows_a_domain(reason, is_about_number):
    assert domains.says_too_many(reason) is is_about_number


def test_workers_of_one_process_hide_the_waits_of_a_slow_server(queue, server, app, now):
    server.fault = lambda command, *_: f"{SLOWLY}0.05" if command == "DATA" else None
    app.config["MAIL_WORKERS"] = 10
    for n in range(100):
        queue(f"p{n}")
    assert deliver(at(now)) == {"sent": 100}
    assert 1 < server.most_at_once <= 10
    assert 1 < server.connections <= 10
    assert len(set(server.message_ids())) == 100


# -- who is alive ---------------------------------------------------------------------------------------------------


def test_the_claims_of_a_dead_worker_return_at_once_and_those_of_a_living_one_never(queue, server, now):
    queue("a"), queue("b")
    with liveness.living_worker() as alive:
        claim(now, alive)
        db.session.commit()
        with liveness.living_worker() as dead:
            claim(now, dead)
            db.session.commit()
        assert sweep(now) == 1
        db.session.commit()
        assert sweep(now + timedelta(days=3)) == 0  # a clock that jumped says nothing about a process
        assert db.session.scalars(sa.select(Message.claimed_by)).all().count(alive) == 1
    assert deliver(at(now)) == {"sent": 2}


def test_of_a_worker_on_another_machine_only_the_age_of_its_claim_is_known(queue, now):
    queue()
    claim(now, "far-away-1-a")
    db.session.commit()
    assert sweep(now + STALE_AFTER) == 0
    assert sweep(now + STALE_AFTER + timedelta(seconds=1)) == 1


def test_a_mail_on_which_a_worker_died_is_taken_alone_and_after_the_others(queue, now):
    for n in range(3):
        queue(f"p{n}")
    with liveness.living_worker() as name:
        claim(now, name, 2)
        db.session.commit()
    sweep(now)
    db.session.commit()
    assert [one.recipient for one in claim(now, "w", 10)] == ["p2@lamgiang.test"]
    assert [one.recipient for one in claim(now, "w", 10)] == ["p0@lamgiang.test"]


def test_what_a_clock_that_was_ahead_put_off_comes_back(queue, now):
    message = queue(tries=1, next_try_at=now + timedelta(days=3))
    waiting = queue("b", tries=1, next_try_at=now + timedelta(hours=4))
    sweep(now)
    assert db.session.get(Message, message.id, populate_existing=True).next_try_at == now
    assert db.session.get(Message, waiting.id, populate_existing=True).next_try_at > now
