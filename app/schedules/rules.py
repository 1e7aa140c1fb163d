"""Who may do what with a plan's schedules, and what stands in the way. Pure."""

from __future__ import annotations

from typing import Any

from app.accounts.models import Role, User
from app.accounts.rules import runs_plans
from app.i18n import _l
from app.schedules.models import ReportSchedule


def can_run(user: User, plan: Any) -> bool:
    """Officer of the plan's standing agency: adds, changes and closes its reports."""
    return runs_plans(user) and user.agency_id == plan.standing_agency_id


def sees_whole_plan(user: User, plan: Any) -> bool:
    return can_run(user, plan) or (
        user.role is Role.COMMITTEE_MEMBER
        and plan.committee_id is not None
        and plan.committee_id == user.agency_id
    )


def why_not_add(plan: Any) -> Any | None:
    if plan.state == "in_review":
        return _l("Kế hoạch đang được rà soát. Thêm báo cáo ngay trên bản đọc, rồi xác nhận.")
    if plan.state == "closed":
        return _l("Kế hoạch đã kết thúc nên không thêm, không sửa báo cáo được nữa.")
    return None


def why_not_change(schedule: ReportSchedule) -> Any | None:
    if reason := why_not_add(schedule.plan):
        return reason
    if schedule.closed_on is not None:
        return _l("Báo cáo này đã kết thúc. Mở lại trước khi sửa.")
    if any(later.plan.state == "in_force" and not later.plan.amends for later in schedule.continued_by):
        return _l("Báo cáo này đã chuyển sang kế hoạch thay thế. Sửa tại kế hoạch đó.")
    return None


def why_not_reopen(schedule: ReportSchedule) -> Any | None:
    if reason := why_not_add(schedule.plan):
        return reason
    if schedule.closed_on is None:
        return _l("Báo cáo này đang được thực hiện.")
    return None
