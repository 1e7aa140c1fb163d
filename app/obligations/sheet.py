"""The list of obligations as a table for a spreadsheet, its outcomes told apart."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from app.clock import vietnam_day
from app.documents.sheets import Column, write_table
from app.i18n import _, _l, full_day
from app.obligations import rules
from app.obligations.attachments import MEDIA_TYPES
from app.obligations.models import Obligation
from app.obligations.outcomes import Result, result_of

SHEET_ROWS = 5_000
XLSX = MEDIA_TYPES["xlsx"]
RESULTS = {
    Result.ON_TIME: _l("Đúng hạn"),
    Result.BY_EXTENSION: _l("Đúng hạn sau gia hạn"),
    Result.LATE: _l("Hoàn thành muộn"),
    Result.NOTHING: _l("Không phát sinh"),
    Result.EXEMPT: _l("Được miễn"),
    Result.MISSING: _l("Quá hạn, chưa nộp"),
    Result.CANCELLED: _l("Bãi bỏ"),
}


def sheet_of(obligations: Iterable[Obligation], today: date, *, cut: bool) -> bytes:
    """An .xlsx with one row each; `cut`: there are more, and the sheet says so."""
    notes = [_("Tại ngày %(day)s", day=full_day(today))]
    if cut:
        notes.append(_("Bảng chỉ gồm %(n)s dòng đầu. Lọc hẹp hơn để lấy phần còn lại.", n=SHEET_ROWS))
    columns = [
        Column(_("Cơ quan"), 28),
        Column(_("Việc"), 48),
        Column(_("Kế hoạch"), 20),
        Column(_("Nơi nhận"), 28),
        Column(_("Hạn ban đầu"), 13),
        Column(_("Hạn sau gia hạn"), 13),
        Column(_("Nộp lần đầu"), 13),
        Column(_("Kết quả"), 24),
        Column(_("Số ngày chậm"), 12),
        Column(_("Số ngày chậm so với hạn ban đầu"), 16),
        Column(_("Căn cứ miễn, bãi bỏ"), 40),
    ]
    rows = [_row(one, today) for one in obligations]
    return write_table(_("Nghĩa vụ báo cáo"), columns, rows, notes=notes)


def _row(o: Obligation, today: date) -> list[str | int | date | None]:
    result = result_of(o, today)
    waiting = _("Chờ xác nhận") if o.submitted_at else _("Đang thực hiện")
    return [
        o.agency.name,
        o.title,
        o.plan.number or o.plan.title,
        o.receiver.name,
        o.due_on,
        o.extended_to,
        vietnam_day(o.first_submitted_at) if o.first_submitted_at else None,
        str(RESULTS[result]) if result else waiting,
        rules.days_late(o, today),
        rules.days_late_by_plan(o, today),
        o.settled_reason,
    ]
