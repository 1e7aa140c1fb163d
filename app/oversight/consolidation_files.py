"""A consolidation as files: the workbook, the skeleton of the report, and all attachments as one zip."""

from __future__ import annotations

import html
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from app.clock import vietnam_day
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
from app.documents.sheets import Column, Sheet, Value, write_book
from app.files.operations import path_of
from app.files.zipping import Entry, safe_name
from app.i18n import _, instant
from app.obligations.figures import write_figure
from app.obligations.models import Indicator
from app.organisations.models import Agency
from app.oversight import urging
from app.oversight.consolidation import RESULT_LABELS, Consolidation, Line, Result, files_of


def workbook(found: Consolidation) -> bytes:
    """A sheet of who, when and how; one with all figures; one for each indicator; the texts."""
    plan = found.schedule.plan
    about = _("Kế hoạch %(number)s: %(title)s", number=plan.display_number, title=plan.title)
    made = _(
        "Lập ngày %(day)s. Số liệu chỉ gồm báo cáo được chọn đưa vào tổng hợp.", day=f"{found.today:%d/%m/%Y}"
    )
    sheets = [
        Sheet(
            _("Tình hình gửi"),
            found.title,
            [
                Column(_("STT"), 6), Column(_("Cơ quan"), 42), _("Kết quả"), _("Hạn theo kế hoạch"),
                _("Hạn sau gia hạn"), _("Gửi ngày"), _("Quá hạn (ngày)"), _("Quá hạn so với kế hoạch (ngày)"),
                _("Số văn bản"), _("Ngày ký"), _("Xác nhận ngày"), _("Căn cứ miễn"), _("Đưa vào tổng hợp"),
            ],
            [_who(n, line) for n, line in enumerate(found.lines, 1)],
            [about, made],
        )
    ]  # fmt: skip
    if found.figures:
        sheets.append(
            Sheet(
                _("Chỉ tiêu"),
                _("Tổng hợp chỉ tiêu: %(title)s", title=found.title),
                [
                    _("STT"), Column(_("Chỉ tiêu"), 50), _("Đơn vị tính"), _("Mục tiêu"), _("Số đơn vị"), _("Tổng"),
                    _("Bình quân"), Column(_("Chưa có số liệu"), 50),
                ],
                [
                    (
                        n, f.indicator.name, f.indicator.unit, f.indicator.target, f.count, f.total, f.average,
                        "; ".join(f.missing),
                    )
                    for n, f in enumerate(found.figures, 1)
                ],
                [about, made],
            )
        )  # fmt: skip
    for n, figure in enumerate(found.figures, 1):
        rows: list[tuple[Value, ...]] = [
            (line.obligation.agency.name, line.values.get(figure.indicator.id)) for line in found.entering
        ]
        rows += [(_("Tổng"), figure.total), (_("Bình quân"), figure.average)]
        sheets.append(
            Sheet(
                f"{n}. {figure.indicator.name}"[:31],
                _named(figure.indicator),
                [Column(_("Cơ quan"), 50), Column(_("Giá trị"), 20)],
                rows,
                [found.title],
            )
        )
    sheets.append(
        Sheet(
            _("Nội dung"),
            _("Nội dung các báo cáo: %(title)s", title=found.title),
            [Column(_("Cơ quan"), 36), Column(_("Nội dung, khó khăn, kiến nghị"), 110)],
            [
                (line.obligation.agency.name, line.submission.text)
                for line in found.entering
                if line.submission
            ],
            [about],
        )
    )
    return write_book(sheets)


def _who(n: int, line: Line) -> tuple[Value, ...]:
    o, sent = line.obligation, line.submission
    label = str(RESULT_LABELS[line.result])
    return (
        n, o.agency.name, f"{label} ({_('chờ xác nhận')})" if line.waits else label, o.due_on, o.extended_to,
        vietnam_day(o.first_submitted_at) if o.first_submitted_at else None, line.late or None,
        line.late_by_plan or None, sent.number if sent else "", sent.signed_on if sent else None,
        vietnam_day(o.settled_at) if o.settled_at and line.result is not Result.WAIVED else None,
        o.settled_reason if line.result is Result.WAIVED else "", line.enters,
    )  # fmt: skip


