"""The board of a day as a report in the layout of Nghị định 30/2020/NĐ-CP: counts, agencies, what is late longest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.documents.letters import (
    Appendix,
    Block,
    Head,
    Heading,
    Signature,
    Table,
    Text,
    date_line,
    number_line,
    plan_document,
)
from app.organisations.models import Agency
from app.oversight import urging
from app.oversight.board import Board
from app.oversight.matrix import Row

MOST_LISTED = 500


def board_report(board: Board, late: Sequence[Any], writer: Agency, office: str) -> bytes:
    """`late`: rows of what is overdue, the oldest first. Requested bodies stand in a table of their own, unranked.

    Number and day stay blank: only the registry clerk gives them.
    """
    symbol, day = writer.symbol_code or "…", board.as_of.day
    return plan_document(
        Head(
            superior=writer.parent.name if writer.parent else "",
            issuer=writer.name,
            number_line=number_line(f"BC-{symbol}"),
            date_line=date_line(urging.place_of(office), None, day.year),
        ),
        (f"Tình hình thực hiện nhiệm vụ, báo cáo theo kế hoạch đến ngày {day:%d/%m/%Y}",),
        _body(board, late, writer),
        Signature(urging.authority_of(writer)),
        (f"{office} (để báo cáo)", f"Lưu: VT, {symbol}"),
        after=_appendix(board, late),
        kind="BÁO CÁO",
    )


def _body(board: Board, late: Sequence[Any], writer: Agency) -> list[Block]:
    totals, change, earlier = board.totals, board.change, f"{board.earlier:%d/%m/%Y}"
    counts = (
        ("Đang thực hiện, quá hạn", totals.late, change.late),
        ("Đang thực hiện, trong hạn", totals.running, change.running),
        ("Hoàn thành đúng hạn", totals.on_time, change.on_time),
        ("Hoàn thành quá hạn", totals.done_late, change.done_late),
        ("Đề nghị chưa có phản hồi", totals.no_response, change.no_response),
    )
    ordered = sorted((row for row in _ordered(board) if row.late), key=lambda row: -row.late)
    blocks: list[Block] = [
        Text(
            f"{writer.name} báo cáo tình hình thực hiện {len(board.plans)} kế hoạch của {len(board.map.rows)} cơ quan, "
            f"đơn vị đến ngày {board.as_of.day:%d/%m/%Y} như sau:"
        ),
        Heading("I. TÌNH HÌNH CHUNG"),
        Table(
            ("Tình trạng", "Số việc", f"So với {earlier}"),
            tuple(
                (name, str(count), f"{moved:+d}" if moved else "không đổi") for name, count, moved in counts
            ),
            (5, 2, 3),
        ),
        Text(
            f"Nhiệm vụ không hạn: {board.no_date}. Việc đến hạn trong 14 ngày tới: {board.due_in_two_weeks}."
        ),
        Heading("II. CƠ QUAN, ĐƠN VỊ CÓ VIỆC QUÁ HẠN"),
    ]
    if ordered:
        rows = tuple((str(n), row.agency.name, str(row.late)) for n, row in enumerate(ordered, 1))
        blocks.append(Table(("STT", "Cơ quan, đơn vị", "Số việc quá hạn"), rows, (1, 6, 2)))
        blocks.append(Text(f"Chi tiết {len(late)} việc quá hạn tại Phụ lục."))
    else:
        blocks.append(Text("Không có cơ quan, đơn vị nào có việc quá hạn."))
    return [
        *blocks,
        Heading("III. KIẾN NGHỊ"),
        Text("…" * 40),
        Text(f"Trên đây là báo cáo của {writer.name}./."),
    ]


def _ordered(board: Board) -> list[Row]:
    """Bodies under command; a requested body is never late."""
    return [*board.map.departments, *board.map.communes]


def _appendix(board: Board, late: Sequence[Any]) -> list[Block]:
    if not late:
        return []
    rows = tuple(
        (
            str(n), row.agency_name, row.plan_number or "", row.title, f"{row.day:%d/%m/%Y}",
            str((board.as_of.day - row.day).days),
        )
        for n, row in enumerate(late[:MOST_LISTED], 1)
    )  # fmt: skip
    blocks: list[Block] = [
        Appendix(
            "PHỤ LỤC\nVIỆC QUÁ HẠN", "(Kèm theo Báo cáo số          /BC ngày       tháng       năm         )"
        ),
        Table(
            ("STT", "Cơ quan, đơn vị", "Kế hoạch", "Việc", "Hạn", "Số ngày quá hạn"),
            rows,
            (1, 3.4, 2.2, 4, 2.2, 1.6),
        ),
    ]
    if len(late) > MOST_LISTED:
        blocks.append(Text(f"Còn {len(late) - MOST_LISTED} việc nữa trong bảng tính kèm theo."))
    return blocks
