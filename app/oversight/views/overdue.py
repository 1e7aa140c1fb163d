"""The list behind every number of the board, on the page and as a spreadsheet."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import Response, abort, current_app, g, render_template, request
from flask_login import current_user
from flask_sqlalchemy.pagination import SelectPagination

from app.clock import vietnam_day
from app.documents.sheets import Column, write_table
from app.extensions import db
from app.i18n import _, _l, full_day
from app.obligations.models import Obligation
from app.organisations.models import Agency, AgencyLevel
from app.organisations.queries import agency_choices
from app.organisations.rules import LEVEL_LABELS
from app.oversight import queries
from app.oversight.board import draw, end_of_last_month
from app.oversight.board_file import board_report
from app.oversight.matrix import BoardState
from app.oversight.views import bp
from app.oversight.views.asked import Asked, asked
from app.oversight.views.board import plan_options
from app.oversight.views.squares import urged_words
from app.plans.models import Plan

PER_PAGE = 50
MOST_IN_A_SHEET = 100_000
_ALL = tuple(BoardState)
# What a count of the board opens: the states behind it, and whether requested bodies are in it.
LISTS: dict[str, tuple[tuple[BoardState, ...], bool | None]] = {
    "late": ((BoardState.LATE,), False),
    "running": ((BoardState.SOON, BoardState.RUNNING, BoardState.WAITING), False),
    "on_time": ((BoardState.ON_TIME,), False),
    "done_late": ((BoardState.DONE_LATE,), False),
    "no_response": ((BoardState.NO_RESPONSE,), True),
    "suspended": ((BoardState.SUSPENDED,), None),
    "all": (_ALL, None),
}
LIST_LABELS = {
    "late": _l("Quá hạn"),
    "running": _l("Đang thực hiện, trong hạn"),
    "on_time": _l("Hoàn thành đúng hạn"),
    "done_late": _l("Hoàn thành quá hạn"),
    "no_response": _l("Đề nghị chưa có phản hồi"),
    "suspended": _l("Tạm hoãn"),
    "all": _l("Mọi tình trạng"),
}
STATE_LABELS = {
    BoardState.LATE: _l("Quá hạn"),
    BoardState.NO_RESPONSE: _l("Chưa có thông tin phản hồi"),
    BoardState.SOON: _l("Sắp đến hạn"),
    BoardState.RUNNING: _l("Chưa đến hạn"),
    BoardState.WAITING: _l("Chờ xác nhận"),
    BoardState.SUSPENDED: _l("Tạm hoãn"),
    BoardState.DONE_LATE: _l("Hoàn thành quá hạn"),
    BoardState.ON_TIME: _l("Hoàn thành đúng hạn"),
}


class RowPagination(SelectPagination):
    """Pages of rows with several columns; the one of Flask-SQLAlchemy gives the first column only."""

    def _query_items(self) -> list[Any]:
        select = self._query_args["select"].limit(self.per_page).offset(self._query_offset)
        return list(self._query_args["session"].execute(select))


@bp.get("/board/overdue")
def overdue():
    page = asked()
    which = _which()
    g.nav_current = "oversight.board"
    rows = RowPagination(
        select=_ordered(_filtered(page, which)), session=db.session(), per_page=PER_PAGE, error_out=False
    )
    return render_template(
        "oversight/overdue.html",
        asked=page,
        which=which,
        list_labels=LIST_LABELS,
        page=rows,
        urged_words=urged_words,
        urged=queries.last_urged([row.id for row in rows.items], page.as_of.end),
        plan_options=plan_options(queries.plans_followed(page.scope)),
        agency=db.session.get(Agency, agency_id)
        if (agency_id := request.args.get("agency", type=int))
        else None,
        agency_options=_agency_options(page),
        level=request.args.get("level", ""),
        levels=LEVEL_LABELS,
        export=page.address(
            "oversight.overdue_xlsx",
            **{
                name: request.args.get(name)
                for name in ("state", "agency", "level", "q", "sort")
                if request.args.get(name)
            },
        ),
        selectable=page.as_of.is_today and which in {"late", "no_response"},
    )


@bp.get("/board/overdue.xlsx")
def overdue_xlsx():
    page = asked()
    which = _which()
    rows = db.session.execute(_ordered(_filtered(page, which)).limit(MOST_IN_A_SHEET)).all()
    urged = queries.last_urged([row.id for row in rows], page.as_of.end)
    day = page.as_of.day
    columns = [
        Column(_("STT"), 6), Column(_("Cơ quan"), 34), Column(_("Kế hoạch"), 18), Column(_("Việc"), 44),
        Column(_("Lời của kế hoạch"), 24), Column(_("Ngày kế hoạch ghi"), 13), Column(_("Hạn"), 13),
        Column(_("Tình trạng"), 22), Column(_("Số ngày quá hạn"), 10), Column(_("Ngày nộp"), 13),
        Column(_("Đôn đốc gần nhất"), 13), Column(_("Cách đôn đốc"), 16),
    ]  # fmt: skip
    body = write_table(
        f"{LIST_LABELS[which]}",
        columns,
        (_sheet_row(n, row, urged.get(row.id), page) for n, row in enumerate(rows, 1)),
        sheet_name=str(LIST_LABELS[which]),
        notes=(
            current_app.config["OFFICE_NAME"],
            _("Số liệu tại ngày %(day)s", day=full_day(day)),
            current_user.agency.name,
        ),
    )
    response = Response(body, mimetype="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
    response.headers.set(
        "Content-Disposition", "attachment", filename=f"{which.replace('_', '-')}-{day:%Y-%m-%d}.xlsx"
    )
    return response


@bp.get("/board.docx")
def board_docx() -> Response:
    """The board of the day as a report to be signed, with the list of what is late."""
    page = asked()
    drawn = draw(page.scope, page.as_of, end_of_last_month(page.as_of.day), page.calendar)
    late = db.session.execute(_ordered(queries.listed(page.scope, page.as_of, [BoardState.LATE]))).all()
    body = board_report(drawn, late, current_user.agency, current_app.config["OFFICE_NAME"])
    response = Response(
        body, mimetype="application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    )
    name = f"bao-cao-tinh-hinh-{page.as_of.day:%Y-%m-%d}.docx"
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


def _sheet_row(n: int, row: Any, urged: Any, page: Asked) -> tuple[Any, ...]:
    state = BoardState(row.state)
    past = state in {BoardState.LATE, BoardState.NO_RESPONSE}
    handed_in = state in {BoardState.WAITING, BoardState.ON_TIME, BoardState.DONE_LATE} and row.submitted_at
    return (
        n, row.agency_name, row.plan_number or "", row.title, row.words, row.nominal_on, row.day,
        str(STATE_LABELS[state]),
        (page.as_of.day - row.day).days if past and not row.is_request else None,
        vietnam_day(row.submitted_at) if handed_in else None,
        vietnam_day(urged.at) if urged else None,
        "" if not urged else _("Công văn") if (urged.after or {}).get("by") == "letter" else _("Thư điện tử"),
    )  # fmt: skip


def _agency_options(page: Asked) -> list[tuple[Any, str]]:
    """Those that exist on the day, and the one in the address even where it has ended."""
    choices: list[tuple[Any, str]] = [("", _("Mọi cơ quan")), *agency_choices(page.as_of.day)]
    wanted = request.args.get("agency", type=int)
    if wanted and wanted not in {key for key, _name in choices} and (ended := db.session.get(Agency, wanted)):
        choices.append((ended.id, ended.name))
    return choices


def _which() -> str:
    which = request.args.get("state") or "late"
    if which not in LISTS:
        abort(404)
    return which


def _filtered(page: Asked, which: str) -> sa.Select[Any]:
    states, is_request = LISTS[which]
    query = queries.listed(page.scope, page.as_of, states)
    if is_request is not None:
        query = query.where(Obligation.is_request.is_(is_request))
    if agency_id := request.args.get("agency", type=int):
        query = query.where(Obligation.agency_id == agency_id)
    level = request.args.get("level", "")
    if level in {kind.value for kind in AgencyLevel}:
        query = query.where(Agency.level == AgencyLevel(level))
    if words := request.args.get("q", "").strip():
        query = query.where(queries.words_in_list(words))
    return query


def _ordered(query: sa.Select[Any]) -> sa.Select[Any]:
    """By how long it is late unless the address says otherwise; always the same order within equal rows."""
    columns = query.selected_columns
    sort = request.args.get("sort", "")
    keys = {
        "days": [columns.day.desc()], "-days": [columns.day],
        "day": [columns.day], "-day": [columns.day.desc()],
        "agency": [Agency.protocol_order, Agency.name_key],
        "-agency": [Agency.protocol_order.desc(), Agency.name_key.desc()],
        "plan": [Plan.number], "-plan": [Plan.number.desc()],
    }.get(sort, [columns.day])  # fmt: skip
    return query.order_by(*keys, columns.day, columns.id)
