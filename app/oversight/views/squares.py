"""The map as its page draws it. A province's board has twenty thousand squares: each is made of parts that were
looked up once, and the template only prints."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import url_for

from app.clock import vietnam_day
from app.i18n import _, _n, short_day
from app.oversight.board import Board
from app.oversight.matrix import BoardState, Cell, Row
from app.oversight.views.asked import Asked
from app.plans.models import Plan

# On hover a square tells of its most pressing obligation. Each costs some hundred bytes of every page, and the
# sentence of the square says the same in short: the most pressing squares of a very large office have one.
MOST_POPOVERS = 400
_WITH_NUMBER = {BoardState.LATE, BoardState.SOON}


@dataclass(frozen=True, slots=True)
class Square:
    look: str
    text: str
    label: str
    url: str
    popover: str  # the id of the element that tells more, or ""


@dataclass(frozen=True, slots=True)
class Line:
    name: str
    url: str
    late: int
    squares: list[Square | None]  # one for each column; None: nothing is assigned there


@dataclass(frozen=True, slots=True)
class Popover:
    id: str
    head: str
    title: str
    day: date
    words: str
    urged: str
    url: str


class Drawing:
    """Lines and popovers of a board."""

    def __init__(self, board: Board, asked: Asked):
        self._board = board
        self._show = url_for("obligations.show", obligation_id=0)[: -len("0")]
        self._list = asked.address("oversight.overdue", state="all")
        self._plan_fixed = asked.scope.plan_id is not None
        self._words: dict[tuple[BoardState, int, int], str] = {}
        told = sorted(board.pressing.items(), key=lambda item: (item[1].day, item[1].id))
        self._told = dict(told[:MOST_POPOVERS])
        self.departments = [self._line(row) for row in board.map.departments]
        self.communes = [self._line(row) for row in board.map.communes]
        self.requested = [self._line(row) for row in board.map.requested]

    def _line(self, row: Row) -> Line:
        url = f"{self._list}&agency={row.agency.id}"
        return Line(
            row.agency.name, url, row.late, [self._square(row, plan, url) for plan in self._board.plans]
        )

    def _square(self, row: Row, plan: Plan, line_url: str) -> Square | None:
        cell = row.cells.get(plan.id)
        if cell is None:
            return None
        key = (row.agency.id, plan.id)
        pressing = self._board.pressing.get(key)
        if pressing is not None and cell.count == 1:
            url = f"{self._show}{pressing.id}"
        else:
            url = line_url if self._plan_fixed else f"{line_url}&plan={plan.id}"
        number = (
            str(cell.days)
            if cell.state in _WITH_NUMBER
            else "?"
            if cell.state is BoardState.NO_RESPONSE
            else ""
        )
        return Square(
            cell.look.replace("_", "-") + (" cell-long" if len(number) > 2 else ""),
            number,
            f"{row.agency.name}, KH {plan.short_number}, {self._said(cell)}",
            url,
            f"cell-{row.agency.id}-{plan.id}" if key in self._told else "",
        )

    def _said(self, cell: Cell) -> str:
        key = (cell.state, cell.days, cell.count)
        if key not in self._words:
            said = state_words(cell)
            if cell.count > 1:
                said += ", " + _n("%(num)s việc", "%(num)s việc", cell.count)
            self._words[key] = said
        return self._words[key]

    def popovers(self) -> list[Popover]:
        rows = {row.agency.id: row for row in self._board.map.rows}
        plans = {plan.id: plan for plan in self._board.plans}
        made = []
        for (agency_id, plan_id), told in self._told.items():
            row, plan = rows.get(agency_id), plans.get(plan_id)
            if row is None or plan is None or plan_id not in row.cells:
                continue
            said = self._said(row.cells[plan_id])
            made.append(
                Popover(
                    f"cell-{agency_id}-{plan_id}",
                    f"{row.agency.name} · KH {plan.short_number}, {plan.title}",
                    told.title,
                    told.day,
                    said[:1].upper() + said[1:],
                    urged_words(self._board.urged.get(told.id)),
                    f"{self._show}{told.id}",
                )
            )
        return made


def state_words(cell: Cell) -> str:
    match cell.state:
        case BoardState.LATE:
            return _n("quá hạn %(num)s ngày", "quá hạn %(num)s ngày", cell.days)
        case BoardState.NO_RESPONSE:
            return _("chưa có thông tin phản hồi")
        case BoardState.SOON if cell.days == 0:
            return _("đến hạn hôm nay")
        case BoardState.SOON:
            return _n("còn %(num)s ngày", "còn %(num)s ngày", cell.days)
        case BoardState.RUNNING:
            return _("trong hạn")
        case BoardState.WAITING:
            return _("chờ xác nhận")
        case BoardState.SUSPENDED:
            return _("tạm hoãn")
        case BoardState.DONE_LATE:
            return _("xong, quá hạn")
        case _:
            return _("hoàn thành đúng hạn")


def urged_words(entry: Any) -> str:
    """«Công văn 16/11», «Thư đôn đốc 23/11», or "" where nobody has urged."""
    if entry is None:
        return ""
    day = short_day(vietnam_day(entry.at))
    if (entry.after or {}).get("by") == "letter":
        return _("Công văn %(day)s", day=day)
    return _("Thư đôn đốc %(day)s", day=day)
