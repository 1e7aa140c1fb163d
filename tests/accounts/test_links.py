"""Invitations and forgotten passwords: links that work once, for a while, for the right person."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.accounts import links, operations, queries
from app.accounts.models import OneTimeLink, Role
from app.audit.queries import entries_about
from app.extensions import db
from app.outbox.models import Message
from tests.accounts.mailbox import same_for_all
from tests.cast import NOW, PASSWORD

NEW = "trăng sáng vườn chè"
TWICE = {"new": NEW, "again": NEW}
FORGOTTEN = "/account/forgotten"


@pytest.fixture
def thu(client_of, cast):
    """A person whom the administrator has just invited."""
    data = {
        "name": "Cao Thị Thu", "email": "thu@lamgiang.com", "position": "Chuyên viên", "role": "officer",
        "agency": cast.health.id, "language": "vi", "way": "invite",
    }  # fmt: skip
    answer = client_of(cast.ha).post("/people/new", data=data)
    made = queries.user_by_email("thu@lamgiang.com")
    assert answer.location == f"/people/{made.id}"
    return made


def acts_about(user):
    return [entry.act for entry in entries_about("user_account", user.id)]


def test_an_invited_person_sets_a_password_and_is_in(client_of, thu, mailbox, try_sign_in):
    subject, text = mailbox.fetch(thu.email)[0]
    assert (
        "Mời dùng Đúng Hạn" in subject
        and "Đặng Thu Hà đã mở tài khoản" in text
        and "02/12/2026 09:00" in text
    )
    client, path = client_of(None), mailbox.link(thu.email)
    assert "Cao Thị Thu, Sở Y tế" in client.get(path).text
    assert client.post(path, data=TWICE).location == "/"
    assert client.get("/account").status_code == 200
    assert try_sign_in(thu, NEW).status_code == 302
    assert acts_about(thu) == [
        "user.signed_in", "user.signed_in", "user.invitation_accepted", "user.invited", "user.created",
    ]  # fmt: skip


def test_until_then_the_list_says_invited_and_nobody_signs_in(client_of, cast, thu, try_sign_in):
    administrator = client_of(cast.ha)
    assert "đã mời 25/11/2026 09:00" in administrator.get("/people?q=thu").text
    page = administrator.get(f"/people/{thu.id}").text
    assert "Thư đang chờ gửi" in page and "Thu hồi thư mời" in page
    assert try_sign_in(thu, "").status_code == 200 and try_sign_in(thu, PASSWORD).status_code == 200


def test_a_link_works_once(client_of, thu, mailbox):
    path = mailbox.link(thu.email)
    client_of(None).post(path, data=TWICE)
    again = client_of(None).get(path)
    assert again.status_code == 410 and "không còn dùng được" in again.text
    assert client_of(None).post(path, data=TWICE).status_code == 410


def test_opening_a_link_does_not_use_it_up(client_of, thu, mailbox):
    path = mailbox.link(thu.email)
    for _ in range(3):
        assert client_of(None).get(path).status_code == 200


def test_an_invitation_ends_after_a_week(client_of, thu, mailbox, frozen):
    path = mailbox.link(thu.email)
    frozen.move_to(NOW + timedelta(days=7) - timedelta(seconds=1))
    assert client_of(None).get(path).status_code == 200
    frozen.move_to(NOW + timedelta(days=7))
    assert client_of(None).get(path).status_code == 410


def test_an_invitation_that_is_sent_again_replaces_the_first(client_of, cast, thu, mailbox):
    first = mailbox.link(thu.email)
    client_of(cast.ha).post(f"/people/{thu.id}/invite")
    second = mailbox.link(thu.email)
    assert first != second
    assert client_of(None).get(first).status_code == 410
    assert client_of(None).get(second).status_code == 200


def test_a_revoked_invitation_opens_nothing_and_is_not_mailed_any_more(client_of, cast, thu, mailbox):
    client_of(cast.ha).post(f"/people/{thu.id}/revoke-invitation")
    assert mailbox.fetch(thu.email) == []
    assert client_of(cast.ha).post(f"/people/{thu.id}/revoke-invitation").status_code == 409
    client_of(cast.ha).post(f"/people/{thu.id}/invite")
    path = mailbox.link(thu.email)
    client_of(cast.ha).post(f"/people/{thu.id}/revoke-invitation")
    assert client_of(None).get(path).status_code == 410


def test_a_bad_password_does_not_use_the_link_up(client_of, thu, mailbox):
    client, path = client_of(None), mailbox.link(thu.email)
    assert "ít nhất 12" in client.post(path, data={"new": "ngắn", "again": "ngắn"}).text
    assert "chưa giống nhau" in client.post(path, data={"new": NEW, "again": "khác"}).text
    assert client.post(path, data=TWICE).status_code == 302


def test_who_has_a_password_is_not_invited(client_of, cast):
    assert client_of(cast.ha).post(f"/people/{cast.tam.id}/invite").status_code == 409


def test_the_token_stands_in_no_table(thu, mailbox):
    token = mailbox.link(thu.email).rpartition("/")[2]
    message = db.session.scalars(db.select(Message)).one()
    assert token not in f"{message.body_text}{message.body_html}{message.context}{message.subject}"
    assert "/account/invitation/•••" in message.body_text
    assert token not in db.session.scalars(db.select(OneTimeLink.token_hash)).all()


def test_an_office_with_mail_hands_out_no_passwords(app, client_of, cast, thu):
    app.config["ADMIN_SETS_PASSWORDS"] = False
    assert "dùng một lần" not in client_of(cast.ha).get("/people/new").text
    assert client_of(cast.ha).post(f"/people/{cast.tam.id}/password").status_code == 409


# -- forgotten passwords ----------------------------------------------------------------------------------------


def test_a_forgotten_password_is_set_again_and_the_person_is_told(client_of, cast, mailbox, try_sign_in):
    elsewhere = client_of(cast.hanh)
    client = client_of(None)
    client.post(FORGOTTEN, data={"email": "  HANH@lamgiang.test"})
    assert client.post(mailbox.link(cast.hanh.email), data=TWICE).location == "/"
    assert client.get("/account").status_code == 200
    assert elsewhere.get("/account").status_code == 302
    assert try_sign_in(cast.hanh).status_code == 200 and try_sign_in(cast.hanh, NEW).status_code == 302
    subjects = [subject for subject, _text in mailbox.fetch(cast.hanh.email)]
    assert subjects == ["Đặt lại mật khẩu Đúng Hạn", "Mật khẩu Đúng Hạn đã được đổi"]


def test_the_answer_tells_nobody_whether_the_address_has_an_account(client_of, cast, mailbox):
    operations.close_user(cast.tam, actor=cast.ha, now=NOW)
    known, unknown, closed = (
        same_for_all(client_of(None).post(FORGOTTEN, data={"email": address}).text, address)
        for address in (cast.hanh.email, "ai.do@lamgiang.test", cast.tam.email)
    )
    assert known == unknown == closed
    assert len(mailbox.fetch(cast.hanh.email)) == 1 and mailbox.fetch(cast.tam.email) == []


def test_a_reset_link_works_for_an_hour(client_of, cast, mailbox, frozen):
    client_of(None).post(FORGOTTEN, data={"email": cast.hanh.email})
    path = mailbox.link(cast.hanh.email)
    frozen.move_to(NOW + timedelta(minutes=59))
    assert client_of(None).get(path).status_code == 200
    frozen.move_to(NOW + timedelta(minutes=60))
    assert client_of(None).get(path).status_code == 410


def test_nobody_fills_a_mailbox_with_reset_mails(client_of, cast, mailbox):
    for _ in range(6):
        assert client_of(None).post(FORGOTTEN, data={"email": cast.hanh.email}).status_code == 200
    assert db.session.query(OneTimeLink).count() == 3
    assert len(mailbox.fetch(cast.hanh.email)) == 1  # the two replaced ones have nothing left to say


def test_a_mail_that_waited_longer_than_its_link_is_not_sent(client_of, cast, mailbox, frozen):
    client_of(None).post(FORGOTTEN, data={"email": cast.hanh.email})
    frozen.move_to(NOW + timedelta(hours=2))
    assert mailbox.fetch(cast.hanh.email) == []


def test_who_was_invited_and_asks_gets_the_invitation_again(client_of, thu, mailbox):
    mailbox.fetch(thu.email)
    client_of(None).post(FORGOTTEN, data={"email": thu.email})
    assert "/account/invitation/" in mailbox.link(thu.email)
    assert len(mailbox.fetch(thu.email)) == 2


def test_a_link_of_one_kind_does_not_open_the_page_of_the_other(client_of, thu, mailbox):
    path = mailbox.link(thu.email)
    assert client_of(None).get(path.replace("invitation", "reset")).status_code == 410


def test_closing_an_account_or_moving_it_to_another_address_ends_its_links(client_of, cast, mailbox):
    for act in ("close", "move"):
        user = cast.tam if act == "close" else cast.hanh
        links.ask_reset(user, actor=cast.ha, now=NOW)
        db.session.commit()
        path = mailbox.link(user.email)
        if act == "close":
            client_of(cast.ha).post(f"/people/{user.id}/close")
        else:
            page = client_of(cast.ha).get(f"/people/{user.id}").text
            seen = page.partition('name="seen" type="hidden" value="')[2].partition('"')[0]
            data = {
                "seen": seen, "name": user.name, "email": "hanh.moi@lamgiang.com", "position": user.position,
                "role": "officer", "agency": user.agency_id, "language": "vi",
            }  # fmt: skip
            assert client_of(cast.ha).post(f"/people/{user.id}", data=data).status_code == 302
        assert client_of(None).get(path).status_code == 410
    told = [text for _subject, text in mailbox.fetch("hanh@lamgiang.test")]
    assert "từ hanh@lamgiang.test thành hanh.moi@lamgiang.com" in told[-1]
    assert len(mailbox.fetch("hanh.moi@lamgiang.com")) == 1


def test_an_administrator_sends_a_reset_but_never_sees_it(client_of, cast, mailbox):
    answer = client_of(cast.ha).post(f"/people/{cast.hanh.id}/reset")
    token = mailbox.link(cast.hanh.email).rpartition("/")[2]
    assert token not in client_of(cast.ha).get(answer.location).text
    assert acts_about(cast.hanh) == ["user.reset_asked"]


def test_a_link_opened_by_somebody_who_is_signed_in_changes_the_person(client_of, cast, thu, mailbox):
    administrator = client_of(cast.ha)
    administrator.post(mailbox.link(thu.email), data=TWICE)
    assert "Cao Thị Thu" in administrator.get("/account").text


@pytest.mark.parametrize("role", [Role.OFFICER, Role.STANDING_OFFICER, Role.COMMITTEE_MEMBER])
@pytest.mark.parametrize(
    "act", ["invite", "revoke-invitation", "reset", "unlock", "end-sessions", "reset-factor", "mask"]
)
def test_only_the_administrator_manages_sign_ins(client_of, cast, role, act):
    person = {Role.OFFICER: cast.tam, Role.STANDING_OFFICER: cast.toan, Role.COMMITTEE_MEMBER: cast.duc}[role]
    assert client_of(person).post(f"/people/{cast.hanh.id}/{act}").status_code == 404
