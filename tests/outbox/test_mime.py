"""What a mail looks like on the wire."""

from __future__ import annotations

import email
import email.policy
from datetime import UTC, datetime

from app.outbox.mime import compose
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
