"""What a mail looks like on the wire."""

from __future__ import annotations

import email
import email.policy
from datetime import UTC, datetime
from email.header import decode_header, make_header

import pytest

from app.outbox.delivery import deliver
from app.outbox.mime import Unsendable, compose
from tests.smtp import body_of


def wire(message, now):
    raw = compose(message, now).as_bytes()
    return raw, email.message_from_bytes(raw, policy=email.policy.SMTP)


def test_a_vietnamese_subject_and_name_are_encoded_and_come_back_whole(queue, now):
    subject = (
        "Sở Y tế: 1 báo cáo quá hạn, 2 việc đến hạn trước 05/12 theo Kế hoạch số 187/KH-UBND về giảm nghèo"
    )
    raw, mail = wire(queue(subject=subject), now)
    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) <= 78
    assert mail["Subject"] == subject
    assert mail["To"].addresses[0].display_name == "Nguyễn Thị Hạnh"
    assert mail["From"].addresses[0].display_name == "Đúng Hạn"
    assert mail["From"].addresses[0].addr_spec == "nhac@dunghan.test"


def test_headers_say_that_a_machine_wrote_it_in_which_language_and_where_to_change_that(queue, now):
    _raw, mail = wire(queue(), now)
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Content-Language"] == "vi"
    assert mail["List-Unsubscribe"].startswith("<http://dunghan.test/")
    assert mail["Date"].datetime == datetime(2026, 11, 25, 2, 0, tzinfo=UTC)


def test_the_message_id_comes_from_the_key_and_is_the_same_each_time(queue, now):
    message = queue("x")
    assert wire(message, now)[1]["Message-ID"] == wire(message, now)[1]["Message-ID"] == message.message_id


def test_plain_text_comes_before_html_and_both_hold_the_words(queue, now):
    _raw, mail = wire(queue(), now)
    assert mail.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    assert body_of(mail) == "Biểu 02 chưa có số liệu của 3 xã.\n"
    assert "<p>Biểu 02" in body_of(mail, "html")


def test_a_very_long_line_of_html_is_not_left_for_a_server_to_cut(queue, now):
    html = "<p>" + "chậm nhất ngày 16 tháng 11 " * 400 + "</p>"
    raw, mail = wire(queue(body_html=html), now)
    assert max(map(len, raw.split(b"\r\n"))) <= 78
    assert body_of(mail, "html").strip() == html


def test_all_mails_about_one_obligation_are_one_conversation_and_others_are_not(queue, now):
    first = wire(queue("a", obligation_id=7), now)[1]
    second = wire(queue("b", obligation_id=7), now)[1]
    other = wire(queue("c", obligation_id=8), now)[1]
    assert first["References"] == first["In-Reply-To"] == second["References"] != other["References"]
    assert first["Message-ID"] != second["Message-ID"]
    assert wire(queue("d"), now)[1]["References"] is None


def test_days_come_as_a_calendar_file_beside_the_words(queue, now):
    days = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:PUBLISH\r\nEND:VCALENDAR\r\n"
    _raw, mail = wire(queue(calendar=days), now)
    assert mail.get_content_type() == "multipart/mixed"
    words, attached = mail.iter_parts()
    assert words.get_content_type() == "multipart/alternative"
    assert (attached.get_content_type(), attached.get_filename()) == ("text/calendar", "han.ics")
    assert attached.get_content().replace("\r\n", "\n") == days.replace("\r\n", "\n")


@pytest.mark.parametrize("name", ["Nguyễn Văn A, Sở Y tế", 'Le "Tam" <x>', "a" * 90, "", "x\r\nBcc: y@z"])
def test_any_name_is_written_so_that_it_is_read_back_and_adds_no_header(queue, now, name):
    raw, mail = wire(queue(recipient_name=name), now)
    [to] = mail["To"].addresses
    assert (to.addr_spec, to.display_name) == ("a@lamgiang.test", " ".join(name.split()))
    assert mail["Bcc"] is None
    assert raw.isascii()


@pytest.mark.parametrize(
    "address", ["không@lamgiang.test", "a b@lamgiang.test", "lamgiang.test", "a@b\r\nBcc: c@d"]
)
def test_what_is_no_address_is_not_sent_and_says_why(queue, now, address):
    with pytest.raises(Unsendable, match="no address"):
        compose(queue(recipient=address), now)


def test_a_domain_in_other_letters_is_written_by_its_registered_name(queue, now):
    written = wire(queue(recipient="a@tỉnh.test"), now)[1]["To"].addresses[0].domain
    assert written.startswith("xn--")
    assert written.encode("ascii").decode("idna") == "tỉnh.test"


def test_what_the_server_gets_is_byte_for_byte_what_was_composed(queue, server, now):
    message = queue(body_text=".một dòng bắt đầu bằng dấu chấm\n.\n")
    deliver(lambda: now)
    [raw] = server.raw
    assert raw == compose(message, now).as_bytes()


def test_a_very_long_name_is_folded_into_several_words_that_make_one_again(queue, now):
    name = " ".join(["Ủy ban"] * 20)
    raw, _mail = wire(queue(recipient_name=name), now)
    written = email.message_from_bytes(raw)["To"]
    assert str(make_header(decode_header(written))).replace("\n", "") == f"{name} <a@lamgiang.test>"
