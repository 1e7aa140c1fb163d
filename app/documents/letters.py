"""Letters and plans as .docx in the layout of Nghị định 30/2020/NĐ-CP (Appendix I).

A4 upright, margins 20 mm above and below, 30 mm left, 15 mm right; Times New Roman; page numbers from page 2, top
centre; head and foot in tables without borders. What only the registry clerk may fill in (number, day) stays blank
where the caller gives none. Equal arguments give equal bytes.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Mm, Pt

_BODY = Pt(14)
_HEAD = Pt(13)
_CENTRE, _LEFT, _BOTH = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.JUSTIFY
_WIDTHS = (Mm(68), Mm(97))  # issuer | national motto, and recipients | signature


@dataclass(frozen=True, slots=True)
class Head:
    """The first lines of a document. superior may be "" (a provincial People's Committee writes only its own name).

    number_line, date_line: as printed; `number_line()` and `date_line()` build them.
    about: the «V/v …» of a letter, under the number; "" for a document with a title of its own.
    """

    superior: str
    issuer: str
    number_line: str
    date_line: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signs: the lines of authority in capitals («KT. CHỦ TỊCH», «PHÓ CHỦ TỊCH») and the name ("" for a draft)."""

    authority: tuple[str, ...]
    name: str = ""


@dataclass(frozen=True, slots=True)
class Heading:
    """A numbered heading in bold («II. NỘI DUNG», «1. Sở Y tế»)."""

    text: str


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph of the body. A start in bold («Sở Y tế:») goes in `lead`."""

    text: str
    lead: str = ""
    italic: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A ruled table with a header row."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Appendix:
    """A new page with a centred title and the line that ties it to its document."""

    title: str
    reference: str


Block = Heading | Text | Table | Appendix


@dataclass(frozen=True, slots=True)
class Citation:
    """How a plan is named at its first mention: type, number, date, issuer, subject (NĐ 30/2020, Appendix I)."""

    number: str
    issued_on: date | None
    issuer: str
    title: str

    def __str__(self) -> str:
        day = f" ngày {self.issued_on:%d/%m/%Y}" if self.issued_on else ""
        number = f" số {self.number}" if self.number else ""
        return f"Kế hoạch{number}{day} của {self.issuer} về {self.title}"


def number_line(symbol: str, number: int | None = None) -> str:
    """«Số: 07/KH-UBND»; without a number the space where the registry writes it. Numbers below 10 take a 0."""
    return f"Số: {number:02d}/{symbol}" if number is not None else f"Số:          /{symbol}"


def date_line(place: str, day: date | None, year: int | None = None) -> str:
    """«Lam Giang, ngày 05 tháng 02 năm 2026»: days below 10 and months 1 and 2 take a 0 (NĐ 30/2020, Appendix I)."""
    if day is None:
        return f"{place}, ngày       tháng       năm {year or '         '}"
    month = f"{day.month:02d}" if day.month < 3 else str(day.month)
    return f"{place}, ngày {day.day:02d} tháng {month} năm {day.year}"


def plan_document(
    head: Head,
    title: Sequence[str],
    body: Sequence[Block],
    signature: Signature,
    recipients: Sequence[str],
    after: Sequence[Block] = (),
    kind: str = "KẾ HOẠCH",
) -> bytes:
    """A plan (or another document with a type name) as .docx.

    title: the lines of the subject under the type name. recipients: the lines of «Nơi nhận», without dashes.
    after: appendices, behind the signature.
    """
    document = _new_document()
    _write_head(document, head)
    _paragraph(document, kind, bold=True, align=_CENTRE, indent=False, before=14)
    _paragraph(document, "\n".join(title), bold=True, align=_CENTRE, indent=False, before=0)
    _rule(document)
    _write_blocks(document, body)
    _write_foot(document, signature, recipients)
    _write_blocks(document, after)
    return _to_bytes(document)


def urging_letter(
    *,
    head: Head,
    signature: Signature,
    recipients: Sequence[str],
    plan: Citation,
    report: str,
    plan_words: str,
    due_on: date,
    as_of: date,
    addressees: Sequence[str],
    new_due_on: date,
    receiver: str,
    contact: str,
    requested: bool = False,
) -> bytes:
    """A draft letter that urges agencies to send a report, as .docx (handbook: three paragraphs and a closing).

    report: what is missing («báo cáo 6 tháng đầu năm 2026»). plan_words: the words of the plan («trước ngày 15/6»).
    due_on: the last compliant day, counted. as_of: the day on which nothing had come. addressees: who owes it.
    new_due_on: until when it is asked for now. contact: name, telephone or address of the receiver.
    requested: True for bodies that are asked («đề nghị») and not commanded («yêu cầu»): never mix them in a letter.
    """
    if not addressees:
        raise ValueError("a letter needs at least one addressee")
    document = _new_document()
    _write_head(document, head)
    _write_addressees(document, addressees)
    _paragraph(
        document,
        f"Thực hiện {plan}, các cơ quan, đơn vị gửi {report} {plan_words} (hạn cuối {due_on:%d/%m/%Y}).",
    )
    missing = "; ".join(addressees)
    _paragraph(document, f"Đến ngày {as_of:%d/%m/%Y}, {receiver} chưa nhận được {report} của: {missing}.")
    if requested:
        _paragraph(
            document,
            f"Trân trọng đề nghị các cơ quan, đơn vị quan tâm, phối hợp, gửi {report} về {receiver} "
            f"chậm nhất ngày {new_due_on:%d/%m/%Y} để tổng hợp. Đầu mối liên hệ: {contact}.",
        )
        _paragraph(document, "Rất mong nhận được sự quan tâm, phối hợp của các cơ quan, đơn vị./.")
    else:
        _paragraph(
            document,
            f"Yêu cầu các cơ quan, đơn vị có tên trên khẩn trương gửi {report} về {receiver} "
            f"chậm nhất ngày {new_due_on:%d/%m/%Y} để tổng hợp, đồng thời nêu rõ lý do chậm gửi. "
            f"Đầu mối liên hệ: {contact}.",
        )
        _paragraph(document, "Yêu cầu các cơ quan, đơn vị nghiêm túc thực hiện./.")
    _write_foot(document, signature, recipients)
    return _to_bytes(document)


# ---- pieces of the page


def _new_document() -> Any:
    document = docx.Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin = section.bottom_margin = Mm(20)
    section.left_margin, section.right_margin = Mm(30), Mm(15)
    section.header_distance = Mm(10)
    style = document.styles["Normal"]
    style.font.name, style.font.size = "Times New Roman", _BODY
    style.element.rPr.rFonts.set(qn("w:eastAsia"), "Times New Roman")
    style.element.rPr.append(_element("w:lang", val="vi-VN"))
    _number_pages(section)
    return document


def _number_pages(section: Any) -> None:
    """A PAGE field, top centre, on every page but the first."""
    section.different_first_page_header_footer = True
    paragraph = section.header.paragraphs[0]
    paragraph.alignment = _CENTRE
    for kind, text in (("begin", None), (None, "PAGE"), ("end", None)):
        run = paragraph.add_run()
        run.font.size = _HEAD
        if kind:
            run._r.append(_element("w:fldChar", fldCharType=kind))
        else:
            instruction = OxmlElement("w:instrText")
            instruction.text = text
            run._r.append(instruction)


def _write_head(document: Any, head: Head) -> None:
    """Issuer block on the left, motto, place and date on the right."""
    left, right = _two_columns(document)
    if head.superior:
        _cell_line(left, head.superior.upper(), _HEAD)
    _cell_line(left, head.issuer.upper(), _HEAD, bold=True)
    _underline(left, Mm(22))
    _cell_line(left, head.number_line, _HEAD, before=6)
    if head.about:
        _cell_line(left, head.about, Pt(12))
    _cell_line(right, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", Pt(12), bold=True)
    _cell_line(right, "Độc lập - Tự do - Hạnh phúc", _HEAD, bold=True)
    _underline(right, Mm(17))
    _cell_line(right, head.date_line, _HEAD, italic=True, before=6)


def _write_addressees(document: Any, addressees: Sequence[str]) -> None:
    if len(addressees) == 1:
        _paragraph(document, f"Kính gửi: {addressees[0]}.", align=_CENTRE, indent=False, before=14)
        return
    _paragraph(document, "Kính gửi:", align=_CENTRE, indent=False, before=14)
    for index, name in enumerate(addressees):
        end = "." if index == len(addressees) - 1 else ";"
        line = _paragraph(document, f"- {name}{end}", align=_LEFT, indent=False, before=0)
        line.paragraph_format.left_indent = Cm(5.5)


def _write_blocks(document: Any, blocks: Sequence[Block]) -> None:
    for block in blocks:
        if isinstance(block, Heading):
            _paragraph(document, block.text, bold=True).paragraph_format.keep_with_next = True
        elif isinstance(block, Text):
            _paragraph(document, block.text, lead=block.lead, italic=block.italic)
        elif isinstance(block, Table):
            _write_table(document, block)
        else:
            first = _paragraph(document, block.title, bold=True, align=_CENTRE, indent=False)
            first.paragraph_format.page_break_before = True
            _paragraph(document, block.reference, italic=True, align=_CENTRE, indent=False, before=0)


def _write_table(document: Any, block: Table) -> None:
    table = document.add_table(rows=0, cols=len(block.header))
    table.style = "Table Grid"
    for index, row in enumerate((block.header, *block.rows)):
        cells = table.add_row().cells
        for cell, text in zip(cells, row, strict=True):
            paragraph = cell.paragraphs[0]
            paragraph.alignment = _CENTRE if index == 0 else _LEFT
            run = paragraph.add_run(text)
            run.font.size, run.bold = Pt(12), index == 0
        if index == 0:
            table.rows[0]._tr.get_or_add_trPr().append(_element("w:tblHeader", val="true"))


def _write_foot(document: Any, signature: Signature, recipients: Sequence[str]) -> None:
    """Recipients on the left, authority and name of the signer on the right."""
    left, right = _two_columns(document)
    _cell_line(left, "Nơi nhận:", Pt(12), bold=True, italic=True, align=_LEFT)
    for index, name in enumerate(recipients):
        end = "." if index == len(recipients) - 1 else ";"
        _cell_line(left, f"- {name}{end}", Pt(11), align=_LEFT)
    for line in signature.authority:
        _cell_line(right, line, _HEAD, bold=True)
    if signature.name:
        _cell_line(right, signature.name, _BODY, bold=True, before=70)


def _two_columns(document: Any) -> tuple[Any, Any]:
    table = document.add_table(rows=1, cols=2)
    table.autofit = False
    left, right = table.rows[0].cells
    left.width, right.width = _WIDTHS
    return left, right


def _cell_line(
    cell: Any,
    text: str,
    size: Any,
    *,
    bold: bool = False,
    italic: bool = False,
    align: Any = _CENTRE,
    before: float = 0,
) -> None:
    """One line of a cell; the empty paragraph that every new cell has is used first."""
    first = cell.paragraphs[0]
    paragraph = first if not first.runs and len(cell.paragraphs) == 1 else cell.add_paragraph()
    paragraph.alignment = align
    paragraph.paragraph_format.space_before, paragraph.paragraph_format.space_after = Pt(before), Pt(0)
    run = paragraph.add_run(text)
    run.font.size, run.bold, run.italic = size, bold, italic


def _underline(cell: Any, margin: Any) -> None:
    """The short rule under the issuer and under the motto: a border of an otherwise empty paragraph."""
    paragraph = cell.add_paragraph()
    form = paragraph.paragraph_format
    form.left_indent = form.right_indent = margin
    form.space_before, form.space_after, form.line_spacing = Pt(0), Pt(0), Pt(2)
    _border(paragraph)


def _rule(document: Any) -> None:
    """The short rule under the title."""
    paragraph = document.add_paragraph()
    form = paragraph.paragraph_format
    form.left_indent = form.right_indent = Mm(62)
    form.space_before, form.space_after, form.line_spacing = Pt(0), Pt(6), Pt(4)
    _border(paragraph)


def _border(paragraph: Any) -> None:
    borders = OxmlElement("w:pBdr")
    borders.append(_element("w:bottom", val="single", sz="6", space="1", color="000000"))
    paragraph._p.get_or_add_pPr().append(borders)


def _paragraph(
    document: Any,
    text: str,
    *,
    lead: str = "",
    bold: bool = False,
    italic: bool = False,
    align: Any = _BOTH,
    indent: bool = True,
    before: float = 6,
) -> Any:
    paragraph = document.add_paragraph()
    form = paragraph.paragraph_format
    paragraph.alignment = align
    form.space_before, form.space_after, form.line_spacing = Pt(before), Pt(0), 1.1
    if indent:
        form.first_line_indent = Cm(1.27)
    if lead:
        paragraph.add_run(f"{lead} ").bold = True
    run = paragraph.add_run(text)
    run.bold, run.italic = bold, italic
    return paragraph


def _element(tag: str, **attributes: str) -> Any:
    element = OxmlElement(tag)
    for name, value in attributes.items():
        element.set(qn(f"w:{name}"), value)
    return element


def _to_bytes(document: Any) -> bytes:
    """The package with the times of its entries taken out, so that equal documents are equal files."""
    written = io.BytesIO()
    document.save(written)
    final = io.BytesIO()
    with zipfile.ZipFile(written) as source, zipfile.ZipFile(final, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(zipfile.ZipInfo(name), source.read(name), zipfile.ZIP_DEFLATED)
    return final.getvalue()
