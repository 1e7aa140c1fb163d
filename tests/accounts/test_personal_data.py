"""What is held about a person is given out on request and taken away when it is of no more use."""

from __future__ import annotations

import io

import pytest
from openpyxl import load_workbook

from app.accounts import operations
from app.accounts.models import User, UserSession
from app.audit.models import AuditEntry
from app.audit.queries import entries_about
from app.extensions import db
from tests.cast import NOW, PASSWORD


def test_a_person_takes_home_what_is_held_about_them(client_of, cast, try_sign_in):
    try_sign_in(cast.hanh)
    answer = client_of(cast.hanh).get("/account/data")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    facts = answer.get_json()
    assert facts["account"]["email"] == "hanh@lamgiang.test" and facts["account"]["agency"] == "Sở Y tế"
    assert facts["sessions"][0]["network"] == "203.0.113.9"
    assert [act["act"] for act in facts["acts"]] == ["Đăng nhập"]
    assert "argon2" not in answer.text


def test_an_administrator_fetches_it_as_a_sheet(client_of, cast, try_sign_in):
    try_sign_in(cast.hanh, "sai mật khẩu nhé")
    answer = client_of(cast.ha).get(f"/people/{cast.hanh.id}/data?form=xlsx")
    cells = [
        str(cell)
        for row in load_workbook(io.BytesIO(answer.data)).active.iter_rows(values_only=True)
        for cell in row
    ]
    assert any("hanh@lamgiang.test" in cell for cell in cells)
    assert any("Đăng nhập không thành công" in cell for cell in cells)
    assert entries_about("user_account", cast.hanh.id)[0].act == "user.data_exported"


def test_nobody_else_fetches_it(client_of, cast):
    for other in (cast.toan, cast.dung, cast.duc):
        assert client_of(other).get(f"/people/{cast.hanh.id}/data").status_code == 404


@pytest.fixture
def masked(client_of, cast, try_sign_in):
    try_sign_in(cast.hanh)
    administrator = client_of(cast.ha)
    assert administrator.post(f"/people/{cast.hanh.id}/mask").status_code == 409  # still open
    administrator.post(f"/people/{cast.hanh.id}/close")
    assert administrator.post(f"/people/{cast.hanh.id}/mask").status_code == 302
    return cast.hanh.id


def test_a_masked_account_has_no_name_no_address_and_no_way_in(client_of, cast, masked, try_sign_in):
    user = db.session.get(User, masked)
    assert (user.name, user.email, user.position) == (f"Người dùng đã ẩn danh #{masked}", None, "")
    assert (user.password_hash, user.mail_address) == (None, "")
    assert db.session.query(UserSession).filter_by(user_id=masked).count() == 0
    assert try_sign_in("hanh@lamgiang.test").status_code == 200
    page = client_of(cast.ha).get(f"/people/{masked}").text
    assert "đã ẩn danh lúc" in page and "Hạnh" not in page
    assert "ẩn danh" in client_of(cast.ha).get("/people?state=closed").text


def test_masking_is_for_good(client_of, cast, masked):
    for act in ("mask", "reopen"):
        assert client_of(cast.ha).post(f"/people/{masked}/{act}").status_code == 409


def test_the_audit_trail_stays_as_it_was_written(cast, masked):
    entries = db.session.scalars(db.select(AuditEntry).order_by(AuditEntry.id)).all()
    assert entries[0].actor_name == "Nguyễn Thị Hạnh"
    assert entries[-1].act == "user.masked" and entries[-1].subject_name == f"#{masked}"


def test_the_freed_address_can_have_a_new_account(cast, masked):
    again = operations.create_user(
        "hanh@lamgiang.test",
        "Nguyễn Thị Hạnh",
        cast.tam.role,
        cast.health,
        actor=cast.ha,
        now=NOW,
        password=PASSWORD,
    )
    db.session.flush()
    assert again.id != masked
