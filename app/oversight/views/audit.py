"""Nhật ký: who did what, when, to what, and what it was before."""

from __future__ import annotations

import csv
import io
from datetime import datetime, time, timedelta
from typing import Any

import sqlalchemy as sa
from flask import Response, abort, current_app, g, render_template, request, url_for
from flask_login import current_user

from app import clock
from app.access import allow
from app.accounts.rules import is_administrator
from app.audit import chain, checks
from app.audit.acts import SENTENCES
from app.audit.facts import changes
from app.audit.models import AuditEntry
from app.audit.queries import search, sentence
from app.clock import VIETNAM
from app.documents.sheets import Column, write_table
from app.extensions import db
from app.i18n import _, _l, instant
from app.oversight import rules
from app.oversight.views import bp
from app.oversight.views.asked import read_day
from app.plans.models import Plan

PER_PAGE = 50
MOST_EXPORTED = 100_000
# Kinds of acts for the filter: the beginnings of their names.
KINDS = {
    "user.": _l("Tài khoản, đăng nhập"),
    "absence.": _l("Vắng mặt"),
    "agency.": _l("Cơ quan"),
    "directory.": _l("Nhập danh mục từ tệp"),
    "alias.": _l("Tên gọi khác"),
    "group.": _l("Nhóm cơ quan"),
    "reorganisation.": _l("Sắp xếp cơ quan"),
    "plan.": _l("Kế hoạch"),
    "draft.": _l("Duyệt bản đọc"),
    "reading.": _l("Đọc tài liệu tải lên"),
    "obligation.": _l("Nghĩa vụ, đôn đốc"),
    "submission.": _l("Nộp, trả lại, xác nhận"),
    "correction.": _l("Đính chính"),
    "extension.": _l("Gia hạn"),
    "assignment.": _l("Phân công"),
    "duty.": _l("Tiến độ"),
    "status.": _l("Đề nghị báo cáo tình hình"),
    "hand_down.": _l("Phân công nội bộ"),
    "part.": _l("Phần phối hợp"),
    "presentation.": _l("Trình lãnh đạo"),
    "comment.": _l("Ý kiến"),
    "schedule.": _l("Kỳ báo cáo"),
    "indicator.": _l("Chỉ tiêu của báo cáo"),
    "registration.": _l("Đăng ký thi đua"),
    "nomination.": _l("Đề nghị khen thưởng"),
    "movement.": _l("Phong trào thi đua"),
    "calendar.": _l("Lịch làm việc"),
    "reminder_rule.": _l("Lịch nhắc"),
    "reminder_wish.": _l("Cách nhận thư nhắc"),
    "message.": _l("Thư"),
    "address.": _l("Địa chỉ bị tạm ngừng gửi thư"),
    "feed.": _l("Đường dẫn lịch"),
    "token.": _l("Mã truy cập cho chương trình"),
}
_KINDS_OF_PLANS = (
    "plan.", "draft.", "obligation.", "submission.", "correction.", "extension.", "assignment.", "duty.",
    "schedule.", "indicator.", "registration.", "nomination.", "movement.", "status.", "part.", "comment.",
    "reminder_rule.",
)  # fmt: skip


@bp.get("/audit")
def audit():
    allow(rules.can_read_audit(current_user))
    g.nav_current = "oversight.audit"
    page = db.paginate(_asked_for(), per_page=PER_PAGE, error_out=False)
    return render_template(
        "oversight/audit.html",
        page=page,
        kinds=_kinds_seen(),
        act=request.args.get("act", ""),
        actor=request.args.get("actor", ""),
        subject=request.args.get("subject", ""),
        first=_day("from"),
        last=_day("to"),
        sentence=sentence,
        details=_details,
        formats=[(name, _same_filter(name)) for name in ("xlsx", "csv")],
        head=chain.head_of_chain() if is_administrator(current_user) else None,
        checks=checks.last_checks(),
    )


