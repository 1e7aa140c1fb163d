"""What may be a password (NIST SP 800-63B), and how it is kept."""

from __future__ import annotations

import pytest

from app.accounts.passwords import hash_password, is_outdated, is_password, why_not_password
from app.accounts.rules import own_words
from app.extensions import db
from tests.cast import PASSWORD


@pytest.mark.parametrize(
    "password",
    [
        "sông rộng thì chậm chảy",
        "bốn con trâu nâu",
        "correct horse battery staple",
        "日本語のパスワードです、長い",
        "🐃🌾🌧️🌞 mùa gặt năm nay",
        "thanh bình yên ả nơi đây",  # holds "hanh", and much else
        "q7Rk-zz2L-99ta",
        "con đò nhỏ " * 12,
    ],
)
def test_any_character_and_any_length_up_to_128_and_more_may_be_used(cast, password):
    assert why_not_password(password, own_words(cast.hanh)) is None


@pytest.mark.parametrize(
    ("password", "sentence"),
    [
        ("mười một kt", "ít nhất 12"),
        ("a" * 300, "dài quá 256"),
        ("unbelievable", "bị lộ"),  # long enough, and on the list
        ("Unbelievable", "bị lộ"),
        ("qwertyuiop123", "dễ đoán"),
        ("123456789012", "dễ đoán"),
        ("matkhau123456", "chỉ gồm tên"),
        ("Nguyễn Thị Hạnh 1990", "chỉ gồm tên"),
        ("hanh@lamgiang.test", "chỉ gồm tên"),
        ("soyte@2026!!", "chỉ gồm tên"),
        ("Đúng Hạn 2026", "chỉ gồm tên"),
    ],
)
def test_what_is_short_known_or_easily_guessed_is_refused_with_the_reason(cast, password, sentence):
    assert sentence in str(why_not_password(password, own_words(cast.hanh)))


def test_the_minimum_is_a_setting_that_never_goes_below_eight(app):
    app.config["PASSWORD_MINIMUM"] = 4
    assert "ít nhất 8" in str(why_not_password("k3!mQz"))
    assert why_not_password("k3!mQzv#w") is None


def test_the_same_words_from_another_keyboard_are_the_same_password(app):
    composed, decomposed, wide = "nghĩa tình ①", "nghi\u0303a ti\u0300nh ①", "nghĩa tình １"
    stored = hash_password(composed)
    assert is_password(stored, decomposed) and is_password(stored, wide)


def test_a_hash_with_other_parameters_is_made_again_at_the_next_sign_in(app, cast, try_sign_in):
    before = cast.hanh.password_hash
    app.config["ARGON2_PASSES"] = 2
    assert is_outdated(before)
    assert try_sign_in(cast.hanh).status_code == 302
    db.session.refresh(cast.hanh)
    assert cast.hanh.password_hash != before and "t=2" in cast.hanh.password_hash
    assert try_sign_in(cast.hanh).status_code == 302
    assert is_password(cast.hanh.password_hash, PASSWORD)