def report_skeleton(found: Consolidation, writer: Agency, office: str) -> bytes:
    """The report that sums up, as .docx in the layout of Nghị định 30/2020/NĐ-CP with its tables filled in.

    Number and day stay blank: only the registry clerk gives them. What a person has to write is marked with dots.
    """
    symbol = writer.symbol_code or "…"
    subject = urging.lower_first(found.title).removeprefix("báo cáo ")
    return plan_document(
        Head(
            superior=writer.parent.name if writer.parent else "",
            issuer=writer.name,
            number_line=number_line(f"BC-{symbol}"),
            date_line=date_line(urging.place_of(office), None, found.today.year),
        ),
        (f"Tổng hợp kết quả {subject}",),
        _body(found, writer),
        Signature(urging.authority_of(writer)),
        (found.schedule.receiver.name, *_told(found, writer), f"Lưu: VT, {symbol}"),
        after=_appendices(found),
        kind="BÁO CÁO",
    )


_TO_WRITE = "…" * 40


def _body(found: Consolidation, writer: Agency) -> list[Block]:
    counts = found.counts
    sent = sum(line.submission is not None for line in found.lines)
    blocks: list[Block] = [
        Text(f"Thực hiện {urging.citation_of(found.schedule.plan)}, {writer.name} tổng hợp như sau:"),
        Heading("I. TÌNH HÌNH GỬI BÁO CÁO"),
        Text(
            f"Tính đến ngày {found.today:%d/%m/%Y}, {sent}/{len(found.lines)} cơ quan, đơn vị đã gửi báo cáo: "
            f"{counts[Result.ON_TIME]} đúng hạn, {counts[Result.LATE]} quá hạn, "
            f"{counts[Result.NOTHING]} không phát sinh; {counts[Result.WAIVED]} được miễn; "
            f"{counts[Result.MISSING]} chưa gửi và đã quá hạn, {counts[Result.AHEAD]} chưa gửi nhưng còn hạn. "
            "Chi tiết tại Phụ lục I."
        ),
    ]
    if missing := [line.obligation.agency.name for line in found.lines if line.result is Result.MISSING]:
        blocks.append(Text("Cơ quan, đơn vị chưa gửi báo cáo: " + "; ".join(missing) + "."))
    blocks.append(Heading("II. KẾT QUẢ THỰC HIỆN"))
    if found.figures:
        blocks += [
            Text(f"Số liệu của {len(found.entering)} cơ quan, đơn vị; chi tiết từng đơn vị tại Phụ lục II."),
            Table(
                ("STT", "Chỉ tiêu", "Đơn vị tính", "Mục tiêu", "Tổng", "Bình quân", "Số đơn vị"),
                tuple(
                    (
                        str(n), f.indicator.name, f.indicator.unit,
                        write_figure(f.indicator.target) if f.indicator.target is not None else "",
                        write_figure(f.total), write_figure(f.average), str(f.count),
                    )
                    for n, f in enumerate(found.figures, 1)
                ),
                (1, 5, 1.6, 2, 2, 2, 1.5),
            ),
        ]  # fmt: skip
    blocks += [Text("Đánh giá chung:"), Text(_TO_WRITE)]
    texts = [line for line in found.entering if line.submission and line.submission.text.strip()]
    if texts:
        blocks.append(Heading("III. NỘI DUNG BÁO CÁO CỦA CÁC CƠ QUAN, ĐƠN VỊ"))
        for line in texts:
            assert line.submission is not None
            first, *rest = line.submission.text.strip().splitlines()
            blocks.append(Text(first, lead=f"{line.obligation.agency.name}:"))
            blocks += [Text(part) for part in rest if part.strip()]
    return [
        *blocks,
        Heading(f"{'IV' if texts else 'III'}. KHÓ KHĂN, VƯỚNG MẮC VÀ KIẾN NGHỊ"),
        Text(_TO_WRITE),
        Text(f"Trên đây là báo cáo tổng hợp của {writer.name}./."),
    ]


