"""The blueprint that the modules of this folder hang their routes on, and what several of them need."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, current_app
from flask_login import current_user

from app import access, clock
from app.errors import Refused
from app.i18n import _l
from app.obligations.calendar import office_calendar, office_reading
from app.organisations.directory import OfficeDirectory
from app.plans import queries, rules
from app.plans.models import Plan
from app.plans.preview import Setting

bp = Blueprint("plans", __name__, url_prefix="/plans")
access.require_sign_in(bp)


def plan_to_run(plan_id: int) -> Plan:
    """The plan, for an officer of its standing agency. Others who see it are told why the act is not theirs."""
    plan = queries.plan_for(current_user, plan_id)
    if not rules.can_run(current_user, plan):
        raise Refused(
            _l(
                "Việc này của cơ quan thường trực, %(agency)s.",
                agency=plan.standing_agency.name,
            )
        )
    return plan


def office_setting() -> Setting:
    today = clock.today()
    return Setting(
        OfficeDirectory.load(),
        office_calendar(),
        office_reading(),
        today,
        today + timedelta(days=current_app.config["ROLL_FORWARD_DAYS"]),
    )
