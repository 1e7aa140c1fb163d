"""Registering with several receiving bodies: one receipt each, and the list of who is missing where."""

from __future__ import annotations

import io
from datetime import date

import openpyxl
import pytest
import sqlalchemy as sa

from app.emulation import operations, queries
from app.emulation.models import Registration
from app.errors import Refused, Stale
from app.extensions import db
from app.obligations.models import Obligation, Outcome
from app.outbox.models import Message
from tests.conftest import both_engines

FORM = {
    "number": "902/SYT-VP",
    "signed_on": "2026-11-20",
    "contents": "Tập thể lao động xuất sắc",
    "contact": "",
}


def owed(movement, agency) -> Obligation:
    return operations.obligation_of(movement.id, agency.id)


def mails(kind: str) -> set[str]:
    return set(db.session.scalars(sa.select(Message.recipient).where(Message.kind == kind)))


@both_engines
def test_a_registration_is_settled_when_every_receiver_has_confirmed(movement, client_of, cast):
    assert owed(movement, cast.health).due_on == date(2026, 12, 4)
    answer = client_of(cast.hanh).post(f"/emulation/{movement.id}/register", data=FORM)
    assert answer.location == f"/emulation/{movement.id}"
    registration = db.session.scalars(sa.select(Registration)).one()
    duty = owed(movement, cast.health)
    assert duty.submitted_at and duty.settled_at is None
    assert mails("registration-to-confirm") == {cast.toan.email, cast.binh.email}
    receipts = f"/emulation/registrations/{registration.id}/receipts"
    client_of(cast.toan).post(f"{receipts}/{cast.standing.id}")
    assert owed(movement, cast.health).settled_at is None and not mails("registration-received")
    client_of(cast.binh).post(f"{receipts}/{cast.home_affairs.id}")
    duty = owed(movement, cast.health)
    assert duty.outcome is Outcome.ACCEPTED
    assert mails("registration-received") == {cast.hanh.email, cast.dung.email}
    client_of(cast.binh).post(f"{receipts}/{cast.home_affairs.id}/undo")
    duty = owed(movement, cast.health)
    assert (duty.settled_at, duty.outcome) == (None, None) and duty.submitted_at
    assert len(registration.receipts) == 1


def test_a_receiver_confirms_for_itself_alone(sign_up, client_of, cast):
    registration = sign_up()
    for user, receiver in [
        (cast.toan, cast.home_affairs),
        (cast.hanh, cast.standing),
        (cast.tam, cast.standing),
    ]:
        answer = client_of(user).post(f"/emulation/registrations/{registration.id}/receipts/{receiver.id}")
        assert answer.status_code == 404
    assert not registration.receipts


def test_a_receiver_without_officers_is_confirmed_for_by_the_standing_agency(
    make_movement, cast, client_of, now
):
    movement = make_movement(receivers=[cast.construction, cast.standing])
    made = operations.register(
        movement, cast.health, number="1", signed_on=None, contents="x", contact="", file=None, file_name="",
        actor=cast.hanh, now=now,
    )  # fmt: skip
    db.session.commit()
    client_of(cast.toan).post(f"/emulation/registrations/{made.id}/receipts/{cast.construction.id}")
    assert [receipt.receiver_id for receipt in made.receipts] == [cast.construction.id]


def test_one_registration_for_each_agency_corrected_until_all_have_it(
    movement, sign_up, cast, now, client_of
):
    registration = sign_up()
    with pytest.raises(Stale):
        sign_up(number="903/SYT-VP")
    db.session.rollback()
    client_of(cast.dung).post(f"/emulation/{movement.id}/register", data={**FORM, "number": "904/SYT-VP"})
    assert registration.number == "904/SYT-VP"
    for receiver in (cast.standing, cast.home_affairs):
        operations.receive(registration, receiver, actor=cast.toan, now=now)
    db.session.commit()
    answer = client_of(cast.hanh).post(f"/emulation/{movement.id}/register", data=FORM)
    assert answer.status_code == 409 and "Mọi nơi nhận đã xác nhận" in answer.text


def test_a_form_sent_twice_is_one_registration(movement, client_of, cast):
    client = client_of(cast.hanh)
    for _ in range(2):
        client.post(f"/emulation/{movement.id}/register", data=FORM)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Registration)) == 1


def test_what_is_wrong_in_the_form_is_said(movement, client_of, cast):
    client = client_of(cast.hanh)
    answer = client.post(f"/emulation/{movement.id}/register", data={**FORM, "number": "", "contents": ""})
    assert answer.status_code == 422 and "Nhập số văn thư đã cấp" in answer.text
    answer = client.post(f"/emulation/{movement.id}/register", data={**FORM, "signed_on": "2026-11-28"})
    assert "Ngày 28/11/2026 chưa đến" in answer.text
    bad = {**FORM, "file": (io.BytesIO(b"MZ\x90\x00" * 50), "chuong-trinh.exe")}
    assert client.post(f"/emulation/{movement.id}/register", data=bad).status_code == 422
    assert not db.session.scalars(sa.select(Registration)).all()


