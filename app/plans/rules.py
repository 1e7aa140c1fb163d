"""Who may do what with a plan, and what still stands in its way. Pure: values in, an answer out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from app.accounts.models import User
from app.accounts.rules import runs_plans
from app.i18n import _, _l
from app.plans.contents import unresolved
from app.plans.models import Decision, Draft, Plan, PlanState


def can_upload(user: User) -> bool:
    return runs_plans(user)


def can_run(user: User, plan: Plan) -> bool:
    """Officer of the plan's standing agency: reviews, confirms, reopens, closes it, sees everything of it."""
    return runs_plans(user) and user.agency_id == plan.standing_agency_id


def is_clear(draft: Draft, flaws: Iterable[Any]) -> bool:
    """Nothing about this draft asks for a person: it may be accepted together with others."""
    return draft.decision is Decision.PENDING and not list(flaws)


def why_not_review(plan: Plan) -> Any | None:
    if plan.state is PlanState.IN_FORCE:
        return _l("Kế hoạch đã được xác nhận nên không sửa bản đọc được nữa. Rút xác nhận trước khi sửa.")
    if plan.state is PlanState.CLOSED:
        return _l("Kế hoạch đã kết thúc nên không sửa được nữa.")
    return None


def why_not_confirm(plan: Plan) -> list[str]:
    """Everything that keeps the plan from being confirmed, each in a sentence that says what to do.

    Words that were not read and duties without a day only warn; they stand elsewhere on the page.
    """
    if reason := why_not_review(plan):
        return [str(reason)]
    found = []
    if plan.issued_on is None:
        found.append(_("Nhập ngày ban hành của kế hoạch: mọi thời hạn được tính từ ngày này."))
    if not plan.title.strip():
        found.append(_("Nhập trích yếu của kế hoạch."))
    kept = [draft for draft in plan.drafts if draft.decision is not Decision.DROPPED]
    unclear = sum(bool(unresolved(draft)) for draft in kept)
    if unclear:
        found.append(_("Còn %(n)s mục có cơ quan chưa rõ. Chọn cơ quan cho từng mục.", n=unclear))
    pending = sum(draft.decision is Decision.PENDING for draft in kept)
    if pending > unclear:
        found.append(_("Còn %(n)s mục chưa duyệt.", n=pending))
    if not kept:
        found.append(_("Chưa có mục nào được giữ lại. Thêm ít nhất một phân công hoặc một thời hạn báo cáo."))
    if plan.period_from and plan.period_to and plan.period_to < plan.period_from:
        found.append(_("Năm kết thúc đứng trước năm bắt đầu. Kiểm tra lại thời gian thực hiện."))
    return found


def why_not_reopen(plan: Plan, handed_in: bool) -> Any | None:
    """`handed_in`: some agency has submitted a report or registered under this plan."""
    if plan.state is not PlanState.IN_FORCE:
        return _l("Chỉ rút được xác nhận của kế hoạch đang thực hiện.")
    if handed_in:
        return _l(
            "Đã có cơ quan nộp báo cáo hoặc đăng ký nên không rút xác nhận được nữa. Sửa từng nghĩa vụ."
        )
    return None


def why_not_amend(plan: Plan, old: Plan, replaced_by: Plan | None) -> Any | None:
    """In the way of replacing or amending `old`; `replaced_by` is the plan that has taken its place already."""
    if old.state is PlanState.IN_REVIEW:
        return _l(
            "Kế hoạch %(number)s đang được rà soát. Xác nhận kế hoạch đó trước, hoặc bỏ chọn ở thông tin kế hoạch.",
            number=old.display_number,
        )
    if replaced_by is not None and replaced_by.id != plan.id:
        return _l(
            "Kế hoạch %(number)s đã được thay bằng Kế hoạch %(other)s. Chọn kế hoạch đó ở thông tin kế hoạch.",
            number=old.display_number,
            other=replaced_by.display_number,
        )
    if plan.amends and old.state is PlanState.CLOSED:
        return _l(
            "Kế hoạch %(number)s đã kết thúc nên không sửa đổi được nữa. Chọn «Thay thế», hoặc bỏ chọn.",
            number=old.display_number,
        )
    return None


def why_not_undo(plan: Plan, old: Plan) -> Any | None:
    """In the way of giving back to `old` what `plan` took over."""
    if plan.amends and old.state is not PlanState.IN_FORCE:
        return _l(
            "Kế hoạch %(number)s mà kế hoạch này sửa đổi đã kết thúc, nên không rút xác nhận được nữa.",
            number=old.display_number,
        )
    return None


def why_not_touch(later: Plan | None) -> Any | None:
    """In the way of taking back a plan that `later` amends or replaces."""
    if later is None:
        return None
    return _l(
        "Kế hoạch %(number)s đã thay thế hoặc sửa đổi kế hoạch này. Rút xác nhận kế hoạch đó trước.",
        number=later.display_number,
    )


def why_not_drop(plan: Plan) -> Any | None:
    if plan.state is not PlanState.IN_REVIEW:
        return _l("Kế hoạch đã được xác nhận nên không bỏ được. Rút xác nhận trước, hoặc kết thúc kế hoạch.")
    return None


def why_not_close(plan: Plan) -> Any | None:
    if plan.state is PlanState.IN_REVIEW:
        return _l("Kế hoạch chưa được xác nhận nên chưa có gì để kết thúc.")
    if plan.state is PlanState.CLOSED:
        return _l("Kế hoạch đã kết thúc.")
    return None
