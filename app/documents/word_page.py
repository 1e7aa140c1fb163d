"""The pieces of a page in the layout of Nghị định 30/2020/NĐ-CP (Appendix I), written with python-docx.

A4 upright, margins 20 mm above and below, 30 mm left, 15 mm right; Times New Roman; page numbers from page 2, top
centre; head and foot in tables without borders.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from typing import Any

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Mm, Pt

from app.documents.letter_parts import Block, Head, Heading, Signature, Table, Text

CENTRE, LEFT, BOTH = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.JUSTIFY
_BODY, _HEAD = Pt(14), Pt(13)
_TEXT_WIDTH = Mm(165)  # between the margins
_WIDTHS = (Mm(68), Mm(97))  # issuer | national motto, and recipients | signature


def new_document(head: Head, title: str) -> Any:
    document = docx.Document()
    properties = document.core_properties
    properties.author = properties.last_modified_by = head.issuer
    properties.title, properties.comments, properties.language = title, "", "vi-VN"
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
    paragraph.alignment = CENTRE
    for kind, text in (("begin", None), (None, "PAGE"), ("end", None)):
        run = paragraph.add_run()
        run.font.size = _HEAD
        if kind:
            run._r.append(_element("w:fldChar", fldCharType=kind))
        else:
            instruction = OxmlElement("w:instrText")
            instruction.text = text
            run._r.append(instruction)


def write_head(document: Any, head: Head) -> None:
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


def write_addressees(document: Any, addressees: Sequence[str]) -> None:
    if len(addressees) == 1:
        write_paragraph(document, f"Kính gửi: {addressees[0]}.", align=CENTRE, indent=False, before=14)
        return
    write_paragraph(document, "Kính gửi:", align=CENTRE, indent=False, before=14)
    for index, name in enumerate(addressees):
        end = "." if index == len(addressees) - 1 else ";"
        line = write_paragraph(document, f"- {name}{end}", align=LEFT, indent=False, before=0)
        line.paragraph_format.left_indent = Cm(5.5)


def write_blocks(document: Any, blocks: Sequence[Block]) -> None:
    for block in blocks:
        if isinstance(block, Heading):
            write_paragraph(document, block.text, bold=True).paragraph_format.keep_with_next = True
        elif isinstance(block, Text):
            write_paragraph(document, block.text, lead=block.lead, italic=block.italic)
        elif isinstance(block, Table):
            _write_table(document, block)
        else:
            first = write_paragraph(document, block.title, bold=True, align=CENTRE, indent=False)
            first.paragraph_format.page_break_before = True
            write_paragraph(document, block.reference, italic=True, align=CENTRE, indent=False, before=0)


def _write_table(document: Any, block: Table) -> None:
    table = document.add_table(rows=0, cols=len(block.header))
    table.style = "Table Grid"
    widths = [round(_TEXT_WIDTH * share / sum(block.widths)) for share in block.widths]
    # Word reads the width of the cells, other programs that of the columns.
    table.autofit = not widths
    for column, width in zip(table.columns, widths, strict=False):
        column.width = width
    for index, row in enumerate((block.header, *block.rows)):
        cells = table.add_row().cells
        for cell, text in zip(cells, row, strict=True):
            paragraph = cell.paragraphs[0]
            paragraph.alignment = CENTRE if index == 0 else LEFT
            run = paragraph.add_run(text)
            run.font.size, run.bold = Pt(12), index == 0
        for cell, width in zip(cells, widths, strict=False):
            cell.width = width
        if index == 0:
            table.rows[0]._tr.get_or_add_trPr().append(_element("w:tblHeader", val="true"))


def write_foot(document: Any, signature: Signature, recipients: Sequence[str]) -> None:
    """Recipients on the left, authority and name of the signer on the right."""
    left, right = _two_columns(document)
    _cell_line(left, "Nơi nhận:", Pt(12), bold=True, italic=True, align=LEFT)
    for index, name in enumerate(recipients):
        end = "." if index == len(recipients) - 1 else ";"
        _cell_line(left, f"- {name}{end}", Pt(11), align=LEFT)
    for line in signature.authority:
        _cell_line(right, line, _HEAD, bold=True)
    if signature.name:
        _cell_line(right, signature.name, _BODY, bold=True, before=70)


def _two_columns(document: Any) -> tuple[Any, Any]:
    table = document.add_table(rows=1, cols=2)
    table.autofit = False
    left, right = table.rows[0].cells
    left.width, right.width = _WIDTHS
    for column, width in zip(table.columns, _WIDTHS, strict=True):
        column.width = width
    return left, right


def _cell_line(
    cell: Any,
    text: str,
    size: Any,
    *,
    bold: bool = False,
    italic: bool = False,
    align: Any = CENTRE,
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


def write_rule(document: Any) -> None:
    """The short rule under the title."""
    paragraph = document.add_paragraph()
    form = paragraph.paragraph_format
    form.left_indent = form.right_indent = Mm(62)
    form.space_before, form.space_after, form.line_spacing = Pt(0), Pt(6), Pt(4)
    _border(paragraph)


def _border(paragraph: Any) -> None:
    """A rule under a paragraph. The schema fixes the order of properties: borders stand before spacing."""
    borders = OxmlElement("w:pBdr")
    borders.append(_element("w:bottom", val="single", sz="6", space="1", color="000000"))
    paragraph._p.get_or_add_pPr().insert_element_before(borders, "w:spacing", "w:ind", "w:jc")


def write_paragraph(
    document: Any,
    text: str,
    *,
    lead: str = "",
    bold: bool = False,
    italic: bool = False,
    align: Any = BOTH,
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


def to_bytes(document: Any) -> bytes:
    """The package with the times of its entries taken out, so that equal documents are equal files."""
    written = io.BytesIO()
    document.save(written)
    final = io.BytesIO()
    with zipfile.ZipFile(written) as source, zipfile.ZipFile(final, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(zipfile.ZipInfo(name), source.read(name), zipfile.ZIP_DEFLATED)
    return final.getvalue()
