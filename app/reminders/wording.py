"""Reminders in words: steps, rules, audiences, and the sentence that a mail begins with."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from app.deadlines.datewords import joined
from app.i18n import NO_BREAK, _, _n, language, short_day
from app.outbox.models import MessageState
from app.reminders.models import Audience
from app.reminders.planning import Rule
from app.reminders.scopes import Level


def audience_words(audience: Audience) -> str:
    return {
        Audience.IN_CHARGE: _("Chuyên viên phụ trách"),
        Audience.OFFICERS: _("Mọi chuyên viên của cơ quan"),
        Audience.HEAD: _("Lãnh đạo cơ quan"),
        Audience.STANDING_AGENCY: _("Cơ quan thường trực"),
        Audience.COMMITTEE: _("Ban Chỉ đạo"),
    }[audience]


def step_words(code: str) -> str:
    """A step's code told to people: "Trước hạn 5 ngày làm việc"."""
    kind, _dash, rest = code.partition("-")
    match kind:
        case "before":
            return _n("Trước hạn %(num)s ngày làm việc", "Trước hạn %(num)s ngày làm việc", int(rest))
        case "after":
            return _n("Sau hạn %(num)s ngày làm việc", "Sau hạn %(num)s ngày làm việc", int(rest))
        case "weekly":
            return _("Nhắc lại thứ Hai hằng tuần")
        case _:
            return _("Đúng ngày đến hạn")


def rules_in_one_line(rules: Iterable[Rule]) -> str:
    """ "trước 5, 1 ngày làm việc, đúng ngày, sau 1, 5 ngày làm việc, thứ Hai hằng tuần"."""
    rules = list(rules)
    offsets = sorted({rule.offset for rule in rules})
    before = ", ".join(str(-offset) for offset in offsets if offset < 0)
    after = ", ".join(str(offset) for offset in offsets if offset > 0)
    parts = [
        _("trước %(days)s ngày làm việc", days=before) if before else "",
        _("đúng ngày") if 0 in offsets else "",
        _("sau %(days)s ngày làm việc", days=after) if after else "",
        _("thứ Hai hằng tuần") if any(rule.repeat_weekly for rule in rules) else "",
    ]
    return ", ".join(part for part in parts if part)


def part_words() -> str:
    return _("phần phối hợp")


def level_words(level: Level) -> str:
    """Where a step comes from."""
    return {
        Level.OFFICE: _("Lịch chung"),
        Level.PROGRAMME: _("Chương trình"),
        Level.PLAN: _("Kế hoạch"),
        Level.SCHEDULE: _("Kỳ báo cáo"),
    }[level]


@dataclass(frozen=True, slots=True)
class Tally:
    """What one mail holds, counted. `last_day` is the latest day among what is still to come."""

    late_reports: int = 0
    late_others: int = 0
    today: int = 0
    coming: int = 0
    requested: int = 0  # asked of a body that is not commanded, before its day
    unanswered: int = 0  # the same, past its day: never called late
    last_day: date | None = None


def pieces(tally: Tally, today: date, *, long: bool = False) -> list[str]:
    """The counts in words, worst first: "1 báo cáo quá hạn", "2 việc đến hạn trước 05/12"."""
    found = []
    if tally.late_reports:
        found.append(_n("%(num)s báo cáo quá hạn", "%(num)s báo cáo quá hạn", tally.late_reports))
    if tally.late_others:
        found.append(_n("%(num)s việc quá hạn", "%(num)s việc quá hạn", tally.late_others))
    if tally.today:
        found.append(_n("%(num)s việc đến hạn hôm nay", "%(num)s việc đến hạn hôm nay", tally.today))
    if tally.coming and tally.last_day:
        before = short_day(tally.last_day + timedelta(days=1), today)
        found.append(
            _n("%(num)s việc đến hạn trước ngày %(day)s", "%(num)s việc đến hạn trước ngày %(day)s",
               tally.coming, day=before)
            if long
            else _n("%(num)s việc đến hạn trước %(day)s", "%(num)s việc đến hạn trước %(day)s",
                    tally.coming, day=before)
        )  # fmt: skip
    if tally.requested:
        found.append(_n("%(num)s việc đề nghị phối hợp", "%(num)s việc đề nghị phối hợp", tally.requested))
    if tally.unanswered:
        found.append(
            _n(
                "%(num)s việc chưa có thông tin phản hồi",
                "%(num)s việc chưa có thông tin phản hồi",
                tally.unanswered,
            )
        )
    return [piece.replace(" ", NO_BREAK, 1) if long else piece for piece in found]


def subject(own_name: str, own: Sequence[str], followed: str) -> str:
    """ "Sở Y tế: 1 báo cáo quá hạn, 2 việc đến hạn trước 05/12"."""
    if not own:
        return followed
    line = f"{own_name}: {', '.join(own)}"
    return f"{line}; {followed}" if followed else line


def headline(own_name: str, own: Sequence[str]) -> str:
    """ "Sở Y tế có 1 báo cáo quá hạn và 2 việc đến hạn trước ngày 05/12."."""
    return _("%(agency)s có %(what)s.", agency=own_name, what=joined(own, language()))


def request_headline(own_name: str, tally: Tally) -> str:
    """To a body that is asked and not commanded: courteous, and without a word of lateness."""
    if tally.unanswered:
        return _n(
            "Kính đề nghị %(agency)s quan tâm, phối hợp và cho biết kết quả của %(num)s việc.",
            "Kính đề nghị %(agency)s quan tâm, phối hợp và cho biết kết quả của %(num)s việc.",
            tally.unanswered + tally.requested,
            agency=own_name,
        )
    return _n(
        "Kính đề nghị %(agency)s quan tâm, phối hợp và gửi kết quả của %(num)s việc.",
        "Kính đề nghị %(agency)s quan tâm, phối hợp và gửi kết quả của %(num)s việc.",
        tally.requested,
        agency=own_name,
    )


def followed_line(obligations: int, agencies: int, *, all_late: bool) -> str:
    """About other agencies, for a standing agency or a committee."""
    if all_late:
        return _n(
            "%(num)s việc quá hạn ở %(agencies)s cơ quan",
            "%(num)s việc quá hạn ở %(agencies)s cơ quan",
            obligations,
            agencies=agencies,
        )
    return _n(
        "%(num)s việc cần theo dõi ở %(agencies)s cơ quan",
        "%(num)s việc cần theo dõi ở %(agencies)s cơ quan",
        obligations,
        agencies=agencies,
    )


def state_words(state: MessageState) -> str:
    return {
        MessageState.QUEUED: _("Chờ gửi"),
        MessageState.SENDING: _("Đang gửi"),
        MessageState.SENT: _("Đã gửi"),
        MessageState.GIVEN_UP: _("Không gửi được"),
        MessageState.SUPERSEDED: _("Không cần gửi nữa"),
        MessageState.CANCELLED: _("Đã hủy"),
    }[state]


def reason_words(reason: str) -> str:
    """Why nobody at an agency hears."""
    return {
        "missing": _("cơ quan chưa có tài khoản nào"),
        "left": _("mọi tài khoản của cơ quan đã đóng"),
        "bounced": _("thư gửi tới bị trả lại"),
        "away": _("đang vắng, chưa cử người thay"),
    }[reason]


def kind_words(kind: str) -> str:
    """What sort of mail it is, without a word of its content."""
    return {
        "reminder-digest": _("Thư nhắc việc"),
        "nobody-hears": _("Thư báo việc không ai nhận được nhắc"),
        "committee-week": _("Thư tuần của Ban Chỉ đạo"),
        "scheduler-silent": _("Thư báo bộ lập lịch im tiếng"),
    }.get(kind) or _("Thư báo về một việc")


def job_words(name: str) -> str:
    return {
        "roll_forward": _("Phát sinh kỳ báo cáo"),
        "plan_reminders": _("Lên lịch nhắc"),
        "deliver": _("Gửi thư"),
        "read_documents": _("Đọc tài liệu tải lên"),
        "sweep": _("Trả thư dở dang về hàng đợi"),
        "read_bounces": _("Đọc thư báo không đến"),
        "housekeeping": _("Dọn dẹp"),
        "check_hearing": _("Tìm việc không ai nhận được nhắc"),
        "tell_committees": _("Thư tuần của Ban Chỉ đạo"),
        "watchdog": _("Trông chừng bộ lập lịch"),
    }.get(name, name)
