"""Which item of the navigation a page about one obligation belongs to."""

from __future__ import annotations

from flask import g
from flask_login import current_user

from app.accounts.models import Role
from app.obligations.models import Obligation


def mark_navigation(obligation: Obligation) -> None:
    """A standing officer's own work is among «Việc của tôi», that of others in the list of all."""
    own = current_user.agency_id == obligation.agency_id
    reviewing = current_user.role is Role.STANDING_OFFICER and not own
    g.nav_current = "obligations.list_" if reviewing else "obligations.my_work"
