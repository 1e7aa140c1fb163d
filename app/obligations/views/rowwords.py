"""What a row says of its obligation: plan and issuer by their short names, the time that is left, the next act.

Lists say these for every row, so they are plain functions; templates take them from `obligations/_parts.html`.
"""

from __future__ import annotations

from typing import Any

from flask import current_app, url_for
from jinja2.filters import do_truncate
from markupsafe import Markup, escape

from app import marks
from app.i18n import _, _n, instant
from app.obligations.rows import Act, Row
from app.obligations.rules import State

_TITLE_LETTERS = 60
_NEAR_DAYS = 10  # up to here both counts of days are said


def plan_name(plan: Any) -> Markup:
    """«KH 48/KH-UBND»; a plan without a number is called by its title."""
    if plan.number:
        return Markup('<span class="nowrap">KH {}</span>').format(plan.number)
    return escape(do_truncate(current_app.jinja_env, plan.title, _TITLE_LETTERS))


def issuer_name(plan: Any) -> str:
    """«UBND tỉnh» for this office's own committee, «UBND huyện Sơn Dương» for another."""
    short: str = plan.issuer.replace("Ủy ban nhân dân", "UBND").replace("Uỷ ban nhân dân", "UBND")
    return " ".join(short.split()[:2]) if short == current_app.config["OFFICE_NAME"] else short


def state_chip(row: Row) -> Markup:
    obligation, code = row.obligation, row.chip
    asked = code == State.EXTENSION_ASKED
    return marks.chip(
        code,
        n=row.standing.days,
        day=obligation.extension_asked_until if asked else obligation.extended_to,
    )


def left(row: Row) -> Markup | str:
    """How much time is left, with both counts where it is near; or what became of it."""
    obligation, standing = row.obligation, row.standing
    match standing.state:
        case State.OVERDUE:
            return _("Chưa nộp lại") if obligation.returned_at else _("Chưa nộp")
        case State.NO_RESPONSE:
            return _("Ngày đề nghị đã qua %(n)s ngày", n=standing.days)
        case State.SUBMITTED:
            return _("Nộp %(day)s", day=instant(obligation.submitted_at))
    if not obligation.settled_at:
        return _days_left(row)
    if obligation.first_submitted_at:
        return _("Nộp lần đầu %(day)s", day=instant(obligation.first_submitted_at))
    return ""


def _days_left(row: Row) -> Markup | str:
    days, working = row.standing.days, row.standing.working_days
    if days == 0:
        return Markup('<b class="soon-text">{}</b>').format(_("Hết hôm nay"))
    words = _n("Còn %(num)s ngày", "Còn %(num)s ngày", days)
    if row.tone != "soon" and days > _NEAR_DAYS:
        return words
    both = Markup('<b class="soon-text">{}</b>, {}') if row.tone == "soon" else Markup("{}, {}")
    return both.format(words, _n("%(num)s ngày làm việc", "%(num)s ngày làm việc", working))


def act_url(row: Row) -> str:
    """The address of the one act of a row."""
    obligation = row.obligation
    if row.act == Act.REGISTER and "emulation.show" in current_app.view_functions:
        return url_for("emulation.show", movement_id=obligation.source_id)
    if row.act == Act.REGISTER:
        return url_for("obligations.show", obligation_id=obligation.id)
    if row.act == Act.PROGRESS:
        return url_for("assignments.show", duty_id=obligation.source_id)
    return url_for("obligations.submit", obligation_id=obligation.id)


def act_words(row: Row) -> str:
    match row.act:
        case Act.REGISTER:
            return _("Đăng ký")
        case Act.PROGRESS:
            return _("Ghi tiến độ")
        case Act.RESULT:
            return _("Nộp kết quả")
        case Act.RESUBMIT:
            return _("Sửa và nộp lại")
        case _:
            return _("Nộp báo cáo")