def _appendices(found: Consolidation) -> list[Block]:
    reference = "(Kèm theo Báo cáo số          /BC ngày       tháng       năm         )"
    blocks: list[Block] = [
        Appendix("PHỤ LỤC I\nTÌNH HÌNH GỬI BÁO CÁO", reference),
        Table(
            ("STT", "Cơ quan, đơn vị", "Hạn", "Gửi ngày", "Kết quả", "Số văn bản"),
            tuple(_row(n, line) for n, line in enumerate(found.lines, 1)),
            (1, 5, 2.2, 2.2, 3, 2.6),
        ),
    ]
    if not found.figures:
        return blocks
    blocks.append(Appendix("PHỤ LỤC II\nSỐ LIỆU TỪNG CƠ QUAN, ĐƠN VỊ", reference))
    width = 5  # columns that still can be read on an upright page
    for start in range(0, len(found.figures), width):
        part = found.figures[start : start + width]
        rows = [
            (line.obligation.agency.name, *(write_figure(line.values.get(f.indicator.id)) for f in part))
            for line in found.entering
        ]
        rows.append(("Tổng", *(write_figure(f.total) for f in part)))
        head = ("Cơ quan, đơn vị", *(_named(f.indicator) for f in part))
        blocks += [Table(head, tuple(rows)), Text("")]
    return blocks


def _named(indicator: Indicator) -> str:
    return f"{indicator.name} ({indicator.unit})" if indicator.unit else indicator.name


def _row(n: int, line: Line) -> tuple[str, ...]:
    o = line.obligation
    result = str(RESULT_LABELS[line.result])
    if line.late:
        result = f"{result} {line.late} ngày"
    return (
        str(n), o.agency.name, f"{o.deadline_on:%d/%m/%Y}",
        f"{vietnam_day(o.first_submitted_at):%d/%m/%Y}" if o.first_submitted_at else "", result,
        line.submission.number if line.submission else "",
    )  # fmt: skip


def _told(found: Consolidation, writer: Agency) -> tuple[str, ...]:
    standing = found.schedule.plan.standing_agency
    return (standing.name,) if standing.id not in (writer.id, found.schedule.receiver_id) else ()


# -- the zip --------------------------------------------------------------------------------------------------


def attachments(found: Consolidation) -> Iterator[Entry]:
    """All files of all reports that were sent, a folder for each agency; then the index as .xlsx and as a page."""
    rows: list[tuple[Any, ...]] = []
    for line, attachment in files_of(found):
        place = f"{found.lines.index(line) + 1:02d}. {safe_name(line.obligation.agency.display_name)}"
        name = f"{place}/{safe_name(attachment.name)}"
        assert line.submission is not None
        rows.append(
            (
                line.obligation.agency.name, attachment.name, attachment.file.size, attachment.file.sha256,
                line.submission.number, instant(line.submission.submitted_at), str(RESULT_LABELS[line.result]), name,
            )
        )  # fmt: skip
        yield Entry(name, path_of(attachment.file))
    heads = [
        _("Cơ quan"), _("Tệp"), _("Dung lượng (byte)"), "SHA-256", _("Số văn bản"), _("Nộp lúc"), _("Kết quả"),
        _("Đường dẫn trong tệp nén"),
    ]  # fmt: skip
    note = _("Kiểm tra bằng lệnh sha256sum -c SHA256SUMS.")
    yield Entry("index.xlsx", write_book([Sheet(_("Mục lục"), found.title, heads, rows, [note])]))
    yield Entry("index.html", index_page(found.title, heads, rows, note).encode())


def index_page(title: str, heads: list[str], rows: list[tuple[Any, ...]], note: str) -> str:
    """A page that needs nothing else; the last column is a link into the folder."""
    head = "".join(f'<th scope="col">{html.escape(str(name))}</th>' for name in heads)
    body = "".join(
        "<tr>"
        + "".join(f"<td>{html.escape(str(value))}</td>" for value in row[:-1])
        + f'<td><a href="{html.escape(quote(row[-1]))}">{html.escape(row[-1])}</a></td></tr>'
        for row in rows
    )
    return (
        '<!doctype html><html lang="vi"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{html.escape(title)}</title><style>body{{font:16px/1.5 sans-serif;margin:24px;color:#1a2330}}"
        "table{border-collapse:collapse}td,th{border:1px solid #ddd9ce;padding:4px 8px;text-align:left;"
        "vertical-align:top;overflow-wrap:anywhere}</style></head><body>"
        f"<h1>{html.escape(title)}</h1><p>{html.escape(note)}</p>"
        f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></body></html>\n"
    )


def file_name(found: Consolidation, ending: str) -> str:
    return safe_name(f"tong-hop-{found.schedule.id}-{found.period}.{ending}")