@bp.get("/audit.xlsx")
def audit_xlsx():
    return _exported("xlsx")


@bp.get("/audit.csv")
def audit_csv():
    return _exported("csv")


def _exported(kind: str) -> Response:
    allow(rules.can_read_audit(current_user))
    entries = db.session.scalars(_asked_for().limit(MOST_EXPORTED)).all()
    head = [_("Lúc"), _("Người"), _("Việc"), _("Trước khi đổi"), _("Sau khi đổi"), _("Từ địa chỉ")]
    rows = [
        (
            instant(entry.at),
            entry.actor_name or _("Hệ thống"),
            sentence(entry),
            _said(details, 1),
            _said(details, 2),
            entry.address or "",
        )
        for entry, details in ((entry, _details(entry)) for entry in entries)
    ]
    if kind == "xlsx":
        body: bytes = write_table(
            _("Nhật ký"),
            [Column(text, width) for text, width in zip(head, (17, 24, 60, 40, 40, 16), strict=True)],
            rows,
            sheet_name=_("Nhật ký"),
            notes=(current_app.config["OFFICE_NAME"], _("Xuất lúc %(at)s", at=instant(clock.now()))),
        )
        mimetype = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    else:
        text = io.StringIO()
        writer = csv.writer(text)
        writer.writerow(head)
        writer.writerows([_harmless(cell) for cell in row] for row in rows)
        body, mimetype = (
            text.getvalue().encode("utf-8-sig"),
            "text/csv",
        )  # the mark tells Excel that it is UTF-8
    response = Response(body, mimetype=mimetype)
    response.headers.set(
        "Content-Disposition", "attachment", filename=f"nhat-ky-{clock.today():%Y-%m-%d}.{kind}"
    )
    return response


def _asked_for() -> sa.Select[tuple[AuditEntry]]:
    act = request.args.get("act", "")
    if act and act not in KINDS and act not in SENTENCES:
        abort(404)
    query = search(act, *(request.args.get(name, "").strip()[:200] for name in ("actor", "subject")))
    if first := _day("from"):
        query = query.where(AuditEntry.at >= datetime.combine(first, time(), VIETNAM))
    if last := _day("to"):
        query = query.where(AuditEntry.at < datetime.combine(last + timedelta(days=1), time(), VIETNAM))
    if not is_administrator(current_user):
        own = sa.select(Plan.id).where(Plan.standing_agency_id == current_user.agency_id)
        query = query.where(AuditEntry.plan_id.in_(own))
    return query


def _day(name: str) -> Any:
    """The first or last day of the filter; read once, so that a mistake is said once."""
    text = request.args.get(name, "").strip()
    days: dict[str, Any] = g.setdefault("audit_days", {})
    if name not in days:
        days[name] = read_day(text, clock.today()) if text else None
    return days[name]


def _kinds_seen() -> list[tuple[str, Any]]:
    """A standing officer is offered the kinds of acts that happen to plans."""
    return [(k, v) for k, v in KINDS.items() if is_administrator(current_user) or k in _KINDS_OF_PLANS]


def _same_filter(kind: str) -> str:
    kept = {
        name: value
        for name, value in request.args.items()
        if name in {"act", "actor", "subject", "from", "to"} and value
    }
    return url_for(f"oversight.audit_{kind}", **kept)


def _details(entry: AuditEntry) -> list[tuple[str, Any, Any]]:
    """What changed: (name, before, after) in words; nothing where the person may not see it."""
    if not rules.shows_details(current_user, entry.act):
        return []
    return list(changes(entry.before, entry.after))


def _said(details: list[tuple[str, Any, Any]], side: int) -> str:
    """One side of the changes as a line: 1 is before, 2 is after."""
    return "; ".join(f"{change[0]}: {change[side]}" for change in details if change[side] is not None)


def _harmless(cell: str) -> str:
    """A spreadsheet would run a text that begins so as a formula."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell
