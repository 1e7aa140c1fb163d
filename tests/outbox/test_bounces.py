"""Reports that a mail did not arrive suspend an address, however they come in, until a person lifts it."""

from __future__ import annotations

import mailbox
import socketserver
import threading
from datetime import timedelta
from email.message import EmailMessage

import pytest

from app.errors import Refused
from app.extensions import db
from app.outbox import addresses
from app.outbox.bounces import read_report, take_report
from app.outbox.delivery import deliver
from app.outbox.jobs import BadMailbox, read_bounces
from app.outbox.models import Message, MessageState
from app.outbox.operations import resend

HANH = "a@lamgiang.test"


def report(
    about: str, *, action="failed", status="5.1.1", said="550 5.1.1 no such user", number=1, returned="message/rfc822"
) -> bytes:  # fmt: skip
    """A report as Postfix writes it (RFC 3464): words, facts, and the mail or its headers."""
    to_name = "\n".join(
        [
            "Reporting-MTA: dns; mx.lamgiang.test", "Arrival-Date: Wed, 25 Nov 2026 09:00:00 +0700", "",
            f"Final-Recipient: rfc822; {HANH}", f"Action: {action}", f"Status: {status}",
            f"Diagnostic-Code: smtp; {said}", "",
        ]
    )  # fmt: skip
    original = f"Message-ID: {about}\nSubject: x\n\nthe body\n"
    return "\n".join(
        [
            "From: MAILER-DAEMON@mx.lamgiang.test", "To: nhac@dunghan.test", f"Message-ID: <{number}@mx.lamgiang.test>",
            "Auto-Submitted: auto-replied", "MIME-Version: 1.0",
            'Content-Type: multipart/report; report-type=delivery-status; boundary="b"', "",
            "--b", "Content-Type: text/plain", "", "I'm sorry.", "",
            "--b", "Content-Type: message/delivery-status", "", to_name,
            "--b", f"Content-Type: {returned}", "", original, "--b--", "",
        ]
    ).encode()  # fmt: skip


@pytest.fixture
def sent(queue, server, now):
    message = queue(recipient="A@lamgiang.test")
    deliver(lambda: now)
    return message


@pytest.mark.parametrize("returned", ["message/rfc822", "text/rfc822-headers"])
def test_a_report_tells_the_mail_the_status_and_the_words_of_the_server(returned):
    found = read_report(report("<k@dunghan.test>", returned=returned))
    assert found.about == ("<k@dunghan.test>",)
    assert [(f.status, f.reason, f.permanent) for f in found.failures] == [
        ("5.1.1", "5.1.1 550 5.1.1 no such user", True)
    ]


@pytest.mark.parametrize(
    ("values", "permanent"),
    [
        ({"action": "delayed", "status": "4.4.1"}, False),
        ({"action": "failed", "status": "4.2.2", "said": "452 4.2.2 mailbox full"}, False),
        ({"action": "failed", "status": "5.2.1"}, True),
    ],
)
def test_only_what_failed_for_good_is_permanent(values, permanent):
    assert read_report(report("<k@dunghan.test>", **values)).failures[0].permanent is permanent


def test_exims_reports_without_facts_are_read_from_their_headers():
    mail = EmailMessage()
    mail["X-Failed-Recipients"], mail["References"] = HANH, "<k@dunghan.test>"
    mail.set_content("550 5.7.1 Rejected")
    found = read_report(mail.as_bytes())
    assert (found.about, found.failures[0].status) == (("<k@dunghan.test>",), "5.7.1")


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"Subject: Re: nghi phep\n\nVang mat den 30/11.\n"])
def test_what_is_no_report_is_passed_over(content):
    assert read_report(content) is None


def test_an_address_is_suspended_after_repeated_bounces_and_gets_no_more_mail(sent, queue, server, app, now):
    for number in range(app.config["MAIL_BOUNCES"]):
        assert addresses.suspended_addresses([HANH, "b@lamgiang.test"]) == set()
        bounce = take_report(report(sent.message_id, number=number), now=now)
        assert (bounce.address, bounce.message_row) == (HANH, sent.id)
    assert addresses.suspended_addresses(["A@Lamgiang.test", "b@lamgiang.test"]) == {"A@Lamgiang.test"}
    db.session.commit()
    another = queue("another", recipient=HANH)
    queue("b")
    assert deliver(lambda: now) == {"suspended": 1, "sent": 1}
    stopped = db.session.get(Message, another.id, populate_existing=True)
    assert (stopped.state, stopped.error) == (
        MessageState.GIVEN_UP,
        "the address is suspended after repeated bounces",
    )


def test_the_same_report_twice_and_reports_about_strange_mails_count_for_nothing(sent, now):
    assert take_report(report(sent.message_id), now=now) is not None
    assert take_report(report(sent.message_id), now=now) is None
    assert take_report(report("<guessed@dunghan.test>"), now=now) is None
    assert len(addresses.bounces_of(HANH)) == 1


def test_bounces_that_pass_or_lie_far_apart_suspend_nobody(sent, app, now):
    for number in range(5):
        take_report(report(sent.message_id, action="delayed", status="4.4.1", number=number), now=now)
    for number in range(5, 8):
        take_report(report(sent.message_id, number=number), now=now + timedelta(days=20 * number))
    assert addresses.suspended_addresses([HANH]) == set()


def test_a_server_that_refuses_the_address_at_once_counts_as_a_bounce(queue, server, app, now):
    server.fault = lambda command, *_: "550 5.1.1 no such mailbox" if command == "RCPT" else None
    for number in range(3):
        queue(f"n{number}", recipient=HANH)
        assert deliver(lambda: now) == {"given_up": 1}
    assert addresses.suspended_addresses([HANH]) == {HANH}


def test_a_person_lifts_the_suspension_and_the_mail_is_sent_again(cast, sent, server, now):
    for number in range(3):
        take_report(report(sent.message_id, number=number), now=now)
    state = addresses.state_of(HANH)
    addresses.lift(state, actor=cast.ha, now=now + timedelta(seconds=1))
    assert addresses.suspended_addresses([HANH]) == set()
    take_report(report(sent.message_id, number=9), now=now + timedelta(seconds=2))
    assert addresses.suspended_addresses([HANH]) == set()  # it begins to count anew
    with pytest.raises(Refused):
        addresses.lift(state, actor=cast.ha, now=now)
    resend(sent, actor=cast.ha, now=now)
    db.session.commit()
    assert deliver(lambda: now) == {"sent": 1}


# -- the three doors ------------------------------------------------------------------------------------------------


def test_a_mail_server_pipes_a_report_into_the_command(sent, app):
    runner = app.test_cli_runner()
    taken = runner.invoke(args=["mail", "bounce"], input=report(sent.message_id))
    assert (taken.exit_code, "no such user" in taken.output) == (0, True)
    other = runner.invoke(args=["mail", "bounce"], input=b"not a mail")
    assert (other.exit_code, "no report" in other.output) == (0, True)
    assert len(addresses.bounces_of(HANH)) == 1


def test_a_mail_server_posts_a_report_with_the_token(sent, app, client_of):
    stranger, body = client_of(None), report(sent.message_id)
    assert stranger.post("/mail/bounces", data=body).status_code == 404
    app.config["BOUNCE_TOKEN"] = "s3cret"
    assert stranger.post("/mail/bounces", data=body).status_code == 404
    wrong = {"Authorization": "Bearer guessed"}
    assert stranger.post("/mail/bounces", data=body, headers=wrong).status_code == 404
    right = {"Authorization": "Bearer s3cret"}
    answer = stranger.post("/mail/bounces", data=body, headers=right, content_type="message/rfc822")
    assert (answer.status_code, answer.json) == (200, {"taken": True})
    assert addresses.bounces_of(HANH)


def test_reports_are_read_from_a_maildir_once_and_other_mail_is_left_for_people(sent, app, now, tmp_path):
    box = mailbox.Maildir(tmp_path / "box")
    box.add(report(sent.message_id))
    box.add(b"Subject: Cam on\n\nDa nhan duoc thu nhac.\n")
    app.config["BOUNCE_MAILBOX"] = str(tmp_path / "box")
    assert read_bounces(now) == {"bounces": 1, "other": 1}
    assert read_bounces(now) == {}
    assert len(box) == 2
    app.config["BOUNCE_MAILBOX"] = str(tmp_path / "nowhere")
    with pytest.raises(BadMailbox, match="nowhere"):
        read_bounces(now)


class _Imap(socketserver.StreamRequestHandler):
    """As much of an IMAP server (RFC 3501) as a client needs to read what is unseen."""

    def handle(self) -> None:
        box: dict[bytes, bytes] = self.server.box  # type: ignore[attr-defined]
        seen: set[bytes] = self.server.seen  # type: ignore[attr-defined]
        self.wfile.write(b"* OK ready\r\n")
        for line in self.rfile:
            tag, verb, *words = line.split()
            if verb == b"CAPABILITY":
                self.wfile.write(b"* CAPABILITY IMAP4rev1\r\n")
            elif verb == b"LOGIN":
                self.server.signed_in = words  # type: ignore[attr-defined]
            elif verb == b"SELECT":
                self.wfile.write(b"* %d EXISTS\r\n" % len(box))
            elif words[:1] == [b"SEARCH"]:
                self.wfile.write(b"* SEARCH %s\r\n" % b" ".join(n for n in box if n not in seen))
            elif words[:1] == [b"FETCH"]:
                mail = box[words[1]]
                self.wfile.write(b"* 1 FETCH (UID %s BODY[] {%d}\r\n%s)\r\n" % (words[1], len(mail), mail))
            elif words[:1] == [b"STORE"]:
                seen.add(words[1])
            self.wfile.write(tag + b" OK done\r\n")
            if verb == b"LOGOUT":
                return


def test_reports_are_read_from_an_imap_server_and_marked_as_seen(sent, app, now, monkeypatch):
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Imap) as server:
        server.box = {b"1": report(sent.message_id), b"2": b"Subject: hi\r\n\r\nhi\r\n"}
        server.seen = set()
        threading.Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setenv("BOUNCE_PASSWORD", "kept-elsewhere")
        app.config["BOUNCE_MAILBOX"] = (
            f"imap://nhac:$BOUNCE_PASSWORD@127.0.0.1:{server.server_address[1]}/INBOX"
        )
        assert read_bounces(now) == {"bounces": 1, "other": 1}
        assert read_bounces(now) == {}
        assert [word.strip(b'"') for word in server.signed_in] == [b"nhac", b"kept-elsewhere"]
        assert server.seen == {b"1", b"2"}
        server.shutdown()
