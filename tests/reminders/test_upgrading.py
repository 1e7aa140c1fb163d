"""Offices of before plans followed the wider scope step by step hear no more than they did."""

from __future__ import annotations

from app.extensions import db
from app.reminders import queries
from app.reminders.models import Audience, ReminderRule
from app.reminders.planning import Rule
from app.reminders.upgrading import write_down_what_plans_left_out
from tests.conftest import both_engines
from tests.make import make_plan
from tests.reminders.conftest import SEVEN_STEPS, keep_steps


@both_engines
def test_what_a_plan_had_taken_out_of_its_copy_stays_off(app, cast):
    keep_steps()
    db.session.add(ReminderRule(offset=-30, audience=Audience.HEAD, active=False))  # off for everybody
    copied, following = make_plan(cast, number="1/KH-UBND"), make_plan(cast, number="2/KH-UBND")
    own = {  # three days instead of five, nothing to the standing agency
        Rule(-3, Audience.OFFICERS): True,
        Rule(0, Audience.OFFICERS): True,
        Rule(1, Audience.OFFICERS): False,
        Rule(5, Audience.OFFICERS, repeat_weekly=False): True,
    }
    for rule, active in own.items():
        db.session.add(
            ReminderRule(
                plan_id=copied.id,
                offset=rule.offset,
                audience=rule.audience,
                repeat_weekly=rule.repeat_weekly,
                active=active,
            )
        )
    db.session.flush()
    assert len(queries.rules_of(copied.id)) > 3  # as it would be read without this
    assert write_down_what_plans_left_out(db.session.connection()) == 4
    assert set(queries.rules_of(copied.id)) == {rule for rule, active in own.items() if active}
    assert set(queries.rules_of(following.id)) == set(SEVEN_STEPS)
    assert write_down_what_plans_left_out(db.session.connection()) == 0
