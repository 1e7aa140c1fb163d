"""How an obligation stands on a day, and who may do what with it. Pure: no session, no request, no clock.

Lateness is judged by the instant of the *first* submission, as a day in Vietnam, against the newest granted day;
how long a reviewer takes never makes anybody late. Returned work has a day of its own, `rework_until`. A request
(đề nghị) to a body that is not under command is never late: past its day it is «chưa có thông tin phản hồi».
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.accounts.models import Role, User
from app.accounts.rules import is_officer
from app.clock import vietnam_day
from app.deadlines import WorkCalendar
from app.i18n import _l
from app.obligations.models import Obligation, Outcome, SourceKind

DUE_SOON_WORKING_DAYS = 5


class State(enum.StrEnum):
    """The word on the chip. Some are states of duties and registrations, which are shown with the same chips."""

    UPCOMING = "upcoming"
    DUE_SOON = "due_soon"
    DUE_TODAY = "due_today"
    OVERDUE = "overdue"
    ACKNOWLEDGED = "acknowledged"
    IN_PROGRESS = "in_progress"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    DONE_ON_TIME = "done_on_time"
    DONE_LATE = "done_late"
    NOTHING_AROSE = "nothing_arose"
    WAIVED = "waived"
    EXTENSION_ASKED = "extension_asked"
    EXTENDED = "extended"
    NO_DATE = "no_date"
    NO_RESPONSE = "no_response"
    SUSPENDED = "suspended"
    CANCELLED = "cancelled"
    NOT_REGISTERED = "not_registered"
    RECEIVER_MISSING = "receiver_missing"


@dataclass(frozen=True, slots=True)
class Standing:
    """How an obligation stands on a day.

    `days` and `working_days` count from that day to the day that counts: left while it is not past, past
    (positive too) where the state is `overdue` or `no_response`. For completed and submitted work both tell how
    late it was; 0 means in time.
    """

    state: State
    days: int = 0
    working_days: int = 0


def standing(obligation: Obligation, today: date, calendar: WorkCalendar) -> Standing:
    """The state on `today`, worst and most pressing first."""
    if obligation.outcome is Outcome.WAIVED:
        return Standing(State.WAIVED)
    if obligation.outcome is Outcome.CANCELLED:
        return Standing(State.CANCELLED)
    if obligation.outcome is not None or obligation.submitted_at is not None:
        late = days_late(obligation, today)
        return Standing(_handed_in(obligation, late > 0), late, late)
    if is_suspended(obligation, today):
        return Standing(State.SUSPENDED)
    day = day_that_counts(obligation)
    if today > day:
        return _past(obligation, day, today, calendar)
    left, working = (day - today).days, calendar.working_days_between(today, day)
    return Standing(_running(obligation, left, working), left, working)


def _handed_in(obligation: Obligation, late: bool) -> State:
    if not is_settled(obligation):
        return State.SUBMITTED
    if late:
        return State.DONE_LATE  # a late «không phát sinh» is late all the same
    return State.NOTHING_AROSE if obligation.outcome is Outcome.NOTHING_AROSE else State.DONE_ON_TIME


def _past(obligation: Obligation, day: date, today: date, calendar: WorkCalendar) -> Standing:
    if not obligation.is_request:
        state = State.OVERDUE
    elif obligation.returned_at is not None:
        state = State.RETURNED  # the body did answer
    else:
        state = State.NO_RESPONSE
    return Standing(state, (today - day).days, calendar.working_days_between(day, today))


def _running(obligation: Obligation, left: int, working: int) -> State:
    if obligation.returned_at is not None:
        return State.RETURNED
    if left == 0:
        return State.DUE_TODAY
    if obligation.extension_asked_until is not None:
        return State.EXTENSION_ASKED
    if working <= DUE_SOON_WORKING_DAYS:
        return State.DUE_SOON
    if obligation.extended_to is not None:
        return State.EXTENDED
    if obligation.started_at is not None:
        return State.IN_PROGRESS
    return State.ACKNOWLEDGED if obligation.acknowledged_at is not None else State.UPCOMING


# -- time -------------------------------------------------------------------------------------------------


def is_settled(obligation: Obligation) -> bool:
    return obligation.outcome is not None


def is_open(obligation: Obligation) -> bool:
    """Neither accepted, waived nor cancelled: somebody still has to do something."""
    return not is_settled(obligation)


def is_suspended(obligation: Obligation, today: date) -> bool:
    """Within the days of its suspension (tạm hoãn): neither owed nor late nor reminded. Handed in, it no longer
    counts."""
    return (
        obligation.suspended_at is not None
        and (obligation.suspended_from is None or obligation.suspended_from <= today)
        and (obligation.suspended_until is None or today <= obligation.suspended_until)
    )


def is_owed(obligation: Obligation, today: date | None = None) -> bool:
    """Open and in the hands of the agency that owes it (not waiting for confirmation); with a day: and not
    suspended on it."""
    if today is not None and is_suspended(obligation, today):
        return False
    return is_open(obligation) and obligation.submitted_at is None


def day_that_counts(obligation: Obligation) -> date:
    """The day by which something has to be handed in now: after a return the later of deadline and rework day."""
    if obligation.returned_at is not None and obligation.rework_until is not None:
        return max(obligation.deadline_on, obligation.rework_until)
    return obligation.deadline_on


def days_late(obligation: Obligation, today: date) -> int:
    """Calendar days of lateness on `today`; 0 when not late. A request is never late.

    Settled and submitted work keeps the lateness that it had when it was handed in.
    """
    if obligation.is_request or obligation.outcome in {Outcome.WAIVED, Outcome.CANCELLED}:
        return 0
    if obligation.submitted_at is not None:
        return _lateness_of_work(obligation, obligation.deadline_on)
    if is_settled(obligation) or is_suspended(obligation, today):
        return 0
    return max(0, (today - day_that_counts(obligation)).days)


def first_days_late(obligation: Obligation) -> int | None:
    """How late the first submission was by the day that counts now; None where nothing was handed in."""
    if obligation.first_submitted_at is None:
        return None
    return max(0, (vietnam_day(obligation.first_submitted_at) - obligation.deadline_on).days)


def completed_late(obligation: Obligation) -> bool:
    """Accepted, and handed in after its day: the first submission after the deadline, or the accepted one after
    the later of deadline and rework day."""
    return is_settled(obligation) and days_late(obligation, obligation.deadline_on) > 0


def days_late_by_plan(obligation: Obligation, today: date) -> int:
    """The same measured against the plan's own day, as if nothing had been extended: for statistics, so that a
    generous extension never hides lateness. An open obligation counts until `today`."""
    if obligation.is_request or obligation.outcome in {Outcome.WAIVED, Outcome.CANCELLED}:
        return 0
    if obligation.first_submitted_at is not None:
        return max(0, (vietnam_day(obligation.first_submitted_at) - obligation.due_on).days)
    return max(0, (today - obligation.due_on).days)


def _lateness_of_work(obligation: Obligation, deadline: date) -> int:
    assert obligation.submitted_at is not None
    first = vietnam_day(obligation.first_submitted_at or obligation.submitted_at)
    accepted_by = max(deadline, obligation.rework_until or deadline)
    last = vietnam_day(obligation.submitted_at)
    return max(0, (first - deadline).days, (last - accepted_by).days)


def occasion(period: str) -> str:
    """What stays the same of a period's key when its day moves into another year: a thing owed once is that thing
    whatever the year («once-2026»), and so is a review («review-2025-midterm»); other periods are themselves."""
    if period.startswith("once"):
        return "once"
    kind, _dash, rest = period.partition("-")
    return f"{kind}{rest[4:]}" if kind == "review" else period


# -- people -----------------------------------------------------------------------------------------------


def can_see(user: User, obligation: Obligation) -> bool:
    """Whoever sees all of it, and the agencies that are asked for a part, which see nothing else of it."""
    asked = is_officer(user) and any(
        part.agency_id == user.agency_id and part.called_off_at is None for part in obligation.parts
    )
    return asked or can_see_whole(user, obligation)


def can_see_whole(user: User, obligation: Obligation) -> bool:
    """Its own agency; whoever may review it; the plan's committee.

    An administrator sees no report content by virtue of the role.
    """
    if user.role is Role.COMMITTEE_MEMBER:
        return obligation.committee_id is not None and obligation.committee_id == user.agency_id
    if is_officer(user) and user.agency_id == obligation.agency_id:
        return True
    return can_review(user, obligation)


def can_submit(user: User, obligation: Obligation) -> bool:
    """Officers and heads of the agency that owes it."""
    return is_officer(user) and user.agency_id == obligation.agency_id


def can_review(user: User, obligation: Obligation) -> bool:
    """Standing officers of the plan's standing agency and of the receiver; where the report goes to another body
    than the standing agency (qua Sở …), that body's officers and head too."""
    if user.role is Role.STANDING_OFFICER and user.agency_id == obligation.standing_agency_id:
        return True
    if user.agency_id != obligation.receiver_id:
        return False
    return user.role is Role.STANDING_OFFICER or (
        is_officer(user) and obligation.receiver_id != obligation.standing_agency_id
    )