def test_a_movement_without_a_day_owes_nothing_and_is_registered_for_all_the_same(
    make_movement, cast, client_of
):
    movement = make_movement(None)
    assert not db.session.scalars(sa.select(Obligation)).all()
    assert client_of(cast.hanh).post(f"/emulation/{movement.id}/register", data=FORM).status_code == 302
    assert "Không hạn" in client_of(cast.toan).get(f"/emulation/{movement.id}").text


def test_the_list_of_who_is_missing_names_agency_and_receiver(movement, sign_up, cast, now, client_of):
    operations.receive(sign_up(), cast.standing, actor=cast.toan, now=now)
    db.session.commit()
    table = queries.table(movement)
    assert [line.agency for line in table.partly] == [cast.health] and len(table.absent) == 4
    assert (table.received_by(cast.standing), table.received_by(cast.home_affairs)) == (1, 0)
    answer = client_of(cast.toan).get(f"/emulation/{movement.id}/missing.xlsx")
    rows = [[cell.value for cell in row] for row in openpyxl.load_workbook(io.BytesIO(answer.data)).active]
    (health,) = [row for row in rows if "Sở Y tế" in row]
    assert "902/SYT-VP" in health and "chưa nhận" in health
    assert sum("chưa nhận" in row for row in rows) == 5


def test_reminding_tells_those_who_lack_something_once_a_day(movement, sign_up, client_of, cast):
    sign_up()
    client = client_of(cast.toan)
    for _ in range(2):
        client.post(f"/emulation/{movement.id}/remind")
    assert mails("registration-missing") == {cast.hanh.email, cast.dung.email, cast.tam.email, cast.mai.email}
    assert db.session.scalar(sa.select(sa.func.count()).where(Message.kind == "registration-missing")) == 4


def test_a_closed_plan_takes_no_registrations(movement, client_of, cast, now):
    movement.plan.closed_at, movement.plan.state = now, "closed"
    answer = client_of(cast.hanh).post(f"/emulation/{movement.id}/register", data=FORM)
    assert answer.status_code == 409 and "không nhận đăng ký nữa" in answer.text


def test_who_sees_a_movement_and_whose_registration(movement, sign_up, client_of, cast):
    registration = sign_up()
    page = f"/emulation/{movement.id}"
    for user in (cast.toan, cast.binh, cast.duc, cast.hanh, cast.tam, cast.mai):
        assert client_of(user).get(page).status_code == 200, user.name
        assert client_of(user).get("/emulation").status_code == 200
    for user in (cast.outsider, cast.khoa, cast.ha, cast.lan):
        assert client_of(user).get(page).status_code == 404, user.name
    assert "902/SYT-VP" in client_of(cast.hanh).get(page).text
    assert "902/SYT-VP" not in client_of(cast.tam).get(page).text
    for user in (cast.tam, cast.outsider):
        assert client_of(user).get(f"/emulation/registrations/{registration.id}/file").status_code == 404
        assert client_of(user).get(f"{page}/missing.xlsx").status_code == 404
    assert client_of(cast.duc).post(f"{page}/remind").status_code == 404


def test_the_only_receiver_does_not_register_with_itself(make_movement, cast):
    movement = make_movement(receivers=[cast.health])
    assert cast.health.id not in {participant.agency_id for participant in movement.participants}


def test_an_agency_that_is_no_receiver_cannot_confirm(sign_up, cast, now):
    with pytest.raises(Refused):
        operations.receive(sign_up(), cast.finance, actor=cast.tam, now=now)


def test_the_list_costs_as_many_queries_for_many_movements_as_for_one(
    movement, make_movement, sign_up, client_of, cast, count_queries
):
    sign_up()
    readers = [client_of(cast.hanh), client_of(cast.toan)]

    def costs() -> list[int]:
        counted = []
        for client in readers:
            db.session.expire_all()
            count_queries.clear()
            assert client.get("/emulation").status_code == 200
            counted.append(len(count_queries))
        return counted

    costs()  # what is asked once only, such as the calendar
    few = costs()
    for n in range(3):
        make_movement(title=f"Phong trào {n}")
    many = costs()
    assert all(more <= less for more, less in zip(many, few, strict=True))
    shown = readers[0].get("/emulation").text
    assert (shown.count("Thiếu 2 nơi nhận"), shown.count("Chưa đăng ký")) == (1, 3)
