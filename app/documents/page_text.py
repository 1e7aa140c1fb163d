"""From the lines of pages to one text with page marks: what a PDF with text and a recognised scan share."""

from __future__ import annotations

from itertools import pairwise

from app.documents.blocks import TextBuilder
from app.documents.models import Limits, PageMark
from app.documents.pdf_layout import Body, Line, body_of, joint, sew


def write_pages(
    pages: list[list[Line]], widths: list[float], limits: Limits
) -> tuple[str, tuple[PageMark, ...]]:
    """Sew the lines of each page into paragraphs, and a sentence that runs over a page into one."""
    out = TextBuilder(limits.max_characters)
    # the last line of the page before, and where that page's text stood
    last: tuple[Line, Body] | None = None
    for number, (lines, width) in enumerate(zip(pages, widths, strict=True), 1):
        if not lines:
            continue
        out.numbered_page(number)
        body = body_of(lines, width)
        first, *others = _paragraphs(lines, body)
        if last is not None and joint(last[0], lines[0], last[1], body) == " ":
            out.continue_paragraph(first)
        else:
            out.paragraph(first)
        for paragraph in others:
            out.paragraph(paragraph)
        last = lines[-1], body
    return out.finish()


def name_pages(numbers: list[int]) -> str:
    """Page numbers for people: «2, 5-9, 14»; a long list ends in «…»."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    named = [str(one) if one == two else f"{one}-{two}" for one, two in runs[:20]]
    return ", ".join(named) + (", …" if len(runs) > 20 else "")


def _paragraphs(lines: list[Line], body: Body) -> list[str]:
    """The lines of one page, sewn into paragraphs."""
    groups = [lines[0].text]
    for before, after in pairwise(lines):
        between = joint(before, after, body)
        if between == "\n\n":
            groups.append(after.text)
        elif between == " ":
            groups[-1] = sew(groups[-1], after.text)
        else:
            groups[-1] += between + after.text
    return groups