def can_ask_extension(user: User, obligation: Obligation) -> bool:
    return can_submit(user, obligation)


def can_decide_extension(user: User, obligation: Obligation) -> bool:
    """Whoever may review; a committee decides on what is due to itself."""
    if user.role is Role.COMMITTEE_MEMBER:
        return can_see(user, obligation) and obligation.receiver_id == user.agency_id
    return can_review(user, obligation)


def can_urge(user: User, obligation: Obligation) -> bool:
    """Standing officers and committee members of the plan may urge what they see and is still owed."""
    return is_owed(obligation) and (
        (user.role is Role.COMMITTEE_MEMBER and can_see(user, obligation))
        or (user.role is Role.STANDING_OFFICER and user.agency_id == obligation.standing_agency_id)
    )


# -- what stands in the way: a sentence, or None ---------------------------------------------------------------


def why_settled(obligation: Obligation) -> Any:
    match obligation.outcome:
        case None:
            return None
        case Outcome.WAIVED:
            return _l("Việc này đã được miễn nên không cần làm gì thêm.")
        case Outcome.CANCELLED:
            return _l("Việc này đã được bãi bỏ nên không cần làm gì thêm.")
        case _:
            return _l(
                "Việc này đã được xác nhận hoàn thành. Cần sửa số liệu thì lập bản đính chính, ghi rõ lý do."
            )


