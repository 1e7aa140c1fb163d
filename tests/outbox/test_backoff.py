"""How long a refused mail waits."""

from __future__ import annotations

from datetime import timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from app.outbox.backoff import LONGEST, MOST_TRIES, wait_before_next


@given(st.integers(1, 200), st.integers())
def test_a_wait_is_about_twice_the_last_and_never_much_longer_than_the_longest(tries, seed):
    wait = wait_before_next(tries, Random(seed))
    due = min(timedelta(minutes=2 ** (min(tries, 20) - 1)), LONGEST)
    assert due * 0.8 <= wait <= due * 1.2


def test_two_mails_that_failed_together_do_not_come_back_together():
    assert wait_before_next(3, Random(1)) != wait_before_next(3, Random(2))


def test_a_mail_is_tried_for_about_four_days():
    middle = type("Middle", (Random,), {"uniform": lambda _self, low, high: (low + high) / 2})()
    total = sum((wait_before_next(n, middle) for n in range(1, MOST_TRIES)), timedelta())
    assert timedelta(days=3, hours=12) < total < timedelta(days=5)
