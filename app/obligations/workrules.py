"""Who does the work, and what stands in the way. Pure, as `rules`: no session, no request, no clock."""

from __future__ import annotations

from datetime import date
from typing import Any

from app.accounts.models import Role, User
from app.accounts.rules import is_officer
from app.i18n import _l
from app.obligations.models import Comment, Obligation, OfficerInCharge, Part, Presentation, SourceKind
from app.obligations.rules import can_review, can_submit, why_settled
from app.obligations.topics import Topic

MAX_NOTE = 2_000
MAX_COMMENT = 5_000
PART_DAYS_AHEAD = 5  # working days between a part's day and the deadline, unless said otherwise
_MANAGERS = (Role.OFFICER, Role.STANDING_OFFICER)

# -- handing down -------------------------------------------------------------------------------------------------


def can_hand_down(user: User, agency_id: int, *, has_head: bool) -> bool:
    """The agency's head; where it has no head's account, any of its officers."""
    return user.agency_id == agency_id and (
        user.role is Role.HEAD or (user.role in _MANAGERS and not has_head)
    )


def can_hand_on(user: User, given: OfficerInCharge) -> bool:
    """Whoever was given it may give it on to a colleague."""
    return given.ended_at is None and given.officer_id == user.id and given.agency_id == user.agency_id


def can_take_back(user: User, given: OfficerInCharge, *, has_head: bool) -> bool:
    return given.ended_at is None and (
        can_hand_down(user, given.agency_id, has_head=has_head)
        or (given.by_id == user.id and given.agency_id == user.agency_id)
    )


def why_not_inner_day(inner: date | None, deadline: date | None, today: date) -> Any:
    """An inner day lies between today and the real day. A day already past leaves only today."""
    if inner is None:
        return None
    if inner < today:
        return _l("Ngày %(day)s đã qua. Chọn ngày từ hôm nay trở đi.", day=f"{inner:%d/%m/%Y}")
    if deadline is not None and inner > max(deadline, today):
        return _l(
            "Hạn nội bộ phải trước hoặc đúng hạn chính thức, %(day)s. Chọn ngày sớm hơn.",
            day=f"{deadline:%d/%m/%Y}",
        )
    return None


# -- parts --------------------------------------------------------------------------------------------------------


def can_ask_parts(user: User, obligation: Obligation) -> bool:
    return can_submit(user, obligation)


def can_file_part(user: User, part: Part) -> bool:
    return is_officer(user) and user.agency_id == part.agency_id and part.called_off_at is None


def can_read_part(user: User, part: Part) -> bool:
    """The agency that filed it and the lead; nobody else, the standing agency neither."""
    return can_file_part(user, part) or can_submit(user, part.obligation)


def why_not_ask_parts(obligation: Obligation) -> Any:
    if reason := why_settled(obligation):
        return reason
    if obligation.submitted_at is not None:
        return _l("Báo cáo đã nộp nên không lấy thêm phần phối hợp. Cần bổ sung thì rút lại bản nộp trước.")
    if obligation.source_kind is SourceKind.MOVEMENT:
        return _l("Đăng ký thi đua do từng cơ quan tự nộp, không có phần phối hợp.")
    return None


def why_not_file_part(part: Part) -> Any:
    if reason := why_settled(part.obligation):
        return reason
    if part.called_off_at is not None:
        return _l("Cơ quan chủ trì không còn cần phần này.")
    if part.obligation.submitted_at is not None:
        return _l(
            "%(agency)s đã nộp báo cáo nên không nhận thêm phần phối hợp. Cần bổ sung thì liên hệ cơ quan chủ trì.",
            agency=part.obligation.agency.display_name,
        )
    return None


def why_not_return_part(part: Part) -> Any:
    if part.filed_at is None:
        return _l("Đơn vị chưa gửi phần này nên chưa có gì để trả lại.")
    return why_not_ask_parts(part.obligation)


# -- the head's word ----------------------------------------------------------------------------------------------


def can_confirm(user: User, agency_id: int) -> bool:
    """Send what was laid before the head, or give it back."""
    return user.role is Role.HEAD and user.agency_id == agency_id


def goes_through_head(user: User, *, head_confirms: bool, has_head: bool) -> bool:
    """Whether what this person hands in waits for a head. Without a head's account nothing can wait."""
    return head_confirms and has_head and user.role is not Role.HEAD


def can_take_presentation_back(user: User, presentation: Presentation) -> bool:
    return presentation.decided_at is None and presentation.by_id == user.id


# -- suspending ---------------------------------------------------------------------------------------------------


def can_suspend(user: User, obligation: Obligation) -> bool:
    """The plan's standing agency alone: whoever follows the plan answers for its days."""
    return user.role is Role.STANDING_OFFICER and user.agency_id == obligation.standing_agency_id


def why_not_suspend(obligation: Obligation, from_on: date, until_on: date | None, today: date) -> Any:
    if reason := why_settled(obligation):
        return reason
    if obligation.submitted_at is not None:
        return _l("Báo cáo đã nộp và đang chờ xác nhận nên không cần tạm hoãn.")
    if until_on is not None and until_on < from_on:
        return _l("Ngày hết tạm hoãn phải sau ngày bắt đầu.")
    if until_on is not None and until_on < today:
        return _l("Ngày %(day)s đã qua. Chọn ngày từ hôm nay trở đi.", day=f"{until_on:%d/%m/%Y}")
    if from_on < obligation.owed_on:
        return _l(
            "Việc này phát sinh ngày %(day)s. Chọn ngày bắt đầu từ ngày đó.",
            day=f"{obligation.owed_on:%d/%m/%Y}",
        )
    return None


def has_suspension(obligation: Obligation, today: date) -> bool:
    """Suspended on the day, or to be from a later day on: there is something to end."""
    return obligation.suspended_at is not None and (
        obligation.suspended_until is None or today <= obligation.suspended_until
    )


# -- comments -----------------------------------------------------------------------------------------------------


def can_comment(user: User, topic: Topic) -> bool:
    """Whoever reads all of it: its agencies, those who review it, the committee. Never an administrator."""
    if user.role is Role.COMMITTEE_MEMBER:
        return topic.committee_id is not None and topic.committee_id == user.agency_id
    if user.agency_id in topic.agencies:
        return is_officer(user)
    return follows(user, topic)


def follows(user: User, topic: Topic) -> bool:
    """Reads what every agency says of it: standing officers, and the officers of a body it is reported through."""
    if topic.obligation_id is not None:
        return can_review(user, topic.row)
    return user.role is Role.STANDING_OFFICER and user.agency_id in topic.followers


def can_read_comment(user: User, comment: Comment, topic: Topic) -> bool:
    """`queries.comments_on` for one row. What is internal stays in its author's agency, whoever else may see."""
    if not can_comment(user, topic):
        return False
    if comment.internal:
        return comment.by_agency_id == user.agency_id
    if user.role is Role.COMMITTEE_MEMBER or follows(user, topic):
        return True
    return comment.agency_id is None or comment.agency_id == user.agency_id


def can_change_comment(user: User, comment: Comment) -> bool:
    return comment.by_id == user.id and comment.withdrawn_at is None


def may_be_internal(user: User) -> bool:
    """A committee has no internal affairs here: its members speak to everybody concerned."""
    return user.role is not Role.COMMITTEE_MEMBER