def why_not_submit(obligation: Obligation) -> Any:
    if reason := why_settled(obligation):
        return reason
    if obligation.source_kind is SourceKind.MOVEMENT:
        return _l("Việc này là đăng ký thi đua. Đăng ký tại trang của phong trào.")
    if obligation.submitted_at is not None:
        return _l("Bản vừa nộp đang chờ xác nhận. Cần sửa thì rút lại bản đó trước, hoặc chờ kết quả.")
    return None


def why_suspended(obligation: Obligation, today: date) -> Any:
    """In the way of handing in what rests."""
    if is_open(obligation) and is_suspended(obligation, today):
        return _l("Việc này đang tạm hoãn nên chưa phải nộp. Nộp khi được tiếp tục.")
    return None


def why_not_withdraw(obligation: Obligation) -> Any:
    if reason := why_settled(obligation):
        return reason
    if obligation.submitted_at is None:
        return _l("Không có bản nộp nào đang chờ xác nhận để rút lại.")
    return None


def why_not_review(obligation: Obligation) -> Any:
    """In the way of accepting or returning."""
    if reason := why_settled(obligation):
        return reason
    if obligation.submitted_at is None:
        return _l("Chưa có bản nộp nào để xem. Bản nộp có thể vừa được rút lại.")
    return None


def why_not_ask_extension(obligation: Obligation) -> Any:
    if reason := why_settled(obligation):
        return reason
    if obligation.submitted_at is not None:
        return _l("Đã nộp và đang chờ xác nhận nên không cần xin gia hạn.")
    if obligation.extension_asked_until is not None:
        return _l("Đơn xin gia hạn trước chưa có quyết định. Chờ kết quả rồi xin tiếp nếu cần.")
    return None


def why_not_extend_until(obligation: Obligation, until: date, today: date) -> Any:
    """In the way of this very day, asked for or granted."""
    if until <= obligation.deadline_on:
        return _l(
            "Ngày xin gia hạn phải sau hạn hiện nay, %(day)s.", day=f"{obligation.deadline_on:%d/%m/%Y}"
        )
    if until < today:
        return _l("Ngày %(day)s đã qua. Chọn ngày từ hôm nay trở đi.", day=f"{until:%d/%m/%Y}")
    return None


def why_not_rework_until(until: date, today: date) -> Any:
    if until < today:
        return _l("Ngày %(day)s đã qua. Chọn ngày từ hôm nay trở đi.", day=f"{until:%d/%m/%Y}")
    return None


def is_late_request(obligation: Obligation, today: date) -> bool:
    """An extension asked for after the day has passed is allowed, and marked."""
    return today > day_that_counts(obligation)
