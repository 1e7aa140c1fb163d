"""Codes of an authenticator app and on paper: asked for, taken once, reset for who has lost them."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pyotp
import pytest

from app import create_app
from app.accounts import factors
from app.accounts.models import RecoveryCode, TotpFactor
from app.audit.queries import entries_about
from app.extensions import db
from tests.cast import NOW, PASSWORD

FACTOR, CODE, CONFIRM = "/account/second-factor", "/account/code", "/account/confirm"


class App:
    """The app on the person's telephone."""

    def __init__(self, page: str):
        self._totp = pyotp.TOTP(
            re.search(r'<code class="num secret">([A-Z2-7 ]+)</code>', page)[1].replace(" ", "")
        )

    def code(self, at: datetime = NOW) -> str:
        return self._totp.at(at)


def set_up(client) -> tuple[App, list[str]]:
    client.post(f"{FACTOR}/begin")
    app = App(client.get(FACTOR).text)
    page = client.post(FACTOR, data={"code": app.code()}).text
    return app, re.findall(r"<li>([a-z0-9]{4}(?:-[a-z0-9]{4}){2})</li>", page)


def with_password(client_of, user):
    client = client_of(None)
    answer = client.post("/account/sign-in", data={"email": user.email, "password": PASSWORD})
    return client, answer


def enter_code(client_of, user, code) -> bool:
    client, _answer = with_password(client_of, user)
    return client.post(CODE, data={"code": code}).status_code == 302


@pytest.fixture
def later(frozen):
    """The next code's time: the one of the setting up has been used."""
    frozen.move_to(NOW + timedelta(seconds=30))
    return NOW + timedelta(seconds=30)


def test_the_password_alone_opens_nothing_any_more(client_of, cast, later, frozen):
    frozen.move_to(NOW)
    app, codes = set_up(client_of(cast.hanh))
    assert len(codes) == 10
    frozen.move_to(later)
    client, answer = with_password(client_of, cast.hanh)
    assert answer.location.startswith(CODE)
    assert client.get("/account").status_code == 302
    assert client.post(CODE, data={"code": "000000"}).status_code == 200
    assert client.post(answer.location, data={"code": app.code(later)}).location == "/"
    assert client.get("/account").status_code == 200


def test_setting_up_ends_when_the_first_code_is_right(client_of, cast):
    client = client_of(cast.hanh)
    client.post(f"{FACTOR}/begin")
    page = client.get(FACTOR).text
    assert "<svg" in page and "otpauth" not in page
    assert "Mã chưa đúng" in client.post(FACTOR, data={"code": "123456"}).text
    _client, answer = with_password(client_of, cast.hanh)
    assert answer.location == "/"  # not on yet


def test_a_code_opens_once(client_of, cast, frozen):
    app, _codes = set_up(client_of(cast.hanh))
    assert not enter_code(client_of, cast.hanh, app.code())  # it turned the factor on
    later = NOW + timedelta(seconds=30)
    frozen.move_to(later)
    assert enter_code(client_of, cast.hanh, app.code(later))
    assert not enter_code(client_of, cast.hanh, app.code(later))


@pytest.mark.parametrize(
    ("seconds", "taken"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)]
)
def test_a_telephone_may_be_half_a_minute_wrong(client_of, cast, frozen, seconds, taken):
    app, _codes = set_up(client_of(cast.hanh))
    at = NOW + timedelta(minutes=5)
    frozen.move_to(at)
    assert enter_code(client_of, cast.hanh, app.code(at + timedelta(seconds=seconds))) is taken


def test_a_recovery_code_opens_once_and_the_person_is_told(client_of, cast, mailbox):
    _app, codes = set_up(client_of(cast.hanh))
    assert enter_code(client_of, cast.hanh, codes[0].upper().replace("-", " "))
    assert not enter_code(client_of, cast.hanh, codes[0])
    assert enter_code(client_of, cast.hanh, codes[1])
    assert "Còn 9 mã" in mailbox.fetch(cast.hanh.email)[-1][1]


def test_new_recovery_codes_replace_the_old_ones(client_of, cast):
    client = client_of(cast.hanh)
    _app, old = set_up(client)
    page = client.post(f"{FACTOR}/codes").text
    new = re.findall(r"<li>([a-z0-9]{4}(?:-[a-z0-9]{4}){2})</li>", page)
    assert len(new) == 10 and not set(new) & set(old)
    assert not enter_code(client_of, cast.hanh, old[0])
    assert enter_code(client_of, cast.hanh, new[0])


def test_guessing_codes_makes_wait_and_the_right_code_waits_too(client_of, cast, frozen):
    app, _codes = set_up(client_of(cast.hanh))
    later = NOW + timedelta(seconds=30)
    frozen.move_to(later)
    for _ in range(5):
        assert not enter_code(client_of, cast.hanh, "000000")
    client, _answer = with_password(client_of, cast.hanh)
    assert "Đã nhập sai nhiều lần" in client.post(CODE, data={"code": app.code(later)}).text


def test_a_right_password_waits_ten_minutes_for_its_code(client_of, cast, frozen):
    app, _codes = set_up(client_of(cast.hanh))
    client, _answer = with_password(client_of, cast.hanh)
    later = NOW + timedelta(minutes=10, seconds=1)
    frozen.move_to(later)
    assert client.post(CODE, data={"code": app.code(later)}).location == "/account/sign-in"


def test_the_page_of_the_code_is_for_who_gave_the_password(client_of, cast):
    assert client_of(None).get(CODE).location == "/account/sign-in"


def test_the_secret_and_the_codes_do_not_stand_in_the_database(client_of, cast):
    client = client_of(cast.hanh)
    client.post(f"{FACTOR}/begin")
    secret = factors.secret_in_setup(cast.hanh)
    sealed = db.session.get(TotpFactor, cast.hanh.id).sealed_secret
    assert len(secret) >= 32 and secret not in sealed
    set_up(client)
    assert all(row.startswith("$argon2id$") for row in db.session.scalars(db.select(RecoveryCode.code_hash)))


def test_a_changed_secret_key_still_opens_what_the_former_one_sealed(app, client_of, cast, settings):
    client_of(cast.hanh).post(f"{FACTOR}/begin")
    secret, user = factors.secret_in_setup(cast.hanh), cast.hanh.id
    for former, found in ((["for tests only"], secret), ([], None)):
        other = create_app({**settings, "SECRET_KEY": "another", "SECRET_KEY_FALLBACKS": former})
        with other.app_context():
            sealed = db.session.get(TotpFactor, user)
            assert sealed is not None
            from app.accounts.tokens import unseal

            assert unseal(sealed.sealed_secret) == found
            db.session.remove()
            db.engine.dispose()


def test_a_role_that_needs_a_factor_is_led_to_it_before_anything_else(app, client_of, cast, frozen):
    app.config["REQUIRE_TOTP_ROLES"] = frozenset({"administrator"})
    client = client_of(cast.ha)
    for address in ("/people", "/account", "/audit"):
        assert client.get(address).location == FACTOR
    assert "bắt buộc" in client.get(FACTOR).text
    set_up(client)
    assert client.get("/people").status_code == 200
    assert client.post(f"{FACTOR}/off").status_code == 409
    assert client_of(cast.hanh).get("/account").status_code == 200


def test_a_role_that_is_written_wrong_stops_the_start(settings):
    with pytest.raises(SystemExit, match="adminstrator"):
        create_app({**settings, "REQUIRE_TOTP_ROLES": frozenset({"adminstrator"})})


def test_an_administrator_resets_a_lost_factor_and_the_person_is_told(client_of, cast, mailbox):
    signed_in = client_of(cast.hanh)
    set_up(signed_in)
    assert client_of(cast.ha).post(f"/people/{cast.hanh.id}/reset-factor").status_code == 302
    assert signed_in.get("/account").status_code == 302
    _client, answer = with_password(client_of, cast.hanh)
    assert answer.location == "/"
    assert "Đặng Thu Hà đã đặt lại mã xác thực" in mailbox.fetch(cast.hanh.email)[-1][1]
    assert "user.factor_reset" in [entry.act for entry in entries_about("user_account", cast.hanh.id)]
    assert client_of(cast.ha).post(f"/people/{cast.hanh.id}/reset-factor").status_code == 409


def test_turning_the_factor_on_ends_other_sessions(client_of, cast):
    here, elsewhere = client_of(cast.hanh), client_of(cast.hanh)
    set_up(here)
    assert here.get("/account").status_code == 200
    assert elsewhere.get("/account").status_code == 302


# -- proving again who one is -------------------------------------------------------------------------------------


@pytest.mark.parametrize("act", [f"{FACTOR}/begin", f"{FACTOR}/off", f"{FACTOR}/codes"])
def test_after_ten_minutes_the_password_is_asked_again_before_a_factor_is_touched(
    client_of, cast, frozen, act
):
    client = client_of(cast.hanh)
    frozen.move_to(NOW + timedelta(minutes=10))
    assert client.post(act).location.startswith(CONFIRM)
    assert client.get(FACTOR).location == f"{CONFIRM}?next=/account/second-factor"
    assert "Mật khẩu chưa đúng" in client.post(CONFIRM, data={"password": "sai mật khẩu nhé"}).text
    answer = client.post(f"{CONFIRM}?next=/account/second-factor", data={"password": PASSWORD})
    assert answer.location == FACTOR
    assert client.get(FACTOR).status_code == 200


@pytest.mark.parametrize("act", ["reset-factor", "mask", "data"])
def test_it_is_asked_before_touching_the_account_of_another(client_of, cast, frozen, act):
    client = client_of(cast.ha)
    frozen.move_to(NOW + timedelta(minutes=10))
    method = "GET" if act == "data" else "POST"
    assert client.open(f"/people/{cast.hanh.id}/{act}", method=method).location.startswith(CONFIRM)
    # Who may not do it is not asked: the page does not exist for them.
    other = client_of(cast.toan)
    frozen.move_to(NOW + timedelta(minutes=20))
    assert other.open(f"/people/{cast.hanh.id}/{act}", method=method).status_code == 404
