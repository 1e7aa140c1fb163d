"""Suspended addresses stand beside the log of mails and on the person's page, and are lifted by hand."""

from __future__ import annotations

from app.extensions import db
from app.outbox.addresses import suspended_addresses
from app.outbox.models import AddressState


def test_an_administrator_sees_a_suspended_address_and_lets_mail_go_there_again(cast, client_of, now):
    db.session.add(
        AddressState(address=cast.hanh.mail_address, suspended_at=now, reason="5.1.1 no such user")
    )
    db.session.commit()
    client = client_of(cast.ha)
    log = client.get("/reminders/mails").get_data(as_text=True)
    assert cast.hanh.mail_address in log
    assert "5.1.1 no such user" in log
    assert "Tạm ngừng gửi thư" in client.get(f"/people/{cast.hanh.id}").get_data(as_text=True)
    state = db.session.query(AddressState).one()
    answer = client.post(f"/reminders/mails/addresses/{state.id}/lift")
    assert answer.status_code == 302
    assert suspended_addresses([cast.hanh.mail_address]) == set()


def test_who_has_no_log_lifts_nothing(cast, client_of, now):
    db.session.add(AddressState(address=cast.hanh.mail_address, suspended_at=now))
    db.session.commit()
    state = db.session.query(AddressState).one()
    for user in (cast.hanh, cast.toan):  # an officer; a standing officer whose log has no mail to her
        client_of(user).post(f"/reminders/mails/addresses/{state.id}/lift")
    assert suspended_addresses([cast.hanh.mail_address])
