"""A short report as .docx, so that demonstration submissions have something real to open."""

from __future__ import annotations

import io
from datetime import date

from docx import Document
from docx.shared import Pt


def report_file(agency: str, number: str, signed_on: date, title: str, paragraphs: list[str]) -> io.BytesIO:
    document = Document()
    style = document.styles["Normal"]
    style.font.name, style.font.size = "Times New Roman", Pt(13)
    document.add_paragraph(agency.upper()).runs[0].bold = True
    document.add_paragraph(f"Số: {number}")
    document.add_paragraph(
        f"Lam Giang, ngày {signed_on.day:02} tháng {signed_on.month:02} năm {signed_on.year}"
    )
    document.add_paragraph("BÁO CÁO").runs[0].bold = True
    document.add_paragraph(title).runs[0].bold = True
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    stream = io.BytesIO()
    document.save(stream)
    stream.seek(0)
    return stream
