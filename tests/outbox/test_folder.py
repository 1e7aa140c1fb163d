"""Without a mail server, mails are files that any mail program opens."""

from __future__ import annotations

import email
import email.policy
from pathlib import Path
from typing import Any

import pytest

from app.outbox.delivery import deliver
from app.outbox.transports import file_name
from tests.smtp import body_of


@pytest.fixture
def settings(settings: dict[str, Any]) -> dict[str, Any]:
    return {**settings, "MAIL_SERVER": ""}


def test_each_mail_becomes_a_file_named_by_its_message_id(queue, app, now):
    message = queue()
    assert deliver(lambda: now) == {"sent": 1}
    [written] = Path(app.config["MAIL_FOLDER"]).iterdir()
    assert written.name == message.message_id.strip("<>") + ".eml"
    mail = email.message_from_bytes(written.read_bytes(), policy=email.policy.SMTP)
    assert mail["Subject"] == "Trả lại: Báo cáo a"
    assert "3 xã" in body_of(mail)


def test_a_folder_that_cannot_be_written_leaves_the_mails_in_the_queue(queue, app, now):
    queue()
    Path(app.config["MAIL_FOLDER"]).write_text("a file where the folder should be")
    assert deliver(lambda: now) == {"way_closed": 1}


def test_a_message_id_never_leads_out_of_the_folder():
    assert file_name("../../etc/passwd") == "_.._etc_passwd.eml"
