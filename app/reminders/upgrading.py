"""What the steps of plans meant before a plan followed the wider scope step by step.

A plan with steps of its own used to hear of nothing else: what it had taken out of its copy was off. Now a step that a
plan does not name comes from the wider scope, so what was taken out has to be written down as off.
"""

from __future__ import annotations

import sqlalchemy as sa

# Once, while the tables are brought up to date, and before the application runs again: later a step that a plan does
# not name is one that it follows. Plain SQL, which both databases read.
WRITE_DOWN_WHAT_PLANS_LEFT_OUT = """
    INSERT INTO reminder_rule (plan_id, "offset", audience, repeat_weekly, active)
    SELECT own.plan_id, wider."offset", wider.audience, wider.repeat_weekly, FALSE
    FROM (SELECT DISTINCT plan_id FROM reminder_rule WHERE plan_id IS NOT NULL) AS own
    CROSS JOIN reminder_rule AS wider
    WHERE wider.plan_id IS NULL AND wider.active
    AND NOT EXISTS (
        SELECT 1 FROM reminder_rule AS named
        WHERE named.plan_id = own.plan_id
        AND named."offset" = wider."offset" AND named.audience = wider.audience
    )
"""


def write_down_what_plans_left_out(connection: sa.Connection) -> int:
    """Turn off, for each plan with steps of its own, the installation's steps that it had not; how many."""
    return connection.execute(sa.text(WRITE_DOWN_WHAT_PLANS_LEFT_OUT)).rowcount
